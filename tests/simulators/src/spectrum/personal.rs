//! What of a body says something of a person.

use std::collections::BTreeSet;

use serde_json::Value;

/// The fields, anywhere in a body, that say something of a person; their values must not stand in a log.
pub const SPECTRUM_PERSONAL: [&str; 8] = [
    "address1",
    "address2",
    "emailAddress",
    "firstName",
    "giftMessage",
    "lastName",
    "phoneNumber",
    "postalCode",
];

/// The personal values of a body: what stands in it under [`SPECTRUM_PERSONAL`]. Words of less than six characters are left
/// out, because they would be found anywhere.
pub fn spectrum_personal(body: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    gather(body, &mut found);
    found
}

fn gather(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| gather(one, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if SPECTRUM_PERSONAL.contains(&name.as_str()) && text.len() >= 6 => {
                        found.insert(text.clone());
                    }
                    other => gather(other, found),
                }
            }
        }
        _ => {}
    }
}

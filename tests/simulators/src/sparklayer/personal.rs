//! What of a purchase says something of a person.

use std::collections::BTreeSet;

use serde_json::Value;

/// The fields of an address that say something of a person; their values must not stand in a log. The same names mean
/// other things outside of addresses.
pub const SPARKLAYER_PERSONAL: [&str; 6] = [
    "address_line1",
    "address_line2",
    "company",
    "name",
    "phone",
    "postal_code",
];

/// The personal values of a purchase: what stands in its addresses under [`SPARKLAYER_PERSONAL`]. Words of less than six
/// characters are left out, because they would be found anywhere.
pub fn sparklayer_personal(purchase: &Value) -> BTreeSet<String> {
    let packages = purchase.get("packages").and_then(Value::as_array);
    let addresses = packages
        .into_iter()
        .flatten()
        .filter_map(|one| one.get("shipping_address"));
    let addresses = addresses.chain(purchase.get("billing_address"));
    let values = addresses.flat_map(|address| {
        SPARKLAYER_PERSONAL
            .iter()
            .filter_map(|name| address.get(name)?.as_str())
    });
    values.filter(|text| text.len() >= 6).map(str::to_owned).collect()
}

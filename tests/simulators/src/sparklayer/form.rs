//! The body of a PUT, checked to the letter (vendor notes, sections 4 and 5).

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::answer::Refusal;
use super::fields::{Fields, at};
use super::package;

const TYPES: [&str; 5] = ["order", "order_unconfirmed", "awaiting_approval", "cart", "quote"];
const REQUIRED: [&str; 8] = [
    "type",
    "purchase_identifiers",
    "customer_identifiers",
    "dates",
    "currency_code",
    "packages",
    "accounting_files",
    "custom_fields",
];
const MORE: [&str; 7] = [
    "payment_method",
    "customer_reference",
    "total_paid",
    "tax_lines",
    "revision_date",
    "billing_address",
    "metadata",
];
/// The keys of `purchase_identifiers`.
pub(super) const NAMES: [&str; 4] = ["sparklayer", "platform", "internal", "visible"];

/// Readings of what the vendor leaves open, by which a body is judged.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    /// Fields that have another name than the one we guess.
    pub(super) renamed: BTreeMap<String, String>,
    /// A single package stands alone.
    pub(super) alone: bool,
}

/// A body that is a purchase.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) names: BTreeMap<String, String>,
    pub(super) customer: String,
    pub(super) revision: Option<Timestamp>,
    pub(super) gross: Decimal,
    pub(super) body: Arc<Value>,
}

/// Reads a purchase that was put under this look-up.
pub(super) fn read(by: &str, identifier: &str, shape: &Shape, body: &[u8]) -> Result<Form, Refusal> {
    let body: Value =
        serde_json::from_slice(body).map_err(|_| Refusal::problem(400, "Bad Request", "no JSON"))?;
    let read = shape.in_our_words(&body, "")?;
    let purchase = Fields::new(&read, "", &REQUIRED, &MORE)?;
    purchase.one_of("type", &TYPES)?;
    let names = names(&purchase)?;
    if names.get(by).map(String::as_str) != Some(identifier) {
        // A guess: what happens when the address and the body differ is not documented.
        return Err(purchase.wrong(
            "invalid",
            &format!("purchase_identifiers.{by}"),
            "is not that of the address",
        ));
    }
    let revision = moments(&purchase)?;
    let currency = purchase.full("currency_code")?;
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(purchase.wrong("invalid", "currency_code", "is no ISO 4217 code"));
    }
    purchase.texts(&["payment_method", "customer_reference"])?;
    if !purchase.value("billing_address").is_null() {
        address(&purchase, "billing_address")?;
    }
    purchase.list("accounting_files")?;
    pairs(&purchase, "custom_fields")?;
    pairs(&purchase, "metadata")?;
    let gross = package::packages(&purchase, currency)?;
    let customer = customer(&purchase)?;
    Ok(Form {
        names,
        customer,
        revision,
        gross,
        body: Arc::new(body),
    })
}

fn names(purchase: &Fields<'_>) -> Result<BTreeMap<String, String>, Refusal> {
    let place = "purchase_identifiers";
    let names = Fields::new(purchase.value(place), place, &[], &NAMES)?;
    names.uuid("sparklayer")?;
    let mut found = BTreeMap::new();
    for name in NAMES {
        if let Some(text) = names.text(name)? {
            if text.trim().is_empty() {
                return Err(names.wrong("invalid", name, "is blank"));
            }
            found.insert(name.to_owned(), text.to_owned());
        }
    }
    Ok(found)
}

fn customer(purchase: &Fields<'_>) -> Result<String, Refusal> {
    let place = "customer_identifiers";
    let more = [
        "sparklayer_impersonator",
        "sparklayer_child",
        "sparklayer_sales_rep",
    ];
    let customer = Fields::new(purchase.value(place), place, &["sparklayer"], &more)?;
    customer.texts(&more)?;
    Ok(customer.full("sparklayer")?.to_owned())
}

/// The dates; and the revision.
fn moments(purchase: &Fields<'_>) -> Result<Option<Timestamp>, Refusal> {
    let dates = Fields::new(
        purchase.value("dates"),
        "dates",
        &["placed_at"],
        &["created_at", "updated_at"],
    )?;
    dates.times(&["placed_at", "created_at", "updated_at"])?;
    purchase.time("revision_date")
}

/// An Address; that its country, city and first line are required is a guess from the samples.
pub(super) fn address(of: &Fields<'_>, name: &str) -> Result<(), Refusal> {
    let required = ["address_line1", "city", "country_code"];
    let more = [
        "name",
        "company",
        "address_line2",
        "region_code",
        "postal_code",
        "phone",
    ];
    let address = Fields::new(of.value(name), &of.place(name), &required, &more)?;
    address.texts(&more)?;
    address.full("address_line1")?;
    address.full("city")?;
    let country = address.full("country_code")?;
    match country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        true => Ok(()),
        false => Err(address.wrong("invalid", "country_code", "is no country")),
    }
}

fn pairs(purchase: &Fields<'_>, name: &str) -> Result<(), Refusal> {
    for (index, pair) in purchase.list(name)?.iter().enumerate() {
        let pair = Fields::new(pair, &at(name, index), &["name"], &["value"])?;
        pair.full("name")?;
        pair.text("value")?;
    }
    Ok(())
}

impl Shape {
    /// The same body in the shape that we guess, so that only one shape has to be read.
    fn in_our_words(&self, value: &Value, place: &str) -> Result<Value, Refusal> {
        match value {
            Value::Array(all) => {
                let one = |(index, one): (usize, &Value)| self.in_our_words(one, &at(place, index));
                all.iter().enumerate().map(one).collect()
            }
            Value::Object(fields) => {
                let mut read = Map::new();
                for (name, value) in fields {
                    let here = if place.is_empty() {
                        name.clone()
                    } else {
                        format!("{place}.{name}")
                    };
                    if self.renamed.contains_key(name) {
                        return Err(Refusal::invalid("unknown", &here, "is no field"));
                    }
                    let ours = self.renamed.iter().find(|(_, theirs)| *theirs == name);
                    let ours = ours.map_or(name, |(ours, _)| ours);
                    let mut value = self.in_our_words(value, &here)?;
                    if here == "packages" && self.alone {
                        value = alone(value)?;
                    }
                    read.insert(ours.clone(), value);
                }
                Ok(read.into())
            }
            other => Ok(other.clone()),
        }
    }
}

fn alone(packages: Value) -> Result<Value, Refusal> {
    match &packages {
        Value::Object(_) => Ok(Value::Array(vec![packages])),
        Value::Array(all) if all.len() != 1 => Ok(packages),
        _ => Err(Refusal::invalid("invalid", "packages", "is no object")),
    }
}

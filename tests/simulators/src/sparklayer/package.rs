//! The packages of a purchase (vendor notes, section 6).

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde_json::Value;

use super::answer::Refusal;
use super::fields::{Fields, at};
use super::form::address;

const MORE: [&str; 6] = [
    "identifiers",
    "shipping_method",
    "shipping_address",
    "shipments",
    "accounting_files",
    "tax_lines",
];

/// Checks all of them; the gross total of what is to be paid.
pub(super) fn packages(purchase: &Fields<'_>, currency: &str) -> Result<Decimal, Refusal> {
    let (mut ids, mut gross) = (BTreeSet::new(), Decimal::ZERO);
    let packages = purchase.list("packages")?;
    if packages.is_empty() {
        return Err(purchase.wrong("required", "packages", "A value is required"));
    }
    for (index, value) in packages.iter().enumerate() {
        let package = Fields::new(
            value,
            &at("packages", index),
            &["type", "dates", "line_items"],
            &MORE,
        )?;
        let kind = package.one_of("type", &["processing", "shipment", "refund", "cancelled"])?;
        if let Some(id) = id(&package)?
            && !ids.insert(id)
        {
            return Err(package.wrong(
                "invalid",
                "identifiers.sparklayer_package_id",
                "is another package's",
            ));
        }
        dates(&package, kind)?;
        let lines = lines(&package, currency)?;
        if matches!(kind, "processing" | "shipment") {
            gross += lines;
        }
        rest(&package, currency)?;
    }
    Ok(gross)
}

/// The identity: that a client may set it is a guess.
fn id(package: &Fields<'_>) -> Result<Option<uuid::Uuid>, Refusal> {
    if package.value("identifiers").is_null() {
        return Ok(None);
    }
    let place = package.place("identifiers");
    let ids = Fields::new(
        package.value("identifiers"),
        &place,
        &[],
        &["sparklayer_package_id"],
    )?;
    ids.uuid("sparklayer_package_id")
}

/// The shown state is made of them, so each kind must have its own. Their names are guesses.
fn dates(package: &Fields<'_>, kind: &str) -> Result<(), Refusal> {
    let required: &[&str] = match kind {
        "shipment" => &["created_at", "shipped_at"],
        "cancelled" => &["created_at", "cancelled_at"],
        "refund" => &["created_at", "refunded_at"],
        _ => &["created_at"],
    };
    let dates = Fields::new(package.value("dates"), &package.place("dates"), required, &[])?;
    dates.times(required)
}

/// The gross total of its lines.
fn lines(package: &Fields<'_>, currency: &str) -> Result<Decimal, Refusal> {
    let lines = package.list("line_items")?;
    if lines.is_empty() {
        return Err(package.wrong("required", "line_items", "A value is required"));
    }
    let mut gross = Decimal::ZERO;
    for (index, value) in lines.iter().enumerate() {
        let required = ["identifiers", "name_parent", "quantity", "line_total"];
        let more = ["name_child", "custom_attributes", "unit_total", "tax_lines"];
        let place = at(&package.place("line_items"), index);
        let line = Fields::new(value, &place, &required, &more)?;
        Fields::new(
            line.value("identifiers"),
            &line.place("identifiers"),
            &[],
            &["sku"],
        )?
        .text("sku")?;
        line.full("name_parent")?;
        line.text("name_child")?;
        if matches!(line.value("quantity").as_u64(), None | Some(0)) {
            return Err(line.wrong("invalid", "quantity", "is no integer above zero"));
        }
        for (at_pair, pair) in line.list("custom_attributes")?.iter().enumerate() {
            let place = at(&line.place("custom_attributes"), at_pair);
            Fields::new(pair, &place, &["key", "value"], &[])?.texts(&["key", "value"])?;
        }
        gross += line.line_total("line_total", currency)?;
    }
    Ok(gross)
}

fn rest(package: &Fields<'_>, currency: &str) -> Result<(), Refusal> {
    package.list("accounting_files")?;
    if !package.value("shipping_address").is_null() {
        address(package, "shipping_address")?;
    }
    let method = package.value("shipping_method");
    if !method.is_null() {
        let place = package.place("shipping_method");
        let method = Fields::new(method, &place, &["name", "line_total"], &[])?;
        method.full("name")?;
        method.line_total("line_total", currency)?;
    }
    let shipments: &[Value] = package.list("shipments")?;
    for (index, value) in shipments.iter().enumerate() {
        let more = ["carrier_id", "tracking_number", "tracking_url"];
        let place = at(&package.place("shipments"), index);
        let shipment = Fields::new(value, &place, &["carrier"], &more)?;
        shipment.full("carrier")?;
        shipment.texts(&more)?;
    }
    Ok(())
}

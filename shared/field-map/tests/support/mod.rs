//! What the tests of the map share.
#![allow(dead_code, reason = "each test file uses a part")]

use field_map::{Context, FieldMap, Problem};
use jiff::tz::TimeZone;
use order_model::{ErpKey, Order, Origin};
use serde_json::Value;

/// The order of section 9.1 of the RepSpark notes, as it stands there.
pub fn sample() -> Value {
    serde_json::from_str(include_str!("order.json")).unwrap()
}

/// An order as the eCat simulator makes it up (its number 118, with three lines), with the id that its server gives.
pub fn ecat_sample() -> Value {
    serde_json::from_str(include_str!("ecat_order.json")).unwrap()
}

/// A RepSpark brand in New York.
pub fn repspark_context() -> Context {
    Context {
        key: ErpKey::new("RS-ACME-8086").unwrap(),
        vendor: Origin::RepSpark,
        account: "ACME".to_owned(),
        time_zone: TimeZone::get("America/New_York").unwrap(),
    }
}

/// An eCat organisation in New York.
pub fn ecat_context() -> Context {
    Context {
        key: ErpKey::new("EC-DEMO-7158-090726-118").unwrap(),
        vendor: Origin::Ecat,
        account: "DEMO".to_owned(),
        ..repspark_context()
    }
}

/// That of the map's own vendor.
pub fn context(map: &FieldMap) -> Context {
    match map.source() {
        Origin::RepSpark => repspark_context(),
        Origin::Ecat => ecat_context(),
    }
}

/// The order, which must map.
pub fn apply(map: &FieldMap, raw: &Value) -> Order {
    map.apply(raw, &context(map)).unwrap()
}

/// The problems, of which there must be some.
pub fn problems(map: &FieldMap, raw: &Value) -> Vec<Problem> {
    map.apply(raw, &context(map)).unwrap_err()
}

/// Each problem as `<field> <code>`.
pub fn fields(problems: &[Problem]) -> Vec<String> {
    problems
        .iter()
        .map(|problem| format!("{} {}", problem.field, problem.code()))
        .collect()
}

/// Each line as `<number> <sku> <quantity> x <price>`.
pub fn lines(order: &Order) -> Vec<String> {
    let line = |line: &order_model::Line| {
        format!(
            "{} {} {} x {}",
            line.line, line.sku, line.quantity, line.unit_price
        )
    };
    order.lines.iter().map(line).collect()
}

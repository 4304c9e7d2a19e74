//! The map's text to a [`Rules`], strictly.

mod error;
mod expr;
mod hold;

use std::collections::BTreeMap;

use order_model::Origin;
use serde::Deserialize;
use serde_json::{Map, Value};

pub use error::MapError;

use crate::expr::Expr;
use crate::map::Rules;
use crate::walk::Path;
use expr::{Side, expr};

/// What can be mapped once per order.
pub(crate) const ORDER_FIELDS: [&str; 42] = [
    "source.order_number",
    "source.order_uuid",
    "source.submitted_at",
    "spark_cart_id",
    "customer.code",
    "customer.name",
    "customer.ship_to_code",
    "customer_po",
    "order_date",
    "ship_date",
    "cancel_date",
    "currency",
    "terms_code",
    "ship_via_code",
    "warehouse_code",
    "sales_rep_code",
    "ship_to.name",
    "ship_to.line1",
    "ship_to.line2",
    "ship_to.line3",
    "ship_to.city",
    "ship_to.region",
    "ship_to.postal_code",
    "ship_to.country",
    "bill_to.name",
    "bill_to.line1",
    "bill_to.line2",
    "bill_to.line3",
    "bill_to.city",
    "bill_to.region",
    "bill_to.postal_code",
    "bill_to.country",
    "custom.account_number",
    "custom.organization_id",
    "custom.email_address",
    "custom.phone_number",
    "custom.serial_number",
    "custom.order_reference",
    "custom.customer_service_contact",
    "custom.priority",
    "custom.proof_status",
    "notes",
];
/// What can be mapped once per line.
pub(crate) const LINE_FIELDS: [&str; 15] = [
    "sku",
    "name",
    "variant",
    "upc",
    "quantity",
    UNIT_PRICE,
    "discount_percent",
    "ship_date",
    "note",
    "recipe_set_id",
    "custom.gift_message",
    "custom.shipment_vendor",
    "custom.shipment_tracking",
    "custom.estimated_delivery_date",
    "custom.proof_status",
];
/// What a payload may state about its lines.
pub(crate) const CHECKS: [&str; 2] = ["total_units", "total_amount"];

const UNIT_PRICE: &str = "unit_price";

/// Reads the rules, or names the first place that is wrong.
pub(crate) fn parse(text: &str) -> Result<Rules, MapError> {
    let map: Value = serde_json::from_str(text).map_err(|error| MapError::NotJson {
        line: error.line(),
        column: error.column(),
    })?;
    let map = object(&map, "the map")?;
    only(
        map,
        "the map",
        &["schema", "source", "order", "lines", "checks", "holds"],
    )?;
    if need(map, "the map", "schema")?.as_u64() != Some(1) {
        return Err(MapError::unfit("schema", "1"));
    }
    let source = Origin::deserialize(need(map, "the map", "source")?)
        .map_err(|_| MapError::unfit("source", "the name of a vendor"))?;
    let order = fields(
        need(map, "the map", "order")?,
        "order",
        &ORDER_FIELDS,
        Side::Order,
    )?;
    for name in ["source.order_number", "customer.code", "currency"] {
        mapped(&order, "order", name)?;
    }
    let checks = match map.get("checks") {
        Some(checks) => fields(checks, "checks", &CHECKS, Side::Order)?,
        None => BTreeMap::new(),
    };
    let holds = map.get("holds").map_or(Ok(Vec::new()), hold::holds)?;
    let lines = lines(need(map, "the map", "lines")?)?;
    let Lines {
        each,
        drop_when_zero,
        line,
        prices,
    } = lines;
    Ok(Rules {
        source,
        order,
        each,
        drop_when_zero,
        line,
        prices,
        checks,
        holds,
    })
}

struct Lines {
    each: Vec<Path>,
    drop_when_zero: bool,
    line: BTreeMap<String, Expr>,
    prices: Vec<Expr>,
}

fn lines(value: &Value) -> Result<Lines, MapError> {
    let map = object(value, "lines")?;
    only(map, "lines", &["each", "drop_when_zero", "fields"])?;
    let each = paths(need(map, "lines", "each")?)?;
    let drop_when_zero = match map.get("drop_when_zero") {
        None => false,
        Some(field) if field == "quantity" => true,
        Some(_) => return Err(MapError::unfit("lines.drop_when_zero", "\"quantity\"")),
    };
    // The element above the outermost one is the payload, which is called `order:`.
    let above = each.iter().map(|path| path.steps.len()).max().unwrap_or(1) - 1;
    let side = Side::Line { above };
    let mut members = object(need(map, "lines", "fields")?, "lines.fields")?.clone();
    let price = members
        .remove(UNIT_PRICE)
        .ok_or_else(|| MapError::absent("lines.fields", UNIT_PRICE))?;
    let prices = expr::prices(&price, "lines.fields.unit_price", side)?;
    let line = fields(&Value::Object(members), "lines.fields", &LINE_FIELDS, side)?;
    for name in ["sku", "quantity"] {
        mapped(&line, "lines.fields", name)?;
    }
    Ok(Lines {
        each,
        drop_when_zero,
        line,
        prices,
    })
}

fn paths(value: &Value) -> Result<Vec<Path>, MapError> {
    let list = value.as_array().filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| MapError::unfit("lines.each", "a list of at least one path"))?;
    let path = |(position, path): (usize, &Value)| {
        let path = path.as_str().and_then(Path::new);
        path.ok_or_else(|| MapError::unfit(format!("lines.each[{position}]"), "a path such as \"/Items/*\""))
    };
    list.iter().enumerate().map(path).collect()
}

fn fields(value: &Value, at: &str, known: &[&str], side: Side) -> Result<BTreeMap<String, Expr>, MapError> {
    let map = object(value, at)?;
    only(map, at, known)?;
    let field =
        |(name, value): (&String, &Value)| Ok((name.clone(), expr(value, &format!("{at}.{name}"), side)?));
    map.iter().map(field).collect()
}

fn mapped(fields: &BTreeMap<String, Expr>, at: &str, name: &'static str) -> Result<(), MapError> {
    if fields.contains_key(name) {
        Ok(())
    } else {
        Err(MapError::absent(at, name))
    }
}

fn object<'a>(value: &'a Value, at: &str) -> Result<&'a Map<String, Value>, MapError> {
    value.as_object().ok_or_else(|| MapError::unfit(at, "an object"))
}

fn need<'a>(map: &'a Map<String, Value>, at: &str, key: &'static str) -> Result<&'a Value, MapError> {
    map.get(key).ok_or_else(|| MapError::absent(at, key))
}

fn only(map: &Map<String, Value>, at: &str, known: &[&str]) -> Result<(), MapError> {
    match map.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(MapError::UnknownKey {
            place: at.to_owned(),
            key: key.clone(),
        }),
        None => Ok(()),
    }
}

//! One row: what somebody says of a line, in their form. Numbers may come as text and text as numbers.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use ledger::Awaited;
use order_fulfilment::{Saying, identity};
use order_model::{Became, Millis, Movement, Parcel};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

/// The longest text that is kept: a name, a carrier, a tracking number.
const LONGEST: usize = 100;

/// The fields of a row.
const FIELDS: [&str; 9] = [
    "order", "line", "quantity", "state", "carrier", "tracking", "at", "id", "instead",
];

/// What is wrong with a row. The texts hold names of fields, and no value but a state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the texts say what each is")]
pub enum RowFault {
    #[error("it is no object")]
    NoObject,
    #[error("\"{0}\" is missing")]
    Missing(&'static str),
    #[error("\"{0}\" has an unknown name: a row has {known}", known = FIELDS.join(", "))]
    Unknown(String),
    #[error("\"{0}\" must be a text of 1 to {LONGEST} characters, or a number")]
    Text(&'static str),
    #[error("\"line\" must be the number of a line, from 1")]
    Line,
    #[error("\"quantity\" must be a number above zero; leave it out for all that is left of the line")]
    Quantity,
    #[error(
        "\"state\" is {0:?}: it is received, created, accepted, in_progress, shipped, cancelled or refunded"
    )]
    State(String),
    #[error("\"at\" must be a time such as 2026-10-12T18:25:00Z, or a day")]
    At,
    #[error("\"instead\" must be true or false")]
    Instead,
    #[error("\"{0}\" goes with the states shipped, cancelled and refunded alone")]
    Unfit(&'static str),
}

/// Reads a row.
pub(crate) fn read(row: &Value, zone: &TimeZone) -> Result<Saying, RowFault> {
    let fields = row.as_object().ok_or(RowFault::NoObject)?;
    if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(RowFault::Unknown(unknown.chars().take(LONGEST).collect()));
    }
    let order = needed(fields, "order")?;
    let line = line(&needed(fields, "line")?)?;
    let became = became(&needed(fields, "state")?)?;
    let quantity = text(fields, "quantity")?
        .map(|text| quantity(&text))
        .transpose()?;
    let at = at(&needed(fields, "at")?, zone)?;
    let parcel = Parcel {
        carrier: text(fields, "carrier")?,
        tracking: text(fields, "tracking")?,
    };
    let instead = match fields.get("instead") {
        None | Some(Value::Null) => false,
        Some(said) => said.as_bool().ok_or(RowFault::Instead)?,
    };
    if became.station().is_some() {
        let named = [("quantity", quantity.is_some()), ("instead", instead)];
        if let Some((name, _)) = named.into_iter().find(|(_, is_there)| *is_there) {
            return Err(RowFault::Unfit(name));
        }
    }
    let id = match text(fields, "id")? {
        Some(id) => identity(&["recorded", &order, &line.to_string(), became.as_str(), &id]),
        None => whole(&order, line, &became, quantity, at, &parcel, instead),
    };
    Ok(Saying {
        of: Awaited::Order(order),
        movement: Movement {
            id,
            line,
            became,
            quantity,
            at,
            parcel: (parcel != Parcel::default()).then_some(parcel),
            item: None,
            instead,
        },
    })
}

/// The identity of a row that brings none of its own: all that it says. Two parcels of a line that went out at the same
/// moment, with one number and equal quantities, would be one.
fn whole(
    order: &str,
    line: u32,
    became: &Became,
    quantity: Option<Decimal>,
    at: Millis,
    parcel: &Parcel,
    instead: bool,
) -> String {
    let quantity = quantity.map(|quantity| quantity.normalize().to_string());
    identity(&[
        "recorded",
        order,
        &line.to_string(),
        became.as_str(),
        quantity.as_deref().unwrap_or_default(),
        &at.0.to_string(),
        parcel.carrier.as_deref().unwrap_or_default(),
        parcel.tracking.as_deref().unwrap_or_default(),
        if instead { "instead" } else { "" },
    ])
}

fn needed(fields: &Map<String, Value>, name: &'static str) -> Result<String, RowFault> {
    text(fields, name)?.ok_or(RowFault::Missing(name))
}

/// A field as text; an empty one is as good as none.
fn text(fields: &Map<String, Value>, name: &'static str) -> Result<Option<String>, RowFault> {
    let text = match fields.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(RowFault::Text(name)),
    };
    let fits = text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
    match (text.is_empty(), fits) {
        (true, _) => Ok(None),
        (false, true) => Ok(Some(text)),
        (false, false) => Err(RowFault::Text(name)),
    }
}

fn line(text: &str) -> Result<u32, RowFault> {
    text.parse().ok().filter(|line| *line > 0).ok_or(RowFault::Line)
}

fn quantity(text: &str) -> Result<Decimal, RowFault> {
    let quantity = text.parse().ok().filter(|quantity| *quantity > Decimal::ZERO);
    quantity.ok_or(RowFault::Quantity)
}

fn became(word: &str) -> Result<Became, RowFault> {
    Ok(match word.to_ascii_lowercase().as_str() {
        "received" => Became::Received,
        "created" => Became::Created,
        "accepted" => Became::Accepted,
        "in_progress" => Became::InProgress,
        "shipped" => Became::Shipped,
        "cancelled" | "canceled" => Became::Cancelled,
        "refunded" => Became::Refunded,
        _ => return Err(RowFault::State(word.chars().take(LONGEST).collect())),
    })
}

/// A time with a zone, one without (the brand's), or a day (its beginning in the brand's zone).
fn at(text: &str, zone: &TimeZone) -> Result<Millis, RowFault> {
    let time = |text: &str| -> Option<Timestamp> {
        if let Ok(time) = text.parse() {
            return Some(time);
        }
        if let Ok(local) = text.parse::<DateTime>() {
            return Some(local.to_zoned(zone.clone()).ok()?.timestamp());
        }
        let day: Date = text.parse().ok()?;
        Some(day.to_zoned(zone.clone()).ok()?.timestamp())
    };
    let time = time(text).ok_or(RowFault::At)?;
    Ok(Millis(time.as_millisecond()))
}

#[cfg(test)]
mod tests;

//! What became of an order's lines, in SparkLayer's terms. Pure.

use crate::guesses::UNNAMED_CARRIER;
use crate::lines::{LineState, Moved, ProductName};
use crate::parts::Unpublishable;
use crate::purchase::{PackageKind, Parcel};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use order_model::{Became, Fulfilment, Line, Millis, Order, Part};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The state of every line: what it is called, and where pieces of it went.
///
/// # Errors
/// Of a quantity that is no whole number.
pub fn line_states(order: &Order, fulfilment: &Fulfilment) -> Result<Vec<LineState>, Unpublishable> {
    let mut states: Vec<LineState> = order.lines.iter().map(named).collect();
    for (line, part) in fulfilment.parts() {
        let Some(moved) = moved(line, part)? else { continue };
        match states.iter_mut().find(|state| state.line == line) {
            Some(state) => state.moved.push(moved),
            None => states.push(LineState {
                line,
                name: None,
                moved: vec![moved],
            }),
        }
    }
    Ok(states)
}

fn named(line: &Line) -> LineState {
    let is_named = line.name.is_some() || line.variant.is_some();
    let name = is_named.then(|| ProductName {
        parent: line.name.clone().unwrap_or_else(|| line.sku.clone()),
        child: line.variant.clone(),
    });
    LineState {
        line: line.line,
        name,
        moved: Vec::new(),
    }
}

/// Pieces that came to an end; none for a station on the way, which SparkLayer has no package for.
fn moved(line: u32, part: &Part) -> Result<Option<Moved>, Unpublishable> {
    let to = match part.became {
        Became::Shipped => PackageKind::Shipment,
        Became::Cancelled => PackageKind::Cancelled,
        Became::Refunded => PackageKind::Refund,
        Became::Received | Became::Created | Became::Accepted | Became::InProgress | Became::Unknown(_) => {
            return Ok(None);
        }
    };
    let whole = Some(part.quantity).filter(Decimal::is_integer);
    let quantity = whole.and_then(|pieces| pieces.to_u64());
    Ok(Some(Moved {
        to,
        quantity: quantity.ok_or(Unpublishable::NotWhole { line })?,
        at: moment(part.at),
        parcel: part.parcel.as_ref().and_then(parcel),
    }))
}

fn parcel(parcel: &order_model::Parcel) -> Option<Parcel> {
    let some = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let (carrier, number) = (some(&parcel.carrier), some(&parcel.tracking));
    if carrier.is_none() && number.is_none() {
        return None;
    }
    Some(Parcel {
        carrier: carrier.unwrap_or_else(|| UNNAMED_CARRIER.to_owned()),
        number,
        url: None,
    })
}

/// When it was ordered: submitted, else the day of the order in the brand's zone, else when we saw it first.
pub fn placed_at(order: &Order, first_seen: Millis, zone: &TimeZone) -> Timestamp {
    let day = || {
        let midnight = order.order_date?.to_zoned(zone.clone()).ok()?;
        Some(midnight.timestamp())
    };
    let submitted = order.source.submitted_at;
    submitted.or_else(day).unwrap_or_else(|| moment(first_seen))
}

/// A moment, as SparkLayer's crate takes it. What no calendar has is 1970.
pub fn moment(at: Millis) -> Timestamp {
    Timestamp::from_millisecond(at.0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use order_model::{Movement, Ordered};

    use super::*;
    use crate::order_sample::order;

    fn movement(id: &str, line: u32, became: Became, quantity: &str) -> Movement {
        Movement {
            id: id.to_owned(),
            line,
            became,
            quantity: quantity.parse().ok(),
            at: Millis(1_000),
            parcel: None,
            item: None,
            instead: false,
        }
    }

    fn after(movements: &[Movement]) -> Fulfilment {
        let mut fulfilment = Fulfilment::default();
        fulfilment.take(movements, &Ordered::of(&order()), false);
        fulfilment
    }

    /// Each piece as `<line> <kind> <quantity> <carrier>/<number>`.
    fn told(fulfilment: &Fulfilment) -> Vec<String> {
        let states = line_states(&order(), fulfilment).unwrap();
        let each = states.iter().flat_map(|state| {
            state.moved.iter().map(|moved| {
                let parcel = moved.parcel.as_ref().map_or_else(String::new, |parcel| {
                    format!(
                        " {}/{}",
                        parcel.carrier,
                        parcel.number.as_deref().unwrap_or_default()
                    )
                });
                format!("{} {} {}{parcel}", state.line, moved.to.as_str(), moved.quantity)
            })
        });
        each.collect()
    }

    #[test]
    fn ends_move_pieces_and_stations_do_not() {
        let ups = order_model::Parcel {
            carrier: Some("UPS".to_owned()),
            tracking: Some("1Z".to_owned()),
        };
        let shipped = Movement {
            parcel: Some(ups),
            ..movement("a", 1, Became::Shipped, "2")
        };
        let nameless = Movement {
            parcel: Some(order_model::Parcel {
                carrier: None,
                tracking: Some("7".to_owned()),
            }),
            ..movement("b", 1, Became::Shipped, "1")
        };
        let fulfilment = after(&[
            movement("s", 2, Became::InProgress, ""),
            shipped,
            nameless,
            movement("c", 1, Became::Cancelled, "1"),
            movement("d", 1, Became::Refunded, "1"),
        ]);
        assert_eq!(
            told(&fulfilment),
            [
                "1 shipment 2 UPS/1Z",
                "1 shipment 1 Other/7",
                "1 cancelled 1",
                "1 refund 1"
            ]
        );
    }

    #[test]
    fn a_line_is_called_as_the_payload_says() {
        let states = line_states(&order(), &Fulfilment::default()).unwrap();
        let name = states[0].name.clone().unwrap();
        assert_eq!(
            (name.parent.as_str(), name.child.as_deref()),
            ("Tee", Some("Black / M"))
        );
        assert_eq!(states[1].name, None, "the SKU stands for it");
    }

    #[test]
    fn half_a_piece_can_not_be_shown() {
        let mut fulfilment = after(&[movement("a", 1, Became::Shipped, "1.5")]);
        assert_eq!(
            line_states(&order(), &fulfilment),
            Err(Unpublishable::NotWhole { line: 1 })
        );
        fulfilment = after(&[movement("a", 1, Became::Shipped, "2.0")]);
        assert_eq!(told(&fulfilment), ["1 shipment 2"]);
    }

    #[test]
    fn an_order_was_placed_when_it_was_submitted_or_on_its_day_or_when_it_came() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let mut order = order();
        let placed = |order: &Order| placed_at(order, Millis(60_000), &zone).to_string();
        assert_eq!(placed(&order), "2026-11-02T05:00:00Z");
        order.source.submitted_at = Some("2026-11-02T17:02:11Z".parse().unwrap());
        assert_eq!(placed(&order), "2026-11-02T17:02:11Z");
        (order.source.submitted_at, order.order_date) = (None, None);
        assert_eq!(placed(&order), "1970-01-01T00:01:00Z");
    }
}

//! Sayings about an order of three lines, in few letters.

#![expect(
    clippy::unwrap_used,
    reason = "a quantity that is no number has failed the test"
)]

use std::collections::BTreeMap;

use order_model::{Applied, Became, Fulfilment, LineFulfilment, Movement, Ordered, Parcel, Part};
use rust_decimal::Decimal;

use crate::support::at;

/// Five, two and one pieces.
pub(crate) fn ordered() -> Ordered {
    Ordered(BTreeMap::from([
        (1, five()),
        (2, Decimal::from(2)),
        (3, Decimal::ONE),
    ]))
}

fn five() -> Decimal {
    Decimal::from(5)
}

/// So much of line 1 at this second; `all` for whatever is left. Its identity is made of what is said.
pub(crate) fn said(became: Became, quantity: &str, second: i64) -> Movement {
    Movement {
        id: format!("{}-{quantity}-{second}", became.as_str()),
        line: 1,
        became,
        quantity: (quantity != "all").then(|| quantity.parse().unwrap()),
        at: at(second),
        parcel: None,
        item: None,
        instead: false,
    }
}

pub(crate) fn shipped(quantity: &str, second: i64) -> Movement {
    said(Became::Shipped, quantity, second)
}

pub(crate) fn cancelled(quantity: &str, second: i64) -> Movement {
    said(Became::Cancelled, quantity, second)
}

pub(crate) fn refunded(quantity: &str, second: i64) -> Movement {
    said(Became::Refunded, quantity, second)
}

pub(crate) fn in_parcel(movement: Movement, tracking: &str) -> Movement {
    let id = format!("{}-{tracking}", movement.id);
    let parcel = Some(parcel(tracking));
    Movement {
        id,
        parcel,
        ..movement
    }
}

pub(crate) fn parcel(tracking: &str) -> Parcel {
    Parcel {
        carrier: Some("UPS".to_owned()),
        tracking: Some(tracking.to_owned()),
    }
}

pub(crate) fn of_item(movement: Movement, item: &str) -> Movement {
    let id = format!("{}-{item}", movement.id);
    let item = Some(item.to_owned());
    Movement { id, item, ..movement }
}

pub(crate) fn of_line(movement: Movement, line: u32) -> Movement {
    Movement { line, ..movement }
}

pub(crate) fn instead(movement: Movement) -> Movement {
    let id = format!("{}-instead", movement.id);
    Movement {
        id,
        instead: true,
        ..movement
    }
}

/// Takes them in, all at once.
pub(crate) fn take(fulfilment: &mut Fulfilment, movements: &[Movement]) -> Vec<Applied> {
    fulfilment.take(movements, &ordered(), true)
}

/// What they come to, one after the other.
pub(crate) fn of(movements: &[Movement]) -> Fulfilment {
    let mut fulfilment = Fulfilment::default();
    for movement in movements {
        take(&mut fulfilment, std::slice::from_ref(movement));
    }
    fulfilment
}

pub(crate) fn line(fulfilment: &Fulfilment, line: u32) -> LineFulfilment {
    fulfilment.lines.get(&line).cloned().unwrap_or_default()
}

/// The ends of line 1: what, how many, in which parcel.
pub(crate) fn ends(fulfilment: &Fulfilment) -> Vec<String> {
    let one = |part: &Part| {
        let tracking = part.parcel.as_ref().and_then(|parcel| parcel.tracking.clone());
        let tracking = tracking
            .map(|tracking| format!(" in {tracking}"))
            .unwrap_or_default();
        format!("{} {}{tracking}", part.quantity, part.became.as_str())
    };
    line(fulfilment, 1).parts.iter().map(one).collect()
}

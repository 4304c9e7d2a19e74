//! The quantities that were ordered, from the payload that was imported.

use jiff::tz::TimeZone;
use ledger::{Ledger, LedgerError};
use order_mapping::{AllMaps, MapsError, read_order};
use order_model::{Millis, OrderState, Ordered};

/// Why the lines of an order can't be known: the code of a hold, and its words.
pub(crate) type Unknown = (String, String);

/// The lines of an order that is in the ERP, read with the map that its import pinned.
pub(crate) async fn ordered(
    ledger: &Ledger,
    maps: &AllMaps,
    zone: &TimeZone,
    order: &OrderState,
    now: Millis,
) -> Result<Result<Ordered, Unknown>, LedgerError> {
    let maps = maps.of(order.key.origin());
    let pinned = match &order.pinned {
        Some(pinned) => maps.version(&pinned.map).await?,
        None => None,
    };
    let map = match pinned {
        Some(map) => map,
        // A person completed it by hand, or the map is in a form of another release.
        None => match maps.current(now).await {
            Ok(map) => map,
            Err(MapsError::Ledger(error)) => return Err(error),
            Err(error) => return Ok(Err(("unusable_map".to_owned(), error.to_string()))),
        },
    };
    let read = read_order(ledger, order, &map, zone).await?;
    Ok(read
        .map(|(_, order)| Ordered::of(&order))
        .map_err(|unmapped| (unmapped.code.to_owned(), unmapped.text)))
}

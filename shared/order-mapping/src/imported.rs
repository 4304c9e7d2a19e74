//! An order as its import sent it.

use std::sync::Arc;

use field_map::FieldMap;
use jiff::tz::TimeZone;
use order_model::{ContentHash, Order, OrderState};

use crate::{AllMaps, MapsError, Unmapped, read_order};

/// Reads the order that was imported: its payload with the map of its import, and it has to say what was sent. One that a
/// person made by hand is read with the current map. `step` is what a person may discard instead, such as "publication".
pub async fn read_imported(
    maps: &AllMaps,
    order: &OrderState,
    zone: &TimeZone,
    step: &str,
) -> Result<Result<Order, Unmapped>, MapsError> {
    let Some(map) = map_of(maps, order).await? else {
        return Ok(Err(Unmapped {
            code: "map_gone",
            text: map_gone(step),
        }));
    };
    let ledger = maps.of(order.key.origin()).ledger();
    let mapped = match read_order(ledger, order, &map, zone).await? {
        Ok((_, mapped)) => mapped,
        Err(unmapped) => return Ok(Err(unmapped)),
    };
    let pinned = order.pinned.as_ref().map(|pinned| pinned.hash);
    Ok(match pinned {
        Some(pinned) if pinned != ContentHash::of(&mapped) => Err(Unmapped {
            code: "content_changed",
            text: content_changed(step),
        }),
        _ => Ok(mapped),
    })
}

/// The map that the import pinned; of an order that was made by hand the current one. None if it is gone.
async fn map_of(maps: &AllMaps, order: &OrderState) -> Result<Option<Arc<FieldMap>>, MapsError> {
    let maps = maps.of(order.key.origin());
    match &order.pinned {
        Some(pinned) => Ok(maps.version(&pinned.map).await?),
        None => Ok(Some(maps.current_or_built_in().await?)),
    }
}

fn map_gone(step: &str) -> String {
    format!(
        "the field map that this order was imported with is not there any more, or not in a form that this release reads: deploy \
         the release that stored it and retry; what was imported itself can't be changed here: then discard the {step}"
    )
}

fn content_changed(step: &str) -> String {
    format!(
        "read with the field map of its import, the payload says something else than was imported (TimeZone was changed, or the \
         payload); compare it with the ERP's order, and discard the {step} if it must not go out so"
    )
}

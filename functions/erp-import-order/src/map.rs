//! From the kept payload to the order that is sent, or to the reason why it waits for a person. The payload is mapped here
//! and not at intake, so that a corrected map lets a held order through on the same payload.

use field_map::FieldMap;
use ledger::LedgerError;
use order_mapping::{age_hold, read_order};
use order_model::{Order, OrderState};

use crate::ImportOrder;

/// Why an order is not sent: the code and the words of a hold.
pub(crate) type Held = (String, String);

/// The mapped order, or why it waits.
pub(crate) async fn map(
    import: &ImportOrder,
    order: &OrderState,
    map: &FieldMap,
) -> Result<Result<Order, Held>, LedgerError> {
    let (raw, mapped) = match read_order(&import.kit.ledger, order, map, &import.config.time_zone).await? {
        Ok(read) => read,
        Err(unmapped) => return Ok(Err((unmapped.code.to_owned(), unmapped.text))),
    };
    if order.waived {
        return Ok(Ok(mapped));
    }
    Ok(
        match rule(import, &mapped).or_else(|| map.holds(&raw).into_iter().next()) {
            Some(code) => Err((code, KEPT_BACK.to_owned())),
            None => Ok(mapped),
        },
    )
}

const KEPT_BACK: &str = "nothing is wrong with the order: a rule of the brand keeps it back (ImportFrom, or a hold of the field map); retry \
                         the import to let this one go all the same";

/// The rule of the cut-over: the integration before us may have imported what is older.
fn rule(import: &ImportOrder, order: &Order) -> Option<String> {
    let config = &import.config;
    let code = age_hold(order, config.import_from?, &config.time_zone)?;
    Some(code.to_owned())
}

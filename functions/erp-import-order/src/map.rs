//! From the kept payload to the order that is sent. The payload is mapped here and not at intake, so that a corrected
//! map lets a held order through on the same payload.

use field_map::Context;
use ledger::LedgerError;
use order_model::{Order, OrderState, Vendor};

use crate::{ImportOrder, Unrecorded};

/// The mapped order, or the code and the words of a hold.
pub(crate) async fn map(
    import: &ImportOrder,
    order: &OrderState,
) -> Result<Result<Order, (String, String)>, Unrecorded> {
    let payload = match &order.raw {
        Some(place) => match import.kit.ledger.raw(place).await {
            Err(LedgerError::Unreadable { .. }) => {
                return Ok(Err((
                    "unreadable_payload".to_owned(),
                    "its raw payload can't be unpacked".to_owned(),
                )));
            }
            read => read?,
        },
        None => None,
    };
    let Some(payload) = payload else {
        let text = "its raw payload is gone (expired or erased), so it can't be imported any more";
        return Ok(Err(("payload_gone".to_owned(), text.to_owned())));
    };
    let Ok(raw) = serde_json::from_slice(&payload) else {
        return Ok(Err((
            "unreadable_payload".to_owned(),
            "its raw payload is not JSON".to_owned(),
        )));
    };
    let context = Context {
        key: order.key.clone(),
        vendor: Vendor::RepSpark,
        account: import.config.brand.as_str().to_owned(),
        time_zone: import.config.time_zone.clone(),
    };
    Ok(import.map.apply(&raw, &context).map_err(|problems| {
        let code = problems
            .first()
            .map_or("unmapped_field", field_map::Problem::code);
        // An order of thousands of lines may have a problem in each; a note holds what a person reads.
        let mut words: Vec<String> = problems.iter().take(20).map(ToString::to_string).collect();
        if problems.len() > words.len() {
            words.push(format!("and {} more", problems.len() - words.len()));
        }
        (code.to_owned(), words.join("; "))
    }))
}

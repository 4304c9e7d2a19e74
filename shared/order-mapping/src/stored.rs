//! A kept payload, read with a map.

use field_map::{FieldMap, Problem};
use ledger::{Ledger, LedgerError};
use order_model::{Order, OrderState};
use serde_json::Value;

use crate::Account;

/// The most problems that are written into a hold: an order of thousands of lines may have one in each.
pub(crate) const PROBLEMS: usize = 20;

/// Why there is no order: the code and the words of a hold. The words name places and numbers, and no text of the
/// payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmapped {
    /// `payload_gone`, `unreadable_payload`, or the code of the map's first problem.
    pub code: &'static str,
    /// What happened, and what to do next.
    pub text: String,
}

impl Unmapped {
    fn new(code: &'static str, text: &str) -> Self {
        Self {
            code,
            text: text.to_owned(),
        }
    }

    /// What a map found in the way.
    pub(crate) fn of(problems: &[Problem]) -> Self {
        let code = problems.first().map_or("unmapped_field", Problem::code);
        let mut words: Vec<String> = problems.iter().take(PROBLEMS).map(ToString::to_string).collect();
        if problems.len() > words.len() {
            words.push(format!("and {} more", problems.len() - words.len()));
        }
        Self {
            code,
            text: words.join("; "),
        }
    }
}

/// Reads the payload of an order: the JSON as it came.
pub async fn read_payload(
    ledger: &Ledger,
    order: &OrderState,
) -> Result<Result<Value, Unmapped>, LedgerError> {
    let payload = match &order.raw {
        Some(place) => match ledger.raw(place).await {
            Err(LedgerError::Unreadable { .. }) => {
                let text = "its raw payload can't be unpacked";
                return Ok(Err(Unmapped::new("unreadable_payload", text)));
            }
            read => read?,
        },
        None => None,
    };
    let Some(payload) = payload else {
        let text = "its raw payload is gone (expired or erased), so it can't be imported any more";
        return Ok(Err(Unmapped::new("payload_gone", text)));
    };
    Ok(serde_json::from_slice(&payload)
        .map_err(|_| Unmapped::new("unreadable_payload", "its raw payload is not JSON")))
}

/// Reads the payload of an order with a map: the JSON as it came, and the order in it.
pub async fn read_order(
    ledger: &Ledger,
    order: &OrderState,
    map: &FieldMap,
    account: &Account,
) -> Result<Result<(Value, Order), Unmapped>, LedgerError> {
    let raw = match read_payload(ledger, order).await? {
        Ok(raw) => raw,
        Err(unmapped) => return Ok(Err(unmapped)),
    };
    let mapped = map.apply(&raw, &account.context(order.key.clone()));
    Ok(match mapped {
        Ok(order) => Ok((raw, order)),
        Err(problems) => Err(Unmapped::of(&problems)),
    })
}

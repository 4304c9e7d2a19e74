//! A kept payload, read with a map.

use field_map::{FieldMap, Problem};
use jiff::tz::TimeZone;
use ledger::{Ledger, LedgerError};
use order_model::versions::Version;
use order_model::{Order, OrderKey, OrderState, Origin, RawRef};
use serde_json::Value;

use crate::context;

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

    /// An eCat order of which nothing is left to import.
    pub fn no_submission() -> Self {
        let text = "a person has decided about every submission of this eCat order";
        Self::new("no_submission", text)
    }

    /// What a map found in the way.
    pub(crate) fn of(problems: &[Problem]) -> Self {
        let code = code_of(problems);
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

/// The code of a hold for what a map found in the way: that of the first problem.
pub(crate) fn code_of(problems: &[Problem]) -> &'static str {
    problems.first().map_or(Problem::CODES[0], Problem::code)
}

/// What gets a payload back that is gone. The keys of RepSpark's orders end with its own number.
fn brings_again(key: &OrderKey) -> String {
    if key.origin() == Origin::Ecat {
        return "ecat-pull-orders {\"ecat_id\": <its id>} brings it again, if eCat still has it".to_owned();
    }
    let key = key.as_str();
    let number = key.rsplit_once('-').map_or(key, |(_, number)| number);
    format!(
        "if RepSpark still shows the order as Sent, repspark-recover-orders {{\"order_id\": \"{number}\"}} brings it again"
    )
}

/// Reads the payload of an order: the JSON as it came.
pub async fn read_payload(
    ledger: &Ledger,
    order: &OrderState,
) -> Result<Result<Value, Unmapped>, LedgerError> {
    read_place(ledger, &order.key, order.raw.as_ref()).await
}

async fn read_place(
    ledger: &Ledger,
    key: &OrderKey,
    place: Option<&RawRef>,
) -> Result<Result<Value, Unmapped>, LedgerError> {
    let payload = match place {
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
        let text = format!(
            "its raw payload is gone (expired or erased); {}",
            brings_again(key)
        );
        return Ok(Err(Unmapped::new("payload_gone", &text)));
    };
    Ok(serde_json::from_slice(&payload)
        .map_err(|_| Unmapped::new("unreadable_payload", "its raw payload is not JSON")))
}

/// Reads the payload of an order with a map: the JSON as it came, and the order in it.
pub async fn read_order(
    ledger: &Ledger,
    order: &OrderState,
    map: &FieldMap,
    zone: &TimeZone,
) -> Result<Result<(Value, Order), Unmapped>, LedgerError> {
    let raw = match read_payload(ledger, order).await? {
        Ok(raw) => raw,
        Err(unmapped) => return Ok(Err(unmapped)),
    };
    let Some(key) = order.erp_key() else {
        return Ok(Err(Unmapped::no_submission()));
    };
    let mapped = map.apply(&raw, &context(key, zone));
    Ok(match mapped {
        Ok(mut mapped) => {
            mapped.revision_of.clone_from(&order.revision_of);
            Ok((raw, mapped))
        }
        Err(problems) => Err(Unmapped::of(&problems)),
    })
}

/// Reads the payload of a submission of an eCat order with a map, as [`read_order`].
pub async fn read_version(
    ledger: &Ledger,
    version: &Version,
    map: &FieldMap,
    zone: &TimeZone,
) -> Result<Result<(Value, Order), Unmapped>, LedgerError> {
    let raw = match read_place(ledger, &OrderKey::from(&version.key), Some(&version.raw)).await? {
        Ok(raw) => raw,
        Err(unmapped) => return Ok(Err(unmapped)),
    };
    let mapped = map.apply(&raw, &context(version.key.clone(), zone));
    Ok(mapped
        .map(|mapped| (raw, mapped))
        .map_err(|problems| Unmapped::of(&problems)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_that_is_gone_comes_with_the_event_that_brings_it_again() {
        let key = OrderKey::new("RS-ACME-8086").unwrap();
        let says = brings_again(&key);
        assert!(
            says.ends_with("repspark-recover-orders {\"order_id\": \"8086\"} brings it again"),
            "{says}"
        );
    }

    #[test]
    fn no_problem_at_all_is_told_as_a_field_that_is_not_mapped() {
        assert_eq!(code_of(&[]), "unmapped_field");
    }
}

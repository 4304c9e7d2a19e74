//! What became of several acknowledgements. The answer is not documented: what is not clear about an order is unknown.

use serde_json::{Map, Value};

use crate::acknowledgement::Acknowledgement;
use crate::answer::{Acknowledged, Conflict, acknowledged};
use crate::batch::Batch;
use crate::guesses::{WRAPPERS, says_already};
use crate::number::PurchaseOrderNumber;
use crate::read::{field, text};
use crate::recipe_set::RecipeSetId;

/// What is known of one of several acknowledgements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Each {
    /// Spectrum says it plainly.
    Told(Acknowledged),
    /// It may have been taken: probe it after the settle time. The text says why.
    Unknown(&'static str),
}

/// One entry for each order of the batch, in its order; found by the order's number and never by its place.
pub(crate) fn each(batch: &Batch, answer: &Value, token: &str) -> Vec<(PurchaseOrderNumber, Each)> {
    let results = results(answer, true);
    let all = batch.all().iter();
    all.map(|one| (one.number().clone(), about(one, &results, token)))
        .collect()
}

/// Unknown, all of them.
pub(crate) fn all_unknown(batch: &Batch, why: &'static str) -> Vec<(PurchaseOrderNumber, Each)> {
    let all = batch.all().iter();
    all.map(|one| (one.number().clone(), Each::Unknown(why)))
        .collect()
}

fn about(one: &Acknowledgement, results: &[&Map<String, Value>], token: &str) -> Each {
    let number = one.number().as_str();
    let about: Vec<_> = results
        .iter()
        .filter(|result| text(result, "purchaseOrderNumber").as_deref() == Some(number))
        .collect();
    let result = match about.as_slice() {
        [] => return Each::Unknown("the answer does not name the order"),
        [result] => result,
        _ => return Each::Unknown("the answer names the order more than once"),
    };
    if text(result, "error").is_some_and(|words| says_already(&words)) {
        return Each::Told(Acknowledged::Conflict(Conflict {
            says_already: true,
            last_modification: text(result, "lastModification").and_then(|time| time.parse().ok()),
        }));
    }
    let sent: Vec<&RecipeSetId> = one.recipe_sets().collect();
    acknowledged(number, &sent, result, token).map_or_else(Each::Unknown, Each::Told)
}

/// The answers for single orders: a list of them, one alone, or either in an envelope.
fn results(answer: &Value, may_be_wrapped: bool) -> Vec<&Map<String, Value>> {
    match answer {
        Value::Array(all) => all.iter().filter_map(Value::as_object).collect(),
        Value::Object(fields) if field(fields, "purchaseOrderNumber").is_some() => vec![fields],
        Value::Object(fields) if may_be_wrapped => {
            let inner = WRAPPERS.iter().find_map(|name| field(fields, name));
            inner.map_or_else(Vec::new, |inner| results(inner, false))
        }
        _ => Vec::new(),
    }
}

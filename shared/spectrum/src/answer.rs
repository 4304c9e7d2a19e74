//! What became of an acknowledgement. A 200 does not mean that anything was started.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::guesses::says_already;
use crate::read::{field, list, text, yes};
use crate::recipe_set::RecipeSetId;
use crate::words::Words;

/// What Spectrum says of an acknowledgement, or of the details of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acknowledged {
    /// Every recipe set was taken.
    All,
    /// Not every recipe set was taken. Hold it: what another try would do to those that were is not documented.
    Partly(Partly),
    /// 409: the order was there before. Whether that was our own earlier try, the ledger has to say; else hold it.
    Conflict(Conflict),
}

/// Recipe sets by what is said of them. All three are recipe sets that were sent, in the order in which they were.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Partly {
    /// Those that were taken.
    pub started: Vec<RecipeSetId>,
    /// Those that were not. Empty where it is only said that not all were taken.
    pub failed: Vec<Failed>,
    /// Those of which nothing is said, or no plain yes or no.
    pub untold: Vec<RecipeSetId>,
}

/// A recipe set that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// Which.
    pub recipe_set: RecipeSetId,
    /// Why, in the vendor's words.
    pub message: Words,
}

/// An order that was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conflict {
    /// Whether it says in the documented words that the order was submitted already. An answer without them is a conflict
    /// all the same.
    pub says_already: bool,
    /// When the order was modified last, if it is told.
    pub last_modification: Option<Timestamp>,
}

impl Conflict {
    /// Reads a 409, which need not be JSON: the vendor's sample is not.
    pub(crate) fn read(body: &[u8]) -> Self {
        let parsed: Option<Value> = serde_json::from_slice(body).ok();
        let fields = parsed.as_ref().and_then(Value::as_object);
        let told = fields.and_then(|fields| text(fields, "lastModification"));
        Self {
            says_already: says_already(&String::from_utf8_lossy(body)),
            last_modification: told.and_then(|time| time.parse().ok()),
        }
    }
}

/// Reads the answer about an order of these recipe sets. Everything is taken only if each of them has a plain yes, and
/// nothing says otherwise; of what is said twice the worse counts.
///
/// An answer that speaks of failure is [`Acknowledged::Partly`], however little it says. What else is not clear is an
/// error: then it may have been done.
pub(crate) fn acknowledged(
    number: &str,
    sent: &[&RecipeSetId],
    answer: &Map<String, Value>,
    token: &str,
) -> Result<Acknowledged, &'static str> {
    if text(answer, "purchaseOrderNumber").is_some_and(|told| told != number) {
        return Err("the answer is about another order");
    }
    let Some(statuses) = list(answer, "statuses") else {
        return match yes(answer, "allSuccessful") {
            Some(false) => Ok(Acknowledged::Partly(untold(sent))),
            _ => Err("the answer has no statuses"),
        };
    };
    let mut partly = Partly::default();
    for id in sent {
        let about: Vec<_> = statuses
            .iter()
            .copied()
            .filter(|status| text(status, "recipeSetId").as_deref() == Some(id.as_str()))
            .collect();
        let said: Vec<_> = about.iter().map(|status| yes(status, "success")).collect();
        if let Some(at) = said.iter().position(|yes| *yes == Some(false)) {
            partly.failed.push(Failed {
                recipe_set: (*id).clone(),
                message: Words::new(&text(about[at], "message").unwrap_or_default(), token),
            });
        } else if said.is_empty() || said.contains(&None) {
            partly.untold.push((*id).clone());
        } else {
            partly.started.push((*id).clone());
        }
    }
    if !partly.failed.is_empty() || yes(answer, "allSuccessful") == Some(false) {
        return Ok(Acknowledged::Partly(partly));
    }
    if !partly.untold.is_empty() {
        return Err("the answer does not say of each recipe set that it was taken");
    }
    if says_no(&statuses) {
        return Err("a recipe set failed that was not sent");
    }
    if field(answer, "allSuccessful").is_some() && yes(answer, "allSuccessful").is_none() {
        return Err("whether all were successful is neither yes nor no");
    }
    Ok(Acknowledged::All)
}

fn untold(sent: &[&RecipeSetId]) -> Partly {
    Partly {
        untold: sent.iter().map(|id| (*id).clone()).collect(),
        ..Partly::default()
    }
}

fn says_no(statuses: &[&Map<String, Value>]) -> bool {
    statuses
        .iter()
        .any(|status| yes(status, "success") == Some(false))
}

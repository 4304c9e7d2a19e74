//! Orders that a person has to look at before they go on, by what their payload says.

use serde_json::Value;

use crate::expr::{Expr, Fault};
use crate::pointer::View;

/// Texts that say no, in lower case. Whatever else stands there says yes: a hold too many costs a look, a hold too few
/// costs goods that are made or shipped.
const NO: [&str; 4] = ["0", "false", "no", "n"];

/// One reason to hold an order.
#[derive(Debug, Clone)]
pub(crate) struct Hold {
    /// [`HOLD_PREFIX`](order_model::HOLD_PREFIX) and the name.
    pub(crate) code: String,
    pub(crate) when: Expr,
    pub(crate) is: Is,
}

/// What a value must be, to hold the order.
#[derive(Debug, Clone)]
pub(crate) enum Is {
    /// There, and none of [`NO`].
    Set,
    /// One of these, in lower case.
    OneOf(Vec<String>),
}

impl Hold {
    /// Whether this payload is to be held. A list or an object where one value belongs is more than the map
    /// understands, so the order is held.
    pub(crate) fn matches(&self, view: &View<'_>) -> bool {
        match self.when.find(view, &mut Vec::new()) {
            Ok(Some(text)) => self.is.matches(&text),
            Ok(None) | Err(Fault::Missing) => false,
            Err(Fault::NotOneValue) => true,
        }
    }
}

impl Is {
    fn matches(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        match self {
            Self::Set => !text.is_empty() && !NO.contains(&text.as_str()),
            Self::OneOf(texts) => texts.contains(&text),
        }
    }
}

/// The codes of the holds that this payload matches, in the map's order.
pub(crate) fn codes(holds: &[Hold], raw: &Value) -> Vec<String> {
    let view = View {
        root: raw,
        chain: Vec::new(),
    };
    let matching = holds.iter().filter(|hold| hold.matches(&view));
    matching.map(|hold| hold.code.clone()).collect()
}

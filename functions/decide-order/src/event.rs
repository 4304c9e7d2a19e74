//! What a person sends, as it comes.

use serde::Deserialize;

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the README says what each does")]
pub enum Verb {
    Show,
    List,
    Retry,
    Discard,
    Complete,
    Adopt,
    Note,
    Pause,
    Resume,
    Erase,
}

/// A name of an order. RepSpark's numbers are digits, and people leave the quotation marks out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Name {
    /// A text.
    Text(String),
    /// A number.
    Number(u64),
}

impl Name {
    /// The name as text, without blanks around it.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// Which of all orders.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Where {
    /// The step that is open.
    pub step: Option<String>,
    /// The code that the step is held under; `foreign`; `quarantine`.
    pub code: Option<String>,
    /// Known for longer than this.
    pub older_than: Option<String>,
}

/// An event. Which fields go with which `do` is checked by [`crate::request`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the README says what each means")]
pub struct Event {
    #[serde(rename = "do")]
    pub verb: Verb,
    pub order: Option<Name>,
    pub orders: Option<Vec<Name>>,
    #[serde(rename = "where")]
    pub filter: Option<Where>,
    pub step: Option<String>,
    pub reference: Option<Name>,
    pub vendor: Option<String>,
    pub by: Option<String>,
    pub why: Option<String>,
    pub limit: Option<u64>,
    pub dry_run: Option<bool>,
    pub raw: Option<bool>,
}

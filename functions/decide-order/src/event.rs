//! What a person sends, as it comes.

use order_model::Decision;
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

impl Verb {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::List => "list",
            Self::Note => "note",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Retry => Decision::Retry.as_str(),
            Self::Discard => Decision::Discard.as_str(),
            Self::Complete => Decision::Complete.as_str(),
            Self::Adopt => Decision::Adopt.as_str(),
            Self::Erase => Decision::Erase.as_str(),
        }
    }

    /// The fields that go with it.
    pub(crate) fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Show => &["order", "vendor", "raw"],
            Self::List => &["where", "limit"],
            Self::Retry | Self::Discard => &[
                "order", "orders", "where", "limit", "step", "dry_run", "by", "why",
            ],
            Self::Complete => &["order", "orders", "step", "reference", "dry_run", "by", "why"],
            Self::Adopt => &["order", "orders", "where", "limit", "dry_run", "by", "why"],
            Self::Erase => &["order", "orders", "dry_run", "by", "why"],
            Self::Note => &["order", "orders", "step", "by", "why"],
            Self::Pause | Self::Resume => &["vendor", "dry_run", "by", "why"],
        }
    }
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

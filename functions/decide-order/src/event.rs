//! What a person sends, as it comes.

use order_model::{AskedOrder, Decision};
use serde::Deserialize;

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the README says what each does")]
pub enum Verb {
    Show,
    List,
    Retry,
    Discard,
    Complete,
    Adopt,
    ImportAsNew,
    ImportAsRevision,
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
            Self::ImportAsNew => Decision::ImportAsNew.as_str(),
            Self::ImportAsRevision => Decision::ImportAsRevision.as_str(),
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
            Self::Adopt | Self::ImportAsNew | Self::ImportAsRevision => {
                &["order", "orders", "where", "limit", "dry_run", "by", "why"]
            }
            Self::Erase => &["order", "orders", "dry_run", "by", "why"],
            Self::Note => &["order", "orders", "step", "by", "why"],
            Self::Pause | Self::Resume => &["vendor", "dry_run", "by", "why"],
        }
    }
}

/// The states that a step may be in, one or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "\"state\" is a word or a list of words")]
pub enum States {
    /// One.
    One(String),
    /// Any of these.
    AnyOf(Vec<String>),
}

impl States {
    /// The words.
    pub(crate) fn words(&self) -> &[String] {
        match self {
            Self::One(word) => std::slice::from_ref(word),
            Self::AnyOf(words) => words,
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
    /// What the step is in.
    pub state: Option<States>,
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
    pub order: Option<AskedOrder>,
    pub orders: Option<Vec<AskedOrder>>,
    #[serde(rename = "where")]
    pub filter: Option<Where>,
    pub step: Option<String>,
    pub reference: Option<AskedOrder>,
    pub vendor: Option<String>,
    pub by: Option<String>,
    pub why: Option<String>,
    pub limit: Option<u64>,
    pub dry_run: Option<bool>,
    pub raw: Option<bool>,
}

//! Why a step is held, in words: an item of its own, because the state item must stay small.

use order_model::{EcatId, Millis, OrderKey, StepName};

use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError};

/// The sort key of the words of a hold begins with this.
pub(crate) const PREFIX: &str = "hold#";

/// What a person reads about a held step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldNote {
    /// The stable code, as in the step.
    pub code: String,
    /// What happened and what to do next. May hold a vendor's own words: for a person's eyes, never for a log.
    pub text: String,
    /// When.
    pub at: Millis,
    /// The fingerprint of the content that it is about, where that is not the order's own.
    pub subject: Option<String>,
}

impl Ledger {
    /// Keeps the words; written before the state that mentions the hold.
    pub async fn keep_hold(
        &self,
        key: &OrderKey,
        step: StepName,
        note: &HoldNote,
    ) -> Result<(), LedgerError> {
        self.put(encode(key, &name(step), note), "write a hold").await
    }

    /// Keeps the words about a submission of an eCat order that waits for a person.
    pub async fn keep_version_hold(
        &self,
        key: &OrderKey,
        id: EcatId,
        note: &HoldNote,
    ) -> Result<(), LedgerError> {
        self.put(encode(key, &version_name(id), note), "write a hold")
            .await
    }

    /// Reads the words about a submission.
    pub async fn version_hold(&self, key: &OrderKey, id: EcatId) -> Result<Option<HoldNote>, LedgerError> {
        self.read_hold(key, &version_name(id)).await
    }

    /// Reads the words of a held step.
    pub async fn hold(&self, key: &OrderKey, step: StepName) -> Result<Option<HoldNote>, LedgerError> {
        self.read_hold(key, &name(step)).await
    }

    async fn read_hold(&self, key: &OrderKey, sk: &str) -> Result<Option<HoldNote>, LedgerError> {
        let Some(item) = self.get(key.as_str(), sk).await? else {
            return Ok(None);
        };
        let reader = Reader::open(key.as_str(), &item)?;
        Ok(Some(HoldNote {
            code: reader.text("code")?.to_owned(),
            text: reader.text("text")?.to_owned(),
            at: reader.millis("at")?,
            subject: reader.maybe_text("subject").map(str::to_owned),
        }))
    }
}

fn encode(key: &OrderKey, sk: &str, note: &HoldNote) -> Item {
    let mut item = item::new(key.as_str(), sk);
    item.insert("code".into(), text(&*note.code));
    item.insert("text".into(), text(&*note.text));
    item.insert("at".into(), number(note.at.0));
    if let Some(subject) = &note.subject {
        item.insert("subject".into(), text(&**subject));
    }
    item
}

fn version_name(id: EcatId) -> String {
    format!("{PREFIX}version#{id}")
}

fn name(step: StepName) -> String {
    format!("{PREFIX}{}", step.as_str())
}

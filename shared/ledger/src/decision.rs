//! What people decided, beside what they decided about. A record is never changed.

use order_model::{Millis, StepName};

use crate::call::{If, Put};
use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError, quarantine};

const PREFIX: &str = "decision#";

/// So many decisions about one thing are read: whoever wants older ones reads the table.
const MOST: usize = 200;

/// One decision of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRecord {
    /// When.
    pub at: Millis,
    /// What was done: `retry`, `discard`, …
    pub did: String,
    /// To which step, if to one.
    pub step: Option<StepName>,
    /// Who decided.
    pub by: String,
    /// Their reason.
    pub why: String,
    /// What came of it, in words.
    pub detail: String,
}

impl Ledger {
    /// Under which name a quarantined record is decided about.
    pub fn quarantine_name(source: &str, id: &str) -> String {
        quarantine::name(source, id)
    }

    /// Under which name the pause of a vendor is decided about.
    pub fn pause_name(vendor: &str) -> String {
        format!("pause#{vendor}")
    }

    /// Keeps a decision. `about` is an order's key, [`Ledger::quarantine_name`] or [`Ledger::pause_name`]. Each call
    /// keeps one, also if the same is decided twice.
    pub async fn keep_decision(&self, about: &str, decision: &DecisionRecord) -> Result<(), LedgerError> {
        // 13 digits, so that the names stand in the order of time.
        let name = format!("{PREFIX}{:013}#{}", decision.at.0, self.token());
        let item = encode(about, &name, decision);
        match self.put_if(item.clone(), If::Absent).await? {
            Put::Done => Ok(()),
            // Its name holds our token: it is ours, and its reply had been lost.
            Put::Refused(Some(stands)) if stands == item => Ok(()),
            Put::Refused(_) => Err(LedgerError::Contended {
                key: format!("{about} {name}"),
                times: 1,
            }),
        }
    }

    /// The decisions about something, oldest first; of more than 200 the newest.
    pub async fn decisions(&self, about: &str) -> Result<Vec<DecisionRecord>, LedgerError> {
        let items = self.items_of(about, PREFIX, MOST).await?;
        items.iter().map(|item| decode(about, item)).collect()
    }
}

fn encode(about: &str, name: &str, decision: &DecisionRecord) -> Item {
    let mut item = item::new(about, name);
    let mut put = |name: &str, value| item.insert(name.to_owned(), value);
    put("at", number(decision.at.0));
    put("did", text(&*decision.did));
    if let Some(step) = decision.step {
        put("step", text(step.as_str()));
    }
    put("by", text(&*decision.by));
    put("why", text(&*decision.why));
    put("detail", text(&*decision.detail));
    item
}

fn decode(about: &str, item: &Item) -> Result<DecisionRecord, LedgerError> {
    let reader = Reader::open(about, item)?;
    let step = reader
        .maybe_text("step")
        .map(|step| StepName::parse(step).ok_or_else(|| reader.unreadable("step")));
    Ok(DecisionRecord {
        at: reader.millis("at")?,
        did: reader.text("did")?.to_owned(),
        step: step.transpose()?,
        by: reader.text("by")?.to_owned(),
        why: reader.text("why")?.to_owned(),
        detail: reader.text("detail")?.to_owned(),
    })
}

//! The vendor's own numbers of a call that did not go well: what its support asks for.

use order_model::{Millis, OrderKey, StepName};

use crate::item::{self, Reader, number, text};
use crate::{Ledger, LedgerError};

/// The numbers of the last call of a step that did not go well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallNote {
    /// The vendor's number of the call.
    pub transaction: Option<String>,
    /// The vendor's number of the batch that the call began.
    pub batch: Option<String>,
    /// The vendor's code of what was wrong.
    pub code: Option<String>,
    /// How often in a row such a call was found to have had no effect, although the vendor had answered well.
    pub without_effect: u32,
    /// When the call was made.
    pub at: Millis,
}

impl Ledger {
    /// Keeps the numbers of a call; those of the step's last call before are gone.
    pub async fn keep_call(
        &self,
        key: &OrderKey,
        step: StepName,
        note: &CallNote,
    ) -> Result<(), LedgerError> {
        let mut item = item::new(key.as_str(), &name(step));
        let numbers = [
            ("transaction", &note.transaction),
            ("batch", &note.batch),
            ("code", &note.code),
        ];
        for (name, value) in numbers {
            if let Some(value) = value {
                item.insert(name.into(), text(&**value));
            }
        }
        if note.without_effect > 0 {
            item.insert("without_effect".into(), number(note.without_effect));
        }
        item.insert("at".into(), number(note.at.0));
        self.put(item, "write a call's numbers").await
    }

    /// Reads the numbers of a step's last call that did not go well.
    pub async fn call_note(&self, key: &OrderKey, step: StepName) -> Result<Option<CallNote>, LedgerError> {
        let Some(item) = self.get(key.as_str(), &name(step)).await? else {
            return Ok(None);
        };
        let reader = Reader::open(key.as_str(), &item)?;
        let maybe = |name| reader.maybe_text(name).map(str::to_owned);
        Ok(Some(CallNote {
            transaction: maybe("transaction"),
            batch: maybe("batch"),
            code: maybe("code"),
            without_effect: reader.maybe_number("without_effect").unwrap_or(0),
            at: reader.millis("at")?,
        }))
    }
}

fn name(step: StepName) -> String {
    format!("call#{}", step.as_str())
}

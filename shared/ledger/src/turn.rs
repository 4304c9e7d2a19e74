//! Turns: what many could do and one does, once an interval.

use std::time::Duration;

use order_model::Millis;

use crate::call::{If, Put};
use crate::item::{self, Reader, number, text};
use crate::{Ledger, LedgerError};

const SK: &str = "turn";

impl Ledger {
    /// Takes the turn: true for one caller an interval, counted from the turn before.
    pub async fn take_turn(&self, name: &str, now: Millis, every: Duration) -> Result<bool, LedgerError> {
        let key = format!("turn#{name}");
        let stands = self.get(&key, SK).await?;
        let mut revision = 0;
        if let Some(item) = &stands {
            let reader = Reader::open(&key, item)?;
            if reader.millis("at")? + every > now {
                return Ok(false);
            }
            revision = reader.number("rev")?;
        }
        let writer = text(self.token());
        let mut next = item::new(&*key, SK);
        next.insert("rev".into(), number(revision + 1));
        next.insert("w".into(), writer.clone());
        next.insert("at".into(), number(now.0));
        let condition = stands.map_or(If::Absent, |_| If::Revision(revision));
        Ok(match self.put_if(next, condition).await? {
            Put::Done => true,
            Put::Refused(item) => item.is_some_and(|item| item.get("w") == Some(&writer)),
        })
    }
}

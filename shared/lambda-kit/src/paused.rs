//! A paused vendor, for whoever invoked a function by hand.

use ledger::{LedgerError, Pause};

use crate::VendorGate;

impl VendorGate {
    /// Why nothing goes through this gate, until when, and what a person can do. To be asked when it has not let a call
    /// pass.
    pub async fn in_words(&self) -> Result<String, LedgerError> {
        let stands = self.ledger().pause(self.vendor()).await?;
        Ok(in_words(self.vendor(), stands.as_ref()))
    }
}

fn in_words(vendor: &str, pause: Option<&Pause>) -> String {
    let Some(pause) = pause else {
        return format!("{vendor} was paused a moment ago and is not any more: invoke this again");
    };
    let Pause {
        by, since, reason, ..
    } = pause;
    let resume = format!(
        "decide-order {{\"do\": \"resume\", \"vendor\": \"{vendor}\", \"by\": \"…\", \"why\": \"…\"}}"
    );
    match pause.next_probe {
        Some(next) => format!(
            "{vendor} is paused by {by} since {since}: {reason}. It is tried again from {next} on, and the pause ends when that goes \
             well. Mend its secret or its address; or end the pause with {resume}"
        ),
        None => format!(
            "{vendor} is paused by {by} since {since}, until somebody ends it: {reason}. Nothing is tried before. End it with {resume}"
        ),
    }
}

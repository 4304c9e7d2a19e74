//! How far a report has been taken that is too large for one run: kept between runs, or it would begin anew each time and
//! never come to its end.

use lambda_kit::clock;
use ledger::{LedgerError, Opening};

use crate::ReadReports;

/// How far a report has been taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Progress {
    /// The portion that is next.
    pub(crate) next: usize,
    /// Whether the report has to stay for something in the portions before.
    pub(crate) stays: bool,
}

impl Progress {
    /// As the count of a journal.
    fn packed(self) -> u64 {
        (self.next as u64) * 2 + u64::from(self.stays)
    }

    fn unpacked(packed: u64) -> Self {
        Self {
            next: usize::try_from(packed / 2).unwrap_or(usize::MAX),
            stays: packed % 2 == 1,
        }
    }
}

impl ReadReports {
    /// How far the report of this content has been taken; from the beginning, if it was never broken off.
    pub(crate) async fn progress(&self, content: &str) -> Result<Progress, LedgerError> {
        let journal = self.kit.ledger.journal(&name(content)).await?;
        Ok(Progress::unpacked(journal.records))
    }

    /// Notes how far it has been taken. One that is not noted is taken from where it was the last time.
    pub(crate) async fn keep_progress(&self, content: &str, progress: Progress) {
        if let Err(error) = self.note(&name(content), progress).await {
            tracing::warn!("how far a large report was taken could not be noted: {error}");
        }
    }

    async fn note(&self, name: &str, progress: Progress) -> Result<(), LedgerError> {
        let (ledger, now) = (&self.kit.ledger, clock::now());
        // No lock: there is one reader, so nobody else writes this.
        let (opening, owner) = ledger.open_journal(name, now, now).await?;
        if let Opening::Busy(_) = opening {
            return Ok(());
        }
        ledger
            .close_journal(name, &owner, clock::now(), true, progress.packed())
            .await
    }
}

fn name(content: &str) -> String {
    format!("spreadshirt-report-{content}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_comes_back_as_it_was_noted() {
        for (next, stays) in [(0, false), (0, true), (7, false), (200, true)] {
            let progress = Progress { next, stays };
            assert_eq!(Progress::unpacked(progress.packed()), progress);
        }
        assert_eq!(Progress::unpacked(0), Progress::default(), "no journal at all");
    }
}

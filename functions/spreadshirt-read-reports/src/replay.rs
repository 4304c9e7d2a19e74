//! One report that a person names: taken in again, whether or not it was deleted, and left as it is.

use lambda_kit::Error;
use order_model::OrderKey;
use spreadshirt::{CallError, ReportId, ReportState, Unreadable};

use crate::ReadReports;
use crate::asked::AskedReport;
use crate::read::odd;
use crate::report::{Report, Taken};
use crate::talk::{Talk, Unheard};
use crate::whose::NAME_BYTES_MAX;

/// Why a report was not replayed. Nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum NotReplayed {
    /// There is none of this id.
    #[error("spreadshirt shows no report {0} to our user: look whether the id and the partner are right")]
    NotThere(ReportId),
    /// It can't be read.
    #[error("report {id} can't be read: {what}")]
    Unreadable {
        /// Its id.
        id: ReportId,
        /// Why.
        what: Unreadable,
    },
    /// It is in a state that nobody told us of.
    #[error("report {id} is not taken in: {what}")]
    OddState {
        /// Its id.
        id: ReportId,
        /// Which one.
        what: String,
    },
    /// Something in it can't be kept.
    #[error("report {0} has an item without a correlation whose id is longer than {NAME_BYTES_MAX} bytes")]
    LongName(ReportId),
}

impl ReadReports {
    /// Takes in one report, and deletes nothing.
    pub(crate) async fn replay(&self, asked: &AskedReport, talk: &Talk<'_>) -> Result<Report, Error> {
        let AskedReport(id) = asked;
        let read = self.asked_for(id, talk).await?;
        let sorted = self.sorted(read.modifications);
        let sorted = sorted.map_err(|_| NotReplayed::LongName(id.clone()))?;
        let taken = self.take(&sorted, talk.deadline).await?;
        let mut report = Report {
            listed: 1,
            read: 1,
            complete: !taken.broken_off && taken.ambiguous.is_empty(),
            more: taken.broken_off,
            says: Some(words(id, &taken)),
            ..Report::of("replayed")
        };
        report.add(&taken);
        tracing::info!(
            report.id = %id,
            applied = report.applied,
            known = report.known,
            disputed = report.disputed,
            waiting = report.waiting,
            of_others = report.of_others,
            "replayed"
        );
        Ok(report)
    }

    /// Reads the report that a person names.
    pub(crate) async fn asked_for(
        &self,
        id: &ReportId,
        talk: &Talk<'_>,
    ) -> Result<spreadshirt::Report, Error> {
        let read = talk
            .ask(async |client, session| client.report(session, id).await)
            .await;
        let read = match read {
            Err(Unheard::Call(CallError::NotFound { .. })) => {
                return Err(NotReplayed::NotThere(id.clone()).into());
            }
            Err(Unheard::Call(CallError::Unreadable { what, .. })) => {
                return Err(NotReplayed::Unreadable { id: id.clone(), what }.into());
            }
            read => read?,
        };
        talk.gate.answered().await;
        match read.state {
            Some(ReportState::Activated | ReportState::Deleted) => Ok(read),
            state => Err(NotReplayed::OddState {
                id: id.clone(),
                what: odd(state.as_ref()),
            }
            .into()),
        }
    }
}

fn words(id: &ReportId, taken: &Taken) -> String {
    if taken.broken_off {
        return format!("the time ran out within report {id}: invoke this again, and it goes on");
    }
    let orders: Vec<&str> = taken.ambiguous.iter().map(OrderKey::as_str).collect();
    match orders.is_empty() {
        true => format!("report {id} was taken in; it is not deleted by this"),
        false => format!(
            "report {id} was taken in, but for what it says of a number at the ERP that several orders have: {}",
            orders.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_reads_what_became_of_the_report() {
        let id = ReportId::new("9001").unwrap();
        let mut taken = Taken::default();
        assert!(words(&id, &taken).contains("taken in; it is not deleted"));
        for order in ["RS-ACME-1", "RS-ACME-2"] {
            taken.ambiguous.insert(OrderKey::new(order).unwrap());
        }
        assert!(words(&id, &taken).ends_with("several orders have: RS-ACME-1, RS-ACME-2"));
        taken.broken_off = true;
        assert!(words(&id, &taken).contains("invoke this again"));
    }
}

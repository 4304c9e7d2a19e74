//! One submission that a person names: read by its id, taken in as any other, and not marked.

use std::collections::VecDeque;

use ecat::{SeenOrder, fault};
use lambda_kit::{Error, VendorGate, clock};
use ledger::Birth;
use order_intake::{Arrival, Arrived, Intake, Piece, SubmissionTaker};
use order_model::{AskedOrder, EcatId, understood};

use crate::{PullOrders, Report};

/// Why a submission was not replayed. Nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum NotReplayed {
    /// What was asked for is no id.
    #[error(
        "{0:?} is no id of eCat's: give the number that eCat calls id, such as 356509, and not the order number"
    )]
    NoId(String),
    /// It could not be kept.
    #[error("submission {0} was read and could not be kept; try again")]
    NotKept(EcatId),
}

impl PullOrders {
    /// Reads one submission by its id and takes it in.
    pub(crate) async fn replay(
        &self,
        asked: &AskedOrder,
        gate: &VendorGate,
        birth: &Birth,
    ) -> Result<Report, Error> {
        let id = asked.as_str().parse().map(EcatId);
        let id = id.map_err(|_| NotReplayed::NoId(asked.to_string()))?;
        let now = clock::now();
        if !gate.pass(now).await? {
            return self.paused(gate).await;
        }
        let current = self.maps.for_comparing().await?;
        let quarantined = self.quarantined().await?;
        let call = async |credentials| self.client(credentials).order(id).await;
        let seen = self
            .kit
            .call_twice(gate, &self.config.ecat.secret, call, fault)
            .await?;
        if understood(fault(&seen)) {
            gate.answered().await;
        }
        let SeenOrder { raw, .. } = seen?;
        self.bind(birth).await?;
        let mut taker = self.taker(&current, &quarantined, true, now);
        let piece = Piece::Record {
            bytes: raw.to_vec(),
            salvaged: false,
        };
        let mut came = taker.take(&mut VecDeque::from([piece])).await;
        came.extend(taker.flush().await);
        self.told(&came, &mut true).await;
        match came.first() {
            Some(Arrived::Submission { order, came_to, .. }) => Ok(report(
                &taker,
                format!("{id} is a submission of {order}: {}", words(*came_to)),
            )),
            _ => Err(match taker.fault {
                Some(fault) => fault.into(),
                None => NotReplayed::NotKept(id).into(),
            }),
        }
    }
}

fn words(came_to: Arrival) -> String {
    match came_to {
        Arrival::Again => "it was known, and nothing changed".to_owned(),
        Arrival::Entered { held: Some(code), .. } => format!(
            "it was taken in, and waits for a person under {}; decide-order shows it",
            code.as_str()
        ),
        Arrival::Entered { due: true, .. } => "it was taken in, and its import is due".to_owned(),
        Arrival::Entered { .. } => "it was taken in".to_owned(),
    }
}

fn report(taker: &SubmissionTaker<'_>, says: String) -> Report {
    let tally = &taker.tally;
    tracing::info!(
        new = tally.new,
        resubmitted = tally.resubmitted,
        known = tally.again,
        held = tally.held,
        "replayed"
    );
    Report {
        outcome: "replayed",
        records: tally.records,
        new: tally.new,
        resubmitted: tally.resubmitted,
        held: tally.held,
        quarantined: tally.quarantined,
        complete: true,
        says: Some(says),
        ..Report::default()
    }
}

#[cfg(test)]
mod tests {
    use order_model::versions::HoldCode;

    use super::*;

    #[test]
    fn a_person_reads_what_became_of_the_submission() {
        let entered = |due, held| Arrival::Entered {
            first: false,
            due,
            held,
        };
        for (came_to, said) in [
            (Arrival::Again, "it was known, and nothing changed"),
            (entered(true, None), "it was taken in, and its import is due"),
            (entered(false, None), "it was taken in"),
            (
                entered(true, Some(HoldCode::LooksNew)),
                "it was taken in, and waits for a person under ecat_looks_new; decide-order shows it",
            ),
        ] {
            assert_eq!(words(came_to), said);
        }
    }
}

//! Records that are no whole order, and whole ones that settle them.

use ledger::{LedgerError, Quarantine, Quarantined, Raw};
use order_model::EcatOrderNumber;

use super::{Arrived, Named, SubmissionTaker};

/// How a quarantined record is settled whose number comes as a whole order.
const CAME_WHOLE: &str = "it came again as a whole order";

/// Records whose quarantine could not be settled.
type Unsettled<'b> = Vec<(Named<'b>, LedgerError)>;

/// Whether a record can be named by this number: what is no order number may be longer than a key of the ledger.
fn is_name(number: &str) -> bool {
    EcatOrderNumber::new(number).is_ok()
}

impl SubmissionTaker<'_> {
    /// Settles the quarantined records of these numbers. Before they are taken in: if that breaks off they come again, and
    /// what is known is not looked at twice.
    pub(super) async fn settle_quarantined<'b>(
        &self,
        named: Vec<Named<'b>>,
    ) -> (Vec<Named<'b>>, Unsettled<'b>) {
        let source = self.rules.records.source;
        let (mut settled, mut unsettled) = (Vec::with_capacity(named.len()), Vec::new());
        for one in named {
            let id = one.submission.number.as_str();
            let stood = self.rules.quarantined.contains(id);
            let resolved = match stood {
                true => {
                    self.ledger
                        .resolve_quarantine(source, id, CAME_WHOLE, self.now)
                        .await
                }
                false => Ok(false),
            };
            match resolved {
                Ok(_) => settled.push(one),
                Err(error) => unsettled.push((one, error)),
            }
        }
        (settled, unsettled)
    }

    pub(super) async fn quarantine_all(&mut self, broken: &[(u64, &[u8], &'static str)]) -> Vec<Arrived> {
        let mut came = Vec::with_capacity(broken.len());
        for (place, bytes, fault) in broken {
            let number = (self.rules.records.number_in_broken)(bytes);
            match self.quarantine(*place, bytes, fault, number.clone()).await {
                Ok(kept) => came.push(kept),
                Err(error) => {
                    self.tally.lost += 1;
                    self.fault = Some(error);
                    came.push(Arrived::LostBroken { number });
                }
            }
        }
        came
    }

    async fn quarantine(
        &self,
        place: u64,
        bytes: &[u8],
        fault: &'static str,
        number: Option<String>,
    ) -> Result<Arrived, LedgerError> {
        let records = self.rules.records;
        let raw = Raw::of(bytes);
        let hash = || Raw::of(&(records.steady)(bytes)).place().hash.clone();
        let mut record = Quarantine {
            source: records.source.to_owned(),
            id: number
                .clone()
                .filter(|number| is_name(number))
                .unwrap_or_else(hash),
            raw: raw.place().clone(),
            place,
            fault: fault.to_owned(),
            at: self.now,
            resolved: None,
        };
        self.ledger.keep_raw(&[raw], self.rules.expires_at).await?;
        let mut came = self.ledger.quarantine(&record).await?;
        if came == Quarantined::Resolved && self.came_whole(&record).await? {
            // What came whole under its number was another record, which settles nothing about this one.
            record.id = hash();
            came = self.ledger.quarantine(&record).await?;
        }
        Ok(Arrived::Quarantined {
            id: record.id,
            number,
            place,
            fault,
            first: came == Quarantined::New,
        })
    }

    /// Whether no person decided about a record that is settled.
    async fn came_whole(&self, record: &Quarantine) -> Result<bool, LedgerError> {
        let stands = self.ledger.quarantined(&record.source, &record.id).await?;
        let how = stands.and_then(|stands| stands.resolved);
        Ok(how.is_some_and(|(_, how)| how == CAME_WHOLE))
    }
}

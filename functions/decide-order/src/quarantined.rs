//! A decision about a record that could not be read. It has no order yet, so there is little to decide.

use ledger::{Ledger, LedgerError, Quarantine};
use order_model::{Decision, Millis, RepSparkOrderId};

use crate::DecideOrder;
use crate::find::{ECAT, REPSPARK, record_name};
use crate::one::{BrokeOff, record};
use crate::payload::ecat_id;
use crate::request::Wish;
use crate::row::{Came, Row};

/// The source of what `record-fulfilment` could not read.
const FULFILMENT: &str = "fulfilment";

impl DecideOrder {
    /// Decides about a quarantined record.
    pub(crate) async fn quarantined(
        &self,
        quarantined: Quarantine,
        wish: &Wish,
        now: Millis,
    ) -> Result<Row, BrokeOff> {
        let name = record_name(&quarantined);
        let ecat_id = match wish.decision {
            Decision::Discard | Decision::Erase => None,
            _ => self.ecat_id(&quarantined).await.map_err(BrokeOff::of(&name))?,
        };
        let change = match judge(&quarantined, wish.decision, ecat_id) {
            Ok(change) => change.to_owned(),
            Err(no) => return Ok(Row::new(name, None, Came::Refused(no))),
        };
        if wish.dry_run {
            return Ok(Row::new(name, None, Came::Would(change)));
        }
        let (ledger, broke_off) = (&self.kit.ledger, BrokeOff::of(&name));
        let about = Ledger::quarantine_name(&quarantined.source, &quarantined.id);
        let decided = record(&wish.who, wish.decision.as_str(), None, change.clone(), now);
        ledger.keep_decision(&about, &decided).await.map_err(&broke_off)?;
        let came = if wish.decision == Decision::Erase {
            ledger.erase_raw(&quarantined.raw).await.map_err(&broke_off)?;
            Came::Done(change)
        } else {
            let how = format!("discarded by {}: {}", wish.who.by(), wish.who.why());
            let resolved = ledger.resolve_quarantine(&quarantined.source, &quarantined.id, &how, now);
            match resolved.await.map_err(&broke_off)? {
                true => Came::Done(change),
                false => Came::Refused(
                    "somebody settled it at the same moment, or it came again: look again".to_owned(),
                ),
            }
        };
        let (decision, is_done) = (wish.decision.as_str(), matches!(came, Came::Done(_)));
        tracing::info!(
            record = name,
            decision,
            by = wish.who.by(),
            done = is_done,
            "a person decided about quarantined record {name}"
        );
        Ok(Row::new(name, None, came))
    }

    /// The id that eCat knows a record by, where its text says one.
    async fn ecat_id(&self, quarantined: &Quarantine) -> Result<Option<u64>, LedgerError> {
        if quarantined.source != ECAT.as_str() {
            return Ok(None);
        }
        let payload = self.payload_of(&quarantined.raw).await?;
        Ok(payload.and_then(|payload| ecat_id(&payload)))
    }
}

/// What a decision does to a record, or why it does not fit.
fn judge(quarantined: &Quarantine, decision: Decision, ecat_id: Option<u64>) -> Result<&'static str, String> {
    match decision {
        Decision::Erase => Ok("its text is erased; that it came stays known"),
        _ if quarantined.resolved.is_some() => Err("it is settled already".to_owned()),
        Decision::Discard => Ok("quarantined -> discarded"),
        Decision::Retry => Err(retry(quarantined, ecat_id)),
        Decision::Complete | Decision::Adopt | Decision::ImportAsNew | Decision::ImportAsRevision => {
            Err(format!(
                "it is a record that could not be read, and no order yet: discard it, or: {}",
                retry(quarantined, ecat_id)
            ))
        }
    }
}

/// What is tried instead: the text that is kept stays unreadable, the source may send another.
fn retry(quarantined: &Quarantine, ecat_id: Option<u64>) -> String {
    if let Some(id) = ecat_id {
        return format!("ecat-pull-orders {{\"ecat_id\": {id}}} tries it now");
    }
    if quarantined.source == ECAT.as_str() {
        return format!(
            "each pull tries it again, because it is not marked received. To try it now, find its id in eCat's portal, or in the text that show prints of {} with \"raw\": true, and invoke ecat-pull-orders {{\"ecat_id\": <its id>}}",
            record_name(quarantined)
        );
    }
    if quarantined.source == FULFILMENT {
        return format!(
            "send what it should have said with record-fulfilment, and discard it; show {} with \"raw\": true prints what it says",
            record_name(quarantined)
        );
    }
    if quarantined.source == REPSPARK.as_str() && RepSparkOrderId::new(&quarantined.id).is_ok() {
        format!(
            "repspark-recover-orders {{\"order_id\": \"{}\"}} tries it now",
            quarantined.id
        )
    } else {
        "its number can't be read: find the order at its source by the text that show prints with \"raw\": true".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use order_model::RawRef;

    fn quarantined(id: &str) -> Quarantine {
        Quarantine {
            source: "repspark".into(),
            id: id.into(),
            raw: RawRef {
                hash: "ab".into(),
                chunks: 1,
            },
            place: 1,
            fault: "no number".into(),
            at: Millis(0),
            resolved: None,
        }
    }

    #[test]
    fn a_record_is_discarded_or_erased_and_nothing_else() {
        for decision in Decision::ALL {
            let fits = matches!(decision, Decision::Discard | Decision::Erase);
            assert_eq!(
                judge(&quarantined("9001"), decision, None).is_ok(),
                fits,
                "{decision:?}"
            );
        }
        let resolved = Quarantine {
            resolved: Some((Millis(1), "discarded".into())),
            ..quarantined("9001")
        };
        for decision in Decision::ALL {
            assert_eq!(
                judge(&resolved, decision, None).is_ok(),
                decision == Decision::Erase,
                "{decision:?}"
            );
        }
    }

    #[test]
    fn the_retry_of_a_record_is_a_replay_by_its_number_where_it_has_one() {
        assert_eq!(
            judge(&quarantined("9001"), Decision::Retry, None).unwrap_err(),
            "repspark-recover-orders {\"order_id\": \"9001\"} tries it now"
        );
        assert!(
            judge(&quarantined("ab12"), Decision::Retry, None)
                .unwrap_err()
                .contains("can't be read")
        );
    }

    #[test]
    fn the_retry_of_a_record_of_ecats_is_a_replay_by_its_id_where_its_text_has_one() {
        let record = Quarantine {
            source: "ecat".into(),
            ..quarantined("7120-041526-118")
        };
        assert_eq!(
            judge(&record, Decision::Retry, Some(402_987)).unwrap_err(),
            "ecat-pull-orders {\"ecat_id\": 402987} tries it now"
        );
        let said = judge(&record, Decision::ImportAsNew, None).unwrap_err();
        assert!(said.contains("no order yet"), "{said}");
        assert!(said.contains("show prints of ecat#7120-041526-118"), "{said}");
    }

    #[test]
    fn what_was_said_of_a_line_and_could_not_be_read_is_said_again() {
        let record = Quarantine {
            source: "fulfilment".into(),
            ..quarantined("ab12")
        };
        let said = judge(&record, Decision::Retry, None).unwrap_err();
        assert!(
            said.contains("record-fulfilment") && said.contains("fulfilment#ab12"),
            "{said}"
        );
    }
}

//! Pausing and resuming a vendor by hand.

use lambda_kit::Error;
use ledger::{Ledger, LedgerError, Pause};
use order_model::{Millis, Person};
use serde_json::{Value, json};

use crate::DecideOrder;
use crate::one::record;
use crate::show::decisions;

/// The ledger broke off in the middle.
#[derive(Debug, thiserror::Error)]
#[error(
    "{vendor}: the ledger broke off, so whether it is paused is not known: show it, or decide again, which is harmless: {source}"
)]
struct BrokeOff {
    vendor: &'static str,
    source: LedgerError,
}

impl DecideOrder {
    /// Whether a vendor is paused, and what people decided about that.
    pub(crate) async fn show_vendor(&self, vendor: &'static str) -> Result<Value, Error> {
        let pause = self.kit.ledger.pause(vendor).await?;
        let all = self.kit.ledger.decisions(&Ledger::pause_name(vendor)).await?;
        Ok(json!({
            "vendor": vendor,
            "paused": pause.is_some(),
            "pause": pause.as_ref().map(told),
            "decisions": decisions(&all),
        }))
    }

    /// Pauses: nothing is tried there until a person resumes it.
    pub(crate) async fn pause(
        &self,
        vendor: &'static str,
        who: &Person,
        dry_run: bool,
        now: Millis,
    ) -> Result<Value, Error> {
        let broke_off = |source| BrokeOff { vendor, source };
        let before = self.kit.ledger.pause(vendor).await.map_err(broke_off)?;
        if !dry_run {
            let detail = match &before {
                Some(pause) => format!("{} -> paused by hand", paused(pause)),
                None => "open -> paused by hand".to_owned(),
            };
            self.decided(vendor, "pause", who, detail, now)
                .await
                .map_err(broke_off)?;
            let paused = self.kit.ledger.pause_by_hand(vendor, who.by(), who.why(), now);
            paused.await.map_err(broke_off)?;
        }
        let mut answer = decided_about("pause", vendor, dry_run, before.as_ref(), now);
        if dry_run {
            answer["would_pause"] = true.into();
        } else {
            answer["paused"] = true.into();
        }
        Ok(answer)
    }

    /// Lifts whatever pause is in force.
    pub(crate) async fn resume(
        &self,
        vendor: &'static str,
        who: &Person,
        dry_run: bool,
        now: Millis,
    ) -> Result<Value, Error> {
        let broke_off = |source| BrokeOff { vendor, source };
        let before = self.kit.ledger.pause(vendor).await.map_err(broke_off)?;
        if let Some(pause) = &before
            && !dry_run
        {
            let detail = format!("{} -> open", paused(pause));
            self.decided(vendor, "resume", who, detail, now)
                .await
                .map_err(broke_off)?;
            self.kit.ledger.resume_by_hand(vendor).await.map_err(broke_off)?;
        }
        let mut answer = decided_about("resume", vendor, dry_run, before.as_ref(), now);
        if dry_run {
            answer["would_resume"] = before.is_some().into();
        } else {
            answer["paused"] = false.into();
        }
        Ok(answer)
    }

    async fn decided(
        &self,
        vendor: &'static str,
        did: &'static str,
        who: &Person,
        detail: String,
        now: Millis,
    ) -> Result<(), LedgerError> {
        let decided = record(who, did, None, detail, now);
        self.kit
            .ledger
            .keep_decision(&Ledger::pause_name(vendor), &decided)
            .await?;
        tracing::info!(
            vendor,
            decision = did,
            by = who.by(),
            "a person decided about {vendor}"
        );
        Ok(())
    }
}

fn decided_about(
    did: &'static str,
    vendor: &'static str,
    dry_run: bool,
    was: Option<&Pause>,
    now: Millis,
) -> Value {
    json!({
        "did": did,
        "at": now.to_string(),
        "vendor": vendor,
        "dry_run": dry_run,
        "was": was.map(told),
    })
}

fn paused(pause: &Pause) -> &'static str {
    if pause.by_person {
        "paused by hand"
    } else {
        "paused by a function"
    }
}

fn told(pause: &Pause) -> Value {
    json!({
        "since": pause.since.to_string(),
        "by": pause.by,
        "why": pause.reason,
        "by_person": pause.by_person,
        "next_probe": pause.next_probe.map(|at| at.to_string()),
    })
}

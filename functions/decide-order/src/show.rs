//! Everything that is known of one order.

use lambda_kit::Error;
use ledger::{DecisionRecord, Ledger, LedgerError, Quarantine};
use order_model::{Fulfilment, Millis, OrderKey, OrderState, Origin, RawRef, StepName, StepState};
use serde_json::{Value, json};

use crate::find::{Found, REPSPARK, find, record_name};
use crate::timeline::timeline;
use crate::{DecideOrder, age, may, show_custom, show_fulfilment};

/// A Lambda answer has at most 6 MB, and JSON in JSON grows.
const RAW: usize = 3 * 1024 * 1024;

impl DecideOrder {
    /// Shows one order or quarantined record, found by any of its names.
    pub(crate) async fn show(&self, name: &str, raw: bool, now: Millis) -> Result<Value, Error> {
        Ok(match find(&self.kit.ledger, &self.config, name).await? {
            Found::Order(order, id) => {
                let mut shown = self.show_order(&order, raw, now).await?;
                if let Some(id) = id {
                    shown["submission"] = json!(id);
                }
                shown
            }
            Found::Record(record) => self.show_record(&record, raw, now).await?,
        })
    }

    async fn show_order(&self, order: &OrderState, raw: bool, now: Millis) -> Result<Value, LedgerError> {
        let (ledger, key) = (&self.kit.ledger, &order.key);
        let (mut steps, mut calls) = (Vec::new(), Vec::new());
        for step in may::steps(order, now) {
            steps.push(self.show_step(order, step, now).await?);
            if let Some(note) = ledger.call_note(key, step).await? {
                calls.push((step, note));
            }
        }
        let shown = self.show_payloads(order, raw).await?;
        let fulfilment = ledger.fulfilment(key).await?;
        let age = now.since(order.first_seen);
        let mut answer = json!({
            "order": key.as_str(),
            "admission": order.admission.as_str(),
            "open": order.is_open(),
            "first_seen": order.first_seen.to_string(),
            "age": age::in_words(age),
            "age_s": age.as_secs(),
            "erp_number": order.reference.as_ref().map(|number| number.as_str()),
            "map": order.pinned.as_ref().map(|pinned| pinned.map.as_str()),
            "waived": order.waived,
            "erased": order.erased,
            "steps": steps,
            "may": may::about_order(order, now),
            "timeline": timeline(order, &ledger.decisions(key.as_str()).await?, &calls, &fulfilment),
            "payloads": shown,
        });
        if let Some(record) = self.record_of(key).await? {
            answer["quarantined"] = about(&record);
        }
        self.show_lines(order, &fulfilment, &mut answer).await?;
        if key.origin() == Origin::Ecat {
            self.show_ecat(order, &mut answer, now).await?;
        }
        Ok(answer)
    }

    /// What became of the order after its import, where anything did.
    async fn show_lines(
        &self,
        order: &OrderState,
        fulfilment: &Fulfilment,
        answer: &mut Value,
    ) -> Result<(), LedgerError> {
        let waiting = self.waiting_for(order).await?;
        let shown = [
            ("purchase", show_fulfilment::told(order, StepName::Publish)),
            ("acknowledgement", self.show_acknowledgement(order).await?),
            ("tracking", show_fulfilment::told(order, StepName::Notify)),
            ("fulfilment", show_fulfilment::lines(fulfilment)),
            (
                "waiting",
                (!waiting.is_empty()).then(|| show_fulfilment::waiting(&waiting)),
            ),
        ];
        for (name, shown) in shown {
            if let Some(shown) = shown {
                answer[name] = shown;
            }
        }
        Ok(())
    }

    /// What Spectrum was told of the order, as far as that is done once.
    async fn show_acknowledgement(&self, order: &OrderState) -> Result<Option<Value>, LedgerError> {
        let mut all = Vec::new();
        for step in show_custom::TRIED {
            if order.steps.contains_key(&step) {
                all.extend(self.kit.ledger.attempts(&order.key, step).await?);
            }
        }
        Ok(show_custom::acknowledgement(order, &all))
    }

    /// What only an eCat order has.
    async fn show_ecat(
        &self,
        order: &OrderState,
        answer: &mut Value,
        now: Millis,
    ) -> Result<(), LedgerError> {
        answer["erp_key"] = json!(order.erp_key());
        if !order.versions.is_empty() {
            answer["submissions"] = self.show_submissions(order, now).await?.into();
        }
        if let Some(family) = self.show_family(order).await? {
            answer["submission_of"] = family;
        }
        if let Some(revised) = &order.revision_of {
            answer["revision_of"] = revised.as_str().into();
        }
        Ok(())
    }

    /// The payloads that an order has, had or was offered, and those of its submissions.
    async fn show_payloads(&self, order: &OrderState, raw: bool) -> Result<Vec<Value>, LedgerError> {
        let named = self.kit.ledger.payloads(&order.key).await?;
        let mut payloads: Vec<(RawRef, Option<Millis>)> =
            named.into_iter().map(|(raw, at)| (raw, Some(at))).collect();
        let own = order.raw.iter().map(|raw| (raw, Some(order.first_seen)));
        let submitted = order.versions.iter().map(|version| (&version.raw, None));
        for (place, at) in own.chain(submitted) {
            if payloads.iter().all(|(known, _)| known.hash != place.hash) {
                payloads.push((place.clone(), at));
            }
        }
        let mut budget = RAW;
        let mut shown = Vec::with_capacity(payloads.len());
        for (place, at) in &payloads {
            let mut one = json!({"name": place.hash});
            if let Some(at) = at {
                one["at"] = at.to_string().into();
            }
            let own = order.raw.as_ref();
            one["current"] = own.is_some_and(|own| own.hash == place.hash).into();
            let mut versions = order.versions.iter();
            if let Some(version) = versions.find(|version| version.raw.hash == place.hash) {
                one["submission"] = json!(version.id);
            }
            if raw {
                one["raw"] = self.payload(place, &mut budget).await?;
            }
            shown.push(one);
        }
        Ok(shown)
    }

    /// The quarantined record of an order's number, settled or not.
    async fn record_of(&self, key: &OrderKey) -> Result<Option<Quarantine>, LedgerError> {
        match key.repspark_order(&self.config.brand) {
            Some(number) => {
                self.kit
                    .ledger
                    .quarantined(REPSPARK.as_str(), number.as_str())
                    .await
            }
            None => Ok(None),
        }
    }

    async fn show_step(&self, order: &OrderState, step: StepName, now: Millis) -> Result<Value, LedgerError> {
        let (ledger, state) = (&self.kit.ledger, order.step(step));
        let mut shown = state_of(step, state, now);
        if let StepState::Held { .. } = state
            && let Some(note) = ledger.hold(&order.key, step).await?
        {
            shown["words"] = note.text.into();
        }
        shown["claims"] = order.generation(step).into();
        shown["may"] = self.may_step(order, step, now).await?.into();
        // What is finished is not kept back by a pause.
        if !state.is_finished()
            && let Some(vendor) = step.vendor()
            && let Some(pause) = ledger.pause(vendor.as_str()).await?
        {
            shown["vendor_paused"] =
                json!({"since": pause.since.to_string(), "by": pause.by, "reason": pause.reason});
        }
        Ok(shown)
    }

    async fn show_record(&self, record: &Quarantine, raw: bool, now: Millis) -> Result<Value, LedgerError> {
        let name = Ledger::quarantine_name(&record.source, &record.id);
        let mut answer = about(record);
        let age = now.since(record.at);
        answer["age"] = age::in_words(age).into();
        answer["age_s"] = age.as_secs().into();
        answer["decisions"] = decisions(&self.kit.ledger.decisions(&name).await?);
        if raw {
            let mut budget = RAW;
            answer["raw"] = self.payload(&record.raw, &mut budget).await?;
        }
        Ok(answer)
    }

    /// A payload as JSON, or as text where it is none.
    async fn payload(&self, place: &RawRef, budget: &mut usize) -> Result<Value, LedgerError> {
        let payload = match self.kit.ledger.raw(place).await {
            Err(LedgerError::Unreadable { .. }) => return Ok("can't be unpacked".into()),
            read => read?,
        };
        let Some(payload) = payload else {
            return Ok("gone: expired or erased".into());
        };
        if payload.len() > *budget {
            let length = payload.len();
            return Ok(format!(
                "too long to be shown here: {length} bytes; it is raw#{} in the table",
                place.hash
            )
            .into());
        }
        *budget -= payload.len();
        Ok(serde_json::from_slice(&payload)
            .unwrap_or_else(|_| String::from_utf8_lossy(&payload).into_owned().into()))
    }
}

/// A step's state with its times.
fn state_of(step: StepName, state: &StepState, now: Millis) -> Value {
    let (name, state_name) = (step.as_str(), state.kind().as_str());
    let mut shown = match state {
        StepState::Due {
            not_before, tries, ..
        }
        | StepState::Pending {
            not_before, tries, ..
        } => {
            json!({"tries": tries, "next": not_before.to_string()})
        }
        StepState::Unknown {
            begun_at,
            not_before,
            tries,
            ..
        } => json!({"since": begun_at.to_string(), "tries": tries, "next": not_before.to_string()}),
        StepState::Claimed {
            begun_at,
            until,
            tries,
            ..
        } => json!({"since": begun_at.to_string(), "tries": tries, "until": until.to_string()}),
        StepState::Done { reference: None, at } => json!({"at": at.to_string()}),
        // A confirmation has no number of its own but RepSpark's of the call.
        StepState::Done {
            reference: Some(number),
            at,
        } if step == StepName::Confirm => json!({"at": at.to_string(), "tracking": number.as_str()}),
        StepState::Done {
            reference: Some(number),
            at,
        } => json!({"at": at.to_string(), "reference": number.as_str()}),
        StepState::Held { code, at } => {
            json!({"code": code, "since": at.to_string(), "held_s": now.since(*at).as_secs()})
        }
        StepState::Off | StepState::Superseded | StepState::Discarded => json!({}),
    };
    shown["step"] = name.into();
    shown["state"] = state_name.into();
    shown
}

/// What is known of a record.
fn about(record: &Quarantine) -> Value {
    let mut shown = json!({
        "quarantined": record_name(record),
        "first_seen": record.at.to_string(),
        "fault": record.fault,
        "place": record.place,
        "payload": record.raw.hash,
    });
    if let Some((at, how)) = &record.resolved {
        shown["resolved"] = json!({"at": at.to_string(), "how": how});
    }
    shown
}

/// Decisions and notes, oldest first.
pub(crate) fn decisions(all: &[DecisionRecord]) -> Value {
    let each = all.iter().map(|record| {
        let mut shown = json!({
            "at": record.at.to_string(),
            "did": record.did,
            "by": record.by,
            "why": record.why,
        });
        if let Some(step) = record.step {
            shown["step"] = step.as_str().into();
        }
        if !record.detail.is_empty() {
            shown["detail"] = record.detail.as_str().into();
        }
        shown
    });
    each.collect()
}

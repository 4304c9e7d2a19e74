//! The submissions of an eCat order, as a person is shown them.

use ledger::LedgerError;
use order_model::versions::{Standing, Version};
use order_model::{Millis, OrderState, StepName, StepState};
use serde_json::{Value, json};

use crate::payload::order_number;
use crate::siblings::{Owns, newest_older_at_the_erp};
use crate::submission::{beside, current, known_code, name, number};
use crate::{DecideOrder, may, words};

impl DecideOrder {
    /// All submissions of an order, oldest first: each with where it stands, why it waits, and what may be decided about it.
    pub(crate) async fn show_submissions(
        &self,
        order: &OrderState,
        now: Millis,
    ) -> Result<Vec<Value>, LedgerError> {
        let owns = self.owns(order).await?;
        let mut shown = Vec::with_capacity(order.versions.len());
        for version in &order.versions {
            shown.push(self.show_submission(order, version, &owns, now).await?);
        }
        Ok(shown)
    }

    async fn show_submission(
        &self,
        order: &OrderState,
        version: &Version,
        owns: &Owns,
        now: Millis,
    ) -> Result<Value, LedgerError> {
        let revises = newest_older_at_the_erp(order, owns, version.id);
        let mut shown = json!({
            "name": name(&order.key, version.id),
            "id": version.id,
            "key": version.key.as_str(),
            "number": self.number_of(version).await?,
            "standing": version.standing.as_str(),
            "current": version.standing == Standing::Current,
            "payload": version.raw.hash,
            "may": may::about_submission(order, version.id, revises.as_ref(), now),
        });
        if let Some(revises) = &revises {
            shown["may_revise"] = revises.as_str().into();
        }
        if let Some(code) = known_code(order, version) {
            shown["code"] = code.into();
        }
        // The words of what was decided stay: they say what it was.
        if let Some(note) = self.kit.ledger.version_hold(&order.key, version.id).await? {
            if shown.get("code").is_none() && version.standing == Standing::Held {
                shown["code"] = note.code.into();
            }
            shown["words"] = note.text.into();
        }
        if let Some(own) = owns.get(&version.key) {
            shown["own_order"] = json!({
                "order": own.key.as_str(),
                "import": words::state(own.step(StepName::Import)),
                "erp_number": own.reference.as_ref().map(|number| number.as_str()),
            });
        }
        Ok(shown)
    }

    /// The number of a submission: what its key is made of, else what its payload says.
    async fn number_of(&self, version: &Version) -> Result<Option<String>, LedgerError> {
        if let Some(number) = number(version) {
            return Ok(Some(number.to_owned()));
        }
        let payload = self.payload_of(&version.raw).await?;
        Ok(payload.and_then(|payload| order_number(&payload)))
    }

    /// The order of the uuid that an order of its own came from.
    pub(crate) async fn show_family(&self, own: &OrderState) -> Result<Option<Value>, LedgerError> {
        if !own.versions.is_empty() {
            return Ok(None);
        }
        let family = self.family(own).await?;
        Ok(family.map(|(family, id)| json!({"order": family.key.as_str(), "id": id})))
    }

    /// The decisions that fit a step. What waits because of a submission is decided about as that submission.
    pub(crate) async fn may_step(
        &self,
        order: &OrderState,
        step: StepName,
        now: Millis,
    ) -> Result<Vec<&'static str>, LedgerError> {
        let of_own = step == StepName::Import && may::is_own_submission(order);
        let held = matches!(order.step(step), StepState::Held { .. });
        let meant: Vec<&Version> = match step {
            StepName::Import if order.is_stopped() => current(order).into_iter().collect(),
            StepName::Review if held => beside(order).collect(),
            _ => Vec::new(),
        };
        if of_own {
            let (known, id) = self.siblings_of_own(order).await?;
            return Ok(may::about_submission(order, id, known.revises.as_ref(), now));
        }
        match meant.as_slice() {
            [] => Ok(may::about_step(order, step, now)),
            [one] => {
                let revises = newest_older_at_the_erp(order, &self.owns(order).await?, one.id);
                Ok(may::about_submission(order, one.id, revises.as_ref(), now))
            }
            // Which one is meant has to be said.
            _ => Ok(Vec::new()),
        }
    }
}

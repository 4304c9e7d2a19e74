//! What a person was told before, and what is kept although nothing comes of it.

use ledger::{LedgerError, Raw};
use order_model::versions::{HoldCode, Newcomer, Placing, Standing, Version};
use order_model::{ErpKey, OrderKey, OrderState, StepName, StepState};

use super::words::Words;
use super::{Named, SubmissionTaker};

impl SubmissionTaker<'_> {
    /// Whether it is in a person's hands already, or was: a newer payload under a known id, or one for which there was no
    /// room.
    pub(super) async fn is_told(
        &self,
        one: &Named<'_>,
        newcomer: &Newcomer<'_>,
        stands: Option<&OrderState>,
        placing: &Placing,
    ) -> Result<bool, LedgerError> {
        if let Placing::TooMany { .. } = placing {
            return Ok(self.ledger.order(&OrderKey::from(&newcomer.key)).await?.is_some());
        }
        let (Some(order), Placing::Changed { .. }) = (stands, placing) else {
            return Ok(false);
        };
        let subject = &newcomer.raw.hash;
        if self.ledger.decided(&one.key).await?.as_ref() == Some(subject) {
            return Ok(true);
        }
        let StepState::Held { code, at } = order.step(StepName::Review) else {
            return Ok(false);
        };
        let note = self.ledger.hold(&one.key, StepName::Review).await?;
        // Words that an intake wrote and died are of another time than the state.
        let about_this = note.is_some_and(|note| {
            note.code == *code && note.at == *at && note.subject.as_ref() == Some(subject)
        });
        Ok(about_this && code == HoldCode::ChangedUnderItsId.as_str())
    }

    /// Whether a person asked for the current submission of an order because its payload is gone (expired or erased), and
    /// nothing of the order can be at the ERP. There is nothing left to compare: what eCat has now takes its place.
    pub(super) async fn is_gone(
        &self,
        one: &Named<'_>,
        stands: Option<&OrderState>,
    ) -> Result<bool, LedgerError> {
        let Some(order) = stands.filter(|order| self.rules.asked && order.is_not_at_the_erp()) else {
            return Ok(false);
        };
        let is_meant =
            |version: &&Version| version.standing == Standing::Current && version.id == one.submission.id;
        let Some(current) = order.versions.iter().find(is_meant) else {
            return Ok(false);
        };
        let plain = ErpKey::ecat(self.rules.org, &one.submission.number);
        let colliding = ErpKey::ecat_colliding(self.rules.org, &one.submission);
        if current.key != plain && current.key != colliding {
            return Ok(false);
        }
        Ok(order.raw.is_none() || self.payload(&current.raw).await?.is_none())
    }

    /// Keeps a payload that says, in other bytes, what is known: what no map reads may differ. Once, and with a name, or an
    /// erasure would not find it.
    pub(super) async fn keep_offered(
        &self,
        one: &Named<'_>,
        raw: &Raw,
        order: &OrderState,
    ) -> Result<(), LedgerError> {
        if order.erased {
            return Ok(());
        }
        let named = self.ledger.payloads(&one.key).await?;
        if named.iter().any(|(place, _)| place == raw.place()) {
            return Ok(());
        }
        self.keep(raw).await?;
        self.ledger.name_payload(&one.key, raw.place(), self.now).await
    }

    /// Keeps one payload.
    pub(super) async fn keep(&self, raw: &Raw) -> Result<(), LedgerError> {
        let raw = std::slice::from_ref(raw);
        self.ledger.keep_raw(raw, self.rules.expires_at).await
    }

    /// A submission for which there is no room among the others is held as an order of its own. Last, so that the current
    /// one is stopped before it is known.
    pub(super) async fn admit_own(&self, words: &Words<'_>) -> Result<(), LedgerError> {
        let Placing::TooMany { .. } = words.placing else {
            return Ok(());
        };
        let code = HoldCode::TooManyVersions.as_str();
        let key = OrderKey::from(&words.newcomer.key);
        let note = words.own(self.now);
        self.ledger.keep_hold(&key, StepName::Import, &note).await?;
        let own = OrderState::held(key, words.newcomer.raw.clone(), code, self.now);
        self.ledger.admit(own).await.map(drop)
    }
}

//! One submission: its key, its place, the words that a person will need, then the state.

use std::collections::BTreeMap;

use ledger::{Admitted, Changed, Holder, LedgerError, Raw};
use order_mapping::context;
use order_model::versions::{HoldCode, Newcomer, Placing, Stage, Version, place};
use order_model::{EcatId, ErpKey, Kind, Order, OrderState, RawRef, StepName};

use super::words::Words;
use super::{Arrival, Arrived, Named, SubmissionTaker, arrived, has};

/// So often others may change an order while a submission is placed, before the next pull has another try.
const ROUNDS: u32 = 5;

/// What the submissions of an order say, by id; one that does not map is absent.
type Said = BTreeMap<EcatId, Order>;

impl SubmissionTaker<'_> {
    /// Takes one submission in. `stands` is its order as it was read last, and is left as it was written.
    pub(super) async fn arrive(
        &self,
        one: &Named<'_>,
        raw: &Raw,
        stands: &mut Option<OrderState>,
    ) -> Result<Arrived, LedgerError> {
        for _ in 0..ROUNDS {
            if let Some(came_to) = self.try_once(one, raw, stands).await? {
                return Ok(arrived(one, came_to));
            }
            *stands = self.ledger.order(&one.key).await?;
        }
        Err(LedgerError::Contended {
            key: one.key.to_string(),
            times: ROUNDS,
        })
    }

    /// None if somebody changed the order meanwhile.
    async fn try_once(
        &self,
        one: &Named<'_>,
        raw: &Raw,
        stands: &mut Option<OrderState>,
    ) -> Result<Option<Arrival>, LedgerError> {
        let gone = self.is_gone(one, stands.as_ref()).await?;
        if !gone && stands.as_ref().is_some_and(|order| has(order, one)) {
            return Ok(Some(Arrival::Again));
        }
        let known = stands.as_ref().map_or(&[][..], |order| &order.versions);
        let (key, key_taken) = self.key(one, known).await?;
        let said = self.said(one, &key, known).await?;
        let newcomer = Newcomer {
            id: one.submission.id,
            key,
            key_taken,
            raw: raw.place().clone(),
            order: said.get(&one.submission.id),
        };
        let stage = stands.as_ref().map_or(Stage::Due, Stage::of);
        let before = self.before(one, known).await?;
        let placing = match gone {
            true => Placing::Refreshed,
            false => placing(known, stage, &newcomer, &said, before.as_ref()),
        };
        if let (Placing::Again, Some(order)) = (&placing, stands.as_ref()) {
            self.keep_offered(one, raw, order).await?;
            return Ok(Some(Arrival::Again));
        }
        if self.is_told(one, &newcomer, stands.as_ref(), &placing).await? {
            return Ok(Some(Arrival::Again));
        }
        let words = Words {
            one,
            placing: &placing,
            newcomer: &newcomer,
            known,
            said: &said,
            before: before.as_ref(),
        };
        let next = match stands.as_ref() {
            None => first(one, &placing, self),
            Some(order) => order.placed(&placing, &newcomer, self.now, self.ledger.pace()),
        };
        let held = words.code();
        let Some(next) = next else {
            self.admit_own(&words).await?;
            return Ok(Some(entered(stands.as_ref(), None, held)));
        };
        if is_known(known, &newcomer) {
            self.keep(raw).await?;
        }
        self.keep_words(&words, &next, stands.is_some()).await?;
        let Some(written) = self.write(stands.as_ref(), next).await? else {
            return Ok(None);
        };
        self.admit_own(&words).await?;
        let came_to = entered(stands.as_ref(), Some(&written), held);
        *stands = Some(written);
        Ok(Some(came_to))
    }

    /// The key of a submission, which is reserved for it, and whether its number is another one's.
    async fn key(&self, one: &Named<'_>, known: &[Version]) -> Result<(ErpKey, bool), LedgerError> {
        let plain = ErpKey::ecat(self.rules.org, &one.submission.number);
        let colliding = ErpKey::ecat_colliding(self.rules.org, &one.submission);
        if let Some(version) = known.iter().find(|version| version.id == one.submission.id) {
            let same = version.key == plain || version.key == colliding;
            let key = if same { version.key.clone() } else { plain };
            return Ok((key, version.key_taken));
        }
        let holder = Holder {
            order: one.key.clone(),
            id: one.submission.id,
        };
        if self.ledger.reserve(&plain, holder.clone(), self.now).await? == holder {
            return Ok((plain, false));
        }
        // Nobody else has the hash of this uuid and id.
        self.ledger.reserve(&colliding, holder, self.now).await?;
        Ok((colliding, true))
    }

    /// What the submissions of the order say, the newcomer among them. Nothing is read of an order that comes alone.
    async fn said(&self, one: &Named<'_>, key: &ErpKey, known: &[Version]) -> Result<Said, LedgerError> {
        let mut said = Said::new();
        if known.is_empty() {
            return Ok(said);
        }
        for version in known.iter().filter(|version| version.id != one.submission.id) {
            if let Some(payload) = self.payload(&version.raw).await? {
                said.extend(
                    self.mapped(&version.key, &payload)
                        .map(|order| (version.id, order)),
                );
            }
        }
        said.extend(
            self.mapped(key, one.bytes)
                .map(|order| (one.submission.id, order)),
        );
        Ok(said)
    }

    /// What the payload says that is known under the newcomer's id; none if it is not known.
    async fn before(&self, one: &Named<'_>, known: &[Version]) -> Result<Option<Order>, LedgerError> {
        let Some(version) = known.iter().find(|version| version.id == one.submission.id) else {
            return Ok(None);
        };
        let payload = self.payload(&version.raw).await?;
        Ok(payload.and_then(|payload| self.mapped(&version.key, &payload)))
    }

    /// A payload that can't be unpacked can't be compared, like one that is gone.
    pub(super) async fn payload(&self, place: &RawRef) -> Result<Option<Vec<u8>>, LedgerError> {
        match self.ledger.raw(place).await {
            Err(LedgerError::Unreadable { .. }) => Ok(None),
            read => read,
        }
    }

    fn mapped(&self, key: &ErpKey, payload: &[u8]) -> Option<Order> {
        let raw = serde_json::from_slice(payload).ok()?;
        let context = context(key.clone(), self.rules.zone);
        self.rules.current.apply(&raw, &context).ok()
    }

    /// What has to stand before the state that mentions it: the names of the payloads, and the words.
    async fn keep_words(
        &self,
        words: &Words<'_>,
        next: &OrderState,
        resubmitted: bool,
    ) -> Result<(), LedgerError> {
        let key = &words.one.key;
        if resubmitted {
            let known = words.known.iter().map(|version| &version.raw);
            for place in known.chain(words.payload()) {
                self.ledger.name_payload(key, place, self.now).await?;
            }
        }
        for (id, note) in words.of_submissions(self.now) {
            self.ledger.keep_version_hold(key, id, &note).await?;
        }
        for (step, note) in words.of_steps(next, self.now) {
            self.ledger.keep_hold(key, step, &note).await?;
        }
        Ok(())
    }

    /// Writes an order if it is still what it was; none if it is not.
    async fn write(
        &self,
        before: Option<&OrderState>,
        next: OrderState,
    ) -> Result<Option<OrderState>, LedgerError> {
        let Some(before) = before else {
            return Ok(match self.ledger.admit(next).await? {
                Admitted::New(order) => Some(*order),
                Admitted::Known(_) => None,
            });
        };
        let revision = before.revision;
        let only_then = |order: &OrderState| (order.revision == revision).then(|| next.clone());
        let changed = self.ledger.change(before.clone(), only_then).await?;
        Ok(match changed {
            Changed::Written(order) => Some(*order),
            Changed::Left(_) => None,
        })
    }
}

/// Where a newcomer goes. What is known under its id says what it said before.
fn placing<'o>(
    known: &[Version],
    stage: Stage,
    newcomer: &Newcomer<'o>,
    said: &'o Said,
    before: Option<&'o Order>,
) -> Placing {
    let says = |id| match id == newcomer.id {
        true => before,
        false => said.get(&id),
    };
    place(known, stage, newcomer, &says)
}

/// Whether a newcomer's id is known, so that its payload is not kept yet.
fn is_known(known: &[Version], newcomer: &Newcomer<'_>) -> bool {
    known.iter().any(|version| version.id == newcomer.id)
}

fn first(one: &Named<'_>, placing: &Placing, taker: &SubmissionTaker<'_>) -> Option<OrderState> {
    let Placing::New(arranged) = placing else {
        return None;
    };
    let key = one.key.clone();
    OrderState::first_submitted(key, arranged, taker.now, taker.ledger.pace())
}

fn entered(before: Option<&OrderState>, after: Option<&OrderState>, held: Option<HoldCode>) -> Arrival {
    let is_due = |order: Option<&OrderState>| {
        order.is_some_and(|order| order.step(StepName::Import).kind() == Kind::Due)
    };
    Arrival::Entered {
        first: before.is_none(),
        due: is_due(after) && !is_due(before),
        held,
    }
}

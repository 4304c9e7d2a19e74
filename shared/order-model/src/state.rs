//! The state of one order: what the ledger keeps in its one small item.

use std::collections::BTreeMap;

use crate::decision::is_maybe_imported;
use crate::step::allowed;
use crate::versions::{self, Version};
use crate::{
    ContentHash, ErpKey, ErpReference, Kind, Millis, OrderKey, Pace, Repeat, Step, StepName, StepState,
};

/// The code of an import that is held because the ERP has the order, cancelled.
pub const CANCELLED_IN_ERP: &str = "cancelled_in_erp";
/// The code of an import that is held because the ERP has other content under its key.
pub const ORDER_CHANGED: &str = "order_changed";
/// The codes under which an import is held although the ERP has something under its key. Every other hold is of an order
/// that was not sent, or that the ERP refused.
const HELD_IN_THE_ERP: [&str; 2] = [CANCELLED_IN_ERP, ORDER_CHANGED];

/// Where the raw payload of an order is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRef {
    /// The first 16 bytes of the payload's SHA-256, in hex: raw payloads are named by their content.
    pub hash: String,
    /// In how many items it stands.
    pub chunks: u32,
}

/// What the import pinned for the later steps of the same order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    /// The version of the field map.
    pub map: String,
    /// The fingerprint of the mapped order.
    pub hash: ContentHash,
    /// Whether anything of it is custom-made; none where a release before this question imported it.
    pub custom: Option<bool>,
}

/// How an order came into the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Taken in, to be imported.
    Taken,
    /// Seen at the baseline: the integration before us imported it. Counted, never imported unless a person adopts it.
    Foreign,
}

impl Admission {
    /// The word for it, as it is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Foreign => "foreign",
        }
    }
}

/// The state of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderState {
    /// Its name.
    pub key: OrderKey,
    /// Rises by one with each write; every write is conditional on it.
    pub revision: u64,
    /// Who wrote last: a refused write whose returned item shows our own token was ours, and succeeded.
    pub writer: String,
    /// How it came in.
    pub admission: Admission,
    /// When we saw it first: the stuck clock starts here.
    pub first_seen: Millis,
    /// Its raw payload. A foreign order's is what the baseline saw, for the day that a person adopts it.
    pub raw: Option<RawRef>,
    /// The ERP's number.
    pub reference: Option<ErpReference>,
    /// What the import pinned.
    pub pinned: Option<Pinned>,
    /// Whether a person let it go although a rule of its source (its age, its type, a hold) keeps such orders back.
    pub waived: bool,
    /// Whether somebody else may have acknowledged it, or changed it by hand since: its acknowledgement waits for a word.
    pub maybe_acknowledged: bool,
    /// Whether a person let its acknowledgement go, which waits for one wherever the order may have been made before.
    pub agreed: bool,
    /// Whether its personal data were erased: its payload is not kept again unless somebody asks for it.
    pub erased: bool,
    /// The submissions of an eCat order, by id; empty for all other orders. The steps are those of the current one.
    pub versions: Vec<Version>,
    /// The key of the order that this one revises, because a person decided so.
    pub revision_of: Option<ErpKey>,
    /// The steps; one that is absent is off.
    pub steps: BTreeMap<StepName, Step>,
    /// How far the repeatable steps have come.
    pub repeats: BTreeMap<StepName, Repeat>,
    /// Not later than the time at which the sweep must look at this order; none when it is closed.
    pub look_at: Option<Millis>,
}

impl OrderState {
    /// An order just taken in: its import is due.
    pub fn taken(key: OrderKey, raw: RawRef, now: Millis, pace: Pace) -> Self {
        let mut order = Self::bare(key, Admission::Taken, now);
        order.raw = Some(raw);
        order
            .steps
            .insert(StepName::Import, Step::fresh(StepState::due_now(now, pace)));
        order.look_at = Some(now + pace.grace);
        order
    }

    /// An order of the integration before us.
    pub fn foreign(key: OrderKey, raw: Option<RawRef>, now: Millis) -> Self {
        let mut order = Self::bare(key, Admission::Foreign, now);
        order.raw = raw;
        order
    }

    /// An order that waits for a person from the start.
    pub fn held(key: OrderKey, raw: RawRef, code: &str, now: Millis) -> Self {
        let mut order = Self::bare(key, Admission::Taken, now);
        order.raw = Some(raw);
        let held = StepState::Held {
            code: code.to_owned(),
            at: now,
        };
        order.steps.insert(StepName::Import, Step::fresh(held));
        order.look_at = Some(now);
        order
    }

    pub(crate) fn bare(key: OrderKey, admission: Admission, now: Millis) -> Self {
        Self {
            key,
            revision: 0,
            writer: String::new(),
            admission,
            first_seen: now,
            raw: None,
            reference: None,
            pinned: None,
            waived: false,
            maybe_acknowledged: false,
            agreed: false,
            erased: false,
            versions: Vec::new(),
            revision_of: None,
            steps: BTreeMap::new(),
            repeats: BTreeMap::new(),
            look_at: None,
        }
    }

    /// The key under which the ERP gets it. An eCat order has that of its current submission, and none when a person has
    /// decided about every one of them.
    pub fn erp_key(&self) -> Option<ErpKey> {
        let current = || versions::current(&self.versions).map(|version| version.key.clone());
        self.key.erp_key().or_else(current)
    }

    /// The payloads that somebody may still want to import or to look at: they must not expire while the order is open.
    pub fn wanted_payloads(&self) -> impl Iterator<Item = &RawRef> {
        let own = self.raw.iter();
        let waiting = self.versions.iter().filter(|version| version.standing.waits());
        own.chain(waiting.map(|version| &version.raw))
    }

    /// The state of a step.
    pub fn step(&self, name: StepName) -> &StepState {
        self.steps.get(&name).map_or(&StepState::Off, |step| &step.state)
    }

    /// How often a step was claimed.
    pub fn generation(&self, name: StepName) -> u32 {
        self.steps.get(&name).map_or(0, |step| step.generation)
    }

    /// Whether a step waits for something or somebody.
    pub fn is_open(&self) -> bool {
        self.steps.values().any(|step| !step.state.is_finished())
    }

    /// Whether it belongs to the integration before us, and no person has said yet what becomes of it.
    pub fn is_foreign_and_undecided(&self) -> bool {
        self.admission == Admission::Foreign && self.step(StepName::Import).kind() == Kind::Off
    }

    /// Whether something of it may be custom-made: its import knows, unless a person made it by hand.
    pub fn may_be_custom(&self) -> bool {
        let told = self.pinned.as_ref().and_then(|pinned| pinned.custom);
        told.unwrap_or(true)
    }

    /// Whether its acknowledgement needs a person's word first: it revises an order that the factory may have started, or
    /// may have been imported by somebody else, who may have acknowledged it.
    pub fn must_be_agreed(&self) -> bool {
        let is_in_doubt = self.maybe_acknowledged || self.revision_of.is_some() || self.pinned.is_none();
        is_in_doubt && !self.agreed
    }

    /// From here on its acknowledgement waits for a person's word, whatever was said before.
    pub(crate) fn doubt_acknowledgement(&mut self) {
        (self.maybe_acknowledged, self.agreed) = (true, false);
    }

    /// Whether nothing of this order can be at the ERP: it was never sent, or the ERP refused it in so many words. Then a
    /// newer payload may take the place of the older one. An order that was sent and got no answer, is owed one, or that
    /// the ERP has while a person looks at it, is none of these.
    pub fn is_not_at_the_erp(&self) -> bool {
        match self.step(StepName::Import) {
            StepState::Due { .. } => self.generation(StepName::Import) == 0,
            StepState::Discarded => true,
            StepState::Held { code, .. } => !HELD_IN_THE_ERP.contains(&code.as_str()),
            _ => false,
        }
    }

    /// Whether its import is held because somebody else may have imported it. Other content is no answer to that.
    pub fn may_be_imported_already(&self) -> bool {
        matches!(self.step(StepName::Import), StepState::Held { code, .. } if is_maybe_imported(code))
    }

    /// This order with one step moved; none if the table of moves does not allow it.
    #[must_use]
    pub fn moved(&self, name: StepName, to: StepState) -> Option<Self> {
        let from = self.step(name).kind();
        if !allowed(from, to.kind()) {
            return None;
        }
        let mut next = self.clone();
        match name {
            StepName::Review => next.put_review(to),
            _ => next.put(name, to),
        }
        next.index();
        Some(next)
    }

    pub(crate) fn put(&mut self, name: StepName, state: StepState) {
        let generation = self.generation(name);
        self.steps.insert(name, Step { generation, state });
    }

    /// Puts the review, and with it what waits for it: that is held under the code that the review has now, which may be
    /// another than before, and is due again when nothing is reviewed any more.
    pub(crate) fn put_review(&mut self, review: StepState) {
        let before = self.step(StepName::Review).clone();
        for step in StepName::ALL.into_iter().filter(|step| step.waits_for_review()) {
            let state = self.step(step);
            let waits = state.is_held_like(&before);
            match review {
                StepState::Held { .. } if waits || state.kind() == Kind::Due => {
                    self.put(step, review.clone())
                }
                StepState::Done { at, .. } if waits => self.put(step, StepState::due_by_hand(at)),
                _ => {}
            }
        }
        self.put(StepName::Review, review);
    }

    /// Keeps the order's place in the open index right. The key is written at intake and removed by the write that
    /// finds every step finished; between them it is moved only to an earlier time (a retry), because it is a lower
    /// bound and each move costs two write units. The sweep moves it on.
    pub(crate) fn index(&mut self) {
        if !self.is_open() {
            self.look_at = None;
            return;
        }
        let wanted = self.attention();
        self.look_at = match (self.look_at, wanted) {
            (Some(now), Some(wanted)) => Some(now.min(wanted)),
            (Some(now), None) => Some(now),
            // An order that comes back into the index is looked at when its step wants it, or at once.
            (None, wanted) => Some(wanted.unwrap_or_default()),
        };
    }

    /// The earliest time at which one of the steps wants the sweep.
    pub(crate) fn attention(&self) -> Option<Millis> {
        self.steps
            .values()
            .filter_map(|step| step.state.attention())
            .min()
    }
}

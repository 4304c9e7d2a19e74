//! Repeatable steps: what is told again whenever there is something newer to tell. Numbers that only rise say how far.

use std::time::Duration;

use crate::{Claim, Kind, Millis, OrderState, Pace, StepName, StepState, Why};

/// How far a repeatable step has come. It is due while `done` is behind `wanted`, or when it was never done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repeat {
    /// The newest version that has to be told.
    pub wanted: u32,
    /// The newest version that was told and accepted.
    pub done: u32,
    /// What was accepted last, by its fingerprint. None while somebody is at it, and after any doubt: only what the other
    /// side surely has, and nothing else since, need not be sent again.
    pub accepted: Option<String>,
    /// The stamp of the newest telling that ever began. It only rises, whatever clocks do.
    pub revision: Millis,
    /// Since when there is something newer to tell than what was told; zero before the first telling.
    pub since: Millis,
    /// What the other side calls the order. The first claim chooses it, for ever: under another name it would be another
    /// order there.
    pub name: Option<String>,
}

/// What a claim of a repeatable step is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// The version that was read; a fresh claim is refused when a newer one is wanted, or was told, by then.
    pub version: u32,
    /// The name, if none was chosen before.
    pub name: String,
}

impl Repeat {
    /// A telling begins: what was accepted before counts no more.
    pub(crate) fn begin(&mut self, edition: Option<&Edition>, now: Millis) {
        self.accepted = None;
        self.revision = now.max(self.revision + Duration::from_millis(1));
        if let Some(edition) = edition {
            self.name.get_or_insert_with(|| edition.name.clone());
        }
    }

    /// The newest version that anybody knows of: whoever read an older one must not tell it any more.
    pub(crate) fn newest(&self) -> u32 {
        self.wanted.max(self.done)
    }

    /// A person told it by hand, whatever that was.
    pub(crate) fn told_by_hand(&mut self) {
        self.done = self.newest();
        self.accepted = None;
    }
}

impl OrderState {
    /// How far a repeatable step has come.
    pub fn repeat(&self, step: StepName) -> Repeat {
        self.repeats.get(&step).cloned().unwrap_or_default()
    }

    /// This order when a version has to be told; none if that is known already, or the step is off. If a person discarded
    /// the step it is noted and nothing is due: whoever takes it up again must not be told an older one. `hinted` says
    /// whether a hint is on its way.
    pub fn raised(
        &self,
        step: StepName,
        version: u32,
        now: Millis,
        pace: Pace,
        hinted: bool,
    ) -> Option<Self> {
        let kind = self.step(step).kind();
        // What was told before the vendor was switched off is told anew when it is used again; what never was is history.
        let was_told = self.repeats.contains_key(&step);
        let is_history = kind == Kind::Off && !was_told;
        // Without its payload nothing of it can be told.
        if version <= self.repeat(step).wanted || is_history || self.erased {
            return None;
        }
        let mut next = self.clone();
        let repeat = next.repeats.entry(step).or_default();
        repeat.wanted = version;
        // Whoever told it last had read this version already.
        if matches!(kind, Kind::Done | Kind::Off) && repeat.done < version {
            repeat.since = now;
            next.put(step, due(now, pace, hinted));
        }
        next.index();
        Some(next)
    }

    /// This order when what would be told is what was accepted last, and nothing newer is wanted: done without a call.
    /// None if that is not so.
    pub fn told_already(&self, step: StepName, version: u32, hash: &str, now: Millis) -> Option<Self> {
        let repeat = self.repeat(step);
        let same = repeat.accepted.as_deref() == Some(hash) && repeat.newest() <= version;
        if !same {
            return None;
        }
        self.nothing_to_tell(step, version, now)
    }

    /// This order when there is nothing to tell of this version, and nothing newer is wanted: done without a call. None if
    /// that is not so.
    pub fn nothing_to_tell(&self, step: StepName, version: u32, now: Millis) -> Option<Self> {
        if self.repeat(step).newest() > version || self.step(step).kind() != Kind::Due {
            return None;
        }
        let mut next = self.clone();
        next.repeats.entry(step).or_default().done = version;
        next.put(
            step,
            StepState::Done {
                reference: None,
                at: now,
            },
        );
        next.index();
        Some(next)
    }

    /// The optional steps that a write makes due: those that follow a step which this very write has finished, where the
    /// stack takes them. History is left alone when a vendor is switched on later.
    #[must_use]
    pub fn followed(mut self, before: &Self, takes: &[StepName], pace: Pace) -> Self {
        for done in StepName::ALL {
            let StepState::Done { at, .. } = *self.step(done) else {
                continue;
            };
            if before.step(done).kind() == Kind::Done {
                continue;
            }
            for follower in done.optional_followers() {
                let is_wanted = takes.contains(follower) && self.step(*follower).kind() == Kind::Off;
                let is_of_it = !follower.is_of_custom_lines() || self.may_be_custom();
                if is_wanted && is_of_it && self.reference.is_some() {
                    let due = self.held_back(*follower, StepState::due_now(at, pace));
                    self.put(*follower, due);
                    // Its place in the index is the one that it had: moving it would cost two write units.
                    self.look_at = self.look_at.or(before.look_at);
                }
            }
        }
        self.index();
        self
    }

    /// Notes what a claimed telling came to. `to` is the state that its outcome leaves behind, if nothing newer is wanted.
    pub(crate) fn told(&mut self, claim: &Claim, held: &StepState, to: StepState, pace: Pace) -> StepState {
        let StepState::Done { at, .. } = to else { return to };
        if !claim.step.is_repeatable() {
            return to;
        }
        let StepState::Claimed { hash, .. } = held else {
            return to;
        };
        // What a probe finds there is what was told in doubt, which need not be the newest: that is told once more.
        if claim.why != Why::Fresh {
            return due(at, pace, true);
        }
        let repeat = self.repeats.entry(claim.step).or_default();
        repeat.done = repeat.done.max(claim.version);
        repeat.accepted.clone_from(hash);
        if repeat.done < repeat.wanted {
            due(at, pace, true)
        } else {
            to
        }
    }

    /// Since when it waits for something or somebody: since it was seen first, or, if all else was over, since something
    /// became of its lines.
    pub fn open_since(&self) -> Millis {
        let mut open = self.steps.iter().filter(|(_, step)| !step.state.is_finished());
        let since = |(name, step): (&StepName, &crate::Step)| match step.state {
            StepState::Held { at, .. } if name.is_question() => at,
            _ => self
                .repeats
                .get(name)
                .map_or(self.first_seen, |repeat| repeat.since),
        };
        let first = open.next().map(since);
        let earliest = open.map(since).chain(first).min();
        earliest.map_or(self.first_seen, |since| since.max(self.first_seen))
    }

    /// This order when something said of its lines does not fit: a person has to look.
    pub fn disputed(&self, code: &str, now: Millis) -> Option<Self> {
        if matches!(self.step(StepName::Fulfilment), StepState::Held { code: stands, .. } if stands == code) {
            return None;
        }
        let held = StepState::Held {
            code: code.to_owned(),
            at: now,
        };
        self.moved(StepName::Fulfilment, held)
    }

    /// This order when nothing said of its lines is disputed any more; none if nothing was.
    pub fn dispute_settled(&self, now: Millis) -> Option<Self> {
        if self.step(StepName::Fulfilment).kind() != Kind::Held {
            return None;
        }
        let done = StepState::Done {
            reference: None,
            at: now,
        };
        self.moved(StepName::Fulfilment, done)
    }

    /// This order when what its step was held for is mended; none if it is not held under this code.
    pub fn released(&self, step: StepName, code: &str, now: Millis, pace: Pace) -> Option<Self> {
        match self.step(step) {
            StepState::Held { code: stands, .. } if stands == code => {
                self.moved(step, StepState::due_now(now, pace))
            }
            _ => None,
        }
    }
}

fn due(now: Millis, pace: Pace, hinted: bool) -> StepState {
    match hinted {
        true => StepState::due_now(now, pace),
        false => StepState::due_by_hand(now),
    }
}

//! What a person reads about submissions that wait.

use std::collections::BTreeMap;

use ledger::HoldNote;
use order_model::versions::{Hold, HoldCode, Newcomer, Place, Placing, Standing, Version};
use order_model::{EcatId, Millis, Order, OrderState, RawRef, StepName, StepState, difference};

use super::Named;

/// A submission that was placed, and what its siblings say.
pub(super) struct Words<'a> {
    pub(super) one: &'a Named<'a>,
    pub(super) placing: &'a Placing,
    pub(super) newcomer: &'a Newcomer<'a>,
    pub(super) known: &'a [Version],
    pub(super) said: &'a BTreeMap<EcatId, Order>,
    /// What was said before under the newcomer's id.
    pub(super) before: Option<&'a Order>,
}

impl Words<'_> {
    /// The code under which something waits for a person because of the newcomer.
    pub(super) fn code(&self) -> Option<HoldCode> {
        match self.placing {
            Placing::Again | Placing::Refreshed => None,
            Placing::Changed { .. } => Some(HoldCode::ChangedUnderItsId),
            Placing::TooMany { .. } => Some(HoldCode::TooManyVersions),
            Placing::New(arranged) => {
                let own = arranged.moves.iter().filter(|(id, _)| *id == self.newcomer.id);
                let all = own.chain(&arranged.moves);
                all.filter_map(|(_, place)| place.hold())
                    .map(|hold| hold.code)
                    .next()
            }
        }
    }

    /// The newcomer's payload, if it belongs to the order of its uuid: one without room there has an order of its own, whose
    /// payload must not go when this order's are erased.
    pub(super) fn payload(&self) -> Option<&RawRef> {
        (!matches!(self.placing, Placing::TooMany { .. })).then_some(&self.newcomer.raw)
    }

    /// The words about each submission that waits since now.
    pub(super) fn of_submissions(&self, at: Millis) -> Vec<(EcatId, HoldNote)> {
        let held = |(id, place): &(EcatId, Place)| {
            let code = place.hold()?.code;
            Some((*id, note(code.as_str(), self.about(*id, *place)?, at)))
        };
        self.moves().iter().filter_map(held).collect()
    }

    /// The words about each step that waits because of the newcomer. `next` is the order in which it was placed: a step
    /// that was held there before keeps the words that it has.
    pub(super) fn of_steps(&self, next: &OrderState, at: Millis) -> Vec<(StepName, HoldNote)> {
        let each = [StepName::Import, StepName::Review].into_iter();
        let noted = each.filter_map(|step| {
            let text = self.of_step(step, next)?;
            let StepState::Held { code, .. } = next.step(step) else {
                return None;
            };
            let subject = matches!(self.placing, Placing::Changed { .. });
            let note = HoldNote {
                subject: subject.then(|| self.newcomer.raw.hash.clone()),
                ..note(code, text, at)
            };
            Some((step, note))
        });
        noted.collect()
    }

    fn of_step(&self, step: StepName, next: &OrderState) -> Option<String> {
        match (self.placing, step) {
            (Placing::Changed { .. }, StepName::Review) | (Placing::Changed { stop: true }, _) => {
                Some(self.changed())
            }
            (Placing::TooMany { stop: true }, StepName::Import) => Some(self.too_many()),
            (Placing::New(_), _) => self.placed(step, next),
            _ => None,
        }
    }

    /// What was placed now, and what waits there already: each of those has words of its own.
    fn placed(&self, step: StepName, next: &OrderState) -> Option<String> {
        let wanted = |place: &Place| match step {
            StepName::Import => matches!(place, Place::Stopped(_)),
            _ => matches!(place, Place::Beside(_)),
        };
        let held = self.moves().iter().filter(|(_, place)| wanted(place));
        let mut text: Vec<String> = held.filter_map(|(id, place)| self.about(*id, *place)).collect();
        if text.is_empty() {
            return None;
        }
        let moved = |id| self.moves().iter().any(|(moved, _)| *moved == id);
        let others = next.versions.iter().filter(|version| !moved(version.id));
        let beside = others.filter(|version| version.standing == Standing::Held);
        let named: Vec<String> = beside.map(|version| self.named(version.id)).collect();
        if step == StepName::Review && !named.is_empty() {
            text.push(format!("beside it since before: {}", named.join(", ")));
        }
        Some(text.join("\n\n"))
    }

    fn moves(&self) -> &[(EcatId, Place)] {
        match self.placing {
            Placing::New(arranged) => &arranged.moves,
            _ => &[],
        }
    }

    /// The words about a submission that had no room among the others.
    pub(super) fn own(&self, at: Millis) -> HoldNote {
        let text = format!(
            "{} is one more submission of eCat order {}, which has {} already; it is kept as an order of its own: import_as_new or discard it, or import_as_revision once an older one is in the ERP",
            self.named(self.newcomer.id),
            self.one.submission.uuid,
            self.known.len(),
        );
        let current = self.known.iter().find(|one| one.standing == Standing::Current);
        let differs = current.and_then(|current| self.difference(current.id, self.newcomer.id));
        let text = format!("{text}{}", differs.unwrap_or_default());
        note(HoldCode::TooManyVersions.as_str(), text, at)
    }

    fn changed(&self) -> String {
        let differs = match (self.before, self.said.get(&self.newcomer.id)) {
            (Some(before), Some(now)) => format!("\n{}", difference(before, now)),
            _ => {
                "\nwhat differs can't be shown, because the field map does not read both payloads".to_owned()
            }
        };
        format!(
            "{} came again with other content under the same id, or what it came with first is gone; the new payload is kept as raw#{}. Discard the review to go on with what came first, or, when a person has the ERP's order as it is now, complete it with its number{differs}",
            self.named(self.newcomer.id),
            self.newcomer.raw.hash
        )
    }

    fn too_many(&self) -> String {
        format!(
            "{} came, and there are too many submissions to place it: it is an order of its own. Decide about that order first, then retry this one",
            self.named(self.newcomer.id)
        )
    }

    /// What one submission is to the one that it is compared with, and what to do.
    fn about(&self, id: EcatId, place: Place) -> Option<String> {
        let (hold, stopped) = match place {
            Place::Stopped(hold) => (hold, true),
            Place::Beside(hold) => (hold, false),
            Place::Goes | Place::Superseded(_) | Place::Waits(_) => return None,
        };
        let (text, choice) = (self.relation(id, hold), self.choice(id, hold, stopped));
        // One that is held for itself may be a revision too, which its code does not say.
        let waits = self.moves().iter().find(|(_, place)| *place == Place::Waits(id));
        let (of, waits) = match waits {
            Some((older, _)) if hold.of == id => {
                let waits = format!("; it revises {}, which is imported then", self.named(*older));
                (*older, waits)
            }
            _ => (hold.of, String::new()),
        };
        let differs = self.difference(of, id).unwrap_or_default();
        Some(format!("{text}. {choice}{waits}{differs}"))
    }

    fn relation(&self, id: EcatId, hold: Hold) -> String {
        let (named, of) = (self.named(id), self.named(hold.of));
        match hold.code {
            HoldCode::Revision => format!("{named} revises {of}, and neither was sent to the ERP"),
            HoldCode::LooksNew => format!(
                "{named} looks like a new order under an old uuid: of the SKUs of {of} and its own, fewer than half are in both"
            ),
            HoldCode::SameContent => format!(
                "{named} says what {of} says, and does not take its place by itself, because another submission is between or beside them"
            ),
            HoldCode::NotComparable => {
                format!("{named} and {of} can't be compared, because the field map does not read both")
            }
            HoldCode::AfterImport => format!(
                "{named} came when {of} was on its way to the ERP, may have been imported there, also by the integration before this one, or had been decided about"
            ),
            HoldCode::AfterRefusal => format!("{named} came when the ERP had refused {of}"),
            HoldCode::NumberCollision => format!(
                "the number of {named} is another submission's, which decide-order shows under that number, so it would be imported as {}",
                self.key(id)
            ),
            HoldCode::ChangedUnderItsId | HoldCode::TooManyVersions | HoldCode::Leaving => named,
        }
    }

    /// What a person can do: one that is stopped is the order's current one, and the others stand beside it.
    fn choice(&self, id: EcatId, hold: Hold, stopped: bool) -> String {
        let (named, of) = (self.named(id), self.named(hold.of));
        match (hold.code, stopped) {
            (HoldCode::Revision, true) => format!(
                "Import_as_revision imports {named} in the other's place, import_as_new imports both, discard imports {of}"
            ),
            (HoldCode::NotComparable, true) => format!(
                "Retry compares them again when another field map is current; import_as_new imports {named}, discard drops it"
            ),
            (_, true) => format!("Import_as_new imports {named}, discard drops it"),
            (HoldCode::NumberCollision, false) => "Import_as_new or discard it".to_owned(),
            (HoldCode::AfterRefusal, false) => format!(
                "If it is the better one, import_as_new it and discard {of}; else discard it and mend {of}"
            ),
            (_, false) => "Import_as_new, import_as_revision or discard it".to_owned(),
        }
    }

    fn difference(&self, one: EcatId, other: EcatId) -> Option<String> {
        let (before, now) = (self.said.get(&one)?, self.said.get(&other)?);
        (one != other).then(|| format!("\n{}", difference(before, now)))
    }

    /// A submission as a person knows it.
    fn named(&self, id: EcatId) -> String {
        let number = match self.said.get(&id) {
            _ if id == self.newcomer.id => Some(self.one.submission.number.as_str()),
            Some(order) => Some(order.source.order_number.as_str()),
            None => None,
        };
        match number {
            Some(number) => format!("{number} (id {id})"),
            None => format!("{} (id {id})", self.key(id)),
        }
    }

    fn key(&self, id: EcatId) -> &str {
        let known = self.known.iter().find(|version| version.id == id);
        known.map_or(self.newcomer.key.as_str(), |version| version.key.as_str())
    }
}

fn note(code: &str, text: String, at: Millis) -> HoldNote {
    HoldNote {
        code: code.to_owned(),
        text,
        at,
        subject: None,
    }
}

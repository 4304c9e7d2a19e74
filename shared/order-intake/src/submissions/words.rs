//! What a person reads about submissions that wait.

use std::collections::BTreeMap;

use ledger::HoldNote;
use order_model::versions::{Hold, HoldCode, Newcomer, Place, Placing, Version};
use order_model::{EcatId, Millis, Order, StepName, difference};

use super::Named;

/// A submission that was placed, and what its siblings say.
pub(super) struct Words<'a> {
    pub(super) one: &'a Named<'a>,
    pub(super) placing: &'a Placing,
    pub(super) newcomer: &'a Newcomer<'a>,
    pub(super) known: &'a [Version],
    pub(super) said: &'a BTreeMap<EcatId, Order>,
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

    /// The words about each submission that waits since now.
    pub(super) fn of_submissions(&self, at: Millis) -> Vec<(EcatId, HoldNote)> {
        let Placing::New(arranged) = self.placing else {
            return Vec::new();
        };
        let held = arranged
            .moves
            .iter()
            .filter_map(|(id, place)| Some((*id, place.hold()?)));
        held.map(|(id, hold)| (id, note(hold.code, self.about(id, hold), at)))
            .collect()
    }

    /// The words about a step that waits since now.
    pub(super) fn of_step(&self, step: StepName, code: &str, at: Millis) -> Option<HoldNote> {
        let code = HoldCode::parse(code)?;
        let Placing::New(arranged) = self.placing else {
            return Some(self.of_changed(code, at));
        };
        let wanted = |place: &Place| match step {
            StepName::Import => matches!(place, Place::Stopped(_)),
            _ => matches!(place, Place::Beside(_)),
        };
        let held = arranged.moves.iter().filter(|(_, place)| wanted(place));
        let each = held.filter_map(|(id, place)| Some(self.about(*id, place.hold()?)));
        let text: Vec<String> = each.collect();
        // What waits since an earlier submission of this pull has its words already.
        (!text.is_empty()).then(|| note(code, text.join("\n\n"), at))
    }

    /// The words about a submission that had no room among the others.
    pub(super) fn own(&self, at: Millis) -> HoldNote {
        let text = format!(
            "{} is one more submission of eCat order {}, which has {} already; it is kept as an order of its own: import_as_new, import_as_revision or discard it",
            self.named(self.newcomer.id),
            self.one.submission.uuid,
            self.known.len(),
        );
        note(HoldCode::TooManyVersions, text, at)
    }

    fn of_changed(&self, code: HoldCode, at: Millis) -> HoldNote {
        let named = self.named(self.newcomer.id);
        let text = match code {
            HoldCode::ChangedUnderItsId => format!(
                "{named} came again with other content under the same id; the new payload is kept as raw#{}. Discard the review to go on with what came first",
                self.newcomer.raw.hash
            ),
            _ => format!(
                "{named} came, and there are too many submissions to place it: decide about that order first, then retry this one"
            ),
        };
        HoldNote {
            subject: (code == HoldCode::ChangedUnderItsId).then(|| self.newcomer.raw.hash.clone()),
            ..note(code, text, at)
        }
    }

    /// What one submission is to the one that it is compared with, and what to do.
    fn about(&self, id: EcatId, hold: Hold) -> String {
        let (named, of) = (self.named(id), self.named(hold.of));
        let text = match hold.code {
            HoldCode::Revision => format!(
                "{named} revises {of}, and nothing of the order was sent to the ERP. Retry imports {named} in the other's place, import_as_new imports both, discard imports {of}"
            ),
            HoldCode::LooksNew => format!(
                "{named} looks like a new order under an old uuid: fewer than half of its SKUs are those of {of}, which goes on"
            ),
            HoldCode::SameContent => {
                format!("{named} says what {of} says, and another submission came between them")
            }
            HoldCode::NotComparable => {
                format!("{named} and {of} can't be compared, because the field map does not read both")
            }
            HoldCode::AfterImport => format!("{named} came when {of} was on its way to the ERP or there"),
            HoldCode::AfterRefusal => format!("{named} came when the ERP had refused {of}"),
            HoldCode::NumberCollision => format!(
                "the number of {named} is another submission's, so it would be imported as {}",
                self.key(id)
            ),
            HoldCode::ChangedUnderItsId | HoldCode::TooManyVersions | HoldCode::Leaving => named.clone(),
        };
        let what = match (hold.of == id, hold.code) {
            (true, _) | (_, HoldCode::Revision) => "",
            _ => ". Import_as_new, import_as_revision or discard it",
        };
        let differs = match (self.said.get(&hold.of), self.said.get(&id)) {
            (Some(one), Some(other)) if hold.of != id => format!("\n{}", difference(one, other)),
            _ => String::new(),
        };
        format!("{text}{what}{differs}")
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

fn note(code: HoldCode, text: String, at: Millis) -> HoldNote {
    HoldNote {
        code: code.as_str().to_owned(),
        text,
        at,
        subject: None,
    }
}

//! Random arrivals, claims and decisions: nothing is ever lost, and nothing is ever doubled.

#![expect(clippy::panic, reason = "a helper fails as its test does")]

use order_model::versions::{Settled, Standing};
use order_model::{Decision, Kind, Likeness, Outcome, StepName, likeness};

use super::uuid::{Uuid, own_key, says};
use crate::dice::Dice;
use crate::support::{at, imported};

fn outcome(dice: &mut Dice, uuid: &Uuid) -> Outcome {
    match dice.roll(4) {
        0 => imported("SO-1"),
        1 => Outcome::Refused {
            code: "unknown_sku".to_owned(),
        },
        2 => Outcome::Held {
            code: "hold_admin".to_owned(),
        },
        _ => Outcome::Unknown {
            not_before: uuid.now,
            hinted: false,
        },
    }
}

/// Whatever goes in the very write in which another one left its place is no second one of the same content.
fn assert_no_heir(before: &Uuid, after: &Uuid, gone: u64) {
    let (Some(was), now) = (before.order.as_ref(), after.current()) else {
        return;
    };
    let said = after.said();
    let new_there = before.current() != now;
    let left = was
        .versions
        .iter()
        .any(|one| one.id.0 == gone && one.standing == Standing::Current);
    if new_there && left && after.step(StepName::Import) == "due" {
        let pair = said
            .get(&order_model::EcatId(gone))
            .zip(said.get(&order_model::EcatId(now)));
        let same = pair.is_some_and(|(one, other)| likeness(one, other) == Likeness::Same);
        assert!(!same, "{now} goes, and says what {gone} said");
    }
}

fn step(uuid: &mut Uuid, dice: &mut Dice) -> String {
    uuid.now = uuid.now + std::time::Duration::from_secs(dice.roll(400));
    let id = dice.roll(7) + 1;
    match dice.roll(12) {
        _ if uuid.order.is_none() => {
            uuid.comes(id, 'A');
            format!("{id} comes first")
        }
        0..=3 => {
            let known = uuid.letters.get(&order_model::EcatId(id)).copied();
            let new = dice.one_of(&['A', 'A', 'a', 'R', 'R', 'Q', 'N', '-', 'E']);
            let letter = known.filter(|_| dice.roll(8) > 0).unwrap_or(new);
            let taken = dice.roll(10) == 0;
            format!("{id}{letter} comes: {:?}", uuid.comes_as(id, letter, taken))
        }
        4 => {
            let outcome = outcome(dice, uuid);
            uuid.imports(&outcome);
            format!("import {outcome:?}")
        }
        5 => {
            let decision = dice.one_of(&[Decision::Discard, Decision::Complete, Decision::Retry]);
            let step = dice.one_of(&[StepName::Review, StepName::Import]);
            let so = super::uuid::number("SO-8");
            let waited = uuid.standings();
            if let Ok(next) = uuid.order().decide(decision, step, Some(&so), uuid.now) {
                for (version, was) in next.versions.iter().zip(waited.chars()) {
                    if was == 'W' && version.standing == Standing::Superseded {
                        uuid.passed_over.insert(version.id);
                    }
                }
                uuid.write(next);
            }
            format!("{decision:?} {step:?}")
        }
        6 if dice.roll(3) == 0 => {
            uuid.remapped = true;
            uuid.mended = dice.one_of(&[Some('A'), Some('R'), Some('N'), None]);
            format!("the map makes {:?} of -", uuid.mended)
        }
        7 => {
            let keys: Vec<_> = uuid.own.keys().cloned().collect();
            if !keys.is_empty() {
                let key = keys
                    [usize::try_from(dice.roll(u64::try_from(keys.len()).unwrap_or(1))).unwrap_or(0)]
                .clone();
                let so = super::uuid::number("SO-7");
                let done = uuid.own[&key].decide(Decision::Complete, StepName::Import, Some(&so), uuid.now);
                if let Ok(done) = done {
                    uuid.own.insert(key, done);
                }
            }
            "an own order is done".to_owned()
        }
        _ => decides(uuid, dice, id),
    }
}

fn decides(uuid: &mut Uuid, dice: &mut Dice, id: u64) -> String {
    let decision = dice.one_of(&Decision::ALL);
    let writes = usize::try_from(dice.roll(3)).unwrap_or(0) + 1;
    let before = uuid.clone();
    let settled = uuid.decides(decision, id, writes);
    if settled.is_ok() {
        assert_no_heir(&before, uuid, id);
    }
    format!("{decision:?} {id} ({writes} writes): {settled:?}")
}

/// A person who decides about everything that waits comes to an end, in which each submission has one fate.
fn brought_to_an_end(uuid: &mut Uuid) {
    for _ in 0..40 {
        if !uuid.order().is_open() {
            return;
        }
        let waits = uuid
            .order()
            .versions
            .iter()
            .find(|version| matches!(version.standing, Standing::Held | Standing::Leaving));
        if let Some(version) = waits.cloned() {
            assert_eq!(uuid.decides(Decision::ImportAsNew, version.id.0, 3), Ok(()));
        } else if uuid.order().is_stopped() {
            assert_eq!(uuid.decides(Decision::Discard, uuid.current(), 3), Ok(()));
        } else if uuid.order().step(StepName::Import).kind() == Kind::Held {
            assert_eq!(uuid.decides(Decision::Retry, uuid.current(), 3), Ok(()));
        } else if uuid.order().step(StepName::Review).kind() == Kind::Held {
            let next = uuid
                .order()
                .decide(Decision::Discard, StepName::Review, None, uuid.now);
            uuid.write(next.unwrap_or_else(|no| panic!("{no}")));
        } else {
            uuid.now = uuid.now + std::time::Duration::from_secs(4000);
            uuid.imports(&imported("SO-1"));
        }
        uuid.check();
    }
    panic!("it never ends: {:#?}", uuid.order());
}

#[test]
fn each_submission_has_one_fate_in_whatever_sequence_things_happen() {
    for seed in 1..=1500_u64 {
        let mut dice = Dice::of(seed);
        let mut uuid = Uuid::new();
        let mut told = Vec::new();
        let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for _ in 0..30 {
                told.push(step(&mut uuid, &mut dice));
                if let Some(last) = told.last_mut() {
                    last.push_str(&format!(" → {:?}", uuid.stands()));
                }
                uuid.check();
            }
            brought_to_an_end(&mut uuid);
        }));
        if run.is_err() {
            panic!("seed {seed}:\n{}", told.join("\n"));
        }
    }
}

#[test]
fn a_submission_is_never_current_and_an_order_of_its_own() {
    for contents in ["AR", "ARR", "AN", "A-", "ANR", "ARQ", "AaR"] {
        let uuid = Uuid::of(contents);
        for id in 1..=u64::try_from(contents.len()).unwrap_or(0) {
            for decision in Decision::ALL {
                let Ok(Settled::Leaves { order, own }) = uuid.asked(decision, id) else {
                    continue;
                };
                assert_eq!(own.key, own_key(id));
                assert_ne!(order.erp_key(), own.erp_key(), "{contents} {id}");
                assert_ne!(order.raw, own.raw, "{contents} {id}");
                assert!(order.step(StepName::Review).kind() == Kind::Held);
            }
        }
    }
    assert!(says('-').is_none() && at(0) < at(1));
}

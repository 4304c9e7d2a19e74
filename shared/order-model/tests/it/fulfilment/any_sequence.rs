//! Any set of sayings, told in any order and any number of times.

#![expect(clippy::panic, reason = "a helper fails as its test does")]

use order_model::{Applied, Became, Fulfilment, LineFulfilment, Movement};
use rust_decimal::Decimal;

use super::said::{in_parcel, instead, line, of_item, of_line, ordered, said, take};
use crate::dice::Dice;

fn any(dice: &mut Dice, with_instead: bool) -> Movement {
    let became = dice.one_of(&[0, 1, 2, 3, 4, 4, 4, 4, 5, 5, 6, 6, 7]);
    let became = match became {
        0 => Became::Received,
        1 => Became::Created,
        2 => Became::Accepted,
        3 => Became::InProgress,
        4 => Became::Shipped,
        5 => Became::Cancelled,
        6 => Became::Refunded,
        _ => Became::Unknown("DECLINED".to_owned()),
    };
    let quantity = dice.one_of(&["all", "all", "1", "1", "2", "3", "0.5", "0"]);
    let mut movement = said(became, quantity, dice.seconds(500));
    let line = u32::try_from(dice.roll(3) + 1).unwrap_or(1);
    movement = of_line(movement, if dice.once_in(20) { 9 } else { line });
    if dice.once_in(3) {
        movement = in_parcel(movement, dice.one_of(&["1Z1", "1Z2", "1Z3"]));
    }
    if dice.once_in(3) {
        let item = if dice.once_in(8) { 9 } else { movement.line };
        movement = of_item(movement, &format!("77000{item}"));
    }
    if with_instead && dice.once_in(10) {
        movement = instead(movement);
    }
    movement
}

/// Any sayings, no two of one line at one time: what is said of one time in one document has that document's order.
fn any_set(dice: &mut Dice, with_instead: bool) -> Vec<Movement> {
    let mut all: Vec<Movement> = Vec::new();
    for _ in 0..dice.roll(14) + 1 {
        let one = any(dice, with_instead);
        if all
            .iter()
            .all(|other| (other.line, other.at) != (one.line, one.at))
        {
            all.push(one);
        }
    }
    all
}

fn checked(seed: u64, said: &[Movement], check: impl FnOnce()) {
    let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(check));
    if run.is_err() {
        let said: Vec<_> = said
            .iter()
            .map(|one| format!("{} of line {}", one.id, one.line))
            .collect();
        panic!("seed {seed}:\n{}", said.join("\n"));
    }
}

fn times(fulfilment: &Fulfilment, line: u32, became: &Became) -> Decimal {
    let line = fulfilment.lines.get(&line);
    line.map_or(Decimal::ZERO, |line| line.ended(became))
}

/// What is so after each saying, whatever it was.
fn assert_sound(fulfilment: &Fulfilment) {
    for (line, quantity) in &ordered().0 {
        let of = |became| times(fulfilment, *line, &became);
        let (shipped, cancelled) = (of(Became::Shipped), of(Became::Cancelled));
        assert!(
            shipped + cancelled <= *quantity,
            "line {line}: more ended than was ordered"
        );
        assert!(
            of(Became::Refunded) <= shipped,
            "line {line}: more came back than went out"
        );
    }
    assert!(fulfilment.lines.keys().all(|line| ordered().0.contains_key(line)));
    assert!(
        fulfilment
            .parts()
            .all(|(_, part)| part.quantity > Decimal::ZERO && !part.ids.is_empty())
    );
    assert!(fulfilment.disputes.len() <= 50);
}

fn reached(line: &LineFulfilment) -> Option<u8> {
    line.station.as_ref().and_then(Became::station)
}

/// Nothing goes backwards, unless a person says so.
fn assert_forward(before: &Fulfilment, after: &Fulfilment, said: &[Movement]) {
    for number in ordered().0.keys() {
        let (was, is) = (line(before, *number), line(after, *number));
        assert!(reached(&is) >= reached(&was), "line {number}: {was:?} to {is:?}");
        if said.iter().any(|one| one.instead && one.line == *number) {
            continue;
        }
        for became in [Became::Shipped, Became::Cancelled, Became::Refunded] {
            assert!(
                is.ended(&became) >= was.ended(&became),
                "line {number}: {was:?} to {is:?}"
            );
        }
        let known = |line: &LineFulfilment| line.parts.iter().filter(|part| part.parcel.is_some()).count();
        assert!(known(&is) >= known(&was), "line {number}: a parcel was forgotten");
        let all = |line: &LineFulfilment| {
            line.parts
                .iter()
                .flat_map(|part| part.ids.clone())
                .collect::<Vec<_>>()
        };
        assert!(
            all(&was).iter().all(|id| all(&is).contains(id)),
            "line {number}: a saying was forgotten"
        );
    }
}

#[test]
fn whatever_is_said_a_line_is_sound_goes_forward_and_each_change_has_a_version() {
    let mut moved = 0;
    for seed in 1..=4_000 {
        let mut dice = Dice::of(seed);
        let mut fulfilment = Fulfilment::default();
        let mut all: Vec<Movement> = Vec::new();
        for _ in 0..20 {
            let mut report: Vec<_> = (0..dice.roll(4)).map(|_| any(&mut dice, true)).collect();
            // Something that was said before comes again.
            if !all.is_empty() && dice.once_in(3) {
                let places: Vec<_> = (0..all.len()).collect();
                report.push(all[dice.one_of(&places)].clone());
            }
            all.extend(report.iter().cloned());
            let before = fulfilment.clone();
            let applied = take(&mut fulfilment, &report);
            moved += applied.iter().filter(|one| **one == Applied::Moved).count();
            checked(seed, &all, || {
                assert_sound(&fulfilment);
                assert_forward(&before, &fulfilment, &report);
                let mut same = fulfilment.clone();
                same.version = before.version;
                let changed = same != before;
                assert_eq!(fulfilment.version, before.version + u32::from(changed));
                assert!(changed || !applied.contains(&Applied::Moved));
            });
            if dice.once_in(25) {
                fulfilment.dealt_with();
            }
        }
        // All of it once more, in any order: nothing goes on that was known, and then nothing at all.
        let before = fulfilment.clone();
        let again = dice.shuffled(&all);
        take(&mut fulfilment, &again);
        checked(seed, &again, || assert_forward(&before, &fulfilment, &again));
        let before = fulfilment.clone();
        take(&mut fulfilment, &again);
        checked(seed, &again, || assert_eq!(fulfilment, before));
    }
    assert!(moved > 20_000, "the world is too dull: {moved}");
}

#[test]
fn one_report_ends_alike_in_whatever_order_it_is_written() {
    for seed in 1..=4_000 {
        let mut dice = Dice::of(seed);
        let all = any_set(&mut dice, true);
        let mut first = Fulfilment::default();
        take(&mut first, &all);
        for _ in 0..3 {
            let mut other = Fulfilment::default();
            let mut shuffled = dice.shuffled(&all);
            let twice = shuffled[0].clone();
            shuffled.push(twice);
            take(&mut other, &shuffled);
            checked(seed, &shuffled, || {
                assert_eq!(other.lines, first.lines);
                assert_eq!(names(&other), names(&first));
                assert_eq!(other.version, first.version);
            });
        }
    }
}

#[test]
fn several_reports_that_keep_each_lines_times_end_like_one() {
    for seed in 1..=4_000 {
        let mut dice = Dice::of(seed);
        let mut all = any_set(&mut dice, false);
        let mut once = Fulfilment::default();
        take(&mut once, &all);
        all.sort_by_key(|one| one.at);
        // Any of the lines goes on next, each in the order of its times; some are told twice.
        let mut left: Vec<Vec<Movement>> = [1, 2, 3, 9]
            .map(|number| all.iter().filter(|one| one.line == number).cloned().collect())
            .into();
        let mut told = Vec::new();
        let mut parted = Fulfilment::default();
        while left.iter().any(|line| !line.is_empty()) {
            let places: Vec<_> = (0..left.len()).filter(|place| !left[*place].is_empty()).collect();
            let one = left[dice.one_of(&places)].remove(0);
            told.push(one.clone());
            take(&mut parted, &[one]);
            if dice.once_in(3) {
                let known: Vec<_> = (0..told.len()).collect();
                let known = told[dice.one_of(&known)].clone();
                take(&mut parted, &[known]);
            }
        }
        checked(seed, &told, || {
            assert_eq!(ends_of(&parted), ends_of(&once));
            assert_eq!(names(&parted), names(&once));
        });
    }
}

/// Who is disputed, in the order of time.
fn names(fulfilment: &Fulfilment) -> Vec<String> {
    let mut all: Vec<_> = fulfilment
        .disputes
        .iter()
        .map(|dispute| {
            format!(
                "{} {} {}",
                dispute.movement.id,
                dispute.movement.line,
                dispute.unfit.as_str()
            )
        })
        .collect();
    all.sort();
    all
}

/// The lines, each part by itself in the order of time: a refund that waited for its shipment was noted later.
fn ends_of(fulfilment: &Fulfilment) -> Vec<LineFulfilment> {
    let mut lines: Vec<_> = fulfilment.lines.values().cloned().collect();
    for line in &mut lines {
        line.parts.sort_by_key(|part| part.ids.clone());
    }
    lines
}

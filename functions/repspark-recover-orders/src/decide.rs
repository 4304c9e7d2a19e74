//! Whether to compare now. Pure.

use std::time::Duration;

use ledger::Journal;
use order_model::Millis;

/// What to do on this tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// A pull is under way: what it is about to keep would look lost.
    PullRunning,
    /// A pull broke off a moment ago, and RepSpark may still be flipping what it asked for.
    Settling,
    /// The last comparison is recent, and no pull lost its way since.
    NotYet,
    /// Compare: a pull was left open or broke off.
    AtOnce,
    /// Compare: it is time.
    Regular,
}

/// How long things take.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// Between two comparisons when nothing went wrong.
    pub every: Duration,
    /// RepSpark's settle time.
    pub settle: Duration,
    /// How far clocks may differ.
    pub skew: Duration,
}

/// Decides, from the pull's journal.
pub fn decide(journal: &Journal, now: Millis, waits: Waits, asked: bool) -> Turn {
    let Waits { every, settle, skew } = waits;
    if journal.is_running(now, skew) {
        return Turn::PullRunning;
    }
    // From the first break on: pulls that go on breaking off must not put this off for ever.
    if journal.broke_at.is_some_and(|at| at + settle > now) {
        return Turn::Settling;
    }
    if journal.wants_recovery(now, skew) {
        return Turn::AtOnce;
    }
    match journal.recovered_at {
        Some(at) if !asked && now.since(at) < every => Turn::NotYet,
        _ => Turn::Regular,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_secs(3600);
    const SKEW: Duration = Duration::from_secs(10);
    const WAITS: Waits = Waits {
        every: EVERY,
        settle: Duration::from_secs(60),
        skew: SKEW,
    };
    const NOW: Millis = Millis(10_000_000_000);

    /// A journal with nothing to recover, changed.
    fn journal(change: impl FnOnce(&mut Journal)) -> Journal {
        let mut journal = Journal::default();
        journal.recovered_at = Some(NOW - Duration::from_secs(60));
        change(&mut journal);
        journal
    }

    fn turn(change: impl FnOnce(&mut Journal)) -> Turn {
        decide(&journal(change), NOW, WAITS, false)
    }

    #[test]
    fn rests_between_comparisons_when_nothing_went_wrong() {
        assert_eq!(turn(|_| {}), Turn::NotYet);
    }

    #[test]
    fn compares_when_its_time_has_come_and_when_a_person_asks() {
        assert_eq!(
            turn(|journal| journal.recovered_at = Some(NOW - EVERY)),
            Turn::Regular
        );
        assert_eq!(decide(&journal(|_| {}), NOW, WAITS, true), Turn::Regular);
    }

    #[test]
    fn waits_while_a_pull_is_under_way_even_if_an_earlier_one_broke_off() {
        let running = |journal: &mut Journal| {
            journal.running = true;
            journal.until = NOW + SKEW;
            journal.incomplete = true;
        };
        assert_eq!(turn(running), Turn::PullRunning);
    }

    #[test]
    fn compares_at_once_after_a_pull_that_was_left_open_or_broke_off() {
        let left_open = |journal: &mut Journal| {
            journal.running = true;
            journal.until = NOW - SKEW;
        };
        assert_eq!(turn(left_open), Turn::AtOnce);
        assert_eq!(turn(|journal| journal.incomplete = true), Turn::AtOnce);
    }

    #[test]
    fn lets_repspark_settle_after_a_pull_that_broke_off() {
        let broke_off = |ago: u64| {
            move |journal: &mut Journal| {
                journal.incomplete = true;
                journal.broke_at = Some(NOW - Duration::from_secs(ago));
            }
        };
        assert_eq!(turn(broke_off(59)), Turn::Settling);
        assert_eq!(turn(broke_off(60)), Turn::AtOnce);
    }
}

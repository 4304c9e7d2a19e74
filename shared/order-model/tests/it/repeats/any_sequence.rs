//! Two publishers, reports, lost leases, lost replies and a person, in any sequence, against a vendor that keeps the last
//! PUT that arrives: no PUT begins while another may still be running, and the newest version is there in the end.

#![expect(clippy::panic, reason = "a helper fails as its test does")]

use std::time::Duration;

use order_model::{
    Begin, Claim, Decision, Gone, Kind, Millis, OrderState, Outcome, Room, StepState, Why, look,
};

use super::world::{PUBLISH, in_the_erp, later, repeat, tells};
use crate::dice::Dice;
use crate::support::{PACE, at, done};

/// How long the vendor may go on with a PUT after it began.
const RUNS: i64 = 50;
/// What a publisher waits after a doubt: clocks differ by `OFF`.
const SETTLE: Duration = Duration::from_secs(60);
/// How long a publisher waits for an answer; it sends nothing if its lease does not cover that.
const CALL: Duration = Duration::from_secs(20);
/// How far a publisher's clock is off the true time, in seconds.
const OFF: [i64; 2] = [-5, 5];

/// What is told of a version. Two versions say the same: not each change of the fulfilment is one of the purchase.
fn content(version: u32) -> u32 {
    version / 2
}

fn body(version: u32) -> String {
    format!("content {}", content(version))
}

/// A PUT of which nobody heard the end. It may arrive then, or never.
struct Flight {
    ends: Millis,
    arrives: Option<Millis>,
    content: u32,
}

#[derive(Clone, Default)]
enum Publisher {
    #[default]
    Idle,
    /// It has read what is to be told.
    Read(u32),
    /// It holds a claim, and may send until its lease ends.
    Holds {
        claim: Claim,
        version: u32,
        until: Millis,
    },
    /// It heard what its PUT came to.
    Heard { claim: Claim, outcome: Outcome },
}

struct World {
    order: OrderState,
    now: Millis,
    /// The newest version of the fulfilment.
    newest: u32,
    /// A version that was written and is not yet wanted: whoever wrote it is between two writes, or died.
    unraised: Option<u32>,
    flights: Vec<Flight>,
    shows: Option<u32>,
    publishers: [Publisher; 2],
    claims: u32,
    before: (u32, u32, Millis),
    said: Vec<String>,
}

impl World {
    fn new() -> Self {
        Self {
            order: in_the_erp(),
            now: at(10),
            newest: 0,
            unraised: None,
            flights: Vec::new(),
            shows: None,
            publishers: [Publisher::Idle, Publisher::Idle],
            claims: 0,
            before: (0, 0, Millis(0)),
            said: Vec::new(),
        }
    }

    fn say(&mut self, what: String) {
        let step = self.order.step(PUBLISH).kind();
        let at = self.now.since(at(0)).as_secs();
        let shows = self.shows;
        self.said.push(format!(
            "{at} s: {what} → {step:?}, {:?}, shows {shows:?}",
            repeat(&self.order)
        ));
    }

    /// Time passes, and what is under way arrives in it.
    fn pass(&mut self, seconds: i64) {
        self.now = self.now + Duration::from_secs(seconds.unsigned_abs());
        let now = self.now;
        self.flights.sort_by_key(|flight| flight.arrives);
        for flight in &mut self.flights {
            if flight.arrives.is_some_and(|arrives| arrives <= now) {
                flight.arrives = None;
                self.shows = Some(flight.content);
            }
        }
        self.flights.retain(|flight| flight.ends > now);
    }

    fn clock(&self, who: usize) -> Millis {
        Millis(self.now.0 + OFF[who] * 1000)
    }

    /// The ledger's write: whatever it is, these hold after it.
    fn write(&mut self, next: OrderState) {
        assert_eq!(next.look_at.is_some(), next.is_open(), "its place in the index");
        let kind = next.step(PUBLISH).kind();
        let now = repeat(&next);
        let (wanted, done, revision) = self.before;
        assert!(
            now.wanted >= wanted && now.done >= done && now.revision >= revision,
            "it only rises: {now:?}"
        );
        assert!(
            kind != Kind::Done || now.done >= now.wanted,
            "done is all that is wanted: {now:?}"
        );
        assert!(now.wanted <= self.newest && now.done <= self.newest);
        assert!(now.name.as_deref().is_none_or(|name| name == "internal:SO1"));
        if let Some(accepted) = &now.accepted {
            assert!(
                self.flights.is_empty(),
                "accepted, while something may still arrive"
            );
            assert_eq!(
                Some(accepted.clone()),
                self.shows.map(|shows| format!("content {shows}"))
            );
        }
        self.before = (now.wanted, now.done, now.revision);
        self.order = next;
    }

    fn report(&mut self) {
        if self.unraised.is_none() {
            self.newest += 1;
            self.unraised = Some(self.newest);
            self.say("a report is written down".into());
        }
    }

    /// Whoever wrote the report goes on, or another one after it died.
    fn raise(&mut self, hinted: bool) {
        let Some(version) = self.unraised.take() else {
            return;
        };
        if let Some(next) = self.order.raised(PUBLISH, version, self.now, PACE, hinted) {
            self.write(next);
        }
        self.say(format!("{version} is wanted"));
    }

    fn sweeps(&mut self) {
        if let Some(seen) = look(&self.order, self.now, PACE, |_| Room::Go) {
            self.write(seen.next);
        }
    }

    /// The vendor is switched off and on again: with it go its publishers, and a person wants the order published after.
    fn switched_off_and_on(&mut self) {
        self.publishers = [Publisher::Idle, Publisher::Idle];
        if let Some(seen) = look(&self.order, self.now, PACE, |_| Room::Gone) {
            self.write(seen.next);
        }
        self.raise(true);
        if self.order.step(PUBLISH).kind() == Kind::Off {
            self.decides(Decision::Retry);
        }
        self.say("off and on".into());
    }

    fn decides(&mut self, decision: Decision) {
        if let Ok(next) = self.order.decide(decision, PUBLISH, None, self.now) {
            // Whoever completes it has told by hand what is newest.
            if decision == Decision::Complete {
                assert!(
                    self.flights.is_empty(),
                    "something may still arrive and would be the last"
                );
                self.shows = Some(content(self.newest));
            }
            self.write(next);
        }
        self.say(format!("{decision:?}"));
    }

    fn publishes(&mut self, who: usize, dice: &mut Dice) {
        let next = match std::mem::take(&mut self.publishers[who]) {
            Publisher::Idle => Publisher::Read(self.newest),
            Publisher::Read(version) => self.claims(who, version, dice),
            Publisher::Holds {
                claim,
                version,
                until,
            } => self.sends(who, claim, version, until, dice),
            Publisher::Heard { claim, outcome } => self.records(who, &claim, &outcome, dice),
        };
        self.publishers[who] = next;
    }

    fn claims(&mut self, who: usize, version: u32, dice: &mut Dice) -> Publisher {
        let now = self.clock(who);
        if let Some(next) = self.order.told_already(PUBLISH, version, &body(version), now) {
            self.write(next);
            self.say(format!("{who}: {version} is there already"));
            return Publisher::Idle;
        }
        self.claims += 1;
        let mut bid = tells(version, &format!("{who}-{}", self.claims), now);
        bid.hash = Some(body(version));
        let Begin::Claim(next, claim) = self.order.begin(&bid, PACE) else {
            return Publisher::Idle;
        };
        self.write(*next);
        self.say(format!("{who} claims {version}, {:?}", claim.why));
        // It dies, or the reply is lost for good.
        if dice.once_in(8) {
            return Publisher::Idle;
        }
        let Why::Probe(begun) = claim.why else {
            return Publisher::Holds {
                claim,
                version,
                until: bid.until,
            };
        };
        let settled = now >= begun + SETTLE;
        // What it finds there must not matter.
        let outcome = match (settled, dice.once_in(4)) {
            (true, true) => done(),
            (true, false) => later(now),
            (false, _) => Outcome::Unknown {
                not_before: begun + SETTLE,
                hinted: false,
            },
        };
        Publisher::Heard { claim, outcome }
    }

    fn sends(&mut self, who: usize, claim: Claim, version: u32, until: Millis, dice: &mut Dice) -> Publisher {
        let now = self.clock(who);
        if now + CALL > until {
            let outcome = later(now);
            return Publisher::Heard { claim, outcome };
        }
        assert!(
            self.flights.is_empty(),
            "{who} sends {version} while another may still be running"
        );
        let content = content(version);
        let outcome = match dice.roll(8) {
            0..=3 => {
                self.shows = Some(content);
                done()
            }
            4 => Outcome::Held {
                code: "invalid_purchase".into(),
            },
            5 => later(now + Duration::from_secs(30)),
            lost => {
                self.flights.push(Flight {
                    ends: Millis(self.now.0 + RUNS * 1000),
                    arrives: (!dice.once_in(3)).then(|| Millis(self.now.0 + dice.seconds(49) * 1000)),
                    content,
                });
                self.say(format!("{who} sends {version} and hears nothing"));
                if lost == 6 {
                    return Publisher::Idle;
                }
                Outcome::Unknown {
                    not_before: now + SETTLE,
                    hinted: false,
                }
            }
        };
        self.say(format!("{who} sent {version}: {outcome:?}"));
        match dice.once_in(8) {
            true => Publisher::Idle,
            false => Publisher::Heard { claim, outcome },
        }
    }

    fn records(&mut self, who: usize, claim: &Claim, outcome: &Outcome, dice: &mut Dice) -> Publisher {
        let now = self.clock(who);
        match self.order.settle(claim, outcome, now, PACE) {
            Ok(Gone::Write(next)) => {
                self.write(*next);
                // Its reply is lost, and the SDK writes it again.
                if dice.once_in(3) {
                    assert_eq!(self.order.settle(claim, outcome, now, PACE), Ok(Gone::Recorded));
                }
            }
            Ok(Gone::Recorded) => panic!("nobody else records under this claim"),
            Err(_) => assert!(self.order.generation(PUBLISH) > claim.generation || self.in_doubt()),
        }
        self.say(format!("{who} records {outcome:?}"));
        Publisher::Idle
    }

    fn in_doubt(&self) -> bool {
        matches!(self.order.step(PUBLISH), StepState::Unknown { .. })
    }

    fn happens(&mut self, dice: &mut Dice) {
        match dice.roll(16) {
            0 => self.report(),
            1 | 2 => self.raise(dice.once_in(2)),
            3 | 4 => self.pass(dice.seconds(20)),
            5 => self.pass(dice.seconds(300)),
            6 => self.sweeps(),
            7 if dice.once_in(4) => self.switched_off_and_on(),
            7 => {
                let decision = dice.one_of(&[Decision::Retry, Decision::Discard, Decision::Complete]);
                self.decides(decision);
            }
            roll => self.publishes(usize::try_from(roll % 2).unwrap_or(0), dice),
        }
    }

    /// Nothing new happens: a person takes up what waits for one, and one publisher works undisturbed.
    fn comes_to_rest(&mut self) {
        self.publishers = [Publisher::Idle, Publisher::Idle];
        self.raise(true);
        for _ in 0..20 {
            self.pass(3_600);
            self.sweeps();
            let kind = self.order.step(PUBLISH).kind();
            if matches!(kind, Kind::Held | Kind::Discarded | Kind::Off) {
                self.decides(Decision::Retry);
            }
            if kind == Kind::Done {
                return;
            }
            self.undisturbed();
        }
        panic!("it never comes to rest: {:?}", self.order);
    }

    fn undisturbed(&mut self) {
        let version = self.newest;
        let now = self.clock(0);
        if let Some(next) = self.order.told_already(PUBLISH, version, &body(version), now) {
            return self.write(next);
        }
        self.claims += 1;
        let mut bid = tells(version, &format!("last-{}", self.claims), now);
        bid.hash = Some(body(version));
        let Begin::Claim(next, claim) = self.order.begin(&bid, PACE) else {
            return;
        };
        self.write(*next);
        let outcome = match claim.why {
            Why::Fresh => {
                assert!(self.flights.is_empty());
                self.shows = Some(content(version));
                done()
            }
            Why::Probe(_) | Why::Ask => later(now),
        };
        match self.order.settle(&claim, &outcome, now, PACE) {
            Ok(Gone::Write(next)) => self.write(*next),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_newest_version_is_there_in_the_end_and_none_begins_while_another_may_still_arrive() {
    let (mut lost, mut skipped) = (0, 0);
    for seed in 1..=3_000_u64 {
        let mut dice = Dice::of(seed);
        let mut world = World::new();
        let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for _ in 0..150 {
                world.happens(&mut dice);
            }
            world.comes_to_rest();
            assert_eq!(
                world.shows,
                Some(content(world.newest)),
                "the vendor shows the newest"
            );
            let end = repeat(&world.order);
            assert!(end.done >= end.wanted, "{end:?}");
            assert!(!world.order.is_open());
        }));
        if run.is_err() {
            panic!("seed {seed}:\n{}", world.said.join("\n"));
        }
        lost += world
            .said
            .iter()
            .filter(|said| said.contains("hears nothing"))
            .count();
        skipped += world
            .said
            .iter()
            .filter(|said| said.contains("is there already"))
            .count();
    }
    assert!(
        lost > 2_000 && skipped > 500,
        "the world is too kind: {lost}, {skipped}"
    );
}

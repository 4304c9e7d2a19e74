//! The gate: every call of a function to anything outside it passes here, is counted, and may be broken.
//!
//! One gate is shared by all stand-ins of a stack. It has two ways of breaking things, and both are repeatable:
//! a **fuse** breaks the n-th call, in one of three forms; **odds** break calls by a pure function of (seed, service,
//! operation, subject, n-th try of that), so concurrency does not change which call is hit.

use std::collections::BTreeMap;
use std::hash::Hasher;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use crate::server::do_afterwards;

/// One call, as the gate sees it.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// `repspark`, `erp`, `dynamodb`, `sqs`, `secretsmanager`.
    pub service: &'a str,
    /// The operation: `PutItem`, `SendMessage`, `GET order?statusId=1`, …
    pub operation: &'a str,
    /// What it is about, where that is known: an order number, a key; else empty.
    pub subject: &'a str,
    /// The function that calls, by its folder's name.
    pub caller: &'a str,
}

/// What goes wrong with a call. A stand-in that cannot show a kind treats it as [`Fault::LostReply`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The connection closes before the call has any effect.
    LostRequest,
    /// The call takes effect, then the connection closes without an answer.
    LostReply,
    /// The service answers with a failure of its own (5xx), without effect.
    ServerError,
    /// The service says that it is asked too much, without effect.
    Throttled,
    /// The answer's body breaks off in the middle, after the effect.
    CutBody,
    /// A batch call does only a part of its entries and says which it left (DynamoDB, SQS).
    PartialBatch,
    /// The function's process is killed before the call has any effect.
    KilledBefore,
    /// The call takes effect, and the function's process is killed before it hears of it.
    KilledAfter,
    /// SQS delivers a message a second time.
    DuplicateDelivery,
    /// SQS delivers a message late.
    LateDelivery,
}

/// How a fuse breaks its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// The process dies before the effect.
    Before,
    /// The effect takes place, the reply is lost, the process dies.
    After,
    /// The effect takes place, the reply is lost, the process lives and may repeat the call.
    ReplyLost,
}

impl Form {
    fn fault(self) -> Fault {
        match self {
            Self::Before => Fault::KilledBefore,
            Self::After => Fault::KilledAfter,
            Self::ReplyLost => Fault::LostReply,
        }
    }
}

/// Break the `call`-th call (from 1, counted over all services) in this form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Break {
    /// Which call, from 1.
    pub call: u64,
    /// How.
    pub form: Form,
}

/// For a service, a fault and how often: one in `one_in` calls.
#[derive(Clone, Debug, Serialize)]
pub struct Odds {
    /// The service this row is for.
    pub service: &'static str,
    /// Only operations that begin with this (empty: all).
    pub operation: &'static str,
    /// The kind of fault.
    pub fault: Fault,
    /// One in this many calls.
    pub one_in: u64,
}

type Killer = Box<dyn Fn(&str) + Send + Sync>;

#[derive(Default)]
struct State {
    calls: u64,
    journal: Option<Vec<String>>,
    breaks: Vec<Break>,
    seed: u64,
    odds: Vec<Odds>,
    tries: BTreeMap<(String, String, String), u64>,
    fired: BTreeMap<(String, Fault), u64>,
    killer: Option<Arc<Killer>>,
}

/// The gate that all stand-ins of one stack share.
#[derive(Clone, Default)]
pub struct Gate(Arc<Mutex<State>>);

impl Gate {
    /// A gate that lets everything pass and counts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Who ends a function's running processes when a fault says so.
    pub fn on_kill(&self, killer: impl Fn(&str) + Send + Sync + 'static) {
        self.state().killer = Some(Arc::new(Box::new(killer)));
    }

    /// Starts counting calls from 1 again and breaks the given ones. Clears odds.
    pub fn arm(&self, breaks: &[Break]) {
        let mut state = self.state();
        state.calls = 0;
        state.journal = Some(Vec::new());
        state.odds.clear();
        state.breaks = breaks.to_vec();
    }

    /// Nothing breaks from here on; the counts stay.
    pub fn disarm(&self) {
        let mut state = self.state();
        state.breaks.clear();
        state.odds.clear();
    }

    /// Breaks calls by these odds, as a pure function of the seed and the call.
    pub fn play(&self, seed: u64, odds: Vec<Odds>) {
        let mut state = self.state();
        state.seed = seed;
        state.odds = odds;
    }

    /// How many calls passed since [`Gate::arm`].
    pub fn calls(&self) -> u64 {
        self.state().calls
    }

    /// The calls since [`Gate::arm`], in order: `caller service operation subject`.
    pub fn journal(&self) -> Vec<String> {
        self.state().journal.clone().unwrap_or_default()
    }

    /// How often each kind of fault fired, by service.
    pub fn fired(&self) -> BTreeMap<(String, Fault), u64> {
        self.state().fired.clone()
    }

    /// Judges a call. A process that must die is killed here, or when its call has had its effect; the stand-in then only
    /// has to do, or not to do, the effect, and to drop the connection.
    pub fn judge(&self, call: Call<'_>) -> Option<Fault> {
        let (fault, killer) = {
            let mut state = self.state();
            let fault = state.decide(call);
            if let Some(fault) = fault {
                *state.fired.entry((call.service.to_owned(), fault)).or_default() += 1;
            }
            (fault, state.killer.clone())
        };
        let Some(killer) = killer else { return fault };
        match fault {
            Some(Fault::KilledBefore) => killer(call.caller),
            // Whoever sees the process dead must see the effect too.
            Some(Fault::KilledAfter) => {
                let caller = call.caller.to_owned();
                do_afterwards(move || killer(&caller));
            }
            _ => {}
        }
        fault
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn decide(&mut self, call: Call<'_>) -> Option<Fault> {
        self.calls += 1;
        if let Some(journal) = &mut self.journal {
            journal.push(format!(
                "{} {} {} {}",
                call.caller, call.service, call.operation, call.subject
            ));
        }
        if let Some(hit) = self.breaks.iter().find(|one| one.call == self.calls) {
            return Some(hit.form.fault());
        }
        if self.odds.is_empty() {
            return None;
        }
        let name = (
            call.service.to_owned(),
            call.operation.to_owned(),
            call.subject.to_owned(),
        );
        let tries = self.tries.entry(name).or_default();
        *tries += 1;
        let (seed, n) = (self.seed, *tries);
        let row = self.odds.iter().find(|row| {
            row.service == call.service
                && call.operation.starts_with(row.operation)
                && draw(seed, call, n, row.fault).is_multiple_of(row.one_in)
        })?;
        Some(row.fault)
    }
}

/// A pure function of its arguments, the same on every machine.
fn draw(seed: u64, call: Call<'_>, n: u64, fault: Fault) -> u64 {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    hash.write(&seed.to_le_bytes());
    for part in [call.service, call.operation, call.subject] {
        hash.write(part.as_bytes());
        hash.write(&[0xff]);
    }
    hash.write(&n.to_le_bytes());
    hash.write(format!("{fault:?}").as_bytes());
    // FNV's low bits are weak; a final mix spreads them.
    let x = hash.finish();
    let x = (x ^ (x >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^ (x >> 29)
}

struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

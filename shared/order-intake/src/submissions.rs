//! Orders that come in submissions, each of which may be a newer version of one that is known: eCat's.
//!
//! All submissions of a uuid meet in its one state item. Where a newcomer goes is found by the pure rules of
//! `order_model::versions` from what stands there, and written on the condition that it still stands.

mod arrive;
mod broken;
mod tally;
mod told;
mod words;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use field_map::FieldMap;
use futures::stream::{self, StreamExt};
use jiff::tz::TimeZone;
use ledger::{Ledger, LedgerError, Raw};
use order_model::versions::Version;
use order_model::{EcatOrg, Millis, OrderKey, OrderState, RecordFault, Records, Submission};

use crate::piece::Piece;
use crate::stream::Intake;
pub use tally::{Arrival, Arrived, SubmissionTally};

/// DynamoDB writes at most 25 items in one batch.
const BATCH: usize = 25;

/// What the intake of submissions goes by.
pub struct SubmissionRules<'a> {
    /// How this source's records are told apart.
    pub records: Records,
    /// Reads the names of the submission that a well-formed record is.
    pub submission: fn(&[u8]) -> Result<Submission, RecordFault>,
    /// Whose orders they are.
    pub org: &'a EcatOrg,
    /// The field map with which submissions are compared.
    pub current: &'a FieldMap,
    /// The zone of dates without one.
    pub zone: &'a TimeZone,
    /// When raw payloads expire.
    pub expires_at: Millis,
    /// The ids of this source's quarantined records that are not settled: a whole record of that number settles it.
    pub quarantined: &'a BTreeSet<String>,
    /// Whether a person asked for these very submissions: a payload that is gone is kept again.
    pub asked: bool,
}

/// Takes submissions in.
pub struct SubmissionTaker<'a> {
    ledger: &'a Ledger,
    rules: SubmissionRules<'a>,
    now: Millis,
    place: u64,
    waiting: Vec<(u64, Piece)>,
    /// What it came to so far.
    pub tally: SubmissionTally,
    /// Why records were lost, when some were.
    pub fault: Option<LedgerError>,
}

/// A record of a batch that has names.
struct Named<'b> {
    key: OrderKey,
    submission: Submission,
    bytes: &'b [u8],
}

impl<'a> SubmissionTaker<'a> {
    /// An intake that begins now.
    pub fn new(ledger: &'a Ledger, rules: SubmissionRules<'a>, now: Millis) -> Self {
        Self {
            ledger,
            rules,
            now,
            place: 0,
            waiting: Vec::with_capacity(BATCH),
            tally: SubmissionTally::default(),
            fault: None,
        }
    }

    async fn batch(&mut self, batch: &[(u64, Piece)]) -> Vec<Arrived> {
        let (mut named, mut broken) = (Vec::new(), Vec::new());
        for (place, piece) in batch {
            match self.submission(piece) {
                Ok(submission) => named.push(Named {
                    key: OrderKey::ecat(self.rules.org, &submission.uuid),
                    submission,
                    bytes: piece.bytes(),
                }),
                Err(fault) => broken.push((*place, piece.bytes(), fault)),
            }
        }
        let mut came = self.quarantine_all(&broken).await;
        let (named, unsettled) = self.settle_quarantined(named).await;
        for (one, error) in unsettled {
            came.extend(self.lose(&[one], error));
        }
        came.extend(self.take_named(&named).await);
        for one in &came {
            self.tally.count(one);
        }
        came
    }

    /// The names of a record, or what is wrong with it.
    fn submission(&self, piece: &Piece) -> Result<Submission, &'static str> {
        let records = self.rules.records;
        match piece {
            Piece::Record {
                bytes,
                salvaged: true,
            } if !(records.whole)(bytes) => Err("it stood behind a broken record and is not a whole order"),
            Piece::Record { bytes, .. } => (self.rules.submission)(bytes).map_err(|fault| fault.0),
            Piece::Malformed { fault, .. } => Err(*fault),
        }
    }

    async fn take_named(&mut self, named: &[Named<'_>]) -> Vec<Arrived> {
        let known = match self.known(named).await {
            Ok(known) => known,
            Err(error) => return self.lose(named, error),
        };
        let asked = self.rules.asked;
        let is_new = |one: &&Named<'_>| asked || !known.get(&one.key).is_some_and(|order| has(order, one));
        let new: Vec<&Named<'_>> = named.iter().filter(is_new).collect();
        let packed: Vec<Raw> = new.iter().map(|one| Raw::of(one.bytes)).collect();
        // Other content under a known id is kept when it is clear that nobody has seen it yet.
        let entering = |one: &Named<'_>| !known.get(&one.key).is_some_and(|order| has_id(order, one));
        let entering = new.iter().zip(&packed).filter(|(one, _)| entering(one));
        let entering: Vec<Raw> = entering.map(|(_, raw)| raw.clone()).collect();
        if let Err(error) = self.ledger.keep_raw(&entering, self.rules.expires_at).await {
            return self.lose(named, error);
        }
        let again = named.iter().filter(|one| !is_new(one));
        let mut came: Vec<_> = again.map(|one| Ok(arrived(one, Arrival::Again))).collect();
        came.extend(self.each(&new, &packed, &known).await);
        let mut kept = Vec::with_capacity(came.len());
        for one in came {
            match one {
                Ok(arrived) => kept.push(arrived),
                // One that could not be placed does not take the others with it.
                Err((one, error)) => kept.extend(self.lose(std::slice::from_ref(one), error)),
            }
        }
        kept
    }

    /// Places the new ones: all at once, but those of one order one after the other, in the answer's order.
    async fn each<'n>(
        &self,
        new: &[&'n Named<'n>],
        packed: &[Raw],
        known: &BTreeMap<OrderKey, OrderState>,
    ) -> Vec<Result<Arrived, (&'n Named<'n>, LedgerError)>> {
        let mut orders: BTreeMap<&OrderKey, Vec<(&'n Named<'n>, &Raw)>> = BTreeMap::new();
        for (one, raw) in new.iter().zip(packed) {
            orders.entry(&one.key).or_default().push((*one, raw));
        }
        let orders = orders.into_iter().map(|(key, all)| async move {
            let mut stands = known.get(key).cloned();
            let mut came = Vec::with_capacity(all.len());
            for (one, raw) in all {
                let arrival = self.arrive(one, raw, &mut stands).await;
                came.push(arrival.map_err(|error| (one, error)));
            }
            came
        });
        let all: Vec<Vec<_>> = stream::iter(orders).buffered(BATCH).collect().await;
        all.into_iter().flatten().collect()
    }

    /// The orders of these records that are known.
    async fn known(&self, named: &[Named<'_>]) -> Result<BTreeMap<OrderKey, OrderState>, LedgerError> {
        let keys: BTreeSet<OrderKey> = named.iter().map(|one| one.key.clone()).collect();
        let keys: Vec<OrderKey> = keys.into_iter().collect();
        let mut known = BTreeMap::new();
        for read in self.ledger.orders(&keys).await? {
            match read {
                Ok(order) => drop(known.insert(order.key.clone(), order)),
                // Whoever places a submission of it reads it again, and meets the same error.
                Err(LedgerError::Unreadable { .. } | LedgerError::Newer { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(known)
    }

    /// Counts what could not be made durable: it is not marked, and comes again.
    fn lose(&mut self, named: &[Named<'_>], error: LedgerError) -> Vec<Arrived> {
        self.tally.lost += named.len() as u64;
        self.fault = Some(error);
        let lost = named.iter().map(|one| one.submission.clone());
        lost.map(Arrived::Lost).collect()
    }
}

/// Whether an order has this very payload as this submission.
fn has(order: &OrderState, one: &Named<'_>) -> bool {
    let known = of_id(order, one);
    known.is_some_and(|version| version.raw.hash == Raw::name(one.bytes))
}

fn has_id(order: &OrderState, one: &Named<'_>) -> bool {
    of_id(order, one).is_some()
}

fn of_id<'o>(order: &'o OrderState, one: &Named<'_>) -> Option<&'o Version> {
    order
        .versions
        .iter()
        .find(|version| version.id == one.submission.id)
}

fn arrived(one: &Named<'_>, came_to: Arrival) -> Arrived {
    Arrived::Submission {
        order: one.key.clone(),
        submission: one.submission.clone(),
        came_to,
    }
}

impl Intake for SubmissionTaker<'_> {
    type Kept = Arrived;

    async fn take(&mut self, pieces: &mut VecDeque<Piece>) -> Vec<Arrived> {
        while let Some(piece) = pieces.pop_front() {
            self.place += 1;
            self.waiting.push((self.place, piece));
            if self.waiting.len() == BATCH {
                return self.flush().await;
            }
        }
        Vec::new()
    }

    async fn flush(&mut self) -> Vec<Arrived> {
        let waiting = std::mem::take(&mut self.waiting);
        self.batch(&waiting).await
    }

    fn lost(&self) -> u64 {
        self.tally.lost
    }
}

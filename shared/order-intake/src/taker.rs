//! Records to the ledger, batch by batch.

use std::collections::{BTreeSet, VecDeque};

use futures::stream::{self, StreamExt};
use ledger::{Admitted, Ledger, LedgerError, Quarantine, Quarantined, Raw};
use order_model::{Millis, OrderKey, OrderState};

use crate::balance::{Differences, Standing};
use crate::meet::Meeting;
use crate::piece::Piece;
use crate::rules::{Read, Rules};
use crate::stream::Intake;
use crate::tally::{Kept, Tally};

/// DynamoDB writes at most 25 items in one batch.
const BATCH: usize = 25;

/// Takes records in.
pub struct Taker<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) rules: Rules<'a>,
    now: Millis,
    place: u64,
    waiting: Vec<(u64, Piece)>,
    /// What it came to so far.
    pub tally: Tally,
    /// Of a list of sent orders: which of them have no place here.
    pub differences: Differences,
    /// Whether the last record is broken, and its number can be read.
    pub ends_in_a_named_one: bool,
    /// Why records were lost, when some were.
    pub fault: Option<LedgerError>,
}

impl<'a> Taker<'a> {
    /// An intake that begins now.
    pub fn new(ledger: &'a Ledger, rules: Rules<'a>, now: Millis) -> Self {
        Self {
            ledger,
            rules,
            now,
            place: 0,
            waiting: Vec::with_capacity(BATCH),
            tally: Tally::default(),
            differences: Differences::default(),
            ends_in_a_named_one: false,
            fault: None,
        }
    }

    /// Takes pieces in as soon as there is a batch of them, and returns what came of those. Records that could not be
    /// made durable are counted as lost, and the intake goes on with the next ones.
    pub async fn take(&mut self, pieces: &mut VecDeque<Piece>) -> Vec<Kept> {
        while let Some(piece) = pieces.pop_front() {
            self.place += 1;
            self.waiting.push((self.place, piece));
            if self.waiting.len() == BATCH {
                return self.flush().await;
            }
        }
        Vec::new()
    }

    /// Takes in what is left.
    pub async fn flush(&mut self) -> Vec<Kept> {
        let waiting = std::mem::take(&mut self.waiting);
        if let Some((_, last)) = waiting.last() {
            self.ends_in_a_named_one = self.key(last).is_err() && self.name(last).is_some();
        }
        let states = match self.look_up(&waiting).await {
            Ok(states) => states,
            Err(error) => return self.lose_all(&waiting, error),
        };
        let (known, batch): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|(_, piece)| self.name(piece).is_some_and(|key| states.contains_key(&key)));
        let packed: Vec<Raw> = batch.iter().map(|(_, piece)| Raw::of(piece.bytes())).collect();
        if let Err(error) = self.ledger.keep_raw(&packed, self.rules.expires_at).await {
            let all: Vec<_> = batch.into_iter().chain(known).collect();
            return self.lose_all(&all, error);
        }
        let mut came = self.each(&batch, &packed).await;
        // One after the other: nearly all of them need nothing, and an order may stand in the list twice.
        for (place, piece) in &known {
            if let Some(state) = self.name(piece).and_then(|key| states.get(&key)) {
                let met = self.met(*place, piece, state.clone()).await;
                came.push(met.map_err(|error| self.lost(*place, piece, error)));
            }
        }
        self.count(came)
    }

    /// Counts what could not be made durable: nothing of this batch is sure.
    fn lose_all(&mut self, records: &[(u64, Piece)], error: LedgerError) -> Vec<Kept> {
        for (place, piece) in records {
            let called = self.called(*place, piece);
            self.lose(called);
        }
        self.fault = Some(error);
        Vec::new()
    }

    fn lose(&mut self, called: String) {
        self.tally.lost += 1;
        self.tally.balance.lost += 1;
        self.tally.balance.sent += 1;
        self.differences.note_lost(|| called);
    }

    fn lost(&self, place: u64, piece: &Piece, error: LedgerError) -> Lost {
        Lost {
            called: self.called(place, piece),
            error,
        }
    }

    /// What a record is called where it has no place: by its order's key, or else where it stood.
    fn called(&self, place: u64, piece: &Piece) -> String {
        self.name(piece)
            .map_or_else(|| format!("record {place}"), |key| key.to_string())
    }

    /// Takes each record of a batch in: all at once, but an order that stands in it twice in the answer's order, or the
    /// older payload could take the newer one's place.
    async fn each(&self, batch: &[(u64, Piece)], packed: &[Raw]) -> Vec<Result<Came, Lost>> {
        let mut seen = BTreeSet::new();
        let (first, again): (Vec<_>, Vec<_>) = batch
            .iter()
            .zip(packed)
            .partition(|((_, piece), _)| self.key(piece).map_or(true, |key| seen.insert(key)));
        let first = first
            .into_iter()
            .map(|((place, piece), raw)| self.one(*place, piece, raw));
        let mut all: Vec<_> = stream::iter(first).buffered(BATCH).collect().await;
        for ((place, piece), raw) in again {
            all.push(self.one(*place, piece, raw).await);
        }
        all
    }

    pub(crate) fn meeting<'b>(&'b self, bytes: &'b [u8], raw: &'b Raw) -> Meeting<'b> {
        Meeting {
            ledger: self.ledger,
            rules: &self.rules,
            bytes,
            raw,
            now: self.now,
        }
    }

    /// The key of a record by the number that can be read in it, broken or not.
    pub(crate) fn name(&self, piece: &Piece) -> Option<OrderKey> {
        self.key(piece).ok().or_else(|| {
            let number = (self.rules.records.number_in_broken)(piece.bytes())?;
            (self.rules.key_of)(&number).ok()
        })
    }

    /// The key of a record, or what is wrong with it.
    pub(crate) fn key(&self, piece: &Piece) -> Result<OrderKey, &'static str> {
        let records = self.rules.records;
        let number = match piece {
            Piece::Record {
                bytes,
                salvaged: true,
            } if !(records.whole)(bytes) => Err("it stood behind a broken record and is not a whole order"),
            Piece::Record { bytes, .. } => (records.number)(bytes).map_err(|fault| fault.0),
            Piece::Malformed { fault, .. } => Err(*fault),
        };
        number.and_then(|number| (self.rules.key_of)(&number).map_err(|fault| fault.0))
    }

    async fn one(&self, place: u64, piece: &Piece, raw: &Raw) -> Result<Came, Lost> {
        let came = match self.key(piece) {
            Ok(key) => self.admit(key, piece.bytes(), raw).await,
            Err(fault) => {
                let kept = self.quarantine(place, piece.bytes(), raw, fault).await;
                kept.map(|(kept, resolved)| Came {
                    kept,
                    // A person decided about it.
                    standing: resolved.then_some(Standing::Discarded),
                })
            }
        };
        came.map_err(|error| self.lost(place, piece, error))
    }

    async fn admit(&self, key: OrderKey, bytes: &[u8], raw: &Raw) -> Result<Came, LedgerError> {
        let place = raw.place().clone();
        let order = if self.rules.is_baseline() {
            OrderState::foreign(key.clone(), Some(place), self.now)
        } else {
            OrderState::taken(key.clone(), place, self.now, self.ledger.pace())
        };
        Ok(match self.ledger.admit(order).await? {
            Admitted::New(order) => Came {
                standing: Some(Standing::of(&order)),
                kept: match self.rules.is_baseline() {
                    true => Kept::Foreign,
                    false => Kept::New(key),
                },
            },
            Admitted::Known(order) if self.rules.is_baseline() => Came {
                standing: Some(Standing::of(&order)),
                kept: Kept::Foreign,
            },
            Admitted::Known(order) => {
                let (order, came) = self.meeting(bytes, raw).of(*order).await?;
                Came {
                    standing: Some(Standing::of(&order)),
                    kept: Kept::Known(key, came),
                }
            }
        })
    }

    /// Quarantines a record; says too whether these very bytes were resolved before.
    pub(crate) async fn quarantine(
        &self,
        place: u64,
        bytes: &[u8],
        raw: &Raw,
        fault: &str,
    ) -> Result<(Kept, bool), LedgerError> {
        let records = self.rules.records;
        let number = (records.number_in_broken)(bytes);
        let named = number.is_some();
        let id = number.unwrap_or_else(|| Raw::of(&(records.steady)(bytes)).place().hash.clone());
        let record = Quarantine {
            source: records.source.to_owned(),
            id: id.clone(),
            raw: raw.place().clone(),
            place,
            fault: fault.to_owned(),
            at: self.now,
            resolved: None,
        };
        // A broken record of the former integration whose number can be read is its order all the same: were it mended
        // later, a recovery that did not know it would import it again.
        if self.rules.is_baseline()
            && named
            && let Ok(key) = (self.rules.key_of)(&id)
        {
            self.ledger
                .admit(OrderState::foreign(key, None, self.now))
                .await?;
        }
        let came = self.ledger.quarantine(&record).await?;
        let kept = Kept::Quarantined {
            id,
            fault: record.fault,
            place,
            first: came == Quarantined::New,
            named,
        };
        Ok((kept, came == Quarantined::Resolved))
    }

    fn count(&mut self, came: Vec<Result<Came, Lost>>) -> Vec<Kept> {
        let mut kept = Vec::with_capacity(came.len());
        for one in came {
            match one {
                Ok(Came { kept: one, standing }) => {
                    self.tally.count(&one);
                    // Only a list of sent orders can be balanced.
                    if matches!(self.rules.read, Read::Sent { .. }) {
                        self.tally.balance.count(standing, &one);
                        self.differences.note(standing, &one);
                    }
                    kept.push(one);
                }
                // One record that could not be admitted does not take the others with it.
                Err(Lost { called, error }) => {
                    self.lose(called);
                    self.fault = Some(error);
                }
            }
        }
        kept
    }
}

impl Intake for Taker<'_> {
    type Kept = Kept;

    async fn take(&mut self, pieces: &mut VecDeque<Piece>) -> Vec<Kept> {
        Taker::take(self, pieces).await
    }

    async fn flush(&mut self) -> Vec<Kept> {
        Taker::flush(self).await
    }

    fn lost(&self) -> u64 {
        self.tally.lost
    }
}

/// What came of one record, and where its order stands now.
pub(crate) struct Came {
    pub(crate) kept: Kept,
    pub(crate) standing: Option<Standing>,
}

/// A record that could not be made durable, or whose order could not be met.
struct Lost {
    called: String,
    error: LedgerError,
}

impl Piece {
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Record { bytes, .. } | Self::Malformed { bytes, .. } => bytes,
        }
    }
}

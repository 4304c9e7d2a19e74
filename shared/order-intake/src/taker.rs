//! Records to the ledger, batch by batch.

use std::collections::{BTreeSet, VecDeque};

use field_map::{Context, FieldMap};
use futures::stream::{self, StreamExt};
use ledger::{Admitted, Changed, HoldNote, Ledger, LedgerError, Quarantine, Quarantined, Raw};
use order_model::{ErpKey, KeyOf, Millis, OrderState, Records, StepName};

use crate::known::{self, Comparison, Return};
use crate::piece::Piece;
use crate::tally::{Kept, Tally, why};

/// DynamoDB writes at most 25 items in one batch.
const BATCH: usize = 25;

/// What an intake goes by.
pub struct Rules<'a> {
    /// How this source's records are told apart.
    pub records: Records,
    /// The key of an order number.
    pub key_of: &'a KeyOf<'a>,
    /// What to compare a known order with: the map, and for a key its context. None: known orders are passed over.
    pub compare: Option<(&'a FieldMap, &'a (dyn Fn(ErpKey) -> Context + Send + Sync))>,
    /// When raw payloads expire.
    pub expires_at: Millis,
    /// Whether the orders belong to the integration before us.
    pub foreign: bool,
    /// Whether the read can be made again: then known orders, which are nearly all, are looked up before anything is
    /// written. After a destructive read everything is written first.
    pub repeatable: bool,
}

/// Takes records in.
pub struct Taker<'a> {
    ledger: &'a Ledger,
    rules: Rules<'a>,
    now: Millis,
    place: u64,
    waiting: Vec<(u64, Piece)>,
    /// What it came to so far.
    pub tally: Tally,
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
        let batch = match self.unknown(waiting).await {
            Ok(batch) => batch,
            Err((count, error)) => {
                self.tally.lost += count;
                self.fault = Some(error);
                return Vec::new();
            }
        };
        let packed: Vec<Raw> = batch.iter().map(|(_, piece)| Raw::of(piece.bytes())).collect();
        if let Err(error) = self.ledger.keep_raw(&packed, self.rules.expires_at).await {
            self.tally.lost += batch.len() as u64;
            self.fault = Some(error);
            return Vec::new();
        }
        let mut kept = Vec::with_capacity(batch.len());
        for one in self.each(&batch, &packed).await {
            match one {
                Ok(one) => kept.push(one),
                // One record that could not be admitted does not take the others with it.
                Err(error) => {
                    self.tally.lost += 1;
                    self.fault = Some(error);
                }
            }
        }
        self.count(&kept);
        kept
    }

    /// Takes each record of a batch in: all at once, but an order that stands in it twice in the answer's order, or the
    /// older payload could take the newer one's place.
    async fn each(&self, batch: &[(u64, Piece)], packed: &[Raw]) -> Vec<Result<Kept, LedgerError>> {
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

    /// The records of a batch that have to be taken in; known orders of a repeatable read are counted and left out.
    async fn unknown(&mut self, batch: Vec<(u64, Piece)>) -> Result<Vec<(u64, Piece)>, (u64, LedgerError)> {
        if !self.rules.repeatable {
            return Ok(batch);
        }
        let keys: Vec<Option<ErpKey>> = batch.iter().map(|(_, piece)| self.key(piece).ok()).collect();
        let asked: BTreeSet<ErpKey> = keys.iter().flatten().cloned().collect();
        let asked: Vec<ErpKey> = asked.into_iter().collect();
        let found = self
            .ledger
            .known(&asked)
            .await
            .map_err(|error| (batch.len() as u64, error))?;
        let (known, unknown): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .zip(keys)
            .partition(|(_, key)| key.as_ref().is_some_and(|key| found.contains(key)));
        self.tally.records += known.len() as u64;
        self.tally.known += known.len() as u64;
        Ok(unknown.into_iter().map(|(piece, _)| piece).collect())
    }

    /// The key of a record, or what is wrong with it.
    fn key(&self, piece: &Piece) -> Result<ErpKey, &'static str> {
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

    async fn one(&self, place: u64, piece: &Piece, raw: &Raw) -> Result<Kept, LedgerError> {
        match self.key(piece) {
            Ok(key) => self.admit(key, piece.bytes(), raw).await,
            Err(fault) => self.quarantine(place, piece.bytes(), raw, fault).await,
        }
    }

    async fn admit(&self, key: ErpKey, bytes: &[u8], raw: &Raw) -> Result<Kept, LedgerError> {
        if self.rules.foreign {
            self.ledger.admit(OrderState::foreign(key, self.now)).await?;
            return Ok(Kept::Foreign);
        }
        let order = OrderState::taken(key.clone(), raw.place().clone(), self.now, self.ledger.pace());
        match self.ledger.admit(order).await? {
            Admitted::New(_) => Ok(Kept::New(key)),
            Admitted::Known(order) => self.again(*order, bytes, raw).await,
        }
    }

    async fn again(&self, order: OrderState, bytes: &[u8], raw: &Raw) -> Result<Kept, LedgerError> {
        let key = order.key.clone();
        let Some((map, context)) = self.rules.compare else {
            return Ok(Kept::Known(key, Return::Same));
        };
        let context = context(key.clone());
        let judge = |order: &OrderState| {
            let comparison: Comparison = known::compare(order, bytes, map, &context);
            known::decide(order, raw.place(), comparison, self.now, self.ledger.pace())
        };
        if let (_, Return::Held(code)) = judge(&order) {
            let text = format!(
                "the order came again from {} and {}; the new payload is kept as raw#{}",
                self.rules.records.source,
                why(code),
                raw.place().hash
            );
            let note = HoldNote {
                code: code.to_owned(),
                text,
                at: self.now,
            };
            self.ledger.keep_hold(&key, StepName::Review, &note).await?;
        }
        let mut came = Return::Same;
        let changed = self
            .ledger
            .change(order, |order| {
                let (next, what) = judge(order);
                came = what;
                next
            })
            .await?;
        let (Changed::Written(_) | Changed::Left(_)) = changed;
        Ok(Kept::Known(key, came))
    }

    async fn quarantine(
        &self,
        place: u64,
        bytes: &[u8],
        raw: &Raw,
        fault: &str,
    ) -> Result<Kept, LedgerError> {
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
        };
        // A broken record of the former integration whose number can be read is its order all the same: were it mended
        // later, a recovery that did not know it would import it again.
        if self.rules.foreign
            && named
            && let Ok(key) = (self.rules.key_of)(&id)
        {
            self.ledger.admit(OrderState::foreign(key, self.now)).await?;
        }
        let first = self.ledger.quarantine(&record).await? == Quarantined::New;
        Ok(Kept::Quarantined {
            id,
            fault: record.fault,
            place,
            first,
            named,
        })
    }

    fn count(&mut self, kept: &[Kept]) {
        self.tally.records += kept.len() as u64;
        for one in kept {
            match one {
                Kept::New(_) => self.tally.new += 1,
                Kept::Foreign => self.tally.foreign += 1,
                Kept::Known(_, what) => {
                    self.tally.known += 1;
                    self.tally.held += u64::from(matches!(what, Return::Held(_)));
                }
                Kept::Quarantined { named, .. } => {
                    self.tally.quarantined += 1;
                    self.tally.nameless += u64::from(!named);
                }
            }
        }
    }
}

impl Piece {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Record { bytes, .. } | Self::Malformed { bytes, .. } => bytes,
        }
    }
}

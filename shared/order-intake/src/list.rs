//! Records of a list that can be read again: the known ones are looked up, and met where they stand.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{LedgerError, Raw};
use order_model::{Admission, OrderKey, OrderState};

use crate::balance::Standing;
use crate::known::Return;
use crate::piece::Piece;
use crate::rules::Read;
use crate::taker::{Came, Taker};
use crate::tally::Kept;

/// A known order.
#[derive(Clone)]
pub(crate) enum Known {
    Order(Box<OrderState>),
    /// This release can't read it.
    Unreadable,
}

impl Taker<'_> {
    /// The known ones among these records, where the read can be made again: nearly all of a list of sent orders is
    /// known, and needs no write; so is what a baseline noted before it broke off. After a destructive read everything is written first.
    pub(crate) async fn look_up(
        &self,
        batch: &[(u64, Piece)],
    ) -> Result<BTreeMap<OrderKey, Known>, LedgerError> {
        if matches!(self.rules.read, Read::Submitted(_)) {
            return Ok(BTreeMap::new());
        }
        let keys: BTreeSet<OrderKey> = batch.iter().filter_map(|(_, piece)| self.name(piece)).collect();
        let keys: Vec<OrderKey> = keys.into_iter().collect();
        let mut known = BTreeMap::new();
        for read in self.ledger.orders(&keys).await? {
            match read {
                Ok(order) => drop(known.insert(order.key.clone(), Known::Order(Box::new(order)))),
                // It is known, in whatever form: taking it in again would double it.
                Err(LedgerError::Unreadable { key, .. } | LedgerError::Newer { key, .. }) => {
                    if let Ok(key) = OrderKey::new(key) {
                        known.insert(key, Known::Unreadable);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(known)
    }

    /// Meets a known order of a list of sent ones.
    pub(crate) async fn met(&self, place: u64, piece: &Piece, known: Known) -> Result<Came, LedgerError> {
        // A baseline that broke off goes on where it stopped.
        if self.rules.is_baseline() {
            let kept = Kept::Foreign;
            return Ok(Came { kept, standing: None });
        }
        let Known::Order(order) = known else {
            let key = self.name(piece);
            let kept = key.map_or(Kept::Foreign, |key| Kept::Known(key, Return::Same));
            return Ok(Came { kept, standing: None });
        };
        let (key, raw) = (order.key.clone(), Raw::of(piece.bytes()));
        let (order, came) = match self.key(piece) {
            Ok(_) => self.meeting(piece.bytes(), &raw).of(*order).await?,
            Err(_) if order.admission == Admission::Foreign => (*order, Return::Same),
            // What the order says now can't be read: it may have changed.
            Err(fault) => {
                let expires_at = self.rules.expires_at;
                self.ledger
                    .keep_raw(std::slice::from_ref(&raw), expires_at)
                    .await?;
                let (kept, resolved) = self.quarantine(place, piece.bytes(), &raw, fault).await?;
                let standing = resolved.then(|| Standing::of(&order));
                return Ok(Came { kept, standing });
            }
        };
        Ok(Came {
            standing: Some(Standing::of(&order)),
            kept: Kept::Known(key, came),
        })
    }
}

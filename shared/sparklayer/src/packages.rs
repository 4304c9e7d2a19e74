//! Lines and what became of them, as packages.

use std::collections::BTreeMap;

use jiff::Timestamp;
use order_model::{Line, Order};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use uuid::{Uuid, uuid};

use crate::lines::{LineState, Moved};
use crate::parts::Unpublishable;
use crate::purchase::{Item, Package, PackageKind, Parcel, Place};

/// The room in which the identities of packages are made. Our own: it must never change.
const PACKAGES: Uuid = uuid!("6a7f3b52-5f0e-4b0c-9d0a-51f2c0a7e6d4");

/// What packages of one kind are told apart by: the parcel's number, or the moment.
type Key = (PackageKind, String);

/// A package while it fills.
struct Draft {
    at: Timestamp,
    parcel: Option<Parcel>,
    /// Pieces by line.
    pieces: BTreeMap<u32, u64>,
}

/// What all packages of an order have in common.
pub(crate) struct Common<'a> {
    pub(crate) order: &'a Order,
    pub(crate) states: &'a [LineState],
    pub(crate) placed_at: Timestamp,
    pub(crate) shipping_address: Option<Place>,
}

impl Common<'_> {
    /// What is processing first, then the others as they came about.
    pub(crate) fn packages(&self) -> Result<Vec<Package>, Unpublishable> {
        self.know_each_state()?;
        let mut drafts: BTreeMap<Key, Draft> = BTreeMap::new();
        for line in &self.order.lines {
            let ordered = whole(line)?;
            let moved = self.state(line).map_or(&[][..], |state| &state.moved);
            let gone = gone(line, ordered, moved)?;
            for one in moved.iter().filter(|one| one.quantity > 0) {
                add(&mut drafts, line, one);
            }
            if gone < ordered {
                let draft = drafts
                    .entry((PackageKind::Processing, String::new()))
                    .or_insert_with(|| Draft::new(self.placed_at, None));
                draft.pieces.insert(line.line, ordered - gone);
            }
        }
        let mut drafts: Vec<_> = drafts.into_iter().collect();
        drafts.sort_by(|(a, left), (b, right)| {
            let processing = |key: &Key| key.0 != PackageKind::Processing;
            (processing(a), left.at, a).cmp(&(processing(b), right.at, b))
        });
        drafts
            .into_iter()
            .map(|(key, draft)| self.package(&key, draft))
            .collect()
    }

    fn know_each_state(&self) -> Result<(), Unpublishable> {
        for (at, state) in self.states.iter().enumerate() {
            let line = state.line;
            if !self.order.lines.iter().any(|known| known.line == line) {
                return Err(Unpublishable::UnknownLine { line });
            }
            if self.states[..at].iter().any(|before| before.line == line) {
                return Err(Unpublishable::LineTwice { line });
            }
        }
        Ok(())
    }

    fn state(&self, line: &Line) -> Option<&LineState> {
        self.states.iter().find(|state| state.line == line.line)
    }

    fn package(&self, key: &Key, draft: Draft) -> Result<Package, Unpublishable> {
        let (kind, name) = key;
        let items = self.order.lines.iter().filter_map(|line| {
            let pieces = *draft.pieces.get(&line.line)?;
            Some(self.item(line, pieces))
        });
        // Who cancels or pays back ships nothing.
        let ships = matches!(kind, PackageKind::Processing | PackageKind::Shipment);
        Ok(Package {
            kind: *kind,
            id: identity(self.order, *kind, name),
            created_at: draft.at,
            moved_at: (*kind != PackageKind::Processing).then_some(draft.at),
            items: items.collect::<Result<_, _>>()?,
            shipping_method: self.order.ship_via_code.clone().filter(|_| ships),
            shipping_address: self.shipping_address.clone().filter(|_| ships),
            parcel: draft.parcel,
        })
    }

    fn item(&self, line: &Line, pieces: u64) -> Result<Item, Unpublishable> {
        let too_large = Unpublishable::TooLarge { line: line.line };
        let gross = Decimal::from(pieces)
            .checked_mul(line.unit_price)
            .ok_or(too_large)?;
        let percent = line.discount_percent.unwrap_or_default();
        let off = gross.checked_mul(percent).ok_or(too_large)?;
        let name = self.state(line).and_then(|state| state.name.as_ref());
        Ok(Item {
            sku: line.sku.clone(),
            name_parent: name.map_or_else(|| line.sku.clone(), |name| name.parent.clone()),
            name_child: name.and_then(|name| name.child.clone()),
            quantity: pieces,
            gross,
            discount: off / Decimal::ONE_HUNDRED,
        })
    }
}

impl Draft {
    fn new(at: Timestamp, parcel: Option<Parcel>) -> Self {
        Self {
            at,
            parcel,
            pieces: BTreeMap::new(),
        }
    }
}

/// SparkLayer's quantities are integers.
fn whole(line: &Line) -> Result<u64, Unpublishable> {
    let pieces = Some(line.quantity)
        .filter(Decimal::is_integer)
        .and_then(|pieces| pieces.to_u64());
    pieces
        .filter(|pieces| *pieces > 0)
        .ok_or(Unpublishable::NotWhole { line: line.line })
}

/// How many pieces are shipped or cancelled. Neither these nor the refunded ones may be more than were ordered.
fn gone(line: &Line, ordered: u64, moved: &[Moved]) -> Result<u64, Unpublishable> {
    let sum = |counts: fn(PackageKind) -> bool| {
        let pieces = moved.iter().filter(|one| counts(one.to)).map(|one| one.quantity);
        pieces.fold(0_u64, u64::saturating_add)
    };
    let line = line.line;
    if sum(|kind| kind == PackageKind::Processing) > 0 {
        return Err(Unpublishable::MovedBack { line });
    }
    if sum(|kind| kind == PackageKind::Refund) > ordered {
        return Err(Unpublishable::TooMany { line });
    }
    let gone = sum(|kind| matches!(kind, PackageKind::Shipment | PackageKind::Cancelled));
    if gone > ordered {
        return Err(Unpublishable::TooMany { line });
    }
    Ok(gone)
}

fn add(drafts: &mut BTreeMap<Key, Draft>, line: &Line, one: &Moved) {
    let draft = drafts
        .entry((one.to, name(one)))
        .or_insert_with(|| Draft::new(one.at, one.parcel.clone()));
    // Lines of one parcel may be told one after the other; it left when the first was told.
    draft.at = draft.at.min(one.at);
    if let (Some(known), Some(told)) = (&mut draft.parcel, &one.parcel)
        && known.url.is_none()
    {
        known.url.clone_from(&told.url);
    }
    let pieces = draft.pieces.entry(line.line).or_default();
    *pieces = pieces.saturating_add(one.quantity);
}

/// What goes with one number is one parcel; without a number, what goes at one moment with one carrier.
fn name(one: &Moved) -> String {
    match &one.parcel {
        Some(Parcel {
            carrier,
            number: Some(number),
            ..
        }) => format!("{carrier} {number}"),
        Some(parcel) => format!("{} {}", parcel.carrier, one.at),
        None => one.at.to_string(),
    }
}

/// The identity of a package, the same whenever it is asked for.
fn identity(order: &Order, kind: PackageKind, name: &str) -> Uuid {
    let text = format!("{}/{}/{name}", order.key, kind.as_str());
    Uuid::new_v5(&PACKAGES, text.as_bytes())
}

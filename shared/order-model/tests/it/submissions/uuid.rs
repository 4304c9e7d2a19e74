//! The submissions of one uuid, their one order and the orders of their own that some become: as intake, the import and the
//! desk would write them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper fails as its test does"
)]

use std::collections::{BTreeMap, BTreeSet};

use order_model::versions::{Asked, HoldCode, Newcomer, Placing, Settled, Stage, Standing, Version, place};
use order_model::{
    Begin, Customer, Decision, EcatId, EcatOrderNumber, EcatOrg, EcatUuid, ErpKey, ErpReference, Kind,
    Likeness, Line, Millis, No, Order, OrderKey, OrderState, Origin, Outcome, Source, StepName, StepState,
    allowed, likeness,
};
use rust_decimal::Decimal;

use crate::support::{PACE, T0, bid, raw, recorded};

/// What a submission says, in one letter: `A` and `a` are the same content at two prices, `R` and `Q` are revisions of
/// them and of each other, `N` and `M` share nothing with them or each other, `E` is empty, and `-` does not map.
pub(crate) fn says(letter: char) -> Option<Order> {
    match letter {
        'A' => Some(order(&[("S1", 4), ("S2", 1)], 1)),
        'a' => Some(order(&[("S2", 1), ("S1", 4)], 2)),
        'R' => Some(order(&[("S1", 6), ("S2", 1)], 1)),
        'Q' => Some(order(&[("S1", 9), ("S2", 1)], 1)),
        'N' => Some(order(&[("S7", 4), ("S8", 1)], 1)),
        'M' => Some(order(&[("S9", 1)], 1)),
        'E' => Some(order(&[], 1)),
        _ => None,
    }
}

fn order(lines: &[(&str, i64)], price: i64) -> Order {
    let line = |(line, (sku, quantity)): (u32, &(&str, i64))| Line {
        line,
        sku: (*sku).to_owned(),
        name: None,
        variant: None,
        upc: None,
        quantity: Decimal::from(*quantity),
        unit_price: Decimal::from(price),
        discount_percent: None,
        ship_date: None,
        note: None,
        recipe_set_id: None,
        custom: None,
    };
    Order {
        key: key(1),
        source: Source {
            vendor: Origin::Ecat,
            account: "DEMO".to_owned(),
            order_number: "N-1".to_owned(),
            order_uuid: None,
            submitted_at: None,
        },
        revision_of: None,
        spark_cart_id: None,
        customer: Customer {
            code: "C-1".to_owned(),
            name: None,
            ship_to_code: None,
        },
        customer_po: None,
        order_date: None,
        ship_date: None,
        cancel_date: None,
        currency: "USD".to_owned(),
        terms_code: None,
        ship_via_code: None,
        warehouse_code: None,
        sales_rep_code: None,
        ship_to: None,
        bill_to: None,
        custom: None,
        notes: None,
        lines: (1..).zip(lines).map(line).collect(),
    }
}

pub(crate) fn key(id: u64) -> ErpKey {
    let org = EcatOrg::new("demo").unwrap();
    ErpKey::ecat(&org, &EcatOrderNumber::new(format!("N-{id}")).unwrap())
}

pub(crate) fn own_key(id: u64) -> OrderKey {
    key(id).into()
}

pub(crate) fn number(text: &str) -> ErpReference {
    ErpReference::new(text).unwrap()
}

#[derive(Clone)]
pub(crate) struct Uuid {
    pub(crate) order: Option<OrderState>,
    /// The orders of their own.
    pub(crate) own: BTreeMap<OrderKey, OrderState>,
    /// What stands behind each payload that is kept.
    pub(crate) letters: BTreeMap<EcatId, char>,
    /// What `-` says since the map was mended.
    pub(crate) mended: Option<char>,
    /// Whether it ever said something else: then what was the same content when it came need not be now.
    pub(crate) remapped: bool,
    /// What a person dropped, and what a person chose another one for.
    pub(crate) discarded: BTreeSet<EcatId>,
    pub(crate) passed_over: BTreeSet<EcatId>,
    pub(crate) now: Millis,
}

impl Uuid {
    pub(crate) fn new() -> Self {
        Self {
            order: None,
            own: BTreeMap::new(),
            letters: BTreeMap::new(),
            mended: None,
            remapped: false,
            discarded: BTreeSet::new(),
            passed_over: BTreeSet::new(),
            now: T0,
        }
    }

    /// The submissions 1, 2, 3, … with these contents, in this sequence.
    pub(crate) fn of(contents: &str) -> Self {
        let mut uuid = Self::new();
        for (id, letter) in (1..).zip(contents.chars()) {
            uuid.comes(id, letter);
        }
        uuid
    }

    pub(crate) fn order(&self) -> &OrderState {
        self.order.as_ref().unwrap()
    }

    pub(crate) fn version(&self, id: u64) -> &Version {
        let mut versions = self.order().versions.iter();
        versions.find(|version| version.id == EcatId(id)).unwrap()
    }

    pub(crate) fn current(&self) -> u64 {
        let versions = &self.order().versions;
        let current = versions
            .iter()
            .find(|version| version.standing == Standing::Current);
        current.unwrap().id.0
    }

    /// Where each stands, by id: `WCHSLD`.
    pub(crate) fn standings(&self) -> String {
        let letter = |version: &Version| {
            version
                .stored()
                .split(':')
                .nth(1)
                .unwrap()
                .chars()
                .next()
                .unwrap()
        };
        self.order().versions.iter().map(letter).collect()
    }

    /// The code of a held step, or its kind.
    pub(crate) fn step(&self, name: StepName) -> &str {
        match self.order().step(name) {
            StepState::Held { code, .. } => code.as_str(),
            state => state.kind().as_str(),
        }
    }

    pub(crate) fn stands(&self) -> (String, &str, &str) {
        (
            self.standings(),
            self.step(StepName::Import),
            self.step(StepName::Review),
        )
    }

    pub(crate) fn said(&self) -> BTreeMap<EcatId, Order> {
        let says = |letter: char| {
            says(if letter == '-' {
                self.mended.unwrap_or('-')
            } else {
                letter
            })
        };
        let each = self
            .letters
            .iter()
            .filter_map(|(id, letter)| Some((*id, says(*letter)?)));
        each.collect()
    }

    pub(crate) fn write(&mut self, next: OrderState) {
        if let Some(before) = &self.order {
            assert_moves(before, &next);
        }
        self.order = Some(next);
    }

    pub(crate) fn comes(&mut self, id: u64, letter: char) -> Placing {
        self.comes_as(id, letter, false)
    }

    /// As intake takes a submission in.
    pub(crate) fn comes_as(&mut self, id: u64, letter: char, key_taken: bool) -> Placing {
        let said = self.said();
        let order = says(if letter == '-' {
            self.mended.unwrap_or('-')
        } else {
            letter
        });
        let newcomer = Newcomer {
            id: EcatId(id),
            key: key(id),
            key_taken,
            raw: raw(&format!("{id}{letter}")),
            order: order.as_ref(),
        };
        let known = self.order.as_ref().map_or(&[][..], |order| &order.versions);
        let stage = self.order.as_ref().map_or(Stage::Due, Stage::of);
        let placing = place(known, stage, &newcomer, &|id| said.get(&id));
        let code = HoldCode::ChangedUnderItsId.as_str();
        let is_told = match &placing {
            Placing::TooMany { .. } => self.own.contains_key(&own_key(id)),
            Placing::Changed { .. } => self.step(StepName::Review) == code,
            _ => false,
        };
        if is_told {
            return Placing::Again;
        }
        let next = match (&self.order, &placing) {
            (None, Placing::New(arranged)) => {
                OrderState::first_submitted(uuid_key(), arranged, self.now, PACE)
            }
            (None, _) => panic!("the first is new: {placing:?}"),
            (Some(order), placing) => order.placed(placing, &newcomer, self.now, PACE),
        };
        if let Some(next) = next {
            self.write(next);
        }
        if let Placing::TooMany { .. } = placing {
            let code = HoldCode::TooManyVersions.as_str();
            let own = OrderState::held(own_key(id), newcomer.raw.clone(), code, self.now);
            self.own.insert(own.key.clone(), own);
        }
        if !matches!(placing, Placing::Changed { .. } | Placing::Again) {
            self.letters.insert(EcatId(id), letter);
        }
        placing
    }

    /// The key of the newest older sibling that the ERP has.
    pub(crate) fn revised_by(&self, id: u64) -> Option<ErpKey> {
        let is_in = |order: &OrderState| order.step(StepName::Import).kind() == Kind::Done;
        let older = self.letters.keys().filter(|older| older.0 < id);
        let there = |older: &&EcatId| {
            let own = self.own.get(&own_key(older.0)).is_some_and(is_in);
            own || is_in(self.order()) && self.current() == older.0
        };
        older.filter(there).max().map(|older| key(older.0))
    }

    pub(crate) fn asked(&self, decision: Decision, id: u64) -> Result<Settled, No> {
        self.asked_with(decision, id, None)
    }

    pub(crate) fn asked_with(
        &self,
        decision: Decision,
        id: u64,
        reference: Option<&ErpReference>,
    ) -> Result<Settled, No> {
        let (said, revises) = (self.said(), self.revised_by(id));
        let asked = Asked {
            decision,
            id: EcatId(id),
            reference,
            revises: revises.as_ref(),
            orders: &|id| said.get(&id),
        };
        self.order().decide_version(&asked, self.now)
    }

    /// Decides, and makes so many of the writes that follow.
    pub(crate) fn decides(&mut self, decision: Decision, id: u64, writes: usize) -> Result<(), No> {
        let so = number("SO-9");
        let reference = (decision == Decision::Complete).then_some(&so);
        let settled = self.asked_with(decision, id, reference)?;
        let waiting = |order: &OrderState| {
            let those = order
                .versions
                .iter()
                .filter(|one| one.standing == Standing::Waiting);
            those.map(|one| one.id).collect::<Vec<_>>()
        };
        let waited = waiting(self.order());
        let was_current = self.current();
        let was: Vec<Version> = self.order().versions.clone();
        match settled {
            Settled::Here(next) => {
                self.write(*next);
                if was_current == id && decision == Decision::Discard {
                    self.note_heirless(&was, id);
                } else if was_current == id {
                    self.passed_over.extend(waited);
                }
                if decision == Decision::Discard {
                    self.discarded.insert(EcatId(id));
                }
            }
            Settled::Leaves { order, own } => {
                let steps: [fn(&mut Self, &OrderState, EcatId); 3] = [
                    |uuid, pair, _| uuid.write(pair.clone()),
                    |_, _, _| {},
                    |uuid, _, id| {
                        if let Some(next) = uuid.order().without(id, uuid.now) {
                            uuid.write(next);
                        }
                    },
                ];
                for (n, step) in steps.into_iter().enumerate().take(writes) {
                    step(self, &order, EcatId(id));
                    if n == 0 {
                        self.note_heirless(&was, id);
                    } else if n == 1 {
                        self.own.entry(own.key.clone()).or_insert_with(|| (*own).clone());
                    }
                }
            }
        }
        Ok(())
    }

    /// Those that a submission superseded go with it.
    fn note_heirless(&mut self, was: &[Version], id: u64) {
        let is_gone = |one: &&Version| {
            one.standing == Standing::Superseded && self.version(one.id.0).standing == Standing::Decided
        };
        let said = self.said();
        let gone: Vec<EcatId> = was.iter().filter(is_gone).map(|one| one.id).collect();
        for one in gone {
            if !self.remapped
                && let (Some(a), Some(b)) = (said.get(&one), said.get(&EcatId(id)))
            {
                assert_eq!(likeness(a, b), Likeness::Same, "{one} goes with {id}");
            }
            self.discarded.insert(one);
        }
    }

    /// Claims the import, if it can be, and says what came of it.
    pub(crate) fn imports(&mut self, outcome: &Outcome) {
        let import = StepName::Import;
        let bid = bid(import, &format!("run-{}", self.now.0), self.now);
        if let Begin::Claim(claimed, claim) = self.order().begin(&bid, PACE) {
            assert!(
                claimed.erp_key().is_some(),
                "no key to import it under: {claimed:?}"
            );
            self.write(*claimed);
            let settled = recorded(self.order(), &claim, outcome, self.now);
            self.write(settled);
        }
    }

    pub(crate) fn claimed(&mut self) {
        let bid = bid(StepName::Import, &format!("run-{}", self.now.0), self.now);
        if let Begin::Claim(claimed, _) = self.order().begin(&bid, PACE) {
            self.write(*claimed);
        }
    }

    /// Each submission has exactly one fate, and none is both lost and closed.
    pub(crate) fn check(&self) {
        let Some(order) = &self.order else {
            return;
        };
        let said = self.said();
        let told = || format!("{} {:#?}", self.standings(), order.steps);
        let count = |standing| {
            order
                .versions
                .iter()
                .filter(|one| one.standing == standing)
                .count()
        };
        assert_eq!(count(Standing::Current), 1, "{}", told());
        let payload = Some(&self.version(self.current()).raw).filter(|_| !order.erased);
        assert_eq!(order.raw.as_ref(), payload, "{}", told());
        let reviewed = order.step(StepName::Review).kind() == Kind::Held;
        for id in self.letters.keys() {
            let own = self.own.contains_key(&own_key(id.0));
            let Some(version) = order.versions.iter().find(|version| version.id == *id) else {
                assert!(own, "{id} is nowhere");
                continue;
            };
            let right = match version.standing {
                Standing::Current => !own,
                Standing::Waiting => !own && order.is_stopped(),
                Standing::Held => !own && reviewed,
                Standing::Leaving => reviewed,
                Standing::Decided => own || self.discarded.contains(id),
                Standing::Superseded => !own && self.is_rightly_superseded(version, &said),
            };
            assert!(right, "{id}: {}", told());
        }
        if !order.is_open() {
            let open = [Standing::Waiting, Standing::Held, Standing::Leaving];
            assert!(
                open.into_iter().all(|standing| count(standing) == 0),
                "{}",
                told()
            );
        }
        assert_eq!(order.look_at.is_some(), order.is_open(), "{}", told());
        assert!(order.erp_key().is_some());
    }

    fn is_rightly_superseded(&self, version: &Version, said: &BTreeMap<EcatId, Order>) -> bool {
        if self.passed_over.contains(&version.id) {
            return true;
        }
        let is_heir = |one: &&Version| {
            let stays = matches!(one.standing, Standing::Current | Standing::Waiting);
            let same = said.get(&one.id).zip(said.get(&version.id));
            let same =
                self.remapped || same.is_some_and(|(one, other)| likeness(one, other) == Likeness::Same);
            (stays || self.passed_over.contains(&one.id)) && same && one.id > version.id
        };
        self.order().versions.iter().any(|one| is_heir(&one))
    }
}

pub(crate) fn uuid_key() -> OrderKey {
    let uuid = EcatUuid::new("9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3").unwrap();
    OrderKey::ecat(&EcatOrg::new("demo").unwrap(), &uuid)
}

/// Every step moved as the table of moves allows.
fn assert_moves(before: &OrderState, after: &OrderState) {
    for name in StepName::ALL {
        let (from, to) = (before.step(name), after.step(name));
        assert!(
            from == to || allowed(from.kind(), to.kind()),
            "{name:?} from {from:?} to {to:?}"
        );
    }
}

//! Looking at notes that orders wait for a customer, and letting go what need not wait any more.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::stream::{self, StreamExt};
use lambda_kit::{Hints, clock};
use ledger::{Changed, CustomerCode, CustomerPlace, Ledger, LedgerError};
use order_model::{OrderKey, OrderState, Origin, StepName};

use crate::{NOT_MAPPED, Standing};

/// So many at a time.
const AT_ONCE: usize = 16;

/// What looking at notes came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// Orders that were let go.
    pub released: u64,
    /// Orders that still wait: nobody has mapped their customer.
    pub waiting: u64,
    /// Orders that are under way.
    pub under_way: u64,
    /// Notes of orders that are past it.
    pub forgotten: u64,
    /// Orders that could not be read, or not be changed now. They keep their notes.
    pub broken: u64,
}

impl Looked {
    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.released += other.released;
        self.waiting += other.waiting;
        self.under_way += other.under_way;
        self.forgotten += other.forgotten;
        self.broken += other.broken;
    }
}

/// What becomes of one note.
enum Came {
    Released,
    Waits,
    UnderWay,
    /// Past it; whether the customer has a row by now.
    Past {
        mapped: bool,
    },
    Broken,
}

/// The orders that wait for a customer's row.
#[derive(Debug, Clone, Copy)]
pub struct Waiters<'a> {
    ledger: &'a Ledger,
    hints: &'a Hints,
}

impl<'a> Waiters<'a> {
    /// So many notes are looked at in one go, at most.
    pub const PAGE: usize = 100;

    /// Orders of this ledger; `hints` have the queue of the publication, if this stack publishes.
    pub fn new(ledger: &'a Ledger, hints: &'a Hints) -> Self {
        Self { ledger, hints }
    }

    /// The notes of a code, whatever the store.
    pub async fn of_code(&self, source: Origin, code: &str) -> Result<Vec<CustomerPlace>, LedgerError> {
        let mut all = Vec::new();
        let mut from = None;
        loop {
            let (places, next) = self.ledger.customer_waiters(source, Some(code), from).await?;
            all.extend(places);
            from = next;
            if from.is_none() {
                return Ok(all);
            }
        }
    }

    /// Looks at these notes, at most [`Waiters::PAGE`]: lets go what has a row by now, and forgets what is past it.
    ///
    /// # Errors
    /// If the ledger did not answer. Whatever was not done then has its note, and is met again.
    pub async fn look(&self, places: &[CustomerPlace]) -> Result<Looked, LedgerError> {
        let mapped = self.mapped(places).await?;
        let orders = self.orders(places).await?;
        let each = places.iter().map(|place| {
            let (order, has_row) = (orders.get(&place.order), mapped.contains(&place.customer));
            async move { (place, self.one(order, has_row).await) }
        });
        let came: Vec<(&CustomerPlace, Came)> = stream::iter(each).buffer_unordered(AT_ONCE).collect().await;
        let released: BTreeSet<OrderKey> = came
            .iter()
            .filter(|(_, came)| matches!(came, Came::Released))
            .map(|(place, _)| place.order.clone())
            .collect();
        let released: Vec<OrderKey> = released.into_iter().collect();
        // What can't be sent is the sweep's.
        self.hints
            .send(StepName::Publish, &released, clock::now(), Duration::ZERO)
            .await;
        self.forget(&came).await?;
        Ok(tally(&came))
    }

    /// What looking at these notes would come to if these customers had rows as well. Nothing is written.
    ///
    /// # Errors
    /// If the ledger did not answer.
    pub async fn would_look(
        &self,
        places: &[CustomerPlace],
        also: impl Fn(&CustomerCode) -> bool,
    ) -> Result<Looked, LedgerError> {
        let mapped = self.mapped(places).await?;
        let orders = self.orders(places).await?;
        let each = places.iter().map(|place| {
            let customer = &place.customer;
            let code_alone = CustomerCode {
                store: None,
                ..customer.clone()
            };
            let mapped = mapped.contains(customer) || also(customer) || also(&code_alone);
            let came = match orders.get(&place.order) {
                None => Came::Broken,
                Some(order) if mapped && Standing::of(order) == Standing::Waits => Came::Released,
                Some(order) => came(order, mapped),
            };
            (place, came)
        });
        Ok(tally(&each.collect::<Vec<_>>()))
    }

    /// Which of the customers have a row.
    async fn mapped(&self, places: &[CustomerPlace]) -> Result<BTreeSet<CustomerCode>, LedgerError> {
        let customers: BTreeSet<&CustomerCode> = places.iter().map(|place| &place.customer).collect();
        let each = customers.into_iter().map(async |customer| {
            let row = self.ledger.customer(customer).await?;
            Ok(row.map(|_| customer.clone()))
        });
        let rows: Vec<Result<Option<CustomerCode>, LedgerError>> =
            stream::iter(each).buffer_unordered(AT_ONCE).collect().await;
        rows.into_iter().filter_map(Result::transpose).collect()
    }

    /// The orders; none for one that this release can't read.
    async fn orders(&self, places: &[CustomerPlace]) -> Result<BTreeMap<OrderKey, OrderState>, LedgerError> {
        let keys: BTreeSet<&OrderKey> = places.iter().map(|place| &place.order).collect();
        // One by one, although a batch would be one call: notes are few, and nobody needs a permission more for it.
        let each = keys.into_iter().map(|key| self.ledger.order(key));
        let read: Vec<Result<Option<OrderState>, LedgerError>> =
            stream::iter(each).buffer_unordered(AT_ONCE).collect().await;
        let mut orders = BTreeMap::new();
        for read in read {
            match read {
                Ok(Some(order)) => drop(orders.insert(order.key.clone(), order)),
                Ok(None) => {}
                Err(error @ (LedgerError::Unreadable { .. } | LedgerError::Newer { .. })) => {
                    tracing::error!("an order that waits for a customer can't be looked at: {error}");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(orders)
    }

    async fn one(&self, order: Option<&OrderState>, mapped: bool) -> Came {
        // A note is written after its order: one that is not there is one that can't be read.
        let Some(order) = order else {
            return Came::Broken;
        };
        if !mapped || Standing::of(order) != Standing::Waits {
            return came(order, mapped);
        }
        let (now, pace) = (clock::now(), self.ledger.pace());
        let free = |stands: &OrderState| stands.released(StepName::Publish, NOT_MAPPED, now, pace);
        match self.ledger.change(order.clone(), free).await {
            Ok(Changed::Written(_)) => Came::Released,
            Ok(Changed::Left(stands)) => came(&stands, mapped),
            Err(error) => {
                tracing::error!(order.id = %order.key, "the order could not be let go, and keeps its note: {error}");
                Came::Broken
            }
        }
    }

    /// Forgets the notes of what was let go or is past it.
    async fn forget(&self, came: &[(&CustomerPlace, Came)]) -> Result<(), LedgerError> {
        let each = came.iter().filter_map(|(place, came)| match came {
            Came::Released => Some((*place, true)),
            Came::Past { mapped } => Some((*place, *mapped)),
            Came::Waits | Came::UnderWay | Came::Broken => None,
        });
        let each = each.map(|(place, mapped)| self.forget_one(place, mapped));
        let forgotten: Vec<Result<(), LedgerError>> =
            stream::iter(each).buffer_unordered(AT_ONCE).collect().await;
        forgotten.into_iter().collect()
    }

    /// Where there is no row, somebody may have begun meanwhile, and counts on the note that went.
    async fn forget_one(&self, place: &CustomerPlace, mapped: bool) -> Result<(), LedgerError> {
        self.ledger.forget_customer_waiter(place).await?;
        if mapped {
            return Ok(());
        }
        let order = self.ledger.order(&place.order).await?;
        if order.is_some_and(|order| Standing::of(&order) != Standing::Past) {
            self.ledger.await_customer(place).await?;
        }
        Ok(())
    }
}

fn came(order: &OrderState, mapped: bool) -> Came {
    match Standing::of(order) {
        Standing::Waits => Came::Waits,
        Standing::UnderWay => Came::UnderWay,
        Standing::Past => Came::Past { mapped },
    }
}

fn tally(came: &[(&CustomerPlace, Came)]) -> Looked {
    let count = |is: fn(&Came) -> bool| came.iter().filter(|(_, came)| is(came)).count() as u64;
    Looked {
        released: count(|came| matches!(came, Came::Released)),
        waiting: count(|came| matches!(came, Came::Waits)),
        under_way: count(|came| matches!(came, Came::UnderWay)),
        forgotten: count(|came| matches!(came, Came::Past { .. })),
        broken: count(|came| matches!(came, Came::Broken)),
    }
}

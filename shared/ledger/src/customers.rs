//! Who a source's customer is at SparkLayer, and the orders that wait to learn it.
//!
//! | attribute | what |
//! |---|---|
//! | `pk`, `sk` | `customer#<source>`, code and store |
//! | `code`, `store` | as the source writes them |
//! | `sparklayer` | the customer's id there |
//! | `by`, `at` | who said so, when |
//!
//! | attribute | what |
//! |---|---|
//! | `pk`, `sk` | `awaits_customer#<source>`, code, store and order |
//! | `code`, `store`, `order` | whom which order waits for |

use order_model::{Millis, OrderKey, Origin};

use crate::item::{self, Item, Reader, number, text};
use crate::query::{Next, PAGE};
use crate::{Ledger, LedgerError};

/// A customer of a source, by code and store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CustomerCode {
    /// The source.
    pub source: Origin,
    /// The customer's code there.
    pub code: String,
    /// The store under that code; none for all of its stores that have no row of their own.
    pub store: Option<String>,
}

/// A row of the mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedCustomer {
    /// Whose.
    pub customer: CustomerCode,
    /// The customer's id at SparkLayer.
    pub sparklayer: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Millis,
}

/// An order that waits for a customer's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerPlace {
    /// Whose row.
    pub customer: CustomerCode,
    /// The order.
    pub order: OrderKey,
}

impl Ledger {
    /// Writes a row; the newest counts.
    pub async fn map_customer(&self, row: &MappedCustomer) -> Result<(), LedgerError> {
        let mut item = of(&row.customer, &rows(row.customer.source), &name(&row.customer));
        item.insert("sparklayer".into(), text(&*row.sparklayer));
        item.insert("by".into(), text(&*row.by));
        item.insert("at".into(), number(row.at.0));
        self.put(item, "map a customer").await
    }

    /// The row of this very code and store; strongly consistent.
    pub async fn mapped_customer(
        &self,
        customer: &CustomerCode,
    ) -> Result<Option<MappedCustomer>, LedgerError> {
        let item = self.get(&rows(customer.source), &name(customer)).await?;
        item.map(|item| row(customer.source, &item)).transpose()
    }

    /// Who an order's customer is: the row of its store, else that of its code alone.
    pub async fn customer(&self, customer: &CustomerCode) -> Result<Option<MappedCustomer>, LedgerError> {
        if let Some(row) = self.mapped_customer(customer).await? {
            return Ok(Some(row));
        }
        match customer.store {
            None => Ok(None),
            Some(_) => {
                let code_alone = CustomerCode {
                    store: None,
                    ..customer.clone()
                };
                self.mapped_customer(&code_alone).await
            }
        }
    }

    /// The rows of a source, at most 100 at a time.
    pub async fn mapped_customers(
        &self,
        source: Origin,
        from: Option<Next>,
    ) -> Result<(Vec<MappedCustomer>, Option<Next>), LedgerError> {
        let (items, next) = self.listed(&rows(source), "", from).await?;
        let rows: Result<Vec<_>, _> = items.iter().map(|item| row(source, item)).collect();
        Ok((rows?, next))
    }

    /// Notes that an order waits for a customer's row. To be written before the order is held, and the row looked for
    /// once more after that: whoever writes the row meanwhile finds this note, or is found.
    pub async fn await_customer(&self, place: &CustomerPlace) -> Result<(), LedgerError> {
        let mut item = of(&place.customer, &waits(place.customer.source), &place_name(place));
        item.insert("order".into(), text(place.order.as_str()));
        self.put(item, "note that an order waits for a customer").await
    }

    /// The orders that wait for a row of this code, of whatever store, or of any code: at most 100 at a time; strongly
    /// consistent.
    pub async fn customer_waiters(
        &self,
        source: Origin,
        code: Option<&str>,
        from: Option<Next>,
    ) -> Result<(Vec<CustomerPlace>, Option<Next>), LedgerError> {
        let prefix = code.map(|code| format!("{}#", escaped(code))).unwrap_or_default();
        let (items, next) = self.listed(&waits(source), &prefix, from).await?;
        let read = |item: &Item| {
            let pk = waits(source);
            let reader = Reader::open(&pk, item)?;
            Ok(CustomerPlace {
                customer: customer(source, &reader)?,
                order: OrderKey::new(reader.text("order")?).map_err(|_| reader.unreadable("order"))?,
            })
        };
        let places: Result<Vec<_>, LedgerError> = items.iter().map(read).collect();
        Ok((places?, next))
    }

    /// An order waits for this row no more.
    pub async fn forget_customer_waiter(&self, place: &CustomerPlace) -> Result<(), LedgerError> {
        self.delete(&waits(place.customer.source), &place_name(place))
            .await
    }

    async fn listed(
        &self,
        pk: &str,
        prefix: &str,
        from: Option<Next>,
    ) -> Result<(Vec<Item>, Option<Next>), LedgerError> {
        let call = self.client.query().table_name(&self.table);
        let call = match prefix {
            "" => call.key_condition_expression("pk = :pk"),
            prefix => call
                .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
                .expression_attribute_values(":prefix", text(prefix)),
        };
        let call = call
            .expression_attribute_values(":pk", text(pk))
            .limit(PAGE)
            .consistent_read(true)
            .set_exclusive_start_key(from.map(|next| next.0));
        let (items, next) = self.page(call, "list customers").await?;
        Ok((items, next.map(Next)))
    }
}

fn rows(source: Origin) -> String {
    format!("customer#{}", source.as_str())
}

fn waits(source: Origin) -> String {
    format!("awaits_customer#{}", source.as_str())
}

fn name(customer: &CustomerCode) -> String {
    let store = customer.store.as_deref().unwrap_or_default();
    format!("{}#{}", escaped(&customer.code), escaped(store))
}

fn place_name(place: &CustomerPlace) -> String {
    format!("{}#{}", name(&place.customer), place.order)
}

/// A code may hold any character, and `#` parts the name.
fn escaped(text: &str) -> String {
    item::named(&text.replace('%', "%25").replace('#', "%23"))
}

fn of(customer: &CustomerCode, pk: &str, sk: &str) -> Item {
    let mut item = item::new(pk, sk);
    item.insert("code".into(), text(&*customer.code));
    if let Some(store) = customer.store.as_ref().filter(|store| !store.is_empty()) {
        item.insert("store".into(), text(&**store));
    }
    item
}

fn customer(source: Origin, reader: &Reader<'_>) -> Result<CustomerCode, LedgerError> {
    Ok(CustomerCode {
        source,
        code: reader.text("code")?.to_owned(),
        store: reader.maybe_text("store").map(str::to_owned),
    })
}

fn row(source: Origin, item: &Item) -> Result<MappedCustomer, LedgerError> {
    let pk = rows(source);
    let reader = Reader::open(&pk, item)?;
    Ok(MappedCustomer {
        customer: customer(source, &reader)?,
        sparklayer: reader.text("sparklayer")?.to_owned(),
        by: reader.text("by")?.to_owned(),
        at: reader.millis("at")?,
    })
}

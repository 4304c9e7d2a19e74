//! One order by any of the names that people have for it.

use ledger::{Ledger, LedgerError, Quarantine};
use order_model::{Brand, OrderKey, OrderState, Origin, RepSparkOrderId};

/// What a name stands for.
#[derive(Debug)]
pub(crate) enum Found {
    /// An order.
    Order(Box<OrderState>),
    /// A record that could not be read.
    Record(Box<Quarantine>),
}

/// Why a name stands for nothing here, or not for one thing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FindError {
    /// Nothing has that name.
    #[error(
        "nothing here is named {name:?}: it is no ERP key, no number of RepSpark's, no ERP number and no quarantined record{next}"
    )]
    Nobody {
        /// What was looked for.
        name: String,
        /// What to do next.
        next: String,
    },
    /// More than one thing has that name.
    #[error("{name:?} names several: {}; say which one by its name in this list", all.join(", "))]
    Several {
        /// What was looked for.
        name: String,
        /// All that it names.
        all: Vec<String>,
    },
    /// The ledger did not answer.
    #[error("{name:?} could not be looked up, and nothing was decided; try again: {source}")]
    Ledger {
        /// What was looked for.
        name: String,
        /// What went wrong.
        source: LedgerError,
    },
}

/// The source of what RepSpark sends, in the names of its records.
pub(crate) const REPSPARK: Origin = Origin::RepSpark;

impl Found {
    /// The name that no other order or record has.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Order(order) => order.key.to_string(),
            Self::Record(record) => record_name(record),
        }
    }
}

/// How a record is named to people: `<source>#<id>`.
pub(crate) fn record_name(record: &Quarantine) -> String {
    format!("{}#{}", record.source, record.id)
}

/// What a name stands for.
pub(crate) async fn find(ledger: &Ledger, brand: &Brand, name: &str) -> Result<Found, FindError> {
    let failed = |source| FindError::Ledger {
        name: name.to_owned(),
        source,
    };
    let key = OrderKey::new(name.to_ascii_uppercase()).ok();
    if let Some(found) = exact(ledger, key.as_ref(), name).await.map_err(failed)? {
        return Ok(found);
    }
    let mut all = numbered(ledger, brand, key.as_ref(), name)
        .await
        .map_err(failed)?;
    match (all.pop(), all.is_empty()) {
        (Some(one), true) => Ok(one),
        (Some(one), false) => {
            all.push(one);
            Err(FindError::Several {
                name: name.to_owned(),
                all: all.iter().map(Found::name).collect(),
            })
        }
        (None, _) => Err(FindError::Nobody {
            name: name.to_owned(),
            next: next(brand, key.as_ref(), name),
        }),
    }
}

/// By a name that is the ledger's own: there is no other meaning of it to weigh.
async fn exact(ledger: &Ledger, key: Option<&OrderKey>, name: &str) -> Result<Option<Found>, LedgerError> {
    // Digits alone are never a key, and may be three other things.
    if let Some(key) = key.filter(|_| RepSparkOrderId::new(name).is_err())
        && let Some(order) = ledger.order(key).await?
    {
        return Ok(Some(Found::Order(Box::new(order))));
    }
    let record = name.strip_prefix("quarantine#").unwrap_or(name);
    match record.split_once('#') {
        Some((source, id)) if !source.is_empty() && !id.is_empty() => {
            let found = ledger.quarantined(source, id).await?;
            Ok(found.map(|record| Found::Record(Box::new(record))))
        }
        _ => Ok(None),
    }
}

/// By numbers of others: RepSpark's, the ERP's, and the id of a record.
async fn numbered(
    ledger: &Ledger,
    brand: &Brand,
    key: Option<&OrderKey>,
    name: &str,
) -> Result<Vec<Found>, LedgerError> {
    let mut orders: Vec<OrderState> = Vec::new();
    let number = RepSparkOrderId::new(name).ok();
    if let Some(number) = &number {
        orders.extend(ledger.order(&OrderKey::repspark(brand, number)).await?);
    }
    for key in ledger.by_reference(name).await? {
        // The index follows the table with a delay, so the state has the last word.
        let order = ledger.order(&key).await?;
        let fits = |order: &OrderState| order.reference.as_ref().is_some_and(|it| it.as_str() == name);
        let is_new = orders.iter().all(|known| known.key != key);
        orders.extend(order.filter(|order| is_new && fits(order)));
    }
    let number = number.or_else(|| key?.repspark_order(brand));
    let id = number.as_ref().map_or(name, RepSparkOrderId::as_str);
    let record = ledger.quarantined(REPSPARK.as_str(), id).await?;
    // A record that is settled stands in nobody's way.
    let record = record.filter(|record| record.resolved.is_none() || orders.is_empty());
    let orders = orders.into_iter().map(|order| Found::Order(Box::new(order)));
    Ok(orders
        .chain(record.map(|record| Found::Record(Box::new(record))))
        .collect())
}

fn next(brand: &Brand, key: Option<&OrderKey>, name: &str) -> String {
    let number = RepSparkOrderId::new(name)
        .ok()
        .or_else(|| key?.repspark_order(brand));
    match number {
        Some(number) => format!(
            ". If RepSpark has the order, repspark-recover-orders {{\"order_id\": \"{number}\"}} takes it in"
        ),
        None => String::new(),
    }
}

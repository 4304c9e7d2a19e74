//! One order by any of the names that people have for it.

mod ecat;
mod next;

use ledger::{Ledger, LedgerError, Quarantine};
use order_model::{Brand, EcatId, EcatOrg, OrderKey, OrderState, Origin, RepSparkOrderId};

use crate::{Config, submission};

/// What a name stands for.
#[derive(Debug)]
pub(crate) enum Found {
    /// An order, and which of its submissions, if the name says one.
    Order(Box<OrderState>, Option<EcatId>),
    /// A record that could not be read.
    Record(Box<Quarantine>),
}

/// Why a name stands for nothing here, or not for one thing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FindError {
    /// Nothing has that name.
    #[error(
        "nothing here is named {name:?}: it is no key, no number of RepSpark's, no uuid or order number of eCat's, no ERP number and no quarantined record{next}"
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
/// The source of what eCat sends.
pub(crate) const ECAT: Origin = Origin::Ecat;

impl Found {
    /// The name that no other order, submission or record has.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Order(order, None) => order.key.to_string(),
            Self::Order(order, Some(id)) => submission::name(&order.key, *id),
            Self::Record(record) => record_name(record),
        }
    }

    /// An order, and none of its submissions.
    fn whole(order: OrderState) -> Self {
        Self::Order(Box::new(order), None)
    }
}

/// How a record is named to people: `<source>#<id>`.
pub(crate) fn record_name(record: &Quarantine) -> String {
    format!("{}#{}", record.source, record.id)
}

/// Where a name is looked for.
#[derive(Clone, Copy)]
struct Names<'a> {
    ledger: &'a Ledger,
    brand: &'a Brand,
    ecat: Option<&'a EcatOrg>,
}

/// What a name stands for.
pub(crate) async fn find(ledger: &Ledger, config: &Config, name: &str) -> Result<Found, FindError> {
    let failed = |source| FindError::Ledger {
        name: name.to_owned(),
        source,
    };
    let names = Names {
        ledger,
        brand: &config.brand,
        ecat: config.ecat.as_ref(),
    };
    let key = OrderKey::new(name.to_ascii_uppercase()).ok();
    if let Some(found) = names.exact(key.as_ref(), name).await.map_err(failed)? {
        return Ok(found);
    }
    let mut all = names.numbered(key.as_ref(), name).await.map_err(failed)?;
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
            next: next::next(names.brand, names.ecat, key.as_ref(), name),
        }),
    }
}

impl Names<'_> {
    /// By a name that is the ledger's own: there is no other meaning of it to weigh.
    async fn exact(self, key: Option<&OrderKey>, name: &str) -> Result<Option<Found>, LedgerError> {
        // Digits alone are never a key, and may be several other things.
        if let Some(key) = key.filter(|_| RepSparkOrderId::new(name).is_err())
            && let Some(found) = self.keyed(key).await?
        {
            return Ok(Some(found));
        }
        if let Some(found) = self.submission(name).await? {
            return Ok(Some(found));
        }
        let record = name.strip_prefix("quarantine#").unwrap_or(name);
        match record.split_once('#') {
            Some((source, id)) if !source.is_empty() && !id.is_empty() => {
                let found = self.ledger.quarantined(source, id).await?;
                Ok(found.map(|record| Found::Record(Box::new(record))))
            }
            _ => Ok(None),
        }
    }

    /// By a key: an order's own, or that of a submission that has no order of its own.
    async fn keyed(self, key: &OrderKey) -> Result<Option<Found>, LedgerError> {
        match key.erp_key() {
            Some(key) if key.as_str().starts_with("EC-") => self.by_erp_key(&key).await,
            _ => Ok(self.ledger.order(key).await?.map(Found::whole)),
        }
    }

    /// By numbers of others: RepSpark's, eCat's, the ERP's, and the id of a record.
    async fn numbered(self, key: Option<&OrderKey>, name: &str) -> Result<Vec<Found>, LedgerError> {
        let mut found = self.by_ecat_names(name).await?;
        let number = RepSparkOrderId::new(name).ok();
        if let Some(number) = &number {
            let order = self.ledger.order(&OrderKey::repspark(self.brand, number)).await?;
            found.extend(order.map(Found::whole));
        }
        for key in self.ledger.by_reference(name).await? {
            // The index follows the table with a delay, so the state has the last word.
            let order = self.ledger.order(&key).await?;
            let fits = |order: &OrderState| order.reference.as_ref().is_some_and(|it| it.as_str() == name);
            let is_new = !found
                .iter()
                .any(|known| matches!(known, Found::Order(order, _) if order.key == key));
            found.extend(order.filter(|order| is_new && fits(order)).map(Found::whole));
        }
        let number = number.or_else(|| key?.repspark_order(self.brand));
        let id = number.as_ref().map_or(name, RepSparkOrderId::as_str);
        let mut records = Vec::new();
        for (source, id) in [(REPSPARK, id), (ECAT, name)] {
            records.extend(self.ledger.quarantined(source.as_str(), id).await?);
        }
        // A record that is settled stands in nobody's way.
        let is_open = |record: &Quarantine| record.resolved.is_none();
        if !found.is_empty() || records.iter().any(is_open) {
            records.retain(is_open);
        }
        found.extend(records.into_iter().map(|record| Found::Record(Box::new(record))));
        Ok(found)
    }
}

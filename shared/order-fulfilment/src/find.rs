//! The order that a name means: its key, its ERP key or its number at the ERP.

use ledger::{Ledger, LedgerError};
use order_model::{ErpKey, OrderKey, OrderState};

/// What a name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// One order.
    One(Box<OrderState>),
    /// None, as far as anybody can see now.
    Nobody,
    /// Several orders have this number at the ERP.
    Several(Vec<OrderKey>),
}

/// Finds the order that is meant. By a key this is exact; by a number at the ERP the index follows the table with a delay,
/// so an order that was imported a moment ago may not be found yet.
pub async fn find(ledger: &Ledger, name: &str) -> Result<Found, LedgerError> {
    if let Some(order) = by_key(ledger, name).await? {
        return Ok(Found::One(Box::new(order)));
    }
    let mut keys = ledger.by_reference(name).await?;
    match (keys.pop(), keys.is_empty()) {
        (None, _) => Ok(Found::Nobody),
        (Some(key), true) => {
            let order = ledger.order(&key).await?;
            // The index may be behind the table.
            let order = order.filter(|order| {
                order
                    .reference
                    .as_ref()
                    .is_some_and(|number| number.as_str() == name)
            });
            Ok(order.map_or(Found::Nobody, |order| Found::One(Box::new(order))))
        }
        (Some(key), false) => {
            keys.push(key);
            Ok(Found::Several(keys))
        }
    }
}

async fn by_key(ledger: &Ledger, name: &str) -> Result<Option<OrderState>, LedgerError> {
    let Ok(key) = OrderKey::new(name) else {
        return Ok(None);
    };
    if let Some(order) = ledger.order(&key).await? {
        return Ok(Some(order));
    }
    let Ok(key) = ErpKey::new(name) else {
        return Ok(None);
    };
    let Some(holder) = ledger.holder(&key).await? else {
        return Ok(None);
    };
    let order = ledger.order(&holder.order).await?;
    // The lines of another submission of the same order are other lines.
    Ok(order.filter(|order| order.erp_key().as_ref() == Some(&key)))
}

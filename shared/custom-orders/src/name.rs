//! The name of an order at Spectrum, decided once.

use std::str::FromStr;

use ledger::{Attempts, Ledger, LedgerError};
use order_model::{Millis, Order, OrderState, StepName, Vendor};
use spectrum::PurchaseOrderNumber;

use crate::read::Held;

/// The step under which the name is kept: the first that calls Spectrum.
const STEP: StepName = StepName::Acknowledge;
/// The code of an order whose number can't be Spectrum's.
const NUMBER_UNFIT: &str = "number_unfit";
/// The code of an order whose number another one has.
const NUMBER_TAKEN: &str = "number_taken";

/// Whose number the name of an order at Spectrum is (parameter `SpectrumOrderNumber`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberOf {
    /// The ERP's.
    Erp,
    /// That of the vendor from whom the order came.
    Source,
}

impl NumberOf {
    /// The words for it, for a person.
    pub const WORDS: &str = "erp or source";
}

impl FromStr for NumberOf {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "erp" => Ok(Self::Erp),
            "source" => Ok(Self::Source),
            _ => Err(()),
        }
    }
}

/// What naming an order came to.
#[derive(Debug)]
pub enum Named {
    /// It has this name, and this was tried under it.
    Named(PurchaseOrderNumber, Attempts),
    /// It can't have one.
    Held(Held),
}

/// The name of an order: the one that it has, or else the one that the parameter chooses, which it then has for ever.
pub async fn named(
    ledger: &Ledger,
    state: &OrderState,
    order: &Order,
    of: NumberOf,
    now: Millis,
) -> Result<Named, LedgerError> {
    if let Some(attempts) = ledger.attempts(&state.key, STEP).await? {
        return Ok(known(attempts));
    }
    let number = match chosen(state, order, of) {
        Ok(number) => number,
        Err(held) => return Ok(Named::Held(held)),
    };
    // Reserved first: a name that stands with an order is its own.
    let holder = ledger
        .reserve_name(Vendor::Spectrum, number.as_str(), &state.key, now)
        .await?;
    if holder != state.key {
        let text = format!(
            "Spectrum knows an order by its number, and {holder} has this one's ({number}): find out which order it is; \
             acknowledge this one by hand under another number and complete the acknowledgement, or discard it"
        );
        return Ok(Named::Held(Held::new(NUMBER_TAKEN, text)));
    }
    let attempts = ledger.name_order(&state.key, STEP, number.as_str()).await?;
    Ok(known(attempts))
}

/// The name that an order without one would have.
///
/// # Errors
/// Why it can't have it.
pub fn chosen(state: &OrderState, order: &Order, of: NumberOf) -> Result<PurchaseOrderNumber, Held> {
    let number = match of {
        NumberOf::Erp => state
            .reference
            .as_ref()
            .map_or("", order_model::ErpReference::as_str),
        NumberOf::Source => &order.source.order_number,
    };
    PurchaseOrderNumber::new(number).map_err(|error| {
        let text = format!(
            "{error}, so Spectrum can't know the order by it (parameter SpectrumOrderNumber: the ERP's number or the source's); \
             change the parameter and retry, or acknowledge the order by hand and complete the acknowledgement"
        );
        Held::new(NUMBER_UNFIT, text)
    })
}

fn known(attempts: Attempts) -> Named {
    match PurchaseOrderNumber::new(&attempts.name) {
        Ok(number) => Named::Named(number, attempts),
        Err(error) => Named::Held(Held::new(
            NUMBER_UNFIT,
            format!("the name under which it was acknowledged can't be read: {error}"),
        )),
    }
}

#[cfg(test)]
#[path = "name_tests.rs"]
mod tests;

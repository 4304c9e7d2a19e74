//! The details of an order, and what proves that they were taken.

use custom_orders::{Custom, Held, Made, Proof, Sending};
use ledger::Attempt;
use order_model::{Kind, MAYBE_ACKNOWLEDGED, OrderState, StepName};
use spectrum::{Acknowledged, CallError, Details, Options, PurchaseOrderNumber, SeenOrder, Spectrum};

/// The code of details that Spectrum does not take after an acknowledgement.
const CONFLICT: &str = "details_conflict";
/// The code of details of which nobody knows whether they were taken.
const UNPROVEN: &str = "details_unproven";
/// The code of an order that is not at Spectrum, although its acknowledgement is done.
const NOT_THERE: &str = "not_at_spectrum";
/// The code of details whose acknowledgement is not done.
const NOT_ACKNOWLEDGED: &str = "not_acknowledged";

/// The kind of message.
#[derive(Debug)]
pub(crate) struct SendDetails;

impl Sending for SendDetails {
    type Message = Details;

    const STEP: StepName = StepName::Details;
    const FUNCTION: &'static str = "spectrum-send-order";
    const WORD: &'static str = "details";

    fn make(
        &self,
        order: &Custom,
        number: &PurchaseOrderNumber,
        options: &Options,
    ) -> Result<Made<Details>, Held> {
        let message = order.details(number, options)?;
        let hash = message.hash();
        Ok(Made { message, hash })
    }

    fn waits(&self, order: &OrderState) -> Option<Held> {
        // They may be what makes the order there, and would then hide that it was never acknowledged.
        if order.step(StepName::Acknowledge).kind() != Kind::Done {
            return Some(Held::new(NOT_ACKNOWLEDGED, NOT_ACKNOWLEDGED_WORDS));
        }
        // A person settled with Spectrum what is made, which need not be what we would send.
        order
            .must_be_agreed()
            .then(|| Held::new(MAYBE_ACKNOWLEDGED, SETTLED_BY_HAND))
    }

    async fn send(&self, spectrum: &Spectrum, message: &Details) -> Result<Acknowledged, CallError> {
        spectrum.send_order(message).await
    }

    fn shown(
        &self,
        seen: Option<&SeenOrder>,
        _made: &Made<Details>,
        _doubts: &[Attempt],
        _order: &OrderState,
    ) -> Proof {
        match seen.map(SeenOrder::has_address) {
            None => Proof::Unclear(Held::new(NOT_THERE, NOT_THERE_WORDS)),
            // Nothing else of ours brings an address there.
            Some(Some(true)) => Proof::Taken,
            Some(Some(false)) => Proof::Absent,
            Some(None) => Proof::Unclear(Held::new(UNPROVEN, UNPROVEN_WORDS)),
        }
    }

    /// Its acknowledgement has made the order there, so this proves nothing of its details.
    fn conflict(&self, _made: &Made<Details>, _doubts: &[Attempt], _order: &OrderState) -> Proof {
        Proof::Unclear(Held::new(CONFLICT, CONFLICT_WORDS))
    }
}

const CONFLICT_WORDS: &str = "Spectrum says that it has had this order (409): either it takes no details after an acknowledgement, then set \
                              SpectrumSendOrders to false and discard this step; or an earlier try was taken: look at the order's address \
                              in Spectrum, and complete this step if it is there";

const UNPROVEN_WORDS: &str = "nobody knows what came of an earlier try, and Spectrum does not say whether it has the order's address: look \
                              there; complete this step if it has, or discard it and enter the address there by hand. Retry looks again";

const NOT_THERE_WORDS: &str = "Spectrum does not have the order under its number, although it was acknowledged, by us or by a person: find out \
                               under which number it is there, or what became of it; enter the address there by hand and complete \
                               this step. Retry looks again";

const SETTLED_BY_HAND: &str = "a person settled its acknowledgement with Spectrum, or changed the order in the ERP, so what we would send need \
                               not be what is made: look at the order there; retry to send its details as they were imported, complete \
                               if it has them, or discard";

const NOT_ACKNOWLEDGED_WORDS: &str = "its acknowledgement is not done, and details would hide that it is missing: settle the acknowledgement \
                                      first, then retry";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hold_says_what_to_do_next() {
        for words in [
            CONFLICT_WORDS,
            UNPROVEN_WORDS,
            NOT_THERE_WORDS,
            NOT_ACKNOWLEDGED_WORDS,
            SETTLED_BY_HAND,
        ] {
            assert!(
                ["complete", "Retry", "retry"]
                    .iter()
                    .any(|verb| words.contains(verb)),
                "{words}"
            );
        }
    }
}

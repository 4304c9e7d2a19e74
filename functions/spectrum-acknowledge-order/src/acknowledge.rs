//! An acknowledgement, and what proves that one of ours was taken.

use custom_orders::{Custom, Held, Made, Proof, Sending};
use ledger::Attempt;
use order_model::{MAYBE_ACKNOWLEDGED, OrderState, REVISES_ANOTHER, StepName};
use spectrum::{
    Acknowledged, Acknowledgement, CallError, Options, PurchaseOrderNumber, SeenOrder, Shown, Spectrum,
};

/// The code of an order that Spectrum had before, and no try of ours explains that.
const ALREADY: &str = "already_acknowledged";
/// The code of an order that Spectrum shows otherwise than it was sent.
const OTHERWISE: &str = "acknowledged_otherwise";

/// The kind of message.
#[derive(Debug)]
pub(crate) struct Acknowledge;

impl Sending for Acknowledge {
    type Message = Acknowledgement;

    const STEP: StepName = StepName::Acknowledge;
    const FUNCTION: &'static str = "spectrum-acknowledge-order";
    const WORD: &'static str = "acknowledgement";

    fn make(
        &self,
        order: &Custom,
        number: &PurchaseOrderNumber,
        options: &Options,
    ) -> Result<Made<Acknowledgement>, Held> {
        let message = order.acknowledgement(number, options)?;
        let hash = message.hash().short();
        Ok(Made { message, hash })
    }

    fn waits(&self, order: &OrderState) -> Option<Held> {
        if !order.must_be_agreed() {
            return None;
        }
        Some(match &order.revision_of {
            Some(revised) => Held::new(
                REVISES_ANOTHER,
                format!(
                    "it revises {revised}, of which the factory may have begun the custom lines: find out with Spectrum what is \
                     made; retry to acknowledge this one as well, complete if it is settled with Spectrum, or discard"
                ),
            ),
            None => Held::new(MAYBE_ACKNOWLEDGED, MAYBE_WORDS),
        })
    }

    async fn send(&self, spectrum: &Spectrum, message: &Acknowledgement) -> Result<Acknowledged, CallError> {
        spectrum.acknowledge(message).await
    }

    fn shown(
        &self,
        seen: Option<&SeenOrder>,
        made: &Made<Acknowledgement>,
        doubts: &[Attempt],
        order: &OrderState,
    ) -> Proof {
        let Some(seen) = seen else { return Proof::Absent };
        match seen.shows(&made.message) {
            Shown::Differs { missing, foreign } => Proof::Unclear(differs(&missing, &foreign)),
            Shown::Same if is_ours(made, doubts, order) => Proof::Taken,
            Shown::Same => Proof::Unclear(Held::new(OTHERWISE, OTHER_CONTENT)),
            // It may be another order of that number, or a part of ours.
            Shown::Untold => Proof::Unclear(Held::new(OTHERWISE, UNTOLD)),
        }
    }

    fn conflict(&self, made: &Made<Acknowledgement>, doubts: &[Attempt], order: &OrderState) -> Proof {
        if is_ours(made, doubts, order) {
            return Proof::Taken;
        }
        Proof::Unclear(Held::new(ALREADY, ALREADY_WORDS))
    }
}

/// Whether an order that is there is what we sent: a try of this very content is in doubt, and no other step of ours can
/// have made it.
fn is_ours(made: &Made<Acknowledgement>, doubts: &[Attempt], order: &OrderState) -> bool {
    let was_sent = doubts.iter().any(|attempt| attempt.hash == made.hash);
    was_sent && order.generation(StepName::Details) == 0
}

fn differs(missing: &[String], foreign: &[String]) -> Held {
    let list = |ids: &[String]| match ids {
        [] => "none".to_owned(),
        ids => ids.join(", "),
    };
    let text = format!(
        "nobody knows what came of an earlier try, and Spectrum shows the order with other recipe sets. Sent and not shown: {}; \
         shown and not sent: {}. Nothing is sent again, because what was taken could be made twice: settle the rest with Spectrum, \
         then complete this step; or retry to look again",
        list(missing),
        list(foreign)
    );
    Held::new(OTHERWISE, text)
}

const OTHER_CONTENT: &str = "nobody knows what came of an earlier try, which said something else (a parameter was changed since), and \
                             Spectrum has the order: find out what it has; complete this step if that is right, or settle it with \
                             Spectrum's support. Retry looks again and sends nothing while the order is there";

const UNTOLD: &str = "nobody knows what came of an earlier try, and Spectrum has the order, but does not say of which recipe sets: look at it \
                      there; complete this step if it has them all, or settle the rest with Spectrum's support. Retry looks again and \
                      sends nothing while the order is there";

const ALREADY_WORDS: &str = "Spectrum has had an order of this number before (409), and no earlier try of ours explains that: look who else \
                             acknowledges orders, or whether the number is another order's; complete this step if the order there is \
                             this one, else settle it with Spectrum";

const MAYBE_WORDS: &str = "somebody else may have acknowledged its custom lines: the integration before this one, or the person who brought \
                           the order into the ERP, found it there or changed it there. Look at it in Spectrum; retry to acknowledge it, \
                           complete if it was, or discard";

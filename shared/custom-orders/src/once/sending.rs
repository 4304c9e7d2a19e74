//! What differs between the messages that may go to Spectrum once.

use ledger::Attempt;
use order_model::{OrderState, StepName};
use spectrum::{Acknowledged, CallError, Options, PurchaseOrderNumber, SeenOrder, Spectrum};

use crate::read::{Custom, Held};

/// A message, and the fingerprint of all that it says.
#[derive(Debug)]
pub struct Made<M> {
    /// What is sent.
    pub message: M,
    /// A repeated one is of the same content only if this is the same.
    pub hash: String,
}

/// What Spectrum's answer, or what it shows of the order, proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// It was taken, and the message is ours.
    Taken,
    /// It was not taken: it may be sent.
    Absent,
    /// A person has to look.
    Unclear(Held),
}

/// A message that may go to Spectrum once.
#[expect(async_fn_in_trait, reason = "a function runs on one thread")]
pub trait Sending {
    /// What is sent.
    type Message;

    /// The step that sends it.
    const STEP: StepName;
    /// The function that sends it.
    const FUNCTION: &'static str;
    /// What it is called, for a person.
    const WORD: &'static str;

    /// Makes it of an order.
    ///
    /// # Errors
    /// All that has to be mended first.
    fn make(
        &self,
        order: &Custom,
        number: &PurchaseOrderNumber,
        options: &Options,
    ) -> Result<Made<Self::Message>, Held>;

    /// Why an order of which nothing was sent yet waits for a person, if it does.
    fn waits(&self, order: &OrderState) -> Option<Held>;

    /// Sends it: one call.
    async fn send(&self, spectrum: &Spectrum, message: &Self::Message) -> Result<Acknowledged, CallError>;

    /// What it proves that Spectrum shows this, or shows nothing, after these tries.
    fn shown(
        &self,
        seen: Option<&SeenOrder>,
        made: &Made<Self::Message>,
        doubts: &[Attempt],
        order: &OrderState,
    ) -> Proof;

    /// What it proves that Spectrum has had this order before, after these tries. Never [`Proof::Absent`].
    fn conflict(&self, made: &Made<Self::Message>, doubts: &[Attempt], order: &OrderState) -> Proof;
}

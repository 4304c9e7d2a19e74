//! What became of the tracking of an order.

use serde_json::Value;

use crate::number::PurchaseOrderNumber;
use crate::read::text;
use crate::words::Words;

/// What Spectrum says of a ship notification. It is taken as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notified {
    /// Every line has its tracking.
    Done,
    /// None has: 409 or 404, a line or the order is not there; or it says `Error`. Hold it.
    Refused {
        /// The HTTP status.
        status: u16,
        /// Why, in the vendor's words.
        words: Words,
    },
}

impl Notified {
    /// A refusal, whatever its form.
    pub(crate) fn refused(status: u16, body: &[u8], token: &str) -> Self {
        let answer: Option<Value> = serde_json::from_slice(body).ok();
        let fields = answer.as_ref().and_then(Value::as_object);
        let told = fields.and_then(|fields| text(fields, "details").or_else(|| text(fields, "error")));
        Self::Refused {
            status,
            words: Words::new(&told.unwrap_or_default(), token),
        }
    }

    /// Reads a success.
    pub(crate) fn read(
        number: &PurchaseOrderNumber,
        status: u16,
        answer: &Value,
        token: &str,
    ) -> Result<Self, &'static str> {
        let fields = answer.as_object().ok_or("the answer is no object")?;
        if text(fields, "purchaseOrderNumber").is_some_and(|told| told != number.as_str()) {
            return Err("the answer is about another order");
        }
        let said = text(fields, "status").unwrap_or_default();
        if said.eq_ignore_ascii_case("ok") {
            Ok(Self::Done)
        } else if said.eq_ignore_ascii_case("error") {
            Ok(Self::refused(status, answer.to_string().as_bytes(), token))
        } else {
            Err("the answer says neither OK nor Error")
        }
    }
}

//! What we ask of RepSpark, in its own names.

use order_model::{ErpReference, RepSparkOrderId};
use serde::Serialize;
use serde::ser::SerializeStruct;

/// Where confirmations are posted, under the base URL. **A guess**: only the resource name `OrderConfirmation` is
/// documented, the path follows the pattern of `/api/orderreport` (vendor notes, section 5).
pub const CONFIRMATION_PATH: &str = "orderconfirmation";

/// Where orders are read, under the base URL (vendor notes, section 2).
pub(crate) const ORDER_PATH: &str = "order";

/// A status whose orders RepSpark lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListedStatus {
    /// Submitted (1). **Destructive**: the read flips every listed order to Sent before we have it.
    Submitted,
    /// Sent (2). That this read changes nothing is inferred: only 1 is said to convert.
    Sent,
}

impl ListedStatus {
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Submitted => "1",
            Self::Sent => "2",
        }
    }

    pub(crate) fn operation(self) -> &'static str {
        match self {
            Self::Submitted => "GET order?statusId=1",
            Self::Sent => "GET order?statusId=2",
        }
    }
}

/// One order's number in the ERP, without the vendor's `ErrorMessage`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The order. That `RepSparkOrderNumber` is the `OrderId` is inferred (vendor notes, section 5).
    pub order: RepSparkOrderId,
    /// The ERP's number, shown to the customer.
    pub erp_number: ErpReference,
}

impl Serialize for Confirmation {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut item = serializer.serialize_struct("OrderConfirmation", 2)?;
        item.serialize_field("RepSparkOrderNumber", &self.order.number())?;
        item.serialize_field("ErpOrderNumber", self.erp_number.as_str())?;
        item.end()
    }
}

/// That the ERP did not take one order: the vendor's `ErrorMessage`, without a number. **What it does to the order's
/// status at RepSpark is not known** (vendor notes, section 5): nobody sends it who was not told to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The order.
    pub order: RepSparkOrderId,
    /// What its customer may read: at most 200 characters, by our own choice.
    pub message: String,
}

impl Serialize for Refusal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut item = serializer.serialize_struct("OrderConfirmation", 2)?;
        item.serialize_field("RepSparkOrderNumber", &self.order.number())?;
        item.serialize_field("ErrorMessage", &self.message)?;
        item.end()
    }
}

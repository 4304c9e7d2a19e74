//! What is posted, and where.

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::acknowledgement::Acknowledgement;
use crate::batch::Batch;
use crate::details::Details;
use crate::errors::Operation;
use crate::shipment::Shipment;

/// Something to post.
#[derive(Debug, Clone, Copy)]
pub enum Message<'a> {
    /// An acknowledgement.
    Acknowledgement(&'a Acknowledgement),
    /// Several of them.
    Several(&'a Batch),
    /// The details of an order.
    Details(&'a Details),
    /// The tracking of an order.
    Shipment(&'a Shipment),
}

impl Message<'_> {
    pub(crate) fn operation(&self) -> Operation {
        match self {
            Self::Acknowledgement(_) => Operation::Acknowledge,
            Self::Several(_) => Operation::AcknowledgeSeveral,
            Self::Details(_) => Operation::SendOrder,
            Self::Shipment(_) => Operation::NotifyShipment,
        }
    }

    /// Where it goes, below the root (vendor notes, section 2).
    pub(crate) fn path(&self) -> &'static str {
        match self {
            Self::Acknowledgement(_) => "/api/order/acknowledgement",
            Self::Several(_) => "/api/order/acknowledgements",
            Self::Details(_) => "/api/order",
            Self::Shipment(_) => "/api/order/ship-notification",
        }
    }
}

impl Serialize for Message<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Acknowledgement(one) => one.serialize(serializer),
            Self::Several(batch) => batch.serialize(serializer),
            Self::Details(details) => details.serialize(serializer),
            Self::Shipment(shipment) => shipment.serialize(serializer),
        }
    }
}

/// What a post would send, for a person to look at: the address and the JSON body. The token stands in neither. Nothing is
/// sent.
pub fn would_post(base_url: &str, message: &Message<'_>) -> (String, Value) {
    let url = format!("{}{}", base_url.trim_end_matches('/'), message.path());
    (url, serde_json::to_value(message).unwrap_or_default())
}

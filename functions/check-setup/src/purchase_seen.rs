//! What a person is told of a purchase.

use rust_decimal::Decimal;
use serde::Serialize;
use sparklayer::Package;

use crate::names::Named;

/// One order as SparkLayer would be told it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Publishing {
    /// How far its publication is, in words.
    pub says: String,
    /// Why it could not be published as it is; empty if it could.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub in_the_way: Vec<String>,
    /// Who ordered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerSeen>,
    /// Which name of the purchase stands in the address, such as `internal:SO104233`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lookup: Option<String>,
    /// What the purchase is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifiers: Option<Named>,
    /// What is in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<Packed>,
}

/// Who ordered, there and here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CustomerSeen {
    /// The customer's code at the vendor that the order came from.
    pub code: String,
    /// The store under that code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    /// The customer at SparkLayer; absent if nobody mapped it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sparklayer: Option<String>,
}

/// One package, in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Packed {
    /// `processing`, `shipment`, `cancelled` or `refund`.
    pub kind: &'static str,
    /// How many lines it has pieces of.
    pub lines: usize,
    /// How many pieces.
    pub pieces: u64,
    /// What they cost after their discount, not rounded.
    pub total: Decimal,
}

impl Packed {
    pub(crate) fn of(package: &Package) -> Self {
        Self {
            kind: package.kind.as_str(),
            lines: package.items.len(),
            pieces: package.items.iter().map(|item| item.quantity).sum(),
            total: package.items.iter().map(|item| item.gross - item.discount).sum(),
        }
    }
}

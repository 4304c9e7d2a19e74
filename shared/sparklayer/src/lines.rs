//! What became of an order's lines, from whoever knows it.

use jiff::Timestamp;

use crate::purchase::{PackageKind, Parcel};

/// What is known of one line beside the order itself. A line without one is processing.
#[derive(Debug, Clone, PartialEq)]
pub struct LineState {
    /// Its position in the order, from 1.
    pub line: u32,
    /// What it is called, if anybody told us; else its SKU stands for it.
    pub name: Option<ProductName>,
    /// Where pieces of it went. What is not named here is processing.
    pub moved: Vec<Moved>,
}

/// What a product is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductName {
    /// The product.
    pub parent: String,
    /// The variant, such as colour and size.
    pub child: Option<String>,
}

/// Some pieces of a line that went to a package.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// What became of them; nothing is moved to `processing`.
    pub to: PackageKind,
    /// How many.
    pub quantity: u64,
    /// When, by whoever says so. It must not change afterwards: packages are told apart by it.
    pub at: Timestamp,
    /// The parcel, if it is known.
    pub parcel: Option<Parcel>,
}

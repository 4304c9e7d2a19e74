//! A purchase in our words: everything that a PUT says, whatever shape it is sent in.

use jiff::Timestamp;
use order_model::Address;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::identifiers::{CustomerId, Identifiers};

/// The whole of a purchase. A PUT replaces all data, so nothing may be left out that is to stay. Its type is always
/// `order`.
#[derive(Debug, Clone, PartialEq)]
pub struct Purchase {
    /// Its names.
    pub identifiers: Identifiers,
    /// Who ordered.
    pub customer: CustomerId,
    /// How it is paid, in the vendor's words (2023: `invoice`, `on_account`, `platform_upfront`).
    pub payment_method: Option<String>,
    /// When it was ordered: `dates.created_at` and `dates.placed_at`.
    pub placed_at: Timestamp,
    /// The revision: `dates.updated_at` and `revision_date`. It only rises (`max(previous + 1 ms, event)`).
    pub revision: Timestamp,
    /// The customer's own number of it.
    pub customer_reference: Option<String>,
    /// ISO 4217 code.
    pub currency: String,
    /// Where the invoice goes.
    pub billing: Option<Place>,
    /// What became of its lines, each package with a line at least.
    pub packages: Vec<Package>,
    /// `custom_fields`, shown to the customer.
    pub custom_fields: Vec<NameValue>,
    /// `metadata`.
    pub metadata: Vec<NameValue>,
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameValue {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// An address. Personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name, street, city; its country is of two letters.
    pub address: Address,
    /// The company.
    pub company: Option<String>,
    /// The phone.
    pub phone: Option<String>,
}

/// What became of what is in a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PackageKind {
    /// Nothing yet.
    Processing,
    /// It left.
    Shipment,
    /// It will not come.
    Cancelled,
    /// It came back, or was never to be paid. What is in it is in another package too.
    Refund,
}

impl PackageKind {
    /// As the vendor's prose spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Shipment => "shipment",
            Self::Cancelled => "cancelled",
            Self::Refund => "refund",
        }
    }
}

/// A package.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// What became of it.
    pub kind: PackageKind,
    /// Its identity, the same in every PUT.
    pub id: Uuid,
    /// When it was made; of a processing package when the order was placed.
    pub created_at: Timestamp,
    /// When it became what it is; none of a processing package.
    pub moved_at: Option<Timestamp>,
    /// What is in it, by line.
    pub items: Vec<Item>,
    /// The ship method's name.
    pub shipping_method: Option<String>,
    /// Where it goes.
    pub shipping_address: Option<Place>,
    /// What is known of the parcel.
    pub parcel: Option<Parcel>,
}

/// How a parcel is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// The carrier's name.
    pub carrier: String,
    /// Its tracking number.
    pub number: Option<String>,
    /// The address where it is followed.
    pub url: Option<String>,
}

/// So many pieces of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The item code.
    pub sku: String,
    /// The product's name.
    pub name_parent: String,
    /// The variant's name, such as colour and size.
    pub name_child: Option<String>,
    /// How many; never zero.
    pub quantity: u64,
    /// Quantity × unit price, before the discount; never rounded here.
    pub gross: Decimal,
    /// What the discount takes from it; never rounded here.
    pub discount: Decimal,
}

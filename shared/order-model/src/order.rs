//! An order as the bundle understands it, whatever vendor it came from.
//!
//! A field that is absent is left out of the JSON form, because the content hash is taken over that form: a field
//! that a later release adds must not change the hash of orders that do not have it.

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::ErpKey;

/// Where an order came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// RepSpark.
    RepSpark,
    /// SuperCat eCat.
    Ecat,
}

impl Origin {
    /// The name, as it is stored: in field maps, in the names of their items, in orders.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RepSpark => "repspark",
            Self::Ecat => "ecat",
        }
    }
}

/// The origin of an order, in the vendor's terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Which vendor.
    pub vendor: Origin,
    /// The account at the vendor, as it stands in the key.
    pub account: String,
    /// The vendor's number of the order.
    pub order_number: String,
    /// The vendor's immutable id, where it has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order_uuid: Option<String>,
    /// When it was submitted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub submitted_at: Option<Timestamp>,
}

/// Who ordered, by the codes that the ERP knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The ERP's customer code.
    pub code: String,
    /// The customer's name, for a person to read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// The store under that customer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ship_to_code: Option<String>,
}

/// Where to ship, when it is not the store's own address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Name of the receiver.
    pub name: String,
    /// Street lines, in order, without empty ones.
    pub lines: Vec<String>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub city: Option<String>,
    /// State or region.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub region: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub postal_code: Option<String>,
    /// Country, as the vendor writes it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub country: Option<String>,
}

/// One sellable unit: product, colour and size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Position in the order, from 1. Part of the line's correlation id, so it never changes.
    pub line: u32,
    /// The ERP's item code.
    pub sku: String,
    /// What the product is called, for a person to read. No part of what the order says: see [`crate::ContentHash`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// What the variant is called, such as colour and size, likewise.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub variant: Option<String>,
    /// Bar code, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub upc: Option<String>,
    /// How many; never zero.
    pub quantity: Decimal,
    /// Price of one, before the discount.
    pub unit_price: Decimal,
    /// Discount in percent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub discount_percent: Option<Decimal>,
    /// Wanted ship date of this line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ship_date: Option<Date>,
    /// A note for the warehouse.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    /// Spectrum's recipe set, where the line is custom-made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub recipe_set_id: Option<String>,
    /// What its maker is told of it, where it is custom-made and there is anything to tell.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub custom: Option<CustomLine>,
}

/// What the maker of custom lines is told of an order, in Spectrum's fields (vendor notes, section 3). Each is text as the
/// source has it; whether it fits is judged where it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each is a field of Spectrum's, by its name")]
pub struct CustomOrder {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// Personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_address: Option<String>,
    /// Personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_service_contact: Option<String>,
    /// A word of Spectrum's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// A word of Spectrum's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof_status: Option<String>,
}

/// What the maker of a custom line is told of it, likewise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each is a field of Spectrum's, by its name")]
pub struct CustomLine {
    /// Personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gift_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipment_vendor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipment_tracking: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated_delivery_date: Option<Date>,
    /// A word of Spectrum's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof_status: Option<String>,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its name for ever.
    pub key: ErpKey,
    /// Where it came from.
    pub source: Source,
    /// The key of the order that this one revises, when a person decided so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revision_of: Option<ErpKey>,
    /// The id of the cart that this order was, where it was born in SparkLayer: there it takes the cart's place.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub spark_cart_id: Option<String>,
    /// Who ordered.
    pub customer: Customer,
    /// The customer's own purchase order number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub customer_po: Option<String>,
    /// The day it was ordered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order_date: Option<Date>,
    /// Ship not before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ship_date: Option<Date>,
    /// Cancel what has not shipped by then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cancel_date: Option<Date>,
    /// ISO 4217 code.
    pub currency: String,
    /// Payment terms.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub terms_code: Option<String>,
    /// Ship method.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ship_via_code: Option<String>,
    /// Warehouse.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub warehouse_code: Option<String>,
    /// Sales representative.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sales_rep_code: Option<String>,
    /// Where to ship, when it is not the store's own address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ship_to: Option<Address>,
    /// The customer's own address. The ERP knows it; the maker of custom lines may want it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bill_to: Option<Address>,
    /// What the maker of custom lines is told of the order, where there is anything to tell.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub custom: Option<CustomOrder>,
    /// Free text for a person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub notes: Option<String>,
    /// The lines, numbered from 1 without gaps.
    pub lines: Vec<Line>,
}

impl Order {
    /// Whether anything of it is custom-made.
    pub fn is_custom(&self) -> bool {
        self.lines.iter().any(Line::is_custom)
    }

    /// The sum of quantity × unit price × (1 − discount) over the lines.
    pub fn lines_total(&self) -> Decimal {
        self.lines.iter().map(Line::total).sum()
    }
}

impl Line {
    /// Whether it is custom-made: it names a recipe set.
    pub fn is_custom(&self) -> bool {
        self.recipe_set().is_some()
    }

    /// The recipe set that it names, without blanks around it.
    pub fn recipe_set(&self) -> Option<&str> {
        let named = self.recipe_set_id.as_deref().map(str::trim);
        named.filter(|named| !named.is_empty())
    }

    /// Quantity × unit price, less the discount.
    pub fn total(&self) -> Decimal {
        let gross = self.quantity * self.unit_price;
        let off = self.discount_percent.unwrap_or_default();
        gross - gross * off / Decimal::ONE_HUNDRED
    }
}

//! A purchase made of its parts. Pure.

use jiff::Timestamp;
use order_model::Order;

use crate::identifiers::{CustomerId, Identifiers};
use crate::lines::LineState;
use crate::packages::Common;
use crate::purchase::{NameValue, Place, Purchase};

/// What a purchase is made of.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// The order, as it was imported.
    pub order: &'a Order,
    /// What became of its lines, one entry for a line at most.
    pub lines: &'a [LineState],
    /// The purchase's names.
    pub identifiers: &'a Identifiers,
    /// Who ordered, at SparkLayer.
    pub customer: &'a CustomerId,
    /// How it is paid, in the vendor's words.
    pub payment_method: Option<&'a str>,
    /// Where the invoice goes, if anybody told us.
    pub billing: Option<&'a Place>,
    /// The store's own address, for an order that names no other.
    pub store: Option<&'a Place>,
    /// When it was ordered.
    pub placed_at: Timestamp,
    /// The revision of this state: it must be later than that of any state that was sent before.
    pub revision: Timestamp,
}

/// Why an order can't be published as it is. A person, or a corrected field map, has to help. The texts hold no value of
/// the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unpublishable {
    /// SparkLayer's quantities are integers above zero.
    #[error("the quantity of line {line} is no whole number above zero")]
    NotWhole {
        /// The line.
        line: u32,
    },
    /// Something became of a line that the order does not have.
    #[error("the order has no line {line}, and something became of it")]
    UnknownLine {
        /// The line.
        line: u32,
    },
    /// What became of a line is told twice.
    #[error("what became of line {line} is told twice")]
    LineTwice {
        /// The line.
        line: u32,
    },
    /// More became of a line than was ordered.
    #[error("more of line {line} went away than was ordered")]
    TooMany {
        /// The line.
        line: u32,
    },
    /// Nothing moves back.
    #[error("pieces of line {line} are said to have moved to processing")]
    MovedBack {
        /// The line.
        line: u32,
    },
    /// Nobody can reckon with it.
    #[error("the amount of line {line} is too large")]
    TooLarge {
        /// The line.
        line: u32,
    },
    /// The currency is no ISO 4217 code.
    #[error("the currency is not three upper-case letters")]
    Currency,
    /// The country of an address is no ISO 3166 code.
    #[error("the country of the {0} address is not two upper-case letters")]
    Country(&'static str),
}

/// The whole purchase in its newest state: what is not shipped or cancelled is processing, and refunds repeat what came
/// back. Equal parts give equal purchases.
///
/// # Errors
/// When the order can't be said in SparkLayer's terms.
pub fn purchase(parts: &Parts<'_>) -> Result<Purchase, Unpublishable> {
    let order = parts.order;
    if !is_code(&order.currency, 3) {
        return Err(Unpublishable::Currency);
    }
    let shipping_address = shipping_address(parts);
    know_country(shipping_address.as_ref(), "shipping")?;
    know_country(parts.billing, "billing")?;
    let common = Common {
        order,
        states: parts.lines,
        placed_at: parts.placed_at,
        shipping_address,
    };
    Ok(Purchase {
        identifiers: parts.identifiers.clone(),
        customer: parts.customer.clone(),
        payment_method: parts.payment_method.map(str::to_owned),
        placed_at: parts.placed_at,
        revision: parts.revision,
        customer_reference: order.customer_po.clone(),
        currency: order.currency.clone(),
        billing: parts.billing.cloned(),
        packages: common.packages()?,
        custom_fields: Vec::new(),
        metadata: metadata(order),
    })
}

/// The order's own address before the store's.
fn shipping_address(parts: &Parts<'_>) -> Option<Place> {
    let own = parts.order.ship_to.as_ref().map(|address| Place {
        address: address.clone(),
        company: parts.order.customer.name.clone(),
        phone: None,
    });
    own.or_else(|| parts.store.cloned())
}

fn know_country(place: Option<&Place>, which: &'static str) -> Result<(), Unpublishable> {
    let country = place.and_then(|place| place.address.country.as_deref());
    match country {
        Some(country) if !is_code(country, 2) => Err(Unpublishable::Country(which)),
        _ => Ok(()),
    }
}

fn is_code(text: &str, letters: usize) -> bool {
    text.len() == letters && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Where it came from, for whoever looks at it in SparkLayer.
fn metadata(order: &Order) -> Vec<NameValue> {
    let pair = |name: &str, value: &str| NameValue {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    vec![
        pair("source", order.source.vendor.as_str()),
        pair("source_order", &order.source.order_number),
        pair("order_key", order.key.as_str()),
    ]
}

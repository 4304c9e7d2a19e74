//! The four names of a purchase. Pure.

use std::str::FromStr;

use crate::identifiers::{CartId, Identifier, IdentifierError, Identifiers, Lookup};
use order_model::{ErpReference, Order};

/// A word that is none of a setting's.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownWord;

/// Which number the customer sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visible {
    /// The ERP's.
    ErpNumber,
    /// That of the vendor where it was ordered.
    SourceNumber,
    /// The order's key.
    OrderKey,
    /// The customer's own purchase order number; the ERP's where there is none.
    CustomerPo,
}

impl Visible {
    /// The words of the setting.
    pub const WORDS: &str = "erp_number, source_number, order_key or customer_po";
}

impl FromStr for Visible {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "erp_number" => Ok(Self::ErpNumber),
            "source_number" => Ok(Self::SourceNumber),
            "order_key" => Ok(Self::OrderKey),
            "customer_po" => Ok(Self::CustomerPo),
            _ => Err(UnknownWord),
        }
    }
}

/// Which number stands for the place where the order was born.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// The vendor's name and its number, such as `repspark:8086`: two vendors' numbers must not meet.
    Source,
    /// The order's key.
    OrderKey,
    /// The ERP's number.
    ErpNumber,
}

impl Platform {
    /// The words of the setting.
    pub const WORDS: &str = "source, order_key or erp_number";
}

impl FromStr for Platform {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "source" => Ok(Self::Source),
            "order_key" => Ok(Self::OrderKey),
            "erp_number" => Ok(Self::ErpNumber),
            _ => Err(UnknownWord),
        }
    }
}

/// The names of an order, and the one by which it is looked up: `chosen`, if one was, for ever. The name that stands in
/// the address stands in the body too, whatever the order says by now.
///
/// # Errors
/// If one of them is no name that SparkLayer could have.
pub fn names(
    order: &Order,
    number: &ErpReference,
    chosen: Option<&Lookup>,
    (visible, platform): (Visible, Platform),
) -> Result<(Identifiers, Lookup), IdentifierError> {
    let source = &order.source;
    let visible = match visible {
        Visible::ErpNumber => number.as_str(),
        Visible::SourceNumber => &source.order_number,
        Visible::OrderKey => order.key.as_str(),
        Visible::CustomerPo => order.customer_po.as_deref().unwrap_or(number.as_str()),
    };
    let platform = match platform {
        Platform::Source => format!("{}:{}", source.vendor.as_str(), source.order_number),
        Platform::OrderKey => order.key.as_str().to_owned(),
        Platform::ErpNumber => number.as_str().to_owned(),
    };
    let cart = order.spark_cart_id.as_deref().map(CartId::new).transpose()?;
    let mut names = Identifiers {
        internal: Identifier::new(number.as_str())?,
        visible: Identifier::new(visible)?,
        platform: Identifier::new(platform)?,
        sparklayer: cart,
    };
    let Some(chosen) = chosen else {
        let lookup = names.lookup();
        return Ok((names, lookup));
    };
    // A purchase that was made without a cart gets none: its SparkLayer id can't be changed, nor left out.
    names.sparklayer = None;
    match chosen.clone() {
        Lookup::SparkLayer(cart) => names.sparklayer = Some(cart),
        Lookup::Internal(name) => names.internal = name,
        Lookup::Platform(name) => names.platform = name,
        Lookup::Visible(name) => names.visible = name,
    }
    Ok((names, chosen.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order_sample::order;

    const CART: &str = "2d1f5f0e-4a0c-4b1b-8b9e-6f3f1a7c9d01";
    const DEFAULT: (Visible, Platform) = (Visible::ErpNumber, Platform::Source);

    fn number(text: &str) -> ErpReference {
        ErpReference::new(text).unwrap()
    }

    /// `internal visible platform sparklayer`, and the look-up.
    fn told(order: &Order, chosen: Option<&str>, words: (Visible, Platform)) -> (String, String) {
        let chosen = chosen.map(|text| text.parse::<Lookup>().unwrap());
        let (names, lookup) = names(order, &number("SO2"), chosen.as_ref(), words).unwrap();
        let cart = names
            .sparklayer
            .map_or_else(|| "-".to_owned(), |cart| cart.to_string());
        let [internal, visible, platform] =
            [&names.internal, &names.visible, &names.platform].map(|name| name.as_str().to_owned());
        (
            format!("{internal} {visible} {platform} {cart}"),
            lookup.to_string(),
        )
    }

    #[test]
    fn the_names_follow_the_settings() {
        for (visible, platform, expected) in [
            ("erp_number", "source", "SO2 SO2 repspark:8086 -"),
            ("source_number", "order_key", "SO2 8086 RS-ACME-8086 -"),
            ("order_key", "erp_number", "SO2 RS-ACME-8086 SO2 -"),
            ("customer_po", "source", "SO2 PO-7 repspark:8086 -"),
        ] {
            let words = (visible.parse().unwrap(), platform.parse().unwrap());
            let (names, lookup) = told(&order(), None, words);
            assert_eq!((names.as_str(), lookup.as_str()), (expected, "internal:SO2"));
        }
        let mut without = order();
        without.customer_po = None;
        let (names, _) = told(&without, None, (Visible::CustomerPo, Platform::Source));
        assert_eq!(names, "SO2 SO2 repspark:8086 -");
        assert_eq!("erp".parse::<Visible>(), Err(UnknownWord));
        assert_eq!("erp".parse::<Platform>(), Err(UnknownWord));
    }

    #[test]
    fn an_order_that_was_a_cart_is_looked_up_by_it_and_carries_it() {
        let mut order = order();
        order.spark_cart_id = Some(CART.to_owned());
        let (names, lookup) = told(&order, None, DEFAULT);
        assert_eq!(names, format!("SO2 SO2 repspark:8086 {CART}"));
        assert_eq!(lookup, format!("sparklayer:{CART}"));
        order.spark_cart_id = Some("CART-1".to_owned());
        let wrong = super::names(&order, &number("SO2"), None, DEFAULT);
        assert_eq!(wrong, Err(IdentifierError::Cart));
    }

    #[test]
    fn the_name_that_was_chosen_first_is_kept_whatever_the_order_says_by_now() {
        let mut order = order();
        order.spark_cart_id = Some(CART.to_owned());
        let kept = |chosen: &str| told(&order, Some(chosen), DEFAULT);
        assert_eq!(
            kept("internal:SO1"),
            ("SO1 SO2 repspark:8086 -".to_owned(), "internal:SO1".to_owned()),
            "the ERP's number was changed, and a cart was found later"
        );
        order.spark_cart_id = None;
        let cart = format!("sparklayer:{CART}");
        assert_eq!(
            told(&order, Some(&cart), DEFAULT),
            (format!("SO2 SO2 repspark:8086 {CART}"), cart.clone())
        );
    }
}

//! What the vendor notes leave open about a purchase's shape: one field for each guess, and a value for each other
//! reading, so that the vendor's answer is a setting and no release.

use std::str::FromStr;

use serde::Deserialize;

/// The container of the packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackagesShape {
    /// Always an array: what the prose and the deprecated mapping say.
    Array,
    /// A single package stands alone, several in an array: what one vendor sample prints.
    ObjectIfOne,
}

/// How [`crate::wire`] writes what is uncertain (vendor notes, sections 4 to 6 and 10). As JSON, only what differs from
/// the default has to be named. An empty key leaves its field out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// **Guess**: `packages` is an array.
    pub packages: PackagesShape,
    /// **Guess**: a client may set a package's identity, and it is this key of `identifiers`.
    pub package_id_key: String,
    /// **Guess**: when a package was made, in its `dates`.
    pub created_at_key: String,
    /// **Guess**: when a shipment left, in its `dates`.
    pub shipped_at_key: String,
    /// **Guess**: when a package was cancelled, in its `dates`; a deprecated call of the vendor's has this name.
    pub cancelled_at_key: String,
    /// **Guess**: when a package was refunded, in its `dates`.
    pub refunded_at_key: String,
    /// **Guess**: the tracking number, in a package's `shipments`.
    pub tracking_number_key: String,
    /// **Guess**: the address where a parcel is followed, in a package's `shipments`.
    pub tracking_url_key: String,
    /// **Guess**: `carrier_id` is sent, as the carrier's name in lower case.
    pub carrier_id: bool,
    /// **Guess**: the customer is named by this key of `customer_identifiers`.
    pub customer_key: String,
    /// **Guess**: street lines are this with 1 and 2; an older page says `address_line_`.
    pub address_line_key: String,
    /// **Guess**: confirmed for templates only; `postcode` is seen elsewhere.
    pub postal_code_key: String,
    /// **Guess**: a client sends `revision_date`, and it only rises.
    pub revision_date: bool,
    /// **Guess**: `accounting_files` and `custom_fields` are required, so they are sent when they are empty too.
    pub empty_lists: bool,
    /// **Guess**: all four totals of a line are required; else only the two that every version of the page has.
    pub all_totals: bool,
    /// **Guess**: `total_net` is what is paid, so behind the discount.
    pub net_after_discount: bool,
    /// **Guess**: money has this many decimals, and is rounded to them, half away from zero. 28 at most.
    pub money_decimals: u32,
    /// **Guess**: a package whose ship method is known names it, at no cost, since nobody tells us one.
    pub shipping_method: bool,
}

impl Options {
    /// What a setting has to be, for an error.
    pub const FORM: &str = "a JSON object of the options in shared/sparklayer/src/options.rs, such as {} or {\"packages\": \"object_if_one\"}";
}

impl FromStr for Options {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            packages: PackagesShape::Array,
            package_id_key: "sparklayer_package_id".to_owned(),
            created_at_key: "created_at".to_owned(),
            shipped_at_key: "shipped_at".to_owned(),
            cancelled_at_key: "cancelled_at".to_owned(),
            refunded_at_key: "refunded_at".to_owned(),
            tracking_number_key: "tracking_number".to_owned(),
            tracking_url_key: "tracking_url".to_owned(),
            carrier_id: true,
            customer_key: "sparklayer".to_owned(),
            address_line_key: "address_line".to_owned(),
            postal_code_key: "postal_code".to_owned(),
            revision_date: true,
            empty_lists: true,
            all_totals: true,
            net_after_discount: true,
            money_decimals: 2,
            shipping_method: true,
        }
    }
}

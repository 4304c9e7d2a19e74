//! The full details of an order: what the acknowledgement says, and who gets it where.

use std::fmt;

use order_model::Address;
use serde::Serialize;

use crate::acknowledgement::{Sheet, sheet};
use crate::flaws::{FlawKind, Flaws};
use crate::hash::short_of;
use crate::number::PurchaseOrderNumber;
use crate::parts::Parts;

/// An address in Spectrum's fields. Personal data; `Debug` hides it. What is not required may be empty, and is left out.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Required.
    pub first_name: String,
    /// Required.
    pub last_name: String,
    /// Required.
    pub address1: String,
    /// A second line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address2: String,
    /// Required.
    pub city: String,
    /// Required.
    pub state: String,
    /// Where it is no state.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub province: String,
    /// Required.
    pub postal_code: String,
    /// Required: two upper-case letters, as in the vendor's sample.
    pub country: String,
}

impl Place {
    /// An address of ours. The last word of its name is taken for the last name, and lines behind the second are joined to
    /// it. What is missing stays empty, and [`check`] names it.
    pub fn of(address: &Address) -> Self {
        let name = address.name.trim();
        let (first, last) = name.rsplit_once(char::is_whitespace).unwrap_or((name, ""));
        let (line, rest) = address
            .lines
            .split_first()
            .map_or(("", &[][..]), |(line, rest)| (line.as_str(), rest));
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            first_name: first.trim().to_owned(),
            last_name: last.to_owned(),
            address1: line.to_owned(),
            address2: rest.join(", "),
            city: text(&address.city),
            state: text(&address.region),
            province: String::new(),
            postal_code: text(&address.postal_code),
            country: text(&address.country),
        }
    }

    fn checked(&self, which: &str, longest: usize, flaws: &mut Flaws) -> Self {
        let mut required =
            |field: &str, text: &str| flaws.required(&format!("{which}.{field}"), text, longest);
        let mut place = Self {
            first_name: required("firstName", &self.first_name),
            last_name: required("lastName", &self.last_name),
            address1: required("address1", &self.address1),
            city: required("city", &self.city),
            state: required("state", &self.state),
            postal_code: required("postalCode", &self.postal_code),
            country: required("country", &self.country),
            ..Self::default()
        };
        let mut more = |field: &str, text: &str| {
            let text = flaws.text(format!("{which}.{field}"), Some(text), longest);
            text.unwrap_or_default()
        };
        place.address2 = more("address2", &self.address2);
        place.province = more("province", &self.province);
        let country = &place.country;
        let is_code = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        if !country.is_empty() && !is_code {
            flaws.add(format!("{which}.country"), FlawKind::NoCountry);
        }
        place
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Place(hidden)")
    }
}

/// Whose order it is, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// `customerAddress`.
    pub customer: Place,
    /// `shippingAddress`.
    pub shipping: Place,
}

/// The details of an order that may be sent: nothing of them is missing or overlong. `Debug` hides what they say.
#[derive(Clone, PartialEq, Eq)]
pub struct Details {
    number: PurchaseOrderNumber,
    body: Body,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(flatten)]
    sheet: Sheet,
    customer_address: Place,
    shipping_address: Place,
}

impl Details {
    /// The order's name at Spectrum.
    pub fn number(&self) -> &PurchaseOrderNumber {
        &self.number
    }

    /// The fingerprint of all that they say: the first 16 bytes, in hex, of the SHA-256 over the body.
    pub fn hash(&self) -> String {
        short_of(self)
    }

    pub(crate) fn sheet(&self) -> &Sheet {
        &self.body.sheet
    }
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Details({}, hidden)", self.number)
    }
}

impl Serialize for Details {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.body.serialize(serializer)
    }
}

/// The details of an order. What the vendor's page does not list for this call is left out.
///
/// # Errors
/// All that has to be mended first, by name.
pub fn details(parts: &Parts<'_>, addresses: &Addresses) -> Result<Details, Flaws> {
    let mut flaws = Flaws::default();
    let mut sheet = sheet(parts, &mut flaws);
    sheet.serial_number = None;
    sheet.order_reference = None;
    sheet.customer_service_contact = None;
    sheet.proof_status = None;
    for item in &mut sheet.line_items {
        item.proof_status = None;
    }
    let longest = parts.options.text_max;
    let body = Body {
        sheet,
        customer_address: addresses.customer.checked("customerAddress", longest, &mut flaws),
        shipping_address: addresses.shipping.checked("shippingAddress", longest, &mut flaws),
    };
    flaws.or(Details {
        number: parts.number.clone(),
        body,
    })
}

/// Whether the details of an order may be sent. Nothing is sent.
///
/// # Errors
/// All that is missing, overlong or unfit, by name.
pub fn check(parts: &Parts<'_>, addresses: &Addresses) -> Result<(), Flaws> {
    details(parts, addresses).map(|_| ())
}

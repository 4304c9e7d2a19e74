//! The names of a purchase, and which of them stands in the address.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a text is not the name it was taken for. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Not a name of a purchase.
    #[error(
        "a purchase identifier must have 1 to 128 characters, none of them a control character, and not be dots alone"
    )]
    Purchase,
    /// Not a cart id.
    #[error("a spark cart id must be a uuid")]
    Cart,
    /// Not a customer's id.
    #[error("a sparklayer customer must have 1 to 64 characters of A-Z, a-z, 0-9, _ and -")]
    Customer,
    /// Not a look-up.
    #[error("a look-up must be a key of purchase_identifiers, a colon and that name")]
    Lookup,
    /// Not a site id.
    #[error("a site id must have 1 to 64 characters of A-Z, a-z, 0-9, _, - and .")]
    Site,
}

fn is_name(text: &str, more: &[u8]) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || more.contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(fits)
}

/// A name of a purchase under `internal`, `visible` or `platform`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Identifier(String);

impl Identifier {
    /// Takes 1 to 128 characters; blanks around them are dropped. The limit is ours, the vendor names none.
    ///
    /// # Errors
    /// Also for `.` and `..`, which an address swallows however they are escaped.
    pub fn new(text: impl AsRef<str>) -> Result<Self, IdentifierError> {
        let text = text.as_ref().trim();
        let dots = matches!(text, "." | "..");
        let fits = (1..=128).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits && !dots {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdentifierError::Purchase)
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Identifier {
    type Error = IdentifierError;

    fn try_from(text: String) -> Result<Self, IdentifierError> {
        Self::new(text)
    }
}

impl From<Identifier> for String {
    fn from(identifier: Identifier) -> Self {
        identifier.0
    }
}

/// The Spark cart id of an order that was born in SparkLayer: a UUID that never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CartId(Uuid);

impl CartId {
    /// Takes a UUID; blanks around it are dropped.
    ///
    /// # Errors
    /// If it is none.
    pub fn new(text: &str) -> Result<Self, IdentifierError> {
        Uuid::try_parse(text.trim())
            .map(Self)
            .map_err(|_| IdentifierError::Cart)
    }
}

impl fmt::Display for CartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.hyphenated())
    }
}

/// Who ordered, by SparkLayer's own id. **A guess** that it may be other than a UUID: an older sample has `CU-123`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CustomerId(String);

impl CustomerId {
    /// Takes 1 to 64 of `A-Z a-z 0-9 _ -`; blanks around them are dropped.
    ///
    /// # Errors
    /// If it is something else.
    pub fn new(text: impl AsRef<str>) -> Result<Self, IdentifierError> {
        let text = text.as_ref().trim();
        if is_name(text, b"_-") {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdentifierError::Customer)
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CustomerId {
    type Error = IdentifierError;

    fn try_from(text: String) -> Result<Self, IdentifierError> {
        Self::new(text)
    }
}

impl From<CustomerId> for String {
    fn from(customer: CustomerId) -> Self {
        customer.0
    }
}

/// The site, as it is sent in the header `Site-Id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteId(String);

impl SiteId {
    /// Takes 1 to 64 of `A-Z a-z 0-9 _ - .`; blanks around them are dropped.
    ///
    /// # Errors
    /// If it is something else.
    pub fn new(text: &str) -> Result<Self, IdentifierError> {
        let text = text.trim();
        if is_name(text, b"_-.") {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdentifierError::Site)
        }
    }

    /// The site as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `purchase_identifiers` (vendor notes, section 5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifiers {
    /// The ERP's number.
    pub internal: Identifier,
    /// What the customer sees.
    pub visible: Identifier,
    /// The number at the platform where the order was born.
    pub platform: Identifier,
    /// The cart that this order replaces, if it was born in SparkLayer; blank otherwise.
    pub sparklayer: Option<CartId>,
}

impl Identifiers {
    /// The look-up of a purchase with these names: the cart if there is one, else the ERP's number. It is to be chosen
    /// once and kept: another look-up may make another purchase.
    pub fn lookup(&self) -> Lookup {
        match self.sparklayer {
            Some(cart) => Lookup::SparkLayer(cart),
            None => Lookup::Internal(self.internal.clone()),
        }
    }
}

/// Which name of a purchase stands in the address, and its value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Lookup {
    /// The Spark cart id.
    SparkLayer(CartId),
    /// The platform's number.
    Platform(Identifier),
    /// The ERP's number.
    Internal(Identifier),
    /// What the customer sees.
    Visible(Identifier),
}

impl Lookup {
    /// The key, as it stands in addresses and in `purchase_identifiers`.
    pub fn by(&self) -> &'static str {
        match self {
            Self::SparkLayer(_) => "sparklayer",
            Self::Platform(_) => "platform",
            Self::Internal(_) => "internal",
            Self::Visible(_) => "visible",
        }
    }

    /// The value, as it stands in `purchase_identifiers`.
    pub fn value(&self) -> String {
        match self {
            Self::SparkLayer(cart) => cart.to_string(),
            Self::Platform(text) | Self::Internal(text) | Self::Visible(text) => text.as_str().to_owned(),
        }
    }

    /// `{lookupBy}/{identifier}`, percent-encoded. That the vendor decodes it is a guess.
    pub(crate) fn path(&self) -> String {
        format!("{}/{}", self.by(), encoded(&self.value()))
    }
}

/// As it is kept, such as `internal:SO104233`: [`Lookup::from_str`] reads it.
impl fmt::Display for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.by(), self.value())
    }
}

impl FromStr for Lookup {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        let (by, name) = text.split_once(':').ok_or(IdentifierError::Lookup)?;
        match by {
            "sparklayer" => CartId::new(name).map(Self::SparkLayer),
            "platform" => Identifier::new(name).map(Self::Platform),
            "internal" => Identifier::new(name).map(Self::Internal),
            "visible" => Identifier::new(name).map(Self::Visible),
            _ => Err(IdentifierError::Lookup),
        }
    }
}

/// Whatever is not unreserved in an address is escaped, so that no value is read as more than one part of it.
fn encoded(text: &str) -> String {
    let one = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identifier(text: &str) -> Identifier {
        Identifier::new(text).unwrap()
    }

    #[test]
    fn an_address_holds_a_value_as_one_part_of_it() {
        for (lookup, path) in [
            (Lookup::Internal(identifier("SO104233")), "internal/SO104233"),
            (
                Lookup::Platform(identifier("repspark:8086")),
                "platform/repspark%3A8086",
            ),
            (
                Lookup::Visible(identifier("a/b?c#d e%ü")),
                "visible/a%2Fb%3Fc%23d%20e%25%C3%BC",
            ),
            (
                Lookup::SparkLayer(CartId::new("2D1F5F0E4A0C5B1B8B9E6F3F1A7C9D01").unwrap()),
                "sparklayer/2d1f5f0e-4a0c-5b1b-8b9e-6f3f1a7c9d01",
            ),
        ] {
            assert_eq!(lookup.path(), path);
        }
    }

    #[test]
    fn the_cart_is_the_look_up_where_there_is_one() {
        let mut identifiers = Identifiers {
            internal: identifier("SO1"),
            visible: identifier("SO1"),
            platform: identifier("repspark:1"),
            sparklayer: None,
        };
        assert_eq!(identifiers.lookup(), Lookup::Internal(identifier("SO1")));
        let cart = CartId::new("2d1f5f0e-4a0c-5b1b-8b9e-6f3f1a7c9d01").unwrap();
        identifiers.sparklayer = Some(cart);
        assert_eq!(identifiers.lookup(), Lookup::SparkLayer(cart));
    }

    #[test]
    fn a_look_up_is_read_as_it_was_kept() {
        for kept in [
            "internal:SO104233",
            "platform:repspark:8086",
            "visible:a/b c",
            "sparklayer:2d1f5f0e-4a0c-5b1b-8b9e-6f3f1a7c9d01",
        ] {
            let lookup: Lookup = kept.parse().unwrap();
            assert_eq!(lookup.to_string(), kept);
        }
        for (text, error) in [
            ("SO104233", IdentifierError::Lookup),
            ("erp:SO104233", IdentifierError::Lookup),
            ("internal:", IdentifierError::Purchase),
            ("sparklayer:CART-1", IdentifierError::Cart),
        ] {
            assert_eq!(text.parse::<Lookup>(), Err(error), "{text}");
        }
    }

    #[test]
    fn what_an_address_or_a_header_would_mangle_is_no_name() {
        for text in ["", " ", ".", "..", "a\nb", &"x".repeat(129)] {
            assert_eq!(Identifier::new(text), Err(IdentifierError::Purchase), "{text:?}");
        }
        assert_eq!(identifier(" SO 1 ").as_str(), "SO 1");
        for text in ["", "CU 123", "a@b", &"x".repeat(65)] {
            assert_eq!(CustomerId::new(text), Err(IdentifierError::Customer), "{text:?}");
        }
        assert_eq!(CustomerId::new(" CU-123 ").unwrap().as_str(), "CU-123");
        for text in ["", "north links", "a\r\nb", "ä"] {
            assert_eq!(SiteId::new(text), Err(IdentifierError::Site), "{text:?}");
        }
        assert_eq!(CartId::new("CART-1"), Err(IdentifierError::Cart));
    }
}

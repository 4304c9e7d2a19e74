//! The names of a purchase, as a person is shown them.

use serde::Serialize;
use sparklayer::Identifiers;

/// The names of a purchase, as a person is shown them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The ERP's number.
    pub internal: String,
    /// What customers see.
    pub visible: String,
    /// The number at the platform where the order was born.
    pub platform: String,
    /// The cart that it replaces, if it was born in SparkLayer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sparklayer: Option<String>,
}

impl From<&Identifiers> for Named {
    fn from(names: &Identifiers) -> Self {
        Self {
            internal: names.internal.as_str().to_owned(),
            visible: names.visible.as_str().to_owned(),
            platform: names.platform.as_str().to_owned(),
            sparklayer: names.sparklayer.map(|cart| cart.to_string()),
        }
    }
}

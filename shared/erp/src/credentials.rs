//! Who we are at the ERP.

use std::fmt;

use serde::Deserialize;

/// The token, as it stands in the secret `<prefix>/erp`. `Debug` hides it.
#[derive(Clone, Deserialize)]
pub struct Credentials {
    /// Sent as `Authorization: Bearer`.
    pub token: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(hidden)")
    }
}

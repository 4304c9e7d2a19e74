//! Who we are at RepSpark.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// The two keys of one brand in one environment, as they stand in the secret `<prefix>/repspark`. `Debug` hides them.
#[derive(Clone, Deserialize)]
pub struct Credentials {
    /// The brand's key.
    pub client_key: String,
    /// The environment's key (development, UAT or production).
    pub environment_key: String,
}

impl Credentials {
    /// `Authorization: Basic base64(CLIENT_KEY:ENVIRONMENT_KEY)` (vendor notes, section 1).
    pub(crate) fn basic(&self) -> String {
        let pair = format!("{}:{}", self.client_key, self.environment_key);
        format!("Basic {}", STANDARD.encode(pair))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(hidden)")
    }
}

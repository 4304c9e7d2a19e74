//! Who we are at SparkLayer.

use std::fmt;

use serde::Deserialize;

/// The client, as it stands in the secret `<prefix>/sparklayer`. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Credentials {
    /// The client's id.
    pub client_id: String,
    /// The client's secret; the dashboard shows it once.
    pub client_secret: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_printed_shows_them() {
        let credentials: Credentials =
            serde_json::from_str(r#"{"client_id":"relay-client","client_secret":"s3cret"}"#).unwrap();
        assert_eq!(format!("{credentials:?}"), "Credentials(hidden)");
    }
}

//! Who we are at Spectrum.

use std::fmt;

use reqwest::header::{HeaderName, HeaderValue};
use serde::Deserialize;

/// The header that every call carries (vendor notes, section 1); header names have no letter case.
pub(crate) const TOKEN_HEADER: HeaderName = HeaderName::from_static("spectrum_api_token");

/// The partner's key, as it stands in the secret `<prefix>/spectrum`. `Debug` hides it.
#[derive(Clone, Deserialize)]
pub struct Credentials {
    /// The token.
    pub token: String,
}

impl Credentials {
    /// The header's value; none if the token can't be one. Blanks around it are dropped: secrets come with line ends.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let token = self.token.trim();
        let mut value = HeaderValue::from_str(token).ok().filter(|_| !token.is_empty())?;
        value.set_sensitive(true);
        Some(value)
    }
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
    fn nothing_that_is_printed_shows_it() {
        let credentials: Credentials = serde_json::from_str(r#"{"token":"s3cret\n"}"#).unwrap();
        assert_eq!(format!("{credentials:?}"), "Credentials(hidden)");
        let header = credentials.header().unwrap();
        assert_eq!(
            (header.to_str().unwrap(), format!("{header:?}")),
            ("s3cret", "Sensitive".to_owned())
        );
    }

    #[test]
    fn a_token_that_is_no_header_is_none() {
        for token in ["", " \n", "a\nb"] {
            let credentials = Credentials {
                token: token.to_owned(),
            };
            assert!(credentials.header().is_none(), "{token:?}");
        }
    }
}

//! Who we are at eCat, and the vendor's words made fit for a log.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use vendor_http::plain_words;

/// An admin's login, as it stands in the secret `<prefix>/ecat`. `Debug` hides it.
#[derive(Clone, Deserialize)]
pub struct Credentials {
    /// The user's name.
    pub username: String,
    /// The user's password.
    pub password: String,
}

impl Credentials {
    /// `Authorization: Basic base64(username:password)` (vendor notes, section 1).
    pub(crate) fn basic(&self) -> String {
        format!("Basic {}", self.pair())
    }

    fn pair(&self) -> String {
        STANDARD.encode(format!("{}:{}", self.username, self.password))
    }

    /// The vendor's words about a call, as they may be logged: without control characters, without our credentials, and
    /// cut at 200 characters.
    pub(crate) fn plain(&self, words: &str) -> String {
        plain_words(words, &[&self.pair(), &self.password, &self.username])
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

    fn credentials() -> Credentials {
        Credentials {
            username: "apiuser".to_owned(),
            password: "s3cret".to_owned(),
        }
    }

    #[test]
    fn the_header_is_the_one_of_the_vendor_notes() {
        assert_eq!(credentials().basic(), "Basic YXBpdXNlcjpzM2NyZXQ=");
    }

    #[test]
    fn words_are_told_without_controls_and_without_our_credentials() {
        let words = " no user\u{7} apiuser\nwith s3cret\u{202e} (YXBpdXNlcjpzM2NyZXQ=) ";
        assert_eq!(credentials().plain(words), "no user ***with *** (***)");
        assert_eq!(credentials().plain(&"ä".repeat(300)), "ä".repeat(200));
        let empty = Credentials {
            username: String::new(),
            password: String::new(),
        };
        assert_eq!(empty.plain("abc"), "abc");
    }

    #[test]
    fn nothing_that_is_printed_shows_them() {
        assert_eq!(format!("{:?}", credentials()), "Credentials(hidden)");
    }
}

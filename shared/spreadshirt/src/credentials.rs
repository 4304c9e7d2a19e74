//! Who we are at Spreadshirt, and the vendor's words made fit for a log.

use std::fmt;

use serde::Deserialize;
use vendor_http::plain_words;

use crate::session::Session;

/// The key of our application and the login of the partner's user, as they stand in the secret `<prefix>/spreadshirt`.
/// `Debug` hides them.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Credentials {
    /// The key of the application, which travels with every request.
    pub api_key: String,
    /// The application's secret, which signs requests and never travels.
    pub secret: String,
    /// The user who owns the partner.
    pub username: String,
    /// The user's password.
    pub password: String,
}

impl Credentials {
    /// The vendor's words about a call, as they may be logged: without control characters, without our credentials and
    /// our session, and cut at 200 characters.
    pub(crate) fn plain(&self, words: &str, session: Option<&Session>) -> String {
        let session = session.map_or("", Session::id);
        plain_words(
            words,
            &[
                &self.password,
                &self.secret,
                &self.api_key,
                &self.username,
                session,
            ],
        )
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
            api_key: "key-1".to_owned(),
            secret: "s3cret".to_owned(),
            username: "partner@example.test".to_owned(),
            password: "s3cret-too".to_owned(),
        }
    }

    #[test]
    fn words_are_told_without_controls_and_without_anything_of_ours() {
        let session = Session::new("sess-9").unwrap();
        let words = " no\u{7} partner@example.test\nwith s3cret-too, s3cret, key-1\u{202e} in sess-9 ";
        assert_eq!(
            credentials().plain(words, Some(&session)),
            "no ***with ***, ***, *** in ***"
        );
        assert_eq!(credentials().plain(&"ä".repeat(300), None), "ä".repeat(200));
    }

    #[test]
    fn nothing_that_is_printed_shows_them() {
        assert_eq!(format!("{:?}", credentials()), "Credentials(hidden)");
    }
}

//! What nobody told us and we had to choose: every guess that is a value stands here. The README lists the others.

/// The key that an order is taken to begin with, where an answer's first order does not say it itself. **A guess**:
/// the samples of the vendor's page begin with it, and nothing promises that.
pub(crate) const FIRST_KEY: &str = "order_number";

/// So many orders are marked by one call. **Our own choice**: the vendor names no limit.
pub const MARKS_MAX: usize = 100;

/// The media type that we ask for and send. **A guess**: the vendor names none.
pub(crate) const JSON: &str = "application/json";

/// Words by which the error of a failed envelope speaks of our credentials. **A guess**: no wording is documented. Too
/// few of them cost failed logins in a row; too many cost a pause that a probe lifts.
const CREDENTIAL_WORDS: [&str; 6] = [
    "credential",
    "login",
    "log in",
    "password",
    "unauthorized",
    "authentication",
];

/// Whether the words of a failed envelope speak of our credentials.
pub(crate) fn speaks_of_credentials(message: &str) -> bool {
    let message = message.to_lowercase();
    CREDENTIAL_WORDS.iter().any(|word| message.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_spoken_of_in_any_letter_case() {
        for message in [
            "Invalid credentials",
            "LOGIN failed",
            "Wrong Password.",
            "401 Unauthorized",
        ] {
            assert!(speaks_of_credentials(message), "{message}");
        }
        for message in ["", "no such company", "export failed", "timed out"] {
            assert!(!speaks_of_credentials(message), "{message}");
        }
    }
}

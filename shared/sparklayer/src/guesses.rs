//! What nobody told us and we had to choose about answers: every such guess that is a value stands here. The guesses
//! about what we send are the fields of [`crate::Options`].

use std::time::Duration;

/// A token's life where its answer does not say it: what the vendor documents.
pub(crate) const TOKEN_LIFE: Duration = Duration::from_secs(3600);
/// So long before its end a token is renewed, but at most a tenth of its life. The vendor says "shortly before".
pub(crate) const RENEW_BEFORE_MAX: Duration = Duration::from_secs(300);

/// Statuses by which the token call refuses the client. **A guess**: none is documented, and all that varies in our
/// request is who we are.
pub(crate) const CLIENT_REFUSED: [u16; 3] = [400, 401, 403];

/// Words by which the problem of a 409 speaks of another write at the same moment. **A guess**: the vendor names the
/// kind ("concurrent update") and no code.
const CONCURRENT_WORDS: [&str; 4] = ["concurren", "been modified", "locked", "try again"];
/// Words by which it speaks of a name that another purchase has. **A guess** likewise.
const CLASH_WORDS: [&str; 3] = ["identifier", "already", "duplicate"];
/// A property below this one is a name of the purchase (vendor notes, section 5).
const IDENTIFIERS: &str = "purchase_identifiers";

/// Keys under which an answer may hold the purchase instead of being it. **A guess**: samples show it bare.
pub(crate) const WRAPPERS: [&str; 2] = ["data", "purchase"];

/// Whether a property that a problem names is a name of the purchase.
pub(crate) fn names_identifiers(property: &str) -> bool {
    property.trim_start_matches('/').starts_with(IDENTIFIERS)
}

/// Whether the words of a 409 speak of another write at the same moment.
pub(crate) fn speaks_of_concurrency(words: &str) -> bool {
    has(words, &CONCURRENT_WORDS)
}

/// Whether the words of a 409 speak of a name that is taken.
pub(crate) fn speaks_of_a_clash(words: &str) -> bool {
    has(words, &CLASH_WORDS)
}

fn has(words: &str, wanted: &[&str]) -> bool {
    let words = words.to_lowercase();
    wanted.iter().any(|word| words.contains(word))
}

/// Who carries a parcel that has a number and no carrier's name. **A guess** that one has to be named at all.
pub(crate) const UNNAMED_CARRIER: &str = "Other";

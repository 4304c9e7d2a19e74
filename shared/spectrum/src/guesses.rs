//! What nobody told us and we had to choose: every such guess that is a value stands here. The README lists the others.

/// So many characters may a text have that we send. **A guess**: the vendor names no limit; [`crate::Options::text_max`]
/// is another one.
pub const TEXT_MAX: usize = 255;

/// So many orders may one call acknowledge. **Our own choice**: the vendor names no limit.
pub const BATCH_MAX: usize = 20;

/// So many characters may a purchase order number have. **Our own choice**: an ERP's number has no more.
pub(crate) const NUMBER_MAX: usize = 64;

/// Whether a number of this character can be asked for in an address. **A guess**: `/`, `\`, `%`, `+`, `:` and their like
/// are known to be refused or changed on the way by servers of the kind that Spectrum's answers look like, and a probe
/// that does not find what is there would double an order.
pub(crate) fn fits_an_address(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | ' ')
}

/// The length of a recipe set's id. The vendor says "8-character alphanumeric" of its storefront (vendor notes, section
/// 3); that all of them are so is **a guess**.
pub(crate) const RECIPE_SET_LENGTH: usize = 8;

/// What the answer to a repeated acknowledgement says (the seed). That every such answer says it is **a guess**.
const ALREADY: &str = "already been submitted";

/// Words by which a 403 speaks of the rate. **A guess**: only the status is documented.
const RATE_WORDS: [&str; 4] = ["rate limit", "ratelimit", "too many", "throttl"];
/// What the names of rate limit headers have in common. **A guess**: the vendor says that there are some, and no name.
const RATE_HEADERS: [&str; 3] = ["ratelimit", "rate-limit", "retry-after"];

/// Keys under which an answer may hold an order, or the list of them, instead of being it. **A guess**.
pub(crate) const WRAPPERS: [&str; 5] = ["data", "order", "orders", "results", "acknowledgements"];

/// The keys of a line's recipe set in an order that is shown. The first two are seen elsewhere; that one of them is here
/// too is **a guess**.
pub(crate) const RECIPE_SET_KEYS: [&str; 2] = ["recipeSetId", "recipeSetReadableId"];

/// The key of the address in an order that is shown. It is seen in the answer of the search; that it is here too is **a
/// guess**.
pub(crate) const ADDRESS_KEY: &str = "shippingAddress";

/// Whether the words of a 409 say that the order was submitted before.
pub(crate) fn says_already(words: &str) -> bool {
    words.to_lowercase().contains(ALREADY)
}

/// Whether the words of a 403 speak of the rate.
pub(crate) fn speaks_of_the_rate(words: &str) -> bool {
    let words = words.to_lowercase();
    RATE_WORDS.iter().any(|word| words.contains(word))
}

/// Whether a header of this name speaks of the rate; names are in lower case.
pub(crate) fn is_rate_header(name: &str) -> bool {
    RATE_HEADERS.iter().any(|part| name.contains(part))
}

//! What nobody told us and we had to choose: every guess that is a value stands here. The README lists the others.

use std::time::Duration;

/// So long after a login the next one has to wait. The vendor says that more than about two tries within 10 s from one
/// address may put it on a black list (notes, section 1); **the other 5 s are our own choice**.
pub const LOGIN_GAP: Duration = Duration::from_secs(15);

/// So many reports are listed at most; the rest comes with the next list, when these are deleted. **Our own choice**.
pub const REPORTS_MAX: usize = 10_000;

/// So many reports we ask for in one page. The reply says how many it gives. **Our own choice**, after the default of
/// the vendor's old WADL.
pub(crate) const PAGE_LIMIT: u64 = 50;

/// The name of the report state that lists ask for, and of the terms of the query (notes, section 2: confirmed).
pub(crate) const QUERY_FIELDS: [&str; 2] = ["partnerId", "state"];

/// Both spellings of a cancelled item. **A guess**: neither was seen anywhere (notes, section 5).
pub(crate) const CANCELLED: [&str; 2] = ["CANCELLED", "CANCELED"];

/// A `Date` header tells whole seconds, cut off.
pub(crate) const DATE_RESOLUTION_MS: i64 = 1_000;

/// As long may a text be that we keep: an id, a correlation, a state; in bytes. **Our own choice**.
pub(crate) const TEXT_BYTES_MAX: usize = 1_000;

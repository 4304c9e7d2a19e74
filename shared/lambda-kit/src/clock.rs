//! The only place where production code reads the clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use order_model::Millis;

/// The time now.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the clock"
)]
pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Whole milliseconds, for the field `duration_ms` of a log line. In 64 bits: a wider number would be logged as text, and
/// no query could add it up.
pub fn whole_ms(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

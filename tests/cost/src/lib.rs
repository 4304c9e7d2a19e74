//! AWS's list prices, in one table, and what counted things come to by them.
//!
//! It counts nothing itself: a [`Usage`] comes from the proxy, the runner and the template. Its quantities are plain
//! floating-point numbers, because they are means and capacities, not an order's money.

mod assumed;
mod item;
mod lambda_log;
mod prices;
mod usage;

pub use assumed::{
    COLD_AFTER_S, EMPTY_POLL_S, IDLE_POLLERS, LOG_EVENT_OVERHEAD, MONTH_DAYS, MONTH_S, VENDOR_CALL_MS,
    empty_polls,
};
pub use item::Item;
pub use lambda_log::{COLD_START_BYTES, INVOCATION_BYTES, INVOCATION_LINES};
pub use prices::{DATE, Known, Price, REGION, TABLE, price};
pub use usage::{Line, Usage};

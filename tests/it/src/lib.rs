//! What the scenarios share: a stack with the template's real durations, functions whose clock can be moved, and the
//! check that every scenario ends with.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a helper of a test fails as the test itself does"
)]

mod ecat;
mod hands;
mod leaves;
mod scene;
mod walk;

pub use ecat::{ecat_key, ecat_order_key};
pub use scene::{Scene, order_key};
pub use walk::{Journey, Spot, Way};

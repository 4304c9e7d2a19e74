//! The bundle's own tests. Each file is one subject.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test itself does"
)]

mod breaks;
mod bundle;
mod confirm;
mod cost;
mod import;
mod memory;
mod pull;
mod recover;
mod sweep;

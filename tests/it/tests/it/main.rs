//! The bundle's own tests. Each file is one subject.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test itself does"
)]

mod acknowledge;
mod breaks;
mod bundle;
mod compares;
mod confirm;
mod cost;
mod customers;
mod decide;
mod ecat;
mod fulfilment;
mod hazards;
mod import;
mod logins;
mod maps;
mod maps_ecat;
mod memory;
mod metrics;
mod notify;
mod publish;
mod pull;
mod recover;
mod report;
mod reports;
mod setup;
mod setup_ecat;
mod setup_fulfilment;
mod setup_spectrum;
mod sweep;
mod watched;

//! What the functions stand on, each part by itself: settings, batches, the deadline, hints, secrets, the gate,
//! logins.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test that called it")]

mod batch;
mod deadline;
mod hints;
mod logged;
mod logins;
mod secrets;
mod settings;
mod vendor_gate;

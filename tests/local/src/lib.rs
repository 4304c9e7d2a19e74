//! The whole bundle on this machine: the real Lambda binaries, the wiring of `template.yaml`, DynamoDB and SQS embedded,
//! strict stand-ins for the vendors and an ERP.
//!
//! `Stack` is what the tests use too; the `local` command plays a run on it and says what happened.

mod binaries;
mod chaos;
mod door;
pub mod leaks;
mod ledger_view;
mod outcome;
mod play;
mod run;
mod say;
mod stack;
mod wiring;

pub use binaries::{Binaries, BuildError};
pub use chaos::odds;
pub use door::open as open_door;
pub use ledger_view::{StateItem, Steps};
pub use outcome::{OrderCost, Report, StepCount};
pub use play::{FIRST, Options, play};
pub use run::keep_running;
pub use say::say;
pub use stack::{Durations, Settings, Stack, StackError};

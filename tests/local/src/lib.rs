//! The whole bundle on this machine: the real Lambda binaries, the wiring of `template.yaml`, DynamoDB and SQS embedded,
//! strict stand-ins for the vendors and an ERP.
//!
//! `Stack` is what the tests use too; the `local` command plays a run on it and says what happened.

mod binaries;
mod chaos;
mod cost;
pub mod dashboard;
mod door;
mod fate;
pub mod leaks;
mod ledger_view;
mod outcome;
mod play;
mod run;
mod say;
mod scenario;
mod stack;
mod wiring;

pub use crate::cost::{Bill, Priced, Tick, counted, price, stored};
pub use binaries::{Binaries, BuildError};
pub use chaos::odds;
pub use door::open as open_door;
pub use ledger_view::{StateItem, Steps};
pub use outcome::{OrderCost, Report, StepCount, StoryLine};
pub use play::{FIRST, Options, play};
pub use run::keep_running;
pub use say::say;
pub use scenario::{DayOptions, repspark_day};
pub use stack::{Durations, Settings, Stack, StackError};

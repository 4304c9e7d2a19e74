//! The whole bundle on this machine: the real Lambda binaries, the wiring of `template.yaml`, DynamoDB and SQS embedded,
//! strict stand-ins for the vendors and an ERP.
//!
//! `Stack` is what the tests use too; the `local` command plays a run on it and says what happened.

mod binaries;
mod chaos;
mod cost;
pub mod dashboard;
mod door;
mod ecat;
mod fate;
mod fulfilment;
pub mod leaks;
mod ledger_view;
mod logins;
mod outcome;
mod play;
mod run;
mod say;
mod scenario;
mod settings;
mod source;
mod stack;
mod vendors;
mod wiring;

pub use crate::cost::{Bill, Priced, PricedOrders, Tick, counted, price, stored};
pub use binaries::{Binaries, BuildError};
pub use chaos::odds;
pub use door::open as open_door;
pub use ecat::EcatFigures;
pub use fulfilment::{CustomFigures, FulfilmentFigures, Life, ShownPackage};
pub use ledger_view::{StateItem, Steps, StoredVersion};
pub use outcome::{FunctionFigures, OrderCost, Report, StepCount, StoryLine};
pub use play::{FIRST, Options, Progress, play};
pub use run::keep_running;
pub use say::say;
pub use scenario::{DayOptions, ecat_day, repspark_day};
pub use settings::{Durations, ECAT_ORG, SPARKLAYER_SITE, SPREADSHIRT_PARTNER, Settings, StackError};
pub use source::Source;
pub use stack::Stack;

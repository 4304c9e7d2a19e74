//! Runs the real Lambda binaries on this machine, as Lambda would: each in a process of its own, driven through the
//! Lambda Runtime API, with a cleaned environment, a deadline, and an end when it is late.
//!
//! [`Runner`] starts, feeds, kills and measures the processes. [`drain_once`] and [`run`] are the event source mapping
//! from a queue to a function; [`schedule`] is EventBridge's. What is held against AWS: one request at a time and one
//! Runtime API per instance, warm instances used again, the shape of an SQS event, and what counts as a failed batch.
//! What is not played: frozen processes between invocations, CPU shares by memory, and the SQS poller's back-off.
//!
//! Nothing stays behind: [`Runner::stop`] ends every process, and so does dropping the last [`Runner`]. Should this
//! process be killed itself, its children lose their Runtime API and end with their present invocation; one whose
//! handler never returns stays.

mod api;
mod batch;
mod capture;
mod instance;
mod mapping;
mod model;
mod process;
mod runner;
mod schedule;
mod task;
mod volume;

pub use batch::{Verdict, event, verdict};
pub use capture::{OutputLine, Stream};
pub use mapping::{Mapping, drain_once, run};
pub use model::{Figures, FunctionSpec, Invocation, Outcome};
pub use runner::Runner;
pub use schedule::schedule;
pub use task::Task;
pub use volume::{LogVolume, Polls};

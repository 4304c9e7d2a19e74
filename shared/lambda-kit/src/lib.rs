#![doc = include_str!("../README.md")]

mod announce;
mod aws;
mod aws_http;
mod batch;
mod caught;
pub mod clock;
mod deadline;
mod hints;
mod http;
mod log;
mod logins;
mod metrics;
mod paused;
mod queue;
mod secrets;
mod settings;
mod start;
mod vendor_gate;
mod words;

pub use announce::{AnnounceError, Announcer, EVENT_SOURCE};
pub use aws::Aws;
pub use batch::{Answer, Batch, Message};
pub use caught::{Panicked, caught};
pub use deadline::Deadline;
pub use hints::{HintError, Hints, QueueDepth};
pub use http::http_client;
pub use lambda_runtime::{Context, Error, LambdaEvent};
pub use logins::{Called, NoCall, Said};
pub use metrics::{Metric, Metrics, NAMESPACE};
pub use queue::{QueueError, queue_messages};
pub use secrets::{SecretError, Secrets, Text};
pub use settings::{Settings, SettingsError, Variables, VendorSettings};
pub use start::{Kit, start};
pub use vendor_gate::VendorGate;
pub use words::Chain;

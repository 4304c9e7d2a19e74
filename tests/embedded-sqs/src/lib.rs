//! A small SQS server in this process, for the local run and the tests.
//!
//! It speaks AWS JSON 1.0, which is what the SDKs speak to SQS. Its time is a [`host::Clock`], so a test can let a
//! visibility timeout pass at once. Every call over HTTP passes the [`host::Gate`] once; the event source mapping takes
//! messages by [`Sqs::receive`], beside the gate.
//!
//! # Where its behaviour comes from
//!
//! * **Documented**: the API reference as printed in `aws-sdk-sqs` 1.119 (limits, which errors, what FIFO promises) and
//!   the SQS developer guide.
//! * **Recorded**: error codes, texts and status codes, and MD5 sums of attributes, which others recorded on real SQS
//!   (`tests/aws/services/sqs/*.snapshot.json` in `localstack/localstack`, 2022 to 2024).
//! * **Guessed**: what is listed under `guesses`, and nowhere else.
//!
//! `tests/against_moto.rs` holds it against moto, an independent implementation, and names each difference.
//!
//! # What it does not play
//!
//! Permissions, encryption, tags, `ReceiveRequestAttemptId`, `CancelMessageMoveTask`, pages of `ListQueues`, the limit of
//! 120,000 messages in flight, the 12 hours that a message may be in flight in all, the 60 seconds after the deletion
//! of a queue, and that a poll sees only some of SQS's servers.

mod attributes;
mod batch;
mod broker;
mod check;
mod error;
mod guesses;
mod http_side;
mod mapping;
mod message;
mod messages;
mod operations;
mod params;
mod queue;
mod queues;
mod redrive;
mod settings;
mod sqs;

pub use error::SqsError;
pub use http_side::serve;
pub use mapping::Received;
pub use queue::Depths;
pub use settings::{QueueSpec, Redrive};
pub use sqs::Sqs;

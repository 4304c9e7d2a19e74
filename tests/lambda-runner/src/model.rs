//! What goes in and what comes out.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

/// A function, as the template describes it.
#[derive(Clone, Debug)]
pub struct FunctionSpec {
    /// Its folder's name.
    pub name: String,
    /// The binary that Lambda would find as `bootstrap`.
    pub binary: PathBuf,
    /// Its settings. Nothing else of this process's environment reaches it, but for what Lambda itself sets.
    pub environment: BTreeMap<String, String>,
    /// How long one invocation may take, in real time, whatever the clock of the test says.
    pub timeout: Duration,
    /// What it is told about its memory, in MB. Nothing holds it to that; see `Runner::peak_memory_kib`.
    pub memory_mb: u64,
    /// How many instances may live at once (reserved concurrency); 0 counts as 1.
    pub max_instances: usize,
}

/// How one invocation went.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// Its end.
    pub outcome: Outcome,
    /// From handing out the event to the answer (or to the process's end), without the cold start.
    pub took: Duration,
    /// The cold start before it, if there was one: from starting the process to its first call of `next`.
    pub init: Option<Duration>,
}

/// The end of an invocation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The handler's answer.
    Ok(Value),
    /// The handler's error document: `errorType`, `errorMessage`.
    Error(Value),
    /// The process ended before it answered, or was killed at any time; with its exit status.
    Crashed(String),
    /// The process was late and was killed.
    TimedOut,
    /// The process did not get as far as asking for work; with the reason.
    InitFailed(String),
}

/// Sums over a function's invocations since the runner began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Invocations begun.
    pub invocations: u64,
    /// Ended with [`Outcome::Error`].
    pub errors: u64,
    /// Ended with [`Outcome::Crashed`].
    pub crashes: u64,
    /// Ended with [`Outcome::TimedOut`].
    pub timeouts: u64,
    /// Ended with [`Outcome::InitFailed`].
    pub init_failures: u64,
    /// Processes that came to ask for work.
    pub cold_starts: u64,
    /// Sum of [`Invocation::took`], in milliseconds, each rounded down.
    pub total_ms: u64,
    /// Sum of [`Invocation::init`], in milliseconds, each rounded down.
    pub init_ms: u64,
    /// What Lambda would bill, in milliseconds: each invocation with the cold start before it, rounded up. (A cold start
    /// is billed: <https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase>.)
    pub billed_ms: u64,
    /// Of the invocations, those that a schedule began.
    pub scheduled: u64,
}

impl Invocation {
    /// One that never reached a handler.
    pub(crate) fn init_failed(reason: impl Into<String>) -> Self {
        Self::unstarted(Outcome::InitFailed(reason.into()))
    }

    /// One that ended before the event was handed out.
    pub(crate) fn unstarted(outcome: Outcome) -> Self {
        Self {
            outcome,
            took: Duration::ZERO,
            init: None,
        }
    }
}

impl Outcome {
    /// What Lambda's own log would say of it; the handler's answers and errors are the function's to log.
    pub(crate) fn remark(&self) -> Option<String> {
        match self {
            Self::Ok(_) | Self::Error(_) => None,
            Self::Crashed(status) => Some(format!("the process ended before it answered: {status}")),
            Self::TimedOut => Some("the process was late and was killed".to_owned()),
            Self::InitFailed(reason) => Some(format!("the process did not start: {reason}")),
        }
    }
}

impl Figures {
    pub(crate) fn add(&mut self, invocation: &Invocation) {
        match invocation.outcome {
            Outcome::Ok(_) => {}
            Outcome::Error(_) => self.errors += 1,
            Outcome::Crashed(_) => self.crashes += 1,
            Outcome::TimedOut => self.timeouts += 1,
            Outcome::InitFailed(_) => self.init_failures += 1,
        }
        self.total_ms += milliseconds(invocation.took);
        self.billed_ms += milliseconds_begun(invocation.took + invocation.init.unwrap_or_default());
        if let Some(init) = invocation.init {
            self.cold_starts += 1;
            self.init_ms += milliseconds(init);
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn milliseconds_begun(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}

/// A document that the function posted; an empty one is `null`, and one that is not JSON is an error, as on Lambda.
pub(crate) fn answered(body: &[u8]) -> Outcome {
    if body.is_empty() {
        return Outcome::Ok(Value::Null);
    }
    match serde_json::from_slice(body) {
        Ok(value) => Outcome::Ok(value),
        Err(_) => Outcome::Error(json!({
            "errorType": "Runtime.InvalidResponse",
            "errorMessage": "the response is not JSON",
        })),
    }
}

/// The error document that the function posted; one that is not JSON is kept as text.
pub(crate) fn failed(body: &[u8]) -> Outcome {
    Outcome::Error(document(body))
}

/// A posted document, or its text where it is not JSON.
pub(crate) fn document(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()))
}

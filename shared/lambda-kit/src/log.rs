//! Logging: one JSON object a line, on standard output, where Lambda collects it.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Crates that say nothing, because what they say may repeat a request.
const SILENT: [&str; 7] = [
    "aws_smithy_runtime",
    "aws_sdk_dynamodb",
    "aws_sdk_sqs",
    "aws_config",
    "hyper",
    "reqwest",
    "rustls",
];

/// Sets logging up. Ours are heard from `INFO`; the SDK's own crates are silent.
pub(crate) fn start() {
    let heard = Targets::new()
        .with_default(LevelFilter::INFO)
        .with_targets(SILENT.map(|target| (target, LevelFilter::OFF)))
        .with_target("lambda_runtime", LevelFilter::ERROR);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        // Lambda stamps each line with the time itself.
        .without_time();
    let _ = tracing_subscriber::registry().with(heard).with(lines).try_init();
}

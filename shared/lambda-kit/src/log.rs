//! Logging: one JSON object a line, on standard output, where Lambda collects it.

use tracing_subscriber::EnvFilter;

/// Sets logging up. Libraries are heard from `WARN` on, ours from `INFO`; the SDK's own crates are silent, because what
/// they say may repeat a request.
pub(crate) fn start() {
    let filter = EnvFilter::new(
        "info,aws_smithy_runtime=off,aws_sdk_dynamodb=off,aws_sdk_sqs=off,aws_config=off,hyper=off,reqwest=off,rustls=off,lambda_runtime=error",
    );
    let _ = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .with_env_filter(filter)
        // Lambda stamps each line with the time itself.
        .without_time()
        .try_init();
}

//! A queue, as far as a check of the set-up looks at it.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::QueueAttributeName;

/// A queue that did not say how full it is; its code, never its message.
#[derive(Debug, thiserror::Error)]
#[error("the queue did not say how full it is: {code}")]
pub struct QueueError {
    code: String,
}

/// The messages in a queue that nobody holds: visible and delayed ones. Changes nothing.
pub async fn queue_messages(client: &Client, url: &str) -> Result<u64, QueueError> {
    let names = [
        QueueAttributeName::ApproximateNumberOfMessages,
        QueueAttributeName::ApproximateNumberOfMessagesDelayed,
    ];
    let call = client.get_queue_attributes().queue_url(url);
    let answer = call.set_attribute_names(Some(names.to_vec())).send().await;
    let answer = answer.map_err(|error| QueueError {
        code: error
            .as_service_error()
            .and_then(ProvideErrorMetadata::code)
            .unwrap_or("no answer")
            .to_owned(),
    })?;
    let count = |name: &QueueAttributeName| -> Option<u64> { answer.attributes()?.get(name)?.parse().ok() };
    Ok(names.iter().filter_map(count).sum())
}

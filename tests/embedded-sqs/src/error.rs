//! What SQS says when it refuses.

use crate::guesses::{FOREIGN, OWN};

/// An error as a client sees it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sqs refuses with {code}: {message}")]
pub struct SqsError {
    /// The code by which SDKs know the error; it travels in the header `x-amzn-query-error`.
    pub code: &'static str,
    /// The text that goes with it.
    pub message: String,
    /// The HTTP status.
    pub status: u16,
}

impl SqsError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        let status = match code {
            "AWS.SimpleQueueService.PurgeQueueInProgress" => 403,
            "ResourceNotFoundException" => 404,
            "InternalFailure" => 500,
            _ => 400,
        };
        Self {
            code,
            message: message.into(),
            status,
        }
    }

    pub(crate) fn no_queue() -> Self {
        Self::new(
            "AWS.SimpleQueueService.NonExistentQueue",
            "The specified queue does not exist.",
        )
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        Self::new(
            "MissingParameter",
            format!("The request must contain the parameter {parameter}."),
        )
    }

    pub(crate) fn parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterValue", message)
    }

    pub(crate) fn value(value: impl std::fmt::Display, parameter: &str, reason: &str) -> Self {
        Self::parameter(format!(
            "Value {value} for parameter {parameter} is invalid. Reason: {reason}"
        ))
    }

    pub(crate) fn bad_handle(handle: &str) -> Self {
        Self::new(
            "ReceiptHandleIsInvalid",
            format!("The input receipt handle \"{handle}\" is not a valid receipt handle."),
        )
    }

    pub(crate) fn expired(handle: &str) -> Self {
        Self::value(handle, "ReceiptHandle", "The receipt handle has expired.")
    }

    /// The error's name in the body's `__type`, which differs from [`SqsError::code`] since SQS left its query protocol.
    pub fn kind(&self) -> String {
        match self.code {
            "AWS.SimpleQueueService.NonExistentQueue" => format!("{OWN}QueueDoesNotExist"),
            "QueueAlreadyExists" => format!("{OWN}QueueNameExists"),
            "InvalidParameterValue" => format!("{FOREIGN}InvalidParameterValueException"),
            "MissingParameter" => format!("{FOREIGN}MissingRequiredParameterException"),
            "SerializationException" | "UnknownOperationException" | "InternalFailure" => {
                format!("{FOREIGN}{}", self.code)
            }
            code => format!("{OWN}{}", code.trim_start_matches("AWS.SimpleQueueService.")),
        }
    }

    /// Whether the caller is to blame, and not the service.
    pub fn is_senders(&self) -> bool {
        self.status < 500
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_the_name_that_was_recorded_beside_its_code() {
        for (code, kind) in [
            (
                "AWS.SimpleQueueService.NonExistentQueue",
                "com.amazonaws.sqs#QueueDoesNotExist",
            ),
            (
                "AWS.SimpleQueueService.BatchRequestTooLong",
                "com.amazonaws.sqs#BatchRequestTooLong",
            ),
            ("QueueAlreadyExists", "com.amazonaws.sqs#QueueNameExists"),
            ("InvalidAttributeName", "com.amazonaws.sqs#InvalidAttributeName"),
            (
                "InvalidParameterValue",
                "com.amazon.coral.service#InvalidParameterValueException",
            ),
            (
                "MissingParameter",
                "com.amazon.coral.service#MissingRequiredParameterException",
            ),
        ] {
            assert_eq!(SqsError::new(code, "").kind(), kind);
        }
    }

    #[test]
    fn a_second_purge_within_a_minute_is_forbidden_rather_than_bad() {
        assert_eq!(
            SqsError::new("AWS.SimpleQueueService.PurgeQueueInProgress", "").status,
            403
        );
    }
}

//! What a request asks for: the service and operation in `X-Amz-Target`, the access key in `Authorization`.

use http::HeaderMap;
use serde_json::Value;

/// The services behind the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    DynamoDb,
    Sqs,
    SecretsManager,
    Events,
}

impl Service {
    /// The name that IAM, the gate and the bill use.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb",
            Self::Sqs => "sqs",
            Self::SecretsManager => "secretsmanager",
            Self::Events => "events",
        }
    }
}

/// A call whose caller is known and whose policy allows it.
#[derive(Debug)]
pub(crate) struct AwsCall {
    pub(crate) service: Service,
    pub(crate) operation: String,
    pub(crate) body: Value,
    /// The calling function's name.
    pub(crate) caller: String,
}

/// Reads `X-Amz-Target`; `None` is an operation that nothing here knows.
pub(crate) fn target(headers: &HeaderMap) -> Option<(Service, &str)> {
    let (prefix, operation) = headers.get("x-amz-target")?.to_str().ok()?.split_once('.')?;
    match prefix {
        "DynamoDB_20120810" => Some((Service::DynamoDb, operation)),
        "AmazonSQS" => Some((Service::Sqs, operation)),
        "secretsmanager" if operation == "GetSecretValue" => Some((Service::SecretsManager, operation)),
        "AWSEvents" if operation == "PutEvents" => Some((Service::Events, operation)),
        _ => None,
    }
}

/// The access key of a SigV4 header: `AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/dynamodb/aws4_request, …`.
pub(crate) fn access_key(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
    let (_, rest) = header.split_once("Credential=")?;
    let end = rest.find(['/', ',', ' ']).unwrap_or(rest.len());
    Some(&rest[..end])
}

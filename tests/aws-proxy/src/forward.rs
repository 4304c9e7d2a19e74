//! Hands a DynamoDB request on to the embedded dynoxide.

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// dynoxide checks that a signature is there and whole, never that it is right.
const SIGNATURE: &str = "AWS4-HMAC-SHA256 Credential=proxy/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";

/// Why dynoxide's answer did not come.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ForwardError {
    #[error("failed to make the request to the embedded dynamodb")]
    Request(#[from] http::Error),
    #[error("the embedded dynamodb did not answer")]
    Unreachable(#[from] hyper_util::client::legacy::Error),
    #[error("the embedded dynamodb's answer broke off")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The way to the embedded dynoxide.
///
/// It is hyper's own client, because reqwest cannot be made here without a TLS provider and would ask the environment
/// for a proxy.
pub(crate) struct Forwarder {
    client: Client<HttpConnector, Full<Bytes>>,
    to: Uri,
}

impl Forwarder {
    /// Forwards to this address.
    pub(crate) fn new(to: Uri) -> Self {
        Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
            to,
        }
    }

    /// Sends `body` with the original request's `x-amz-*` headers and returns the whole answer.
    pub(crate) async fn send(
        &self,
        headers: &HeaderMap,
        body: &Value,
    ) -> Result<Response<Bytes>, ForwardError> {
        let mut request = Request::post(self.to.clone()).body(Full::new(Bytes::from(body.to_string())))?;
        let out = request.headers_mut();
        out.insert("x-amz-date", HeaderValue::from_static("20260101T000000Z"));
        for (name, value) in headers {
            if name.as_str().starts_with("x-amz-") || name == CONTENT_TYPE {
                out.insert(name.clone(), value.clone());
            }
        }
        out.insert(AUTHORIZATION, HeaderValue::from_static(SIGNATURE));
        let (head, incoming) = self.client.request(request).await?.into_parts();
        let whole = incoming
            .collect()
            .await
            .map_err(|e| ForwardError::Broken(e.into()))?;
        Ok(Response::from_parts(head, whole.to_bytes()))
    }
}

//! The SDK's calls over the HTTP client that the vendors' calls use.
//!
//! A second client would bring HTTP/2 along, and read the machine's certificates again for each service: a megabyte in
//! each binary, and most of the time of a start.

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;

/// The client as the SDK takes it. Time limits are the SDK's own; its connect timeout is the client's.
pub(crate) fn sdk_client(http: reqwest::Client) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(Connector(http));
    http_client_fn(move |_, _| connector.clone())
}

#[derive(Debug)]
struct Connector(reqwest::Client);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(call(self.0.clone(), request))
    }
}

async fn call(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let request = request
        .try_into_http1x()
        .map_err(|error| ConnectorError::user(error.into()))?
        .map(|body| body.bytes().map(<[u8]>::to_vec));
    let (head, body) = request.into_parts();
    // The services here speak JSON, which the SDK holds in memory.
    let body = body.ok_or_else(|| ConnectorError::user("a streamed body can't be sent".into()))?;
    let request = reqwest::Request::try_from(http::Request::from_parts(head, body))
        .map_err(|error| ConnectorError::user(error.into()))?;
    let response = http.execute(request).await.map_err(lost)?;
    let mut answer = http::Response::new(());
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    let body = SdkBody::from(response.bytes().await.map_err(lost)?);
    HttpResponse::try_from(answer.map(|()| body)).map_err(|error| ConnectorError::other(error.into(), None))
}

/// A call without a whole answer, in the SDK's terms: it tries again after both.
fn lost(error: reqwest::Error) -> ConnectorError {
    if error.is_timeout() {
        ConnectorError::timeout(error.into())
    } else {
        ConnectorError::io(error.into())
    }
}

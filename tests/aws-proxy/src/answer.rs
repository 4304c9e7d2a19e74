//! How answers look on the wire: AWS JSON, with the error's name in `__type`.

use std::sync::atomic::{AtomicU64, Ordering};

use host::{Body, Reply};
use http::{HeaderName, HeaderValue, Response};
use serde_json::{Value, json};

/// Where AWS puts the id of a request.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// A request id that no other answer of this process carries.
pub(crate) fn request_id() -> HeaderValue {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let text = format!(
        "00000000-0000-4000-8000-{:012x}",
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("unnumbered"))
}

/// A successful answer in AWS JSON 1.1, which Secrets Manager and EventBridge speak.
pub(crate) fn found(value: &Value) -> Reply {
    dress(host::json(200, value))
}

/// An error by its name. SDKs take what follows the `#` in `kind`, so a bare name does as well.
pub(crate) fn error(status: u16, kind: &str, message: &str) -> Reply {
    dress(host::json(status, &json!({ "__type": kind, "message": message })))
}

fn dress(mut response: Response<Body>) -> Reply {
    response.headers_mut().insert(REQUEST_ID, request_id());
    let kind = HeaderValue::from_static("application/x-amz-json-1.1");
    response.headers_mut().insert(http::header::CONTENT_TYPE, kind);
    Reply::Answer(response)
}

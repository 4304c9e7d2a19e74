//! SQS over HTTP: requests in, answers out, and faults shown.

use std::io;
use std::net::SocketAddr;

use bytes::Bytes;
use host::{Body, Call, Fault, Reply, Server};
use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::error::SqsError;
use crate::operations;
use crate::sqs::Sqs;

/// Serves this SQS alone on an address (port 0: any free one), and has its queues' URLs begin with that address.
///
/// A caller is named by its user agent, `order-relay/<function>`.
pub async fn serve(sqs: Sqs, address: SocketAddr) -> io::Result<Server> {
    let answering = sqs.clone();
    let server = host::serve(address, move |request| {
        let sqs = answering.clone();
        async move { sqs.answer(&request, caller(request.headers())).await }
    })
    .await?;
    sqs.set_base_url(&server.url());
    Ok(server)
}

fn caller(headers: &HeaderMap) -> &str {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    agent.strip_prefix("order-relay/").unwrap_or(agent)
}

impl Sqs {
    /// Answers a request in AWS JSON. It passes the gate once, as a call of `caller` to `sqs` about the queue's name,
    /// whatever it asks for; the fault that the gate decides on is shown.
    pub async fn answer(&self, request: &Request<Bytes>, caller: &str) -> Reply {
        let operation = operation(request.headers());
        let parsed = serde_json::from_slice::<Value>(request.body())
            .ok()
            .filter(Value::is_object);
        let subject = parsed.as_ref().map(operations::subject).unwrap_or_default();
        let fault = self.gate().judge(Call {
            service: "sqs",
            operation,
            subject,
            caller,
        });
        match fault {
            Some(Fault::LostRequest | Fault::KilledBefore) => return Reply::Drop,
            Some(Fault::ServerError) => {
                let text =
                    "The request processing has failed because of an unknown error, exception or failure.";
                return refuse(&SqsError::new("InternalFailure", text)).into();
            }
            Some(Fault::Throttled) => {
                return refuse(&SqsError::new("RequestThrottled", "Request is throttled.")).into();
            }
            _ => {}
        }
        let in_part = fault == Some(Fault::PartialBatch) && operation.ends_with("Batch");
        let answer = match parsed {
            Some(body) => self.perform_waiting(operation, &body, in_part).await,
            None => Err(SqsError::new(
                "SerializationException",
                "The request body is not a JSON object.",
            )),
        };
        let response = answer.map_or_else(|error| refuse(&error), |answer| dress(host::json(200, &answer)));
        match fault {
            None => response.into(),
            Some(Fault::PartialBatch) if in_part => response.into(),
            Some(Fault::CutBody) => cut(response).await,
            // What cannot be shown here is a lost reply.
            Some(_) => Reply::Drop,
        }
    }
}

fn operation(headers: &HeaderMap) -> &str {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    target.strip_prefix("AmazonSQS.").unwrap_or_default()
}

/// An error's answer. SDKs take the code from `x-amzn-query-error`, because SQS spoke another protocol once and has
/// kept its codes (trait `awsQueryCompatible` of the service's model).
fn refuse(error: &SqsError) -> Response<Body> {
    let mut response = dress(host::json(
        error.status,
        &json!({ "__type": error.kind(), "message": error.message }),
    ));
    let side = if error.is_senders() { "Sender" } else { "Receiver" };
    if let Ok(value) = HeaderValue::from_str(&format!("{};{side}", error.code)) {
        response.headers_mut().insert("x-amzn-query-error", value);
    }
    response
}

fn dress(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-amz-json-1.0"),
    );
    if let Ok(id) = HeaderValue::from_str(&Uuid::new_v4().to_string()) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}

/// The same answer, whose body promises its whole length and breaks off in the middle.
async fn cut(response: Response<Body>) -> Reply {
    let (mut head, body) = response.into_parts();
    let Ok(whole) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        return Reply::Drop;
    };
    head.headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let half = Frame::data(whole.slice(..whole.len() / 2));
    let broken = futures::stream::iter([Ok(half), Err(io::Error::other("cut on purpose"))]);
    Reply::Answer(Response::from_parts(head, StreamBody::new(broken).boxed_unsync()))
}

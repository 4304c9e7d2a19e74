//! DynamoDB: the gate, the way to dynoxide, and how each fault shows.

use std::sync::atomic::Ordering;

use bytes::Bytes;
use host::{Call, Fault, Reply};
use http::{HeaderMap, HeaderName, Response, StatusCode};
use serde_json::{Value, json};

use crate::answer;
use crate::batch::{self, Halves};
use crate::call::AwsCall;
use crate::forward::ForwardError;
use crate::meter;
use crate::shared::Shared;
use crate::writes::subject;

const CHECKSUM: HeaderName = HeaderName::from_static("x-amz-crc32");

/// Answers a DynamoDB call that its function may make.
pub(crate) async fn answer(shared: &Shared, call: &AwsCall, headers: &HeaderMap) -> Reply {
    let fault = shared.gate.judge(Call {
        service: call.service.name(),
        operation: &call.operation,
        subject: &subject(&call.operation, &call.body),
        caller: &call.caller,
    });
    match (fault, batch::left_over_name(&call.operation)) {
        (None, _) => reply(perform(shared, call, headers, &call.body).await),
        (Some(Fault::LostRequest | Fault::KilledBefore), _) => Reply::Drop,
        (Some(Fault::Throttled), _) => throttled(shared),
        (Some(Fault::ServerError), _) => server_error("drawn by the gate"),
        (Some(Fault::PartialBatch), Some(left_over)) => part(shared, call, headers, left_over).await,
        (Some(_), _) => {
            // The effect takes place and the answer, whatever it is, does not arrive.
            let _ = perform(shared, call, headers, &call.body).await;
            Reply::Drop
        }
    }
}

/// Does the first half of a batch. A batch of which nothing can be done is throttled as a whole (API reference,
/// BatchWriteItem and BatchGetItem).
async fn part(shared: &Shared, call: &AwsCall, headers: &HeaderMap, left_over: &str) -> Reply {
    let Halves { done, left } = batch::halve(&call.body);
    let Some(done) = done else {
        return throttled(shared);
    };
    let performed = perform(shared, call, headers, &done).await.map(|response| {
        let Ok(mut value) = serde_json::from_slice::<Value>(response.body()) else {
            return response;
        };
        if !response.status().is_success() {
            return response;
        }
        batch::leave(&mut value, left_over, left);
        let mut response = response.map(|_| Bytes::from(value.to_string()));
        response.headers_mut().remove(CHECKSUM);
        response.headers_mut().remove(http::header::CONTENT_LENGTH);
        response
    });
    reply(performed)
}

/// Forwards `body` and bills what it consumed.
async fn perform(
    shared: &Shared,
    call: &AwsCall,
    headers: &HeaderMap,
    body: &Value,
) -> Result<Response<Bytes>, ForwardError> {
    let mut sent = body.clone();
    if meter::is_metered(&call.operation) && sent.is_object() {
        sent["ReturnConsumedCapacity"] = json!("INDEXES");
    }
    let response = shared.forwarder.send(headers, &sent).await?;
    let value = serde_json::from_slice::<Value>(response.body()).unwrap_or_default();
    if response.status() == StatusCode::OK {
        meter::answered(shared, call, &sent, &value);
    } else if value["__type"]
        .as_str()
        .is_some_and(|kind| kind.ends_with("ConditionalCheckFailedException"))
    {
        meter::condition_refused(shared, call);
    }
    Ok(response)
}

fn reply(performed: Result<Response<Bytes>, ForwardError>) -> Reply {
    let response = match performed {
        Ok(response) => response,
        Err(error) => return server_error(&error.to_string()),
    };
    let (head, bytes) = response.into_parts();
    let mut response = Response::new(host::body(bytes));
    *response.status_mut() = head.status;
    let kept = [http::header::CONTENT_TYPE, CHECKSUM, answer::REQUEST_ID];
    for name in kept {
        if let Some(value) = head.headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
        .headers_mut()
        .entry(answer::REQUEST_ID)
        .or_insert_with(answer::request_id);
    Reply::Answer(response)
}

/// DynamoDB has two throttling errors; a client must know both.
fn throttled(shared: &Shared) -> Reply {
    let kind = match shared.throttles.fetch_add(1, Ordering::SeqCst) % 2 {
        0 => "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        _ => "com.amazon.coral.availability#ThrottlingException",
    };
    answer::error(
        400,
        kind,
        "Throughput exceeds the current capacity of your table or index.",
    )
}

fn server_error(why: &str) -> Reply {
    let kind = "com.amazonaws.dynamodb.v20120810#InternalServerError";
    answer::error(500, kind, &format!("Internal server error: {why}"))
}

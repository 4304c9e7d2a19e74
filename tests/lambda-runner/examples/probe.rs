//! A function that does what its event says: what the runner's own tests run.
//!
//! Started with `PROBE_INIT=exit` or `PROBE_INIT=refuse` it fails before it asks for work.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let settings: Vec<(String, String)> = std::env::vars().collect();
    let init = settings
        .iter()
        .find(|(name, _)| name == "PROBE_INIT")
        .map(|(_, value)| value.as_str());
    match init {
        Some("exit") => std::process::exit(3),
        Some("refuse") => return refuse().await,
        _ => {}
    }
    let begun = Instant::now();
    lambda_runtime::run(service_fn(move |event| handle(event, begun))).await
}

async fn handle(event: LambdaEvent<Value>, begun: Instant) -> Result<Value, Error> {
    let (payload, context) = event.into_parts();
    if payload.get("Records").is_some() {
        return Ok(batch(&payload));
    }
    match payload["do"].as_str().unwrap_or("echo") {
        "error" => Err("the handler says no".into()),
        "panic" => panic!("the handler panics"),
        "exit" => std::process::exit(7),
        "hang" => std::future::pending().await,
        "call" => call(payload["address"].as_str().unwrap_or_default()).await,
        "say" => {
            println!("to be seen");
            eprint!("without an end");
            Ok(Value::Null)
        }
        "say and exit" => {
            print!("last words");
            std::io::Write::flush(&mut std::io::stdout())?;
            std::process::exit(7)
        }
        "environment" => Ok(json!(
            std::env::vars().collect::<std::collections::BTreeMap<_, _>>()
        )),
        "clock" => Ok(json!({
            "wall_ms": wall_ms(),
            "monotonic_ms": u64::try_from(begun.elapsed().as_millis())?,
        })),
        _ => Ok(json!({
            "payload": payload,
            "pid": std::process::id(),
            "request_id": context.request_id,
            "deadline_ms": context.deadline,
            "arn": context.invoked_function_arn,
        })),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this program is there to show what the process's clock says"
)]
fn wall_ms() -> u128 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_millis()
}

/// Messages whose body is `fail` fail; one of `crash` ends the process; one of `garble` spoils the answer.
fn batch(event: &Value) -> Value {
    let records = event["Records"].as_array().cloned().unwrap_or_default();
    if records.iter().any(|record| record["body"] == "crash") {
        std::process::exit(7);
    }
    if records.iter().any(|record| record["body"] == "garble") {
        return json!({ "batchItemFailures": [{ "itemIdentifier": "" }] });
    }
    let failures: Vec<Value> = records
        .iter()
        .filter(|record| record["body"] == "fail")
        .map(|record| json!({ "itemIdentifier": record["messageId"] }))
        .collect();
    json!({ "batchItemFailures": failures })
}

/// Calls something outside, with its own process id in the path.
async fn call(address: &str) -> Result<Value, Error> {
    let pid = std::process::id();
    post(address, &format!("/{pid}"), "").await?;
    Ok(json!({ "pid": pid }))
}

/// Says that it cannot start, as a runtime does that knows how to.
async fn refuse() -> Result<(), Error> {
    let address = std::env::vars()
        .find(|(name, _)| name == "AWS_LAMBDA_RUNTIME_API")
        .map(|(_, value)| value);
    let document = json!({ "errorType": "Probe.Refused", "errorMessage": "no" }).to_string();
    post(
        &address.unwrap_or_default(),
        "/2018-06-01/runtime/init/error",
        &document,
    )
    .await?;
    Err("refused".into())
}

async fn post(address: &str, path: &str, body: &str) -> Result<(), Error> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    let head = format!("POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    stream
        .write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes())
        .await?;
    stream.read_to_end(&mut Vec::new()).await?;
    Ok(())
}

//! The Lambda Runtime API, one listener per instance.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use host::Reply;
use http::{HeaderMap, HeaderValue, Request};
use serde_json::json;
use tokio::sync::{Mutex, mpsc};

/// An invocation, as `next` hands it out.
#[derive(Debug)]
pub(crate) struct Job {
    /// The request id, which comes back in the answer's path.
    pub(crate) id: String,
    /// When it must be done: milliseconds since 1970.
    pub(crate) deadline_ms: i64,
    /// The function's ARN.
    pub(crate) arn: String,
    /// The event.
    pub(crate) payload: Bytes,
}

/// What the process said, in its order.
#[derive(Debug)]
pub(crate) enum Said {
    /// It asks for work.
    Next,
    /// The handler's answer to the invocation of this id.
    Response(String, Bytes),
    /// The handler's error for the invocation of this id.
    Error(String, Bytes),
    /// It cannot start.
    InitError(Bytes),
}

/// One instance's Runtime API. Dropping it closes the port, and a process that waits for work ends.
#[derive(Debug)]
pub(crate) struct Api {
    server: host::Server,
    jobs: mpsc::Sender<Job>,
    said: mpsc::UnboundedReceiver<Said>,
}

/// The instance's side of the two channels.
#[derive(Debug)]
struct Line {
    jobs: Mutex<mpsc::Receiver<Job>>,
    said: mpsc::UnboundedSender<Said>,
}

impl Api {
    /// Listens on a free port of the loopback.
    pub(crate) async fn open() -> io::Result<Self> {
        let (jobs, waiting) = mpsc::channel(1);
        let (say, said) = mpsc::unbounded_channel();
        let line = Arc::new(Line {
            jobs: Mutex::new(waiting),
            said: say,
        });
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = host::serve(address, move |request| answer(Arc::clone(&line), request)).await?;
        Ok(Self { server, jobs, said })
    }

    /// What `AWS_LAMBDA_RUNTIME_API` says.
    pub(crate) fn address(&self) -> String {
        self.server.address().to_string()
    }

    /// Leaves a job for the process to fetch.
    pub(crate) async fn hand_out(&self, job: Job) {
        // The receiver lives as long as the server, which is ours: this cannot fail.
        let _ = self.jobs.send(job).await;
    }

    /// The next thing that the process says; waits for ever when it says nothing.
    pub(crate) async fn listen(&mut self) -> Said {
        match self.said.recv().await {
            Some(said) => said,
            // The sender lives as long as the server, which is ours.
            None => std::future::pending().await,
        }
    }
}

async fn answer(line: Arc<Line>, request: Request<Bytes>) -> Reply {
    let (head, body) = request.into_parts();
    let parts: Vec<&str> = head.uri.path().split('/').skip(1).collect();
    let said = match (head.method.as_str(), parts.as_slice()) {
        ("GET", ["2018-06-01", "runtime", "invocation", "next"]) => return next(&line).await,
        ("POST", ["2018-06-01", "runtime", "invocation", id, "response"]) => {
            Said::Response((*id).to_owned(), body)
        }
        ("POST", ["2018-06-01", "runtime", "invocation", id, "error"]) => Said::Error((*id).to_owned(), body),
        ("POST", ["2018-06-01", "runtime", "init", "error"]) => Said::InitError(body),
        _ => {
            return host::json(
                404,
                &json!({"errorType": "NotFound", "errorMessage": "no such call"}),
            )
            .into();
        }
    };
    let _ = line.said.send(said);
    host::json(202, &json!({"status": "OK"})).into()
}

async fn next(line: &Line) -> Reply {
    let _ = line.said.send(Said::Next);
    // No job comes when the instance has ended.
    let Some(job) = line.jobs.lock().await.recv().await else {
        return Reply::Drop;
    };
    let mut response = http::Response::new(host::body(job.payload));
    let headers = response.headers_mut();
    headers.insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert("lambda-runtime-deadline-ms", HeaderValue::from(job.deadline_ms));
    put(headers, "lambda-runtime-aws-request-id", &job.id);
    put(headers, "lambda-runtime-invoked-function-arn", &job.arn);
    response.into()
}

/// Ids and ARNs are plain ASCII; one that is not stays out, and the runtime complains of its absence.
fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

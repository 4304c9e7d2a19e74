//! One instance of a function: a process and the Runtime API that it alone talks to.

use std::path::Path;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::process::Command;
use tokio::time::timeout;

use crate::api::{Api, Job, Said};
use crate::capture::Output;
use crate::model::{FunctionSpec, Outcome, answered, document, failed};
use crate::process::Process;

/// Lambda gives the initialisation ten seconds of its own.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
const INIT_LIMIT: Duration = Duration::from_secs(10);

/// Where everything here lives; the account is nobody's, and the one that the queues have.
pub(crate) const REGION: &str = "us-east-1";
pub(crate) const ACCOUNT: &str = "000000000000";

/// The clock shim for a process: the library, and the file it reads.
#[derive(Clone, Copy)]
pub(crate) struct Shim<'a> {
    pub(crate) library: &'a Path,
    pub(crate) file: &'a Path,
}

pub(crate) struct Instance {
    api: Api,
    process: Arc<Process>,
    begun: Instant,
    /// Whether it asks for work right now.
    waiting: bool,
}

impl Instance {
    /// Starts the process; it has not asked for work yet.
    pub(crate) async fn start(
        spec: &FunctionSpec,
        shim: Option<Shim<'_>>,
        output: &Output,
    ) -> Result<Self, String> {
        let api = Api::open()
            .await
            .map_err(|error| format!("no port for the Runtime API of {}: {error}", spec.name))?;
        let command = command(spec, shim, &api.address());
        let process = Process::start(command, &spec.name, output)
            .map_err(|error| format!("{} could not be started: {error}", spec.binary.display()))?;
        Ok(Self {
            api,
            process: Arc::new(process),
            begun: Instant::now(),
            waiting: false,
        })
    }

    pub(crate) fn process(&self) -> Arc<Process> {
        Arc::clone(&self.process)
    }

    /// Whether it can be given another invocation.
    pub(crate) fn is_usable(&self) -> bool {
        self.waiting && !self.process.is_gone()
    }

    /// Waits until it asks for work for the first time; answers how long that took from its start.
    pub(crate) async fn ready(&mut self) -> Result<Duration, Outcome> {
        let process = self.process();
        let first = timeout(INIT_LIMIT, async {
            tokio::select! {
                biased;
                said = self.api.listen() => Ok(said),
                status = process.exited() => Err(status),
            }
        });
        let reason = match first.await {
            Ok(Ok(Said::Next)) => {
                self.waiting = true;
                return Ok(self.begun.elapsed());
            }
            Ok(Ok(Said::InitError(body))) => format!("it says: {}", document(&body)),
            Ok(Ok(said)) => format!("it answered what nobody asked: {said:?}"),
            Ok(Err(status)) if by_signal(status) => return Err(Outcome::Crashed(describe(status))),
            Ok(Err(status)) => format!("it ended before it asked for work, {}", describe(status)),
            Err(_) => format!("it did not ask for work within {} s", INIT_LIMIT.as_secs()),
        };
        self.process.kill();
        Err(Outcome::InitFailed(reason))
    }

    /// Runs one invocation; answers how it ended and how long that took.
    ///
    /// It returns when the process asks for work again, as an instance on Lambda is free only then: whatever a handler
    /// still does after its answer belongs to this invocation, and falls under the same limit.
    pub(crate) async fn invoke(&mut self, job: Job, limit: Duration) -> (Outcome, Duration) {
        let id = job.id.clone();
        let begun = Instant::now();
        self.waiting = false;
        self.api.hand_out(job).await;
        let answer = timeout(limit, self.answer(&id)).await;
        let took = begun.elapsed();
        let outcome = answer.unwrap_or(Outcome::TimedOut);
        if matches!(outcome, Outcome::Ok(_) | Outcome::Error(_)) {
            let left = limit.saturating_sub(took);
            self.waiting = timeout(left, self.asks_again()).await.unwrap_or(false);
        }
        self.process.flush();
        (outcome, took)
    }

    async fn answer(&mut self, id: &str) -> Outcome {
        let process = self.process();
        loop {
            tokio::select! {
                // What it said before it ended counts.
                biased;
                said = self.api.listen() => match said {
                    Said::Response(of, body) if of == id => return answered(&body),
                    Said::Error(of, body) if of == id => return failed(&body),
                    _ => {}
                },
                status = process.exited() => return Outcome::Crashed(describe(status)),
            }
        }
    }

    async fn asks_again(&mut self) -> bool {
        let process = self.process();
        tokio::select! {
            biased;
            said = self.api.listen() => matches!(said, Said::Next),
            _ = process.exited() => false,
        }
    }
}

/// The program in its cleaned environment.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
fn command(spec: &FunctionSpec, shim: Option<Shim<'_>>, api: &str) -> Command {
    let mut command = Command::new(&spec.binary);
    command
        .env_clear()
        // These a caller may set otherwise; those below Lambda reserves.
        .env("AWS_REGION", REGION)
        .env("AWS_DEFAULT_REGION", REGION)
        .env("TZ", ":UTC")
        .envs(&spec.environment)
        .env("AWS_LAMBDA_RUNTIME_API", api)
        .env("AWS_LAMBDA_FUNCTION_NAME", &spec.name)
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", spec.memory_mb.to_string())
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", spec.name))
        .env(
            "AWS_LAMBDA_LOG_STREAM_NAME",
            format!("[$LATEST]{}", uuid::Uuid::new_v4().simple()),
        )
        .env("_HANDLER", "bootstrap");
    if let Some(shim) = shim {
        command
            .env("LD_PRELOAD", shim.library)
            .env("ORDER_RELAY_CLOCK_FILE", shim.file);
    }
    command
}

fn by_signal(status: Option<ExitStatus>) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.is_some_and(|status| status.signal().is_some())
}

fn describe(status: Option<ExitStatus>) -> String {
    status.map_or_else(
        || "its exit status is not known".to_owned(),
        |status| status.to_string(),
    )
}

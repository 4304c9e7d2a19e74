//! One running bundle: everything in one process but the functions.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use aws_proxy::AwsProxy;
use embedded_sqs::{QueueSpec, Redrive, Sqs};
use host::{Clock, Gate, Server};
use lambda_runner::{FunctionSpec, Invocation, Mapping, Runner, drain_once};
use sam_template::Deployment;
use serde_json::{Value, json};
use simulators::{Ecat, Erp, RepSpark, SparkLayer, Spectrum, Spreadshirt};

use crate::Binaries;
use crate::logins;
use crate::settings::{Settings, StackError};
use crate::vendors::StandIns;
use crate::wiring::{SPECTRUM_LIMIT, deployment};

/// A running bundle.
pub struct Stack {
    /// Every call passes here.
    pub gate: Gate,
    /// The wall clock that all share.
    pub clock: Clock,
    /// The queues.
    pub sqs: Sqs,
    /// The AWS endpoint.
    pub proxy: AwsProxy,
    /// RepSpark.
    pub repspark: RepSpark,
    /// The ERP.
    pub erp: Erp,
    /// eCat, which is there also if the bundle does not use it.
    pub ecat: Ecat,
    /// SparkLayer, which is there also if the bundle does not use it.
    pub sparklayer: SparkLayer,
    /// Spreadshirt, which is there also if the bundle does not use it.
    pub spreadshirt: Spreadshirt,
    /// Spectrum, which is there also if the bundle does not use it. It takes more calls in a minute than a plan gives, unless
    /// the caller sets `SpectrumCallsPerMinute`.
    pub spectrum: Spectrum,
    /// The template, evaluated.
    pub deployment: Deployment,
    /// The functions' processes.
    pub runner: Runner,
    /// Where RepSpark listens, with the API root.
    pub repspark_url: String,
    /// Where the ERP listens.
    pub erp_url: String,
    /// Where eCat listens.
    pub ecat_url: String,
    /// Where SparkLayer listens.
    pub sparklayer_url: String,
    /// Where Spreadshirt listens, with the API root.
    pub spreadshirt_url: String,
    /// Where Spectrum listens.
    pub spectrum_url: String,
    binaries: Binaries,
    servers: Vec<Server>,
}

impl Stack {
    /// Starts everything but the functions, which start with their first invocation.
    pub async fn start(settings: Settings) -> Result<Self, StackError> {
        let clock = clock(settings.movable_clock)?;
        let gate = Gate::new();
        let sqs = Sqs::new(clock.clone(), gate.clone());
        let [aws, ports @ ..] = settings.ports.unwrap_or_default();
        let stand_ins = StandIns::start(&clock, &gate, ports).await?;
        let mut proxied = aws_proxy::Settings::new(clock.clone(), gate.clone(), sqs.clone());
        proxied.address = loopback(aws);
        let proxy = AwsProxy::start(proxied)
            .await
            .map_err(port("the AWS port", aws))?;
        let vendors = stand_ins.urls;
        if settings.hurries_spectrum() {
            stand_ins.spectrum.limit(SPECTRUM_LIMIT);
        }
        let deployment = deployment(&settings, &proxy.url(), &vendors)?;
        let shim = settings.binaries.shim().filter(|_| settings.movable_clock);
        let runner = Runner::new(clock.clone(), shim.map(Into::into));
        let stack = Self {
            gate,
            clock,
            sqs,
            proxy,
            repspark: stand_ins.repspark,
            erp: stand_ins.erp,
            ecat: stand_ins.ecat,
            sparklayer: stand_ins.sparklayer,
            spreadshirt: stand_ins.spreadshirt,
            spectrum: stand_ins.spectrum,
            deployment,
            runner,
            repspark_url: vendors.repspark,
            erp_url: vendors.erp,
            ecat_url: vendors.ecat,
            sparklayer_url: vendors.sparklayer,
            spreadshirt_url: vendors.spreadshirt,
            spectrum_url: vendors.spectrum,
            binaries: settings.binaries,
            servers: stand_ins.servers,
        };
        stack.lay_wires()?;
        Ok(stack)
    }

    fn lay_wires(&self) -> Result<(), StackError> {
        for queue in self.deployment.queues.values() {
            let mut spec = QueueSpec::new(&queue.name);
            spec.visibility_timeout_s = i64::try_from(queue.visibility_s).unwrap_or(i64::MAX);
            spec.delay_s = i64::try_from(queue.delay_s).unwrap_or(i64::MAX);
            spec.retention_s = i64::try_from(queue.retention_s).unwrap_or(i64::MAX);
            spec.content_based_dedup = queue.content_based_dedup;
            spec.redrive = queue.redrive.as_ref().map(|redrive| Redrive {
                dead_letter_queue: redrive.dead_letters.clone(),
                max_receive_count: redrive.max_receive,
            });
            self.sqs.create(spec);
        }
        for table in &self.deployment.tables {
            let made = self.proxy.create_table(&table.create_table_request());
            made.map_err(|error| StackError::Table(error.to_string()))?;
        }
        logins::keep(&self.proxy);
        for (name, function) in &self.deployment.functions {
            let policy = function.policy.clone();
            let keys = self
                .proxy
                .add_function(name, Box::new(move |action, arn| policy.allows(action, arn)));
            let mut environment = function.environment.clone();
            environment.insert("AWS_ENDPOINT_URL".into(), self.proxy.url());
            environment.insert("AWS_REGION".into(), "us-east-1".into());
            environment.insert("AWS_ACCESS_KEY_ID".into(), keys.access_key_id);
            environment.insert("AWS_SECRET_ACCESS_KEY".into(), keys.secret_access_key);
            let most = function
                .queues
                .iter()
                .filter_map(|queue| queue.max_concurrency)
                .max();
            self.runner.add(FunctionSpec {
                name: name.clone(),
                binary: self.binaries.function(name).map(Into::into).unwrap_or_default(),
                environment,
                timeout: Duration::from_secs(function.timeout_s),
                memory_mb: function.memory_mb,
                max_instances: usize::try_from(most.unwrap_or(2)).unwrap_or(2),
            });
        }
        let runner = self.runner.clone();
        self.gate.on_kill(move |function| runner.kill_busy(function));
        Ok(())
    }

    /// Invokes a function by hand.
    pub async fn invoke(&self, function: &str, event: Value) -> Invocation {
        self.runner.invoke(function, event).await
    }

    /// Whether the bundle uses eCat.
    pub fn uses_ecat(&self) -> bool {
        self.deployment.functions.contains_key("ecat-pull-orders")
    }

    /// Puts a message into the queue of a function, as the ERP may.
    pub fn send(&self, function: &str, body: &Value) {
        let wired = self.deployment.functions.get(function);
        for queue in wired.into_iter().flat_map(|function| &function.queues) {
            let message =
                json!({"QueueUrl": self.sqs.url(&queue.queue_name), "MessageBody": body.to_string()});
            if let Err(error) = self.sqs.handle("SendMessage", &message) {
                eprintln!(
                    "local: the queue of {function} does not take a message: {}",
                    error.kind()
                );
            }
        }
    }

    /// Whether the bundle uses RepSpark.
    pub fn uses_repspark(&self) -> bool {
        self.deployment.functions.contains_key("repspark-pull-orders")
    }

    /// Whether the bundle uses SparkLayer.
    pub fn uses_sparklayer(&self) -> bool {
        self.deployment
            .functions
            .contains_key("sparklayer-publish-purchase")
    }

    /// Whether the bundle uses Spreadshirt.
    pub fn uses_spreadshirt(&self) -> bool {
        self.deployment.functions.contains_key("spreadshirt-read-reports")
    }

    /// Whether the bundle uses Spectrum.
    pub fn uses_spectrum(&self) -> bool {
        self.deployment
            .functions
            .contains_key("spectrum-acknowledge-order")
    }

    /// The event source mappings of the template.
    pub fn mappings(&self) -> Vec<Mapping> {
        let functions = self.deployment.functions.iter();
        functions
            .flat_map(|(name, function)| function.queues.iter().map(move |queue| (name, queue)))
            .map(|(name, queue)| Mapping {
                function: name.clone(),
                queue: queue.queue_name.clone(),
                batch_size: usize::try_from(queue.batch_size).unwrap_or(10),
                window: Duration::from_secs(queue.window_s),
                max_concurrency: usize::try_from(queue.max_concurrency.unwrap_or(2)).unwrap_or(2),
            })
            .collect()
    }

    /// Feeds the functions batch by batch, one at a time, until no message is visible.
    pub async fn drain(&self) {
        let mappings = self.mappings();
        loop {
            let mut moved = 0;
            for mapping in &mappings {
                moved += drain_once(&self.runner, &self.sqs, mapping).await;
            }
            if moved == 0 {
                return;
            }
        }
    }

    /// Ends every process of a function.
    pub async fn stop(&self) {
        self.runner.stop().await;
    }

    /// The functions that run here.
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    /// The ports that are open, for a person.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.servers.iter().map(Server::address).collect()
    }
}

fn clock(movable: bool) -> Result<Clock, StackError> {
    if !movable {
        return Ok(Clock::new());
    }
    let name = format!("order-relay-clock-{}-{}", std::process::id(), fresh());
    Clock::with_file(&std::env::temp_dir().join(name)).map_err(|source| StackError::Io {
        what: "the clock's file".into(),
        source,
    })
}

/// A number that no other stack of this process has.
fn fresh() -> u64 {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

pub(crate) fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

pub(crate) fn port(what: &str, number: u16) -> impl FnOnce(io::Error) -> StackError {
    let what = if number == 0 {
        what.to_owned()
    } else {
        format!("{what} {number}")
    };
    move |source| StackError::Io { what, source }
}

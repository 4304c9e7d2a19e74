//! A bundle in a test's hands: every invocation is the test's own, time passes only when the test says so.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

use lambda_runner::{Invocation, Mapping, Outcome, drain_once};
use local::{Binaries, Durations, Settings, Stack, StateItem};
use serde_json::{Value, json};
use simulators::sample_order;

/// The ERP key of an order of the local brand.
pub fn order_key(id: u64) -> String {
    format!("RS-ACME-{id}")
}

/// A bundle in a test's hands.
pub struct Scene {
    /// The running bundle.
    pub stack: Stack,
}

impl Scene {
    /// A fresh bundle with an empty ledger.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// A fresh bundle with some parameters of the template set differently.
    pub async fn with(parameters: &[(&str, &str)]) -> Self {
        Self::set_up(settings(parameters)).await
    }

    /// A fresh bundle that uses eCat beside RepSpark. Orders from before 2020 are held.
    pub async fn with_ecat() -> Self {
        Self::with_ecat_and(&[]).await
    }

    /// As [`Scene::with_ecat`], with some parameters of the template set differently.
    pub async fn with_ecat_and(parameters: &[(&str, &str)]) -> Self {
        Self::set_up(settings(parameters).with_ecat()).await
    }

    /// A fresh bundle that uses SparkLayer and Spreadshirt beside RepSpark, with some parameters set differently.
    pub async fn with_fulfilment(parameters: &[(&str, &str)]) -> Self {
        Self::set_up(settings(parameters).with_sparklayer().with_spreadshirt()).await
    }

    /// A fresh bundle that uses Spectrum beside RepSpark, with some parameters set differently: custom orders are
    /// acknowledged, detailed, and their shipments notified.
    pub async fn with_spectrum(parameters: &[(&str, &str)]) -> Self {
        Self::set_up(settings(parameters).with_spectrum()).await
    }

    /// As [`Scene::with_fulfilment`], and Spectrum too.
    pub async fn with_spectrum_and_fulfilment(parameters: &[(&str, &str)]) -> Self {
        let settings = settings(parameters).with_sparklayer().with_spreadshirt();
        Self::set_up(settings.with_spectrum()).await
    }

    async fn set_up(settings: Settings) -> Self {
        Self {
            stack: Stack::start(settings).await.expect("the stack starts"),
        }
    }

    /// A fresh bundle whose baseline was taken while RepSpark held nothing as Sent.
    pub async fn after_baseline() -> Self {
        let scene = Self::start().await;
        scene
            .done("repspark-pull-orders", json!({"baseline": true}))
            .await;
        scene
    }

    /// A fresh bundle that has pulled these orders of one line each; their hints are in the queue of the import.
    pub async fn pulled(ids: impl IntoIterator<Item = u64>) -> Self {
        let scene = Self::after_baseline().await;
        for id in ids {
            scene.stack.repspark.submit(sample_order(id, 1));
        }
        assert_eq!(scene.pull().await["complete"], true);
        scene
    }

    /// Invokes a function; whatever comes of it.
    pub async fn invoke(&self, function: &str, event: Value) -> Invocation {
        self.stack.invoke(function, event).await
    }

    /// Invokes a function that has to succeed, and returns its answer.
    pub async fn done(&self, function: &str, event: Value) -> Value {
        match self.invoke(function, event).await.outcome {
            Outcome::Ok(answer) => answer,
            other => panic!("{function} was to succeed, and came to {other:?}"),
        }
    }

    /// One tick of the pull.
    pub async fn pull(&self) -> Value {
        self.done("repspark-pull-orders", json!({})).await
    }

    /// One tick of the pull of eCat.
    pub async fn pull_ecat(&self) -> Value {
        self.done("ecat-pull-orders", json!({})).await
    }

    /// One tick of the recovery.
    pub async fn recover(&self) -> Value {
        self.done("repspark-recover-orders", json!({})).await
    }

    /// One tick of the sweep.
    pub async fn sweep(&self) -> Value {
        self.done("sweep-orders", json!({})).await
    }

    /// Hands every visible message to its function, batch by batch, until none is visible.
    pub async fn drain(&self) {
        self.stack.drain().await;
    }

    /// Hands out one batch of one function's queue; how many messages it had.
    pub async fn batch(&self, function: &str) -> usize {
        drain_once(&self.stack.runner, &self.stack.sqs, &self.mapping(function)).await
    }

    /// The event source mapping of a function.
    pub fn mapping(&self, function: &str) -> Mapping {
        let mappings = self.stack.mappings();
        mappings
            .into_iter()
            .find(|mapping| mapping.function == function)
            .expect("the function has a queue")
    }

    /// Lets time pass, for the functions and for everything around them.
    pub fn pass(&self, time: Duration) {
        self.stack.clock.advance(time);
    }

    /// Lets the bundle work as its schedules would, twenty minutes at a time, until no order is open or `rounds` are over.
    /// An eCat order that waits for a person alone is not open here.
    pub async fn live(&self, rounds: usize) {
        for _ in 0..rounds {
            for function in ["repspark-pull-orders", "repspark-recover-orders"] {
                self.invoke(function, json!({})).await;
            }
            if self.stack.uses_ecat() {
                self.invoke("ecat-pull-orders", json!({})).await;
            }
            self.drain().await;
            self.invoke("sweep-orders", json!({})).await;
            self.drain().await;
            let states = self.states();
            let open = states.values().any(|state| match state.key.starts_with("EC-") {
                true => state.is_on_its_way(),
                false => state.open,
            });
            let submitted = self.stack.repspark.orders().iter().any(|order| order.status == 1)
                || self.stack.uses_ecat() && !self.stack.ecat.unreceived().is_empty();
            if !open && !submitted && self.all_sent_are_known() {
                return;
            }
            self.pass(Duration::from_secs(20 * 60));
        }
    }

    fn all_sent_are_known(&self) -> bool {
        let states = self.states();
        let sent = self
            .stack
            .repspark
            .orders()
            .into_iter()
            .filter(|order| order.status == 2);
        sent.map(|order| order_key(order.id))
            .all(|key| states.contains_key(&key))
    }

    /// The state items by ERP key.
    pub fn states(&self) -> BTreeMap<String, StateItem> {
        self.stack.states()
    }

    /// The state of one step of one order, or `absent`.
    pub fn step(&self, id: u64, step: &str) -> String {
        let states = self.states();
        let state = states
            .get(&order_key(id))
            .and_then(|state| state.steps.get(step).cloned());
        state.unwrap_or_else(|| "absent".to_owned())
    }

    /// The hold code of one step of one order, or an empty text.
    pub fn held(&self, id: u64, step: &str) -> String {
        let states = self.states();
        states
            .get(&order_key(id))
            .and_then(|state| state.codes.get(step).cloned())
            .unwrap_or_default()
    }

    /// The messages that wait in the queue of a function: visible, in flight and delayed.
    pub fn waiting(&self, function: &str) -> usize {
        self.stack.sqs.depths(&self.mapping(function).queue).total()
    }

    /// The lines that a function logged.
    pub fn logged(&self, function: &str) -> Vec<String> {
        let lines = self
            .stack
            .runner
            .output()
            .into_iter()
            .filter(|line| line.function == function);
        lines.map(|line| line.line).collect()
    }

    /// Those of them that are JSON: log lines and metrics.
    pub fn told(&self, function: &str) -> Vec<Value> {
        let lines = self.logged(function).into_iter();
        lines
            .filter_map(|line| serde_json::from_str(&line).ok())
            .collect()
    }

    /// Ends every process.
    pub async fn end(self) {
        self.assert_decent();
        self.stack.stop().await;
    }
}

fn settings(parameters: &[(&str, &str)]) -> Settings {
    static BINARIES: OnceLock<Binaries> = OnceLock::new();
    let binaries = BINARIES.get_or_init(|| Binaries::build(false, true).expect("the functions build"));
    let parameters: BTreeMap<String, String> = parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Settings {
        binaries: binaries.clone(),
        durations: Durations::Real,
        movable_clock: true,
        ports: None,
        parameters,
    }
}

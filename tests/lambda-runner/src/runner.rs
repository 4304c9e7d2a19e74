//! The functions and their instances.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::api::Job;
use crate::capture::{Output, OutputLine};
use crate::instance::{ACCOUNT, Instance, REGION, Shim};
use crate::model::{Figures, FunctionSpec, Invocation};
use crate::process::Process;
use crate::volume::{LogVolume, Polls};

/// Runs functions. Clones share everything.
#[derive(Clone)]
pub struct Runner(Arc<Inner>);

struct Inner {
    clock: host::Clock,
    preload: Option<PathBuf>,
    output: Output,
    functions: Mutex<BTreeMap<String, Arc<Function>>>,
    /// By the queue's name.
    polls: Mutex<BTreeMap<String, Polls>>,
}

struct Function {
    spec: FunctionSpec,
    /// One permit per instance that may live; closed when the runner stops.
    slots: Semaphore,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Free instances, the one used last at the end: Lambda, too, prefers it.
    idle: Vec<Instance>,
    /// The processes that run an invocation or start for one.
    busy: Vec<Arc<Process>>,
    peak_kib: Option<u64>,
    figures: Figures,
}

impl Runner {
    /// A runner without functions. Deadlines are told on `clock`; where the clock has a file and `preload` names the
    /// clock shim's library, the processes see that clock too.
    pub fn new(clock: host::Clock, preload: Option<PathBuf>) -> Self {
        Self(Arc::new(Inner {
            clock,
            preload,
            output: Output::default(),
            functions: Mutex::default(),
            polls: Mutex::default(),
        }))
    }

    /// Makes a function known. One of the same name is replaced and its processes end.
    pub fn add(&self, spec: FunctionSpec) {
        let function = Arc::new(Function {
            slots: Semaphore::new(spec.max_instances.max(1)),
            state: Mutex::default(),
            spec,
        });
        let before = lock(&self.0.functions).insert(function.spec.name.clone(), function);
        if let Some(before) = before {
            before.stop();
        }
    }

    /// Runs one invocation: on a free warm instance, else on a new one, else, when there are `max_instances`, when one
    /// of them becomes free (first come, first served; Lambda would throttle instead).
    ///
    /// Dropping the future kills the process that runs it.
    pub async fn invoke(&self, function: &str, payload: Value) -> Invocation {
        let found = lock(&self.0.functions).get(function).cloned();
        let Some(function) = found else {
            return Invocation::init_failed(format!("no function is called {function}"));
        };
        let Ok(_slot) = function.slots.acquire().await else {
            return Invocation::init_failed("the runner has stopped");
        };
        function.state().figures.invocations += 1;
        let invocation = self
            .run_on_instance(&function, payload)
            .await
            .unwrap_or_else(|failed| failed);
        function.state().figures.add(&invocation);
        if let Some(remark) = invocation.outcome.remark() {
            self.remark(&function.spec.name, remark);
        }
        invocation
    }

    /// As [`Runner::invoke`], begun by a schedule.
    pub(crate) async fn tick(&self, function: &str, payload: Value) {
        if let Some(function) = lock(&self.0.functions).get(function) {
            function.state().figures.scheduled += 1;
        }
        self.invoke(function, payload).await;
    }

    /// Counts requests of an event source mapping to its queue.
    pub(crate) fn polled(&self, queue: &str, count: impl FnOnce(&mut Polls)) {
        count(lock(&self.0.polls).entry(queue.to_owned()).or_default());
    }

    /// Adds a line of the runner's own to a function's output.
    pub(crate) fn remark(&self, function: &str, line: String) {
        self.0.output.remark(function, line);
    }

    async fn run_on_instance(&self, function: &Function, payload: Value) -> Result<Invocation, Invocation> {
        let (mut instance, cold) = match function.warm() {
            Some(instance) => (instance, false),
            None => (self.start(function).await?, true),
        };
        let busy = Busy::new(function, instance.process());
        let init = match cold {
            true => Some(instance.ready().await.map_err(Invocation::unstarted)?),
            false => None,
        };
        let (outcome, took) = instance
            .invoke(self.job(function, &payload), function.spec.timeout)
            .await;
        drop(busy);
        function.give_back(instance);
        Ok(Invocation { outcome, took, init })
    }

    async fn start(&self, function: &Function) -> Result<Instance, Invocation> {
        let shim = match (&self.0.preload, self.0.clock.file()) {
            (Some(library), Some(file)) => Some(Shim { library, file }),
            _ => None,
        };
        Instance::start(&function.spec, shim, &self.0.output)
            .await
            .map_err(Invocation::init_failed)
    }

    fn job(&self, function: &Function, payload: &Value) -> Job {
        let limit = i64::try_from(function.spec.timeout.as_millis()).unwrap_or(i64::MAX);
        Job {
            id: uuid::Uuid::new_v4().to_string(),
            deadline_ms: self.0.clock.now_ms().saturating_add(limit),
            arn: format!(
                "arn:aws:lambda:{REGION}:{ACCOUNT}:function:{}",
                function.spec.name
            ),
            payload: Bytes::from(payload.to_string()),
        }
    }

    /// Kills every process of a function that runs an invocation now or starts for one, and returns when they are
    /// gone. For `host::Gate::on_kill`: may be called from any thread, and blocks for about a millisecond.
    pub fn kill_busy(&self, function: &str) {
        let found = lock(&self.0.functions).get(function).cloned();
        if let Some(function) = found {
            function.kill_busy();
        }
    }

    /// Ends every process and refuses further invocations; those that run end as crashed. Blocks for about a
    /// millisecond per process.
    pub async fn stop(&self) {
        let functions = self.functions();
        // Killing blocks.
        let _ =
            tokio::task::spawn_blocking(move || functions.iter().for_each(|function| function.stop())).await;
    }

    /// Ends all idle instances, so that the next invocation is a cold start.
    pub fn retire_all(&self) {
        self.functions().iter().for_each(|function| function.retire());
    }

    /// Every line that the processes have printed so far, and what the runner has to say of them, but for those that went to [`Runner::on_line`]. What a
    /// process printed before its invocation ended is in it when [`Runner::invoke`] returns.
    pub fn output(&self) -> Vec<OutputLine> {
        self.0.output.lines()
    }

    /// Gives every further line to `sink` instead of keeping it. The sink must not call the runner's killing functions.
    pub fn on_line(&self, sink: impl Fn(OutputLine) + Send + Sync + 'static) {
        self.0.output.send_to(sink);
    }

    /// The most memory that a process of this function ever had resident, in KiB, sampled at the end of each invocation
    /// that it survived (or was late in). `None` before the first, or where there is no `/proc`.
    pub fn peak_memory_kib(&self, function: &str) -> Option<u64> {
        let found = lock(&self.0.functions).get(function).cloned();
        found.and_then(|function| function.state().peak_kib)
    }

    /// The sums of each function.
    pub fn figures(&self) -> BTreeMap<String, Figures> {
        self.functions()
            .iter()
            .map(|one| (one.spec.name.clone(), one.state().figures))
            .collect()
    }

    /// The requests of the event source mappings, by the queue's name.
    pub fn polls(&self) -> BTreeMap<String, Polls> {
        lock(&self.0.polls).clone()
    }

    /// What each function's processes printed, also what went to [`Runner::on_line`].
    pub fn log_volume(&self) -> BTreeMap<String, LogVolume> {
        self.0.output.volume()
    }

    fn functions(&self) -> Vec<Arc<Function>> {
        lock(&self.0.functions).values().cloned().collect()
    }
}

impl Function {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// A free instance that still lives.
    fn warm(&self) -> Option<Instance> {
        let mut state = self.state();
        while let Some(instance) = state.idle.pop() {
            if instance.is_usable() {
                return Some(instance);
            }
        }
        None
    }

    /// Takes an instance back after an invocation: it becomes idle, or ends if it is of no further use.
    fn give_back(&self, instance: Instance) {
        let process = instance.process();
        let peak = process.peak_memory_kib();
        let mut state = self.state();
        state.peak_kib = state.peak_kib.max(peak);
        // Looked at under the lock: `stop` closes the slots first and empties `idle` afterwards.
        if instance.is_usable() && !self.slots.is_closed() {
            state.idle.push(instance);
            return;
        }
        drop(state);
        process.kill();
    }

    fn kill_busy(&self) {
        let busy = self.state().busy.clone();
        busy.iter().for_each(|process| process.kill());
    }

    fn retire(&self) {
        let idle = std::mem::take(&mut self.state().idle);
        idle.iter().for_each(|instance| instance.process().kill());
    }

    fn stop(&self) {
        self.slots.close();
        self.retire();
        self.kill_busy();
    }
}

/// Keeps a process on the list of the busy ones, also when the invocation's future is dropped.
struct Busy<'a> {
    function: &'a Function,
    process: Arc<Process>,
}

impl<'a> Busy<'a> {
    fn new(function: &'a Function, process: Arc<Process>) -> Self {
        function.state().busy.push(Arc::clone(&process));
        // The runner stopped while this one was being started: `stop` has not seen it.
        if function.slots.is_closed() {
            process.kill();
        }
        Self { function, process }
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.function
            .state()
            .busy
            .retain(|process| !Arc::ptr_eq(process, &self.process));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! What CloudWatch would show of a run: the template's dashboard and alarms, over what was captured.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ::dashboard::{
    Alarm, Body, BodyError, EmfError, Line, Metrics, Page, Point, SeriesId, UnknownStatistic, Window, page,
};
use embedded_sqs::Sqs;
use host::Clock;
use lambda_runner::{OutputLine, Runner};
use sam_template::Deployment;
use tokio::task::JoinHandle;

use crate::Stack;

/// How often queues and functions are looked at. CloudWatch gets AWS's own metrics once a minute.
const LOOK: Duration = Duration::from_millis(200);

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum DashboardError {
    /// The template has none.
    #[error("template.yaml has no dashboard")]
    None,
    /// Its body is not understood.
    #[error("the dashboard of template.yaml: {0}")]
    Body(#[from] BodyError),
    /// A function printed a metric that CloudWatch would drop.
    #[error(transparent)]
    Metric(#[from] EmfError),
    /// An alarm looks at values in a way that is not known.
    #[error("the alarms of template.yaml: {0}")]
    Alarm(#[from] UnknownStatistic),
}

/// Takes down what a run says while it goes: its lines with their times, and what AWS's own metrics would be.
pub struct Recorder {
    taken: Arc<Mutex<Taken>>,
    looking: JoinHandle<()>,
    begun_ms: i64,
}

#[derive(Default)]
struct Taken {
    lines: Vec<Line>,
    /// How many of the runner's lines are among them.
    seen: usize,
    metrics: Metrics,
    /// Failed invocations so far, and all, by function.
    failed: BTreeMap<String, (u64, u64)>,
    /// When each message was seen first, by queue and body.
    waiting: BTreeMap<String, BTreeMap<String, i64>>,
}

/// What is looked at.
struct Look {
    runner: Runner,
    sqs: Sqs,
    clock: Clock,
    /// The names of queues.
    queues: Vec<String>,
    /// Functions as Lambda names them, by their folder.
    functions: BTreeMap<String, String>,
    /// Log groups, by the function's folder.
    groups: BTreeMap<String, String>,
}

impl Recorder {
    /// Begins to take down. To be called within a Tokio runtime.
    pub fn start(stack: &Stack) -> Self {
        let functions = &stack.deployment.functions;
        let look = Look {
            runner: stack.runner.clone(),
            sqs: stack.sqs.clone(),
            clock: stack.clock.clone(),
            queues: stack
                .deployment
                .queues
                .values()
                .map(|queue| queue.name.clone())
                .collect(),
            functions: functions
                .iter()
                .map(|(name, function)| (name.clone(), last_part(&function.arn).to_owned()))
                .collect(),
            groups: log_groups(&stack.deployment),
        };
        let taken = Arc::new(Mutex::new(Taken::default()));
        let begun_ms = stack.clock.now_ms();
        let into = taken.clone();
        let looking = tokio::spawn(async move {
            let mut ticks = tokio::time::interval(LOOK);
            loop {
                ticks.tick().await;
                lock(&into).look(&look);
            }
        });
        Self {
            taken,
            looking,
            begun_ms,
        }
    }

    /// Takes a line that the runner does not keep, because it went to a sink.
    pub fn hear(&self, stack: &Stack) -> impl Fn(&OutputLine) + Send + Sync + 'static {
        let taken = self.taken.clone();
        let (clock, groups) = (stack.clock.clone(), log_groups(&stack.deployment));
        move |line| lock(&taken).lines.extend(stamped(line, clock.now_ms(), &groups))
    }

    /// The page of what was taken down until now.
    ///
    /// # Errors
    /// What is wrong with the template's dashboard or with a line.
    pub fn page(self, stack: &Stack) -> Result<String, DashboardError> {
        self.looking.abort();
        let until_ms = stack.clock.now_ms();
        let mut taken = lock(&self.taken);
        // What was printed since the last look.
        let rest = stack.runner.output().into_iter().skip(taken.seen);
        let groups = log_groups(&stack.deployment);
        let rest: Vec<Line> = rest
            .filter_map(|line| stamped(&line, until_ms, &groups))
            .collect();
        taken.lines.extend(rest);
        let window = Window::over(self.begun_ms, until_ms);
        let remark = format!(
            "A local run of {:.0} s. Periods of {} stand for the minutes and hours of a deployment, and durations of retries are \
             shortened too. An alarm looks back over its own time, and so over the whole run.",
            (until_ms - self.begun_ms) as f64 / 1_000.0,
            said(window.period_ms),
        );
        let mut metrics = Metrics::read(&taken.lines)?;
        metrics.join(taken.metrics.clone());
        draw(
            &stack.deployment,
            &metrics,
            &taken.lines,
            window,
            until_ms,
            &remark,
        )
    }
}

/// The page of a template's dashboard.
fn draw(
    deployment: &Deployment,
    metrics: &Metrics,
    lines: &[Line],
    window: Window,
    now_ms: i64,
    remark: &str,
) -> Result<String, DashboardError> {
    let dashboard = deployment.dashboards.first().ok_or(DashboardError::None)?;
    Ok(page(&Page {
        name: &dashboard.name,
        remark,
        body: &Body::read(&dashboard.body)?,
        alarms: &alarms(deployment)?,
        metrics,
        lines,
        window,
        now_ms,
    }))
}

/// The alarms of a template.
///
/// # Errors
/// The first statistic that is not known.
pub fn alarms(deployment: &Deployment) -> Result<Vec<Alarm>, UnknownStatistic> {
    let alarms = deployment.alarms.iter().map(|alarm| {
        Ok(Alarm {
            arn: alarm.arn.clone(),
            // Its physical name begins with the stack's, which stands above the page.
            name: alarm.logical_id.clone(),
            description: alarm.description.clone(),
            series: SeriesId {
                namespace: alarm.metric.namespace.clone(),
                name: alarm.metric.name.clone(),
                dimensions: alarm.metric.dimensions.clone(),
            },
            statistic: alarm.statistic.parse()?,
            period_s: alarm.period_s,
            evaluation_periods: alarm.evaluation_periods,
            datapoints_to_alarm: alarm.datapoints_to_alarm,
            comparison: alarm.comparison.clone(),
            threshold: alarm.threshold,
            missing_data: alarm.missing_data.clone(),
        })
    });
    alarms.collect()
}

/// The lines that a stack's functions printed so far, each in its function's log group, all at this time.
pub fn lines(stack: &Stack, at_ms: i64) -> Vec<Line> {
    let groups = log_groups(&stack.deployment);
    let lines = stack.runner.output().into_iter();
    lines.filter_map(|line| stamped(&line, at_ms, &groups)).collect()
}

fn log_groups(deployment: &Deployment) -> BTreeMap<String, String> {
    let functions = deployment.functions.iter();
    functions
        .map(|(name, function)| (name.clone(), function.log_group.clone()))
        .collect()
}

fn stamped(line: &OutputLine, at_ms: i64, groups: &BTreeMap<String, String>) -> Option<Line> {
    Some(Line {
        at_ms,
        log_group: groups.get(&line.function)?.clone(),
        text: line.line.clone(),
    })
}

impl Taken {
    fn look(&mut self, look: &Look) {
        let now_ms = look.clock.now_ms();
        let lines = look.runner.output();
        let new = lines.iter().skip(self.seen);
        self.lines
            .extend(new.filter_map(|line| stamped(line, now_ms, &look.groups)));
        self.seen = lines.len();
        for queue in &look.queues {
            self.look_at_queue(look, queue, now_ms);
        }
        for (folder, figures) in look.runner.figures() {
            let failed = figures.errors + figures.crashes + figures.timeouts + figures.init_failures;
            let before = self.failed.insert(folder.clone(), (failed, figures.invocations));
            let (failed_before, all_before) = before.unwrap_or_default();
            if figures.invocations > all_before || failed > failed_before {
                let name = look
                    .functions
                    .get(&folder)
                    .map(String::as_str)
                    .unwrap_or_default();
                let id = |metric: &str| SeriesId::new("AWS/Lambda", metric, &[("FunctionName", name)]);
                self.add(id("Errors"), "Count", now_ms, failed - failed_before);
                self.add(
                    id("Invocations"),
                    "Count",
                    now_ms,
                    figures.invocations - all_before,
                );
            }
        }
    }

    /// How many messages wait, and for how long the oldest has: since it was seen first, as exactly as we look.
    fn look_at_queue(&mut self, look: &Look, queue: &str, now_ms: i64) {
        let visible = look.sqs.depths(queue).visible as u64;
        let bodies = look.sqs.peek(queue);
        let before = self.waiting.remove(queue).unwrap_or_default();
        let waiting: BTreeMap<String, i64> = bodies
            .into_iter()
            .map(|body| {
                let since = before.get(&body).copied().unwrap_or(now_ms);
                (body, since)
            })
            .collect();
        let oldest = waiting.values().min().map_or(0, |since| now_ms - since);
        self.waiting.insert(queue.to_owned(), waiting);
        let id = |name: &str| SeriesId::new("AWS/SQS", name, &[("QueueName", queue)]);
        self.add(id("ApproximateNumberOfMessagesVisible"), "Count", now_ms, visible);
        let oldest = u64::try_from(oldest / 1_000).unwrap_or(0);
        self.add(id("ApproximateAgeOfOldestMessage"), "Seconds", now_ms, oldest);
    }

    fn add(&mut self, id: SeriesId, unit: &str, at_ms: i64, value: u64) {
        let point = Point {
            at_ms,
            value: value as f64,
        };
        self.metrics.add(id, unit, point);
    }
}

fn last_part(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or_default()
}

/// A period as people say it.
fn said(period_ms: i64) -> String {
    match period_ms {
        ..1_000 => format!("{} s", period_ms as f64 / 1_000.0),
        1_000..60_000 => format!("{} s", period_ms / 1_000),
        _ => format!("{} min", period_ms / 60_000),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

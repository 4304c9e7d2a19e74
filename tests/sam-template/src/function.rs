//! Functions and what starts them.

use std::collections::BTreeMap;

use crate::fields::Fields;
use crate::policy::Policy;
use crate::queue::Queue;
use crate::resources::Resource;
use crate::scope::Scope;
use crate::{TemplateError, policy};

/// A function. Where the template is silent, Lambda's own values stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its logical id.
    pub logical_id: String,
    /// The name of its folder, package and binary.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its environment, without what Lambda itself sets.
    pub environment: BTreeMap<String, String>,
    /// Seconds that one invocation may take.
    pub timeout_s: u64,
    /// Its memory in MB.
    pub memory_mb: u64,
    /// The name of the log group that its lines go to.
    pub log_group: String,
    /// Whether Lambda lets it feed itself, through a queue or directly, for as long as it likes (`RecursiveLoop`).
    pub may_feed_itself: bool,
    /// How often Lambda repeats an asynchronous invocation that failed; a schedule's are of that kind.
    pub asynchronous_retries: u64,
    /// The schedules that start it.
    pub schedules: Vec<Schedule>,
    /// The queues that feed it.
    pub queues: Vec<QueueEvent>,
    /// What it may do.
    pub policy: Policy,
}

/// A schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The expression as it is written, such as `rate(15 minutes)`.
    pub expression: String,
    /// Seconds between two ticks.
    pub seconds: u64,
    /// The event that the function gets, as JSON text.
    pub input: String,
    /// Whether it ticks.
    pub enabled: bool,
}

/// A queue that feeds a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueEvent {
    /// The queue's logical id.
    pub queue: String,
    /// The queue's name.
    pub queue_name: String,
    /// The queue's ARN.
    pub queue_arn: String,
    /// The most messages in one batch.
    pub batch_size: u64,
    /// Seconds that Lambda may wait for a batch to fill.
    pub window_s: u64,
    /// The most batches at once, if there is a limit.
    pub max_concurrency: Option<u64>,
    /// Whether the function names the messages that failed; if not, a batch fails or succeeds as a whole.
    pub reports_failures: bool,
    /// Whether messages are read at all.
    pub enabled: bool,
}

/// All functions, by the name of their folder.
pub(crate) fn read_all(
    resources: &[Resource],
    queues: &BTreeMap<String, Queue>,
    scope: &Scope<'_>,
) -> Result<BTreeMap<String, Function>, TemplateError> {
    let mut functions = BTreeMap::new();
    for resource in resources
        .iter()
        .filter(|resource| resource.kind == "AWS::Serverless::Function")
    {
        let function = read(resource, resources, queues, scope)?;
        if let Some(twin) = functions.insert(function.name.clone(), function) {
            let path = format!("Resources.{}.Properties.CodeUri", resource.id);
            return Err(TemplateError::malformed(
                path,
                format!("a folder of its own, {} has it", twin.logical_id),
            ));
        }
    }
    Ok(functions)
}

fn read(
    resource: &Resource,
    resources: &[Resource],
    queues: &BTreeMap<String, Queue>,
    scope: &Scope<'_>,
) -> Result<Function, TemplateError> {
    let properties = resource.properties()?;
    properties.only(&[
        "Architectures",
        "CodeUri",
        "Description",
        "Environment",
        "EventInvokeConfig",
        "Events",
        "Handler",
        "LoggingConfig",
        "MemorySize",
        "RecursiveLoop",
        "Role",
        "Runtime",
        "Tags",
        "Timeout",
    ])?;
    let mut function = Function {
        logical_id: resource.id.clone(),
        name: folder(&properties)?,
        arn: scope.arn(&resource.id, properties.path())?,
        environment: environment(&properties)?,
        timeout_s: properties.number_or("Timeout", 3)?,
        memory_mb: properties.number_or("MemorySize", 128)?,
        log_group: log_group(&resource.id, &properties, scope)?,
        may_feed_itself: may_feed_itself(&properties)?,
        asynchronous_retries: asynchronous_retries(&properties)?,
        schedules: Vec::new(),
        queues: Vec::new(),
        policy: role(&properties, resources, scope)?,
    };
    for (name, event) in properties.map("Events")? {
        let event = Fields::of(event, &format!("{}.Events.{name}", properties.path()))?;
        match event.text("Type")?.as_str() {
            "SQS" => function
                .queues
                .push(queue_event(&event.fields("Properties")?, queues)?),
            "ScheduleV2" => function.schedules.push(schedule(&event.fields("Properties")?)?),
            other => return Err(TemplateError::unsupported(event.path_of("Type"), other)),
        }
    }
    Ok(function)
}

fn folder(properties: &Fields<'_>) -> Result<String, TemplateError> {
    let code = properties.text("CodeUri")?;
    match code.trim_end_matches('/').rsplit('/').next() {
        Some(folder) if !folder.is_empty() && folder != "." => Ok(folder.to_owned()),
        _ => Err(TemplateError::malformed(
            properties.path_of("CodeUri"),
            "a folder",
        )),
    }
}

fn environment(properties: &Fields<'_>) -> Result<BTreeMap<String, String>, TemplateError> {
    if properties.get("Environment").is_none() {
        return Ok(BTreeMap::new());
    }
    let variables = properties.fields("Environment")?.fields("Variables")?;
    // Lambda takes texts alone: a list that is not joined is an error there too.
    variables
        .keys()
        .map(|name| Ok((name.clone(), variables.text(name)?)))
        .collect()
}

/// The log group that the function is told, or the one that Lambda makes for it.
fn log_group(logical_id: &str, properties: &Fields<'_>, scope: &Scope<'_>) -> Result<String, TemplateError> {
    let told = match properties.get("LoggingConfig") {
        Some(_) => properties.fields("LoggingConfig")?.text_if_any("LogGroup")?,
        None => None,
    };
    Ok(told.unwrap_or_else(|| format!("/aws/lambda/{}", scope.physical_name(logical_id))))
}

fn may_feed_itself(properties: &Fields<'_>) -> Result<bool, TemplateError> {
    match properties.text_if_any("RecursiveLoop")?.as_deref() {
        Some("Allow") => Ok(true),
        None | Some("Terminate") => Ok(false),
        Some(_) => Err(TemplateError::malformed(
            properties.path_of("RecursiveLoop"),
            "Allow or Terminate",
        )),
    }
}

fn asynchronous_retries(properties: &Fields<'_>) -> Result<u64, TemplateError> {
    match properties.get("EventInvokeConfig") {
        Some(_) => properties
            .fields("EventInvokeConfig")?
            .number_or("MaximumRetryAttempts", 2),
        None => Ok(2),
    }
}

fn role(properties: &Fields<'_>, resources: &[Resource], scope: &Scope<'_>) -> Result<Policy, TemplateError> {
    let arn = properties.text("Role")?;
    let path = properties.path_of("Role");
    for role in resources
        .iter()
        .filter(|resource| resource.kind == "AWS::IAM::Role")
    {
        if scope.arn(&role.id, &path)? == arn {
            return policy::read(role);
        }
    }
    Err(TemplateError::malformed(
        path,
        "the ARN of a role of this template",
    ))
}

fn queue_event(event: &Fields<'_>, queues: &BTreeMap<String, Queue>) -> Result<QueueEvent, TemplateError> {
    event.only(&[
        "BatchSize",
        "Enabled",
        "FunctionResponseTypes",
        "MaximumBatchingWindowInSeconds",
        "Queue",
        "ScalingConfig",
    ])?;
    let arn = event.text("Queue")?;
    let queue = queues.values().find(|queue| queue.arn == arn);
    let queue = queue.ok_or_else(|| {
        TemplateError::malformed(event.path_of("Queue"), "the ARN of a queue of this template")
    })?;
    let max_concurrency = match event.get("ScalingConfig") {
        Some(_) => event
            .fields("ScalingConfig")?
            .number_if_any("MaximumConcurrency")?,
        None => None,
    };
    Ok(QueueEvent {
        queue: queue.logical_id.clone(),
        queue_name: queue.name.clone(),
        queue_arn: arn,
        batch_size: event.number_or("BatchSize", 10)?,
        window_s: event.number_or("MaximumBatchingWindowInSeconds", 0)?,
        max_concurrency,
        reports_failures: event
            .list("FunctionResponseTypes")?
            .iter()
            .any(|kind| kind == "ReportBatchItemFailures"),
        enabled: event.flag_or("Enabled", true)?,
    })
}

fn schedule(event: &Fields<'_>) -> Result<Schedule, TemplateError> {
    event.only(&[
        "DeadLetterConfig",
        "Description",
        "Input",
        "OmitName",
        "RetryPolicy",
        "ScheduleExpression",
        "State",
    ])?;
    let expression = event.text("ScheduleExpression")?;
    let seconds = seconds(&expression)
        .ok_or_else(|| TemplateError::unsupported(event.path_of("ScheduleExpression"), &expression))?;
    let enabled = match event.text_if_any("State")?.as_deref() {
        None | Some("ENABLED") => true,
        Some("DISABLED") => false,
        Some(_) => {
            return Err(TemplateError::malformed(
                event.path_of("State"),
                "ENABLED or DISABLED",
            ));
        }
    };
    Ok(Schedule {
        expression,
        seconds,
        input: event.text("Input")?,
        enabled,
    })
}

/// The seconds of a rate expression.
fn seconds(expression: &str) -> Option<u64> {
    let (number, unit) = expression
        .strip_prefix("rate(")?
        .strip_suffix(')')?
        .split_once(' ')?;
    let unit = match unit {
        "minute" | "minutes" => 60,
        "hour" | "hours" => 3_600,
        "day" | "days" => 86_400,
        _ => return None,
    };
    number
        .parse::<u64>()
        .ok()
        .filter(|number| *number > 0)?
        .checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_its_seconds_and_nothing_else_is_a_rate() {
        assert_eq!(seconds("rate(1 minute)"), Some(60));
        assert_eq!(seconds("rate(15 minutes)"), Some(900));
        assert_eq!(seconds("rate(2 hours)"), Some(7_200));
        assert_eq!(seconds("rate(1 day)"), Some(86_400));
        for other in [
            "rate(0 minutes)",
            "rate(minute)",
            "rate(5 weeks)",
            "cron(0 1 * * ? *)",
            "rate(1 minute",
        ] {
            assert_eq!(seconds(other), None, "{other}");
        }
    }
}

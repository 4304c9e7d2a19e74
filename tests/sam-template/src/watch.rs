//! What people look at: alarms, dashboards, saved queries, and the log groups that these read.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::TemplateError;
use crate::fields::Fields;
use crate::resources::Resource;
use crate::scope::Scope;

/// An alarm on one metric. Where the template is silent, CloudWatch's own values stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// Its logical id.
    pub logical_id: String,
    /// Its name.
    pub name: String,
    /// Its ARN, by which a dashboard names it.
    pub arn: String,
    /// What it means, for whoever gets the mail.
    pub description: String,
    /// What it looks at.
    pub metric: MetricRef,
    /// `Sum`, `Average`, `Minimum`, `Maximum` or `SampleCount`.
    pub statistic: String,
    /// Seconds of one data point.
    pub period_s: u64,
    /// How many data points it looks at.
    pub evaluation_periods: u64,
    /// How many of those have to breach.
    pub datapoints_to_alarm: u64,
    /// How a data point is compared with the threshold, such as `GreaterThanThreshold`.
    pub comparison: String,
    /// The threshold.
    pub threshold: f64,
    /// What a period without data counts as: `missing`, `ignore`, `breaching` or `notBreaching`.
    pub missing_data: String,
    /// Who is told when it begins: ARNs.
    pub alarm_actions: Vec<String>,
    /// Who is told when it is over: ARNs.
    pub ok_actions: Vec<String>,
}

/// A metric: one series of values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricRef {
    /// Its namespace, such as `AWS/SQS`.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its dimensions; another set of them is another metric.
    pub dimensions: BTreeMap<String, String>,
}

/// A dashboard.
#[derive(Clone, Debug, PartialEq)]
pub struct Dashboard {
    /// Its name.
    pub name: String,
    /// Its body, as CloudWatch documents it.
    pub body: Value,
}

/// A saved query of CloudWatch Logs Insights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedQuery {
    /// Its name, in which a slash makes a folder.
    pub name: String,
    /// The names of the log groups that it reads.
    pub log_groups: Vec<String>,
    /// The query.
    pub query: String,
}

/// Those of one type.
fn of_kind<'a>(resources: &'a [Resource], kind: &'a str) -> impl Iterator<Item = &'a Resource> {
    resources.iter().filter(move |resource| resource.kind == kind)
}

/// The names of all log groups, by logical id.
pub(crate) fn log_groups(
    resources: &[Resource],
    scope: &Scope<'_>,
) -> Result<BTreeMap<String, String>, TemplateError> {
    let groups = of_kind(resources, "AWS::Logs::LogGroup").map(|resource| {
        // Of another class, its lines could not be queried or made metrics of.
        resource
            .properties()?
            .only(&["LogGroupName", "RetentionInDays", "Tags"])?;
        Ok((resource.id.clone(), scope.physical_name(&resource.id)))
    });
    groups.collect()
}

/// All alarms.
pub(crate) fn alarms(resources: &[Resource], scope: &Scope<'_>) -> Result<Vec<Alarm>, TemplateError> {
    of_kind(resources, "AWS::CloudWatch::Alarm")
        .map(|resource| alarm(resource, scope))
        .collect()
}

fn alarm(resource: &Resource, scope: &Scope<'_>) -> Result<Alarm, TemplateError> {
    let properties = resource.properties()?;
    // A name of its own would be taken when a second stack asks for it; metric math and percentiles are not read.
    properties.only(&[
        "AlarmActions",
        "AlarmDescription",
        "ComparisonOperator",
        "DatapointsToAlarm",
        "Dimensions",
        "EvaluationPeriods",
        "MetricName",
        "Namespace",
        "OKActions",
        "Period",
        "Statistic",
        "Tags",
        "Threshold",
        "TreatMissingData",
    ])?;
    let evaluation_periods = whole(&properties, "EvaluationPeriods")?;
    Ok(Alarm {
        logical_id: resource.id.clone(),
        name: scope.physical_name(&resource.id),
        arn: scope.arn(&resource.id, properties.path())?,
        description: properties.text_if_any("AlarmDescription")?.unwrap_or_default(),
        metric: metric(&properties)?,
        statistic: properties.text("Statistic")?,
        period_s: whole(&properties, "Period")?,
        evaluation_periods,
        datapoints_to_alarm: properties.number_or("DatapointsToAlarm", evaluation_periods)?,
        comparison: properties.text("ComparisonOperator")?,
        threshold: properties.decimal("Threshold")?,
        missing_data: properties
            .text_if_any("TreatMissingData")?
            .unwrap_or_else(|| "missing".to_owned()),
        alarm_actions: texts_if_any(&properties, "AlarmActions")?,
        ok_actions: texts_if_any(&properties, "OKActions")?,
    })
}

fn metric(alarm: &Fields<'_>) -> Result<MetricRef, TemplateError> {
    let mut dimensions = BTreeMap::new();
    for dimension in alarm.list_of_fields("Dimensions")? {
        let name = dimension.text("Name")?;
        if dimensions.insert(name, dimension.text("Value")?).is_some() {
            return Err(TemplateError::malformed(
                dimension.path_of("Name"),
                "a dimension that stands once",
            ));
        }
    }
    Ok(MetricRef {
        namespace: alarm.text("Namespace")?,
        name: alarm.text("MetricName")?,
        dimensions,
    })
}

/// All dashboards, with their bodies parsed.
pub(crate) fn dashboards(resources: &[Resource], scope: &Scope<'_>) -> Result<Vec<Dashboard>, TemplateError> {
    let dashboards = of_kind(resources, "AWS::CloudWatch::Dashboard").map(|resource| {
        let properties = resource.properties()?;
        properties.only(&["DashboardBody", "DashboardName", "Tags"])?;
        let body = serde_json::from_str(&properties.text("DashboardBody")?).map_err(|error| {
            TemplateError::malformed(properties.path_of("DashboardBody"), format!("JSON: {error}"))
        })?;
        Ok(Dashboard {
            name: scope.physical_name(&resource.id),
            body,
        })
    });
    dashboards.collect()
}

/// All saved queries.
pub(crate) fn queries(resources: &[Resource], scope: &Scope<'_>) -> Result<Vec<SavedQuery>, TemplateError> {
    let queries = of_kind(resources, "AWS::Logs::QueryDefinition").map(|resource| {
        let properties = resource.properties()?;
        properties.only(&["LogGroupNames", "Name", "QueryString"])?;
        properties.text("Name")?;
        Ok(SavedQuery {
            name: scope.physical_name(&resource.id),
            log_groups: texts_if_any(&properties, "LogGroupNames")?,
            query: properties.text("QueryString")?,
        })
    });
    queries.collect()
}

fn whole(properties: &Fields<'_>, key: &str) -> Result<u64, TemplateError> {
    let number = properties.number_if_any(key)?;
    number.ok_or_else(|| TemplateError::malformed(properties.path_of(key), "given"))
}

fn texts_if_any(properties: &Fields<'_>, key: &str) -> Result<Vec<String>, TemplateError> {
    match properties.get(key) {
        Some(_) => properties.texts(key),
        None => Ok(Vec::new()),
    }
}

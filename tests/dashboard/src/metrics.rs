//! Metrics, out of log lines in CloudWatch's embedded metric format ("Specification: Embedded metric format").

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::{Line, Statistic, Window};

/// What makes a metric one of its own, and billed as one: namespace, name and dimensions with their values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeriesId {
    /// Such as `OrderRelay` or `AWS/SQS`.
    pub namespace: String,
    /// The metric's name.
    pub name: String,
    /// Dimensions by name.
    pub dimensions: BTreeMap<String, String>,
}

impl SeriesId {
    /// A series by its parts.
    pub fn new(namespace: &str, name: &str, dimensions: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            dimensions: dimensions.iter().map(owned).collect(),
        }
    }
}

impl std::fmt::Display for SeriesId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.namespace, self.name)?;
        self.dimensions
            .iter()
            .try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}

/// One value of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Its time, in milliseconds since 1970.
    pub at_ms: i64,
    /// The value, in the series' unit.
    pub value: f64,
}

/// All values of one metric.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// The unit, such as `Count` or `Seconds`; CloudWatch's word `None` where nobody said one.
    pub unit: String,
    /// The values, in the order in which they came.
    pub points: Vec<Point>,
}

/// A line that is meant for metrics and that CloudWatch would not understand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}, in the embedded metric line {line}")]
pub struct EmfError {
    /// What is wrong.
    pub what: String,
    /// The line.
    pub line: String,
}

/// The metrics of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics(BTreeMap<SeriesId, Series>);

/// The units that CloudWatch knows (API reference, "MetricDatum").
const UNITS: [&str; 27] = [
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
    "None",
];

impl Metrics {
    /// The metrics that these lines say. Lines without a member `_aws` say none.
    ///
    /// # Errors
    /// The first line that is meant for metrics and does not keep to the format.
    pub fn read<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Result<Self, EmfError> {
        let mut metrics = Self::default();
        for line in lines {
            if is_embedded(&line.text) {
                metrics.take(&line.text).map_err(|what| EmfError {
                    what,
                    line: line.text.clone(),
                })?;
            }
        }
        Ok(metrics)
    }

    /// Adds a value, such as one of AWS's own metrics that no line says.
    pub fn add(&mut self, id: SeriesId, unit: &str, point: Point) {
        let series = self.0.entry(id).or_default();
        unit.clone_into(&mut series.unit);
        series.points.push(point);
    }

    /// All series.
    pub fn all(&self) -> &BTreeMap<SeriesId, Series> {
        &self.0
    }

    /// Takes in the series of another collection.
    pub fn join(&mut self, other: Self) {
        for (id, series) in other.0 {
            let own = self.0.entry(id).or_default();
            own.unit = series.unit;
            own.points.extend(series.points);
        }
    }

    /// The statistic of each period of a window; none for a period without values.
    pub fn per_period(&self, id: &SeriesId, statistic: Statistic, window: Window) -> Vec<Option<f64>> {
        let mut periods = vec![Vec::new(); window.periods()];
        for point in self
            .0
            .get(id)
            .map(|series| series.points.as_slice())
            .unwrap_or_default()
        {
            let period = window.period_of(point.at_ms).and_then(|at| periods.get_mut(at));
            period.into_iter().for_each(|values| values.push(point.value));
        }
        periods.iter().map(|values| statistic.of(values)).collect()
    }

    fn take(&mut self, text: &str) -> Result<(), String> {
        let root: Value = serde_json::from_str(text).map_err(|error| format!("no JSON ({error})"))?;
        let root = root.as_object().ok_or("no object")?;
        let about = root
            .get("_aws")
            .and_then(Value::as_object)
            .ok_or("no object _aws")?;
        let at_ms = about
            .get("Timestamp")
            .and_then(Value::as_i64)
            .filter(|at| *at >= 0)
            .ok_or("no Timestamp in milliseconds")?;
        let directives = list(about, "CloudWatchMetrics")?;
        if directives.is_empty() {
            return Err("CloudWatchMetrics is empty".to_owned());
        }
        directives
            .iter()
            .try_for_each(|directive| self.directive(root, directive, at_ms))
    }

    fn directive(&mut self, root: &Map<String, Value>, directive: &Value, at_ms: i64) -> Result<(), String> {
        let directive = directive.as_object().ok_or("a directive is no object")?;
        let namespace = text(directive, "Namespace")?;
        let sets: Vec<BTreeMap<String, String>> = list(directive, "Dimensions")?
            .iter()
            .map(|set| dimensions(root, set))
            .collect::<Result<_, _>>()?;
        let metrics = list(directive, "Metrics")?;
        if metrics.is_empty() || metrics.len() > 100 {
            return Err(format!("{} metrics in one directive", metrics.len()));
        }
        let mut names = BTreeSet::new();
        for metric in metrics {
            let metric = metric.as_object().ok_or("a metric is no object")?;
            let name = text(metric, "Name")?;
            if !names.insert(name.clone()) {
                return Err(format!("{name} is named twice"));
            }
            let unit = unit(metric)?;
            for value in values(root, &name)? {
                for dimensions in &sets {
                    let id = SeriesId {
                        namespace: namespace.clone(),
                        name: name.clone(),
                        dimensions: dimensions.clone(),
                    };
                    self.add(id, &unit, Point { at_ms, value });
                }
            }
        }
        Ok(())
    }
}

/// Whether a line is meant for metrics: the object that it is, or begins to be, has a member `_aws`.
pub(crate) fn is_embedded(text: &str) -> bool {
    text.starts_with('{')
        && match serde_json::from_str::<Map<String, Value>>(text) {
            Ok(root) => root.contains_key("_aws"),
            Err(_) => text.contains("\"_aws\""),
        }
}

fn text(map: &Map<String, Value>, member: &str) -> Result<String, String> {
    let value = map.get(member).and_then(Value::as_str);
    let value = value.filter(|value| (1..=1024).contains(&value.len()));
    Ok(value.ok_or_else(|| format!("no text {member}"))?.to_owned())
}

fn list<'a>(map: &'a Map<String, Value>, member: &str) -> Result<&'a Vec<Value>, String> {
    let value = map.get(member).and_then(Value::as_array);
    value.ok_or_else(|| format!("no list {member}"))
}

fn dimensions(root: &Map<String, Value>, set: &Value) -> Result<BTreeMap<String, String>, String> {
    let names = set.as_array().ok_or("a dimension set is no list")?;
    if names.len() > 30 {
        return Err(format!("{} dimensions in one set", names.len()));
    }
    let value_of = |name: &Value| {
        let name = name.as_str().ok_or("a dimension's name is no text")?;
        let value = text(root, name).map_err(|_| format!("no text for the dimension {name}"))?;
        Ok((name.to_owned(), value))
    };
    names.iter().map(value_of).collect()
}

fn unit(metric: &Map<String, Value>) -> Result<String, String> {
    if metric
        .get("StorageResolution")
        .is_some_and(|seconds| ![1, 60].map(Value::from).contains(seconds))
    {
        return Err("a StorageResolution other than 1 and 60".to_owned());
    }
    match metric.get("Unit") {
        None => Ok("None".to_owned()),
        Some(Value::String(unit)) if UNITS.contains(&unit.as_str()) => Ok(unit.clone()),
        Some(other) => Err(format!("the unit {other} is not known")),
    }
}

fn values(root: &Map<String, Value>, name: &str) -> Result<Vec<f64>, String> {
    let number = |value: &Value| {
        value
            .as_f64()
            .ok_or_else(|| format!("a value of {name} is no number"))
    };
    match root.get(name) {
        None => Err(format!("no value for {name}")),
        Some(Value::Array(values)) if values.is_empty() || values.len() > 100 => {
            Err(format!("{} values of {name}", values.len()))
        }
        Some(Value::Array(values)) => values.iter().map(number).collect(),
        Some(value) => Ok(vec![number(value)?]),
    }
}

//! Metrics, in CloudWatch's embedded metric format: one JSON object a line on standard output, where CloudWatch finds it
//! among the log lines. No call, no permission, nothing that could fail a function.
//!
//! A metric is billed for each set of dimension values that it comes with, so both are closed lists: never an order, an
//! error's text or anything else that a vendor could name.

use std::io::Write;

use order_model::{Millis, StepName};
use serde_json::{Map, Value, json};

use crate::{Settings, SettingsError};

/// The namespace of all our metrics.
pub const NAMESPACE: &str = "OrderRelay";

/// Every metric that there is. An alarm or a widget names one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Orders that wait for something or somebody.
    OrdersOpen,
    /// Orders that wait for a person; also by step.
    OrdersHeld,
    /// Orders that are open for longer than they should, and wait for no person.
    OrdersStuck,
    /// Orders that are open for so long that RepSpark's lists will lose them.
    OrdersOld,
    /// Records that could not be read, and that nobody has resolved.
    RecordsQuarantined,
    /// The age of the oldest open order.
    OldestOpenSeconds,
    /// Vendors that are paused, by a function or a person.
    VendorsPaused,
    /// Whether a comparison was not complete, or found orders that have no place here: 1 or 0.
    BalanceOpen,
}

impl Metric {
    /// All metrics.
    pub const ALL: [Self; 8] = [
        Self::OrdersOpen,
        Self::OrdersHeld,
        Self::OrdersStuck,
        Self::OrdersOld,
        Self::RecordsQuarantined,
        Self::OldestOpenSeconds,
        Self::VendorsPaused,
        Self::BalanceOpen,
    ];

    /// Its name in CloudWatch.
    pub fn name(self) -> &'static str {
        match self {
            Self::OrdersOpen => "OrdersOpen",
            Self::OrdersHeld => "OrdersHeld",
            Self::OrdersStuck => "OrdersStuck",
            Self::OrdersOld => "OrdersOld",
            Self::RecordsQuarantined => "RecordsQuarantined",
            Self::OldestOpenSeconds => "OldestOpenSeconds",
            Self::VendorsPaused => "VendorsPaused",
            Self::BalanceOpen => "BalanceOpen",
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Self::OldestOpenSeconds => "Seconds",
            _ => "Count",
        }
    }
}

/// The metrics of one stack.
#[derive(Debug, Clone)]
pub struct Metrics {
    brand: String,
    stage: String,
}

impl Metrics {
    /// Reads the dimensions that every metric has: `BRAND` and `STAGE`, letter for letter as the template's alarms name
    /// them.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            brand: settings.text("BRAND")?,
            stage: settings.text("STAGE")?,
        })
    }

    /// Says these values, by brand and stage.
    pub fn say(&self, at: Millis, values: &[(Metric, u64)]) {
        print_line(&self.line(at, None, values));
    }

    /// Says these values, by brand, stage and step.
    pub fn say_of(&self, at: Millis, step: StepName, values: &[(Metric, u64)]) {
        print_line(&self.line(at, Some(step), values));
    }

    /// The line.
    fn line(&self, at: Millis, step: Option<StepName>, values: &[(Metric, u64)]) -> Value {
        let mut dimensions = vec![("Brand", self.brand.as_str()), ("Stage", self.stage.as_str())];
        dimensions.extend(step.map(|step| ("Step", step.as_str())));
        let names: Vec<&str> = dimensions.iter().map(|(name, _)| *name).collect();
        let metrics: Vec<Value> = values
            .iter()
            .map(|(metric, _)| json!({ "Name": metric.name(), "Unit": metric.unit() }))
            .collect();
        let about = json!({
            "Timestamp": at.0,
            "CloudWatchMetrics": [{ "Namespace": NAMESPACE, "Dimensions": [names], "Metrics": metrics }],
        });
        let mut line = Map::from_iter([("_aws".to_owned(), about)]);
        line.extend(
            dimensions
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).into())),
        );
        line.extend(
            values
                .iter()
                .map(|(metric, value)| (metric.name().to_owned(), (*value).into())),
        );
        Value::Object(line)
    }
}

fn print_line(line: &Value) {
    // In one write, so that no log line falls into it. A metric that can't be said stops no work.
    let _ = std::io::stdout().lock().write_all(format!("{line}\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics() -> Metrics {
        Metrics::new(Settings::of(&|name| match name {
            "BRAND" => Some("Acme".to_owned()),
            "STAGE" => Some("dev".to_owned()),
            _ => None,
        }))
        .unwrap()
    }

    /// The format's specification: a dimension set names members of the root, and so does each metric.
    #[test]
    fn a_line_is_what_the_embedded_metric_format_asks_for() {
        let values = [(Metric::OrdersOpen, 12), (Metric::OldestOpenSeconds, 90)];
        let expected = json!({
            "_aws": {
                "Timestamp": 1_795_255_200_000_i64,
                "CloudWatchMetrics": [{
                    "Namespace": "OrderRelay",
                    "Dimensions": [["Brand", "Stage"]],
                    "Metrics": [
                        { "Name": "OrdersOpen", "Unit": "Count" },
                        { "Name": "OldestOpenSeconds", "Unit": "Seconds" },
                    ],
                }],
            },
            "Brand": "Acme",
            "Stage": "dev",
            "OrdersOpen": 12,
            "OldestOpenSeconds": 90,
        });
        assert_eq!(metrics().line(Millis(1_795_255_200_000), None, &values), expected);
    }

    #[test]
    fn a_step_is_a_third_dimension() {
        let line = metrics().line(Millis(1), Some(StepName::Import), &[(Metric::OrdersHeld, 3)]);
        let metric = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(metric["Dimensions"], json!([["Brand", "Stage", "Step"]]));
        assert_eq!(
            (&line["Step"], &line["OrdersHeld"]),
            (&json!("import"), &json!(3))
        );
    }

    #[test]
    fn each_metric_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> = Metric::ALL.iter().map(|metric| metric.name()).collect();
        assert_eq!(names.len(), Metric::ALL.len());
    }
}

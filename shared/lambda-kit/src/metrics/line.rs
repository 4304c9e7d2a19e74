//! One line of metrics.

use std::collections::BTreeMap;

use order_model::Millis;
use serde_json::{Map, Value, json};

use super::NAMESPACE;
use super::metric::{Metric, Of};

/// CloudWatch takes at most so many values of one metric from a line.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
const VALUES_MAX: usize = 100;

/// The dimensions that every metric has.
#[derive(Debug)]
pub(super) struct Stack {
    pub(super) brand: String,
    pub(super) stage: String,
}

impl Stack {
    /// One line for each set of dimension values, or as many as the values of a metric need.
    pub(super) fn lines(&self, at: Millis, said: &BTreeMap<Of, Vec<(Metric, Vec<u64>)>>) -> Vec<Value> {
        let mut lines = Vec::new();
        for (of, metrics) in said {
            let most = metrics.iter().map(|(_, values)| values.len()).max();
            for from in (0..most.unwrap_or_default()).step_by(VALUES_MAX) {
                let of_line: Vec<(Metric, &[u64])> = metrics
                    .iter()
                    .filter(|(_, values)| values.len() > from)
                    .map(|(metric, values)| (*metric, &values[from..values.len().min(from + VALUES_MAX)]))
                    .collect();
                lines.push(self.line(at, *of, &of_line));
            }
        }
        lines
    }

    fn line(&self, at: Millis, of: Of, metrics: &[(Metric, &[u64])]) -> Value {
        let mut dimensions = vec![("Brand", self.brand.as_str()), ("Stage", self.stage.as_str())];
        dimensions.extend(of.dimensions());
        let names: Vec<&str> = dimensions.iter().map(|(name, _)| *name).collect();
        let listed: Vec<Value> = metrics
            .iter()
            .map(|(metric, _)| json!({ "Name": metric.name(), "Unit": metric.unit() }))
            .collect();
        let about = json!({
            "Timestamp": at.0,
            "CloudWatchMetrics": [{ "Namespace": NAMESPACE, "Dimensions": [names], "Metrics": listed }],
        });
        let mut line = Map::from_iter([("_aws".to_owned(), about)]);
        line.extend(
            dimensions
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).into())),
        );
        line.extend(metrics.iter().map(|(metric, values)| {
            let value = match values {
                [one] => (*one).into(),
                many => (*many).into(),
            };
            (metric.name().to_owned(), value)
        }));
        Value::Object(line)
    }
}

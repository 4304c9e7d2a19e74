//! Custom metrics: CloudWatch bills each name with each set of dimension values.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Stack;

/// The custom metrics that the functions have said, in embedded metric format, since so many lines were captured.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
pub(crate) fn series(stack: &Stack, since: usize) -> BTreeSet<String> {
    let lines = stack.runner.output().into_iter().skip(since);
    lines
        .filter(|line| line.line.contains("\"CloudWatchMetrics\""))
        .filter_map(|line| serde_json::from_str::<Value>(&line.line).ok())
        .flat_map(|line| of_line(&line))
        .collect()
}

fn of_line(line: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for directive in list(&line["_aws"]["CloudWatchMetrics"]) {
        for set in list(&directive["Dimensions"]) {
            let values: Vec<&str> = list(set)
                .filter_map(|name| line[name.as_str()?].as_str())
                .collect();
            for metric in list(&directive["Metrics"]) {
                found.push(format!(
                    "{} {} {}",
                    directive["Namespace"],
                    metric["Name"],
                    values.join(",")
                ));
            }
        }
    }
    found
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_says_each_metric_once_for_each_set_of_dimensions() {
        let line = json!({
            "_aws": { "CloudWatchMetrics": [{
                "Namespace": "OrderRelay",
                "Dimensions": [["Brand"], ["Brand", "Step"]],
                "Metrics": [{ "Name": "OrdersHeld" }],
            }] },
            "Brand": "ACME", "Step": "import", "OrdersHeld": 3,
        });
        let expected = [
            r#""OrderRelay" "OrdersHeld" ACME"#,
            r#""OrderRelay" "OrdersHeld" ACME,import"#,
        ];
        assert_eq!(of_line(&line), expected);
    }
}

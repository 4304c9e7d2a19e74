//! One number for each metric.

use std::fmt::Write;

use super::scale::{number, unit};
use super::words::escape;
use super::{Page, colour};
use crate::{Graph, Row, Window};

/// The numbers, side by side: of the last period with values, or of the whole time.
pub(super) fn numbers(page: &Page<'_>, graph: &Graph) -> String {
    let mut html = String::from("<div class=\"numbers\">\n");
    for (n, row) in graph.rows.iter().enumerate() {
        let said = page.metrics.all().get(&row.series);
        let unit = said.map(|series| unit(&series.unit)).unwrap_or_default();
        let value = match value(page, graph, row) {
            Some(value) => format!("{}<small>{unit}</small>", number(value)),
            None if row.statistic.counts() => "0".to_owned(),
            None => "–".to_owned(),
        };
        let _ = writeln!(
            html,
            "<div class=\"number\"><b>{value}</b><span><i style=\"background:{}\"></i>{}</span></div>",
            colour::of(row, n),
            escape(&row.label),
        );
    }
    html + "</div>\n"
}

/// A metric's one number.
pub(super) fn value(page: &Page<'_>, graph: &Graph, row: &Row) -> Option<f64> {
    let window = match graph.whole_time {
        true => Window {
            period_ms: (page.window.to_ms - page.window.from_ms).max(1),
            ..page.window
        },
        false => page.window,
    };
    let values = page.metrics.per_period(&row.series, row.statistic, window);
    values.into_iter().flatten().next_back()
}

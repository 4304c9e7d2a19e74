//! Bars: a name, a length, a number. Parts of a whole are bars too, with their share; a bar is read more exactly than a
//! slice.

use std::fmt::Write;

use super::numbers::value;
use super::scale::{number, text_width};
use super::words::escape;
use super::{Page, Size, colour};
use crate::Graph;
use crate::logs::Table;

struct Bar {
    name: String,
    value: f64,
    colour: String,
}

pub(super) fn of_metrics(page: &Page<'_>, graph: &Graph, size: Size) -> String {
    bars(&metric_bars(page, graph), size, false)
}

pub(super) fn shares_of_metrics(page: &Page<'_>, graph: &Graph, size: Size) -> String {
    bars(&metric_bars(page, graph), size, true)
}

pub(super) fn of_rows(table: &Table, size: Size) -> String {
    bars(&row_bars(table), size, false)
}

pub(super) fn shares_of_rows(table: &Table, size: Size) -> String {
    bars(&row_bars(table), size, true)
}

fn metric_bars(page: &Page<'_>, graph: &Graph) -> Vec<Bar> {
    // A bar is that of the whole time.
    let graph = Graph {
        whole_time: true,
        ..graph.clone()
    };
    let rows = graph.rows.iter().enumerate();
    rows.map(|(n, row)| Bar {
        name: row.label.clone(),
        value: value(page, &graph, row).unwrap_or(0.0),
        colour: colour::of(row, n).to_owned(),
    })
    .collect()
}

fn row_bars(table: &Table) -> Vec<Bar> {
    let number = |cell: &Option<String>| cell.as_ref().and_then(|text| text.parse::<f64>().ok());
    let rows = table.rows.iter();
    rows.map(|row| Bar {
        name: row
            .first()
            .cloned()
            .flatten()
            .unwrap_or_else(|| "(none)".to_owned()),
        value: row.iter().skip(1).find_map(number).unwrap_or(0.0),
        colour: colour::nth(0).to_owned(),
    })
    .collect()
}

fn bars(bars: &[Bar], size: Size, shares: bool) -> String {
    let names = bars.iter().map(|bar| text_width(&bar.name)).fold(0.0, f64::max);
    let left = (names + 10.0).min(size.width * 0.45);
    let room = size.width - left - if shares { 96.0 } else { 56.0 };
    let most = bars
        .iter()
        .map(|bar| bar.value)
        .fold(0.0, f64::max)
        .max(f64::MIN_POSITIVE);
    let all: f64 = bars.iter().map(|bar| bar.value).sum();
    let step = (size.height / bars.len().max(1) as f64).clamp(18.0, 30.0);
    let shown = ((size.height - 16.0) / step).max(1.0) as usize;
    let shown = if bars.len() as f64 * step <= size.height {
        bars.len()
    } else {
        shown
    };
    let height = step * shown as f64;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {:.0} {height:.0}\" height=\"{height:.0}\" role=\"img\">\n",
        size.width
    );
    for (at, bar) in bars.iter().take(shown).enumerate() {
        let y = at as f64 * step;
        let length = (bar.value / most * room).max(1.0);
        let share = match shares && all > 0.0 {
            true => format!(" ({} %)", number((bar.value / all * 100.0).round())),
            false => String::new(),
        };
        let _ = writeln!(
            svg,
            "<text class=\"name\" x=\"0\" y=\"{base:.1}\">{name}</text>\
             <rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{length:.1}\" height=\"{thick:.1}\" rx=\"2\" fill=\"{colour}\"/>\
             <text class=\"value\" x=\"{end:.1}\" y=\"{base:.1}\">{value}{share}</text>",
            base = y + step / 2.0 + 4.0,
            name = escape(&bar.name),
            top = y + 3.0,
            thick = step - 6.0,
            colour = bar.colour,
            end = left + length + 6.0,
            value = number(bar.value),
        );
    }
    svg += "</svg>\n";
    if shown < bars.len() {
        let _ = writeln!(svg, "<p class=\"more\">and {} more</p>", bars.len() - shown);
    }
    svg
}

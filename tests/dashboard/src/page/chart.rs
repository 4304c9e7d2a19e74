//! Metrics over time.

use std::fmt::Write;

use super::legend::{LINE_HEIGHT, legend, legend_lines};
use super::scale::{Scale, number, text_width, time, time_ticks, unit};
use super::words::escape;
use super::{Page, Size, colour};
use crate::{Graph, Row, Window};

/// One metric, ready to be drawn.
pub(super) struct Curve<'a> {
    pub(super) row: &'a Row,
    pub(super) colour: &'a str,
    pub(super) values: Vec<Option<f64>>,
    pub(super) unit: &'a str,
    pub(super) dashes: &'static str,
}

/// The part of the drawing that values are in.
struct Plot {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    window: Window,
}

/// The drawing with its legend.
pub(super) fn chart(page: &Page<'_>, graph: &Graph, size: Size) -> String {
    let curves: Vec<Curve<'_>> = graph
        .rows
        .iter()
        .enumerate()
        .map(|(n, row)| curve(page, row, n))
        .collect();
    let legend_lines = legend_lines(&curves, size.width);
    let height = (size.height - LINE_HEIGHT * legend_lines).max(60.0);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {w:.0} {height:.0}\" height=\"{height:.0}\" role=\"img\">\n",
        w = size.width
    );
    let has_right = curves.iter().any(|curve| curve.row.right);
    let plot = Plot {
        left: 46.0,
        right: size.width - if has_right { 46.0 } else { 10.0 },
        top: 16.0,
        bottom: height - 22.0,
        window: page.window,
    };
    let left = scale(&curves, graph, false);
    let right = scale(&curves, graph, true);
    plot.draw_values(
        &mut svg,
        &left,
        false,
        &axis_title(&curves, &graph.left_label, false),
    );
    if has_right {
        plot.draw_values(
            &mut svg,
            &right,
            true,
            &axis_title(&curves, &graph.right_label, true),
        );
    }
    plot.draw_times(&mut svg);
    if graph.stacked {
        plot.draw_stack(&mut svg, &curves, &left);
    } else {
        for curve in &curves {
            plot.draw_line(&mut svg, curve, if curve.row.right { &right } else { &left });
        }
    }
    plot.draw_marks(&mut svg, graph, &left);
    svg + "</svg>\n" + &legend(&curves, graph.stacked)
}

fn curve<'a>(page: &'a Page<'_>, row: &'a Row, n: usize) -> Curve<'a> {
    let said = page.metrics.all().get(&row.series);
    Curve {
        row,
        colour: colour::of(row, n),
        values: page.metrics.per_period(&row.series, row.statistic, page.window),
        unit: said.map(|series| unit(&series.unit)).unwrap_or_default(),
        dashes: ["", "7 3", "2 3", "9 3 2 3"]
            .get(n % 4)
            .copied()
            .unwrap_or_default(),
    }
}

fn scale(curves: &[Curve<'_>], graph: &Graph, right: bool) -> Scale {
    let own: Vec<&Curve<'_>> = curves.iter().filter(|curve| curve.row.right == right).collect();
    let periods = own.iter().map(|curve| curve.values.len()).max().unwrap_or(0);
    let value = |curve: &Curve<'_>, at: usize| curve.values.get(at).copied().flatten().unwrap_or(0.0);
    let highest = (0..periods).map(|at| {
        let values = own.iter().map(|curve| value(curve, at));
        if graph.stacked {
            values.sum()
        } else {
            values.fold(0.0, f64::max)
        }
    });
    let highest = highest.fold(0.0, f64::max);
    let whole = own
        .iter()
        .all(|curve| curve.values.iter().flatten().all(|value| value.fract() == 0.0));
    Scale::up_to(highest, 4.0, whole)
}

fn axis_title(curves: &[Curve<'_>], label: &str, right: bool) -> String {
    let mut units = curves
        .iter()
        .filter(|curve| curve.row.right == right)
        .map(|curve| curve.unit);
    let unit = units.find(|unit| !unit.is_empty()).unwrap_or_default();
    match (label, unit) {
        ("", "") => "count".to_owned(),
        ("", "s") => "seconds".to_owned(),
        ("", unit) => unit.to_owned(),
        (label, _) => label.to_owned(),
    }
}

impl Plot {
    fn y(&self, value: f64, scale: &Scale) -> f64 {
        self.bottom - value / scale.top * (self.bottom - self.top)
    }

    /// Where a period begins.
    fn x(&self, period: usize) -> f64 {
        self.left + period as f64 / self.window.periods().max(1) as f64 * (self.right - self.left)
    }

    fn middle(&self, period: usize) -> f64 {
        f64::midpoint(self.x(period), self.x(period + 1))
    }

    fn draw_values(&self, svg: &mut String, scale: &Scale, right: bool, title: &str) {
        let (x, anchor) = if right {
            (self.right + 6.0, "start")
        } else {
            (self.left - 6.0, "end")
        };
        for tick in &scale.ticks {
            let y = self.y(*tick, scale);
            if !right {
                let class = if *tick == 0.0 { "axis" } else { "grid" };
                let _ = writeln!(
                    svg,
                    "<line class=\"{class}\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>",
                    self.left, self.right
                );
            }
            let _ = writeln!(
                svg,
                "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
                y + 3.8,
                number(*tick)
            );
        }
        let (x, anchor) = if right {
            (self.right + 44.0, "end")
        } else {
            (0.0, "start")
        };
        let _ = writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"8\" text-anchor=\"{anchor}\">{}</text>",
            escape(title)
        );
    }

    fn draw_times(&self, svg: &mut String) {
        let most = ((self.right - self.left) / 84.0).max(2.0) as i64;
        let (ticks, step) = time_ticks(self.window.from_ms, self.window.to_ms, most);
        let span = (self.window.to_ms - self.window.from_ms).max(1) as f64;
        for tick in ticks {
            let x = self.left + (tick - self.window.from_ms) as f64 / span * (self.right - self.left);
            let text = time(tick, step);
            let half = text_width(&text) / 2.0;
            let _ = writeln!(
                svg,
                "<line class=\"axis\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{text}</text>",
                self.bottom,
                self.bottom + 4.0,
                x.clamp(half, self.right + 10.0 - half),
                self.bottom + 17.0,
            );
        }
    }

    /// The horizontal lines that the widget wants, as far as the scale has them.
    fn draw_marks(&self, svg: &mut String, graph: &Graph, scale: &Scale) {
        for (label, value) in graph.lines.iter().filter(|(_, value)| *value <= scale.top) {
            let y = self.y(*value, scale);
            let _ = writeln!(
                svg,
                "<line x1=\"{l:.1}\" x2=\"{r:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#b33600\" stroke-dasharray=\"5 4\"/>\
                 <text x=\"{r:.1}\" y=\"{above:.1}\" text-anchor=\"end\">{label}</text>",
                l = self.left,
                r = self.right,
                above = y - 3.0,
                label = escape(label),
            );
        }
    }

    /// A line from period to period; where periods without values lie between two, it is a thin one.
    fn draw_line(&self, svg: &mut String, curve: &Curve<'_>, scale: &Scale) {
        let points: Vec<(usize, f64)> = curve
            .values
            .iter()
            .enumerate()
            .filter_map(|(at, value)| Some((at, (*value)?)))
            .collect();
        for stretch in points
            .chunk_by(|left, right| right.0 == left.0 + 1)
            .collect::<Vec<_>>()
            .windows(2)
        {
            let [Some(from), Some(to)] = [stretch[0].last(), stretch[1].first()] else {
                continue;
            };
            let _ = writeln!(
                svg,
                "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{}\" stroke-width=\"0.8\" opacity=\"0.55\"/>",
                self.middle(from.0),
                self.y(from.1, scale),
                self.middle(to.0),
                self.y(to.1, scale),
                curve.colour
            );
        }
        for stretch in points.chunk_by(|left, right| right.0 == left.0 + 1) {
            let path: Vec<String> = stretch
                .iter()
                .map(|(at, value)| format!("{:.1},{:.1}", self.middle(*at), self.y(*value, scale)))
                .collect();
            let _ = writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-linejoin=\"round\" stroke-dasharray=\"{}\"/>",
                path.join(" "),
                curve.colour,
                curve.dashes
            );
        }
        for (at, value) in &points {
            let _ = writeln!(
                svg,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.4\" fill=\"{}\"><title>{}</title></circle>",
                self.middle(*at),
                self.y(*value, scale),
                curve.colour,
                escape(&self.said(curve, *at, *value)),
            );
        }
    }

    /// A column for each period, the metrics one on top of the other.
    fn draw_stack(&self, svg: &mut String, curves: &[Curve<'_>], scale: &Scale) {
        for period in 0..self.window.periods() {
            let mut below = 0.0;
            let gap = ((self.x(1) - self.x(0)) * 0.12).min(3.0);
            for curve in curves {
                let Some(value) = curve
                    .values
                    .get(period)
                    .copied()
                    .flatten()
                    .filter(|value| *value > 0.0)
                else {
                    continue;
                };
                let (y, foot) = (self.y(below + value, scale), self.y(below, scale));
                let _ = writeln!(
                    svg,
                    "<rect x=\"{:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{}\"><title>{}</title></rect>",
                    self.x(period) + gap,
                    self.x(period + 1) - self.x(period) - 2.0 * gap,
                    foot - y,
                    curve.colour,
                    escape(&self.said(curve, period, value)),
                );
                below += value;
            }
        }
    }

    /// What a browser says of a point when one points at it.
    fn said(&self, curve: &Curve<'_>, period: usize, value: f64) -> String {
        let begin = self.window.from_ms + i64::try_from(period).unwrap_or(0) * self.window.period_ms;
        let at = time(begin, self.window.period_ms.min(59_000));
        format!("{}: {} {} at {at}", curve.row.label, number(value), curve.unit)
    }
}

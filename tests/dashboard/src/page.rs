//! A dashboard as one page of HTML, complete in itself: no script, no font, no other file.

mod alarms;
mod bars;
mod chart;
mod colour;
mod legend;
mod numbers;
mod scale;
mod table;
mod words;

use crate::{Alarm, Body, Content, Line, LogView, MetricView, Metrics, Widget, Window};
use words::{escape, markdown};

/// What a page shows.
pub struct Page<'a> {
    /// The dashboard's name.
    pub name: &'a str,
    /// What a reader has to know first, such as that this is a run of so many seconds.
    pub remark: &'a str,
    /// The dashboard.
    pub body: &'a Body,
    /// All alarms that its widgets may name.
    pub alarms: &'a [Alarm],
    /// All metrics.
    pub metrics: &'a Metrics,
    /// All lines, for the queries.
    pub lines: &'a [Line],
    /// The time that is shown. Its periods stand for the widgets' own.
    pub window: Window,
    /// When its queries begin, in milliseconds since 1970: the window ends with a period, and so somewhat later.
    pub now_ms: i64,
}

/// The size of what a widget draws on, in pixels.
#[derive(Clone, Copy)]
struct Size {
    width: f64,
    height: f64,
}

/// The width of all 24 columns with the gaps between them, in pixels: for a screen of 1,400.
const WIDTH: f64 = 1_352.0;
const GAP: f64 = 10.0;
const ROW: f64 = 50.0;
/// What a widget's frame and title take of its height and of its width.
const FRAME: Size = Size {
    width: 28.0,
    height: 22.0,
};
const TITLE: f64 = 24.0;

const STYLE: &str = include_str!("page/style.css");

/// The page.
pub fn page(page: &Page<'_>) -> String {
    let widgets: String = page
        .body
        .widgets
        .iter()
        .map(|widget| frame(page, widget))
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width={WIDTH}\">\n\
         <title>{name}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{name}</h1>\n<p>{remark}</p>\n\
         <p class=\"time\">{from} to {to} UTC</p>\n</header>\n<main>\n{widgets}</main>\n</body>\n</html>\n",
        name = escape(page.name),
        remark = escape(page.remark),
        from = scale::date_time(page.window.from_ms),
        to = scale::time(page.window.to_ms, 1_000),
    )
}

fn frame(page: &Page<'_>, widget: &Widget) -> String {
    let place = widget.place;
    let columns = place.width as f64;
    let rows = place.height as f64;
    let column = (WIDTH - 23.0 * GAP) / 24.0;
    let title = match widget.title.as_str() {
        "" => String::new(),
        title => format!("<h2>{}</h2>\n", escape(title)),
    };
    let size = Size {
        width: columns * column + (columns - 1.0) * GAP - FRAME.width,
        height: rows * ROW + (rows - 1.0) * GAP - FRAME.height - if title.is_empty() { 0.0 } else { TITLE },
    };
    let (kind, inner) = content(page, widget, size);
    format!(
        "<section class=\"{kind}\" style=\"grid-column:{}/span {};grid-row:{}/span {}\">\n{title}{inner}</section>\n",
        place.x + 1,
        place.width,
        place.y + 1,
        place.height,
    )
}

fn content(page: &Page<'_>, widget: &Widget, size: Size) -> (&'static str, String) {
    match &widget.content {
        Content::Text(text) => ("text", markdown(text)),
        Content::Alarms(arns) => ("alarms", alarms::tiles(page, arns)),
        Content::Log { query, view } => {
            let rows = query.run(page.lines, page.now_ms);
            let inner = match view {
                _ if rows.rows.is_empty() => nothing("no line matches"),
                LogView::Table => table::table(&rows),
                LogView::Bar => bars::of_rows(&rows, size),
                LogView::Pie => bars::shares_of_rows(&rows, size),
            };
            ("log", inner)
        }
        Content::Metrics(graph) => {
            let has_data = graph.rows.iter().any(|row| {
                let values = page.metrics.per_period(&row.series, row.statistic, page.window);
                values.iter().any(Option::is_some)
            });
            let inner = match graph.view {
                _ if !has_data => nothing("no data in this run"),
                MetricView::TimeSeries => chart::chart(page, graph, size),
                MetricView::SingleValue => numbers::numbers(page, graph),
                MetricView::Bar => bars::of_metrics(page, graph, size),
                MetricView::Pie => bars::shares_of_metrics(page, graph, size),
            };
            ("metric", inner)
        }
    }
}

fn nothing(said: &str) -> String {
    format!("<p class=\"nothing\">{said}</p>\n")
}

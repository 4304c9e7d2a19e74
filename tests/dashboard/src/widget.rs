//! A dashboard's body ("Dashboard body structure and syntax"), read strictly: what is not known here, and what would be
//! shown as something else than it says, is an error.

mod metric;
mod properties;

use serde_json::{Map, Value};

use crate::logs::Query;
use crate::{SeriesId, Statistic};
use properties::Properties;

/// Where a widget stands on the grid of 24 columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Columns to its left.
    pub x: u64,
    /// Rows above it.
    pub y: u64,
    /// Its columns.
    pub width: u64,
    /// Its rows.
    pub height: u64,
}

/// One widget.
#[derive(Clone, Debug)]
pub struct Widget {
    /// Where it stands.
    pub place: Place,
    /// Its title; may be empty.
    pub title: String,
    /// What it shows.
    pub content: Content,
}

/// What a widget shows.
#[derive(Clone, Debug)]
pub enum Content {
    /// Words, in Markdown.
    Text(String),
    /// Metrics.
    Metrics(Graph),
    /// The rows of a query.
    Log {
        /// The query, its sources in it.
        query: Box<Query>,
        /// How its rows are shown.
        view: LogView,
    },
    /// The states of alarms, by their ARNs.
    Alarms(Vec<String>),
}

/// How rows are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogView {
    /// As a table.
    Table,
    /// A bar for each row: its first column names it, the first that is a number measures it.
    Bar,
    /// The same, as parts of a whole.
    Pie,
}

/// How metrics are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricView {
    /// Over time.
    TimeSeries,
    /// One number each.
    SingleValue,
    /// A bar each.
    Bar,
    /// Parts of a whole.
    Pie,
}

/// What a metric widget shows.
#[derive(Clone, Debug)]
pub struct Graph {
    /// The metrics, in their order.
    pub rows: Vec<Row>,
    /// How they are shown.
    pub view: MetricView,
    /// One on top of the other.
    pub stacked: bool,
    /// Whether a single number is that of the whole time, and not of the last period.
    pub whole_time: bool,
    /// The period, in seconds.
    pub period_s: u64,
    /// What stands beside the left axis.
    pub left_label: String,
    /// What stands beside the right axis.
    pub right_label: String,
    /// Horizontal lines: what they say, and where they are.
    pub lines: Vec<(String, f64)>,
}

/// One metric of a widget.
#[derive(Clone, Debug)]
pub struct Row {
    /// The metric.
    pub series: SeriesId,
    /// How the values of a period become one.
    pub statistic: Statistic,
    /// What it is called.
    pub label: String,
    /// Its colour, such as `#0072b2`.
    pub color: Option<String>,
    /// Whether its axis is the right one.
    pub right: bool,
}

/// A dashboard's body.
#[derive(Clone, Debug)]
pub struct Body {
    /// The widgets, in their order.
    pub widgets: Vec<Widget>,
}

/// What is wrong with a body, and where in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct BodyError {
    /// The widget, and the property in it.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

impl BodyError {
    pub(crate) fn new(place: &str, what: impl Into<String>) -> Self {
        Self {
            place: place.to_owned(),
            what: what.into(),
        }
    }
}

/// The most widgets of a dashboard ("CloudWatch service quotas").
const MOST: usize = 500;

impl Body {
    /// Reads a body.
    ///
    /// # Errors
    /// The first thing in it that is not understood, or that CloudWatch would refuse.
    pub fn read(body: &Value) -> Result<Self, BodyError> {
        let mut root = Properties::of(body, "body")?;
        // The time that is shown at first, and what becomes of periods: nothing that a run of its own length has.
        root.skip("start");
        root.skip("end");
        root.skip("periodOverride");
        let widgets = root.list("widgets")?;
        if widgets.is_empty() || widgets.len() > MOST {
            return Err(BodyError::new("widgets", format!("{} widgets", widgets.len())));
        }
        root.end()?;
        let each = widgets.iter().enumerate();
        let widgets: Vec<Widget> = each
            .map(|(at, widget)| read_widget(widget, &format!("widgets.{at}")))
            .collect::<Result<_, _>>()?;
        apart(&widgets)?;
        Ok(Self { widgets })
    }

    /// All metrics that its widgets show.
    pub fn series(&self) -> impl Iterator<Item = &SeriesId> {
        self.rows().map(|row| &row.series)
    }

    /// All queries of its widgets.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.widgets.iter().filter_map(|widget| match &widget.content {
            Content::Log { query, .. } => Some(query.as_ref()),
            _ => None,
        })
    }

    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.widgets.iter().flat_map(|widget| match &widget.content {
            Content::Metrics(graph) => graph.rows.as_slice(),
            _ => &[],
        })
    }
}

fn read_widget(widget: &Value, place: &str) -> Result<Widget, BodyError> {
    let mut widget = Properties::of(widget, place)?;
    let kind = widget.text("type")?;
    let stands = Place {
        x: widget.number("x")?,
        y: widget.number("y")?,
        width: widget.number("width")?,
        height: widget.number("height")?,
    };
    if stands.width == 0 || stands.height == 0 || stands.x + stands.width > 24 {
        return Err(BodyError::new(
            place,
            "it does not stand on the grid of 24 columns",
        ));
    }
    let properties = widget.value("properties")?;
    widget.end()?;
    let mut properties = Properties::of(&properties, &format!("{place}.properties"))?;
    let title = properties.text_or("title", "")?;
    let content = match kind.as_str() {
        "text" => text(&mut properties)?,
        "metric" => Content::Metrics(metric::read(&mut properties)?),
        "log" => log(&mut properties)?,
        "alarm" => alarms(&mut properties)?,
        other => return Err(BodyError::new(place, format!("the type {other:?} is not known"))),
    };
    properties.end()?;
    Ok(Widget {
        place: stands,
        title,
        content,
    })
}

fn text(properties: &mut Properties) -> Result<Content, BodyError> {
    properties.one_of("background", &["solid", "transparent"], "solid")?;
    Ok(Content::Text(properties.text("markdown")?))
}

fn log(properties: &mut Properties) -> Result<Content, BodyError> {
    properties.text("region")?;
    if properties.flag_or("stacked", false)? {
        return Err(properties.error("stacked", "not known of a log widget"));
    }
    let view = match properties
        .one_of("view", &["table", "bar", "pie"], "table")?
        .as_str()
    {
        "bar" => LogView::Bar,
        "pie" => LogView::Pie,
        _ => LogView::Table,
    };
    let query = Query::parse(&properties.text("query")?);
    let query = query.map_err(|error| properties.error("query", &error.to_string()))?;
    if query.sources().is_empty() {
        return Err(properties.error("query", "it names no log group: SOURCE is missing"));
    }
    Ok(Content::Log {
        query: Box::new(query),
        view,
    })
}

fn alarms(properties: &mut Properties) -> Result<Content, BodyError> {
    let alarms = properties.list("alarms")?;
    if alarms.is_empty() || alarms.len() > 100 {
        return Err(properties.error("alarms", "not 1 to 100 alarms"));
    }
    properties.one_of(
        "sortBy",
        &["default", "stateUpdatedTimestamp", "timestamp"],
        "default",
    )?;
    let arn = |alarm: &Value| {
        let arn = alarm
            .as_str()
            .filter(|arn| arn.starts_with("arn:") && arn.contains(":alarm:"));
        Ok(arn
            .ok_or_else(|| properties.error("alarms", "no ARN of an alarm"))?
            .to_owned())
    };
    Ok(Content::Alarms(alarms.iter().map(arn).collect::<Result<_, _>>()?))
}

/// CloudWatch would move widgets that overlap.
fn apart(widgets: &[Widget]) -> Result<(), BodyError> {
    for (at, one) in widgets.iter().enumerate() {
        for (beside, other) in widgets.iter().enumerate().skip(at + 1) {
            let (a, b) = (one.place, other.place);
            let across = a.x < b.x + b.width && b.x < a.x + a.width;
            let down = a.y < b.y + b.height && b.y < a.y + a.height;
            if across && down {
                return Err(BodyError::new(
                    &format!("widgets.{beside}"),
                    format!("it lies over widget {at}"),
                ));
            }
        }
    }
    Ok(())
}

/// An object's members, for those who read it.
pub(crate) fn object<'a>(value: &'a Value, place: &str) -> Result<&'a Map<String, Value>, BodyError> {
    value
        .as_object()
        .ok_or_else(|| BodyError::new(place, "no object"))
}

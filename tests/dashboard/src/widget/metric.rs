//! The properties of a metric widget.

use serde_json::Value;

use super::properties::Properties;
use super::{BodyError, Graph, MetricView, Row};
use crate::{SeriesId, Statistic};

/// What a row has where it says nothing itself.
struct Defaults {
    statistic: String,
    place: String,
}

pub(super) fn read(properties: &mut Properties) -> Result<Graph, BodyError> {
    properties.text("region")?;
    let view = match properties
        .one_of("view", &["timeSeries", "singleValue", "bar", "pie"], "timeSeries")?
        .as_str()
    {
        "singleValue" => MetricView::SingleValue,
        "bar" => MetricView::Bar,
        "pie" => MetricView::Pie,
        _ => MetricView::TimeSeries,
    };
    // How it looks, not what it says.
    for member in [
        "legend",
        "liveData",
        "sparkline",
        "singleValueFullPrecision",
        "timezone",
        "labels",
    ] {
        properties.skip(member);
    }
    let period_s = match properties.take("period") {
        None => 300,
        Some(period) => {
            period_of(&period).ok_or_else(|| properties.error("period", "no period of CloudWatch"))?
        }
    };
    let (left_label, right_label) = axes(properties)?;
    let defaults = Defaults {
        statistic: properties.text_or("stat", "Average")?,
        place: "metrics".to_owned(),
    };
    let rows = properties.list("metrics")?;
    let rows = rows_of(&rows, &defaults).map_err(|error| properties.error(&error.place, &error.what))?;
    if rows.is_empty() || rows.len() > 500 {
        return Err(properties.error("metrics", "not 1 to 500 metrics"));
    }
    Ok(Graph {
        rows,
        view,
        stacked: properties.flag_or("stacked", false)?,
        whole_time: properties.flag_or("setPeriodToTimeRange", false)?,
        period_s,
        left_label,
        right_label,
        lines: lines(properties)?,
    })
}

/// 1, 5, 10, 30, or a multiple of 60.
fn period_of(period: &Value) -> Option<u64> {
    period
        .as_u64()
        .filter(|period| [1, 5, 10, 30].contains(period) || (*period > 0 && period.is_multiple_of(60)))
}

fn axes(properties: &mut Properties) -> Result<(String, String), BodyError> {
    let Some(mut axes) = properties.inner("yAxis")? else {
        return Ok(Default::default());
    };
    let mut label = |side: &str| -> Result<String, BodyError> {
        let Some(mut axis) = axes.inner(side)? else {
            return Ok(String::new());
        };
        // Every axis begins at 0 here, and ends where its values do.
        if axis.take("min").is_some_and(|min| min.as_f64() != Some(0.0)) {
            return Err(axis.error("min", "other than 0 is not known"));
        }
        axis.skip("showUnits");
        let label = axis.text_or("label", "")?;
        axis.end()?;
        Ok(label)
    };
    let labels = (label("left")?, label("right")?);
    axes.end()?;
    Ok(labels)
}

fn lines(properties: &mut Properties) -> Result<Vec<(String, f64)>, BodyError> {
    let Some(mut annotations) = properties.inner("annotations")? else {
        return Ok(Vec::new());
    };
    let mut lines = Vec::new();
    for line in annotations.list("horizontal")? {
        let mut line = Properties::of(&line, "annotations.horizontal")?;
        let value = line.value("value")?.as_f64();
        let value = value.ok_or_else(|| line.error("value", "no number"))?;
        line.skip("color");
        lines.push((line.text_or("label", "")?, value));
        line.end()?;
    }
    annotations.end()?;
    Ok(lines)
}

fn rows_of(rows: &[Value], defaults: &Defaults) -> Result<Vec<Row>, BodyError> {
    let mut read = Vec::new();
    let mut above: Vec<String> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let place = format!("{}.{at}", defaults.place);
        let row = row.as_array().ok_or_else(|| BodyError::new(&place, "no list"))?;
        let (names, options) = match row.split_last() {
            Some((options @ Value::Object(_), names)) => (names, Some(options)),
            _ => (row.as_slice(), None),
        };
        let names = spelled(names, &above, &place)?;
        let none = Value::Object(Default::default());
        let mut options = Properties::of(options.unwrap_or(&none), &place)?;
        if options.take("expression").is_some() {
            return Err(BodyError::new(&place, "metric math is not known"));
        }
        if options.flag_or("visible", true)? {
            read.push(row_of(&names, &mut options, defaults, &place)?);
        }
        above = names;
    }
    Ok(read)
}

/// The names with their shorthands written out: `.` is the name above, `...` those from there to the same place before
/// the end.
fn spelled(names: &[Value], above: &[String], place: &str) -> Result<Vec<String>, BodyError> {
    let mut spelled: Vec<String> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let name = name
            .as_str()
            .ok_or_else(|| BodyError::new(place, "a name is no text"))?;
        match name {
            "." => {
                let name = above.get(spelled.len());
                let name = name.ok_or_else(|| BodyError::new(place, "nothing stands above a \".\""))?;
                spelled.push(name.clone());
            }
            "..." => {
                let until = above.len().checked_sub(names.len() - at - 1);
                let from_above = until.and_then(|until| above.get(spelled.len()..until));
                let from_above =
                    from_above.ok_or_else(|| BodyError::new(place, "nothing stands above a \"...\""))?;
                spelled.extend(from_above.to_vec());
            }
            name => spelled.push(name.to_owned()),
        }
    }
    Ok(spelled)
}

fn row_of(
    names: &[String],
    options: &mut Properties,
    defaults: &Defaults,
    place: &str,
) -> Result<Row, BodyError> {
    let [namespace, name, dimensions @ ..] = names else {
        return Err(BodyError::new(place, "neither namespace nor name"));
    };
    if !dimensions.len().is_multiple_of(2) {
        return Err(BodyError::new(place, "a dimension without a value"));
    }
    let pairs: Vec<(&str, &str)> = dimensions
        .chunks_exact(2)
        .filter_map(|pair| Some((pair.first()?.as_str(), pair.get(1)?.as_str())))
        .collect();
    let statistic = options.text_or("stat", &defaults.statistic)?;
    options.skip("id");
    options.skip("region");
    options.skip("period");
    let row = Row {
        series: SeriesId::new(namespace, name, &pairs),
        statistic: statistic
            .parse()
            .map_err(|error: crate::UnknownStatistic| BodyError::new(place, error.to_string()))?,
        label: options.text_or("label", &plain_label(name, &pairs, &statistic))?,
        color: color(options)?,
        right: options.one_of("yAxis", &["left", "right"], "left")? == "right",
    };
    if row.label.contains("${") {
        return Err(BodyError::new(place, "a label that is computed is not known"));
    }
    options.end()?;
    Ok(row)
}

/// What CloudWatch would make of it, more or less: it shows what differs.
fn plain_label(name: &str, dimensions: &[(&str, &str)], statistic: &str) -> String {
    match dimensions
        .last()
        .filter(|_| statistic == "Sum" || statistic == "Maximum")
    {
        Some((_, value)) => format!("{name} {value}"),
        None => format!("{name} {statistic}"),
    }
}

fn color(options: &mut Properties) -> Result<Option<String>, BodyError> {
    let color = options.text_or("color", "")?;
    let digits = color.strip_prefix('#').unwrap_or_default();
    if color.is_empty() {
        return Ok(None);
    }
    match digits.len() == 6 && digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
        true => Ok(Some(color)),
        false => Err(options.error("color", "no colour such as #0072b2")),
    }
}

impl Statistic {
    /// Whether no values at all are as good as 0: a count of events, and not a measure.
    pub(crate) fn counts(self) -> bool {
        matches!(self, Self::Sum | Self::SampleCount)
    }
}

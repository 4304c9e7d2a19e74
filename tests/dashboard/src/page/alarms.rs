//! The states of alarms, a tile each.

use std::fmt::Write;

use super::Page;
use super::scale::number;
use super::words::escape;
use crate::{Alarm, State};

const NOTHING: &str = "no data";

/// Those that ring come first.
pub(super) fn tiles(page: &Page<'_>, arns: &[String]) -> String {
    let at_ms = page.window.to_ms - 1;
    let mut tiles: Vec<(State, String)> = arns
        .iter()
        .map(|arn| match page.alarms.iter().find(|alarm| alarm.arn == *arn) {
            Some(alarm) => {
                let state = alarm.state(page.metrics, at_ms);
                (state, tile(alarm, state, page))
            }
            None => {
                let name = escape(arn.rsplit(':').next().unwrap_or_default());
                let state = State::InsufficientData;
                (
                    state,
                    format!("<div class=\"tile\"><em>NO SUCH ALARM</em><b>{name}</b></div>\n"),
                )
            }
        })
        .collect();
    tiles.sort_by_key(|(state, _)| match state {
        State::Alarm => 0,
        State::InsufficientData => 1,
        State::Ok => 2,
    });
    let tiles: String = tiles.into_iter().map(|(_, tile)| tile).collect();
    format!("<div class=\"tiles\">\n{tiles}</div>\n")
}

fn tile(alarm: &Alarm, state: State, page: &Page<'_>) -> String {
    let class = match state {
        State::Ok => "tile ok",
        State::Alarm => "tile rings",
        State::InsufficientData => "tile",
    };
    let last = alarm.values(page.metrics, page.window.to_ms - 1).pop().flatten();
    let last = last.map_or_else(|| NOTHING.to_owned(), number);
    let mut tile = format!("<div class=\"{class}\" title=\"{}\">", escape(&alarm.description));
    let word = match state {
        State::InsufficientData if last == NOTHING => "NO DATA",
        State::InsufficientData => "NOT YET KNOWN",
        other => other.as_str(),
    };
    let _ = writeln!(
        tile,
        "<em>{word}</em><b>{}</b><span>{last} · {} {} {}</span></div>",
        escape(&words(&alarm.name)),
        alarm.sign(),
        number(alarm.threshold),
        over(alarm),
    );
    tile
}

/// `ErpImportOrderErrorsAlarm` as people say it: `Erp import order errors`.
fn words(name: &str) -> String {
    let name = name.strip_suffix("Alarm").unwrap_or(name);
    let mut words = String::new();
    for (at, letter) in name.chars().enumerate() {
        if letter.is_ascii_uppercase() && at > 0 {
            words.push(' ');
            words.push(letter.to_ascii_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

fn over(alarm: &Alarm) -> String {
    let period = match alarm.period_s {
        seconds if seconds.is_multiple_of(86_400) => format!("{} d", seconds / 86_400),
        seconds if seconds.is_multiple_of(3_600) => format!("{} h", seconds / 3_600),
        seconds if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    };
    // All of several periods in a row, or any of them.
    match alarm.evaluation_periods {
        0 | 1 => format!("in {period}"),
        periods if alarm.datapoints_to_alarm == periods => format!("for {periods}×{period}"),
        periods => format!("in {periods}×{period}"),
    }
}

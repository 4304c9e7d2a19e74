//! Axes: where their ticks are, and how numbers and times are written.

use jiff::Timestamp;

/// A scale from 0 to a round number at or above the highest value, with its ticks.
pub(super) struct Scale {
    pub(super) top: f64,
    pub(super) ticks: Vec<f64>,
}

impl Scale {
    /// The scale for values up to this one, with about so many steps. Counts have no ticks between whole numbers.
    pub(super) fn up_to(highest: f64, steps: f64, whole: bool) -> Self {
        let highest = if highest > 0.0 { highest } else { 1.0 };
        let mut step = round_step(highest / steps);
        if whole {
            step = step.max(1.0).round();
        }
        let count = (highest / step - 1e-9).ceil().max(1.0);
        let ticks = (0..=count as usize).map(|n| n as f64 * step).collect();
        Self {
            top: count * step,
            ticks,
        }
    }
}

/// The next of 1, 2, 5, 10, 20, 50, … at or above.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let factor = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|factor| factor * power >= step * 0.999_999);
    factor.unwrap_or(10.0) * power
}

/// Steps of time that people count in, in milliseconds.
const TIME_STEPS: [i64; 19] = [
    100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
    3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000,
];

/// The ticks of a stretch of time, at most so many, and the step between them.
pub(super) fn time_ticks(from_ms: i64, to_ms: i64, most: i64) -> (Vec<i64>, i64) {
    let fits = |step: &&i64| (to_ms - from_ms) / **step <= most;
    let step = TIME_STEPS.iter().find(fits).copied().unwrap_or(7 * 86_400_000);
    let first = from_ms.div_euclid(step) * step;
    let ticks = (0..).map(|n| first + n * step).skip_while(|at| *at < from_ms);
    (ticks.take_while(|at| *at <= to_ms).collect(), step)
}

/// A time of day, as exactly as steps of this length need it.
pub(super) fn time(at_ms: i64, step_ms: i64) -> String {
    let format = match step_ms {
        ..1_000 => "%H:%M:%S%.1f",
        1_000..60_000 => "%H:%M:%S",
        60_000..86_400_000 => "%H:%M",
        _ => "%b %d",
    };
    formatted(at_ms, format)
}

/// A date with its time.
pub(super) fn date_time(at_ms: i64) -> String {
    formatted(at_ms, "%Y-%m-%d %H:%M:%S")
}

fn formatted(at_ms: i64, format: &str) -> String {
    let at = Timestamp::from_millisecond(at_ms);
    at.map(|at| at.strftime(format).to_string()).unwrap_or_default()
}

/// A number as people write it: `1,204`, `0.25`.
pub(super) fn number(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 || value.fract() == 0.0 => 0,
        size if size >= 1.0 => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), ""), |parts| parts);
    let digits = whole.trim_start_matches('-');
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if whole.starts_with('-') { "−" } else { "" };
    let fraction = fraction.trim_end_matches('0');
    match fraction {
        "" => format!("{sign}{grouped}"),
        fraction => format!("{sign}{grouped}.{fraction}"),
    }
}

/// A unit as people write it, empty for a count.
pub(super) fn unit(name: &str) -> &str {
    match name {
        "Count" | "None" | "" => "",
        "Seconds" => "s",
        "Milliseconds" => "ms",
        "Percent" => "%",
        other => other,
    }
}

/// About how wide a text is at 12 pixels, in pixels.
pub(super) fn text_width(text: &str) -> f64 {
    text.chars().count() as f64 * 6.6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_highest_value() {
        let ticks = |highest: f64, whole: bool| Scale::up_to(highest, 4.0, whole).ticks;
        assert_eq!(ticks(97.0, true), [0.0, 50.0, 100.0]);
        assert_eq!(ticks(12.0, true), [0.0, 5.0, 10.0, 15.0]);
        assert_eq!(ticks(1.0, true), [0.0, 1.0]);
        assert_eq!(ticks(2.0, true), [0.0, 1.0, 2.0]);
        assert_eq!(ticks(2.0, false), [0.0, 0.5, 1.0, 1.5, 2.0]);
        assert_eq!(ticks(0.0, true), [0.0, 1.0]);
    }

    #[test]
    fn times_are_ticked_at_steps_that_people_count_in() {
        let (ticks, step) = time_ticks(1_300, 42_300, 6);
        assert_eq!(step, 10_000);
        assert_eq!(ticks, [10_000, 20_000, 30_000, 40_000]);
        assert_eq!(time(1_795_255_210_000, step), "10:00:10");
    }

    #[test]
    fn numbers_are_written_as_people_write_them() {
        let all = [0.0, 1.0, 1_204.0, 1_234_567.0, 0.256, 12.34, 2.0].map(number);
        assert_eq!(all, ["0", "1", "1,204", "1,234,567", "0.26", "12.3", "2"]);
    }
}

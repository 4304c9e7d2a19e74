//! What a drawing's colours mean.

use std::fmt::Write;

use super::chart::Curve;
use super::scale::text_width;
use super::words::escape;

/// The height of a line of the legend, in pixels.
pub(super) const LINE_HEIGHT: f64 = 18.0;

/// The names of the curves, with their marks.
pub(super) fn legend(curves: &[Curve<'_>], stacked: bool) -> String {
    let mut html = String::from("<div class=\"legend\">");
    for curve in curves {
        let mark = match stacked {
            true => format!(
                "<rect x=\"4\" width=\"10\" height=\"10\" rx=\"2\" fill=\"{}\"/>",
                curve.colour
            ),
            false => format!(
                "<line x1=\"0\" x2=\"20\" y1=\"5\" y2=\"5\" stroke=\"{}\" stroke-width=\"2.5\" stroke-dasharray=\"{}\"/>",
                curve.colour, curve.dashes
            ),
        };
        let _ = write!(
            html,
            "<span{}><svg viewBox=\"0 0 20 10\">{mark}</svg>{}</span>",
            if curve.values.iter().any(Option::is_some) {
                ""
            } else {
                " class=\"silent\""
            },
            escape(&curve.row.label)
        );
    }
    html + "</div>\n"
}

/// How many lines the legend will need.
pub(super) fn legend_lines(curves: &[Curve<'_>], width: f64) -> f64 {
    let mut lines = 1.0;
    let mut used = 0.0;
    for curve in curves {
        let entry = text_width(&curve.row.label) + 41.0;
        if used > 0.0 && used + entry > width {
            lines += 1.0;
            used = 0.0;
        }
        used += entry;
    }
    lines
}

//! The rows of a query, as a table.

use std::fmt::Write;

use super::words::escape;
use crate::logs::Table;

/// More rows than these nobody reads on a dashboard.
const MOST: usize = 200;

pub(super) fn table(table: &Table) -> String {
    let numeric: Vec<bool> = (0..table.columns.len())
        .map(|column| is_numeric(table, column))
        .collect();
    let class = |column: usize| {
        if numeric.get(column) == Some(&true) {
            " class=\"right\""
        } else {
            ""
        }
    };
    let mut html = String::from("<div class=\"scroll\"><table><thead><tr>");
    for (column, name) in table.columns.iter().enumerate() {
        let _ = write!(html, "<th{}>{}</th>", class(column), escape(name));
    }
    html += "</tr></thead><tbody>\n";
    for row in table.rows.iter().take(MOST) {
        html += "<tr>";
        for (column, cell) in row.iter().enumerate() {
            let _ = match cell {
                Some(text) if is_time(text) => write!(html, "<td class=\"time\">{}</td>", escape(text)),
                Some(text) => write!(html, "<td{}>{}</td>", class(column), escape(text)),
                None => write!(html, "<td class=\"none\">–</td>"),
            };
        }
        html += "</tr>\n";
    }
    html += "</tbody></table></div>\n";
    let count = match table.rows.len() {
        1 => "1 row".to_owned(),
        more if more > MOST => format!("{more} rows, of which {MOST} are shown"),
        more => format!("{more} rows"),
    };
    html + &format!("<p class=\"more\">{count}</p>\n")
}

fn is_numeric(table: &Table, column: usize) -> bool {
    let mut cells = table
        .rows
        .iter()
        .filter_map(|row| row.get(column)?.as_ref())
        .peekable();
    cells.peek().is_some() && cells.all(|cell| cell.parse::<f64>().is_ok())
}

/// Whether it is written as Insights writes a time: `2026-11-21 10:00:02.000`.
fn is_time(text: &str) -> bool {
    let form = "0000-00-00 00:00:00.000";
    text.len() == form.len()
        && text
            .chars()
            .zip(form.chars())
            .all(|(c, f)| if f == '0' { c.is_ascii_digit() } else { c == f })
}

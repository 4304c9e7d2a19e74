//! A table as text: a line for each row, the first of them names the columns. Pure.
//!
//! A small reader of our own, because two things matter more here than reading every dialect: each line is judged by itself, so
//! that a stray quotation mark spoils its line and does not swallow those behind it, and each fault is named with its line.

/// A line that is no row, or a row's cells.
pub(crate) type Line = Result<Vec<String>, &'static str>;

/// A table, as it was written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Table {
    /// The names of the columns, as written.
    pub(crate) header: Vec<String>,
    /// The rows with their lines, counted from 1. Lines without any text are left out.
    pub(crate) rows: Vec<(u64, Line)>,
}

/// Why a text is no table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoTable {
    /// There is no line with text.
    #[error("there is no line in it: the first one names the columns")]
    Empty,
    /// The line that names the columns can't be read.
    #[error("its first line, which names the columns, can't be read: {0}")]
    Header(&'static str),
}

const NOT_CLOSED: &str = "a quotation mark is not closed on its line";
const AFTER_QUOTE: &str = "there is text behind a closing quotation mark";

/// Reads a table. Spreadsheets part cells by commas, by semicolons or by tabs, as their country wants it: the first line shows which.
pub(crate) fn read(text: &str) -> Result<Table, NoTable> {
    // What Excel writes before a text, to say that it is UTF-8.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut numbered = (1..).zip(lines(text)).filter(|(_, line)| !line.trim().is_empty());
    let (_, first) = numbered.next().ok_or(NoTable::Empty)?;
    let between = separator(first);
    let header = cells(first, between).map_err(NoTable::Header)?;
    let rows = numbered.map(|(number, line)| (number, cells(line, between)));
    // What a spreadsheet writes for a row that somebody emptied.
    let has_text = |line: &Line| {
        line.as_ref()
            .map_or(true, |cells| cells.iter().any(|cell| !cell.is_empty()))
    };
    Ok(Table {
        header,
        rows: rows.filter(|(_, line)| has_text(line)).collect(),
    })
}

/// The lines of a text; they end as Unix, Windows or an old Mac ends them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['\n', '\r'])
        .scan(false, |after_return, piece| {
            // The second half of a line end is no line of its own.
            let is_half = *after_return && piece == "\n";
            *after_return = piece.ends_with('\r');
            Some((!is_half).then(|| piece.trim_end_matches(['\n', '\r'])))
        })
        .flatten()
}

fn separator(header: &str) -> char {
    [',', ';', '\t']
        .into_iter()
        .max_by_key(|mark| (header.matches(*mark).count(), *mark == ','))
        .unwrap_or(',')
}

/// The cells of a line, without the blanks around them and the quotation marks.
fn cells(line: &str, between: char) -> Line {
    let mut all = Vec::new();
    let mut rest = line;
    loop {
        let (cell, left) = match unindented(rest, between).strip_prefix('"') {
            Some(quoted) => quoted_cell(quoted, between)?,
            None => match rest.split_once(between) {
                Some((cell, left)) => (cell.trim().to_owned(), Some(left)),
                None => (rest.trim().to_owned(), None),
            },
        };
        all.push(cell);
        match left {
            Some(left) => rest = left,
            None => return Ok(all),
        }
    }
}

/// Without the blanks before it; a tab that parts cells is none.
fn unindented(text: &str, between: char) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() && c != between)
}

/// A cell whose opening quotation mark has been read, and what stands behind it if there are more cells.
fn quoted_cell(text: &str, between: char) -> Result<(String, Option<&str>), &'static str> {
    let mut cell = String::new();
    let mut rest = text;
    loop {
        let (part, behind) = rest.split_once('"').ok_or(NOT_CLOSED)?;
        cell.push_str(part);
        // Two of them are one that belongs to the text.
        if let Some(more) = behind.strip_prefix('"') {
            cell.push('"');
            rest = more;
            continue;
        }
        let behind = unindented(behind, between);
        let cell = cell.trim().to_owned();
        return match behind.strip_prefix(between) {
            Some(left) => Ok((cell, Some(left))),
            None if behind.is_empty() => Ok((cell, None)),
            None => Err(AFTER_QUOTE),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Line {
        Ok(cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    fn rows(text: &str) -> Vec<(u64, Line)> {
        read(text).unwrap().rows
    }

    #[test]
    fn lines_end_as_unix_windows_or_an_old_mac_ends_them_and_keep_their_numbers() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["\u{feff}a,b", "1,2", "", "  ", "3,4", ""].join(end);
            let table = read(&text).unwrap();
            assert_eq!(table.header, ["a", "b"]);
            assert_eq!(
                table.rows,
                [(2, row(&["1", "2"])), (5, row(&["3", "4"]))],
                "{end:?}"
            );
        }
    }

    #[test]
    fn a_quoted_cell_may_hold_separators_and_quotation_marks() {
        assert_eq!(
            rows("a,b\n\"x, y\" , \"say \"\"hi\"\"\"\n 5\" pipe ,\"\"\n"),
            [(2, row(&["x, y", "say \"hi\""])), (3, row(&["5\" pipe", ""]))]
        );
    }

    #[test]
    fn a_line_that_can_not_be_read_takes_no_other_with_it() {
        assert_eq!(
            rows("a,b\n\"1,2\n3,4\n\"5\"6,7\n8,9"),
            [
                (2, Err(NOT_CLOSED)),
                (3, row(&["3", "4"])),
                (4, Err(AFTER_QUOTE)),
                (5, row(&["8", "9"]))
            ]
        );
    }

    #[test]
    fn cells_are_parted_as_the_first_line_parts_them() {
        assert_eq!(rows("a;b\nx,y;2"), [(2, row(&["x,y", "2"]))]);
        assert_eq!(
            rows("a\tb\n\tx\t\n\"1\"\t\"2\""),
            [(2, row(&["", "x", ""])), (3, row(&["1", "2"]))]
        );
        assert_eq!(rows("a\nx;y"), [(2, row(&["x;y"]))]);
    }

    #[test]
    fn rows_that_were_emptied_are_left_out() {
        assert_eq!(rows("a,b\n,,\n\"\",\n1,"), [(4, row(&["1", ""]))]);
    }

    #[test]
    fn a_text_without_a_first_line_is_no_table() {
        for text in ["", "\u{feff}\r\n \n"] {
            assert_eq!(read(text), Err(NoTable::Empty));
        }
        assert_eq!(read("a,\"b\n1,2"), Err(NoTable::Header(NOT_CLOSED)));
    }
}

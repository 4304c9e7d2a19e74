//! Words: what is safe in HTML, and a little Markdown.

/// The text as it may stand in HTML, also in an attribute.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Headings, lists, tables and paragraphs, with bold words, code and links in them. What else Markdown has stands there
/// as it is written.
pub(super) fn markdown(text: &str) -> String {
    let mut html = String::new();
    let mut open: Option<&str> = None;
    for line in text.lines().map(str::trim).chain([""]) {
        let (block, inner) = block(line);
        if open.is_some() && open != block {
            html += &open.take().map(|tag| format!("</{tag}>\n")).unwrap_or_default();
        }
        if let Some(tag) = block.filter(|_| open.is_none()) {
            html += &format!("<{tag}>");
            open = Some(tag);
        } else if open == Some("p") {
            html += " ";
        }
        html += &inner;
    }
    html
}

/// The element that a line belongs to, if it goes on over lines, and what the line says in it.
fn block(line: &str) -> (Option<&'static str>, String) {
    let hashes = line.chars().take_while(|c| *c == '#').count();
    if let Some(title) = line
        .get(hashes..)
        .and_then(|rest| rest.strip_prefix(' '))
        .filter(|_| (1..=3).contains(&hashes))
    {
        return (None, format!("<h{hashes}>{}</h{hashes}>\n", spans(title)));
    }
    if let Some(item) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return (Some("ul"), format!("<li>{}</li>", spans(item)));
    }
    if let Some(cells) = line.strip_prefix('|') {
        let cells: Vec<&str> = cells.trim_end_matches('|').split('|').map(str::trim).collect();
        if cells
            .iter()
            .all(|cell| cell.chars().all(|c| c == '-' || c == ':'))
        {
            return (Some("table"), String::new());
        }
        let cells: String = cells
            .iter()
            .map(|cell| format!("<td>{}</td>", spans(cell)))
            .collect();
        return (Some("table"), format!("<tr>{cells}</tr>"));
    }
    match line {
        "" => (None, String::new()),
        line => (Some("p"), spans(line)),
    }
}

fn spans(text: &str) -> String {
    let mut html = String::new();
    // Every second part stands between backticks.
    for (at, part) in text.split('`').enumerate() {
        html += &match at % 2 {
            0 => links(&bold(&escape(part))),
            _ => format!("<code>{}</code>", escape(part)),
        };
    }
    html
}

fn bold(text: &str) -> String {
    let parts = text.split("**").enumerate();
    parts
        .map(|(at, part)| match at % 2 {
            0 => part.to_owned(),
            _ => format!("<strong>{part}</strong>"),
        })
        .collect()
}

fn links(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some((before, label, address, after)) = link(rest) {
        html += &format!("{before}<a href=\"{address}\">{label}</a>");
        rest = after;
    }
    html + rest
}

/// The first `[label](address)`, with what stands before and after it.
fn link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, rest) = text.split_once('[')?;
    let (label, rest) = rest.split_once("](")?;
    let (address, after) = rest.split_once(')')?;
    let is_safe = address.starts_with("https://") || address.starts_with('#');
    is_safe.then_some((before, label, address, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_html_and_html_does_not() {
        let text = "## Today\nHeld **orders**\nof `RS-1` & <b>\n\n- [Help](https://example.com/a?b=1)\n- two";
        let expected = "<h2>Today</h2>\n<p>Held <strong>orders</strong> of <code>RS-1</code> &amp; &lt;b&gt;</p>\n\
                        <ul><li><a href=\"https://example.com/a?b=1\">Help</a></li><li>two</li></ul>\n";
        assert_eq!(markdown(text), expected);
    }

    #[test]
    fn a_table_is_rows_of_cells() {
        let expected = "<table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table>\n";
        assert_eq!(markdown("| a | b |\n|---|---|\n| 1 | 2 |"), expected);
    }
}

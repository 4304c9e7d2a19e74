//! One page of a list of reports, and a report alone.

use crate::guesses::REPORTS_MAX;
use crate::ids::ReportId;
use crate::listing::{Gathering, Listing};
use crate::reading::{Finished, read};
use crate::report::Report;
use crate::unreadable::Unreadable;
use crate::xml::{Broken, Document, Node, Tag};

/// A page as it came.
pub(crate) struct PageRead {
    /// All that there are, on all pages.
    pub(crate) count: u64,
    pub(crate) offset: u64,
    /// The vendor's own, which need not be the one that was asked for.
    pub(crate) limit: u64,
    pub(crate) entries: Vec<Finished>,
}

/// Reads a page. Its root may have any name but a report's: that it is `orderReports` is only inferred (notes, section 4).
/// What makes it a list is its `count`.
pub(crate) fn page(bytes: &[u8]) -> Result<PageRead, Broken> {
    let mut document = Document::new(bytes)?;
    let root = root(&mut document)?;
    if root.name() == "orderReport" || root.get("count").is_none() {
        return Err(Unreadable::No("list of order reports").into());
    }
    let number = |name: &'static str| -> Result<u64, Unreadable> {
        let text = root.get(name).ok_or(Unreadable::Missing(name))?;
        text.trim().parse().map_err(|_| Unreadable::Odd(name))
    };
    let mut page = PageRead {
        count: number("count")?,
        offset: number("offset")?,
        limit: number("limit")?,
        entries: Vec::new(),
    };
    let (mut depth, mut seen) = (1_usize, 0);
    loop {
        match document.next()? {
            Node::Open(tag) if depth == 1 && tag.name() == "orderReport" => {
                // An empty element costs ten times its text once it is read.
                if page.entries.len() >= REPORTS_MAX {
                    return Err(Unreadable::TooManyReports.into());
                }
                page.entries.push(read(&mut document, &tag, &mut seen)?);
            }
            // Facets, and whatever else a list may have.
            Node::Open(_) => depth += 1,
            Node::Close => depth -= 1,
            Node::Text(_) => {}
            Node::End => return Ok(page),
        }
    }
}

/// What a page of a list holds, from its document.
///
/// # Errors
/// The page as a whole can't be read. A report in it that can't be read is no error: it is told in its place.
pub fn read_list(document: &[u8]) -> Result<Listing, Broken> {
    let page = page(document)?;
    let mut gathering = Gathering::at(page.offset);
    gathering.take(page)?;
    Ok(gathering.finish())
}

/// The report that was asked for, from its document.
///
/// # Errors
/// It is not whole, or not fit to be applied.
pub fn read_report(document: &[u8], id: &ReportId) -> Result<Report, Broken> {
    let mut document = Document::new(document)?;
    let root = root(&mut document)?;
    if root.name() != "orderReport" {
        return Err(Unreadable::No("order report").into());
    }
    let finished = read(&mut document, &root, &mut 0)?;
    while !matches!(document.next()?, Node::End) {}
    // A mere reference, or a report that lost its list, is not one to which nothing happened.
    let report = finished
        .report?
        .ok_or(Unreadable::Missing("orderItemModifications"))?;
    if report.id != *id {
        return Err(Unreadable::OtherReport.into());
    }
    Ok(report)
}

fn root<'a>(document: &mut Document<'a>) -> Result<Tag<'a>, Broken> {
    match document.next()? {
        Node::Open(tag) => Ok(tag),
        // Nothing but a root can come first.
        _ => Err(Broken::Incomplete),
    }
}

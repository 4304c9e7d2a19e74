//! What must hold of Spreadshirt's order reports, whatever bytes come in their place. The fuzz target and a test of the
//! crate `spreadshirt` include this file, and it panics where something does not hold.

use std::collections::BTreeSet;

use spreadshirt::{
    BODY_BYTES_MAX, Broken, DEPTH_MAX, Data, Listed, Listing, MODIFICATIONS_MAX, REPORTS_MAX, Report,
    ReportId, Unreadable, read_list, read_report,
};

mod outline;

use outline::{Outline, plain};

/// The report that is asked for.
const ASKED: &str = "9001";

/// As what a document was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Report,
    List,
    Neither,
}

/// Reads a document as a report and as a list.
pub fn hold(document: &[u8]) -> Taken {
    let asked = ReportId::new(ASKED).expect("it is plain");
    let one = |document: &[u8]| read_report(document, &asked);
    match (same_again(document, one), same_again(document, read_list)) {
        (Ok(_), Ok(_)) => panic!("it is a report and a list"),
        (Ok(report), Err(_)) => {
            one_report(document, &report);
            a_cut_is_no_other(document, &report, one);
            Taken::Report
        }
        (Err(_), Ok(listing)) => {
            one_list(document, &listing);
            a_cut_is_no_other(document, &listing, read_list);
            Taken::List
        }
        (Err(_), Err(_)) => Taken::Neither,
    }
}

/// Reading the same gives the same, and too large is what is too large.
fn same_again<T, R>(document: &[u8], read: R) -> Result<T, Broken>
where
    T: std::fmt::Debug + PartialEq,
    R: Fn(&[u8]) -> Result<T, Broken>,
{
    let first = read(document);
    assert_eq!(first, read(document), "reading it again gave something else");
    let is_refused = matches!(first, Err(Broken::Refused(Unreadable::TooLarge)));
    assert_eq!(
        is_refused,
        document.len() > BODY_BYTES_MAX,
        "{} bytes",
        document.len()
    );
    first
}

/// A part of a document is never taken for a shorter one. Behind the root there may be comments, which nobody misses.
fn a_cut_is_no_other<T, R>(document: &[u8], whole: &T, read: R)
where
    T: std::fmt::Debug + PartialEq,
    R: Fn(&[u8]) -> Result<T, Broken>,
{
    let last_tag = document.iter().rposition(|byte| *byte == b'<').unwrap_or(0);
    let last_but_one = document[..last_tag].iter().rposition(|byte| *byte == b'<');
    for at in [
        document.len() / 2,
        last_but_one.unwrap_or(0),
        last_tag,
        document.len() - 1,
    ] {
        if let Ok(part) = read(&document[..at]) {
            assert_eq!(part, *whole, "cut at {at}, it is something else");
        }
    }
}

fn one_report(document: &[u8], report: &Report) {
    let (text, outline) = outlined(document);
    assert_eq!(report.id.as_str(), ASKED);
    assert!(report.modifications.len() <= MODIFICATIONS_MAX);
    let changes = changes(&outline, 0);
    assert_eq!(
        report.modifications.len(),
        changes,
        "modifications were lost or made up"
    );
    let all = outline.elements.iter();
    let named = all
        .filter(|element| element.name == "orderItemModification")
        .count();
    assert_eq!(changes, named, "a modification that stands elsewhere was lost");
    all_stands_there(report, &plain(text), &outline);
    a_list_says_the_same_of_it(text, report, &outline);
}

fn one_list(document: &[u8], listing: &Listing) {
    let (text, outline) = outlined(document);
    let entries = outline.children(0, "orderReport");
    let told = listing.reports.len() + listing.nameless;
    assert!(listing.reports.len() <= REPORTS_MAX);
    let ids: BTreeSet<&ReportId> = listing.reports.iter().map(|listed| &listed.id).collect();
    assert_eq!(ids.len(), listing.reports.len(), "a report is listed twice");
    // One that stands there twice is told once.
    assert!(told <= entries.len(), "{told} of {} reports", entries.len());
    assert_eq!(told == 0, entries.is_empty(), "all reports were lost");
    let changes: Vec<usize> = entries.iter().map(|entry| changes(&outline, *entry)).collect();
    let text = plain(text);
    let mut modifications = 0;
    for listed in &listing.reports {
        assert!(text.contains(listed.id.as_str()), "no report {}", listed.id);
        if let Data::Full(report) = &listed.data {
            assert_eq!(report.id, listed.id);
            modifications += report.modifications.len();
            let known = changes.contains(&report.modifications.len());
            assert!(known, "modifications of {} were lost or made up", report.id);
            all_stands_there(report, &text, &outline);
        }
    }
    assert!(modifications <= MODIFICATIONS_MAX);
}

/// What was taken keeps the limits by another count than the reader's.
fn outlined(document: &[u8]) -> (&str, Outline<'_>) {
    let text = std::str::from_utf8(document).expect("it was taken, so it is UTF-8");
    let outline = Outline::of(text).expect("it was taken, so it is whole");
    assert!(outline.depth <= DEPTH_MAX, "{} levels", outline.depth);
    assert!(!outline.declares, "there is a DOCTYPE");
    (text, outline)
}

/// The modifications of the report that stands there.
fn changes(outline: &Outline<'_>, report: usize) -> usize {
    let lists = outline.children(report, "orderItemModifications").into_iter();
    lists
        .map(|list| outline.children(list, "orderItemModification").len())
        .sum()
}

/// A report holds no id, and no text, that the document does not.
fn all_stands_there(report: &Report, text: &str, outline: &Outline<'_>) {
    assert!(text.contains(report.id.as_str()), "no report {}", report.id);
    for change in &report.modifications {
        let order = change.order_id.as_ref().map_or("", |order| order.as_str());
        let item = change.item_id.as_str();
        assert!(!item.is_empty(), "an item without an id");
        assert!(text.contains(item), "no item {item}");
        assert!(text.contains(order), "no order {order}");
        let correlation = change.correlation.as_deref();
        assert_ne!(correlation, Some(""), "an empty correlation is none");
        // Otherwise they may have been put together from several places.
        if !outline.is_parted {
            assert!(text.contains(&change.said), "no state {}", change.said);
            assert!(text.contains(correlation.unwrap_or("")), "no {correlation:?}");
        }
    }
}

fn a_list_says_the_same_of_it(text: &str, report: &Report, outline: &Outline<'_>) {
    let root = &text[outline.elements[0].span.clone()];
    let list = format!("<orderReports offset=\"0\" limit=\"50\" count=\"1\">{root}</orderReports>");
    if outline.depth == DEPTH_MAX || list.len() > BODY_BYTES_MAX {
        return;
    }
    let listed = Listed {
        id: report.id.clone(),
        data: Data::Full(report.clone()),
    };
    let listing = read_list(list.as_bytes()).map(|listing| listing.reports);
    assert_eq!(listing, Ok(vec![listed]), "in a list it says something else");
}

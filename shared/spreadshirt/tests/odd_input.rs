//! Odd documents give errors, never a panic, and never a part of a report as if it were the whole.
#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too")]

use spreadshirt::{
    BODY_BYTES_MAX, Broken, Data, MODIFICATIONS_MAX, REPORTS_MAX, ReportId, Unreadable, read_list,
    read_report,
};

fn id() -> ReportId {
    ReportId::new("9001").unwrap()
}

fn change(item: usize) -> String {
    format!(
        "<orderItemModification><order id=\"55120\"/><orderItem id=\"{item}\"/><correlation><partner><orderItemId>k\u{e9}y&amp;-{item}</orderItemId></partner></correlation><fulfillmentState>SHIPPED</fulfillmentState><modified>2026-03-02 16:45:30Z</modified></orderItemModification>\n"
    )
}

fn report(id: &str, changes: &str) -> String {
    format!(
        "<orderReport id=\"{id}\" xlink:href=\"http://x/api/v1/orderReports/{id}\"><orderItemModifications>{changes}</orderItemModifications><state>ACTIVATED</state><created>2026-03-02 20:00:00</created></orderReport>"
    )
}

fn list(reports: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<orderReports offset=\"0\" limit=\"50\" count=\"2\">{reports}</orderReports>"
    )
}

#[test]
fn every_cut_of_a_report_or_a_list_is_refused() {
    let one = report("9001", &[change(1), change(2)].concat());
    assert_eq!(read_report(one.as_bytes(), &id()).unwrap().modifications.len(), 2);
    let many = list(&[one.clone(), report("9002", &change(3))].concat());
    assert_eq!(read_list(many.as_bytes()).unwrap().reports.len(), 2);
    for at in 0..one.len() {
        let cut = read_report(&one.as_bytes()[..at], &id());
        assert_eq!(cut, Err(Broken::Incomplete), "{at}");
    }
    for at in 0..many.len() {
        let cut = read_list(&many.as_bytes()[..at]);
        assert!(cut.is_err(), "{at}: {cut:?}");
    }
}

#[test]
fn whatever_is_missing_in_the_middle_no_modification_is_lost_without_a_word() {
    let one = report("9001", &[change(1), change(2), change(3)].concat());
    for from in 0..one.len() {
        for length in [1, 2, 5, 40, 200] {
            let to = (from + length).min(one.len());
            let holed = [&one.as_bytes()[..from], &one.as_bytes()[to..]].concat();
            if let Ok(read) = read_report(&holed, &id()) {
                let kept = holed
                    .windows(b"</orderItemModification>".len())
                    .filter(|part| part == b"</orderItemModification>")
                    .count();
                assert_eq!(read.modifications.len(), kept, "{from} to {to}");
            }
        }
    }
}

#[test]
fn modifications_are_counted_over_the_whole_document() {
    let brief = "<orderItemModification><orderItem id='1'/><fulfillmentState>S</fulfillmentState><modified>2026-03-02 16:45:30</modified></orderItemModification>";
    let most = report("9001", &brief.repeat(MODIFICATIONS_MAX));
    assert!(most.len() < BODY_BYTES_MAX);
    let read = read_report(most.as_bytes(), &id()).unwrap();
    assert_eq!(read.modifications.len(), MODIFICATIONS_MAX);
    let too_many = Broken::Refused(Unreadable::TooManyModifications);
    // Empty ones are too many before they are wrong.
    let more = report("9001", &"<orderItemModification/>".repeat(MODIFICATIONS_MAX + 1));
    assert_eq!(read_report(more.as_bytes(), &id()), Err(too_many));
    let half = "<orderItemModification/>".repeat(MODIFICATIONS_MAX / 2 + 1);
    let spread = list(&[report("9001", &half), report("9002", &half)].concat());
    assert_eq!(read_list(spread.as_bytes()), Err(too_many));
}

#[test]
fn a_page_of_more_reports_than_a_listing_holds_is_refused() {
    let most = list(&"<orderReport/>".repeat(REPORTS_MAX));
    assert_eq!(read_list(most.as_bytes()).unwrap().nameless, REPORTS_MAX);
    let more = list(&"<orderReport/>".repeat(REPORTS_MAX + 1));
    let too_many = Broken::Refused(Unreadable::TooManyReports);
    assert_eq!(read_list(more.as_bytes()), Err(too_many));
}

#[test]
fn a_document_of_more_than_sixteen_megabytes_is_refused() {
    let mut large = report("9001", &change(1));
    large.push_str(&" ".repeat(BODY_BYTES_MAX + 1 - large.len()));
    let too_large = Err(Broken::Refused(Unreadable::TooLarge));
    assert_eq!(read_report(large.as_bytes(), &id()), too_large);
    large.pop();
    assert!(read_report(large.as_bytes(), &id()).is_ok());
}

#[test]
fn a_bad_report_in_a_list_does_not_hide_the_others() {
    let bad = change(7).replace("2026-03-02", "tomorrow");
    let many = list(
        &[
            report("9001", &bad),
            "<orderReport/>".to_owned(),
            report("9002", &change(1)),
            "<orderReport id=\"9003\"/>".to_owned(),
        ]
        .concat(),
    );
    let listing = read_list(many.as_bytes()).unwrap();
    assert_eq!(listing.nameless, 1);
    let told: Vec<(&str, bool)> = listing
        .reports
        .iter()
        .map(|listed| (listed.id.as_str(), matches!(listed.data, Data::Full(_))))
        .collect();
    assert_eq!(told, [("9001", false), ("9002", true), ("9003", false)]);
    assert_eq!(
        listing.reports[0].data,
        Data::Unreadable(Unreadable::Odd("modified"))
    );
    assert_eq!(listing.reports[2].data, Data::Bare);
}

//! Hostile and odd documents, one file each: `<verdict>.<what>.xml`. Add a file, gain a test. Each stands where report 9001
//! was asked for.
#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too")]

use std::path::Path;

use spreadshirt::{Broken, ReportId, Unreadable, read_list, read_report};

fn verdict(document: &[u8]) -> &'static str {
    let what = match read_report(document, &ReportId::new("9001").unwrap()) {
        Ok(_) => return "ok",
        Err(Broken::Incomplete) => return "incomplete",
        Err(Broken::Refused(what)) => what,
    };
    match what {
        Unreadable::TooLarge => "too-large",
        Unreadable::TooDeep => "too-deep",
        Unreadable::Doctype => "doctype",
        Unreadable::TooManyModifications => "too-many-modifications",
        Unreadable::TooManyReports => "too-many-reports",
        Unreadable::TooManyAttributes => "too-many-attributes",
        Unreadable::Entity => "entity",
        Unreadable::NotUtf8 => "not-utf8",
        Unreadable::Malformed => "malformed",
        Unreadable::No(_) => "no",
        Unreadable::OtherReport => "other-report",
        Unreadable::Missing(_) => "missing",
        Unreadable::Twice(_) => "twice",
        Unreadable::Odd(_) => "odd",
        Unreadable::TooLong(_) => "too-long",
    }
}

fn documents() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let named = files.map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read(&path).unwrap())
    });
    named.collect()
}

#[test]
fn each_document_comes_to_what_its_name_says() {
    let documents = documents();
    assert!(documents.len() > 60, "only {} documents", documents.len());
    for (name, document) in documents {
        let (expected, _) = name.split_once('.').unwrap();
        assert_eq!(verdict(&document), expected, "{name}");
    }
}

#[test]
fn none_of_them_is_a_whole_list_but_the_one_that_is() {
    for (name, document) in documents() {
        let list = read_list(&document);
        assert_eq!(list.is_ok(), name == "no.list.xml", "{name}: {list:?}");
    }
}

#[test]
fn no_error_shows_what_stood_in_the_document() {
    for (name, document) in documents() {
        if let Err(error) = read_report(&document, &ReportId::new("9001").unwrap()) {
            let told = format!("{error} {error:?}");
            for word in ["55120", "77000", "9002", "passwd", "DECLINED", "Maintenance"] {
                assert!(!told.contains(word), "{name}: {told}");
            }
        }
    }
}

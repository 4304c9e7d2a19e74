//! Hostile and odd documents, one file each: `<verdict>.<what>.xml`. Add a file, gain a test. Each stands where report 9001
//! was asked for. Those that the fuzz target begins with are `<report or list>.<verdict>.<what>`, by what was asked for.
#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too")]

use std::path::Path;

use spreadshirt::{Broken, Report, ReportId, Unreadable, read_list, read_report};

fn report(document: &[u8]) -> Result<Report, Broken> {
    read_report(document, &ReportId::new("9001").unwrap())
}

fn verdict<T>(read: &Result<T, Broken>) -> &'static str {
    let what = match read {
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
    within("tests/corpus")
}

fn within(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    // What a run of the fuzzer found has no ending to its name.
    let named = files.filter(|path| path.extension().is_some()).map(|path| {
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
        assert_eq!(verdict(&report(&document)), expected, "{name}");
    }
}

#[test]
fn each_document_that_the_fuzzer_begins_with_comes_to_what_its_name_says() {
    let documents = within("../../tests/fuzz/corpus/spreadshirt_reports");
    assert!(documents.len() > 30, "only {} documents", documents.len());
    for (name, document) in documents {
        let parts: Vec<&str> = name.split('.').collect();
        let (as_report, as_list) = (report(&document), read_list(&document));
        let (told, other_is_refused) = match parts[0] {
            "report" => (verdict(&as_report), as_list.is_err()),
            _ => (verdict(&as_list), as_report.is_err()),
        };
        assert_eq!(told, parts[1], "{name}: {as_report:?}, {as_list:?}");
        assert!(other_is_refused, "{name}: {as_report:?}, {as_list:?}");
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
        if let Err(error) = report(&document) {
            let told = format!("{error} {error:?}");
            for word in ["55120", "77000", "9002", "passwd", "DECLINED", "Maintenance"] {
                assert!(!told.contains(word), "{name}: {told}");
            }
        }
    }
}

//! Anything at all in the place of Spreadshirt's order reports.

#![no_main]

#[path = "../properties/spreadshirt_reports.rs"]
mod spreadshirt_reports;

libfuzzer_sys::fuzz_target!(|document: &[u8]| {
    spreadshirt_reports::hold(document);
});

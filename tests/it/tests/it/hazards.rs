//! The table of hazards names tests that exist.

use std::fs;
use std::path::Path;

const TABLE: &str = include_str!("../../HAZARDS.md");

/// The names in backticks that are long enough to be a test's.
fn named() -> Vec<&'static str> {
    let words = TABLE.split('`').skip(1).step_by(2);
    let is_test = |word: &&str| {
        word.len() > 15
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    words.filter(is_test).collect()
}

fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            *text += &fs::read_to_string(path).unwrap();
        }
    }
}

/// Whether a function of that name stands right under an attribute that makes it a test.
fn is_test(text: &str, name: &str) -> bool {
    let head = format!("fn {name}(");
    text.match_indices(&head).any(|(place, _)| {
        let line = text[..place].rfind('\n').unwrap_or_default();
        let above = text[..line].lines().next_back().unwrap_or_default().trim();
        above == "#[test]" || above.starts_with("#[tokio::test")
    })
}

#[test]
fn every_test_that_the_table_of_hazards_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut text = String::new();
    for folder in ["functions", "shared", "tests"] {
        sources(&root.join(folder), &mut text);
    }
    let names = named();
    assert!(names.len() > 40, "{names:?}");
    let missing: Vec<_> = names.into_iter().filter(|name| !is_test(&text, name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

//! The codes of holds: a person finds each in the table of `decide-order`'s README, and nothing there is invented.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{names, quoted, read, readme, root};

/// Where codes of holds are written, and nothing else that looks like one but [`NO_HOLDS`].
const PLACES: [&str; 16] = [
    "functions/erp-import-order/src/decide.rs",
    "functions/repspark-confirm-order/src/decide.rs",
    "functions/sparklayer-publish-purchase/src/decide.rs",
    "functions/spectrum-acknowledge-order/src/acknowledge.rs",
    "functions/spectrum-notify-shipment/src/decide.rs",
    "functions/spectrum-send-order/src/details.rs",
    "shared/custom-orders/src/name.rs",
    "shared/custom-orders/src/once/decide.rs",
    "shared/custom-orders/src/read.rs",
    "shared/customer-map/src/standing.rs",
    "shared/field-map/src/problem.rs",
    "shared/order-intake/src/known.rs",
    "shared/order-mapping/src/stored.rs",
    "shared/order-model/src/decision.rs",
    "shared/order-model/src/state.rs",
    "shared/order-model/src/versions/place.rs",
];

/// The reasons of pauses, which are set beside the holds, and the names of decisions.
const NO_HOLDS: [&str; 7] = [
    "credentials_refused",
    "import_as_new",
    "import_as_revision",
    "erp_takes_no_orders_at_this_address",
    "repspark_takes_nothing_at_this_address",
    "sparklayer_takes_no_purchases_at_this_address",
    "spectrum_takes_nothing_at_this_address",
];

/// The Rust files below a folder that are not tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for name in names(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            all.extend(sources(&path));
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
            all.push(path);
        }
    }
    all
}

/// What stands in a source before its tests.
fn code(path: &Path) -> String {
    let text = read(path);
    let (code, _) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
    code.replace("\\\"", "")
}

/// The texts of a source that look like a code: lower-case words with an underscore between them.
fn words(code: &str) -> BTreeSet<String> {
    let texts = code.lines().flat_map(|line| line.split('"').skip(1).step_by(2));
    let is_one = |text: &&str| {
        text.split('_').count() > 1
            && text
                .split('_')
                .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()))
    };
    texts.filter(is_one).map(str::to_owned).collect()
}

/// All sources of the functions and of what they share.
fn everywhere() -> Vec<PathBuf> {
    let crates = ["functions", "shared"].map(|folder| root().join(folder));
    let folders = crates.iter().flat_map(|folder| {
        names(folder)
            .into_iter()
            .map(|name| folder.join(name).join("src"))
    });
    folders.flat_map(|folder| sources(&folder)).collect()
}

/// The codes in the first column of the table.
fn table() -> BTreeSet<String> {
    let readme = readme("decide-order");
    let (_, rows) = readme.split_once("\n| code |").expect("a table of codes");
    let rows = rows.lines().skip(2).take_while(|line| line.starts_with("| "));
    let first = rows.map(|row| row.split(" | ").next().unwrap_or_default().to_owned());
    let codes: Vec<String> = first
        .flat_map(|cell| quoted(&cell).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let all: BTreeSet<String> = codes.iter().cloned().collect();
    assert_eq!(
        all.len(),
        codes.len(),
        "a code stands twice in the table: {codes:?}"
    );
    all
}

#[test]
fn every_code_in_the_table_is_one_of_the_sources() {
    let written: String = everywhere().iter().map(|path| code(path)).collect();
    // `hold_<name>` and the like stand for many.
    let literal = table().into_iter().filter(|code| !code.contains('<'));
    let invented: Vec<String> = literal
        .filter(|code| !written.contains(&format!("\"{code}\"")))
        .collect();
    assert!(invented.is_empty(), "no source has {invented:?}");
}

#[test]
fn every_code_of_a_hold_is_in_the_table() {
    let table = table();
    for place in PLACES {
        let code = code(&root().join(place));
        let mut codes = words(&code);
        // A code of one word looks like any other text, but where it has a name.
        let named = code
            .split("const ")
            .filter_map(|rest| rest.split(';').next()?.split_once(": &str = \""))
            .map(|(_, text)| text.trim_end_matches('"').to_owned());
        let is_one = |text: &String| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        codes.extend(named.filter(|text| is_one(text) && !text.ends_with('_')));
        let missing: Vec<&String> = codes
            .iter()
            .filter(|code| !table.contains(*code) && !NO_HOLDS.contains(&code.as_str()))
            .collect();
        assert!(missing.is_empty(), "{place} has {missing:?}");
    }
}

#[test]
fn no_hold_is_written_anywhere_else_under_a_code_of_its_own() {
    let table = table();
    for path in everywhere() {
        let code = code(&path);
        for begin in ["Hold(\"", "Unmapped::new(\"", "Held { code: \""] {
            let said = code
                .split(begin)
                .skip(1)
                .filter_map(|rest| rest.split('"').next());
            let missing: Vec<&str> = said.filter(|code| !table.contains(*code)).collect();
            assert!(missing.is_empty(), "{} has {missing:?}", path.display());
        }
    }
}

//! Marking orders as received, and the answer to it, entry by entry.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use order_model::EcatOrderNumber;
use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::Value;

use crate::credentials::Credentials;
use crate::guesses::MARKS_MAX;

/// Numbers of orders that are marked by one call: at least one, at most [`MARKS_MAX`], each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch(Vec<EcatOrderNumber>);

impl Batch {
    /// Cuts numbers into batches, in their order; none if there are none.
    pub fn all(numbers: impl IntoIterator<Item = EcatOrderNumber>) -> Vec<Self> {
        let mut seen = BTreeSet::new();
        let once = numbers.into_iter().filter(|number| seen.insert(number.clone()));
        let once: Vec<EcatOrderNumber> = once.collect();
        once.chunks(MARKS_MAX).map(|some| Self(some.to_vec())).collect()
    }

    /// The numbers.
    pub fn numbers(&self) -> &[EcatOrderNumber] {
        &self.0
    }
}

/// What became of the orders of a batch; each of them stands in one of the lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// eCat says that they are marked.
    pub received: Vec<EcatOrderNumber>,
    /// eCat says that they are not, and why: fit for a log, and empty if it gave no reason.
    pub failed: Vec<(EcatOrderNumber, String)>,
    /// eCat says nothing about them: they are taken for not marked.
    pub missing: Vec<EcatOrderNumber>,
    /// So many entries are about orders that nobody asked for.
    pub unasked: usize,
}

/// Reads `data` of the answer.
pub(crate) fn marks(batch: &Batch, data: &[u8], credentials: &Credentials) -> Result<Marks, &'static str> {
    let entries = serde_json::Deserializer::from_slice(data)
        .deserialize_map(Entries)
        .map_err(|_| "the data is no object of order numbers")?;
    let mut marks = Marks::default();
    for number in batch.numbers() {
        match entries.get(number.as_str()) {
            None => marks.missing.push(number.clone()),
            Some(Ok(())) => marks.received.push(number.clone()),
            Some(Err(why)) => marks.failed.push((number.clone(), credentials.plain(why))),
        }
    }
    marks.unasked = entries.len() - marks.received.len() - marks.failed.len();
    Ok(marks)
}

/// Whether an order was marked, or why not.
type Entry = Result<(), String>;

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = BTreeMap<String, Entry>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of order numbers")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries: Self::Value = BTreeMap::new();
        while let Some((number, value)) = map.next_entry::<String, Value>()? {
            let now = entry(&value);
            // Of two entries the worse counts: an order that is marked all the same does not come again.
            let entry = match entries.remove(&number) {
                Some(Err(before)) => Err(before),
                Some(Ok(())) | None => now,
            };
            entries.insert(number, entry);
        }
        Ok(entries)
    }
}

/// Lenient in form, and nothing but a plain yes is a yes.
fn entry(value: &Value) -> Entry {
    let (success, error) = match value {
        Value::Object(fields) => (
            fields.get("success").is_some_and(is_yes),
            fields.get("error").filter(|error| !error.is_null()),
        ),
        // Not documented: the answer itself instead of an object around it.
        value => (is_yes(value), None),
    };
    match error.map(|error| error.as_str().map_or_else(|| error.to_string(), str::to_owned)) {
        None if success => Ok(()),
        Some(why) if success && why.trim().is_empty() => Ok(()),
        Some(why) => Err(why),
        None => Err(String::new()),
    }
}

fn is_yes(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::Number(number) => number.as_u64() == Some(1),
        Value::String(text) => text.trim() == "1" || text.trim().eq_ignore_ascii_case("true"),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> EcatOrderNumber {
        EcatOrderNumber::new(text).unwrap()
    }

    fn read(numbers: &[&str], data: &str) -> Result<Marks, &'static str> {
        let batch = Batch::all(numbers.iter().map(|text| number(text))).remove(0);
        let credentials = Credentials {
            username: "apiuser".to_owned(),
            password: "s3cret".to_owned(),
        };
        marks(&batch, data.as_bytes(), &credentials)
    }

    #[test]
    fn numbers_are_cut_into_batches_and_stand_in_them_once() {
        assert_eq!(Batch::all([]), []);
        let numbers = (0..250).chain(0..10).map(|n| number(&format!("7120-{n}")));
        let batches = Batch::all(numbers);
        let sizes: Vec<usize> = batches.iter().map(|batch| batch.numbers().len()).collect();
        assert_eq!(sizes, [100, 100, 50]);
        assert_eq!(batches[2].numbers()[49], number("7120-249"));
    }

    #[test]
    fn each_entry_is_read_by_itself() {
        let data = r#"{
            "7120-041526-118": {"success": true},
            "7133-041626-009": {"success": false, "error": "Order could not be updated\n by apiuser"},
            "9": {"success": true}
        }"#;
        let marks = read(&["7133-041626-009", "7120-041526-118", "7120-041526-118-1"], data);
        let why = "Order could not be updated by ***".to_owned();
        assert_eq!(
            marks,
            Ok(Marks {
                received: vec![number("7120-041526-118")],
                failed: vec![(number("7133-041626-009"), why)],
                missing: vec![number("7120-041526-118-1")],
                unasked: 1,
            })
        );
    }

    #[test]
    fn a_yes_has_many_forms_and_everything_else_is_a_no() {
        for yes in [
            r#"{"success":true}"#,
            r#"{"success":"True","error":null}"#,
            r#"{"success":1,"error":""}"#,
            r#"{"success":"1"}"#,
            "true",
            "1",
        ] {
            let marks = read(&["a"], &format!(r#"{{"a":{yes}}}"#)).unwrap();
            assert_eq!(marks.received, [number("a")], "{yes}");
        }
        for (no, why) in [
            ("{}", ""),
            (r#"{"success":null}"#, ""),
            (r#"{"success":2}"#, ""),
            (r#"{"success":"yes"}"#, ""),
            (r#"{"success":true,"error":"x"}"#, "x"),
            (r#"{"success":false,"error":{"code":7}}"#, r#"{"code":7}"#),
            (r#"{"error":"x"}"#, "x"),
            ("null", ""),
            ("[true]", ""),
        ] {
            let marks = read(&["a"], &format!(r#"{{"a":{no}}}"#)).unwrap();
            assert_eq!(marks.failed, [(number("a"), why.to_owned())], "{no}");
        }
    }

    #[test]
    fn of_two_entries_the_worse_counts() {
        for data in [
            r#"{"a":{"success":true},"a":{"error":"x"}}"#,
            r#"{"a":{"error":"x"},"a":true}"#,
        ] {
            assert_eq!(
                read(&["a"], data).unwrap().failed,
                [(number("a"), "x".to_owned())]
            );
        }
    }

    #[test]
    fn a_number_is_the_same_only_to_the_letter() {
        let marks = read(&["Xyz-1"], r#"{"XYZ-1":{"success":true}}"#).unwrap();
        assert_eq!((marks.missing, marks.unasked), (vec![number("Xyz-1")], 1));
    }

    #[test]
    fn data_that_is_no_object_says_nothing() {
        for data in ["", "null", "[]", "true", r#"["a"]"#] {
            assert!(read(&["a"], data).is_err(), "{data}");
        }
    }
}

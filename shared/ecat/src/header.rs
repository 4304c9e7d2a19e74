//! The three fields of an order that are documented, read without building the order's tree. Everything else is the
//! field map's.

use std::borrow::Cow;
use std::fmt;

use order_model::{EcatId, EcatOrderNumber, EcatUuid, RecordFault, Submission};
use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Reads the names of the submission that a well-formed record is.
///
/// # Errors
/// What is missing, can't be read, or stands there twice and differs. Without all three fields nobody can tell an order
/// from a submission of one, so nothing is made up for them.
pub fn submission(raw: &[u8]) -> Result<Submission, RecordFault> {
    let top = top(raw).ok_or(RecordFault("the record is not a JSON object"))?;
    let number = top
        .number
        .scalar()
        .and_then(|text| EcatOrderNumber::new(text).ok());
    let uuid = top.uuid.text().and_then(|text| EcatUuid::new(&text).ok());
    let id = top.id.scalar().and_then(|text| digits(&text));
    Ok(Submission {
        number: number.ok_or(RecordFault("the record has no usable order_number"))?,
        uuid: uuid.ok_or(RecordFault("the record has no usable uuid"))?,
        id: EcatId(id.ok_or(RecordFault("the record has no usable id"))?),
    })
}

/// Whether these bytes are one JSON object with an `order_number`, as no envelope has.
pub(crate) fn is_order(raw: &[u8]) -> bool {
    top(raw).is_some_and(|top| top.number.exact.is_some() || top.number.alike.is_some())
}

fn digits(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn top(raw: &[u8]) -> Option<Top> {
    let mut reader = serde_json::Deserializer::from_slice(raw);
    let found = reader.deserialize_map(Seek).ok()?;
    reader.end().ok()?;
    Some(found)
}

#[derive(Default)]
struct Top {
    number: Field,
    uuid: Field,
    id: Field,
}

impl Top {
    fn field(&mut self, key: &str) -> Option<(&mut Field, &'static str)> {
        let of = |name: &str| key.eq_ignore_ascii_case(name);
        match key {
            _ if of("order_number") => Some((&mut self.number, "order_number")),
            _ if of("uuid") => Some((&mut self.uuid, "uuid")),
            _ if of("id") => Some((&mut self.id, "id")),
            _ => None,
        }
    }
}

/// The value of a key at the top of an object: the exact name, else the same name in other case.
#[derive(Default)]
struct Field {
    exact: Option<String>,
    alike: Option<String>,
    /// The key stands there twice, with different values: nobody can say which is meant.
    differs: bool,
}

impl Field {
    fn put(&mut self, exact: bool, value: &str) {
        let place = if exact { &mut self.exact } else { &mut self.alike };
        self.differs |= place.as_deref().is_some_and(|before| before != value);
        *place = Some(value.to_owned());
    }

    fn value(&self) -> Option<&str> {
        let value = self.exact.as_deref().or(self.alike.as_deref());
        value.filter(|_| !self.differs)
    }

    /// A text's content, exactly.
    fn text(&self) -> Option<String> {
        serde_json::from_str(self.value()?).ok()
    }

    /// A text's content, or a whole number's digits.
    fn scalar(&self) -> Option<String> {
        self.text().or_else(|| {
            let value = self.value()?;
            let whole = match value.split_once('.') {
                // 402311.0 is 402311: some serialisers write every number so.
                Some((whole, fraction)) if fraction.bytes().all(|byte| byte == b'0') => whole,
                _ => value,
            };
            whole
                .bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| whole.to_owned())
        })
    }
}

struct Seek;

impl<'de> Visitor<'de> for Seek {
    type Value = Top;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an order")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Top, A::Error> {
        let mut top = Top::default();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match top.field(&key.0) {
                Some((field, name)) => field.put(key.0 == name, map.next_value::<&RawValue>()?.get()),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(top)
    }
}

/// A key, borrowed where it holds no escapes.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3";

    fn read(number: &str, uuid: &str, id: &str) -> Result<Submission, RecordFault> {
        let raw = format!(r#"{{"items":[{{"id":5}}],"order_number":{number},"uuid":{uuid},"id":{id}}}"#);
        submission(raw.as_bytes())
    }

    fn header(number: &str) -> Submission {
        Submission {
            number: EcatOrderNumber::new(number).unwrap(),
            uuid: EcatUuid::new(UUID).unwrap(),
            id: EcatId(402_311),
        }
    }

    #[test]
    fn reads_texts_and_numbers() {
        let (number, uuid) = (r#""7120-041526-118""#, format!("\"{UUID}\""));
        let expected = Ok(header("7120-041526-118"));
        for id in ["402311", r#""402311""#, "402311.0", r#"" 402311 ""#] {
            assert_eq!(read(number, &uuid, id), expected, "{id}");
        }
        assert_eq!(read(number, &uuid.to_lowercase(), "402311"), expected);
        assert_eq!(read("7120", &uuid, "402311"), Ok(header("7120")));
        assert_eq!(read(r#"" 7\u0031 ""#, &uuid, "402311"), Ok(header(" 71 ")));
    }

    #[test]
    fn says_which_field_is_not_usable() {
        let (number, uuid, id) = (r#""7120""#, format!("\"{UUID}\""), "402311");
        let fault = |what| Err(RecordFault(what));
        for bad in ["null", r#""""#, "[]", "71.5", "-7", "true"] {
            assert_eq!(
                read(bad, &uuid, id),
                fault("the record has no usable order_number"),
                "{bad}"
            );
        }
        for bad in ["null", r#""""#, "7", r#""9B0D2C64""#] {
            assert_eq!(
                read(number, bad, id),
                fault("the record has no usable uuid"),
                "{bad}"
            );
        }
        for bad in [
            "null",
            r#""""#,
            "1.5",
            "-1",
            r#""x""#,
            "1e5",
            "99999999999999999999",
        ] {
            assert_eq!(
                read(number, &uuid, bad),
                fault("the record has no usable id"),
                "{bad}"
            );
        }
    }

    #[test]
    fn the_exact_name_beats_the_same_name_in_other_case_and_two_values_are_none() {
        let raw = format!(r#"{{"ID":1,"id":402311,"UUID":"{UUID}","order_number":"a"}}"#);
        assert_eq!(submission(raw.as_bytes()), Ok(header("a")));
        let raw = format!(r#"{{"id":1,"id":402311,"uuid":"{UUID}","order_number":"a"}}"#);
        assert!(submission(raw.as_bytes()).is_err());
    }

    #[test]
    fn only_one_whole_object_is_a_record() {
        let raw = format!(r#"{{"id":402311,"uuid":"{UUID}","order_number":"a"}}"#);
        for text in [
            &raw[..raw.len() - 1],
            &format!("{raw} 1"),
            &format!("[{raw}]"),
            "",
        ] {
            assert_eq!(
                submission(text.as_bytes()),
                Err(RecordFault("the record is not a JSON object"))
            );
        }
    }

    #[test]
    fn an_order_is_known_from_an_envelope_by_its_number() {
        assert!(is_order(br#"{"status":"submitted","order_number":null}"#));
        assert!(!is_order(br#"{"status":"success","data":{"order_number":"a"}}"#));
    }
}

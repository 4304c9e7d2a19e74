//! What a person sends, and what it means. Pure.

use order_model::{AskedOrder, Brand, EcatOrg, Origin, Person, PersonError};
use serde::Deserialize;
use serde_json::Value;

use crate::named::{Named, Whose};

/// Bytes of a map's text. An item of the ledger holds 400 KB with everything in it.
pub const MAP_BYTES: usize = 200 * 1024;
/// Orders that a person may name for the check.
pub const ORDERS: usize = 200;
/// Canonical orders in an answer, where nobody says how many.
const LIMIT: usize = 20;

/// What a person sends. A misspelt word must not set a map.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Event {
    /// A new map.
    pub map: Option<Value>,
    /// The version of an earlier one.
    #[serde(rename = "use")]
    pub version: Option<String>,
    /// The built-in one of this release.
    pub default: bool,
    /// Whose payloads it reads: `repspark` or `ecat`. A new map says it itself; a stack without eCat has one alone.
    pub source: Option<String>,
    /// Check only.
    pub dry_run: bool,
    /// Set it although an order that was read is not read any more.
    pub force: bool,
    /// The orders to check it on: RepSpark's numbers, eCat's numbers or uuids, or keys.
    pub orders: Option<Vec<AskedOrder>>,
    /// How many canonical orders the answer holds at most.
    pub limit: Option<usize>,
    /// Who sets it.
    pub by: Option<String>,
    /// What for.
    pub why: Option<String>,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// The current map of one origin.
    Show(Origin),
    /// Another current map.
    Set(Box<Setting>),
}

/// Which map, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Whose orders it is for.
    pub origin: Origin,
    /// Which.
    pub which: Which,
    /// Whether it is only checked.
    pub dry_run: bool,
    /// Whether a regression does not matter.
    pub force: bool,
    /// The orders to check it on; none for open ones.
    pub orders: Option<Vec<Named>>,
    /// Canonical orders in the answer.
    pub limit: usize,
    /// Who, and what for; empty in a dry run that does not say.
    pub person: Person,
}

/// Which map is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The one with this text.
    Text(String),
    /// An earlier one.
    Version(String),
    /// The built-in one.
    BuiltIn,
}

/// An event that means nothing. Nothing was read or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// More than one map, or none and other words.
    #[error(
        "give exactly one of \"map\", \"use\" and \"default\": true; without any other word than \"source\" the current map is shown"
    )]
    NotOneMap,
    /// Not an object.
    #[error("\"map\" is not a JSON object: give the map itself, not its text")]
    NotAnObject,
    /// Too much.
    #[error("the map has {0} bytes as it would be stored, and may have {MAP_BYTES}")]
    TooLarge(usize),
    /// Who sets the map, or what for, does not fit.
    #[error(transparent)]
    Person(#[from] PersonError),
    /// Not the name of an order of this brand.
    #[error(
        "{0:?} is no order: give RepSpark's number, such as \"8086\", or the key, such as \"RS-{1}-8086\""
    )]
    NoOrder(String, String),
    /// Not the name of an order of eCat's.
    #[error("{0:?} is no order of eCat's: give a number, a uuid or a key")]
    NoEcatOrder(String),
    /// This brand has no eCat.
    #[error("this stack does not use eCat (EcatOrg is empty), so no order of eCat's can be named")]
    NoOrg,
    /// More orders than can be checked.
    #[error("\"orders\" names {0} orders, and may name {ORDERS}")]
    TooManyOrders(usize),
    /// A source that has no map.
    #[error("there is no field map of {0:?}: the sources are repspark and ecat")]
    UnknownSource(String),
    /// There are two.
    #[error("whose map is meant? Give \"source\": \"repspark\" or \"source\": \"ecat\"")]
    WhichSource,
}

impl Event {
    /// What the event asks for, of a stack that has this organisation at eCat, or none.
    pub fn wanted(self, brand: &Brand, org: Option<&EcatOrg>) -> Result<Wanted, EventError> {
        let origin = origin(self.source.as_deref(), self.map.as_ref(), org.is_some())?;
        if self.is_bare() {
            return Ok(Wanted::Show(origin));
        }
        let said = if self.dry_run {
            Person::if_said
        } else {
            Person::new
        };
        let whose = Whose { origin, brand, org };
        let orders = self.orders.map(|orders| named(&orders, whose)).transpose()?;
        Ok(Wanted::Set(Box::new(Setting {
            origin,
            person: said(self.by.as_deref(), self.why.as_deref())?,
            which: which(self.map, self.version, self.default)?,
            dry_run: self.dry_run,
            force: self.force,
            orders,
            limit: self.limit.unwrap_or(LIMIT),
        })))
    }

    fn is_bare(&self) -> bool {
        let map = self.map.is_some() || self.version.is_some() || self.default;
        let how = self.dry_run || self.force || self.orders.is_some() || self.limit.is_some();
        !map && !how && self.by.is_none() && self.why.is_none()
    }
}

/// Whose map is meant.
fn origin(source: Option<&str>, map: Option<&Value>, has_ecat: bool) -> Result<Origin, EventError> {
    let of_name = |name: &str| {
        let mut all = [Origin::RepSpark, Origin::Ecat].into_iter();
        all.find(|origin| origin.as_str() == name)
    };
    match (source, map) {
        (Some(name), _) => of_name(name).ok_or_else(|| EventError::UnknownSource(name.to_owned())),
        // A map that says none, or another, is no map, and is refused with that place in it.
        (None, Some(map)) => Ok(map["source"]
            .as_str()
            .and_then(of_name)
            .unwrap_or(Origin::RepSpark)),
        (None, None) if has_ecat => Err(EventError::WhichSource),
        (None, None) => Ok(Origin::RepSpark),
    }
}

fn which(map: Option<Value>, version: Option<String>, default: bool) -> Result<Which, EventError> {
    match (map, version, default) {
        (Some(map), None, false) => {
            if !map.is_object() {
                return Err(EventError::NotAnObject);
            }
            let text = format!("{map:#}\n");
            if text.len() > MAP_BYTES {
                return Err(EventError::TooLarge(text.len()));
            }
            Ok(Which::Text(text))
        }
        (None, Some(version), false) => Ok(Which::Version(version.trim().to_owned())),
        (None, None, true) => Ok(Which::BuiltIn),
        _ => Err(EventError::NotOneMap),
    }
}

/// The orders that are named, each once.
fn named(orders: &[AskedOrder], whose: Whose<'_>) -> Result<Vec<Named>, EventError> {
    if orders.len() > ORDERS {
        return Err(EventError::TooManyOrders(orders.len()));
    }
    let mut all = Vec::with_capacity(orders.len());
    for order in orders {
        let named = Named::of(order, whose)?;
        if !all.contains(&named) {
            all.push(named);
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wanted(event: Value) -> Result<Wanted, EventError> {
        let event: Event = serde_json::from_value(event).unwrap();
        event.wanted(&Brand::new("Acme").unwrap(), None)
    }

    /// As [`wanted`], of a stack that has eCat as well.
    fn wanted_of_both(event: Value) -> Result<Wanted, EventError> {
        let event: Event = serde_json::from_value(event).unwrap();
        let org = EcatOrg::new("demo").unwrap();
        event.wanted(&Brand::new("Acme").unwrap(), Some(&org))
    }

    fn setting(event: Value) -> Setting {
        match wanted(event) {
            Ok(Wanted::Set(setting)) => *setting,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nothing_asks_for_the_current_map() {
        assert_eq!(wanted(json!({})), Ok(Wanted::Show(Origin::RepSpark)));
        for (source, origin) in [("repspark", Origin::RepSpark), ("ecat", Origin::Ecat)] {
            let shown = Ok(Wanted::Show(origin));
            assert_eq!(wanted(json!({"source": source})), shown);
            assert_eq!(wanted_of_both(json!({"source": source})), shown);
        }
    }

    #[test]
    fn where_there_are_two_sources_one_of_them_is_said_or_stands_in_the_map() {
        let default = json!({"default": true, "dry_run": true});
        for event in [json!({}), default, json!({"use": "0011", "dry_run": true})] {
            let said = event.to_string();
            let refused = wanted_of_both(event).unwrap_err().to_string();
            assert!(
                refused.contains("repspark") && refused.contains("ecat"),
                "{said}: {refused}"
            );
        }
        let of = |event: Value| match wanted_of_both(event) {
            Ok(Wanted::Set(setting)) => setting.origin,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            of(json!({"map": {"source": "ecat"}, "dry_run": true})),
            Origin::Ecat
        );
        assert_eq!(
            of(json!({"default": true, "source": "ecat", "dry_run": true})),
            Origin::Ecat
        );
        // The text of the map is refused later, by the place that is wrong.
        assert_eq!(of(json!({"map": {}, "dry_run": true})), Origin::RepSpark);
    }

    #[test]
    fn one_map_is_meant_and_not_two_or_none() {
        let (by, why) = ("ada", "new brand");
        for event in [
            json!({"by": by, "why": why}),
            json!({"dry_run": true}),
            json!({"force": true}),
            json!({"orders": ["8086"]}),
            json!({"map": {}, "default": true, "by": by, "why": why}),
            json!({"map": {}, "use": "0011", "by": by, "why": why}),
            json!({"use": "0011", "default": true, "dry_run": true}),
        ] {
            let event_is = event.to_string();
            let refused = wanted(event);
            assert!(
                matches!(refused, Err(EventError::NotOneMap | EventError::Person(_))),
                "{event_is}: {refused:?}"
            );
        }
        assert_eq!(
            setting(json!({"use": " 0011 ", "dry_run": true})).which,
            Which::Version("0011".into())
        );
        assert_eq!(
            setting(json!({"default": true, "by": by, "why": why})).which,
            Which::BuiltIn
        );
    }

    #[test]
    fn a_map_is_stored_as_its_pretty_text() {
        let map = json!({"schema": 1, "order": {"currency": {"const": "USD"}}});
        let Which::Text(text) = setting(json!({"map": map, "dry_run": true})).which else {
            panic!("not a text");
        };
        assert!(text.contains("\n  \"schema\": 1"), "{text}");
        assert!(text.ends_with("}\n"));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), map);
    }

    #[test]
    fn a_map_that_is_no_object_or_too_large_is_refused() {
        for map in [json!("{}"), json!([]), json!(1)] {
            assert_eq!(
                wanted(json!({"map": map, "dry_run": true})),
                Err(EventError::NotAnObject)
            );
        }
        let large = json!({"notes": "x".repeat(MAP_BYTES)});
        assert!(matches!(
            wanted(json!({"map": large, "dry_run": true})),
            Err(EventError::TooLarge(_))
        ));
    }

    #[test]
    fn who_and_why_are_needed_unless_nothing_is_set() {
        assert_eq!(
            wanted(json!({"default": true})),
            Err(PersonError::Missing("by").into())
        );
        assert_eq!(
            wanted(json!({"default": true, "by": "ada", "why": " "})),
            Err(PersonError::Missing("why").into())
        );
        let long = "x".repeat(201);
        let too_long = PersonError::TooLong {
            field: "why",
            length: 201,
        };
        assert_eq!(
            wanted(json!({"default": true, "by": "ada", "why": long})),
            Err(too_long.into())
        );
        let nobody = setting(json!({"default": true, "dry_run": true})).person;
        assert_eq!(nobody, Person::default());
    }

    #[test]
    fn an_order_is_looked_for_once_by_whichever_name() {
        let orders = json!([8086, "08086", "RS-ACME-8086", "rs-acme-8086", " 8087 "]);
        let named = setting(json!({"default": true, "dry_run": true, "orders": orders})).orders;
        let says: Vec<String> = named.unwrap().into_iter().map(|one| one.says).collect();
        assert_eq!(says, ["RS-ACME-8086", "RS-ACME-8087"]);
        let many: Vec<u64> = (1..=201).collect();
        assert_eq!(
            wanted(json!({"default": true, "dry_run": true, "orders": many})),
            Err(EventError::TooManyOrders(201))
        );
    }

    #[test]
    fn an_unknown_word_or_source_is_refused() {
        assert!(serde_json::from_value::<Event>(json!({"dryrun": true})).is_err());
        assert!(matches!(
            wanted(json!({"source": "eCat"})),
            Err(EventError::UnknownSource(_))
        ));
    }
}

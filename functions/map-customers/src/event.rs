//! What a person sends, and what it means. Pure.

use order_model::{Origin, Person, PersonError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::rows::{self, Judged, NoRows};

/// Rows in a list, where nobody says how many.
const LISTED: usize = 1_000;
/// Rows in a list at most: an answer of Lambda's has 6 MB.
const MOST: usize = 10_000;

/// What a person sends. A misspelt word must not map a customer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Event {
    /// Rows as a text: a line for each, the first one names the columns.
    pub csv: Option<String>,
    /// Rows as objects.
    pub rows: Option<Vec<Value>>,
    /// The source whose rows are listed: `repspark` or `ecat`.
    pub list: Option<String>,
    /// Behind which row the list begins: what the list before gave as `next`.
    pub from: Option<Place>,
    /// How many rows are listed at most.
    pub limit: Option<usize>,
    /// Only say what would be written and let go.
    pub dry_run: bool,
    /// Who says so.
    pub by: Option<String>,
    /// What for.
    pub why: Option<String>,
}

/// A place in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The customer's code.
    pub customer_code: String,
    /// The store's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_code: Option<String>,
}

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Rows to write.
    Write {
        rows: Judged,
        dry_run: bool,
        person: Person,
    },
    /// Rows to see.
    List {
        source: Origin,
        from: Option<Place>,
        limit: usize,
    },
}

/// An event that means nothing. Nothing was read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// None of the three, or several.
    #[error("give exactly one of \"csv\", \"rows\" and \"list\": nothing was written")]
    NotOne,
    /// A word that goes with another one.
    #[error("\"{0}\" does not go with \"{1}\": nothing was written")]
    Unfit(&'static str, &'static str),
    /// The text holds no rows.
    #[error("\"csv\" can't be read, and nothing was written: {0}")]
    Csv(String),
    /// There is not one row.
    #[error("there is no row: nothing was written")]
    Nothing,
    /// A source that has no customers here.
    #[error("there is no source {0:?}: it is repspark or ecat")]
    Source(String),
    /// A limit that is none.
    #[error("\"limit\" is {0}, and may be 1 to {MOST}")]
    Limit(usize),
    /// Who writes, or what for, does not fit.
    #[error(transparent)]
    Person(#[from] PersonError),
}

impl Event {
    /// What the event asks for.
    pub(crate) fn wanted(self) -> Result<Wanted, EventError> {
        let rows = match (&self.csv, &self.rows, &self.list) {
            (Some(text), None, None) => {
                rows::of_text(text).map_err(|error: NoRows| EventError::Csv(error.to_string()))?
            }
            (None, Some(rows), None) => rows::of_list(rows),
            (None, None, Some(source)) => return self.listed(source),
            _ => return Err(EventError::NotOne),
        };
        let with = if self.csv.is_some() { "csv" } else { "rows" };
        for (word, given) in [("from", self.from.is_some()), ("limit", self.limit.is_some())] {
            if given {
                return Err(EventError::Unfit(word, with));
            }
        }
        if rows == Judged::default() {
            return Err(EventError::Nothing);
        }
        let said = if self.dry_run {
            Person::if_said
        } else {
            Person::new
        };
        Ok(Wanted::Write {
            rows,
            dry_run: self.dry_run,
            person: said(self.by.as_deref(), self.why.as_deref())?,
        })
    }

    fn listed(&self, source: &str) -> Result<Wanted, EventError> {
        let given = [
            ("by", self.by.is_some()),
            ("why", self.why.is_some()),
            ("dry_run", self.dry_run),
        ];
        if let Some((word, _)) = given.into_iter().find(|(_, given)| *given) {
            return Err(EventError::Unfit(word, "list"));
        }
        let mut sources = [Origin::RepSpark, Origin::Ecat].into_iter();
        let known = sources.find(|origin| origin.as_str() == source.trim());
        let limit = self.limit.unwrap_or(LISTED);
        if !(1..=MOST).contains(&limit) {
            return Err(EventError::Limit(limit));
        }
        Ok(Wanted::List {
            source: known.ok_or_else(|| EventError::Source(source.to_owned()))?,
            from: self.from.clone(),
            limit,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ROW: &str = "source,customer_code,store_code,sparklayer_customer\nrepspark,C1,,CU-1";

    fn wanted(event: Value) -> Result<Wanted, EventError> {
        serde_json::from_value::<Event>(event).unwrap().wanted()
    }

    #[test]
    fn exactly_one_thing_is_asked_for() {
        for event in [
            json!({}),
            json!({"by": "ada", "why": "new"}),
            json!({"csv": ROW, "rows": []}),
            json!({"csv": ROW, "list": "ecat"}),
        ] {
            assert_eq!(wanted(event), Err(EventError::NotOne));
        }
        assert!(serde_json::from_value::<Event>(json!({"csv": ROW, "dryrun": true})).is_err());
    }

    #[test]
    fn who_and_why_are_needed_unless_nothing_is_written() {
        let missing = |word| Err(EventError::Person(PersonError::Missing(word)));
        assert_eq!(wanted(json!({"csv": ROW})), missing("by"));
        assert_eq!(
            wanted(json!({"csv": ROW, "by": "ada", "why": " "})),
            missing("why")
        );
        assert!(wanted(json!({"csv": ROW, "dry_run": true})).is_ok());
        assert!(wanted(json!({"csv": ROW, "by": "ada", "why": "new"})).is_ok());
    }

    #[test]
    fn what_has_no_row_is_refused_and_what_has_bad_ones_alone_is_not() {
        let header = "source,customer_code,sparklayer_customer\n";
        for event in [
            json!({"csv": header, "dry_run": true}),
            json!({"rows": [], "dry_run": true}),
        ] {
            assert_eq!(wanted(event), Err(EventError::Nothing));
        }
        assert!(matches!(
            wanted(json!({"csv": "", "dry_run": true})),
            Err(EventError::Csv(_))
        ));
        assert!(wanted(json!({"rows": [1], "dry_run": true})).is_ok());
    }

    #[test]
    fn a_list_goes_on_behind_the_place_where_the_one_before_it_ended() {
        let list = |event| wanted(event);
        let place = Place {
            customer_code: "C1".to_owned(),
            store_code: None,
        };
        let next = serde_json::to_value(&place).unwrap();
        assert_eq!(
            list(json!({"list": "ecat", "from": next, "limit": 5})),
            Ok(Wanted::List {
                source: Origin::Ecat,
                from: Some(place),
                limit: 5
            })
        );
        assert_eq!(
            list(json!({"list": "shop"})),
            Err(EventError::Source("shop".to_owned()))
        );
        assert_eq!(
            list(json!({"list": "ecat", "limit": 0})),
            Err(EventError::Limit(0))
        );
        assert_eq!(
            list(json!({"list": "ecat", "by": "ada"})),
            Err(EventError::Unfit("by", "list"))
        );
        assert_eq!(
            list(json!({"rows": [1], "limit": 5, "dry_run": true})),
            Err(EventError::Unfit("limit", "rows"))
        );
    }
}

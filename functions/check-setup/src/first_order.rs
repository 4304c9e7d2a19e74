//! The first order of eCat's list: how it maps, before anything was pulled.

use std::collections::VecDeque;

use ecat::{CallError, Doubt, Ecat, submission};
use order_intake::{Piece, Splitter};
use order_mapping::{Finding, Reading, context};
use order_model::{EcatOrg, ErpKey, Origin, Submission};
use serde_json::Value;
use tokio::time::timeout;

use crate::{Check, CheckSetup, EcatReach};

const FIRST: &str = "ecat_first_order";
/// An intake takes no larger record.
const LARGEST_RECORD: usize = 8 * 1024 * 1024;
/// Things in the way that are named; the look at the one order names all.
const NAMED: usize = 5;
/// What a person does about an order that no pull can take in as it is.
const BROKEN: &str =
    "ask eCat about it: a pull keeps what it can't tell apart in quarantine, and never marks it";

/// What the list begins with; none of an empty one.
pub(crate) type First = Option<Piece>;

/// Opens the list, reads it as far as its first order goes, and drops it. Reading changes nothing at eCat.
///
/// # Errors
/// Why the list can't be had. One that fails behind its first order looks good here.
pub(crate) async fn first(client: &Ecat, settings: &EcatReach) -> Result<First, CallError> {
    let read = timeout(settings.list.max(settings.reach.call), begin(client)).await;
    read.unwrap_or(Err(CallError::NoAnswer {
        operation: "GET new_orders",
        doubt: Doubt::TimedOut,
    }))
}

async fn begin(client: &Ecat) -> Result<First, CallError> {
    let mut list = client.new_orders().await?;
    let mut splitter = Splitter::new(list.first_key(), LARGEST_RECORD);
    let mut pieces = VecDeque::new();
    while let Some(bytes) = list.chunk().await? {
        splitter.feed(&bytes, &mut pieces);
        if let Some(piece) = pieces.pop_front() {
            return Ok(Some(piece));
        }
    }
    splitter.end(true, &mut pieces);
    Ok(pieces.pop_front())
}

impl CheckSetup {
    /// What a pull would make of the first order: whether the current map reads it, and what would keep it for a person.
    pub(crate) async fn first_order(&self, org: &EcatOrg, piece: Piece) -> Check {
        let raw = match piece {
            Piece::Record { bytes, .. } => bytes,
            Piece::Malformed { fault, .. } => {
                return Check::bad(
                    FIRST,
                    format!("the list begins with what is no order: {fault}"),
                    BROKEN,
                );
            }
        };
        let names = match submission(&raw) {
            Ok(names) => names,
            Err(fault) => {
                let says = format!("the first order of the list can't be told apart: {}", fault.0);
                return Check::bad(FIRST, says, BROKEN);
            }
        };
        let map = match self.maps.of(Origin::Ecat).current_or_built_in().await {
            Ok(map) => map,
            Err(error) => {
                let says = format!("the first order of the list was not read: {error}");
                return Check::bad(FIRST, says, "look at ecat_field_map");
            }
        };
        let key = ErpKey::ecat(org, &names.number);
        let raw: Value = serde_json::from_slice(&raw).unwrap_or_default();
        match Reading::of(&map, &raw, &context(key, &self.config.time_zone)) {
            Reading::Mapped { order, holds } => reads(&names, &self.held_by_rules(&order, holds)),
            Reading::Not { findings, more, .. } => does_not_read(&names, &findings, more),
        }
    }
}

fn reads(names: &Submission, holds: &[String]) -> Check {
    let read = format!("the map reads the first order of the list, {}", names.number);
    if holds.is_empty() {
        return Check::good(FIRST, read);
    }
    let says = format!("{read}; an import of it would be held: {}", holds.join(", "));
    Check::good(FIRST, says).then(shows(names))
}

fn does_not_read(names: &Submission, findings: &[Finding], more: usize) -> Check {
    let told: Vec<&str> = findings
        .iter()
        .take(NAMED)
        .map(|finding| &*finding.says)
        .collect();
    let rest = match findings.len() - told.len() + more {
        0 => String::new(),
        rest => format!("; and {rest} more"),
    };
    let says = format!(
        "the map does not read the first order of the list, {}, so an import of it would be held: {}{rest}",
        names.number,
        told.join("; ")
    );
    let next = format!(
        "{}; set-field-map with \"source\": \"ecat\" shows where the map looks, and takes another one",
        shows(names)
    );
    Check::bad(FIRST, says, next)
}

fn shows(names: &Submission) -> String {
    format!("{{\"ecat_id\": {}}} shows what would become of it", names.id)
}

#[cfg(test)]
mod tests {
    use order_model::{EcatId, EcatOrderNumber, EcatUuid};

    use super::*;

    fn names() -> Submission {
        Submission {
            number: EcatOrderNumber::new("6385-031318-392").unwrap(),
            uuid: EcatUuid::new("9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3").unwrap(),
            id: EcatId(356_509),
        }
    }

    fn finding(field: usize) -> Finding {
        Finding {
            field: format!("field_{field}"),
            says: format!("field_{field}: nothing found at /x"),
            places: vec!["/x".to_owned()],
        }
    }

    #[test]
    fn an_order_that_the_map_does_not_read_is_a_fault_and_the_first_findings_are_named() {
        let findings: Vec<Finding> = (1..=7).map(finding).collect();
        let check = does_not_read(&names(), &findings, 3);
        assert!(!check.ok);
        assert!(
            check
                .says
                .contains("6385-031318-392, so an import of it would be held: field_1: nothing")
        );
        assert!(check.says.ends_with("field_5: nothing found at /x; and 5 more"));
        assert!(check.next.unwrap().starts_with("{\"ecat_id\": 356509} shows"));
        let one = does_not_read(&names(), &findings[..1], 0);
        assert!(one.says.ends_with("field_1: nothing found at /x"));
    }

    #[test]
    fn an_order_that_is_kept_for_a_person_is_no_fault() {
        assert_eq!(
            reads(&names(), &[]),
            Check::good(
                FIRST,
                "the map reads the first order of the list, 6385-031318-392"
            )
        );
        let held = reads(
            &names(),
            &["before_import_from".to_owned(), "hold_type".to_owned()],
        );
        assert!(held.ok);
        assert!(held.says.ends_with("held: before_import_from, hold_type"));
        assert!(held.next.is_some());
    }
}

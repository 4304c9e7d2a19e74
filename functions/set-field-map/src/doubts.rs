//! What a check says about a map, in words. Pure.

use order_model::Origin;

use crate::answer::{Checked, Found};
use crate::check::Row;

/// Orders that are named in a text.
const NAMED: usize = 5;

/// How many orders a map was tried on, and what came of that: every text about a map begins with it.
pub(crate) fn counts(checked: &Checked) -> String {
    let gone = match checked.without_payload {
        0 => String::new(),
        gone => format!(" ({gone} of them without a payload)"),
    };
    let unreadable = match checked.unreadable {
        0 => String::new(),
        items => format!(", {items} in a form that this release can't read"),
    };
    format!(
        "read {} of {}, {} not{gone}, {} not here{unreadable}",
        checked.mapped,
        checked.orders,
        checked.not_mapped,
        checked.unknown.len()
    )
}

/// What is said of a map that nothing speaks against.
pub(crate) fn all_in_all(checked: &Checked) -> &'static str {
    if checked.orders == 0 {
        return "it is the map that counts already";
    }
    if checked.mapped == checked.orders && checked.unknown.is_empty() && checked.unreadable == 0 {
        return "nothing speaks against the map";
    }
    "it is worse for no order that it was tried on, but it was not tried on all of them or does not read all of them: \
     \"checked\" and \"orders\" say which"
}

/// What speaks against a map; `same` if it is the one that counts already, so that nothing would change.
pub(crate) fn doubts(found: &Found, same: bool, origin: Origin) -> Option<String> {
    let checked = &found.checked;
    let untried = nothing_read(checked, origin).filter(|_| !same);
    let doubts = [worse(found), untried, no_time(checked)];
    let doubts: Vec<String> = doubts.into_iter().flatten().collect();
    (!doubts.is_empty()).then(|| doubts.join("; "))
}

fn worse(found: &Found) -> Option<String> {
    let checked = &found.checked;
    if checked.regressions == 0 {
        return None;
    }
    let first = found.rows.iter().filter(|row| row.regression.is_some());
    let first: Vec<String> = first.take(NAMED).map(named).collect();
    Some(format!(
        "it is worse than the current map for {} of {} orders, such as {}",
        checked.regressions,
        checked.orders,
        first.join(", ")
    ))
}

/// A map that read no order is not known to read any.
fn nothing_read(checked: &Checked, origin: Origin) -> Option<String> {
    let says = match checked {
        Checked {
            orders: 0, unknown, ..
        } if !unknown.is_empty() => {
            "it was tried on nothing, because none of the orders that are named is here".to_owned()
        }
        Checked { orders: 0, .. } => {
            let brings = match origin {
                Origin::RepSpark => "repspark-pull-orders {\"baseline\": true} or the first pull brings some",
                // An order that nothing reads waits for a person, so a pull before the right map costs nothing.
                Origin::Ecat => {
                    "the first pull brings some, and those that the current map does not read wait"
                }
            };
            format!(
                "it was tried on nothing, because there is no order of {} here to try it on; {brings}",
                origin.as_str()
            )
        }
        Checked { mapped: 0, .. } if checked.without_payload == checked.orders => {
            "it was tried on nothing, because no order here has a payload that could be read".to_owned()
        }
        Checked {
            mapped: 0, orders, ..
        } => format!("it reads none of the {orders} orders"),
        _ => return None,
    };
    Some(says)
}

fn no_time(checked: &Checked) -> Option<String> {
    let left = checked.not_checked;
    (left > 0).then(|| format!("there was no time to try it on {left} more orders"))
}

fn named(row: &Row) -> String {
    match row.findings.first() {
        Some(finding) => format!("{} ({})", row.order, finding.says),
        None => row.order.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(checked: Checked) -> Found {
        let mut found = Found::default();
        found.checked = checked;
        found
    }

    fn unknown() -> Vec<String> {
        vec!["RS-ACME-9999".to_owned()]
    }

    fn doubts(found: &Found, same: bool) -> Option<String> {
        super::doubts(found, same, Origin::RepSpark)
    }

    #[test]
    fn the_counts_name_what_was_not_read_and_what_is_not_here() {
        let checked = Checked {
            orders: 7,
            mapped: 3,
            not_mapped: 4,
            unknown: unknown(),
            ..Checked::default()
        };
        assert_eq!(counts(&checked), "read 3 of 7, 4 not, 1 not here");
        let checked = Checked {
            without_payload: 2,
            unreadable: 1,
            ..checked
        };
        assert_eq!(
            counts(&checked),
            "read 3 of 7, 4 not (2 of them without a payload), 1 not here, 1 in a form that this release can't read"
        );
    }

    #[test]
    fn a_map_that_was_tried_on_nothing_is_in_doubt_and_each_cause_is_told_apart() {
        let mut checked = Checked::default();
        let says = |checked: &Checked| doubts(&found(checked.clone()), false).unwrap();
        assert!(says(&checked).contains("baseline"));
        let of_ecat = super::doubts(&found(checked.clone()), false, Origin::Ecat).unwrap();
        assert!(!of_ecat.contains("baseline"), "eCat has none: {of_ecat}");
        checked.unknown = unknown();
        assert!(says(&checked).contains("none of the orders that are named"));
        (checked.orders, checked.not_mapped) = (2, 2);
        assert_eq!(says(&checked), "it reads none of the 2 orders");
        checked.without_payload = 2;
        assert!(says(&checked).contains("no order here has a payload"));
        assert_eq!(doubts(&found(checked), true), None, "it changes nothing");
    }

    #[test]
    fn nothing_speaks_against_a_map_only_where_it_read_every_order() {
        let all = Checked {
            orders: 2,
            mapped: 2,
            ..Checked::default()
        };
        assert_eq!(doubts(&found(all.clone()), false), None);
        assert_eq!(all_in_all(&all), "nothing speaks against the map");
        for some in [
            Checked {
                mapped: 1,
                not_mapped: 1,
                ..all.clone()
            },
            Checked {
                unknown: unknown(),
                ..all.clone()
            },
            Checked {
                unreadable: 1,
                ..all.clone()
            },
        ] {
            assert_eq!(doubts(&found(some.clone()), false), None, "{some:?}");
            assert!(all_in_all(&some).contains("not"), "{some:?}");
            assert!(!all_in_all(&some).contains("nothing speaks"), "{some:?}");
        }
    }

    #[test]
    fn orders_for_which_there_was_no_time_are_a_doubt_also_about_the_same_map() {
        let checked = Checked {
            orders: 1,
            mapped: 1,
            not_checked: 3,
            ..Checked::default()
        };
        let says = doubts(&found(checked), true).unwrap();
        assert!(says.contains("3 more orders"), "{says}");
    }
}

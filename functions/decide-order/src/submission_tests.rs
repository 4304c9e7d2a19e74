use std::time::Duration;

use order_model::versions::{Asked, Settled};
use order_model::{ErpKey, ErpReference, Millis, Pace, Person, RawRef};

use super::*;

const NOW: Millis = Millis(1_000_000);
const KEY: &str = "EC-DEMO-9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3";

fn raw(id: u64) -> RawRef {
    RawRef {
        hash: format!("{id:032}"),
        chunks: 1,
    }
}

/// An order of submissions 1, 2, …, which stand as the letters say: current, superseded, waiting, held, leaving, decided.
fn family(letters: &str, import: Option<&str>) -> OrderState {
    let pace = Pace {
        grace: Duration::from_secs(900),
        skew: Duration::from_secs(10),
    };
    let mut order = OrderState::taken(OrderKey::new(KEY).unwrap(), raw(1), Millis(0), pace);
    for (id, letter) in (1..).zip(letters.chars()) {
        let standing = match letter {
            'C' => Standing::Current,
            'S' => Standing::Superseded,
            'W' => Standing::Waiting,
            'H' => Standing::Held,
            'L' => Standing::Leaving,
            _ => Standing::Decided,
        };
        if standing == Standing::Current {
            order.raw = Some(raw(id));
        }
        order.versions.push(Version {
            id: EcatId(id),
            key: ErpKey::new(format!("EC-DEMO-XYZ-{id}")).unwrap(),
            key_taken: false,
            raw: raw(id),
            standing,
        });
    }
    if let Some(code) = import {
        order = held(&order, StepName::Import, code);
    }
    match order.has_beside() {
        true => held(&order, StepName::Review, "ecat_looks_new"),
        false => order,
    }
}

fn held(order: &OrderState, step: StepName, code: &str) -> OrderState {
    let code = code.to_owned();
    order
        .moved(step, StepState::Held { code, at: Millis(5) })
        .unwrap()
}

fn wish(decision: Decision) -> Wish {
    Wish {
        decision,
        step: None,
        reference: None,
        who: Person::default(),
        dry_run: false,
    }
}

fn with_step(decision: Decision, step: StepName) -> Wish {
    Wish {
        step: Some(step),
        ..wish(decision)
    }
}

fn of(id: u64, step: StepName) -> Result<Meant, String> {
    Ok(Meant::Submission(EcatId(id), step))
}

fn by_uuid(order: &OrderState, wish: &Wish) -> Result<Meant, String> {
    meant(order, By::Name(None), wish)
}

/// What the model makes of it, when the submissions can't be compared.
fn settled(order: &OrderState, meant: Meant, decision: Decision) -> OrderState {
    let Meant::Submission(id, step) = meant else {
        return order.decide(decision, meant.step(), None, NOW).unwrap();
    };
    let asked = Asked {
        decision,
        id,
        reference: None,
        revises: None,
        orders: &|_| None,
    };
    assert!(matches!(step, StepName::Import | StepName::Review));
    match order.decide_version(&asked, NOW).unwrap() {
        Settled::Here(order) => *order,
        Settled::Leaves { order, .. } => order.without(id, NOW).unwrap(),
    }
}

const ENDS: [Decision; 4] = [
    Decision::Discard,
    Decision::Complete,
    Decision::ImportAsNew,
    Decision::ImportAsRevision,
];

#[test]
fn the_uuid_means_the_one_submission_that_waits() {
    for decision in ENDS {
        let beside = family("CH", None);
        assert_eq!(
            by_uuid(&beside, &wish(decision)),
            of(2, StepName::Review),
            "{decision:?}"
        );
        let stopped = family("WC", Some("ecat_revision"));
        assert_eq!(
            by_uuid(&stopped, &wish(decision)),
            of(2, StepName::Import),
            "{decision:?}"
        );
    }
    let stopped = family("WC", Some("ecat_revision"));
    assert_eq!(by_uuid(&stopped, &wish(Decision::Retry)), of(2, StepName::Import));
    // What waits beside is never retried, so the import is meant.
    let refused = family("CH", Some("unknown_sku"));
    assert_eq!(
        by_uuid(&refused, &wish(Decision::Retry)),
        Ok(Meant::Step(StepName::Import))
    );
}

#[test]
fn where_several_wait_the_uuid_is_refused_with_their_names() {
    let both = family("WCH", Some("ecat_revision"));
    for (order, decisions) in [
        (both, &ENDS[..]),
        (family("CHH", None), &ENDS[..]),
        (family("CH", Some("unknown_sku")), &ENDS[..2]),
    ] {
        for decision in decisions {
            let said = by_uuid(&order, &wish(*decision)).unwrap_err();
            assert!(said.contains("XYZ-2 (id 2)"), "{decision:?}: {said}");
            assert!(said.contains("as <order>#<id>"), "{decision:?}: {said}");
        }
    }
    let said = by_uuid(
        &family("CHH", None),
        &with_step(Decision::Discard, StepName::Review),
    )
    .unwrap_err();
    assert!(said.contains("XYZ-2 (id 2), XYZ-3 (id 3)"), "{said}");
    let named = by_uuid(
        &family("WCH", Some("ecat_revision")),
        &with_step(Decision::Discard, StepName::Import),
    );
    assert_eq!(named, of(2, StepName::Import), "the step says which");
}

#[test]
fn a_number_means_its_submission_wherever_it_stands() {
    let order = family("SWCHLD", Some("ecat_revision"));
    for (id, step) in [
        (1, StepName::Import),
        (2, StepName::Import),
        (3, StepName::Import),
        (4, StepName::Review),
        (5, StepName::Review),
        (6, StepName::Import),
    ] {
        let by = By::Name(Some(EcatId(id)));
        assert_eq!(meant(&order, by, &wish(Decision::Discard)), of(id, step), "{id}");
    }
    let by = By::Name(Some(EcatId(4)));
    let said = meant(&order, by, &with_step(Decision::Discard, StepName::Import)).unwrap_err();
    assert!(said.contains("beside the current submission"), "{said}");
    let by = By::Name(Some(EcatId(9)));
    assert!(
        meant(&order, by, &wish(Decision::Discard))
            .unwrap_err()
            .contains("has no submission 9")
    );
}

#[test]
fn the_number_of_the_current_one_never_means_what_waits_beside_it() {
    let order = family("CH", None);
    let by = By::Name(Some(EcatId(1)));
    assert_eq!(
        meant(&order, by, &wish(Decision::Discard)),
        Ok(Meant::Step(StepName::Import))
    );
    let said = meant(&order, by, &with_step(Decision::Discard, StepName::Review)).unwrap_err();
    assert!(said.contains("XYZ-2 (id 2)"), "{said}");
}

#[test]
fn the_same_event_sent_twice_by_the_uuid_is_not_about_another_submission() {
    for decision in [Decision::Discard, Decision::Complete] {
        for (letters, import) in [("CH", None), ("WC", Some("ecat_revision"))] {
            let order = family(letters, import);
            let first = by_uuid(&order, &wish(decision)).unwrap();
            // A completion takes the submission out as an import as new does.
            let told = match decision {
                Decision::Complete => Decision::ImportAsNew,
                other => other,
            };
            let after = settled(&order, first, told);
            for again in [wish(decision), with_step(decision, StepName::Import)] {
                let said = by_uuid(&after, &again).unwrap_err();
                assert!(
                    said.contains("name the submission that is meant"),
                    "{letters}: {said}"
                );
            }
        }
    }
    let after = settled(
        &family("CH", None),
        Meant::Submission(EcatId(2), StepName::Review),
        Decision::ImportAsNew,
    );
    assert_eq!(
        by_uuid(&after, &wish(Decision::ImportAsNew)),
        Err(No::NotASubmission.to_string())
    );
}

#[test]
fn a_submission_that_waits_because_of_a_decision_is_noticed() {
    let before = family("WWC", Some("ecat_revision"));
    let mut after = before.clone();
    after.versions[2].standing = Standing::Decided;
    after.versions[1].standing = Standing::Current;
    assert_eq!(
        newly_waiting(&before, &after).map(|version| version.id),
        Some(EcatId(2))
    );
    assert_eq!(newly_waiting(&before, &before), None);
    let beside = family("CHH", None);
    let mut after = beside.clone();
    after.versions[1].standing = Standing::Decided;
    assert_eq!(newly_waiting(&beside, &after), None, "it waited before");
}

#[test]
fn an_order_of_one_submission_is_decided_about_as_any_other() {
    for (import, expected) in [
        (None, Meant::Step(StepName::Import)),
        (Some("unknown_sku"), Meant::Step(StepName::Import)),
        (
            Some("number_collision"),
            Meant::Submission(EcatId(1), StepName::Import),
        ),
    ] {
        for decision in [Decision::Retry, Decision::Discard, Decision::Complete] {
            assert_eq!(
                by_uuid(&family("C", import), &wish(decision)),
                Ok(expected),
                "{import:?}"
            );
        }
    }
}

#[test]
fn other_content_under_a_known_id_is_a_review_of_the_current_one() {
    let code = "ecat_changed_under_its_id";
    for letters in ["C", "SC"] {
        let order = held(&family(letters, Some(code)), StepName::Review, code);
        for by in [By::Name(None), By::Name(Some(current(&order).unwrap().id))] {
            for decision in [Decision::Discard, Decision::Complete] {
                assert_eq!(
                    meant(&order, by, &wish(decision)),
                    Ok(Meant::Step(StepName::Review))
                );
            }
        }
    }
    let beside = held(&family("CH", Some(code)), StepName::Review, code);
    let by = By::Name(Some(EcatId(1)));
    let said = meant(&beside, by, &wish(Decision::Discard)).unwrap_err();
    assert!(said.contains("decide about those first (XYZ-2 (id 2))"), "{said}");
}

#[test]
fn the_whole_order_is_erased_whichever_submission_is_named() {
    let by = By::Name(Some(EcatId(2)));
    let erase = wish(Decision::Erase);
    assert_eq!(
        meant(&family("CD", None), by, &erase),
        Ok(Meant::Step(StepName::Import))
    );
}

#[test]
fn a_filter_means_the_step_that_matched() {
    let order = family("WCH", Some("ecat_revision"));
    let discard = wish(Decision::Discard);
    let import = By::Filter(StepName::Import, None);
    assert_eq!(meant(&order, import, &discard), of(2, StepName::Import));
    let row = By::Filter(StepName::Review, Some(EcatId(3)));
    assert_eq!(meant(&order, row, &discard), of(3, StepName::Review));
    assert!(meant(&order, By::Filter(StepName::Review, None), &discard).is_err());
    let due = family("CH", None);
    assert_eq!(meant(&due, import, &discard), Ok(Meant::Step(StepName::Import)));
}

#[test]
fn import_as_new_of_what_is_no_family_is_refused_by_the_model_or_about_the_submission_that_it_is() {
    let number = Wish {
        reference: ErpReference::new("SO1").ok(),
        ..wish(Decision::ImportAsNew)
    };
    let repspark = OrderState::held(OrderKey::new("RS-ACME-1").unwrap(), raw(1), "unknown_sku", NOW);
    assert_eq!(by_uuid(&repspark, &number), Ok(Meant::Step(StepName::Import)));
    let own = OrderState::held(
        OrderKey::new("EC-DEMO-XYZ-6").unwrap(),
        raw(6),
        "ecat_too_many_versions",
        NOW,
    );
    assert_eq!(by_uuid(&own, &number), Ok(Meant::Own));
    assert_eq!(
        by_uuid(&own, &wish(Decision::Discard)),
        Ok(Meant::Step(StepName::Import))
    );
}

#[test]
fn a_number_is_read_out_of_a_key_unless_the_key_is_made_of_its_hash() {
    let with = |tail: &str| Version {
        key: ErpKey::new(format!("EC-DEMO-{tail}")).unwrap(),
        ..family("C", None).versions.remove(0)
    };
    assert_eq!(number(&with("7120-041526-118-1")), Some("7120-041526-118-1"));
    assert_eq!(number(&with("0123456789ABCDEF0123")), None);
    assert_eq!(
        told(&with("0123456789ABCDEF0123")),
        "EC-DEMO-0123456789ABCDEF0123 (id 1)"
    );
    assert_eq!(name(&OrderKey::new(KEY).unwrap(), EcatId(2)), format!("{KEY}#2"));
}

#[test]
fn submissions_are_compared_only_while_their_places_may_change() {
    assert!(!is_rearranged(&family("C", None)), "it came alone");
    assert!(is_rearranged(&family("CH", None)));
    assert!(!is_rearranged(&family("CD", None)));
    let number = ErpReference::new("SO1").unwrap();
    let done = family("CH", None)
        .decide(Decision::Complete, StepName::Import, Some(&number), NOW)
        .unwrap();
    assert!(!is_rearranged(&done), "it is in the ERP");
}

//! Every standing of a submission and every decision about it, against a list written by hand.

#![expect(clippy::panic, reason = "a helper fails as its test does")]

use order_model::Decision::{Adopt, Complete, Discard, Erase, ImportAsNew, ImportAsRevision, Retry};
use order_model::versions::{Settled, Standing};
use order_model::{Decision, EcatId, Kind, No, Outcome, Step, StepName, StepState};

use super::uuid::{Uuid, key, number};
use crate::support::{T0, at, imported, raw};

fn refused() -> Outcome {
    Outcome::Refused {
        code: "unknown_sku".to_owned(),
    }
}

/// What a decision comes to: the word of a refusal, `leaves`, or where all stand, the import and the review.
fn told(uuid: &Uuid, decision: Decision, id: u64) -> String {
    let so = number("SO-9");
    let reference = (decision == Complete).then_some(&so);
    match uuid.asked_with(decision, id, reference) {
        Err(no) => format!("{no:?}"),
        Ok(Settled::Leaves { own, .. }) => {
            let import = own.step(StepName::Import).kind().as_str();
            let revises = own.revision_of.as_ref().map_or("", |_| " revises");
            format!("leaves {import}{revises}")
        }
        Ok(Settled::Here(next)) => {
            let mut after = uuid.clone();
            after.write(*next);
            let (standings, import, review) = after.stands();
            format!("{standings} {import} {review}").replace("ecat_", "")
        }
    }
}

const ALL: [Decision; 7] = [
    Retry,
    Discard,
    Complete,
    Adopt,
    ImportAsNew,
    ImportAsRevision,
    Erase,
];

fn check(what: &str, uuid: &Uuid, id: u64, expected: [&str; 7]) {
    uuid.check();
    for (decision, expected) in ALL.into_iter().zip(expected) {
        assert_eq!(told(uuid, decision, id), expected, "{what}: {decision:?}");
    }
}

#[test]
fn a_current_submission_that_nobody_stops_is_decided_about_as_any_order() {
    check(
        "due",
        &Uuid::of("A"),
        1,
        [
            "C due off",
            "C discarded off",
            "C done off",
            "NotForeign",
            "NotASubmission",
            "NotASubmission",
            "StillNeeded",
        ],
    );
    let mut uuid = Uuid::of("AN");
    check(
        "due, another beside",
        &uuid,
        1,
        [
            "CH due looks_new",
            "CH discarded looks_new",
            "CH done looks_new",
            "NotForeign",
            "NotASubmission",
            "NotASubmission",
            "WhichSubmission",
        ],
    );
    uuid.imports(&refused());
    check(
        "refused",
        &uuid,
        1,
        [
            "CH due looks_new",
            "CH discarded looks_new",
            "CH done looks_new",
            "NotForeign",
            "NotASubmission",
            "NotASubmission",
            "WhichSubmission",
        ],
    );
}

#[test]
fn a_current_submission_that_is_under_way_or_done_is_left_alone() {
    let mut uuid = Uuid::of("A");
    uuid.claimed();
    check(
        "claimed",
        &uuid,
        1,
        [
            "UnderWay",
            "UnderWay",
            "UnderWay",
            "NotForeign",
            "NotASubmission",
            "NotASubmission",
            "StillNeeded",
        ],
    );
    let mut uuid = Uuid::of("A");
    uuid.imports(&imported("SO-1"));
    check(
        "done",
        &uuid,
        1,
        [
            "IsDone",
            "IsDone",
            "IsDone",
            "NotForeign",
            "NotASubmission",
            "NotASubmission",
            "C done off",
        ],
    );
}

#[test]
fn a_revision_takes_the_older_ones_place_or_leaves_it_alone() {
    check(
        "revision",
        &Uuid::of("AR"),
        2,
        [
            "NewOrRevision",
            "CD due off",
            "SC done off",
            "NotForeign",
            "leaves due",
            "SC due off",
            "StillNeeded",
        ],
    );
    check(
        "revision, another beside",
        &Uuid::of("ARN"),
        2,
        [
            "NewOrRevision",
            "CDH due looks_new",
            "SCH done looks_new",
            "NotForeign",
            "leaves due",
            "SCH due looks_new",
            "WhichSubmission",
        ],
    );
    check(
        "revision of a revision",
        &Uuid::of("ARQ"),
        3,
        [
            "NewOrRevision",
            "WCD revision off",
            "SSC done off",
            "NotForeign",
            "leaves due",
            "SSC due off",
            "StillNeeded",
        ],
    );
}

#[test]
fn what_a_revision_superseded_does_not_come_back_when_the_revision_is_gone() {
    let uuid = Uuid::of("ARR");
    check(
        "revision, submitted twice",
        &uuid,
        3,
        [
            "NewOrRevision",
            "CDD due off",
            "SSC done off",
            "NotForeign",
            "leaves due",
            "SSC due off",
            "StillNeeded",
        ],
    );
    let mut left = uuid.clone();
    assert_eq!(left.decides(ImportAsNew, 3, 3), Ok(()));
    assert_eq!(left.stands(), ("CDD".into(), "due", "done"));
    left.check();
    // What the older one superseded stays behind it.
    let mut uuid = Uuid::of("AaR");
    assert_eq!(uuid.decides(Discard, 3, 3), Ok(()));
    assert_eq!(uuid.stands(), ("SCD".into(), "due", "off"));
    uuid.check();
}

#[test]
fn a_submission_that_is_stopped_and_stands_before_none_is_imported_where_it_is() {
    let mut collides = Uuid::new();
    collides.comes_as(1, 'A', true);
    check(
        "collision",
        &collides,
        1,
        [
            "NewOrRevision",
            "C discarded off",
            "C done off",
            "NotForeign",
            "C due off",
            "NothingToRevise",
            "StillNeeded",
        ],
    );
    check(
        "not comparable",
        &Uuid::of("A-"),
        1,
        [
            "NewOrRevision",
            "CH discarded not_comparable",
            "CH done not_comparable",
            "NotForeign",
            "CH due not_comparable",
            "NothingToRevise",
            "WhichSubmission",
        ],
    );
}

#[test]
fn what_a_stopped_submission_superseded_is_imported_neither_beside_it_nor_in_its_place() {
    let mut full = Uuid::of("AAAAA");
    full.comes(6, 'a');
    check(
        "too many",
        &full,
        5,
        [
            "SSSSC due off",
            "SSSSC discarded off",
            "SSSSC done off",
            "NotForeign",
            "SSSSC due off",
            "NothingToRevise",
            "StillNeeded",
        ],
    );
    let changed = "changed_under_its_id";
    let mut uuid = Uuid::of("Aa");
    uuid.comes(2, 'R');
    check(
        "changed",
        &uuid,
        2,
        [
            &format!("SC due {changed}"),
            &format!("SC discarded {changed}"),
            &format!("SC done {changed}"),
            "NotForeign",
            &format!("SC due {changed}"),
            "NothingToRevise",
            "StillNeeded",
        ],
    );
}

#[test]
fn a_submission_beside_the_current_one_leaves_or_is_dropped() {
    check(
        "looks new",
        &Uuid::of("AN"),
        2,
        [
            "NewOrRevision",
            "CD due done",
            "leaves done",
            "NotForeign",
            "leaves due",
            "NothingToRevise",
            "StillNeeded",
        ],
    );
    let mut uuid = Uuid::of("A");
    uuid.imports(&imported("SO-1"));
    uuid.comes(2, 'R');
    check(
        "after import",
        &uuid,
        2,
        [
            "NewOrRevision",
            "CD done done",
            "leaves done",
            "NotForeign",
            "leaves due",
            "leaves due revises",
            "StillNeeded",
        ],
    );
    // Two beside: the review of the other one stays open.
    check(
        "one of two",
        &Uuid::of("ANN"),
        3,
        [
            "NewOrRevision",
            "CHD due looks_new",
            "leaves done",
            "NotForeign",
            "leaves due",
            "NothingToRevise",
            "StillNeeded",
        ],
    );
    let uuid = Uuid::of("AN");
    assert_eq!(uuid.asked(Complete, 2), Err(No::NeedsNumber));
}

#[test]
fn one_that_waits_or_is_gone_is_not_decided_about() {
    for (what, uuid, id, expected) in [
        ("waiting", Uuid::of("AR"), 1, "WaitsForNewer"),
        ("superseded", Uuid::of("Aa"), 1, "IsSuperseded"),
        ("unknown", Uuid::of("A"), 9, "NotASubmission"),
    ] {
        check(what, &uuid, id, [expected; 7]);
    }
    let mut uuid = Uuid::of("AN");
    assert_eq!(uuid.decides(Discard, 2, 3), Ok(()));
    check("decided", &uuid, 2, ["IsDecided"; 7]);
    let mut uuid = Uuid::of("AN");
    assert_eq!(uuid.decides(ImportAsNew, 2, 1), Ok(()));
    check(
        "leaving",
        &uuid,
        2,
        [
            "IsLeaving",
            "IsLeaving",
            "leaves done",
            "IsLeaving",
            "leaves due",
            "NothingToRevise",
            "IsLeaving",
        ],
    );
}

#[test]
fn the_decision_about_the_unclear_one_lets_the_current_one_go_unless_it_was_keyed_by_hand() {
    for decision in [Discard, ImportAsNew] {
        let mut uuid = Uuid::of("A-");
        assert_eq!(uuid.decides(decision, 2, 3), Ok(()));
        assert_eq!(uuid.stands(), ("CD".into(), "due", "done"), "{decision:?}");
        uuid.check();
    }
    // It may be what the current one became: who keyed it says so, or retries the current one.
    let mut uuid = Uuid::of("A-");
    assert_eq!(uuid.decides(Complete, 2, 3), Ok(()));
    assert_eq!(uuid.stands(), ("CD".into(), "ecat_not_comparable", "done"));
    assert_eq!(uuid.decides(Retry, 1, 3), Ok(()));
    assert_eq!(uuid.stands(), ("CD".into(), "due", "done"));
    uuid.check();
}

#[test]
fn a_retry_compares_again_what_did_not_map() {
    for (mended, stands) in [
        ('a', ("SC".to_owned(), "due", "done")),
        ('R', ("WC".to_owned(), "ecat_revision", "done")),
        ('N', ("CH".to_owned(), "due", "ecat_looks_new")),
    ] {
        let mut uuid = Uuid::of("A-");
        uuid.mended = Some(mended);
        assert_eq!(uuid.decides(Retry, 1, 3), Ok(()));
        assert_eq!(uuid.stands(), stands, "{mended}");
        uuid.check();
    }
}

#[test]
fn a_retry_lets_nothing_go_that_another_submission_stops() {
    // Whoever retries all that is held has looked at none of them.
    for contents in ["A-", "AR", "ARR", "ARN"] {
        let mut uuid = Uuid::of(contents);
        let stands = uuid.stands();
        let stands = (stands.0, stands.1.to_owned(), stands.2.to_owned());
        let current = uuid.current();
        assert_eq!(
            uuid.decides(Retry, current, 3),
            Err(No::NewOrRevision),
            "{contents}"
        );
        let retried = uuid.order().decide(Retry, StepName::Import, None, T0);
        assert_eq!(retried, Err(No::NewOrRevision), "{contents}");
        let (standings, import, review) = uuid.stands();
        assert_eq!(
            (standings, import.to_owned(), review.to_owned()),
            stands,
            "{contents}"
        );
    }
}

#[test]
fn what_a_person_let_go_is_stopped_no_more_by_a_newcomer_or_by_what_becomes_of_it() {
    let mut uuid = Uuid::of("AR");
    assert_eq!(uuid.decides(ImportAsRevision, 2, 3), Ok(()));
    for (id, letter) in [(3, 'R'), (4, 'Q'), (5, 'N')] {
        uuid.comes(id, letter);
        uuid.check();
    }
    assert_eq!(uuid.stands(), ("SCHHH".into(), "due", "ecat_after_import"));
    // The decisions about those beside leave the chosen one alone.
    assert_eq!(uuid.decides(Discard, 3, 3), Ok(()));
    assert_eq!(uuid.decides(ImportAsNew, 4, 3), Ok(()));
    assert_eq!(uuid.decides(Discard, 5, 3), Ok(()));
    assert_eq!(uuid.stands(), ("SCDDD".into(), "due", "done"));
    uuid.imports(&imported("SO-1"));
    uuid.check();
    assert!(!uuid.order().is_open());
}

#[test]
fn an_order_that_was_dropped_and_taken_up_again_is_the_one_that_a_person_took_up() {
    // One that came late, when the current one was dropped.
    for letter in "ARN".chars() {
        let mut uuid = Uuid::new();
        uuid.comes(5, 'A');
        assert_eq!(uuid.decides(Discard, 5, 3), Ok(()));
        uuid.comes(2, letter);
        assert_eq!(uuid.decides(Retry, 5, 3), Ok(()));
        assert_eq!(uuid.step(StepName::Import), "due");
        uuid.comes(7, 'N');
        uuid.check();
        assert_eq!(uuid.standings(), "HCH", "{letter}");
        assert_eq!(uuid.step(StepName::Import), "due");
        assert_eq!(uuid.decides(Discard, 7, 3), Ok(()));
        assert_eq!(
            (uuid.standings().as_str(), uuid.current()),
            ("HCD", 5),
            "{letter}"
        );
        assert_eq!(uuid.order().raw, Some(raw("5A")));
    }
}

#[test]
fn a_revision_of_what_was_imported_as_new_can_name_it() {
    // The first is in the ERP as an order of its own; the second one stops itself, and no older one waits.
    let mut uuid = Uuid::of("AN");
    assert_eq!(uuid.decides(ImportAsNew, 2, 3), Ok(()));
    let own = uuid.own.values_mut().next().map(|own| own.key.clone());
    let Some(own) = own.and_then(|key| uuid.own.get_mut(&key)) else {
        panic!("it has an order of its own");
    };
    *own = own
        .decide(Complete, StepName::Import, Some(&number("SO-2")), T0)
        .unwrap_or_else(|no| panic!("{no}"));
    uuid.comes(3, '-');
    uuid.comes(4, 'N');
    assert_eq!(
        uuid.stands(),
        ("CDHH".into(), "ecat_not_comparable", "ecat_looks_new")
    );
    let settled = uuid.asked(ImportAsRevision, 4);
    let Ok(Settled::Leaves { own, .. }) = settled else {
        panic!("{settled:?}");
    };
    assert_eq!(own.revision_of, Some(key(2)));
    assert_eq!((own.key.erp_key(), own.waived), (Some(key(4)), false));
    assert_eq!(uuid.asked(ImportAsRevision, 1), Err(No::NothingToRevise));
    let mut asked = uuid.clone();
    asked.letters.insert(EcatId(0), 'N');
    let mut first = own.clone();
    first.key = super::uuid::own_key(0);
    let done = first.decide(Complete, StepName::Import, Some(&number("SO-0")), T0);
    asked
        .own
        .insert(first.key.clone(), done.unwrap_or_else(|no| panic!("{no}")));
    let settled = asked.asked(ImportAsRevision, 1);
    let Ok(Settled::Here(next)) = settled else {
        panic!("{settled:?}");
    };
    assert_eq!(next.revision_of, Some(key(0)));
    assert_eq!(next.step(StepName::Import).kind(), Kind::Due);
}

#[test]
fn an_order_of_its_own_is_imported_as_new_or_as_a_revision_once_and_by_the_rules() {
    let mut uuid = Uuid::of("AAAAA");
    uuid.comes(6, 'R');
    let Some(own) = uuid.own.values().next().cloned() else {
        panic!("it is held as an order of its own");
    };
    let ask = |order: &order_model::OrderState, decision, revises: Option<&order_model::ErpKey>| {
        let asked = order_model::versions::Asked {
            decision,
            id: EcatId(6),
            reference: None,
            revises,
            orders: &|_| None,
        };
        order.decide_version(&asked, at(60))
    };
    assert_eq!(ask(&own, ImportAsRevision, None), Err(No::NothingToRevise));
    for (decision, revised) in [(ImportAsNew, None), (ImportAsRevision, Some(key(5)))] {
        let Ok(Settled::Here(next)) = ask(&own, decision, Some(&key(5))) else {
            panic!("{decision:?}");
        };
        assert_eq!(next.step(StepName::Import).kind(), Kind::Due);
        assert_eq!((next.revision_of.clone(), next.waived), (revised, false));
        assert_eq!(next.erp_key(), Some(key(6)));
        assert_eq!(
            ask(&next, decision, Some(&key(5))),
            Err(No::NotASubmission),
            "once"
        );
    }
    let Ok(Settled::Here(next)) = ask(&own, Discard, None) else {
        panic!("discarded");
    };
    assert!(!next.is_open());
}

#[test]
fn an_imported_ecat_order_has_no_confirmation_that_a_person_could_want() {
    let mut uuid = Uuid::of("A");
    uuid.imports(&imported("SO-1"));
    for step in [StepName::Confirm, StepName::Report] {
        for decision in [Retry, Discard, Complete] {
            assert_eq!(uuid.order().decide(decision, step, None, T0), Err(No::NotItsTurn));
        }
    }
}

#[test]
fn decisions_that_name_no_submission_end_nothing_that_waits() {
    let which = Err(No::WhichSubmission);
    let uuid = Uuid::of("ARN");
    let order = uuid.order();
    let so = number("SO-9");
    assert_eq!(order.decide(Discard, StepName::Import, None, T0), which);
    assert_eq!(order.decide(Discard, StepName::Review, None, T0), which);
    assert_eq!(order.decide(Complete, StepName::Review, Some(&so), T0), which);
    assert_eq!(order.decide(Erase, StepName::Import, None, T0), which);
    assert_eq!(order.review_settled(T0), None);
    // A number is for the current one, and the older one goes with it.
    let mut uuid = uuid.clone();
    let next = uuid.order().decide(Complete, StepName::Import, Some(&so), T0);
    uuid.write(next.unwrap_or_else(|no| panic!("{no}")));
    uuid.passed_over.insert(EcatId(1));
    assert_eq!(uuid.stands(), ("SCH".into(), "done", "ecat_looks_new"));
    uuid.check();
    assert!(uuid.order().is_open());
}

#[test]
fn an_order_without_a_current_submission_can_not_be_made_due() {
    // No decision of today leaves one; a state that says so is not imported without a key.
    let mut uuid = Uuid::of("A");
    let mut order = uuid.order().clone();
    order.versions[0].standing = Standing::Decided;
    for import in [
        order_model::StepState::Discarded,
        order_model::StepState::Held {
            code: "ecat_revision".to_owned(),
            at: T0,
        },
    ] {
        let mut order = order
            .moved(StepName::Import, import)
            .unwrap_or_else(|| panic!("allowed"));
        assert_eq!(order.erp_key(), None);
        assert_eq!(
            order.decide(Retry, StepName::Import, None, T0),
            Err(No::IsDecided)
        );
        order.versions[0].id = EcatId(9);
        uuid.order = Some(order);
        // What comes is held, and can be imported as an order of its own.
        uuid.comes(2, 'A');
        assert_eq!(uuid.standings().matches('H').count(), 1);
        assert!(matches!(uuid.asked(ImportAsNew, 2), Ok(Settled::Leaves { .. })));
    }
}

#[test]
fn a_decision_about_one_beside_does_not_let_go_what_waits_for_another_reason() {
    for decision in [Discard, ImportAsNew] {
        let mut full = Uuid::of("AAAAN");
        full.comes(6, 'a');
        assert_eq!(full.decides(decision, 5, 3), Ok(()));
        assert_eq!(full.stands(), ("SSSCD".into(), "ecat_too_many_versions", "done"));
        full.check();
        assert_eq!(full.decides(Retry, 4, 3), Ok(()));
        assert_eq!(full.step(StepName::Import), "due");
    }
}

#[test]
fn one_that_there_was_no_room_for_is_not_let_go_by_a_retry_of_all_that_is_held() {
    let mut full = Uuid::of("AAAAA");
    full.comes(6, 'a');
    let own = full.own.get(&super::uuid::own_key(6));
    let own = own.unwrap_or_else(|| panic!("it has an order of its own"));
    assert_eq!(
        own.decide(Retry, StepName::Import, None, T0),
        Err(No::NewOrRevision)
    );
    // The order that it was too many for goes on.
    assert_eq!(full.decides(Retry, 5, 3), Ok(()));
    assert_eq!(full.step(StepName::Import), "due");
}

#[test]
fn a_review_that_goes_on_for_the_same_reason_goes_on_since_it_began() {
    let mut uuid = Uuid::of("ANM");
    let before = uuid.order().step(StepName::Review).clone();
    uuid.now = at(3600);
    assert_eq!(uuid.decides(Discard, 3, 3), Ok(()));
    assert_eq!(*uuid.order().step(StepName::Review), before);
    uuid.check();
}

/// An order of one submission that is in the ERP and whose acknowledgement is due.
fn to_be_acknowledged() -> Uuid {
    let mut uuid = Uuid::of("A");
    uuid.imports(&imported("SO-1"));
    let mut order = uuid.order().clone();
    let due = StepState::due_by_hand(T0);
    order.steps.insert(StepName::Acknowledge, Step::fresh(due));
    uuid.write(order);
    uuid
}

#[test]
fn an_acknowledgement_waits_while_another_submission_is_beside_and_goes_when_none_is_left() {
    for decision in [Discard, ImportAsNew] {
        let mut uuid = to_be_acknowledged();
        uuid.comes(2, 'B');
        assert_eq!(uuid.step(StepName::Acknowledge), uuid.step(StepName::Review));
        assert_eq!(uuid.step(StepName::Acknowledge), "ecat_after_import");
        uuid.comes(3, 'N');
        assert_eq!(uuid.decides(decision, 2, 3), Ok(()));
        assert_eq!(uuid.step(StepName::Acknowledge), uuid.step(StepName::Review));
        assert_eq!(uuid.decides(decision, 3, 3), Ok(()));
        assert_eq!(
            (uuid.step(StepName::Acknowledge), uuid.step(StepName::Review)),
            ("due", "done")
        );
        uuid.check();
    }
}

use std::time::Duration;

use serde_json::{Value, json};

use super::*;

fn event(event: Value) -> Event {
    serde_json::from_value(event).unwrap()
}

fn asked(given: Value) -> Result<Request, Refused> {
    request(event(given))
}

fn said(given: Value) -> String {
    asked(given).unwrap_err().to_string()
}

/// With who and why.
fn by_ada(mut given: Value) -> Value {
    given["by"] = "ada".into();
    given["why"] = "it is right now".into();
    given
}

#[test]
fn a_word_that_nobody_knows_is_refused() {
    for wrong in [
        json!({}),
        json!({"do": "ship", "order": "1"}),
        json!({"do": "show", "ordr": "1"}),
        json!({"do": "list", "where": {"stage": "import"}}),
        json!({"do": "show", "order": ["1"]}),
    ] {
        assert!(serde_json::from_value::<Event>(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn a_field_that_does_not_go_with_what_is_asked_is_named() {
    for (given, field) in [
        (json!({"do": "show", "order": "1", "step": "import"}), "step"),
        (
            json!({"do": "retry", "order": "1", "reference": "SO1"}),
            "reference",
        ),
        (
            json!({"do": "complete", "where": {"step": "import"}, "reference": "SO1"}),
            "where",
        ),
        (json!({"do": "erase", "where": {"code": "foreign"}}), "where"),
        (json!({"do": "pause", "order": "1"}), "order"),
        (json!({"do": "note", "order": "1", "dry_run": true}), "dry_run"),
        (json!({"do": "list", "order": "1"}), "order"),
        (json!({"do": "adopt", "order": "1", "step": "import"}), "step"),
        (
            json!({"do": "import_as_new", "order": "1", "step": "review"}),
            "step",
        ),
        (
            json!({"do": "import_as_revision", "order": "1", "reference": "SO1"}),
            "reference",
        ),
    ] {
        let verb = given["do"].as_str().unwrap().to_owned();
        assert_eq!(
            said(by_ada_unless_read(given)),
            format!("\"{field}\" does not go with \"do\": \"{verb}\"")
        );
    }
    assert!(said(by_ada(json!({"do": "retry", "order": "1", "limit": 5}))).contains("\"limit\""));
}

fn by_ada_unless_read(given: Value) -> Value {
    match given["do"].as_str() {
        Some("show" | "list") => given,
        _ => by_ada(given),
    }
}

#[test]
fn whatever_changes_something_says_who_and_why() {
    for verb in [
        "retry",
        "discard",
        "complete",
        "adopt",
        "import_as_new",
        "import_as_revision",
        "note",
        "erase",
    ] {
        let mut given = json!({"do": verb, "order": "1", "why": "x"});
        assert_eq!(
            said(given.clone()),
            "\"by\" is missing: say who decides this (\"by\") and why (\"why\"); only a dry run (\"dry_run\": true) needs neither"
        );
        given["by"] = "  ".into();
        assert_eq!(
            said(given.clone()),
            "\"by\" is missing: say who decides this (\"by\") and why (\"why\"); only a dry run (\"dry_run\": true) needs neither"
        );
        given["by"] = "ada".into();
        given.as_object_mut().unwrap().remove("why");
        assert_eq!(
            said(given),
            "\"why\" is missing: say who decides this (\"by\") and why (\"why\"); only a dry run (\"dry_run\": true) needs neither"
        );
    }
    for verb in ["pause", "resume"] {
        assert!(said(json!({"do": verb, "vendor": "erp", "by": "ada"})).contains("\"why\" is missing"));
    }
    assert!(asked(json!({"do": "retry", "order": "1", "dry_run": true})).is_ok());
}

#[test]
fn who_and_why_have_two_hundred_characters_at_most() {
    let mut given = json!({"do": "note", "order": "1", "by": "ä".repeat(200), "why": "ö".repeat(200)});
    assert!(asked(given.clone()).is_ok());
    given["why"] = "x".repeat(201).into();
    assert_eq!(said(given), "\"why\" has 201 characters, and may have 200");
}

#[test]
fn a_decision_is_about_one_order_several_or_all_that_match_and_nothing_else() {
    for given in [
        json!({"do": "retry"}),
        json!({"do": "retry", "order": "1", "orders": ["2"]}),
        json!({"do": "retry", "order": "1", "where": {"step": "import"}}),
    ] {
        assert!(said(by_ada(given)).contains("exactly one of \"order\", \"orders\" and \"where\""));
    }
    assert!(said(by_ada(json!({"do": "erase"}))).contains("exactly one of \"order\" and \"orders\""));
    assert!(said(json!({"do": "show"})).contains("\"order\" and \"vendor\""));
    assert!(said(by_ada(json!({"do": "retry", "where": {}}))).contains("\"where\" is empty"));
    assert!(said(by_ada(json!({"do": "retry", "orders": []}))).contains("1 to 1000"));
}

#[test]
fn numbers_of_orders_may_stand_without_quotation_marks_and_each_counts_once() {
    let Request::Decide { on, .. } =
        asked(by_ada(json!({"do": "retry", "orders": [8086, "8086 ", "SO1"]}))).unwrap()
    else {
        panic!("a decision")
    };
    assert_eq!(on, On::These(vec!["8086".into(), "SO1".into()]));
}

#[test]
fn a_filter_is_read_and_limits_have_their_bounds() {
    let Request::List { filter, limit } =
        asked(json!({"do": "list", "where": {"step": "import", "code": "unknown_sku", "older_than": "90m"}}))
            .unwrap()
    else {
        panic!("a list")
    };
    assert_eq!(
        filter,
        Filter {
            step: Some(StepName::Import),
            code: Some("unknown_sku".into()),
            states: None,
            older_than: Some(Duration::from_secs(5_400)),
        }
    );
    assert_eq!(limit, 100);
    let Request::Decide { on, .. } = asked(by_ada(json!({"do": "discard", "where": {"code": "x"}}))).unwrap()
    else {
        panic!("a decision")
    };
    assert!(matches!(on, On::Where(_, 500)));
    for limit in [0, 1_001] {
        assert!(said(json!({"do": "list", "limit": limit})).contains("1 to 1000"));
    }
    assert!(
        said(json!({"do": "list", "where": {"older_than": "2 weeks"}})).contains("\"2 weeks\" is no age")
    );
    assert!(
        said(json!({"do": "list", "where": {"step": "ship"}}))
            .contains("import, confirm, report, publish, acknowledge, details, notify, review or fulfilment")
    );
    let foreign = json!({"do": "list", "where": {"step": "import", "code": "foreign"}});
    assert!(said(foreign).contains("have no open step"));
}

#[test]
fn a_state_to_look_for_is_one_of_an_open_step_or_several() {
    let states = |given: Value| match asked(json!({"do": "list", "where": {"state": given}})) {
        Ok(Request::List { filter, .. }) => Ok(filter.states.unwrap()),
        Ok(other) => panic!("a list, not {other:?}"),
        Err(refused) => Err(refused.to_string()),
    };
    assert_eq!(states(json!("due")), Ok(vec![Kind::Due]));
    assert_eq!(
        states(json!(["claimed", "pending", "unknown", "held"])),
        Ok(vec![Kind::Claimed, Kind::Pending, Kind::Unknown, Kind::Held])
    );
    for wrong in [json!("done"), json!("off"), json!("stuck"), json!([])] {
        let said = states(wrong.clone()).unwrap_err();
        assert!(
            said.contains("due, claimed, pending, unknown or held"),
            "{wrong}: {said}"
        );
    }
    let of = |code: &str, state: &str| json!({"do": "list", "where": {"code": code, "state": state}});
    assert!(said(of("foreign", "due")).contains("\"state\" does not go with the code foreign"));
    assert!(said(of("unknown_sku", "due")).contains("leave \"state\" out"));
    assert!(asked(of("unknown_sku", "held")).is_ok());
    let number = serde_json::from_value::<Event>(json!({"do": "list", "where": {"state": 5}}));
    assert!(
        number
            .unwrap_err()
            .to_string()
            .contains("a word or a list of words")
    );
}

#[test]
fn a_step_that_is_named_twice_is_named_alike() {
    let given =
        |step: &str| by_ada(json!({"do": "retry", "step": step, "where": {"step": "import", "code": "x"}}));
    assert!(asked(given("import")).is_ok());
    assert!(said(given("confirm")).contains("named twice"));
}

#[test]
fn a_decision_about_many_names_what_they_are_held_for() {
    let wheres = [
        json!({"state": "held"}),
        json!({"step": "import"}),
        json!({"older_than": "1d"}),
        json!({"step": "import", "state": ["due", "held"]}),
    ];
    for verb in ["retry", "discard", "import_as_new", "import_as_revision", "adopt"] {
        for given in &wheres {
            let said = said(by_ada(json!({"do": verb, "where": given})));
            assert!(said.contains("has no \"code\""), "{verb} {given}: {said}");
        }
    }
    let due = json!({"step": "import", "state": "due"});
    assert!(asked(by_ada(json!({"do": "retry", "where": due}))).is_ok());
    assert!(said(by_ada(json!({"do": "discard", "where": due}))).contains("has no \"code\""));
    assert!(asked(json!({"do": "list", "where": {"state": "held"}})).is_ok());
}

#[test]
fn a_vendor_is_one_of_those_that_are_called() {
    assert!(asked(by_ada(json!({"do": "pause", "vendor": "erp"}))).is_ok());
    let said = said(by_ada(json!({"do": "pause", "vendor": "sap"})));
    let names = "it is erp, repspark, ecat, sparklayer, spreadshirt or spectrum";
    assert_eq!(said, format!("there is no vendor \"sap\": {names}"));
    assert!(asked(json!({"do": "show", "vendor": "repspark"})).is_ok());
    for vendor in ["ecat", "sparklayer", "spreadshirt", "spectrum"] {
        assert!(asked(by_ada(json!({"do": "pause", "vendor": vendor}))).is_ok());
        assert!(asked(by_ada(json!({"do": "resume", "vendor": vendor}))).is_ok());
    }
}

#[test]
fn a_step_that_does_not_exist_is_refused_with_the_names_of_those_that_do() {
    let about = |step: &str| by_ada(json!({"do": "retry", "order": "8086", "step": step}));
    let refused = said(about("acknowledgement"));
    for step in order_model::StepName::ALL {
        assert!(asked(about(step.as_str())).is_ok(), "{step:?}");
        assert!(refused.contains(step.as_str()), "{step:?}: {refused}");
    }
    for vendor in order_model::Vendor::ALL {
        let refused = said(by_ada(json!({"do": "pause", "vendor": "sap"})));
        assert!(refused.contains(vendor.as_str()), "{vendor:?}: {refused}");
    }
}

#[test]
fn a_submission_is_imported_as_new_or_as_a_revision_alone_or_in_bulk() {
    for (verb, decision) in [
        ("import_as_new", Decision::ImportAsNew),
        ("import_as_revision", Decision::ImportAsRevision),
    ] {
        let one = asked(by_ada(json!({"do": verb, "order": "7120-041526-118-1"}))).unwrap();
        let Request::Decide { on, wish } = one else {
            panic!("a decision")
        };
        assert_eq!(on, On::One("7120-041526-118-1".into()));
        assert_eq!(wish.decision, decision);
        let bulk = json!({"do": verb, "where": {"code": "ecat_looks_new"}, "dry_run": true});
        let Request::Decide { on, .. } = asked(bulk).unwrap() else {
            panic!("a decision")
        };
        assert!(matches!(on, On::Where(_, 500)));
        assert!(said(by_ada(json!({"do": verb, "where": {}}))).contains("\"where\" is empty"));
    }
}

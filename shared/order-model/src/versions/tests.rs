use std::collections::BTreeMap;

use super::sample::order;
use super::*;
use crate::{EcatOrderNumber, EcatOrg, Millis, OrderState, Pace, Step, StepName, StepState};

/// What a submission says, in one letter: `A` and `a` are the same content at two prices, `R` is a revision of them,
/// `N` shares nothing with them, `E` is empty, and `-` does not map.
fn says(letter: char) -> Option<Order> {
    match letter {
        'A' => Some(order(&[("S1", 4), ("S2", 1)])),
        'a' => {
            let mut order = order(&[("S2", 1), ("S1", 4)]);
            order.lines[0].unit_price = rust_decimal::Decimal::TEN;
            Some(order)
        }
        'R' => Some(order(&[("S1", 6), ("S2", 1)])),
        'N' => Some(order(&[("S7", 4), ("S8", 1)])),
        'E' => Some(order(&[])),
        _ => None,
    }
}

fn org() -> EcatOrg {
    EcatOrg::new("demo").unwrap()
}

fn key(number: &str) -> ErpKey {
    ErpKey::ecat(&org(), &EcatOrderNumber::new(number).unwrap())
}

fn raw(name: &str) -> RawRef {
    RawRef {
        hash: name.to_owned(),
        chunks: 1,
    }
}

/// A uuid's item: what is known, where each submission stands, and what each says.
#[derive(Default)]
struct Family {
    versions: Vec<Version>,
    places: BTreeMap<EcatId, Place>,
    orders: BTreeMap<EcatId, Order>,
    /// If it is not what follows from the places.
    stage: Option<Stage>,
}

impl Family {
    /// The submissions 1, 2, 3, … with these contents, arriving in this sequence.
    fn of(contents: &str, arrival: &[u64]) -> Self {
        let mut family = Self::default();
        for id in arrival {
            family.comes(
                *id,
                contents.chars().nth(usize::try_from(*id).unwrap() - 1).unwrap(),
            );
        }
        family
    }

    fn stage(&self) -> Stage {
        let of_current = || match current(&self.versions).map(|version| self.places[&version.id]) {
            Some(Place::Stopped(_)) => Stage::Waiting,
            _ => Stage::Due,
        };
        self.stage.unwrap_or_else(of_current)
    }

    fn comes(&mut self, id: u64, letter: char) -> Placing {
        self.comes_as(id, letter, &format!("N-{id}"), false)
    }

    fn comes_as(&mut self, id: u64, letter: char, number: &str, key_taken: bool) -> Placing {
        let (id, order) = (EcatId(id), says(letter));
        let newcomer = Newcomer {
            id,
            key: key(number),
            key_taken,
            raw: raw(&format!("{id}{letter}")),
            order: order.as_ref(),
        };
        let placing = place(&self.versions, self.stage(), &newcomer, &|id| {
            self.orders.get(&id)
        });
        if let Placing::New(arranged) = &placing {
            self.versions.clone_from(&arranged.versions);
            self.places.extend(arranged.moves.iter().copied());
        }
        if let Some(order) = order {
            self.orders.entry(id).or_insert(order);
        }
        placing
    }

    /// The places, by id: `goes`, `stop revision 1`, `gone 2`, `waits 3`, `held looks_new 1`.
    fn told(&self) -> String {
        let hold = |hold: Hold| format!("{} {}", hold.code.as_str().trim_start_matches("ecat_"), hold.of);
        let told = self.places.iter().map(|(id, place)| {
            let standing = self
                .versions
                .iter()
                .find(|version| version.id == *id)
                .unwrap()
                .standing;
            assert_eq!(standing, place.standing(), "{id}");
            match place {
                Place::Goes => "goes".to_owned(),
                Place::Stopped(why) => format!("stop {}", hold(*why)),
                Place::Superseded(by) => format!("gone {by}"),
                Place::Waits(behind) => format!("waits {behind}"),
                Place::Beside(why) => format!("held {}", hold(*why)),
            }
        });
        told.collect::<Vec<_>>().join(", ")
    }
}

fn arrivals(count: u64) -> Vec<Vec<u64>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for shorter in arrivals(count - 1) {
        for at in 0..=shorter.len() {
            let mut one = shorter.clone();
            one.insert(at, count);
            all.push(one);
        }
    }
    all
}

/// Whatever the sequence in which they arrive, never claimed: this is where they stand.
fn check(contents: &str, expected: &str) {
    for arrival in arrivals(u64::try_from(contents.len()).unwrap()) {
        assert_eq!(
            Family::of(contents, &arrival).told(),
            expected,
            "{contents} as {arrival:?}"
        );
    }
}

#[test]
fn an_order_that_comes_alone_goes() {
    check("A", "goes");
    // Mapping is the import's affair.
    check("-", "goes");
    check("E", "goes");
}

#[test]
fn two_submissions_stand_as_the_issue_says_whichever_comes_first() {
    check("Aa", "gone 2, goes");
    check("AR", "waits 2, stop revision 1");
    check("AN", "goes, held looks_new 1");
    check("AE", "waits 2, stop revision 1");
    check("EA", "waits 2, stop revision 1");
    check("A-", "stop not_comparable 2, held not_comparable 1");
    check("-A", "stop not_comparable 2, held not_comparable 1");
}

#[test]
fn three_submissions_stand_the_same_whichever_comes_first() {
    check("AaA", "gone 2, gone 3, goes");
    check("AaR", "gone 2, waits 3, stop revision 2");
    check("ARR", "waits 3, gone 3, stop revision 1");
    check("ARa", "waits 3, waits 3, stop revision 2");
    check("AaN", "gone 2, goes, held looks_new 2");
    check("ARN", "waits 2, stop revision 1, held looks_new 2");
    // The second is an order of its own; the third goes back to the first, or is a third order.
    check("ANa", "goes, held looks_new 1, held same_content 1");
    check("ANR", "waits 3, held looks_new 1, stop revision 1");
    // What a person must not take for a third order.
    check("ANN", "goes, held looks_new 1, held same_content 2");
    check(
        "A-a",
        "stop not_comparable 2, held not_comparable 1, held same_content 1",
    );
    check("AEN", "waits 3, waits 3, stop revision 2");
}

#[test]
fn never_claimed_the_places_are_a_function_of_the_set() {
    let letters = "AaRNE-";
    let mut sets: Vec<String> = vec![String::new()];
    for _ in 0..4 {
        sets = sets
            .iter()
            .flat_map(|set| letters.chars().map(move |letter| format!("{set}{letter}")))
            .collect();
        for set in &sets {
            let all = arrivals(u64::try_from(set.len()).unwrap());
            let in_sequence = Family::of(set, all.last().unwrap()).told();
            for arrival in &all {
                let family = Family::of(set, arrival);
                assert_eq!(family.told(), in_sequence, "{set} as {arrival:?}");
                let now = places(&family.versions, &|id| family.orders.get(&id));
                assert_eq!(now, family.places.into_iter().collect::<Vec<_>>(), "{set}");
            }
        }
    }
}

#[test]
fn nothing_is_lost_and_nothing_goes_twice_in_any_set() {
    for set in ["AaRN", "ANaR", "NARa", "AEAa", "A-RN", "ARNN"] {
        for arrival in arrivals(4) {
            let family = Family::of(set, &arrival);
            let going = family
                .places
                .values()
                .filter(|place| **place == Place::Goes)
                .count();
            assert!(going <= 1, "{set}");
            for (id, place) in &family.places {
                // Who is gone has an heir of the same content.
                if let Place::Superseded(by) = place {
                    assert_eq!(likeness(&family.orders[id], &family.orders[by]), Likeness::Same);
                }
            }
            let currents = family
                .versions
                .iter()
                .filter(|one| one.standing == Standing::Current);
            assert_eq!(currents.count(), 1, "{set}");
        }
    }
}

#[test]
fn the_vendors_own_example_is_one_order_with_a_held_revision() {
    for arrival in [[356_509, 378_430], [378_430, 356_509]] {
        let mut family = Family::default();
        for id in arrival {
            let (letter, number) = if id == 356_509 {
                ('A', "6385-031318-392")
            } else {
                ('R', "6385-031318-392-1")
            };
            family.comes_as(id, letter, number, false);
        }
        assert_eq!(family.told(), "waits 378430, stop revision 356509");
        assert_eq!(
            current(&family.versions).unwrap().key.as_str(),
            "EC-DEMO-6385-031318-392-1"
        );
    }
}

#[test]
fn a_dash_suffix_proves_nothing() {
    // Another uuid: each is its own family, and goes.
    for number in ["XYZ", "XYZ-1"] {
        let mut family = Family::default();
        family.comes_as(1, 'A', number, false);
        assert_eq!(family.told(), "goes");
    }
    // One uuid: submissions of one order, whatever their numbers look like, and the id says which is the newer.
    let mut family = Family::default();
    family.comes_as(1, 'A', "XYZ-2", false);
    family.comes_as(2, 'a', "7133-041626-009", false);
    assert_eq!(family.told(), "gone 2, goes");
}

#[test]
fn from_the_claim_on_whatever_comes_is_held_and_nothing_else_moves() {
    for (stage, code) in [(Stage::Sent, "after_import"), (Stage::Refused, "after_refusal")] {
        for letter in "AaRNE-".chars() {
            for arrival in arrivals(3) {
                let mut family = Family::default();
                family.comes(5, 'A');
                family.stage = Some(stage);
                // An older one that comes late, and two newer ones.
                for at in &arrival {
                    family.comes([2, 7, 9][usize::try_from(*at).unwrap() - 1], letter);
                }
                let expected = format!("held {code} 5, goes, held {code} 5, held {code} 5");
                assert_eq!(family.told(), expected, "{letter} as {arrival:?}");
            }
        }
    }
}

#[test]
fn what_a_person_let_go_is_not_replaced_any_more() {
    let mut family = Family::of("AR", &[1, 2]);
    // The revision is held; somebody retries it, and it is due.
    family.stage = Some(Stage::Due);
    let Placing::New(arranged) = family.comes(3, 'R') else {
        panic!("it is new");
    };
    let hold = Hold {
        code: HoldCode::AfterImport,
        of: EcatId(2),
    };
    assert_eq!(arranged.moves, [(EcatId(3), Place::Beside(hold))]);
    assert_eq!(arranged.current().map(|version| version.id), Some(EcatId(2)));
}

#[test]
fn what_a_person_decided_about_takes_no_part_but_is_remembered() {
    let mut family = Family::of("ARa", &[1, 2, 3]);
    family.versions[2].standing = Standing::Decided;
    let now = places(&family.versions, &|id| family.orders.get(&id));
    let hold = Hold {
        code: HoldCode::Revision,
        of: EcatId(1),
    };
    let expected = [
        (EcatId(1), Place::Waits(EcatId(2))),
        (EcatId(2), Place::Stopped(hold)),
    ];
    assert_eq!(now, expected, "as if the third had not come");
    family.versions[1].standing = Standing::Decided;
    let now = places(&family.versions, &|id| family.orders.get(&id));
    assert_eq!(now, [(EcatId(1), Place::Goes)], "the older one goes on");
    // The same content after a decided one is looked at.
    family.versions[0].standing = Standing::Current;
    family.places = now.into_iter().collect();
    let Placing::New(arranged) = family.comes(4, 'a') else {
        panic!("it is new");
    };
    let hold = Hold {
        code: HoldCode::SameContent,
        of: EcatId(1),
    };
    assert_eq!(arranged.moves, [(EcatId(4), Place::Beside(hold))]);
    assert_eq!(
        family.comes(3, 'a'),
        Placing::Again,
        "the decided one comes once more"
    );
}

#[test]
fn a_submission_that_superseded_another_keeps_its_place_when_a_later_one_is_decided_about() {
    let mut family = Family::of("AaN", &[1, 2, 3]);
    family.versions[2].standing = Standing::Decided;
    let now = places(&family.versions, &|id| family.orders.get(&id));
    assert_eq!(
        now,
        [
            (EcatId(1), Place::Superseded(EcatId(2))),
            (EcatId(2), Place::Goes)
        ]
    );
}

#[test]
fn a_submission_that_comes_again_is_known_wherever_it_stands() {
    let mut family = Family::of("AaRN-", &[1, 2, 3, 4, 5]);
    for stage in [None, Some(Stage::Sent), Some(Stage::Refused)] {
        family.stage = stage;
        for (id, letter) in (1..).zip("AaRN-".chars()) {
            assert_eq!(family.comes(id, letter), Placing::Again, "{id}");
        }
    }
}

#[test]
fn another_payload_that_says_the_same_is_the_same_submission() {
    let mut family = Family::of("A", &[1]);
    family.versions[0].raw = raw("exported at another time");
    assert_eq!(family.comes_as(1, 'A', "N-1", false), Placing::Again);
}

#[test]
fn a_submission_that_changed_under_its_id_is_held_unless_nothing_that_counts_changed() {
    let changed = |stage, letter| {
        let mut family = Family::of("A", &[1]);
        family.stage = Some(stage);
        family.comes(1, letter)
    };
    assert_eq!(changed(Stage::Due, 'a'), Placing::Refreshed);
    assert_eq!(changed(Stage::Waiting, 'a'), Placing::Refreshed);
    for letter in "RNE-".chars() {
        assert_eq!(changed(Stage::Due, letter), Placing::Changed { stop: true });
        assert_eq!(changed(Stage::Sent, letter), Placing::Changed { stop: false });
    }
    assert_eq!(changed(Stage::Sent, 'a'), Placing::Changed { stop: false });
    assert_eq!(changed(Stage::Refused, 'a'), Placing::Changed { stop: false });
    // One that is not the current one, and one whose number changed under its id.
    let mut family = Family::of("Aa", &[1, 2]);
    assert_eq!(family.comes(1, 'R'), Placing::Changed { stop: true });
    let mut family = Family::of("A", &[1]);
    assert_eq!(
        family.comes_as(1, 'a', "OTHER", false),
        Placing::Changed { stop: true }
    );
}

#[test]
fn a_number_that_is_another_orders_is_held() {
    let collides = |contents: [(char, bool); 2]| {
        let mut told = Vec::new();
        for arrival in arrivals(2) {
            let mut family = Family::default();
            for id in arrival {
                let (letter, taken) = contents[usize::try_from(id).unwrap() - 1];
                family.comes_as(id, letter, &format!("N-{id}"), taken);
            }
            told.push(family.told());
        }
        assert_eq!(told[0], told[1]);
        told.remove(0)
    };
    let mut alone = Family::default();
    alone.comes_as(1, 'A', "XYZ-1", true);
    assert_eq!(alone.told(), "stop number_collision 1");
    assert!(alone.versions[0].key_taken);
    // It takes no place without a name of its own; who has one takes its place.
    assert_eq!(
        collides([('A', false), ('a', true)]),
        "goes, held number_collision 2"
    );
    assert_eq!(collides([('A', true), ('a', false)]), "gone 2, goes");
    // A revision stops the older one all the same.
    assert_eq!(
        collides([('A', false), ('R', true)]),
        "waits 2, stop number_collision 2"
    );
    assert_eq!(
        collides([('A', true), ('N', false)]),
        "stop number_collision 1, held looks_new 1"
    );
    assert_eq!(
        collides([('A', false), ('N', true)]),
        "goes, held number_collision 2"
    );
}

#[test]
fn one_number_twice_under_one_uuid_is_a_collision_too() {
    let mut family = Family::default();
    family.comes_as(1, 'A', "XYZ", false);
    family.comes_as(2, 'a', "XYZ", false);
    assert_eq!(family.told(), "goes, held number_collision 2");
    // After the claim too.
    family.stage = Some(Stage::Sent);
    family.comes_as(3, 'N', "XYZ", false);
    assert_eq!(
        family.told(),
        "goes, held number_collision 2, held number_collision 3"
    );
}

#[test]
fn when_there_is_no_room_the_newcomer_is_held_outside_and_nothing_is_imported_meanwhile() {
    let mut family = Family::of("AAAAA", &[1, 2, 3, 4, 5]);
    assert_eq!(family.told(), "gone 2, gone 3, gone 4, gone 5, goes");
    assert_eq!(family.comes(6, 'a'), Placing::TooMany { stop: true });
    assert_eq!(family.versions.len(), VERSIONS_MAX);
    assert_eq!(family.comes(5, 'A'), Placing::Again);
    family.stage = Some(Stage::Sent);
    assert_eq!(family.comes(6, 'a'), Placing::TooMany { stop: false });
}

#[test]
fn the_stage_of_an_order_is_open_only_if_it_was_never_claimed() {
    let pace = Pace {
        grace: std::time::Duration::from_secs(900),
        skew: std::time::Duration::from_secs(10),
    };
    let now = Millis(1_000);
    let with = |generation, state: StepState| {
        let mut order = OrderState::taken(key("XYZ").into(), raw("a"), now, pace);
        order.steps.insert(StepName::Import, Step { generation, state });
        order
    };
    let held = |code: &str| StepState::Held {
        code: code.to_owned(),
        at: now,
    };
    let done = StepState::Done {
        reference: None,
        at: now,
    };
    for (order, stage) in [
        (with(0, StepState::due_now(now, pace)), Stage::Due),
        (with(1, StepState::due_now(now, pace)), Stage::Sent),
        (with(0, held("ecat_revision")), Stage::Waiting),
        (with(0, held(crate::BEFORE_IMPORT_FROM)), Stage::Sent),
        (with(1, held("unknown_sku")), Stage::Refused),
        (with(1, held(crate::ORDER_CHANGED)), Stage::Sent),
        (with(1, done), Stage::Sent),
        (with(0, StepState::Discarded), Stage::Sent),
        (OrderState::foreign(key("XYZ").into(), None, now), Stage::Sent),
    ] {
        assert_eq!(Stage::of(&order), stage, "{order:?}");
    }
    let mut waived = with(0, StepState::due_now(now, pace));
    waived.waived = true;
    assert_eq!(Stage::of(&waived), Stage::Sent);
}

#[test]
fn a_stored_submission_is_small_and_comes_back() {
    let hash = "0123456789abcdef0123456789abcdef".to_owned();
    let mut version = Version {
        id: EcatId(356_509),
        key: key("6385-031318-392"),
        key_taken: false,
        raw: RawRef { hash, chunks: 1 },
        standing: Standing::Current,
    };
    let stored = version.stored();
    assert_eq!(
        stored,
        "356509:C1:0123456789abcdef0123456789abcdef:6385-031318-392"
    );
    assert_eq!(stored.len(), 58);
    version.id = EcatId(u64::MAX);
    version.raw.chunks = 99;
    version.key_taken = true;
    let longest = EcatOrg::new("ab").unwrap();
    let number = EcatOrderNumber::new("1".repeat(29)).unwrap();
    version.key = ErpKey::ecat(&longest, &number);
    for standing in [
        Standing::Current,
        Standing::Superseded,
        Standing::Waiting,
        Standing::Held,
        Standing::Leaving,
        Standing::Decided,
    ] {
        version.standing = standing;
        let stored = version.stored();
        assert!(stored.len() <= 90, "{}", stored.len());
        assert_eq!(Version::read(longest.in_keys(), &stored), Ok(version.clone()));
    }
    for text in [
        "",
        "1",
        "1:C1",
        "1:C1:h",
        "x:C1:h:XYZ",
        "1:Z1:h:XYZ",
        "1:C:h:XYZ",
        "1:C1:h:xyz",
        "1::h:XYZ",
    ] {
        assert_eq!(
            Version::read(longest.in_keys(), text),
            Err(VersionError),
            "{text:?}"
        );
    }
}

#[test]
fn each_code_is_stored_under_a_name_of_its_own() {
    let codes = [
        HoldCode::Revision,
        HoldCode::LooksNew,
        HoldCode::SameContent,
        HoldCode::NotComparable,
        HoldCode::AfterImport,
        HoldCode::AfterRefusal,
        HoldCode::NumberCollision,
        HoldCode::ChangedUnderItsId,
        HoldCode::TooManyVersions,
        HoldCode::Leaving,
    ];
    let names: std::collections::BTreeSet<_> = codes.iter().map(|code| code.as_str()).collect();
    assert_eq!(names.len(), codes.len());
}

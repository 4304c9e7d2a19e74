//! The state item stays within 1,024 bytes, because every update is billed on the whole item.

use std::collections::BTreeMap;

use base64::Engine as _;
use order_model::versions::{Standing, VERSIONS_MAX, Version};
use order_model::{
    Admission, ContentHash, EcatId, EcatOrderNumber, EcatOrg, EcatUuid, ErpKey, ErpReference, OrderKey,
    OrderState, Pinned, RawRef, Repeat, Step, StepName, StepState,
};
use serde_json::{Map, Value};

use crate::house::{House, T0, at};

/// DynamoDB's rules: a name and a text count their bytes; a number one byte for two digits and one more; a map or a list
/// three, and one more for each entry.
fn size_of_attributes(attributes: &Map<String, Value>) -> usize {
    attributes
        .iter()
        .map(|(name, value)| name.len() + size_of(value))
        .sum()
}

fn size_of(value: &Value) -> usize {
    let Some((kind, value)) = value.as_object().and_then(|value| value.iter().next()) else {
        unreachable!("an attribute has a kind: {value}");
    };
    let text = value.as_str().unwrap_or_default();
    match (kind.as_str(), value.as_object()) {
        ("S", _) => text.len(),
        ("N", _) => text.len().div_ceil(2) + 1,
        ("B", _) => base64::engine::general_purpose::STANDARD
            .decode(text)
            .map_or(0, |bytes| bytes.len()),
        ("BOOL" | "NULL", _) => 1,
        ("L", _) => {
            let entries = value.as_array().map_or(&[][..], Vec::as_slice);
            3 + entries.len() + entries.iter().map(size_of).sum::<usize>()
        }
        ("M", Some(entries)) => 3 + entries.len() + size_of_attributes(entries),
        _ => unreachable!("no other kind is in a state item: {kind}"),
    }
}

async fn size(order: OrderState) -> usize {
    let house = House::open().await;
    let key = order.key.to_string();
    // A process that has made a million tokens.
    let ledger = house.ledger("0123456789ab-1000000");
    assert!(ledger.admit(order).await.is_ok());
    let mut item = house.item(&key, "state").unwrap_or_default();
    // After many writes.
    item["rev"]["N"] = "99999".into();
    item.as_object().map_or(0, size_of_attributes)
}

fn claimed() -> StepState {
    StepState::Claimed {
        owner: "0123456789ab-1000000".to_owned(),
        begun_at: T0,
        until: at(130),
        tries: 999,
        hash: Some("f".repeat(32)),
        asking: false,
    }
}

fn unknown() -> StepState {
    StepState::Unknown {
        begun_at: T0,
        not_before: at(1),
        tries: 999,
        hint_at: at(900),
        hash: Some("f".repeat(32)),
    }
}

fn held() -> StepState {
    StepState::Held {
        code: "c".repeat(40),
        at: T0,
    }
}

/// The largest names of everything, with these steps.
fn largest(import: StepState, confirm: StepState) -> Option<OrderState> {
    let step = |state| Step {
        generation: 9999,
        state,
    };
    Some(OrderState {
        key: OrderKey::new("K".repeat(35)).ok()?,
        revision: 1,
        writer: String::new(),
        admission: Admission::Foreign,
        first_seen: T0,
        raw: Some(RawRef {
            hash: "f".repeat(32),
            chunks: 99,
        }),
        reference: Some(ErpReference::new("R".repeat(64)).ok()?),
        pinned: Some(Pinned {
            map: "f".repeat(16),
            hash: ContentHash::from_bytes([255; 32]),
            custom: None,
        }),
        waived: true,
        maybe_acknowledged: false,
        agreed: false,
        // An erased order has no payload to name, which is longer than this.
        erased: false,
        versions: Vec::new(),
        revision_of: None,
        steps: BTreeMap::from([
            (StepName::Import, step(import)),
            (StepName::Confirm, step(confirm.clone())),
            (StepName::Report, step(confirm)),
            (StepName::Review, step(held())),
        ]),
        repeats: BTreeMap::new(),
        look_at: Some(at(900)),
    })
}

#[test]
fn sizes_are_counted_by_the_rules() {
    let item = serde_json::json!({
        "pk": { "S": "RS-1" },                                  // 2 + 4
        "n": { "N": "1795255200000" },                          // 1 + 7 + 1
        "h": { "B": "AAECAw==" },                               // 1 + 4
        "m": { "M": { "a": { "S": "x" }, "b": { "BOOL": true } } }, // 1 + 3 + 2 + (1 + 1) + (1 + 1)
        "l": { "L": [{ "S": "xy" }, { "S": "z" }] },             // 1 + 3 + 2 + 2 + 1
    });
    assert_eq!(item.as_object().map(size_of_attributes), Some(6 + 9 + 5 + 10 + 9));
}

#[tokio::test]
async fn the_largest_order_in_every_state_stays_within_one_unit() {
    let done = || StepState::Done {
        reference: ErpReference::new("R".repeat(64)).ok(),
        at: T0,
    };
    let states: [fn() -> StepState; 3] = [claimed, unknown, held];
    let mut worst = 0;
    for import in states {
        for confirm in states {
            worst = worst.max(size(largest(import(), confirm()).unwrap()).await);
        }
        worst = worst.max(size(largest(import(), done()).unwrap()).await);
    }
    // Written down so that a change shows here first. 1,024 is where each update begins to cost two units.
    assert_eq!(worst, LARGEST);
    const { assert!(LARGEST <= 1024) };
}

/// Added up by hand: 295 beside the steps (`pk` 37, `sk` 7, `v` 3, `rev` 7, `w` 23, `adm` 10, `seen` 12, `raw` 35,
/// `chunks` 8, `erp_ref` 71, `map` 19, `hash` 36, `waived` 7, `open` 5, `look_at` 15), 12 for the map of steps, 25 for
/// their names, 98 for each of three claims, 66 for the hold.
const LARGEST: usize = 692;

/// An eCat order of so many submissions as the ledger takes, whose import is claimed while its review is held: eCat's orders
/// have no other step.
fn of_submissions(org: &str, ids: u64, chunks: u32, number: impl Fn(u64) -> String) -> Option<OrderState> {
    let org = EcatOrg::new(org).ok()?;
    let uuid = EcatUuid::new("9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3").ok()?;
    let version = |n: u64| {
        Some(Version {
            id: EcatId(ids + n),
            key: ErpKey::ecat(&org, &EcatOrderNumber::new(number(n)).ok()?),
            key_taken: chunks > 1,
            raw: RawRef {
                hash: "f".repeat(32),
                chunks,
            },
            standing: if n == 0 { Standing::Current } else { Standing::Held },
        })
    };
    let versions: Option<Vec<_>> = (0..u64::try_from(VERSIONS_MAX).ok()?).map(version).collect();
    let mut order = largest(claimed(), held())?;
    order.key = OrderKey::ecat(&org, &uuid);
    order.admission = Admission::Taken;
    order.raw.iter_mut().for_each(|raw| raw.chunks = chunks);
    order.versions = versions?;
    for step in [StepName::Confirm, StepName::Report] {
        order.steps.remove(&step);
    }
    Some(order)
}

#[tokio::test]
async fn an_order_with_as_many_submissions_as_there_is_room_for_stays_within_one_unit() {
    let mut order = of_submissions("ACMECAT", 4_402_311, 1, |n| format!("7120-041526-118-{n}")).unwrap();
    order.reference = ErpReference::new("SO104233").ok();
    order.waived = false;
    order.steps.get_mut(&StepName::Review).unwrap().state = StepState::Held {
        code: "ecat_after_import".to_owned(),
        at: T0,
    };
    let size = size(order).await;
    assert_eq!(size, USUAL);
    const { assert!(USUAL <= 1024) };
}

/// 234 beside submissions and steps, 321 for five submissions of 61 each, 163 for the steps: 12 for their names, 98 for the
/// claim, 43 for the hold, 10 for their map.
const USUAL: usize = 718;

#[tokio::test]
async fn the_longest_numbers_and_ids_stay_within_one_unit_too() {
    let mut order = of_submissions("ab", u64::MAX - 9, 99, |n| format!("{n}").repeat(29)).unwrap();
    assert_eq!(order.versions[0].stored().len(), 88);
    assert!(
        order
            .revision_of
            .replace(ErpKey::new("K".repeat(35)).unwrap())
            .is_none()
    );
    let mut worst = 0;
    for import in [claimed, unknown, held] {
        order.steps.get_mut(&StepName::Import).unwrap().state = import();
        worst = worst.max(size(order.clone()).await);
    }
    assert_eq!(worst, WORST);
    const { assert!(WORST <= 1024) };
}

/// 300 beside submissions and steps, 42 for the key that it revises, 456 for five submissions of 88 each, 186 for the steps.
const WORST: usize = 984;

/// What a publication and a dispute add, in each state that it can be in beside an import that is done.
fn published(mut order: OrderState, confirm: StepState, publish: StepState, name: &str) -> OrderState {
    let step = |state| Step {
        generation: 9999,
        state,
    };
    let done = || StepState::Done {
        reference: None,
        at: T0,
    };
    // From its claim on nothing counts as accepted.
    let accepted = matches!(publish, StepState::Due { .. } | StepState::Done { .. }).then(|| "f".repeat(32));
    order.steps.insert(StepName::Import, step(done()));
    if order.steps.contains_key(&StepName::Confirm) {
        order.steps.insert(StepName::Confirm, step(confirm));
        order.steps.insert(StepName::Report, step(StepState::Discarded));
    }
    order.steps.insert(StepName::Publish, step(publish));
    order.steps.insert(
        StepName::Fulfilment,
        step(StepState::Held {
            code: "more_than_shipped".to_owned(),
            at: T0,
        }),
    );
    let repeat = Repeat {
        wanted: 9999,
        done: 9999,
        accepted,
        revision: T0,
        since: T0,
        name: Some(name.to_owned()),
    };
    order.repeats.insert(StepName::Publish, repeat);
    order
}

fn due() -> StepState {
    StepState::Due {
        not_before: T0,
        tries: 999,
        hint_at: at(900),
    }
}

const WAYS: [fn() -> StepState; 4] = [claimed, unknown, held, due];

#[tokio::test]
async fn a_repspark_order_that_goes_through_all_steps_stays_within_one_unit() {
    let name = "n".repeat(64);
    let mut worst = 0;
    for confirm in WAYS {
        for publish in WAYS {
            let order = published(
                largest(claimed(), claimed()).unwrap(),
                confirm(),
                publish(),
                &name,
            );
            worst = worst.max(size(order).await);
        }
    }
    // What is left is for the steps of custom-made lines.
    assert_eq!((worst, 1024 - worst), (800, 224));
}

/// Its name is that of its number at the ERP, or a Spark cart's id, which is short.
#[tokio::test]
async fn an_ecat_order_of_five_submissions_that_is_published_stays_within_one_unit() {
    let number = "R".repeat(64);
    let cart = "sparklayer:9b0d2c64-7f1a-4c53-8e77-52a4d1c0b6e3".to_owned();
    let mut all = Vec::new();
    for (name, submission) in [
        (format!("internal:{number}"), "7120-041526-118-"),
        (cart, "7120-041526-118-"),
        ("n".repeat(64), "7120-041526-118-"),
        (format!("internal:{number}"), "7120-041526-118-7120-041526-"),
    ] {
        let mut worst = 0;
        for publish in WAYS {
            let order = of_submissions("ab", 440_231_100, 9, |n| format!("{submission}{n}")).unwrap();
            worst = worst.max(size(published(order, held(), publish(), &name)).await);
        }
        all.push(worst);
    }
    assert_eq!(all, PUBLISHED);
    const { assert!(PUBLISHED[0] <= 1024 && PUBLISHED[1] <= 1024) };
    const { assert!(PUBLISHED[2] <= 1024 && PUBLISHED[3] <= 1024) };
}

const PUBLISHED: [usize; 4] = [954, 992, 1009, 1014];

/// The longest of everything at once, which no eCat sends: five ids of 20 digits and payloads of 34 MB. Such an order costs
/// one unit more for each of its writes.
#[tokio::test]
async fn nothing_but_the_longest_of_everything_at_once_needs_a_second_unit() {
    let order = of_submissions("ab", u64::MAX - 9, 99, |n| format!("{n}").repeat(29)).unwrap();
    let name = format!("internal:{}", "R".repeat(64));
    let size = size(published(order, held(), claimed(), &name)).await;
    assert!((1025..=1100).contains(&size), "{size}");
}

/// How far an order with custom lines is: its acknowledgement alone, or what follows when that is done.
fn custom(
    mut order: OrderState,
    acknowledge: StepState,
    after: Option<(StepState, StepState)>,
    name: &str,
) -> OrderState {
    let step = |state| Step {
        generation: 9999,
        state,
    };
    (order.agreed, order.maybe_acknowledged) = (true, true);
    order
        .pinned
        .iter_mut()
        .for_each(|pinned| pinned.custom = Some(true));
    order.steps.insert(StepName::Acknowledge, step(acknowledge));
    let Some((details, notify)) = after else {
        return order;
    };
    let accepted = matches!(notify, StepState::Due { .. } | StepState::Done { .. }).then(|| "f".repeat(32));
    order.steps.insert(StepName::Details, step(details));
    order.steps.insert(StepName::Notify, step(notify));
    let repeat = Repeat {
        wanted: 9999,
        done: 9999,
        accepted,
        revision: T0,
        since: T0,
        name: Some(name.to_owned()),
    };
    order.repeats.insert(StepName::Notify, repeat);
    order
}

fn done() -> StepState {
    StepState::Done {
        reference: None,
        at: T0,
    }
}

/// Each state that the steps of custom lines can be in beside one another.
fn of_custom() -> Vec<(StepState, Option<(StepState, StepState)>)> {
    let alone = WAYS.map(|acknowledge| (acknowledge(), None));
    let after = WAYS
        .into_iter()
        .flat_map(|details| WAYS.map(|notify| (done(), Some((details(), notify())))));
    alone.into_iter().chain(after).collect()
}

#[tokio::test]
async fn a_repspark_order_with_custom_lines_that_goes_to_all_vendors_stays_within_one_unit() {
    let (name, number) = ("n".repeat(64), "R".repeat(64));
    let mut worst = 0;
    for (acknowledge, after) in of_custom() {
        for (confirm, publish) in [(claimed(), claimed()), (held(), held()), (claimed(), held())] {
            let order = published(largest(claimed(), claimed()).unwrap(), confirm, publish, &name);
            worst = worst.max(size(custom(order, acknowledge.clone(), after.clone(), &number)).await);
        }
    }
    assert_eq!((worst, 1024 - worst), (997, 27));
}

/// An eCat order whose submissions were sent again so often, published, disputed and custom-made: the largest that it gets.
async fn ecat(submissions: usize, number: &str) -> Option<usize> {
    let mut worst = 0;
    for (acknowledge, after) in of_custom() {
        let mut order = of_submissions("ACMECAT", 4_402_311, 1, |n| format!("7120-041526-118-{n}"))?;
        order.versions.truncate(submissions);
        order.reference = ErpReference::new(number).ok();
        order.waived = false;
        let review = StepState::Held {
            code: "ecat_after_import".to_owned(),
            at: T0,
        };
        let name = format!("internal:{number}");
        let order = published(order, held(), claimed(), &name);
        let mut order = custom(order, acknowledge, after, number);
        order.steps.get_mut(&StepName::Review)?.state = review;
        worst = worst.max(size(order).await);
    }
    Some(worst)
}

/// Most eCat orders are submitted once or twice. One of five that is at the same moment custom-made, on its way to all
/// vendors, disputed and reviewed costs one unit more for each of its writes until some of that is over; so does one of four
/// if its ERP number is longer than 40 characters.
#[tokio::test]
async fn an_ecat_order_with_custom_lines_of_up_to_four_submissions_stays_within_one_unit() {
    let (longest, usual) = ("R".repeat(64), "SO104233");
    let mut all = Vec::new();
    for (submissions, number) in [(1, &*longest), (3, &*longest), (4, usual), (5, usual)] {
        all.push(ecat(submissions, number).await.unwrap());
    }
    assert_eq!(all, CUSTOM);
    const { assert!(CUSTOM[0] <= 1024 && CUSTOM[1] <= 1024 && CUSTOM[2] <= 1024) };
}

const CUSTOM: [usize; 4] = [855, 979, 985, 1047];

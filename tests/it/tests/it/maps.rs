//! `set-field-map`: a map is tried on the orders that are here, and set by one person at a time.

use std::sync::Arc;

use bundle_tests::{Scene, order_key};
use host::{Break, Form};
use lambda_runner::Outcome;
use serde_json::{Value, json};
use simulators::sample_order;

const SET: &str = "set-field-map";
const IMPORT: &str = "erp-import-order";
const DECIDE: &str = "decide-order";

/// The built-in map, changed.
async fn changed(scene: &Scene, pointer: &str, to: Value) -> Value {
    let mut map = built_in(scene).await;
    *map.pointer_mut(pointer).expect("the map has that place") = to;
    map
}

/// The built-in map, which is current in a fresh bundle.
async fn built_in(scene: &Scene) -> Value {
    scene.done(SET, json!({})).await["map"].clone()
}

/// A map that looks for the SKU where no order has it.
async fn wrong(scene: &Scene) -> Value {
    changed(
        scene,
        "/lines/fields/sku",
        json!({"required": "parent:/StyleNumber"}),
    )
    .await
}

fn setting(map: &Value) -> Value {
    json!({"map": map, "by": "ada", "why": "a test"})
}

/// Whatever the check says.
fn forced(map: &Value) -> Value {
    with(setting(map), "force", json!(true))
}

fn with(mut event: Value, word: &str, value: Value) -> Value {
    event[word] = value;
    event
}

/// What stands under the maps, without the orders.
fn maps(scene: &Scene) -> Vec<Value> {
    scene.items_of("map#")
}

fn current(scene: &Scene) -> Option<String> {
    let item = scene.item("map#repspark", "current")?;
    item["version"]["S"].as_str().map(str::to_owned)
}

/// The error's text of an invocation that has to fail.
async fn refused(scene: &Scene, event: Value) -> String {
    match scene.invoke(SET, event).await.outcome {
        Outcome::Error(error) => error.to_string(),
        other => panic!("{SET} was to refuse, and came to {other:?}"),
    }
}

async fn pulled(scene: &Scene, ids: impl IntoIterator<Item = u64>) {
    for id in ids {
        scene.stack.repspark.submit(sample_order(id, 3));
    }
    assert_eq!(scene.pull().await["complete"], true);
}

fn begins(answer: &Value, with: &str) {
    let says = answer["says"].as_str().expect("words for a person");
    assert!(says.starts_with(with), "{says}");
}

/// What the history of the maps says was done, newest first.
async fn history(scene: &Scene) -> Vec<String> {
    let shown = scene.done(SET, json!({})).await;
    let past = shown["history"].as_array().expect("a history").iter();
    past.map(|past| past["did"].as_str().expect("what was done").to_owned())
        .collect()
}

/// The row of an order in an answer.
fn row(answer: &Value, id: u64) -> &Value {
    let rows = answer["orders"].as_array().expect("rows");
    let mut rows = rows.iter();
    rows.find(|row| row["order"] == order_key(id).as_str())
        .unwrap_or_else(|| panic!("no row of {id} in {answer}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_place_holds_orders_and_the_right_one_lets_them_through_on_the_same_payload() {
    let scene = Scene::after_baseline().await;
    let (right, wrong) = (built_in(&scene).await, wrong(&scene).await);
    assert_eq!(scene.done(SET, forced(&wrong)).await["outcome"], "set");
    pulled(&scene, [8001, 8002]).await;
    scene.drain().await;
    assert_eq!(scene.held(8001, "import"), "unmapped_field");
    let payload = scene.states()[&order_key(8001)].raw.clone();

    let trial = json!({"map": wrong, "dry_run": true});
    let trial = scene.done(SET, trial).await;
    let finding = &row(&trial, 8001)["findings"][0];
    assert_eq!(finding["field"], "lines[1].sku", "{trial}");
    let places = finding["places"].to_string();
    assert!(places.contains("StyleNumber"), "{places}");
    assert_eq!(trial["would_go_through"]["orders"], 0);
    begins(&trial, "read 0 of 2, 2 not, 0 not here. Nothing was set");

    let before = maps(&scene);
    let trial = scene.done(SET, json!({"map": right, "dry_run": true})).await;
    assert_eq!(trial["outcome"], "dry_run");
    begins(&trial, "read 2 of 2, 0 not, 0 not here. Nothing was set");
    let seen = row(&trial, 8001);
    assert_eq!(
        (&seen["was"], &seen["now"]),
        (&json!("unmapped_field"), &json!("mapped"))
    );
    assert_eq!(
        seen["content"]["customer"]["code"],
        sample_order(8001, 3)["CustomerCode"]
    );
    assert_eq!(trial["would_go_through"]["orders"], 2);
    let event = trial["would_go_through"]["decide"][0].clone();
    assert_eq!(
        event,
        json!({"do": "retry", "where": {"step": "import", "code": "unmapped_field"}})
    );
    assert_eq!(maps(&scene), before, "a dry run writes nothing");

    let set = scene.done(SET, setting(&right)).await;
    assert_eq!((&set["outcome"], &set["current"]), (&json!("set"), &json!(true)));
    scene.drain().await;
    assert_eq!(scene.step(8001, "import"), "held", "nothing goes by itself");

    let event = with(with(event, "by", json!("ada")), "why", json!("the map is right"));
    assert_eq!(scene.done(DECIDE, event).await["done"], 2);
    scene.live(4).await;
    assert_eq!(scene.states()[&order_key(8001)].raw, payload);
    [8001, 8002].iter().for_each(|id| scene.assert_valid_once(*id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_that_no_longer_reads_an_order_is_refused_unless_forced() {
    let scene = Scene::after_baseline().await;
    pulled(&scene, [8001]).await;
    let wrong = wrong(&scene).await;
    let answer = scene.done(SET, setting(&wrong)).await;
    assert_eq!(
        (&answer["outcome"], &answer["current"]),
        (&json!("refused"), &json!(false))
    );
    assert_eq!(answer["checked"]["regressions"], 1);
    assert!(row(&answer, 8001)["regression"].is_string(), "{answer}");
    let says = answer["says"].as_str().unwrap();
    assert!(says.contains("RS-ACME-8001") && says.contains("force"), "{says}");
    assert!(maps(&scene).is_empty(), "nothing is stored");

    assert_eq!(scene.done(SET, forced(&wrong)).await["outcome"], "set");
    assert_eq!(current(&scene), answer["version"].as_str().map(str::to_owned));
    let (new, old) = (
        answer["version"].as_str().unwrap(),
        answer["before"].as_str().unwrap(),
    );
    assert_eq!(
        history(&scene).await,
        [format!("{new} in the place of {old}, forced")]
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_that_read_no_order_is_refused_unless_forced() {
    let scene = Scene::after_baseline().await;
    let wrong = wrong(&scene).await;
    let none = scene.done(SET, setting(&wrong)).await;
    assert_eq!(none["outcome"], "refused", "{none}");
    begins(&none, "read 0 of 0, 0 not, 0 not here. Nothing was set");
    let unknown = with(setting(&wrong), "orders", json!([9999]));
    let unknown = scene.done(SET, unknown).await;
    assert_eq!(unknown["outcome"], "refused", "{unknown}");
    begins(&unknown, "read 0 of 0, 0 not, 1 not here. Nothing was set");
    assert!(maps(&scene).is_empty(), "nothing is stored");
    // On the first day of all the map that counts anyway may be set: nothing changes by it.
    let default = json!({"default": true, "by": "ada", "why": "a test"});
    assert_eq!(scene.done(SET, default).await["outcome"], "set");
    assert_eq!(scene.done(SET, forced(&wrong)).await["outcome"], "set");

    // No map that was set so far reads the order, so this one is worse for none; but it reads none either.
    pulled(&scene, [8001]).await;
    let other = changed(&scene, "/lines/fields/quantity", json!("line:/Nowhere")).await;
    let other = scene.done(SET, setting(&other)).await;
    assert_eq!(other["outcome"], "refused", "{other}");
    assert_eq!(other["checked"]["regressions"], 0);
    begins(
        &other,
        "read 0 of 1, 1 not, 0 not here. Nothing was set: it reads none",
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_read_is_told_although_it_is_no_reason_to_refuse() {
    let scene = Scene::after_baseline().await;
    let mut nameless = sample_order(8002, 3);
    nameless["CustomerCode"] = Value::Null;
    nameless["Customer"]["CustomerCode"] = Value::Null;
    scene.stack.repspark.submit(nameless);
    pulled(&scene, [8001]).await;
    let map = changed(&scene, "/order/terms_code", json!({"const": "N30"})).await;
    let event = with(setting(&map), "orders", json!([8001, "rs-acme-8002", 9999]));
    let set = scene.done(SET, event).await;
    assert_eq!(set["outcome"], "set", "{set}");
    begins(&set, "read 1 of 2, 1 not, 1 not here. The map is current");
    assert!(!set["says"].as_str().unwrap().contains("nothing speaks"), "{set}");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_order_that_would_get_other_content_is_a_regression() {
    let scene = Scene::after_baseline().await;
    pulled(&scene, [8001]).await;
    scene.batch(IMPORT).await;
    assert_eq!(scene.step(8001, "import"), "done");
    let other = changed(&scene, "/order/customer_po", json!({"const": "NONE"})).await;
    let answer = scene.done(SET, setting(&other)).await;
    assert_eq!(answer["outcome"], "refused", "{answer}");
    let seen = row(&answer, 8001);
    assert!(
        seen["regression"].as_str().unwrap().contains("imported"),
        "{seen}"
    );
    let change = &seen["changes"]["header"][0];
    assert_eq!(
        (&change["field"], &change["before"], &change["after"]),
        (&json!("customer_po"), &json!("PO-78001"), &json!("NONE"))
    );
    // One that is not imported yet may well be read otherwise: that is what maps are changed for.
    let scene_of_due = Scene::after_baseline().await;
    pulled(&scene_of_due, [8001]).await;
    let answer = scene_of_due.done(SET, setting(&other)).await;
    assert_eq!(answer["outcome"], "set", "{answer}");
    assert_eq!(answer["checked"]["changed"], 1);
    scene_of_due.end().await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_first_order_a_map_is_tried_on_what_the_baseline_saw() {
    let scene = Scene::start().await;
    for id in 7001..=7030 {
        scene.stack.repspark.put(id, sample_order(id, 3), 2);
    }
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    let wrong = wrong(&scene).await;
    let answer = scene.done(SET, setting(&wrong)).await;
    assert_eq!(answer["outcome"], "refused", "{answer}");
    assert_eq!(answer["checked"]["orders"], 20);
    assert!(answer["says"].as_str().unwrap().contains("sku"), "{answer}");
    // The person may name an order instead, and is told of one that is not here.
    let named = json!({"default": true, "dry_run": true, "orders": [7001, "RS-ACME-9999"]});
    let named = scene.done(SET, named).await;
    assert_eq!(named["checked"]["unknown"], json!(["RS-ACME-9999"]));
    assert_eq!(row(&named, 7001)["now"], "mapped");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_prints_so_many_orders_whole_and_counts_the_rest() {
    let scene = Scene::after_baseline().await;
    pulled(&scene, 8001..=8030).await;
    for (limit, printed) in [(json!(null), 20), (json!(3), 3), (json!(0), 0)] {
        let event = json!({"default": true, "dry_run": true, "limit": limit});
        let answer = scene.done(SET, event).await;
        let rows = answer["orders"].as_array().unwrap();
        let whole = rows.iter().filter(|row| row["content"].is_object()).count();
        assert_eq!((rows.len(), whole), (20, printed), "{limit}");
        assert_eq!(answer["checked"]["contents_left_out"], 20 - printed);
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_current_map_is_shown_with_who_set_it_why_and_when() {
    let scene = Scene::after_baseline().await;
    let first = scene.done(SET, json!({})).await;
    assert_eq!(first["by"], Value::Null);
    assert!(maps(&scene).is_empty(), "to look at a map sets none");
    pulled(&scene, [8001]).await;

    let map = changed(&scene, "/order/terms_code", json!({"const": "N30"})).await;
    scene.done(SET, setting(&map)).await;
    let shown = scene.done(SET, json!({})).await;
    assert_eq!(shown["map"], map);
    assert_eq!((&shown["by"], &shown["why"]), (&json!("ada"), &json!("a test")));
    assert!(shown["at"].as_str().unwrap().ends_with('Z'), "{shown}");
    let places = shown["places"].as_array().unwrap();
    assert!(places.contains(&json!({"field": "customer_po", "places": ["/PurchaseOrder"]})));

    // Back to the one before by its version, which nobody had to store by hand; then to the changed one again.
    let back = json!({"use": first["version"], "by": "bob", "why": "it was better"});
    assert_eq!(scene.done(SET, back).await["outcome"], "set");
    let again = json!({"use": shown["version"], "by": "cleo", "why": "it was not"});
    assert_eq!(scene.done(SET, again).await["outcome"], "set");
    let shown = scene.done(SET, json!({})).await;
    assert_eq!(shown["map"], map);
    assert_eq!(
        (&shown["by"], &shown["why"]),
        (&json!("cleo"), &json!("it was not"))
    );
    let by: Vec<&Value> = shown["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|past| &past["by"])
        .collect();
    assert_eq!(by, ["cleo", "bob", "ada"]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_map_is_refused_with_its_place_and_changes_nothing() {
    let scene = Scene::after_baseline().await;
    let misspelt = changed(&scene, "/lines/fields/sku", json!({"frist": ["line:/Sku"]})).await;
    for (event, place) in [
        (setting(&misspelt), "lines.fields.sku"),
        (setting(&json!({})), "schema"),
        (
            json!({"use": "0123456789abcdef", "by": "ada", "why": "a test"}),
            "0123456789abcdef",
        ),
        (json!({"default": true}), "by"),
        (
            json!({"default": true, "map": {}, "dry_run": true}),
            "exactly one",
        ),
        (json!({"default": true, "dryrun": true}), "dryrun"),
    ] {
        let said = event.to_string();
        let error = refused(&scene, event).await;
        assert!(error.contains(place), "{said}: {error}");
    }
    assert!(maps(&scene).is_empty());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_map_again_changes_nothing() {
    let scene = Scene::after_baseline().await;
    pulled(&scene, [8001]).await;
    let map = changed(&scene, "/order/terms_code", json!({"const": "N30"})).await;
    assert_eq!(scene.done(SET, setting(&map)).await["outcome"], "set");
    let before = maps(&scene);
    assert_eq!(scene.done(SET, setting(&map)).await["outcome"], "already_current");
    assert_eq!(maps(&scene), before);
    scene.end().await;
}

/// A second person sets a map at the very moment at which the first one's function names its own current: in the
/// gate, before that call has any effect. The call is lost then, and the function makes it again.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_the_second_is_told_that_nothing_was_set_and_the_history_says_so() {
    let scene = Scene::after_baseline().await;
    pulled(&scene, [8001]).await;
    let mut events = Vec::new();
    for terms in ["his", "before", "hers"] {
        let map = changed(&scene, "/order/terms_code", json!({"const": terms})).await;
        events.push(with(setting(&map), "orders", json!([8001])));
    }
    let [his, before, hers] = <[Value; 3]>::try_from(events).unwrap();
    let his = scene.done(SET, his).await["version"].clone();
    scene.stack.gate.arm(&[]);
    scene.done(SET, before).await;
    let calls = scene.stack.gate.journal();
    let last = calls.last().expect("a call");
    assert!(
        last.contains("PutItem map#repspark"),
        "to name the current map comes last: {calls:?}"
    );

    let scene = Arc::new(scene);
    let (other, named) = (Arc::downgrade(&scene), his.clone());
    scene.stack.gate.on_kill(move |_| {
        let scene = other.upgrade().expect("the scene");
        let mut item = scene.item("map#repspark", "current").expect("a current map");
        let revision: u64 = item["rev"]["N"].as_str().unwrap().parse().unwrap();
        item["rev"]["N"] = (revision + 1).to_string().into();
        item["w"]["S"] = json!("somebody-1");
        item["version"]["S"] = named.clone();
        scene.put_item(&item);
    });
    let call = scene.stack.gate.calls();
    let form = Form::Before;
    scene.stack.gate.arm(&[Break { call, form }]);
    let lost = refused(&scene, hers.clone()).await;
    scene.stack.gate.disarm();
    assert!(lost.contains("somebody else"), "{lost}");
    assert_eq!(current(&scene).as_deref(), his.as_str());
    let not_set = |did: &String| did.starts_with("not set: somebody else set another one");
    assert_eq!(history(&scene).await.iter().filter(|did| not_set(did)).count(), 1);
    // Whoever has looked may still set hers.
    let again = scene.done(SET, hers).await;
    assert_eq!((&again["outcome"], &again["before"]), (&json!("set"), &his));
    scene.assert_decent();
}

/// A function that dies at any call leaves the old map or the new one current, whole and readable; the same event again
/// finishes it. So for the first map of all, and for one that takes another's place.
#[tokio::test(flavor = "multi_thread")]
async fn a_break_at_any_call_leaves_one_map_current_and_the_same_event_finishes() {
    let scene = Scene::after_baseline().await;
    pulled(&scene, [8001]).await;
    let mut hit = Vec::new();
    for first in [true, false] {
        // A call more than any run makes: then nothing breaks.
        for call in 1..=9 {
            for form in [Form::Before, Form::After, Form::ReplyLost] {
                if first {
                    forget_maps(&scene);
                }
                let terms = format!("{first} {call} {form:?}");
                hit.extend(broken_once(&scene, &terms, Break { call, form }).await);
            }
        }
    }
    let of = |what: &str| hit.iter().filter(|call| call.contains(what)).count();
    // The built-in one, the new one, the reason, the name of the current one; each in three forms, in both rounds.
    assert!(of("PutItem") >= 21, "{hit:?}");
    assert!(of("BatchGetItem") >= 6 && of("GetItem raw#") >= 6, "{hit:?}");
    scene.drain().await;
    scene.assert_valid_once(8001);
    scene.end().await;
}

fn forget_maps(scene: &Scene) {
    for item in maps(scene) {
        let name = |name: &str| item[name]["S"].as_str().unwrap().to_owned();
        scene.delete_item(&name("pk"), &name("sk"));
    }
}

/// Sets a map while one call breaks, and again; which call it was.
async fn broken_once(scene: &Scene, terms: &str, at: Break) -> Option<String> {
    let map = changed(scene, "/order/terms_code", json!({"const": terms})).await;
    let event = with(setting(&map), "orders", json!([8001]));
    let before = current(scene);
    scene.stack.gate.arm(&[at]);
    let broken = scene.invoke(SET, event.clone()).await.outcome;
    let journal = scene.stack.gate.journal();
    scene.stack.gate.disarm();
    let what = format!("{at:?} of {journal:?}: {broken:?}");
    let between = current(scene);
    let answer = scene.done(SET, event.clone()).await;
    let version = answer["version"].as_str().map(str::to_owned);
    assert!(between == before || between == version, "{what}");
    assert_eq!(answer["current"], true, "{what}");
    assert_eq!(current(scene), version, "{what}");
    let shown = scene.done(SET, json!({})).await;
    assert_eq!((&shown["map"], &shown["why"]), (&map, &json!("a test")), "{what}");
    usize::try_from(at.call - 1)
        .ok()
        .and_then(|place| journal.get(place).cloned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_the_new_map_holds_would_not_go_through() {
    let scene = Scene::after_baseline().await;
    pulled(&scene, [8001]).await;
    let mut map = built_in(&scene).await;
    map["holds"] = json!([{"name": "order_type", "when": "/TypeCode", "is": ["ATONCE"]}]);
    let answer = scene.done(SET, setting(&map)).await;
    assert_eq!(answer["outcome"], "set", "a hold is no regression: {answer}");
    assert_eq!(row(&answer, 8001)["holds"], json!(["hold_order_type"]));
    assert_eq!(answer["checked"]["held_by_this_map"], 1);
    scene.drain().await;
    assert_eq!(scene.held(8001, "import"), "hold_order_type");

    let same = scene.done(SET, json!({"map": map, "dry_run": true})).await;
    assert_eq!(same["would_go_through"]["orders"], 0);
    let without = scene.done(SET, json!({"default": true, "dry_run": true})).await;
    assert_eq!(without["would_go_through"]["orders"], 1);
    assert_eq!(
        without["would_go_through"]["decide"][0]["where"]["code"],
        "hold_order_type"
    );
    scene.end().await;
}

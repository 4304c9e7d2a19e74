//! What several acknowledgements come to, whose answer is not documented.

use serde_json::{Value, json};

use super::fake::*;
use super::sample::*;
use crate::*;

fn batch() -> Batch {
    Batch::new(vec![other("A", &["AA11BB22"]), other("B", &["CC33DD44"])]).unwrap()
}

fn single(number: &str, id: &str, success: bool) -> Value {
    json!({
        "purchaseOrderNumber": number, "allSuccessful": success,
        "statuses": [{"recipeSetId": id, "success": success, "message": "Processed Successfully"}],
    })
}

async fn told(body: &Value) -> Vec<Each> {
    let fake = Fake::saying(200, body.to_string()).await;
    let each = fake.client().acknowledge_several(&batch()).await.unwrap();
    assert_eq!(
        (each[0].0.as_str(), each[1].0.as_str(), each.len()),
        ("A", "B", 2)
    );
    each.into_iter().map(|(_, each)| each).collect()
}

const ALL: Each = Each::Told(Acknowledged::All);

#[tokio::test]
async fn each_order_is_found_by_its_number_and_never_by_its_place() {
    let reversed = json!([single("B", "CC33DD44", false), single("A", "AA11BB22", true)]);
    for body in [
        reversed.clone(),
        json!({"results": reversed.clone()}),
        json!({"data": reversed, "count": 2}),
    ] {
        let told = told(&body).await;
        assert_eq!(told[0], ALL, "{body}");
        let Each::Told(Acknowledged::Partly(partly)) = &told[1] else {
            panic!("{told:?}");
        };
        assert_eq!(partly.failed[0].recipe_set, recipe_set("CC33DD44"));
    }
}

#[tokio::test]
async fn an_order_of_which_nothing_plain_is_said_is_unknown() {
    let unknown = |each: &Each| matches!(each, Each::Unknown(_));
    let a = single("A", "AA11BB22", true);
    let told_one = told(&json!([a])).await;
    assert!(told_one[0] == ALL && unknown(&told_one[1]));
    assert_eq!(told(&a).await, told_one, "one alone");
    let twice = told(&json!([
        a,
        single("B", "CC33DD44", true),
        single("B", "CC33DD44", true)
    ]))
    .await;
    assert!(twice[0] == ALL && unknown(&twice[1]));
    let swapped = told(&json!([
        single("A", "CC33DD44", true),
        single("B", "AA11BB22", true)
    ]))
    .await;
    assert!(swapped.iter().all(unknown));
    let statuses = [
        a["statuses"][0].clone(),
        single("B", "CC33DD44", true)["statuses"][0].clone(),
    ];
    for body in [
        json!({"statuses": statuses, "allSuccessful": true}),
        json!([]),
        json!({}),
        json!("OK"),
        Value::Null,
        json!({"results": {"results": [a]}}),
    ] {
        assert!(told(&body).await.iter().all(unknown), "{body}");
    }
    for body in ["", "OK", "{"] {
        let fake = Fake::saying(200, body).await;
        let each = fake.client().acknowledge_several(&batch()).await.unwrap();
        assert!(each.iter().all(|(_, each)| unknown(each)), "{body}");
    }
}

#[tokio::test]
async fn a_conflict_in_an_orders_own_part_is_its_own() {
    let error = json!({"purchaseOrderNumber": "A", "error": "Purchase order has already been submitted."});
    let told = told(&json!([error, single("B", "CC33DD44", true)])).await;
    let conflict = Acknowledged::Conflict(Conflict {
        says_already: true,
        last_modification: None,
    });
    assert_eq!(told, [Each::Told(conflict), ALL]);
}

#[tokio::test]
async fn no_failure_of_the_whole_call_proves_that_none_was_taken_but_for_refused_calls() {
    for (status, proves) in [
        (400, false),
        (401, true),
        (403, true),
        (404, true),
        (409, false),
        (422, false),
        (429, true),
        (500, false),
    ] {
        let fake = Fake::saying(status, "").await;
        let error = fake.client().acknowledge_several(&batch()).await.unwrap_err();
        assert_eq!(error.surely_not_done(), proves, "{status}");
    }
}

//! What a success of an acknowledgement comes to.

use serde_json::{Value, json};

use super::fake::*;
use super::sample::*;
use crate::*;

async fn told(body: impl Into<String>) -> Result<Acknowledged, CallError> {
    Fake::saying(200, body)
        .await
        .client()
        .acknowledge(&sample())
        .await
}

fn status(id: &str, success: Value) -> Value {
    json!({"recipeSetId": id, "success": success, "message": "Processed Successfully"})
}

fn answer(first: Value, second: Value, all: Value) -> Value {
    json!({
        "purchaseOrderNumber": "WEB-2026-004512",
        "statuses": [status("K7QW2MZP", first), status("T93XRB5D", second)],
        "allSuccessful": all,
    })
}

async fn unclear(body: Value) -> &'static str {
    match told(body.to_string()).await {
        Err(CallError::Unclear { what, .. }) => what,
        other => panic!("{body}: {other:?}"),
    }
}

async fn partly(body: Value) -> Partly {
    match told(body.to_string()).await {
        Ok(Acknowledged::Partly(partly)) => partly,
        other => panic!("{body}: {other:?}"),
    }
}

#[tokio::test]
async fn a_plain_yes_for_each_recipe_set_is_done() {
    let bare = json!({"statuses": [status("T93XRB5D", json!(true)), status("K7QW2MZP", json!("True"))]});
    let mut doubled = answer(json!(true), json!(true), json!(true));
    doubled["statuses"]
        .as_array_mut()
        .unwrap()
        .push(status("K7QW2MZP", json!(true)));
    let pascal = answer(json!(true), json!(true), json!(true))
        .to_string()
        .replace("\"statuses\"", "\"Statuses\"")
        .replace("\"allSuccessful\"", "\"AllSuccessful\"")
        .replace("\"success\"", "\"Success\"");
    for body in [
        answer(json!(true), json!(true), json!(true)).to_string(),
        format!("\u{feff} {}\n", answer(json!(true), json!(true), json!(true))),
        bare.to_string(),
        doubled.to_string(),
        pascal,
    ] {
        assert_eq!(told(body.clone()).await, Ok(Acknowledged::All), "{body}");
    }
}

#[tokio::test]
async fn an_order_number_may_come_back_as_a_number() {
    let body = r#"{"purchaseOrderNumber":42015953,"statuses":[{"recipeSetId":"AA11BB22","success":true}]}"#;
    let fake = Fake::saying(200, body).await;
    let told = fake.client().acknowledge(&other("42015953", &["AA11BB22"])).await;
    assert_eq!(told, Ok(Acknowledged::All));
}

#[tokio::test]
async fn a_failure_inside_a_200_names_its_recipe_set_and_message() {
    let mut body = answer(json!(true), json!(false), json!(false));
    body["statuses"][1]["message"] = json!("Recipe set not found\n for s3cret");
    let partly = partly(body).await;
    assert_eq!(partly.started, [recipe_set("K7QW2MZP")]);
    assert_eq!(partly.untold, []);
    assert_eq!(partly.failed[0].recipe_set, recipe_set("T93XRB5D"));
    assert_eq!(partly.failed[0].message.as_str(), "Recipe set not found for ***");
    assert!(!format!("{partly:?}").contains("not found"));
}

#[tokio::test]
async fn whatever_speaks_of_failure_is_never_done() {
    let (k7, t9) = (recipe_set("K7QW2MZP"), recipe_set("T93XRB5D"));
    let contradicted = partly(answer(json!(false), json!(true), json!(true))).await;
    assert_eq!(
        (contradicted.failed.len(), &contradicted.started[..]),
        (1, &[t9.clone()][..])
    );
    let unnamed = partly(answer(json!(true), json!(true), json!(false))).await;
    assert_eq!((unnamed.failed.len(), unnamed.started.len()), (0, 2));
    let bare = partly(json!({"allSuccessful": false})).await;
    assert_eq!(bare.untold, [k7.clone(), t9.clone()]);
    let one = partly(json!({"statuses": [status("K7QW2MZP", json!(false))]})).await;
    assert_eq!((one.failed.len(), &one.untold[..]), (1, &[t9][..]));
    let mut twice = answer(json!(true), json!(true), json!(true));
    twice["statuses"]
        .as_array_mut()
        .unwrap()
        .push(status("K7QW2MZP", json!(false)));
    assert_eq!(partly(twice).await.failed[0].recipe_set, k7);
}

#[tokio::test]
async fn what_else_is_not_clear_may_have_been_done() {
    let yes = json!(true);
    for body in [
        json!([answer(yes.clone(), yes.clone(), yes.clone())]),
        json!({}),
        json!({"allSuccessful": true}),
        json!({"allSuccessful": true, "statuses": []}),
        json!({"allSuccessful": true, "statuses": ["K7QW2MZP"]}),
        json!({"allSuccessful": true, "statuses": [status("K7QW2MZP", json!(true))]}),
        json!({"error": "Purchase order has already been submitted."}),
        answer(yes.clone(), Value::Null, yes.clone()),
        answer(yes.clone(), json!("perhaps"), yes.clone()),
        answer(yes.clone(), yes.clone(), json!("perhaps")),
    ] {
        unclear(body).await;
    }
    let mut other = answer(yes.clone(), yes.clone(), yes.clone());
    other["purchaseOrderNumber"] = json!(17);
    assert_eq!(unclear(other).await, "the answer is about another order");
    let mut foreign = answer(yes.clone(), yes.clone(), yes);
    foreign["statuses"]
        .as_array_mut()
        .unwrap()
        .push(status("XXXX0000", json!(false)));
    assert_eq!(unclear(foreign).await, "a recipe set failed that was not sent");
    for body in ["", "OK", "{"] {
        let error = told(body).await.unwrap_err();
        assert!(
            matches!(error, CallError::Unclear { .. }) && !error.surely_not_done(),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_409_is_a_conflict_whatever_its_form() {
    // As the seed prints it, with the comma that makes it no JSON.
    let seed = r#"{
        "lastModification": "2019-08-06T07:30:38.4459346+00:00",
        "error": "Purchase order has already been submitted.",
        "apiVersion": "3.0.21055.9",
    }"#;
    let mended = seed.replace("\"3.0.21055.9\",", "\"3.0.21055.9\"");
    let time = "2019-08-06T07:30:38.4459346Z".parse().ok();
    for (body, says_already, last_modification) in [
        (mended.as_str(), true, time),
        (seed, true, None),
        ("", false, None),
        ("<html>", false, None),
        (r#"{"error":"No"}"#, false, None),
    ] {
        let conflict = Acknowledged::Conflict(Conflict {
            says_already,
            last_modification,
        });
        let fake = Fake::saying(409, body).await;
        assert_eq!(
            fake.client().acknowledge(&sample()).await,
            Ok(conflict.clone()),
            "{body}"
        );
        let fake = Fake::saying(409, body).await;
        assert_eq!(
            fake.client().send_order(&owned().details()).await,
            Ok(conflict),
            "{body}"
        );
    }
}

#[tokio::test]
async fn any_success_of_details_counts_that_does_not_say_otherwise() {
    let told = async |body: &str| {
        let fake = Fake::saying(200, body).await;
        fake.client().send_order(&owned().details()).await
    };
    for body in [
        "",
        "OK",
        "{}",
        "[]",
        r#"{"purchaseOrderNumber":"WEB-2026-004512"}"#,
    ] {
        assert_eq!(told(body).await, Ok(Acknowledged::All), "{body}");
    }
    let answer = |second, all| answer(json!(true), json!(second), json!(all)).to_string();
    assert_eq!(told(&answer(true, true)).await, Ok(Acknowledged::All));
    assert!(matches!(
        told(&answer(false, false)).await,
        Ok(Acknowledged::Partly(_))
    ));
    for body in [r#"{"error":"No"}"#, r#"{"allSuccessful":true}"#] {
        assert!(
            matches!(told(body).await, Err(CallError::Unclear { .. })),
            "{body}"
        );
    }
    assert!(matches!(told("<html>").await, Err(CallError::Unavailable { .. })));
}

//! Tokens, and what is sent; and the client against the strict stand-in.

use std::time::Duration;

use host::{Break, Clock, Form, Gate, Reply, Server, text};
use order_model::Millis;
use serde_json::{Value, json};
use simulators::{Slow, SparkFailure};

use super::fake::*;
use super::sample::*;
use crate::*;

struct Stand {
    there: simulators::SparkLayer,
    clock: Clock,
    gate: Gate,
    server: Server,
    client: SparkLayer,
}

async fn stand() -> Stand {
    let (clock, gate) = (Clock::new(), Gate::new());
    let there = simulators::SparkLayer::new(
        clock.clone(),
        gate.clone(),
        "northlinks",
        "relay-client",
        "s3cret",
    );
    let server = there.serve(([127, 0, 0, 1], 0).into()).await.unwrap();
    let client = client(&server.url(), LONG);
    Stand {
        there,
        clock,
        gate,
        server,
        client,
    }
}

impl Stand {
    fn now(&self) -> Millis {
        Millis(self.clock.now_ms())
    }

    async fn put(&self, purchase: &Purchase) -> Result<Stored, CallError> {
        self.client
            .put_purchase(&purchase.identifiers.lookup(), purchase, self.now())
            .await
    }
}

#[tokio::test]
async fn a_put_is_sent_as_the_notes_say() {
    let fake = Fake::saying(200, "{}").await;
    put(&fake.client()).await.unwrap();
    let (login, request) = (fake.logins().remove(0), fake.asked().remove(0));
    assert_eq!(
        (login.method().as_str(), login.uri().path()),
        ("POST", "/api/auth/token")
    );
    let asked: Value = serde_json::from_slice(login.body()).unwrap();
    let expected =
        json!({"grant_type": "client_credentials", "client_id": "relay-client", "client_secret": "s3cret"});
    assert_eq!(asked, expected);
    assert_eq!(
        (request.method().as_str(), request.uri().path()),
        ("PUT", "/api/v1/purchases/internal/SO104233")
    );
    assert_eq!(request.headers()["authorization"], "Bearer t0ken-1");
    for one in [&login, &request] {
        assert_eq!(one.headers()["site-id"], "northlinks");
        assert_eq!(one.headers()["content-type"], "application/json");
    }
    assert_eq!(
        serde_json::from_slice::<Value>(request.body()).unwrap(),
        super::sample::expected()
    );
}

#[tokio::test]
async fn one_token_is_enough_until_it_ends_and_clones_share_it() {
    let fake = Fake::saying(404, "").await;
    let (client, lookup) = (fake.client(), identifiers().lookup());
    assert!(!client.is_logged_in(Millis(0)).await);
    for (at, logins) in [(0, 1), (3_299_999, 1), (3_300_000, 2), (3_300_001, 2)] {
        assert_eq!(
            client.is_logged_in(Millis(at)).await,
            at == 3_299_999 || at == 3_300_001
        );
        let clone = client.clone();
        let (one, two) = tokio::join!(
            client.get_purchase(&lookup, Millis(at)),
            clone.get_purchase(&lookup, Millis(at))
        );
        assert_eq!((one, two), (Ok(None), Ok(None)));
        assert_eq!(fake.logins().len(), logins, "at {at} ms");
    }
    assert_eq!(fake.asked()[7].headers()["authorization"], "Bearer t0ken-2");
}

#[tokio::test]
async fn a_refused_token_is_forgotten_and_the_next_call_gets_another() {
    let fake = Fake::saying(401, "").await;
    let client = fake.client();
    for calls in 1..=2 {
        assert!(matches!(put(&client).await, Err(CallError::TokenRefused { .. })));
        assert_eq!(
            (fake.logins().len(), fake.asked().len()),
            (calls, calls),
            "no retry of its own"
        );
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_leaves_a_doubt() {
    let s = stand().await;
    let hasty = client(&s.server.url(), Duration::from_secs(1));
    hasty.log_in(s.now()).await.unwrap();
    s.there.slow_next(Slow::Effect, 1);
    let lookup = identifiers().lookup();
    let purchase = sample();
    let put = hasty.put_purchase(&lookup, &purchase, s.now());
    let (error, ()) = tokio::join!(put, s.there.wait_for_slow(1));
    let doubt = Doubt::TimedOut;
    let operation = Operation::Put;
    assert_eq!(error, Err(CallError::NoAnswer { operation, doubt }));
    assert_eq!(s.there.release_slow(), 1);
    assert_eq!(s.there.history("SO104233").len(), 1, "it came late");
}

#[tokio::test]
async fn the_strict_stand_in_takes_every_purchase_and_shows_it() {
    let s = stand().await;
    let new = made(&order(), &[]).unwrap();
    let stored = s.put(&new).await.unwrap();
    assert!(s.client.is_stored(&new, &stored));
    assert_eq!(stored.name("platform"), Some("repspark:8086"));
    let stored = s.put(&sample()).await.unwrap();
    assert!(s.client.is_stored(&sample(), &stored) && !s.client.is_stored(&new, &stored));
    assert_eq!(stored.revision(), Some(sample().revision));
    for lookup in [
        Lookup::Platform(Identifier::new("repspark:8086").unwrap()),
        Lookup::Visible(Identifier::new("SO104233").unwrap()),
        identifiers().lookup(),
    ] {
        let shown = s.client.get_purchase(&lookup, s.now()).await.unwrap().unwrap();
        assert!(s.client.is_stored(&sample(), &shown));
        assert!(shown.raw().get("calculated_fulfilment_status").is_some());
    }
    let other = Lookup::Internal(Identifier::new("SO/1 ?").unwrap());
    assert_eq!(s.client.get_purchase(&other, s.now()).await, Ok(None));
    assert_eq!(s.there.history("SO104233").len(), 2);
    assert_eq!(*s.there.history("SO104233")[1].body, expected());
    assert_eq!((s.there.tokens(), s.there.complaints()), (1, Vec::new()));
}

#[tokio::test]
async fn each_refusal_of_the_stand_in_is_told_apart() {
    let s = stand().await;
    s.there.fail_next(
        SparkFailure::Invalid("packages[0].dates.shipped_at".to_owned()),
        1,
    );
    let error = s.put(&sample()).await.unwrap_err();
    assert_eq!(
        error.problem().unwrap().property(),
        Some("packages[0].dates.shipped_at")
    );
    s.there.only_customers(&["another"]);
    assert!(matches!(s.put(&sample()).await, Err(CallError::NotFound { .. })));
    s.there.only_customers(&[CUSTOMER]);
    s.there.fail_next(SparkFailure::Concurrent, 1);
    let conflict = |answer: Result<Stored, CallError>| match answer {
        Err(CallError::Conflict { kind, .. }) => kind,
        other => panic!("{other:?}"),
    };
    assert_eq!(conflict(s.put(&sample()).await), Conflict::Concurrent);
    s.put(&sample()).await.unwrap();
    let mut clash = sample();
    clash.identifiers.internal = Identifier::new("SO2").unwrap();
    assert_eq!(conflict(s.put(&clash).await), Conflict::Identifiers);
    s.there.empty_errors(true);
    assert_eq!(conflict(s.put(&clash).await), Conflict::Unknown);
    s.there.fail_next(SparkFailure::Forbidden, 1);
    assert!(matches!(s.put(&sample()).await, Err(CallError::Forbidden { .. })));
}

#[tokio::test]
async fn an_order_that_was_born_in_sparklayer_replaces_its_cart() {
    let s = stand().await;
    s.there.add_cart(CART);
    let mut purchase = sample();
    purchase.identifiers.sparklayer = Some(CartId::new(CART).unwrap());
    s.put(&purchase).await.unwrap();
    assert_eq!(s.there.purchases().len(), 1);
    assert_eq!(s.there.purchase(CART).unwrap().body["type"], "order");
    let by_number = Lookup::Internal(Identifier::new("SO104233").unwrap());
    let without = s.client.put_purchase(&by_number, &sample(), s.now()).await;
    assert!(matches!(without, Err(CallError::Forbidden { .. })), "{without:?}");
}

#[tokio::test]
async fn tokens_that_end_or_are_revoked_cost_one_refusal_each_at_most() {
    let s = stand().await;
    s.put(&sample()).await.unwrap();
    s.clock.advance(Duration::from_secs(3_400));
    s.put(&sample()).await.unwrap();
    assert_eq!(
        (s.there.tokens(), s.there.refused_tokens()),
        (2, 0),
        "renewed in time"
    );
    s.there.revoke_tokens_after(1);
    s.put(&sample()).await.unwrap();
    assert!(matches!(
        s.put(&sample()).await,
        Err(CallError::TokenRefused { .. })
    ));
    s.put(&sample()).await.unwrap();
    assert_eq!((s.there.tokens(), s.there.refused_tokens()), (3, 1));
    s.there.set_client("relay-client", "an0ther");
    s.there.revoke_tokens();
    assert!(matches!(
        s.put(&sample()).await,
        Err(CallError::TokenRefused { .. })
    ));
    assert!(matches!(
        s.put(&sample()).await,
        Err(CallError::Unauthorized { .. })
    ));
}

#[tokio::test]
async fn a_put_that_broke_anywhere_may_be_sent_again() {
    for call in 1..=2 {
        for form in [Form::Before, Form::After, Form::ReplyLost] {
            let s = stand().await;
            s.gate.arm(&[Break { call, form }]);
            let broken = s.put(&sample()).await.unwrap_err();
            assert_eq!(broken.surely_not_done(), call == 1, "{call} {form:?}");
            s.put(&sample()).await.unwrap();
            assert_eq!(*s.there.purchase("SO104233").unwrap().body, expected());
            assert_eq!(s.there.purchases().len(), 1);
        }
    }
}

#[tokio::test]
async fn another_reading_of_the_shape_is_met_by_a_setting() {
    let s = stand().await;
    s.there.rename_field("shipped_at", "dispatched_at");
    s.there.single_package_alone(true);
    assert!(matches!(s.put(&sample()).await, Err(CallError::Invalid { .. })));
    let options: Options =
        serde_json::from_value(json!({"shipped_at_key": "dispatched_at", "packages": "object_if_one"}))
            .unwrap();
    let (_, body) = would_put(&s.server.url(), &identifiers().lookup(), &sample(), &options);
    assert_eq!(
        body["packages"][1]["dates"]["dispatched_at"],
        "2026-10-12T18:25:00+00:00"
    );
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let credentials =
        serde_json::from_str(r#"{"client_id":"relay-client","client_secret":"s3cret"}"#).unwrap();
    let site = SiteId::new("northlinks").unwrap();
    let client = SparkLayer::new(http, &s.server.url(), site, credentials, options, LONG);
    for purchase in [made(&order(), &[]).unwrap(), sample()] {
        let lookup = purchase.identifiers.lookup();
        client.put_purchase(&lookup, &purchase, s.now()).await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_leaves_a_doubt() {
    let fake = Fake::answering(|| {
        let mut answer = text(200, "{\"purchase_identifiers\":{}}");
        answer
            .headers_mut()
            .insert("content-length", "100".parse().unwrap());
        Reply::Answer(answer)
    })
    .await;
    let error = put(&fake.client()).await.unwrap_err();
    assert!(
        matches!(
            error,
            CallError::NoAnswer {
                operation: Operation::Put,
                ..
            }
        ),
        "{error}"
    );
}

//! What is sent; and the client against the strict stand-in.

use std::time::Duration;

use host::{Break, Clock, Form, Gate, Server};
use serde_json::Value;
use simulators::{SeveralReply, SpectrumFailure, SpectrumSlow};

use super::fake::*;
use super::sample::*;
use crate::*;

struct Stand {
    there: simulators::Spectrum,
    clock: Clock,
    gate: Gate,
    server: Server,
    client: Spectrum,
}

async fn stand() -> Stand {
    let (clock, gate) = (Clock::new(), Gate::new());
    let there = simulators::Spectrum::new(clock.clone(), gate.clone(), "s3cret");
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

#[tokio::test]
async fn a_call_is_sent_as_the_notes_say() {
    let fake = Fake::saying(500, "").await;
    let _ = fake.client().acknowledge(&sample()).await;
    let request = fake.only();
    assert_eq!(
        (request.method().as_str(), request.uri().path()),
        ("POST", "/api/order/acknowledgement")
    );
    assert_eq!(request.headers()["SPECTRUM_API_TOKEN"], "s3cret");
    assert_eq!(request.headers()["content-type"], "application/json");
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(body, would_post("", &Message::Acknowledgement(&sample())).1);
    let fake = Fake::saying(404, "").await;
    let _ = fake.client().find(&number("SO 17")).await;
    let request = fake.only();
    assert_eq!(
        (request.method().as_str(), request.uri().path()),
        ("GET", "/api/order/order-number/SO%2017")
    );
    assert_eq!(request.headers()["SPECTRUM_API_TOKEN"], "s3cret");
    assert!(request.body().is_empty());
}

#[tokio::test]
async fn the_strict_stand_in_takes_all_that_is_sent() {
    let s = stand().await;
    assert_eq!(s.client.find(&number(NUMBER)).await, Ok(None));
    assert_eq!(s.client.acknowledge(&sample()).await, Ok(Acknowledged::All));
    let seen = s.client.find(&number(NUMBER)).await.unwrap().unwrap();
    assert_eq!(seen.shows(&sample()), Shown::Same);
    assert_eq!(
        s.client.send_order(&owned().details()).await,
        Ok(Acknowledged::All)
    );
    let shipped = shipment_of(&["K7QW2MZP", "T93XRB5D"]);
    assert_eq!(s.client.notify_shipment(&shipped).await, Ok(Notified::Done));
    let mut old = owned();
    old.number = number("SO 17");
    old.options.format = crate::Format::RecipeSet;
    old.order.lines.remove(3);
    old.order.lines[0].recipe_set_id = Some("AAAA0000".to_owned());
    old.order.lines[2].recipe_set_id = None;
    old.lines.truncate(1);
    assert_eq!(
        s.client.acknowledge(&old.acknowledgement()).await,
        Ok(Acknowledged::All)
    );
    assert!(s.client.find(&number("SO 17")).await.unwrap().is_some());
    let order = s.there.order(NUMBER).unwrap();
    assert!(order.acknowledged && order.details && order.tracking.len() == 2);
    assert_eq!(
        order.recipe_sets["K7QW2MZP"],
        [("JKT-0441-M".to_owned(), 3), ("JKT-0441-L".to_owned(), 2)]
    );
    assert_eq!(
        (s.there.complaints(), s.there.doubled()),
        (Vec::new(), Vec::new())
    );
    assert_eq!(s.there.starts().len(), 3);
}

#[tokio::test]
async fn each_trap_of_the_stand_in_is_told_apart() {
    let s = stand().await;
    s.there.unknown_recipe_set("T93XRB5D", true);
    let answer = s.client.acknowledge(&sample()).await;
    let Ok(Acknowledged::Partly(partly)) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(
        (partly.started, partly.failed.len()),
        (vec![recipe_set("K7QW2MZP")], 1)
    );
    assert!(
        partly.failed[0].message.as_str().contains("Well played"),
        "for a person, and not for a log"
    );
    let again = s.client.acknowledge(&sample()).await;
    let Ok(Acknowledged::Conflict(conflict)) = again else {
        panic!("{again:?}");
    };
    assert!(conflict.says_already && conflict.last_modification.is_some());
    let seen = s.client.find(&number(NUMBER)).await.unwrap().unwrap();
    assert!(matches!(seen.shows(&sample()), Shown::Differs { .. }));
    let wrong = s.client.notify_shipment(&shipment_of(&["XXXX0000"])).await;
    assert!(
        matches!(wrong, Ok(Notified::Refused { status: 409, .. })),
        "{wrong:?}"
    );
    s.there.limit(0);
    let error = s.client.find(&number(NUMBER)).await.unwrap_err();
    assert!(matches!(error, CallError::Forbidden { .. }), "{error}");
    s.there.tell_the_rate(true);
    let error = s.client.find(&number(NUMBER)).await.unwrap_err();
    assert!(matches!(error, CallError::Throttled { .. }), "{error}");
    s.there.limit(90);
    s.there.set_token("an0ther");
    let error = s.client.find(&number(NUMBER)).await.unwrap_err();
    assert!(matches!(error, CallError::Unauthorized { .. }), "{error}");
    assert_eq!(s.there.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_failure_may_hide_an_effect_and_the_probe_shows_it() {
    for (slow, before, after) in [
        (SpectrumSlow::EffectThen500, true, true),
        (SpectrumSlow::EffectBehind500, false, true),
        (SpectrumSlow::EffectUnheard, false, true),
    ] {
        let s = stand().await;
        s.there.slow_next(slow, 1);
        let error = s.client.acknowledge(&sample()).await.unwrap_err();
        assert!(!error.surely_not_done(), "{slow:?}: {error}");
        let there = async || s.client.find(&number(NUMBER)).await.unwrap().is_some();
        assert_eq!(there().await, before, "{slow:?}");
        s.there.release_slow();
        assert_eq!(there().await, after, "{slow:?}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_leaves_a_doubt() {
    let s = stand().await;
    let hasty = client(&s.server.url(), Duration::from_secs(1));
    s.there.slow_next(SpectrumSlow::Effect, 1);
    let sample = sample();
    let (error, ()) = tokio::join!(hasty.acknowledge(&sample), s.there.wait_for_slow(1));
    let (operation, doubt) = (Operation::Acknowledge, Doubt::TimedOut);
    assert_eq!(error, Err(CallError::NoAnswer { operation, doubt }));
    assert_eq!(s.there.release_slow(), 1);
    assert_eq!(s.there.starts()["K7QW2MZP"], 1, "it came late");
}

#[tokio::test]
async fn details_that_came_first_hide_that_nothing_was_started() {
    let s = stand().await;
    s.client.send_order(&owned().details()).await.unwrap();
    let answer = s.client.acknowledge(&sample()).await;
    assert!(matches!(answer, Ok(Acknowledged::Conflict(_))), "{answer:?}");
    let seen = s.client.find(&number(NUMBER)).await.unwrap().unwrap();
    assert_eq!(seen.shows(&sample()), Shown::Same, "so only the ledger knows");
    assert!(s.there.starts().is_empty());
}

#[tokio::test]
async fn several_are_told_apart_in_whatever_form_the_answer_comes() {
    for (reply, told) in [
        (SeveralReply::Array, true),
        (SeveralReply::Envelope, true),
        (SeveralReply::Statuses, false),
        (SeveralReply::Empty, false),
    ] {
        let s = stand().await;
        s.there.several_reply(reply);
        let batch = Batch::new(vec![other("A", &["AA11BB22"]), other("B", &["CC33DD44"])]).unwrap();
        let each = s.client.acknowledge_several(&batch).await.unwrap();
        for (number, each) in each {
            assert_eq!(each == Each::Told(Acknowledged::All), told, "{reply:?} {number}");
        }
        assert_eq!((s.there.starts().len(), s.there.complaints().len()), (2, 0));
        let error = s.client.acknowledge_several(&batch).await.unwrap_err();
        assert!(
            !error.surely_not_done(),
            "one that is there refuses all, and says not which: {error}"
        );
    }
}

#[tokio::test]
async fn no_failure_is_tried_again_by_the_client() {
    for (form, starts) in [(Form::ReplyLost, 1), (Form::Before, 0)] {
        let s = stand().await;
        s.gate.arm(&[Break { call: 1, form }]);
        let error = s.client.acknowledge(&sample()).await.unwrap_err();
        assert!(matches!(error, CallError::NoAnswer { .. }), "{error}");
        assert_eq!(s.there.calls()["POST acknowledgement"], 1);
        assert_eq!(s.there.starts().len(), starts * 2);
    }
    let s = stand().await;
    s.there.fail_next(SpectrumFailure::Page(502), 1);
    assert!(s.client.send_order(&owned().details()).await.is_err());
    assert_eq!(s.there.calls()["POST order"], 1);
}

#[tokio::test]
async fn four_environments_that_wait_as_they_are_told_are_never_throttled() {
    let s = stand().await;
    // They call in step, which is the worst that they can do.
    for _ in 0..30 {
        s.clock.advance(gap(4, CALLS_A_MINUTE));
        for _ in 0..4 {
            assert_eq!(s.client.find(&number(NUMBER)).await, Ok(None));
        }
    }
    let busiest = s.there.busiest_minute("GET order-number");
    assert!((1..90).contains(&busiest), "{busiest}");
    assert_eq!(
        (s.there.throttled(), s.there.calls()["GET order-number"]),
        (0, 120)
    );
}

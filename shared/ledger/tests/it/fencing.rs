//! A claim that was lost is lost; an expired one is probed.

use ledger::{Claimed, SettleError};
use order_model::{Claim, Outcome, StepName, StepState, Why};

use crate::house::{House, at, bid, granted, imported, importing, outcomes, stands};

const IMPORT: StepName = StepName::Import;

#[tokio::test]
async fn an_expired_lease_is_taken_over_to_probe_and_never_fresh() {
    let house = House::open().await;
    let (order, _) = importing(&house.ledger("a")).await;
    let second = house.ledger("b");
    let early = second
        .claim(order.clone(), &bid(&second, IMPORT, at(134)))
        .await
        .unwrap();
    assert!(
        matches!(early, Claimed::Busy(until) if until == at(135)),
        "{early:?}"
    );
    let (_, claim) = granted(&second, order, IMPORT, at(135)).await;
    assert_eq!((claim.why, claim.generation), (Why::Probe(at(5)), 2));
}

#[tokio::test]
async fn whoever_lost_the_claim_records_nothing_whatever_it_has_to_say() {
    let house = House::open().await;
    let first = house.ledger("a");
    let (seen, lost) = importing(&first).await;
    let second = house.ledger("b");
    let (taken_over, held) = granted(&second, seen.clone(), IMPORT, at(200)).await;
    for outcome in outcomes() {
        for reading in [&seen, &taken_over] {
            let error = first
                .settle(reading.clone(), &lost, &outcome, at(201))
                .await
                .unwrap_err();
            assert!(matches!(error, SettleError::Fenced(_)), "{outcome:?}: {error}");
        }
    }
    assert_eq!(stands(&first).await, taken_over);
    second
        .settle(taken_over, &held, &imported("SO1"), at(202))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_stale_number_or_another_owner_alone_is_refused() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let (order, claim) = importing(&ledger).await;
    let stale = Claim {
        generation: claim.generation - 1,
        ..claim.clone()
    };
    let stranger = Claim {
        owner: "b-0".to_owned(),
        ..claim.clone()
    };
    for forged in [stale, stranger] {
        let settled = ledger
            .settle(order.clone(), &forged, &imported("SO1"), at(8))
            .await;
        assert!(matches!(settled, Err(SettleError::Fenced(_))), "{settled:?}");
    }
    assert_eq!(stands(&ledger).await, order);
}

#[tokio::test]
async fn a_settled_not_there_makes_the_step_due_and_the_next_claim_a_fresh_one() {
    let house = House::open().await;
    let (order, _) = importing(&house.ledger("a")).await;
    let ledger = house.ledger("b");
    let (order, claim) = granted(&ledger, order, IMPORT, at(200)).await;
    assert!(matches!(claim.why, Why::Probe(_)));
    let again = Outcome::Later {
        not_before: at(210),
        hinted: false,
        counts: false,
    };
    let order = ledger.settle(order, &claim, &again, at(210)).await.unwrap();
    let (order, claim) = granted(&ledger, order, IMPORT, at(211)).await;
    assert_eq!(claim.why, Why::Fresh);
    assert!(matches!(order.step(IMPORT), StepState::Claimed { begun_at, .. } if *begun_at == at(211)));
}

#[tokio::test]
async fn a_claim_that_the_sweep_found_dead_cannot_complete_any_more() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let (order, claim) = importing(&ledger).await;
    let sweep = house.ledger("sweep");
    let looked = |order: &order_model::OrderState| {
        order_model::look(order, at(900), sweep.pace(), |_| order_model::Room::Go).map(|look| look.next)
    };
    sweep.change(order.clone(), looked).await.unwrap();
    let late = ledger.settle(order, &claim, &imported("SO1"), at(901)).await;
    assert!(matches!(late, Err(SettleError::Fenced(_))), "{late:?}");
    let (_, claim) = granted(&ledger, stands(&ledger).await, IMPORT, at(902)).await;
    assert_eq!(claim.why, Why::Probe(at(5)));
}

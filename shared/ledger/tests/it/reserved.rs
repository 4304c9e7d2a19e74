//! Whose a number is, and whose organisation a ledger is: lost replies and two that come at once.

#![expect(
    clippy::unwrap_used,
    reason = "a ledger that does not answer has failed the test"
)]

use ledger::{BirthError, Holder};
use order_model::{Brand, EcatId, EcatOrg, ErpKey, OrderKey};
use serde_json::json;

use crate::house::{House, T0, at};

fn key() -> ErpKey {
    ErpKey::new("EC-ACMECAT-XYZ-1").unwrap()
}

fn holder(last: char, id: u64) -> Holder {
    let uuid = format!("EC-ACMECAT-9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E{last}");
    Holder {
        order: OrderKey::new(uuid).unwrap(),
        id: EcatId(id),
    }
}

fn org(text: &str) -> EcatOrg {
    EcatOrg::new(text).unwrap()
}

#[tokio::test]
async fn a_key_whose_reservation_lost_its_reply_is_ours() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    house.lose_reply_of(1);
    let ours = holder('1', 402_311);
    assert_eq!(ledger.reserve(&key(), ours.clone(), T0).await.unwrap(), ours);
    assert_eq!(house.calls(), 2);
    // After a crash another process asks again, at another time.
    let again = house.ledger("b").reserve(&key(), ours.clone(), at(900)).await;
    assert_eq!(again.unwrap(), ours);
    let item = house.item("EC-ACMECAT-XYZ-1", "reserved").unwrap();
    assert_eq!(item["at"], json!({ "N": T0.0.to_string() }), "the first stays");
}

#[tokio::test]
async fn one_of_two_claimants_of_a_key_has_it_and_both_know_which() {
    let house = House::open().await;
    let (one, other) = (house.ledger("a"), house.ledger("b"));
    for lost in [0, 1, 2] {
        let number = ErpKey::new(format!("EC-ACMECAT-XYZ-{lost}")).unwrap();
        if lost > 0 {
            house.lose_reply_of(lost);
        }
        let (first, second) = tokio::join!(
            one.reserve(&number, holder('1', 1), T0),
            other.reserve(&number, holder('2', 2), T0),
        );
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_eq!(first, second);
        assert_eq!(one.holder(&number).await.unwrap(), Some(first.clone()));
        assert!(first == holder('1', 1) || first == holder('2', 2));
    }
}

#[tokio::test]
async fn another_submission_of_the_same_order_is_another_claimant() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let first = holder('1', 1);
    ledger.reserve(&key(), first.clone(), T0).await.unwrap();
    for other in [holder('1', 2), holder('2', 1)] {
        assert_eq!(ledger.reserve(&key(), other, T0).await.unwrap(), first);
    }
    // The greatest id there is.
    let number = ErpKey::new("EC-ACMECAT-MAX").unwrap();
    let greatest = holder('1', u64::MAX);
    ledger.reserve(&number, greatest.clone(), T0).await.unwrap();
    assert_eq!(ledger.holder(&number).await.unwrap(), Some(greatest));
}

#[tokio::test]
async fn a_ledger_belongs_to_one_organisation_for_ever() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let brand = Brand::new("ACME").unwrap();
    let birth = ledger.be_born(&brand, T0).await.unwrap();
    house.lose_reply_of(1);
    ledger.bind_ecat(&birth, &org("acmecat"), &brand).await.unwrap();
    assert_eq!(house.calls(), 2);
    // In another case of letters it makes the same keys; also from the reading of before.
    let now = ledger.birth(&brand).await.unwrap().unwrap();
    for seen in [&birth, &now] {
        ledger.bind_ecat(seen, &org("AcmeCat"), &brand).await.unwrap();
        let error = ledger
            .bind_ecat(seen, &org("ACMEGOLF"), &brand)
            .await
            .unwrap_err();
        assert!(
            matches!(&error, BirthError::OtherOrg { ledger, stack } if ledger == "ACMECAT" && stack == "ACMEGOLF")
        );
        let text = "this stack's EcatOrg is ACMEGOLF, and its ledger belongs to ACMECAT: set EcatOrg back, or make a stack of its own";
        assert_eq!(error.to_string(), text);
    }
    assert_eq!(ledger.birth(&brand).await.unwrap(), Some(now));
}

#[tokio::test]
async fn an_organisation_and_a_baseline_that_are_written_at_once_both_stay() {
    let brand = Brand::new("ACME").unwrap();
    for lost in 0..=4 {
        let house = House::open().await;
        let (pull, baseline) = (house.ledger("a"), house.ledger("b"));
        let birth = pull.be_born(&brand, T0).await.unwrap();
        if lost > 0 {
            house.lose_reply_of(lost);
        }
        let org = org("ACMECAT");
        let (bound, completed) = tokio::join!(
            pull.bind_ecat(&birth, &org, &brand),
            baseline.complete_baseline(&birth, at(60), 300),
        );
        bound.unwrap();
        completed.unwrap();
        let stands = pull.birth(&brand).await.unwrap().unwrap();
        assert_eq!(stands.ecat_org.as_deref(), Some("ACMECAT"), "{lost}");
        assert_eq!(stands.baseline, Some((at(60), 300)), "{lost}");
    }
}

#[tokio::test]
async fn a_baseline_that_came_between_our_write_and_its_repetition_stays() {
    let brand = Brand::new("ACME").unwrap();
    let house = House::open().await;
    let ledger = house.ledger("a");
    let birth = ledger.be_born(&brand, T0).await.unwrap();
    house.lose_reply_of(1);
    house.then_another_writes(|item| {
        item["baseline_at"] = json!({ "N": at(60).0.to_string() });
        item["foreign"] = json!({ "N": "300" });
    });
    ledger.bind_ecat(&birth, &org("ACMECAT"), &brand).await.unwrap();
    let stands = ledger.birth(&brand).await.unwrap().unwrap();
    assert_eq!(stands.ecat_org.as_deref(), Some("ACMECAT"));
    assert_eq!(stands.baseline, Some((at(60), 300)));
}

#[tokio::test]
async fn two_organisations_that_come_at_once_are_not_both_bound() {
    let brand = Brand::new("ACME").unwrap();
    let house = House::open().await;
    let (one, other) = (house.ledger("a"), house.ledger("b"));
    let birth = one.be_born(&brand, T0).await.unwrap();
    let (acme, golf) = (org("ACMECAT"), org("GOLF"));
    let (first, second) = tokio::join!(
        one.bind_ecat(&birth, &acme, &brand),
        other.bind_ecat(&birth, &golf, &brand),
    );
    assert!(first.is_ok() != second.is_ok());
}

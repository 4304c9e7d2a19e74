//! Whose ledger this is.

use ledger::BirthError;
use order_model::Brand;

use crate::house::{House, T0, at};

#[tokio::test]
async fn a_table_that_was_never_used_has_no_birth() {
    let house = House::open().await;
    let brand = Brand::new("ACME").unwrap();
    assert_eq!(house.ledger("a").birth(&brand).await.unwrap(), None);
}

#[tokio::test]
async fn a_table_is_born_once() {
    let house = House::open().await;
    let brand = Brand::new("ACME").unwrap();
    let first = house.ledger("a").be_born(&brand, T0).await.unwrap();
    let second = house.ledger("b").be_born(&brand, at(60)).await.unwrap();
    assert_eq!((first.at, &second), (T0, &first));
    assert_eq!(first.baseline, None);
}

#[tokio::test]
async fn a_baseline_is_completed_once_and_the_first_counts() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let brand = Brand::new("ACME").unwrap();
    let birth = ledger.be_born(&brand, T0).await.unwrap();
    ledger.complete_baseline(&birth, at(60), 300).await.unwrap();
    // Another run that had read the birth earlier, and one that reads it now.
    ledger.complete_baseline(&birth, at(90), 7).await.unwrap();
    let now = ledger.birth(&brand).await.unwrap().unwrap();
    ledger.complete_baseline(&now, at(99), 8).await.unwrap();
    assert_eq!(
        ledger.birth(&brand).await.unwrap().unwrap().baseline,
        Some((at(60), 300))
    );
}

#[tokio::test]
async fn a_stack_of_another_brand_is_refused_whatever_it_tries() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    ledger.be_born(&Brand::new("ACME").unwrap(), T0).await.unwrap();
    let other = Brand::new("ACMEGOLF").unwrap();
    let read = ledger.birth(&other).await.unwrap_err();
    let made = ledger.be_born(&other, T0).await.unwrap_err();
    for error in [read, made] {
        assert!(
            matches!(&error, BirthError::OtherBrand { ledger, stack } if ledger == "ACME" && stack == "ACMEGOLF")
        );
        let text = "this stack's Brand is ACMEGOLF, and its ledger belongs to ACME: set Brand back, or make a stack of its own";
        assert_eq!(error.to_string(), text);
    }
}

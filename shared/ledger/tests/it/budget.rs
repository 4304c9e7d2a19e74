//! What a clean order costs.

use ledger::Raw;
use order_model::StepName;

use crate::house::{House, at, done, granted, imported, importing};

#[tokio::test]
async fn a_clean_order_costs_five_calls_and_a_share_of_a_batch_and_nine_units() {
    let house = House::open().await;
    let ledger = house.ledger("0123456789ab");
    let raws: Vec<_> = (0..25)
        .map(|n| Raw::of(format!("{{\"OrderId\":{n}}}").as_bytes()))
        .collect();
    assert!(
        raws.iter().all(|raw| raw.packed_len() <= 900),
        "the budget is for small payloads"
    );
    ledger.keep_raw(&raws, at(1)).await.unwrap();
    let (order, claim) = importing(&ledger).await;
    let order = ledger
        .settle(order, &claim, &imported("SO104233"), at(8))
        .await
        .unwrap();
    let (order, claim) = granted(&ledger, order, StepName::Confirm, at(11)).await;
    ledger.settle(order, &claim, &done(), at(14)).await.unwrap();

    let bill = house.bill();
    let (operations, units): (Vec<_>, Vec<_>) = bill.into_iter().unzip();
    assert_eq!(
        operations,
        [
            "BatchWriteItem",
            "PutItem",
            "PutItem",
            "PutItem",
            "PutItem",
            "PutItem"
        ]
    );
    // Raw: 25 items of one unit. Intake: table and index `open`. Claim. Import done: table and index `by_reference`.
    // Claim. Confirm done: table, and out of the index.
    assert_eq!(units, [25.0, 2.0, 1.0, 2.0, 1.0, 2.0]);
    assert_eq!(units[1..].iter().sum::<f64>() + units[0] / 25.0, 9.0);
}

//! Every call of every function, broken in each form; and pairs of breaks.

use std::collections::BTreeMap;

use bundle_tests::{Journey, Spot};
use host::{Break, Form};

/// Break points of the clean walk, by function. They may rise with the code; a lower number would mean that calls are no
/// longer counted.
const LEAST: [(&str, usize); 5] = [
    ("repspark-pull-orders", 10),
    ("repspark-recover-orders", 8),
    ("erp-import-order", 8),
    ("repspark-confirm-order", 8),
    ("sweep-orders", 12),
];

async fn clean_walk() -> Vec<Spot> {
    let journey = Journey::prepare().await;
    journey.walk(&[]).await;
    let spots = journey.spots();
    journey.arrive().await.unwrap();
    spots
}

fn by_function(spots: &[Spot]) -> BTreeMap<&str, usize> {
    let mut count = BTreeMap::new();
    for spot in spots {
        *count
            .entry(spot.what.split(' ').next().unwrap_or_default())
            .or_default() += 1;
    }
    count
}

async fn broken(breaks: Vec<Break>) -> Option<String> {
    let journey = Journey::prepare().await;
    journey.walk(&breaks).await;
    let spots = journey.spots();
    let hit: Vec<&str> = breaks
        .iter()
        .filter_map(|hit| spots.get(hit.call as usize - 1))
        .map(|spot| spot.what.as_str())
        .collect();
    let said = format!("{breaks:?} at {hit:?}");
    journey
        .arrive()
        .await
        .err()
        .map(|wrong| format!("{said}: {wrong}"))
}

/// Runs many walks, a few at a time, and returns what went wrong.
async fn all(cases: Vec<Vec<Break>>) -> Vec<String> {
    use std::sync::Arc;
    let room = Arc::new(tokio::sync::Semaphore::new(4));
    let mut tasks = tokio::task::JoinSet::new();
    for case in cases {
        let room = Arc::clone(&room);
        tasks.spawn(async move {
            let _place = room.acquire_owned().await;
            broken(case).await
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_imported_once_and_valid_whichever_call_breaks() {
    let spots = clean_walk().await;
    let counts = by_function(&spots);
    for (function, least) in LEAST {
        let count = counts.get(function).copied().unwrap_or_default();
        println!(
            "{function}: {count} calls, {} breaks",
            count * Journey::FORMS.len()
        );
        assert!(
            count >= least,
            "{function} has {count} break points, and had {least}"
        );
    }
    let cases = spots.iter().flat_map(|spot| {
        Journey::FORMS.map(|form| {
            vec![Break {
                call: spot.call,
                form,
            }]
        })
    });
    let wrong = all(cases.collect()).await;
    assert!(
        wrong.is_empty(),
        "{} walks went wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A seeded share of all pairs; `ORDER_RELAY_PAIRS=all` runs every one.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_imported_once_and_valid_whichever_two_calls_break() {
    let spots = clean_walk().await;
    let mut cases = Vec::new();
    for first in &spots {
        for second in spots.iter().filter(|second| second.call > first.call) {
            for forms in [
                [Form::Before, Form::After],
                [Form::After, Form::ReplyLost],
                [Form::After, Form::After],
            ] {
                let pair = [(first, forms[0]), (second, forms[1])];
                cases.push(
                    pair.map(|(spot, form)| Break {
                        call: spot.call,
                        form,
                    })
                    .to_vec(),
                );
            }
        }
    }
    let of = cases.len();
    if share() < 100 {
        let mut n = 0_u64;
        cases.retain(|_| {
            n += 1;
            // A fixed share, spread over all pairs.
            n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 57 < share()
        });
    }
    println!("{} of {of} pairs of breaks", cases.len());
    let wrong = all(cases).await;
    assert!(
        wrong.is_empty(),
        "{} walks went wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// How many of 128 pairs to take.
#[expect(clippy::disallowed_methods, reason = "a test reads its own switch")]
fn share() -> u64 {
    if std::env::var("ORDER_RELAY_PAIRS").is_ok_and(|pairs| pairs == "all") {
        128
    } else {
        3
    }
}

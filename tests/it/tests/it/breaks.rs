//! Every call of every function, broken in each form; and pairs of breaks.

use std::collections::BTreeMap;

use bundle_tests::{Journey, Spot, Way};
use host::Break;

/// Break points of the clean walk, by function. They may rise with the code; a lower number would mean that calls are no
/// longer counted.
const LEAST: [(&str, usize); 5] = [
    ("repspark-pull-orders", 10),
    ("repspark-recover-orders", 8),
    ("erp-import-order", 8),
    ("repspark-confirm-order", 8),
    ("sweep-orders", 12),
];

async fn clean_walk(way: Way) -> Vec<Spot> {
    let journey = Journey::prepare(way).await;
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

async fn broken(way: Way, breaks: Vec<Break>) -> Option<String> {
    let journey = Journey::prepare(way).await;
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
async fn all(way: Way, cases: Vec<Vec<Break>>) -> Vec<String> {
    use std::sync::Arc;
    let room = Arc::new(tokio::sync::Semaphore::new(4));
    let mut tasks = tokio::task::JoinSet::new();
    for case in cases {
        let room = Arc::clone(&room);
        tasks.spawn(async move {
            let _place = room.acquire_owned().await;
            broken(way, case).await
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_imported_once_and_valid_whichever_call_breaks() {
    let spots = clean_walk(Way::Whole).await;
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
    let wrong = all(Way::Whole, cases.collect()).await;
    assert!(
        wrong.is_empty(),
        "{} walks went wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Calls of the repair in which the second break may fall, behind those of the clean way.
const REPAIR: u64 = 16;

/// So many pairs are taken where not all are asked for: what a run of all tests has time for.
const PAIRS: usize = 120;

/// Some of all pairs, spread evenly; `ORDER_RELAY_PAIRS=all` takes every one.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_imported_once_and_valid_whichever_two_calls_break() {
    let calls = clean_walk(Way::OneOrder).await.len() as u64;
    let mut cases = Vec::new();
    for first in 1..=calls {
        for second in first + 1..=calls + REPAIR {
            for one in Journey::FORMS {
                for other in Journey::FORMS {
                    cases.push(vec![
                        Break {
                            call: first,
                            form: one,
                        },
                        Break {
                            call: second,
                            form: other,
                        },
                    ]);
                }
            }
        }
    }
    let of = cases.len();
    if !every_pair() {
        // No multiple of three, or always the same of the nine pairs of forms would be taken.
        let step = (of / PAIRS).max(1);
        let step = step + usize::from(step.is_multiple_of(3));
        cases = cases.into_iter().skip(3).step_by(step).collect();
    }
    println!(
        "{calls} calls on the way of one order; {} of {of} pairs of breaks",
        cases.len()
    );
    let wrong = all(Way::OneOrder, cases).await;
    assert!(
        wrong.is_empty(),
        "{} walks went wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[expect(clippy::disallowed_methods, reason = "a test reads its own switch")]
fn every_pair() -> bool {
    std::env::var("ORDER_RELAY_PAIRS").is_ok_and(|pairs| pairs == "all")
}

//! What a clean order costs, as the proxy counts it. Prices are by write call and write unit, so both are bounded.

use std::fmt;

use bundle_tests::{Scene, order_key};
use simulators::sample_order;

const FIRST: u64 = 8001;
const ORDERS: u64 = 100;

/// The bounds: two writes for each of two steps, one for the intake, a share of a batch for the raw payload.
const WRITE_CALLS: f64 = 5.1;
const WRITE_UNITS: f64 = 9.0;

/// The compressed payloads' sizes in bytes, up to two more than they are: base64 has four letters for three bytes.
fn payload_sizes(scene: &Scene) -> Vec<usize> {
    let items = scene.stack.items();
    let raw = items
        .iter()
        .filter(|item| item["pk"]["S"].as_str().is_some_and(|pk| pk.starts_with("raw#")));
    raw.map(|item| item["body"]["B"].as_str().unwrap().len() / 4 * 3)
        .collect()
}

/// What one kind of thing costs an order.
struct Cost {
    mean: f64,
    dearest: f64,
}

impl Cost {
    fn of(costs: impl Iterator<Item = f64> + Clone) -> Self {
        Self {
            mean: costs.clone().sum::<f64>() / ORDERS as f64,
            dearest: costs.fold(0.0, f64::max),
        }
    }

    /// Shares of a batch are fractions; a hair's breadth is theirs.
    fn is_within(&self, bound: f64) -> bool {
        self.mean <= bound + 1e-9 && self.dearest <= bound + 1e-9
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}, dearest {:.3}", self.mean, self.dearest)
    }
}

/// Prints what is not bounded yet.
fn tell_the_rest(scene: &Scene) {
    let bill = scene.stack.proxy.bill();
    let output = scene.stack.runner.output();
    let logged: usize = output.iter().map(|line| line.line.len() + 1).sum();
    let each = |sum: f64| sum / ORDERS as f64;
    println!("read units per order: {:.3}", each(bill.total().read_units));
    let requests = bill.sqs_requests().values().sum::<u64>();
    println!("SQS requests per order: {:.3}", each(requests as f64));
    println!("log bytes per order: {:.0}", each(logged as f64));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_order_of_three_lines_costs_no_more_than_its_bound() {
    let scene = Scene::after_baseline().await;
    for id in FIRST..FIRST + ORDERS {
        scene.stack.repspark.submit(sample_order(id, 3));
    }
    scene.stack.proxy.reset_bill();
    scene.pull().await;
    scene.drain().await;

    let sizes = payload_sizes(&scene);
    assert_eq!(sizes.len() as u64, ORDERS);
    assert!(
        sizes.iter().all(|size| *size <= 1024),
        "a payload is larger than those that the bounds are for"
    );
    let bill = scene.stack.proxy.bill();
    let states = scene.states();
    let mut costs = Vec::new();
    for id in FIRST..FIRST + ORDERS {
        scene.assert_valid_once(id);
        let raw = format!("raw#{}", states[&order_key(id)].raw.as_deref().unwrap());
        costs.push(bill.for_keys([order_key(id).as_str(), raw.as_str()]));
    }
    let calls = Cost::of(costs.iter().map(|cost| cost.write_calls));
    let units = Cost::of(costs.iter().map(|cost| cost.write_units));
    println!("write calls per order: {calls}");
    println!("write units per order: {units}");
    tell_the_rest(&scene);
    assert!(calls.is_within(WRITE_CALLS), "write calls per order: {calls}");
    assert!(units.is_within(WRITE_UNITS), "write units per order: {units}");
    scene.end().await;
}

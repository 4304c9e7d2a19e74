//! What an order costs, as the proxy and the runner count it: a clean one against the budget, and the other ways an order
//! may go against budgets that are reckoned by hand.

mod news;

use std::ops::Range;
use std::time::Duration;

use bundle_tests::{Scene, ecat_key, ecat_order_key, order_key};
use cost::{Item, Usage};
use host::Fault;
use local::counted;
use serde_json::json;
use simulators::{Submitted, ecat_sample, sample_order};

/// As many as a batch of DynamoDB's takes, so that shares of a batch are whole batches.
const ORDERS: u64 = 25;
const STRANGER: &str = "C99999";

/// What an order may cost at most.
struct Budget {
    write_calls: f64,
    write_units: f64,
    read_units: f64,
    queue_requests: f64,
    log_bytes: f64,
}

/// Write calls and write units, of tables and indexes.
#[derive(Default)]
struct Writes {
    calls: f64,
    units: f64,
}

const fn budget(writes: [f64; 2], read_units: f64, queue_requests: f64, log_bytes: f64) -> Budget {
    Budget {
        write_calls: writes[0],
        write_units: writes[1],
        read_units,
        queue_requests,
        log_bytes,
    }
}

/// In the order of the table. Writes are reckoned by hand; of the dearest order, and of its own items alone. What an index
/// takes is a unit for an entry that comes or goes, and two where it moves. The rest is what was measured and a little
/// more: the mean of everything that ran, so the pull and the batches are shared out.
const BUDGETS: [Budget; 8] = [
    // A batch's share for the raw payload, the intake, and two writes for each of two steps: 0.04 + 1 + 4 calls. Of them the
    // intake, the last, and the one that brings the ERP's number touch an index: 6 units + 3. Requests: hints to import go
    // ten at a time, hints to confirm singly, and batches of five are received and deleted: 3/25 + 1 + 4/5.
    budget([5.1, 9.0], 4.7, 2.0, 1_500.0),
    // A whole batch for its payload. It has three invocations to itself, of which Lambda alone writes 792 bytes.
    budget([6.0, 9.0], 17.0, 6.0, 2_300.0),
    // As a clean one; RepSpark's list is read against the ledger.
    budget([5.1, 9.0], 6.5, 2.0, 1_500.0),
    // As a clean one, and: a claim, the hold and its words; the decision and its record; the hint of the sweep. The decision
    // and the sweep move the entry in the index: 6 calls, 6 + 4 units.
    budget([11.1, 19.0], 11.5, 3.0, 1_500.0),
    // As a clean one, and: that the outcome is unknown, and the claim of the probe.
    budget([7.1, 11.0], 6.5, 3.7, 1_500.0),
    // Its share for the payload, and its intake into an index of its own: 1 + 2 units.
    budget([1.1, 3.0], 1.6, 0.0, 100.0),
    // It is read, and nothing is written.
    budget([0.0, 0.0], 1.6, 0.0, 100.0),
    // Its share for the payload, the reservation of its number, its intake, and two writes for the one step: 0.04 + 4 calls.
    // The intake and the last one touch an index, the last one both: 5 units + 3. There is nothing to confirm: 3/25 + 2/5
    // requests.
    budget([4.1, 8.0], 5.7, 0.6, 1_500.0),
];

/// One way that an order may go, and what it cost on the mean of [`ORDERS`].
struct Path {
    name: &'static str,
    /// What the writes to the order's own items cost: its state, raw payload, holds and decisions.
    own: Writes,
    /// The dearest order's.
    dearest: Writes,
    /// What everything cost, by all functions that ran, shared out.
    all: Usage,
}

impl Path {
    /// Walks `way` and takes down what these orders of RepSpark cost.
    async fn walk(
        name: &'static str,
        scene: &Scene,
        ids: impl IntoIterator<Item = u64>,
        way: impl AsyncFnOnce(&Scene),
    ) -> Self {
        let keys = ids.into_iter().map(|id| vec![order_key(id)]).collect();
        Self::walk_keys(name, scene, keys, way).await
    }

    /// The same of orders by what is kept of each: first its state, then what else has a key of its own.
    async fn walk_keys(
        name: &'static str,
        scene: &Scene,
        orders: Vec<Vec<String>>,
        way: impl AsyncFnOnce(&Scene),
    ) -> Self {
        scene.stack.proxy.reset_bill();
        scene.stack.gate.arm(&[]);
        let before = counted(&scene.stack);
        way(scene).await;
        let (bill, states) = (scene.stack.proxy.bill(), scene.states());
        let so_many = orders.len() as f64;
        let mut path = Self {
            name,
            own: Writes::default(),
            dearest: Writes::default(),
            all: counted(&scene.stack).since(&before).times(1.0 / so_many),
        };
        for keys in &orders {
            let raw = states.get(&keys[0]).and_then(|state| state.raw.clone());
            let raw = format!("raw#{}", raw.unwrap_or_default());
            let one = bill.for_keys(keys.iter().map(String::as_str).chain([raw.as_str()]));
            path.own.calls += one.write_calls / so_many;
            path.own.units += one.write_units / so_many;
            path.dearest.calls = path.dearest.calls.max(one.write_calls);
            path.dearest.units = path.dearest.units.max(one.write_units);
        }
        path
    }

    fn queue_requests(&self) -> f64 {
        self.all.of(Item::SqsRequest) + self.all.of(Item::SqsFifoRequest)
    }

    fn log_bytes(&self) -> f64 {
        self.all.of(Item::LogByte) + self.all.of(Item::LambdaLogByte)
    }

    fn table(paths: &[Self]) {
        println!(
            "{:<34}{:>12}{:>12}{:>8}{:>8}{:>8}{:>10}{:>8}{:>8}",
            "an order that is",
            "write calls",
            "write units",
            "reads",
            "SQS",
            "log B",
            "Lambda's",
            "secrets",
            "vendor"
        );
        for path in paths {
            println!(
                "{:<34}{:>12.2}{:>12.2}{:>8.2}{:>8.2}{:>8.0}{:>10.0}{:>8.2}{:>8.2}",
                path.name,
                path.own.calls,
                path.own.units,
                path.all.of(Item::ReadUnit),
                path.queue_requests(),
                path.all.of(Item::LogByte),
                path.all.of(Item::LambdaLogByte),
                path.all.of(Item::SecretRead),
                path.all.of(Item::VendorCall),
            );
        }
    }

    /// Holds itself against its budget.
    fn is_within(&self, budget: &Budget) {
        let within = [
            ("write calls", self.dearest.calls, budget.write_calls),
            ("write units", self.dearest.units, budget.write_units),
            ("read units", self.all.of(Item::ReadUnit), budget.read_units),
            ("SQS requests", self.queue_requests(), budget.queue_requests),
            ("log bytes", self.log_bytes(), budget.log_bytes),
        ];
        for (what, cost, most) in within {
            // Shares of a batch are fractions; a hair's breadth is theirs.
            assert!(
                cost <= most + 1e-9,
                "{}: {cost} {what}, of at most {most}",
                self.name
            );
        }
    }
}

/// Orders of the integration before us, then those of each path.
const FOREIGN: u64 = 7001;
const CLEAN: u64 = 8001;
const RECOVERED: u64 = 8101;
const HELD: u64 = 8201;
const PROBED: u64 = 8301;
const ALONE: u64 = 8401;

/// The orders of a path.
fn from(first: u64) -> Range<u64> {
    first..first + ORDERS
}

/// The compressed payloads' sizes in bytes, up to two more than they are: base64 has four letters for three bytes.
fn payload_sizes(scene: &Scene) -> Vec<usize> {
    let items = scene.items_of("raw#").into_iter();
    items
        .map(|item| item["body"]["B"].as_str().unwrap().len() / 4 * 3)
        .collect()
}

async fn pulled(scene: &Scene, orders: Range<u64>) {
    for id in orders {
        scene.stack.repspark.submit(sample_order(id, 3));
    }
    scene.pull().await;
    scene.drain().await;
}

/// A bundle whose baseline is being taken is measured; then each function runs once, so that cold starts, secrets and field
/// maps do not count with what follows.
async fn begun() -> (Scene, Path) {
    let scene = Scene::with_ecat().await;
    for id in from(FOREIGN) {
        scene.stack.repspark.put(id, sample_order(id, 3), 2);
    }
    let foreign = Path::walk("foreign, at the baseline", &scene, from(FOREIGN), async |scene| {
        scene
            .done("repspark-pull-orders", json!({"baseline": true}))
            .await;
    });
    let foreign = foreign.await;
    pulled(&scene, 1..2).await;
    from_ecat(&scene, &submitted(&scene, 1..2)).await;
    scene.recover().await;
    scene.sweep().await;
    (scene, foreign)
}

/// Orders of a customer that the ERP does not know are held; then it knows him, and a person tries them again.
async fn held_and_retried(scene: &Scene) {
    scene.stack.erp.unknown_customer(STRANGER, true);
    for id in from(HELD) {
        let mut order = sample_order(id, 3);
        order["CustomerCode"] = json!(STRANGER);
        order["Customer"]["CustomerCode"] = json!(STRANGER);
        scene.stack.repspark.submit(order);
    }
    scene.pull().await;
    scene.drain().await;
    assert_eq!(scene.held(HELD, "import"), "unknown_customer");
    scene.stack.erp.unknown_customer(STRANGER, false);
    let retry = json!({
        "do": "retry", "where": {"step": "import", "code": "unknown_customer"}, "by": "ada", "why": "it is there now",
    });
    assert_eq!(scene.done("decide-order", retry).await["done"], ORDERS);
    scene.sweep().await;
    scene.drain().await;
}

/// The ERP takes each order, and its answer is lost; each is looked up once that has settled.
async fn reply_lost(scene: &Scene) {
    // Odds, not a fuse: the journal of the calls goes on.
    scene.break_all("erp", "PUT", Fault::LostReply);
    pulled(scene, from(PROBED)).await;
    scene.mend();
    assert_eq!(scene.step(PROBED, "import"), "unknown");
    scene.pass(Duration::from_secs(95));
    scene.drain().await;
}

/// RepSpark flipped them, and nobody saw them.
async fn recovered(scene: &Scene) {
    for id in from(RECOVERED) {
        scene.stack.repspark.put(id, sample_order(id, 3), 2);
    }
    scene.done("repspark-recover-orders", json!({"now": true})).await;
    scene.drain().await;
}

/// Orders that wait at eCat.
fn submitted(scene: &Scene, numbers: Range<u64>) -> Vec<Submitted> {
    let numbers = numbers.map(|n| scene.stack.ecat.submit(ecat_sample(n, 3)));
    numbers.collect()
}

async fn from_ecat(scene: &Scene, orders: &[Submitted]) {
    assert_eq!(scene.pull_ecat().await["marked"], orders.len());
    scene.drain().await;
    orders.iter().for_each(|order| scene.assert_imported_once(order));
}

/// The state of an order, and the reservation of its number.
fn keys_of(order: &Submitted) -> Vec<String> {
    vec![ecat_order_key(&order.uuid), ecat_key(&order.number)]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_costs_no_more_than_the_budget_of_its_way() {
    let (scene, foreign) = begun().await;
    let clean = Path::walk("clean, 3 lines", &scene, from(CLEAN), async |scene| {
        pulled(scene, from(CLEAN)).await
    });
    let clean = clean.await;
    let known = Path::walk(
        "known, compared once more",
        &scene,
        from(FOREIGN),
        async |scene| {
            scene.pass(Duration::from_secs(3_600));
            assert_eq!(scene.recover().await["sent"], ORDERS);
        },
    );
    let known = known.await;
    let recovered = Path::walk("recovered from Sent", &scene, from(RECOVERED), recovered).await;
    let held = Path::walk(
        "held, and retried by a person",
        &scene,
        from(HELD),
        held_and_retried,
    )
    .await;
    let probed = Path::walk(
        "without the ERP's reply, probed",
        &scene,
        from(PROBED),
        reply_lost,
    )
    .await;
    let alone = Path::walk("clean, in a pull of its own", &scene, [ALONE], async |scene| {
        pulled(scene, ALONE..ALONE + 1).await;
    });
    let alone = alone.await;
    let orders = submitted(&scene, from(CLEAN));
    let keys = orders.iter().map(keys_of).collect();
    let ecat = Path::walk_keys("clean, of eCat, 3 lines", &scene, keys, async |scene| {
        from_ecat(scene, &orders).await;
    });
    let ecat = ecat.await;

    assert!(
        payload_sizes(&scene).iter().all(|size| *size <= 1024),
        "the budgets are for payloads of up to 1 KB"
    );
    for first in [CLEAN, RECOVERED, HELD, PROBED] {
        from(first).for_each(|id| scene.assert_valid_once(id));
    }
    scene.assert_valid_once(ALONE);
    let paths = [clean, alone, recovered, held, probed, foreign, known, ecat];
    Path::table(&paths);
    for (path, budget) in paths.iter().zip(BUDGETS) {
        path.is_within(&budget);
    }
    let secrets = paths[0].all.of(Item::SecretRead);
    assert!(
        secrets < 1e-9,
        "secrets are read once, not for each order: {secrets}"
    );
    scene.end().await;
}

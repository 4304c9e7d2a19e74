//! What alarms, widgets and saved queries look at is really said, by functions that work, with the same dimensions.

mod custom;
mod news;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bundle_tests::{Scene, order_key};
use dashboard::logs::Query;
use dashboard::{Body, Content, Line, Metrics, SeriesId};
use host::Fault;
use local::dashboard::{alarms, lines};
use serde_json::{Value, json};
use simulators::{ecat_refilled, ecat_sample, sample_order};

const PULL: &str = "repspark-pull-orders";
const IMPORT: &str = "erp-import-order";
const CONFIRM: &str = "repspark-confirm-order";
const PULL_ECAT: &str = "ecat-pull-orders";
const CUSTOMER: &str = "C-NOBODY";
/// The order that the saved query about one order has as its example.
const EXAMPLE: u64 = 8086;
const HOUR: Duration = Duration::from_secs(3_600);

/// What a custom metric costs in a month, in cents (us-east-1, the first 10,000: "Amazon CloudWatch pricing").
const CENTS_A_METRIC: usize = 30;

/// A day on which all happens that is counted.
async fn a_day() -> Scene {
    let parameters = [("EcatEnabled", "true"), ("ReportRefusals", "true")];
    let scene = Scene::with_spectrum_and_fulfilment(&parameters).await;
    scene.stack.repspark.put(7001, sample_order(7001, 1), 2);
    scene.done(PULL, json!({"baseline": true})).await;
    scene.stack.erp.unknown_customer(CUSTOMER, true);
    news::map_customers(&scene).await;
    the_erp_fails(&scene).await;
    repspark_fails(&scene).await;
    ecat_fails(&scene).await;
    news::sparklayer_fails(&scene).await;
    news::spreadshirt_fails(&scene).await;
    custom::spectrum_fails(&scene).await;
    nothing_is_recorded(&scene).await;
    orders_are_held(&scene).await;
    scene.done("repspark-recover-orders", json!({"now": true})).await;
    credentials_are_refused(&scene).await;
    // The next census.
    scene.pass(2 * HOUR);
    scene.sweep().await;
    scene
}

async fn submitted(scene: &Scene, order: Value) {
    scene.stack.repspark.submit(order);
    scene.pull().await;
}

/// In each way that is told apart, but for the credentials.
async fn the_erp_fails(scene: &Scene) {
    let faults = [Fault::Throttled, Fault::ServerError, Fault::LostReply];
    for (id, fault) in (8001..).zip(faults) {
        submitted(scene, sample_order(id, 1)).await;
        scene.break_all("erp", "PUT", fault);
        scene.batch(IMPORT).await;
        scene.mend();
    }
    scene.stack.erp.garbage_200(1);
    submitted(scene, sample_order(8004, 1)).await;
    scene.batch(IMPORT).await;
    scene.live(4).await;
}

async fn repspark_fails(scene: &Scene) {
    let repspark = &scene.stack.repspark;
    repspark.fail_next(503, "ServerBusy", 1);
    scene.invoke(PULL, json!({})).await;
    repspark.fail_next(500, "InternalError", 1);
    scene.invoke(PULL, json!({})).await;
    repspark.unknown_error_code(1);
    scene.invoke(PULL, json!({})).await;
    scene.break_all("repspark", "GET", Fault::LostRequest);
    scene.invoke(PULL, json!({})).await;
    scene.mend();
    submitted(scene, sample_order(EXAMPLE, 1)).await;
    scene.batch(IMPORT).await;
    scene.break_all("repspark", "POST", Fault::Throttled);
    scene.batch(CONFIRM).await;
    scene.mend();
    scene.live(4).await;
}

/// In each way that is told apart, but for the credentials. What it has comes again, is not marked, and looks like another
/// order.
async fn ecat_fails(scene: &Scene) {
    let ecat = &scene.stack.ecat;
    for fault in [Fault::Throttled, Fault::ServerError, Fault::LostRequest] {
        scene.break_all("ecat", "GET new_orders", fault);
        scene.invoke(PULL_ECAT, json!({})).await;
        scene.mend();
    }
    // There is no such submission, or the address of one is not what it is thought to be.
    scene.invoke(PULL_ECAT, json!({"ecat_id": 999_999})).await;
    let order = ecat_sample(1, 3);
    let first = ecat.submit(order.clone());
    ecat.refuse_mark(&first.number, "Order could not be updated");
    scene.pull_ecat().await;
    ecat.accept_mark(&first.number);
    scene.drain().await;
    scene.refill(&first, ecat_refilled(&order));
    scene.pull_ecat().await;
}

/// The ledger does not answer when it is told what came of a step.
async fn nothing_is_recorded(scene: &Scene) {
    submitted(scene, sample_order(8005, 1)).await;
    for function in [IMPORT, CONFIRM] {
        scene.break_all("dynamodb", "PutItem", Fault::LostRequest);
        scene.batch(function).await;
        scene.mend();
        scene.pass(HOUR / 3);
        scene.sweep().await;
        scene.batch(IMPORT).await;
    }
    scene.live(4).await;
}

/// At their import, their confirmation, and because they came back changed.
async fn orders_are_held(scene: &Scene) {
    let mut of_nobody = sample_order(8006, 1);
    of_nobody["CustomerCode"] = CUSTOMER.into();
    of_nobody["Customer"]["CustomerCode"] = CUSTOMER.into();
    submitted(scene, of_nobody).await;
    submitted(scene, sample_order(8007, 1)).await;
    scene.stack.repspark.reject_confirmation(8007, "InvalidInput");
    scene.drain().await;
    scene.stack.repspark.resubmit(EXAMPLE, sample_order(EXAMPLE, 5));
    scene.pull().await;
    scene.sweep().await;
    scene.drain().await;
}

/// By the ERP until it takes them again, and then by the vendors.
async fn credentials_are_refused(scene: &Scene) {
    custom::an_order_is_due(scene).await;
    submitted(scene, sample_order(8008, 1)).await;
    scene.stack.erp.refuse_credentials(true);
    scene.batch(IMPORT).await;
    scene.stack.erp.refuse_credentials(false);
    scene
        .stack
        .repspark
        .set_keys("another-client", "another-environment");
    scene.invoke(PULL, json!({})).await;
    scene.stack.ecat.set_login("another-user", "another-password");
    scene.invoke(PULL_ECAT, json!({})).await;
    news::credentials_are_refused(scene).await;
    custom::credentials_are_refused(scene).await;
}

/// The metrics with these dimensions that one stack can have, whatever happens to it: the contract of the functions.
fn possible() -> BTreeSet<SeriesId> {
    let mut all = BTreeSet::new();
    let mut add = |names: &[&str], of: &[(&str, &str)]| {
        let dimensions = [&[("Brand", "ACME"), ("Stage", "local")], of].concat();
        all.extend(
            names
                .iter()
                .map(|name| SeriesId::new("OrderRelay", name, &dimensions)),
        );
    };
    let gauges = [
        "OrdersOpen",
        "OrdersHeld",
        "OrdersStuck",
        "OrdersOld",
        "RecordsQuarantined",
        "OldestOpenSeconds",
        "VendorsPaused",
        "BalanceOpen",
        "ForeignWaiting",
        "MovementsWaiting",
        "MovementsStuck",
    ];
    add(&gauges, &[]);
    add(&["MovementsApplied"], &[]);
    let of_spectrum = ["acknowledge", "details", "notify"];
    for step in ["import", "confirm", "report", "publish", "review", "fulfilment"]
        .into_iter()
        .chain(of_spectrum)
    {
        add(&["OrdersHeld"], &[("Step", step)]);
    }
    for step in ["import", "confirm", "report", "publish"]
        .into_iter()
        .chain(of_spectrum)
    {
        add(
            &["StepsDone", "StepsHeld", "StepsLater", "StepsFailed"],
            &[("Step", step)],
        );
    }
    for step in ["import", "confirm"] {
        add(&["SecondsToDone"], &[("Step", step)]);
    }
    for vendor in ["repspark", "ecat"] {
        add(&["OrdersPulled", "PullsDone"], &[("Vendor", vendor)]);
    }
    add(&["OrdersNotMarked"], &[("Vendor", "ecat")]);
    let of_reports = ["PullsDone", "ReportsRead", "ReportsLeft", "ReportsUnreadable"];
    add(&of_reports, &[("Vendor", "spreadshirt")]);
    for class in ["credentials", "throttled", "unavailable", "no_answer", "unclear"] {
        for vendor in ["erp", "repspark", "ecat", "sparklayer", "spreadshirt", "spectrum"] {
            add(&["VendorErrors"], &[("Vendor", vendor), ("Class", class)]);
        }
    }
    // What eCat and Spreadshirt say of a failed call is never taken for a refusal of its content.
    for vendor in ["erp", "repspark", "sparklayer", "spectrum"] {
        add(&["VendorErrors"], &[("Vendor", vendor), ("Class", "refused")]);
    }
    all
}

fn bodies(scene: &Scene) -> Vec<Body> {
    let dashboards = scene.stack.deployment.dashboards.iter();
    dashboards
        .map(|dashboard| Body::read(&dashboard.body).unwrap())
        .collect()
}

/// All metrics that alarms and widgets name.
fn watched(scene: &Scene) -> BTreeSet<SeriesId> {
    let alarms = alarms(&scene.stack.deployment).unwrap();
    let mut watched: BTreeSet<SeriesId> = alarms.into_iter().map(|alarm| alarm.series).collect();
    watched.extend(bodies(scene).iter().flat_map(Body::series).cloned());
    watched
}

fn told(series: impl IntoIterator<Item = SeriesId>) -> String {
    series.into_iter().map(|id| format!("\n  {id}")).collect()
}

fn of_ours(series: &BTreeSet<SeriesId>) -> BTreeSet<SeriesId> {
    series
        .iter()
        .filter(|id| id.namespace == "OrderRelay")
        .cloned()
        .collect()
}

fn metrics_are_said(scene: &Scene, lines: &[Line]) {
    let said: BTreeSet<SeriesId> = Metrics::read(lines).unwrap().all().keys().cloned().collect();
    let watched = of_ours(&watched(scene));
    let missing: Vec<SeriesId> = watched.difference(&said).cloned().collect();
    assert!(missing.is_empty(), "watched and never said:{}", told(missing));
    let possible = possible();
    let strange: Vec<SeriesId> = said.difference(&possible).cloned().collect();
    assert!(strange.is_empty(), "said, and in no list:{}", told(strange));
    // What a stack costs is bounded by what it can say at all.
    assert_eq!((possible.len(), possible.len() * CENTS_A_METRIC), (94, 2_820));
    // A report is a courtesy, and `show` tells of it: nobody looks at these.
    let unwatched: Vec<SeriesId> = possible.difference(&watched).cloned().collect();
    let of_reports = |id: &SeriesId| id.dimensions.get("Step").is_some_and(|step| step == "report");
    let forgotten: Vec<SeriesId> = unwatched.into_iter().filter(|id| !of_reports(id)).collect();
    assert!(
        forgotten.is_empty(),
        "paid for and watched by nobody:{}",
        told(forgotten)
    );
}

/// AWS's own metrics that are looked at, with the one dimension each has ("Available CloudWatch metrics for Amazon SQS",
/// "Types of metrics for Lambda functions").
fn aws_metrics_are_of_this_stack(scene: &Scene) {
    let deployment = &scene.stack.deployment;
    let queues: BTreeSet<&str> = deployment
        .queues
        .values()
        .map(|queue| queue.name.as_str())
        .collect();
    let functions = deployment.functions.values();
    let functions: BTreeSet<&str> = functions
        .filter_map(|function| function.arn.rsplit(':').next())
        .collect();
    let known = [
        (
            "AWS/SQS",
            "QueueName",
            &[
                "ApproximateNumberOfMessagesVisible",
                "ApproximateAgeOfOldestMessage",
            ][..],
            queues,
        ),
        (
            "AWS/Lambda",
            "FunctionName",
            &["Errors", "Throttles", "Duration", "Invocations"][..],
            functions,
        ),
    ];
    for id in watched(scene).iter().filter(|id| id.namespace != "OrderRelay") {
        let (_, dimension, names, resources) = known
            .iter()
            .find(|(namespace, ..)| *namespace == id.namespace)
            .unwrap_or_else(|| panic!("{id}: the namespace is not known"));
        assert!(names.contains(&id.name.as_str()), "{id}: no such metric");
        let [(name, value)] = &id.dimensions.iter().collect::<Vec<_>>()[..] else {
            panic!("{id}: one dimension");
        };
        assert_eq!(name.as_str(), *dimension, "{id}");
        assert!(
            resources.contains(value.as_str()),
            "{id}: no resource of this stack"
        );
    }
}

/// The queries of the stack, those of widgets too: what they are called, what they ask, and which log groups they read.
fn queries(scene: &Scene) -> Vec<(String, Query, Vec<String>)> {
    let deployment = &scene.stack.deployment;
    let saved = deployment.queries.iter().map(|saved| {
        let query = Query::parse(&saved.query).unwrap_or_else(|error| panic!("{}: {error}", saved.name));
        (saved.name.clone(), query, saved.log_groups.clone())
    });
    let mut queries: Vec<_> = saved.collect();
    for widget in bodies(scene).into_iter().flat_map(|body| body.widgets) {
        if let Content::Log { query, .. } = widget.content {
            let groups = query.sources().to_vec();
            queries.push((widget.title, *query, groups));
        }
    }
    queries
}

fn queries_find_what_they_ask_for(scene: &Scene, lines: &[Line]) {
    let groups: BTreeSet<&String> = scene.stack.deployment.log_groups.values().collect();
    assert_eq!(queries(scene).len(), 8, "six saved ones and those of two widgets");
    for (name, query, sources) in queries(scene) {
        let strange: Vec<&String> = sources.iter().filter(|source| !groups.contains(source)).collect();
        assert!(
            strange.is_empty(),
            "{name} reads log groups that are not there: {strange:?}"
        );
        let read: Vec<&Line> = lines
            .iter()
            .filter(|line| sources.contains(&line.log_group))
            .collect();
        for field in query.fields() {
            let has = Query::parse(&format!("filter ispresent(`{field}`) | limit 1")).unwrap();
            let found = has
                .run(read.iter().copied(), scene.stack.clock.now_ms())
                .rows
                .len();
            assert_eq!(found, 1, "{name}: no line of its log groups has a field {field}");
        }
        let table = query.run(read.iter().copied(), scene.stack.clock.now_ms());
        assert!(!table.rows.is_empty(), "{name} finds nothing");
        for (column, title) in table.columns.iter().enumerate() {
            let filled = table.rows.iter().any(|row| row[column].is_some());
            assert!(filled, "{name}: nothing stands in its column {title}");
        }
    }
}

/// What Lambda itself writes of an invocation into each log group; the runner has no such lines.
fn with_reports(scene: &Scene, mut lines: Vec<Line>) -> Vec<Line> {
    let report = "REPORT RequestId: 8f5e6c1a-0000-4000-8000-000000000001\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 256 MB\tMax Memory Used: 41 MB\t";
    let groups = scene.stack.deployment.log_groups.values();
    lines.extend(groups.map(|group| Line {
        at_ms: scene.stack.clock.now_ms(),
        log_group: group.clone(),
        text: report.to_owned(),
    }));
    lines
}

/// The alarms that widgets name are all that there are, each once.
fn every_alarm_has_its_tile(scene: &Scene) {
    let mut tiles: BTreeMap<String, usize> = BTreeMap::new();
    for widget in bodies(scene).into_iter().flat_map(|body| body.widgets) {
        if let Content::Alarms(arns) = widget.content {
            arns.into_iter()
                .for_each(|arn| *tiles.entry(arn).or_default() += 1);
        }
    }
    let alarms = alarms(&scene.stack.deployment).unwrap();
    let expected: BTreeMap<String, usize> = alarms.into_iter().map(|alarm| (alarm.arn, 1)).collect();
    assert_eq!(tiles, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_alarms_widgets_and_queries_look_at_is_really_said() {
    let scene = a_day().await;
    // The day is no empty one.
    assert_eq!(scene.step(8005, "confirm"), "done");
    assert_eq!(scene.held(8006, "import"), "unknown_customer");
    assert_eq!(scene.step(8007, "confirm"), "held");
    assert_eq!(scene.held(EXAMPLE, "review"), "changed_after_import");
    assert_eq!(scene.ecat_states().len(), 1);
    assert_eq!(scene.stack.ecat.unreceived(), Vec::<String>::new());
    assert_eq!(scene.stack.erp.orders_for(&order_key(7001)).len(), 0);
    let lines = lines(&scene.stack, scene.stack.clock.now_ms());
    metrics_are_said(&scene, &lines);
    aws_metrics_are_of_this_stack(&scene);
    queries_find_what_they_ask_for(&scene, &with_reports(&scene, lines));
    every_alarm_has_its_tile(&scene);
    scene.end().await;
}

/// What each query on held orders finds at this time: for each row, its first cell that names an order or a reason.
fn held_now(scene: &Scene, lines: &[Line]) -> Vec<BTreeSet<String>> {
    let now_ms = scene.stack.clock.now_ms();
    let of_held = queries(scene)
        .into_iter()
        .filter(|(name, ..)| name.ends_with("/held orders") || name.starts_with("Held "));
    let found = of_held.map(|(_, query, sources)| {
        let read = lines.iter().filter(|line| sources.contains(&line.log_group));
        let table = query.run(read, now_ms);
        let named = ["order.id", "code"];
        let column = table
            .columns
            .iter()
            .position(|column| named.contains(&column.as_str()));
        let cells = table.rows.iter().map(|row| row[column.unwrap()].clone().unwrap());
        cells.collect()
    });
    found.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_of_held_orders_name_those_that_wait_now_and_none_that_was_let_go() {
    let scene = Scene::after_baseline().await;
    scene.stack.erp.unknown_customer(CUSTOMER, true);
    for id in [8001, 8002] {
        let mut order = sample_order(id, 1);
        if id == 8001 {
            order["CustomerCode"] = CUSTOMER.into();
            order["Customer"]["CustomerCode"] = CUSTOMER.into();
        } else {
            scene.stack.repspark.reject_confirmation(id, "InvalidInput");
        }
        submitted(&scene, order).await;
    }
    scene.drain().await;
    // Each census, with the time at which it was taken.
    let mut taken = Vec::new();
    let census = async |taken: &mut Vec<Line>| {
        scene.pass(HOUR);
        scene.sweep().await;
        let new = lines(&scene.stack, scene.stack.clock.now_ms()).split_off(taken.len());
        taken.extend(new);
        held_now(&scene, taken)
    };
    let set = |names: [&str; 2]| BTreeSet::from(names.map(str::to_owned));
    let both = set([&order_key(8001), &order_key(8002)]);
    let reasons = set(["unknown_customer", &scene.held(8002, "confirm")]);
    assert_eq!(census(&mut taken).await, [both.clone(), both, reasons]);

    scene.stack.erp.unknown_customer(CUSTOMER, false);
    let retry = json!({"do": "retry", "order": order_key(8001), "step": "import", "by": "ada", "why": "it is there now"});
    scene.done("decide-order", retry).await;
    scene.sweep().await;
    scene.drain().await;
    scene.assert_valid_once(8001);
    let one = BTreeSet::from([order_key(8002)]);
    let reason = BTreeSet::from([scene.held(8002, "confirm")]);
    census(&mut taken).await;
    // For a quarter of the time between two of them, the census before this one still counts as the last.
    scene.pass(HOUR / 3);
    assert_eq!(held_now(&scene, &taken), [one.clone(), one, reason]);
    // Where the sweep stands still, what it named last is not told as what is now.
    scene.pass(HOUR * 3 / 2);
    assert_eq!(held_now(&scene, &taken), vec![BTreeSet::new(); 3]);
    scene.end().await;
}

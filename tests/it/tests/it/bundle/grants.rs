//! A function may do what it needs and nothing else: each grant of the template is used, and nothing is refused.

mod custom;
mod news;

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use host::{Fault, Odds};
use sam_template::{Function, Policy, Statement};
use serde_json::json;
use simulators::{ecat_sample, sample_order};

const FOREIGN: u64 = 7001;
const SUBMITTED: u64 = 8001;
const LOST: u64 = 8002;

/// Leads every function through all that it may have to do: the baseline, a pull, a recovery, an ERP whose answer is
/// lost, hints that are lost, payloads that would expire.
async fn everything(scene: &Scene) {
    scene.stack.repspark.put(FOREIGN, sample_order(FOREIGN, 3), 2);
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    news::map_customers(scene, &[SUBMITTED, LOST]).await;
    scene.stack.repspark.submit(sample_order(SUBMITTED, 3));
    scene.pull().await;
    scene.stack.repspark.put(LOST, sample_order(LOST, 3), 2);
    scene.done("repspark-recover-orders", json!({"now": true})).await;
    let submitted = scene.stack.ecat.submit(ecat_sample(1, 3));
    assert_eq!(scene.pull_ecat().await["marked"], 1);
    scene
        .done("ecat-pull-orders", json!({"ecat_id": submitted.id}))
        .await;
    // Long enough that payloads are past half their time.
    lose_hints(scene, "erp-import-order", Duration::from_secs(13 * 3600)).await;
    // The answers are lost, so the imports are unknown, and the function gives itself a hint for later.
    let lost_reply = Odds {
        service: "erp",
        operation: "PUT",
        fault: Fault::LostReply,
        one_in: 1,
    };
    scene.stack.gate.play(1, vec![lost_reply]);
    scene.drain().await;
    scene.stack.gate.disarm();
    scene.pass(Duration::from_secs(5 * 60));
    scene.batch("erp-import-order").await;
    lose_hints(scene, "repspark-confirm-order", Duration::from_secs(16 * 60)).await;
    scene.live(24).await;
    news::of_lines(scene).await;
    custom::of_custom_lines(scene).await;
    by_a_person(scene).await;
}

/// A person looks at what is there, and has an order with a hold erased.
async fn by_a_person(scene: &Scene) {
    let number = scene.stack.repspark.erp_number(LOST).expect("the order is Valid");
    let words = json!({"v": {"N": "1"}, "pk": {"S": order_key(LOST)}, "sk": {"S": "hold#import"},
        "code": {"S": "unknown_sku"}, "text": {"S": "no such item"}, "at": {"N": "1"}});
    scene.put_item(&words);
    for event in [
        json!({"do": "show", "order": number}),
        json!({"do": "list", "where": {"code": "foreign"}}),
        json!({"do": "erase", "order": number, "by": "ada", "why": "the customer asked for it"}),
    ] {
        scene.done("decide-order", event).await;
    }
    scene.done("check-setup", json!({})).await;
    // A map is tried on what is open; the foreign order counts as another.
    let show = json!({"source": "repspark"});
    let mut map = scene.done("set-field-map", show).await["map"].clone();
    map["holds"] = json!([{"name": "order_type", "when": "/TypeCode", "is": ["QUOTE"]}]);
    let setting = json!({"source": "repspark", "map": map, "by": "ada", "why": "quotes are looked at first"});
    assert_eq!(scene.done("set-field-map", setting).await["outcome"], "set");
}

/// The hints in a function's queue are lost, and some time passes, more than their grace: the sweep gives them again.
async fn lose_hints(scene: &Scene, function: &str, time: Duration) {
    let sqs = &scene.stack.sqs;
    let queue = json!({"QueueUrl": sqs.url(&scene.mapping(function).queue)});
    sqs.handle("PurgeQueue", &queue).unwrap();
    scene.pass(time);
    scene.sweep().await;
}

/// What only a race needs: whoever keeps what was said of a line looks for its order once more, and forgets it if the order
/// came in this very moment.
const RARE: [(&str, &str); 2] = [
    ("record-fulfilment", "dynamodb:DeleteItem"),
    ("spreadshirt-read-reports", "dynamodb:DeleteItem"),
];

/// Whether a grant is for Lambda's own use: the log, and the poller of the function's queue.
fn is_lambdas_own(function: &Function, action: &str, resource: &str) -> bool {
    let polled = function.queues.iter().any(|queue| queue.queue_arn == resource);
    let polling = [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
    ];
    action.starts_with("logs:") || (polled && polling.contains(&action))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_uses_each_of_its_permissions_and_is_refused_nothing() {
    let scene = Scene::with_spectrum_and_fulfilment(&[
        ("EcatEnabled", "true"),
        ("AnnounceMoves", "true"),
        ("RawRetentionDays", "1"),
    ])
    .await;
    everything(&scene).await;
    for id in [SUBMITTED, LOST] {
        scene.assert_valid_once(id);
    }
    assert!(scene.stack.erp.orders_for(&order_key(FOREIGN)).is_empty());
    let used = scene.stack.proxy.used();
    let mut idle = Vec::new();
    for (name, function) in &scene.stack.deployment.functions {
        for (action, resource) in function.policy.grants() {
            let grant = Policy(vec![Statement {
                actions: vec![action.to_owned()],
                resources: vec![resource.to_owned()],
            }]);
            let is_used = used
                .iter()
                .any(|(caller, action, arn)| caller == name && grant.allows(action, arn));
            let is_rare = RARE.contains(&(name.as_str(), action));
            if !is_used && !is_rare && !is_lambdas_own(function, action, resource) {
                idle.push(format!("{name}: {action} on {resource}"));
            }
        }
    }
    assert!(idle.is_empty(), "granted and never used:\n{}", idle.join("\n"));
    scene.end().await;
}

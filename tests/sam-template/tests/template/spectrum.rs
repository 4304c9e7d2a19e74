//! What a stack has of Spectrum: nothing, the acknowledgement alone, or details and shipments as well.

use std::collections::BTreeSet;

use sam_template::Deployment;

use super::{
    SPECTRUM, TABLE, broken_rule, deploy, everything, gets, is_refused, may, queue, try_deploy,
    try_everything,
};

/// Each step at Spectrum: its function, its queue, the beginning of its variables and of its alarms.
const STEPS: [(&str, &str); 3] = [
    ("spectrum-acknowledge-order", "Acknowledge"),
    ("spectrum-send-order", "Details"),
    ("spectrum-notify-shipment", "Notify"),
];

/// What check-setup is told of Spectrum, as the functions that call it are.
pub(super) const TOLD: &str = "SPECTRUM_BASE_URL SPECTRUM_SECRET SPECTRUM_CALL_SECONDS SPECTRUM_ORDER_NUMBER SPECTRUM_FORMAT \
    SPECTRUM_PRIORITY SPECTRUM_PROOF_STATUS SPECTRUM_TEXT_MAX";

/// Which of the steps a stack has, and the stack; Spectrum's switches with and without Spectrum.
fn all_kinds() -> Vec<([bool; 3], Deployment)> {
    let kind = |bits: u8| {
        let [on, details, notify] = [1, 2, 4].map(|bit| bits & bit != 0);
        let word = |is_on: bool| if is_on { "true" } else { "false" };
        let deployment = deploy(&[
            ("SpectrumEnabled", word(on)),
            ("SpectrumBaseUrl", "http://127.0.0.1:86"),
            ("SpectrumSendOrders", word(details)),
            ("SpectrumNotifyShipments", word(notify)),
        ]);
        ([on, on && details, on && notify], deployment)
    };
    (0..8).map(kind).collect()
}

#[test]
fn a_stack_has_the_steps_at_spectrum_that_it_wants_and_none_without_spectrum() {
    let without = deploy(&[]);
    for (steps, deployment) in all_kinds() {
        let mut functions: BTreeSet<String> = without.functions.keys().cloned().collect();
        let mut queues: BTreeSet<String> = without.queues.keys().cloned().collect();
        for ((function, step), _) in STEPS.iter().zip(steps).filter(|(_, is_there)| *is_there) {
            functions.insert((*function).to_owned());
            queues.extend([format!("{step}Queue"), format!("{step}DeadLetters")]);
        }
        assert_eq!(
            deployment.functions.keys().cloned().collect::<BTreeSet<_>>(),
            functions
        );
        assert_eq!(deployment.queues.keys().cloned().collect::<BTreeSet<_>>(), queues);
        for ((_, step), is_there) in STEPS.iter().zip(steps) {
            let prefix = format!("{}_", step.to_uppercase());
            for (name, function) in &deployment.functions {
                let told = function.environment.keys().any(|key| key.starts_with(&prefix));
                assert!(is_there || !told, "{name}");
                for (action, resource) in function.policy.grants() {
                    assert!(
                        is_there || !resource.contains(&format!("-{step}")),
                        "{name}: {action} on {resource}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_stack_without_spectrum_is_the_same_whatever_else_is_said_of_it() {
    let without = deploy(&[]);
    let seen = |deployment: &Deployment| {
        let [dashboard] = deployment.dashboards.as_slice() else {
            panic!("{:?}", deployment.dashboards)
        };
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {}",
            deployment.functions,
            deployment.queues,
            deployment.log_groups,
            deployment.alarms,
            deployment.queries,
            deployment.outputs,
            dashboard.body
        )
    };
    for (steps, deployment) in all_kinds() {
        assert_eq!(seen(&deployment) == seen(&without), !steps[0], "{steps:?}");
    }
    let told = seen(&without).replace(r#"\"spectrum\""#, "").to_lowercase();
    assert!(!told.contains("spectrum") && !told.contains("acknowledge"));
}

#[test]
fn whoever_calls_spectrum_gets_only_the_settings_that_it_reads() {
    let deployment = everything(&[]);
    for (function, own) in [
        (
            "spectrum-acknowledge-order",
            "SPECTRUM_SEVERAL ACKNOWLEDGE_QUEUE_URL DETAILS_QUEUE_URL NOTIFY_QUEUE_URL",
        ),
        ("spectrum-notify-shipment", "NOTIFY_QUEUE_URL"),
        ("spectrum-send-order", "DETAILS_QUEUE_URL"),
    ] {
        let own = format!(
            "{TOLD} {own} TIME_ZONE SPECTRUM_SETTLE_SECONDS SPECTRUM_CONCURRENCY SPECTRUM_CALLS_A_MINUTE \
             BACKOFF_SECONDS PAUSE_PROBE_SECONDS"
        );
        gets(&deployment, function, &own);
    }
}

#[test]
fn whoever_calls_spectrum_may_work_its_own_queue_and_hint_what_follows() {
    let [details, notify] = ["DetailsQueue", "NotifyQueue"].map(queue);
    let of = |own: &'static str| {
        let base = [
            ("dynamodb:GetItem", TABLE.to_owned()),
            ("dynamodb:PutItem", TABLE.to_owned()),
            (
                "secretsmanager:GetSecretValue",
                "arn:aws:secretsmanager:us-east-1:000000000000:secret:/order-relay/Acme/dev/spectrum-??????"
                    .to_owned(),
            ),
        ];
        let work = [
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:SendMessage",
        ];
        base.into_iter()
            .chain(work.map(|action| (action, queue(own))))
            .collect::<Vec<_>>()
    };
    let check = |deployment: &Deployment, function: &str, own: &'static str, hinted: &[&String]| {
        let granted = of(own);
        let mut expected: Vec<(&str, &str)> = granted
            .iter()
            .map(|(action, resource)| (*action, resource.as_str()))
            .collect();
        expected.extend(hinted.iter().map(|queue| ("sqs:SendMessage", queue.as_str())));
        may(deployment, function, &expected);
    };
    let all = everything(&[]);
    check(
        &all,
        "spectrum-acknowledge-order",
        "AcknowledgeQueue",
        &[&details, &notify],
    );
    check(&all, "spectrum-send-order", "DetailsQueue", &[]);
    check(&all, "spectrum-notify-shipment", "NotifyQueue", &[]);
    for (name, hinted) in [
        ("SpectrumSendOrders", &notify),
        ("SpectrumNotifyShipments", &details),
    ] {
        let deployment = everything(&[(name, "false")]);
        check(
            &deployment,
            "spectrum-acknowledge-order",
            "AcknowledgeQueue",
            &[hinted],
        );
    }
}

/// A step becomes due in the write that finishes the one before it, by whoever writes it; and a hint needs the queue as well.
/// The check of the set-up looks at the queue.
#[test]
fn whoever_may_make_a_step_at_spectrum_due_knows_its_queue() {
    let deployment = everything(&[]);
    for (step, expected) in [
        (
            "Acknowledge",
            &[
                "check-setup",
                "decide-order",
                "erp-import-order",
                "spectrum-acknowledge-order",
                "sweep-orders",
            ][..],
        ),
        (
            "Details",
            &[
                "check-setup",
                "decide-order",
                "spectrum-acknowledge-order",
                "spectrum-send-order",
                "sweep-orders",
            ],
        ),
        (
            "Notify",
            &[
                "check-setup",
                "decide-order",
                "record-fulfilment",
                "spectrum-acknowledge-order",
                "spectrum-notify-shipment",
                "spreadshirt-read-reports",
                "sweep-orders",
            ],
        ),
    ] {
        let url = &deployment.queues[&format!("{step}Queue")].url;
        let variable = format!("{}_QUEUE_URL", step.to_uppercase());
        let told: Vec<&str> = deployment
            .functions
            .values()
            .filter(|function| function.environment.get(&variable) == Some(url))
            .map(|function| function.name.as_str())
            .collect();
        assert_eq!(told, expected, "{step}");
    }
    let check = &deployment.functions["check-setup"];
    for (_, step) in STEPS {
        let letters = &deployment.queues[&format!("{step}DeadLetters")];
        let variable = format!("{}_DEAD_LETTERS_URL", step.to_uppercase());
        assert_eq!(check.environment[&variable], letters.url);
        assert!(check.policy.allows("sqs:GetQueueAttributes", &letters.arn));
    }
}

#[test]
fn spectrums_production_is_for_the_stage_prod_alone_and_the_default() {
    let production = ("SpectrumBaseUrl", "https://api.spectrumcustomizer.com");
    let (rule, why) = broken_rule(try_everything(&[production]));
    assert_eq!(rule, "ProductionHostsNeedTheStageProd");
    assert!(why.contains("the factory would make a test's orders"), "{why}");
    let only = |stage: &str| try_deploy(&[("Stage", stage), ("SpectrumEnabled", "true")]);
    assert_eq!(broken_rule(only("dev")).0, "ProductionHostsNeedTheStageProd");
    let acknowledge = &only("prod").unwrap().functions["spectrum-acknowledge-order"];
    assert_eq!(acknowledge.environment["SPECTRUM_BASE_URL"], production.1);
    assert!(try_deploy(&[]).is_ok(), "while it is off, the default may stand");
    assert!(try_everything(&[("SpectrumBaseUrl", "https://staging.spectrumcustomizer.com")]).is_ok());
    // The rule compares texts, so no other spelling of the host may pass the pattern.
    for spelling in [
        "",
        "https://api.spectrumcustomizer.com/",
        "https://api.spectrumcustomizer.com/api",
        "https://api.spectrumcustomizer.com:443",
        "https://api.spectrumcustomizer.com.",
        "https://Api.spectrumcustomizer.com",
        "https://user@api.spectrumcustomizer.com",
        "https://api%2Espectrumcustomizer.com",
        "http://api.spectrumcustomizer.com",
        "http://127.0.0.1@api.spectrumcustomizer.com",
        "https://api.spectrumcustomizer.com\n",
    ] {
        is_refused(&try_everything(&[("SpectrumBaseUrl", spelling)]), spelling);
    }
}

#[test]
fn a_function_is_told_how_the_brand_wants_its_orders_acknowledged() {
    let told = |changes: &[(&str, &str)]| {
        let deployment = everything(changes);
        let acknowledge = &deployment.functions["spectrum-acknowledge-order"].environment;
        let names = [
            "ORDER_NUMBER",
            "FORMAT",
            "PRIORITY",
            "PROOF_STATUS",
            "TEXT_MAX",
            "SEVERAL",
            "CONCURRENCY",
            "CALLS_A_MINUTE",
            "CALL_SECONDS",
            "SETTLE_SECONDS",
        ];
        names.map(|name| acknowledge[&format!("SPECTRUM_{name}")].clone())
    };
    assert_eq!(
        told(&[]),
        ["erp", "line_item", "", "", "255", "false", "2", "85", "30", "300"]
    );
    let given = [
        ("SpectrumOrderNumber", "source"),
        ("SpectrumFormat", "recipe_set"),
        ("SpectrumPriority", "higher"),
        ("SpectrumProofStatus", "Requested"),
        ("SpectrumTextMax", "100"),
        ("SpectrumSeveral", "true"),
        ("SpectrumConcurrency", "4"),
        ("SpectrumCallsPerMinute", "40"),
        ("SpectrumCallSeconds", "20"),
        ("SpectrumSettleSeconds", "60"),
    ];
    assert_eq!(told(&given), given.map(|(_, value)| value));
    for (details, expected) in [(SPECTRUM[2], "true"), (("SpectrumSendOrders", "false"), "false")] {
        let check = &everything(&[details]).functions["check-setup"].environment;
        assert_eq!(check["SPECTRUM_DETAILS"], expected);
    }
}

#[test]
fn spectrums_settings_are_what_its_functions_read() {
    for (name, wrong) in [
        ("SpectrumOrderNumber", &["", "order_key", "ERP"][..]),
        ("SpectrumFormat", &["", "lineItem"]),
        ("SpectrumPriority", &["urgent", "2"]),
        ("SpectrumProofStatus", &["requested", "1"]),
        ("SpectrumTextMax", &["0", "10001"]),
        ("SpectrumSeveral", &["", "yes"]),
        ("SpectrumConcurrency", &["1", "5"]),
        ("SpectrumCallsPerMinute", &["19", "1001"]),
        ("SpectrumCallSeconds", &["0", "41"]),
        ("SpectrumSettleSeconds", &["0"]),
    ] {
        for value in wrong {
            is_refused(&try_everything(&[(name, value)]), value);
        }
    }
}

/// Look-ups come from two functions, so one invocation of as many as may run waits so long for its turn: 60 s times twice the
/// concurrency by the calls a minute. An order that is looked up first waits for its turn to be sent as well.
#[test]
fn a_look_up_and_a_call_fit_into_a_run_however_few_calls_there_are() {
    let slowest = [
        ("SpectrumConcurrency", "4"),
        ("SpectrumCallsPerMinute", "20"),
        ("SpectrumCallSeconds", "40"),
    ];
    let (look, post) = (60 * 8 / 20, 60 * 4 / 20);
    let deployment = everything(&slowest);
    for (function, _) in STEPS {
        let run = deployment.functions[function].timeout_s;
        // The last one is half of what is kept back for clocks that differ.
        assert!(look + 40 + 5 < run, "{function}");
        assert!(look + 40 + post + 40 < run, "{function}");
    }
}

/// Lambda takes 4 KB of variables ("Lambda quotas"). A queue's name has 80 characters at most, and is as long as that if the
/// stack's name is.
#[test]
fn the_settings_of_each_function_fit_into_what_lambda_takes() {
    let long = "https://sqs.ap-southeast-2.amazonaws.com/000000000000/".len() + 80;
    for (name, function) in everything(&[("SparkLayerOptions", r#"{"packages":"object_if_one"}"#)]).functions
    {
        let settings = function.environment.iter();
        let bytes: usize = settings
            .map(|(variable, value)| {
                let is_queue = variable.ends_with("_URL") && value.contains("/000000000000/");
                // As JSON: quotes, a colon and a comma.
                variable.len() + 6 + if is_queue { long } else { value.len() }
            })
            .sum();
        assert!(bytes < 4_096, "{name}: {bytes}");
    }
}

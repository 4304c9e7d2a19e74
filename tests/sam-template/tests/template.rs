//! The template of this repository, as it would be deployed.

#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test itself may"
)]

#[path = "template/spectrum.rs"]
mod spectrum;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use sam_template::{Deployment, Place, TemplateError, read};
use serde_json::json;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn template() -> String {
    std::fs::read_to_string(root().join("template.yaml")).unwrap()
}

const GIVEN: [(&str, &str); 5] = [
    ("Stage", "dev"),
    ("Brand", "Acme"),
    ("TimeZone", "America/Los_Angeles"),
    ("RepSparkBaseUrl", "http://127.0.0.1:81/api"),
    ("ErpBaseUrl", "http://127.0.0.1:82/erp"),
];

/// What a brand that uses eCat gives as well.
const ECAT: [(&str, &str); 4] = [
    ("EcatEnabled", "true"),
    ("EcatBaseUrl", "http://127.0.0.1:83"),
    ("EcatOrg", "AcmeGolf"),
    ("ImportFrom", "2026-11-01"),
];
/// What a brand gives as well whose customers look at SparkLayer.
const SPARKLAYER: [(&str, &str); 3] = [
    ("SparkLayerEnabled", "true"),
    ("SparkLayerBaseUrl", "http://127.0.0.1:84"),
    ("SparkLayerSiteId", "northlinks"),
];
/// What a brand gives as well whose articles Spreadshirt makes.
const SPREADSHIRT: [(&str, &str); 4] = [
    ("SpreadshirtEnabled", "true"),
    ("SpreadshirtBaseUrl", "http://127.0.0.1:85/api/v1"),
    ("SpreadshirtPartnerId", "1102730"),
    ("SpreadshirtContact", "https://brand.example; ops@brand.example"),
];
/// What a brand gives as well that has lines made by Spectrum, and tells it all that there is to tell.
const SPECTRUM: [(&str, &str); 4] = [
    ("SpectrumEnabled", "true"),
    ("SpectrumBaseUrl", "http://127.0.0.1:86"),
    ("SpectrumSendOrders", "true"),
    ("SpectrumNotifyShipments", "true"),
];
const NO_REPSPARK: [(&str, &str); 2] = [("RepSparkEnabled", "false"), ("RepSparkBaseUrl", "")];

fn try_deploy(changes: &[(&str, &str)]) -> Result<Deployment, TemplateError> {
    let parameters: BTreeMap<_, _> = GIVEN
        .iter()
        .chain(changes)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    read(&template(), &parameters, &Place::local("http://127.0.0.1:80"))
}

fn deploy(changes: &[(&str, &str)]) -> Deployment {
    try_deploy(changes).unwrap()
}

fn try_everything(changes: &[(&str, &str)]) -> Result<Deployment, TemplateError> {
    try_deploy(&[&ECAT[..], &SPARKLAYER, &SPREADSHIRT, &SPECTRUM, changes].concat())
}

/// For a brand that uses all vendors.
fn everything(changes: &[(&str, &str)]) -> Deployment {
    try_everything(changes).unwrap()
}

#[track_caller]
fn is_refused(result: &Result<Deployment, TemplateError>, told: &str) {
    assert!(
        matches!(result, Err(TemplateError::RefusedParameter { .. })),
        "{told}: {:?}",
        result.as_ref().err()
    );
}

/// Says which rule is broken.
#[track_caller]
fn broken_rule(result: Result<Deployment, TemplateError>) -> (String, String) {
    match result {
        Err(TemplateError::BrokenRule { rule, description }) => (rule, description),
        other => panic!("no rule is broken: {:?}", other.err()),
    }
}

fn folders() -> BTreeSet<String> {
    let entries = std::fs::read_dir(root().join("functions")).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn pascal_case(folder: &str) -> String {
    let words = folder
        .split('-')
        .map(|word| word[..1].to_uppercase() + &word[1..]);
    words.collect()
}

#[test]
fn each_folder_is_a_function_whose_resource_is_its_name_in_pascal_case() {
    let deployment = everything(&[]);
    assert_eq!(
        deployment.functions.keys().cloned().collect::<BTreeSet<_>>(),
        folders()
    );
    for (folder, function) in &deployment.functions {
        assert_eq!(function.logical_id, pascal_case(folder));
        let output = &deployment.outputs[&format!("{}Function", function.logical_id)];
        assert!(function.arn.ends_with(&format!(":function:{output}")));
    }
}

#[test]
fn what_decides_whose_orders_go_where_has_no_default() {
    for (name, _) in GIVEN {
        let mut parameters: BTreeMap<_, _> = GIVEN
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        parameters.remove(name);
        let result = read(&template(), &parameters, &Place::local("http://127.0.0.1:80"));
        assert_eq!(
            result.unwrap_err(),
            TemplateError::MissingParameter {
                name: name.to_owned()
            }
        );
    }
}

/// What check-setup is told of eCat, as the pull is.
const OF_ECAT: &str = "ECAT_ORG ECAT_BASE_URL ECAT_SECRET ECAT_CALL_SECONDS ECAT_LIST_SECONDS";

/// Holds the settings of a function against those that it reads, beside those that all have.
#[track_caller]
fn gets(deployment: &Deployment, function: &str, own: &str) {
    let everywhere = "BRAND STAGE TABLE HINT_GRACE_SECONDS CLOCK_SKEW_SECONDS";
    let expected: BTreeSet<_> = everywhere.split(' ').chain(own.split_whitespace()).collect();
    let settings = deployment.functions[function].environment.keys();
    let found: BTreeSet<_> = settings.map(String::as_str).collect();
    assert_eq!(found, expected, "{function}");
}

#[test]
fn a_function_gets_only_the_settings_that_it_reads() {
    let repspark = "REPSPARK_BASE_URL REPSPARK_SECRET PAUSE_PROBE_SECONDS";
    let intake = format!("{repspark} REPSPARK_LIST_SECONDS IMPORT_QUEUE_URL RAW_RETENTION_DAYS");
    let import = "TIME_ZONE ERP_BASE_URL ERP_SECRET ERP_CALL_SECONDS ERP_SETTLE_SECONDS BACKOFF_SECONDS \
                  PAUSE_PROBE_SECONDS IMPORT_FROM REPORT_REFUSALS IMPORT_QUEUE_URL CONFIRM_QUEUE_URL PUBLISH_QUEUE_URL \
                  ACKNOWLEDGE_QUEUE_URL";
    let confirm = format!("{repspark} REPSPARK_CALL_SECONDS REPSPARK_SETTLE_SECONDS BACKOFF_SECONDS");
    let fulfilment = "TIME_ZONE RAW_RETENTION_DAYS ANNOUNCE_MOVES PUBLISH_QUEUE_URL NOTIFY_QUEUE_URL";
    let sweep = format!(
        "{fulfilment} STUCK_SECONDS CENSUS_SECONDS OLD_ORDER_DAYS WAITING_SECONDS IMPORT_QUEUE_URL CONFIRM_QUEUE_URL \
         ACKNOWLEDGE_QUEUE_URL DETAILS_QUEUE_URL"
    );
    let publish = "TIME_ZONE SPARKLAYER_BASE_URL SPARKLAYER_SITE_ID SPARKLAYER_SECRET SPARKLAYER_CALL_SECONDS \
                   SPARKLAYER_SETTLE_SECONDS SPARKLAYER_VISIBLE SPARKLAYER_PLATFORM SPARKLAYER_OPTIONS \
                   BACKOFF_SECONDS PAUSE_PROBE_SECONDS PUBLISH_QUEUE_URL";
    let read = format!(
        "{fulfilment} SPREADSHIRT_BASE_URL SPREADSHIRT_SECRET SPREADSHIRT_CALL_SECONDS SPREADSHIRT_PARTNER_ID \
         SPREADSHIRT_CONTACT SPREADSHIRT_CORRELATION SPREADSHIRT_OTHERS SPREADSHIRT_FULL_DATA \
         SPREADSHIRT_LITERAL_PLUS ECAT_ORG PAUSE_PROBE_SECONDS"
    );
    let deployment = everything(&[]);
    for (function, own) in [
        (
            "ecat-pull-orders",
            format!(
                "{OF_ECAT} TIME_ZONE IMPORT_FROM IMPORT_QUEUE_URL RAW_RETENTION_DAYS PAUSE_PROBE_SECONDS"
            ),
        ),
        ("repspark-pull-orders", format!("{intake} TIME_ZONE")),
        (
            "repspark-recover-orders",
            format!(
                "{intake} TIME_ZONE RECOVER_EVERY_SECONDS REPSPARK_SETTLE_SECONDS REPSPARK_CALL_SECONDS \
                 REPSPARK_UNCONFIRMED_SECONDS"
            ),
        ),
        (
            "decide-order",
            "TIME_ZONE ECAT_ORG PUBLISH_QUEUE_URL ACKNOWLEDGE_QUEUE_URL DETAILS_QUEUE_URL NOTIFY_QUEUE_URL"
                .to_owned(),
        ),
        ("set-field-map", "TIME_ZONE ECAT_ORG".to_owned()),
        ("erp-import-order", import.to_owned()),
        ("map-customers", "PUBLISH_QUEUE_URL".to_owned()),
        ("record-fulfilment", fulfilment.to_owned()),
        ("repspark-confirm-order", confirm.to_owned()),
        ("sparklayer-publish-purchase", publish.to_owned()),
        ("spreadshirt-read-reports", read),
        ("sweep-orders", sweep),
    ] {
        gets(&deployment, function, &own);
    }
}

#[test]
fn the_check_of_the_set_up_gets_what_it_looks_at() {
    let own = format!(
        "TIME_ZONE IMPORT_FROM ERP_BASE_URL ERP_SECRET ERP_CALL_SECONDS REPSPARK_BASE_URL REPSPARK_SECRET \
         REPSPARK_CALL_SECONDS IMPORT_QUEUE_URL IMPORT_DEAD_LETTERS_URL CONFIRM_QUEUE_URL CONFIRM_DEAD_LETTERS_URL {OF_ECAT} \
         SPARKLAYER_BASE_URL SPARKLAYER_SECRET SPARKLAYER_CALL_SECONDS SPARKLAYER_SITE_ID SPARKLAYER_VISIBLE \
         SPARKLAYER_PLATFORM SPARKLAYER_OPTIONS SPREADSHIRT_BASE_URL SPREADSHIRT_SECRET SPREADSHIRT_CALL_SECONDS \
         SPREADSHIRT_PARTNER_ID SPREADSHIRT_CONTACT SPREADSHIRT_CORRELATION SPREADSHIRT_FULL_DATA \
         SPREADSHIRT_LITERAL_PLUS PUBLISH_QUEUE_URL PUBLISH_DEAD_LETTERS_URL FULFILMENT_QUEUE_URL \
         FULFILMENT_DEAD_LETTERS_URL {} SPECTRUM_DETAILS ACKNOWLEDGE_QUEUE_URL ACKNOWLEDGE_DEAD_LETTERS_URL \
         DETAILS_QUEUE_URL DETAILS_DEAD_LETTERS_URL NOTIFY_QUEUE_URL NOTIFY_DEAD_LETTERS_URL",
        spectrum::TOLD
    );
    gets(&everything(&[]), "check-setup", &own);
}

#[test]
fn settings_carry_the_parameters() {
    let deployment = deploy(&[("RawRetentionDays", "30")]);
    let import = &deployment.functions["erp-import-order"].environment;
    assert_eq!(import["BRAND"], "Acme");
    assert_eq!(import["TABLE"], "order-relay-local-Ledger");
    assert_eq!(import["ERP_BASE_URL"], "http://127.0.0.1:82/erp");
    assert_eq!(import["BACKOFF_SECONDS"], "60,300,900,3600");
    assert_eq!(
        import["CONFIRM_QUEUE_URL"],
        "http://127.0.0.1:80/000000000000/order-relay-local-ConfirmQueue.fifo"
    );
    let pull = &deployment.functions["repspark-pull-orders"].environment;
    assert_eq!(pull["RAW_RETENTION_DAYS"], "30");
    assert_eq!(pull["TIME_ZONE"], "America/Los_Angeles");
    let deployment = everything(&[]);
    let publish = &deployment.functions["sparklayer-publish-purchase"].environment;
    let told = [
        "SPARKLAYER_SITE_ID",
        "SPARKLAYER_VISIBLE",
        "SPARKLAYER_PLATFORM",
        "SPARKLAYER_OPTIONS",
        "PUBLISH_QUEUE_URL",
    ]
    .map(|name| publish[name].as_str());
    assert_eq!(
        told,
        [
            "northlinks",
            "erp_number",
            "source",
            "{}",
            "http://127.0.0.1:80/000000000000/order-relay-local-PublishQueue"
        ]
    );
    let read = &deployment.functions["spreadshirt-read-reports"].environment;
    let told = ["CONTACT", "CORRELATION", "OTHERS", "FULL_DATA", "LITERAL_PLUS"]
        .map(|name| read[&format!("SPREADSHIRT_{name}")].as_str());
    assert_eq!(
        told,
        [
            "https://brand.example; ops@brand.example",
            "{order}-{line}",
            "leave",
            "false",
            "false"
        ]
    );
    let pull = &deployment.functions["ecat-pull-orders"].environment;
    let told = ["ECAT_ORG", "ECAT_BASE_URL", "IMPORT_FROM", "ECAT_SECRET"].map(|name| pull[name].as_str());
    assert_eq!(
        told,
        [
            "AcmeGolf",
            "http://127.0.0.1:83",
            "2026-11-01",
            "/order-relay/Acme/dev/ecat"
        ]
    );
}

#[test]
fn a_function_may_read_the_secret_that_it_is_told_and_no_other() {
    let place = "arn:aws:secretsmanager:us-east-1:000000000000:secret:";
    for (changes, prefix) in [
        (vec![], "/order-relay/Acme/dev"),
        (vec![("SecretPrefix", "/brands/acme")], "/brands/acme"),
    ] {
        let deployment = everything(&changes);
        for (name, function) in &deployment.functions {
            for secret in ["erp", "repspark", "ecat", "sparklayer", "spreadshirt", "spectrum"] {
                let told = function
                    .environment
                    .get(&format!("{}_SECRET", secret.to_uppercase()));
                let arn = format!("{place}{prefix}/{secret}-AbCdEf");
                let allowed = function.policy.allows("secretsmanager:GetSecretValue", &arn);
                assert_eq!(allowed, told.is_some(), "{name} and {secret}");
                assert!(told.is_none_or(|told| *told == format!("{prefix}/{secret}")));
            }
            let other = format!("{place}{prefix}/erp-old-AbCdEf");
            assert!(!function.policy.allows("secretsmanager:GetSecretValue", &other));
        }
    }
}

#[test]
fn only_a_secrets_last_six_characters_and_log_streams_are_wildcards() {
    for function in everything(&[]).functions.values() {
        for (action, resource) in function.policy.grants() {
            let rest = match action.split(':').next() {
                Some("secretsmanager") => resource.strip_suffix("-??????"),
                Some("logs") => resource.strip_suffix(":*"),
                _ => Some(resource),
            };
            let rest = rest.unwrap_or_else(|| panic!("{action} on {resource}"));
            assert!(
                !rest.contains(['*', '?']) && !action.contains('*'),
                "{action} on {resource}"
            );
        }
    }
}

const TABLE: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/order-relay-local-Ledger";
const OPEN: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/order-relay-local-Ledger/index/open";
const BY_REFERENCE: &str =
    "arn:aws:dynamodb:us-east-1:000000000000:table/order-relay-local-Ledger/index/by_reference";
const BUS: &str = "arn:aws:events:us-east-1:000000000000:event-bus/default";

fn queue(name: &str) -> String {
    format!("arn:aws:sqs:us-east-1:000000000000:order-relay-local-{name}")
}

/// Holds a function against all that it may do, but for its own log.
#[track_caller]
fn may(deployment: &Deployment, function: &str, expected: &[(&str, &str)]) {
    let function = &deployment.functions[function];
    let granted: BTreeSet<_> = function.policy.grants().into_iter().collect();
    let log = format!(
        "arn:aws:logs:us-east-1:000000000000:log-group:order-relay-local-{}Logs:*",
        function.logical_id
    );
    let mut all: BTreeSet<_> = expected.iter().copied().collect();
    all.extend(["logs:CreateLogStream", "logs:PutLogEvents"].map(|action| (action, log.as_str())));
    assert_eq!(granted, all, "{}", function.name);
}

/// What every function may do at the ledger that brings news of lines to orders.
const FULFILS: [(&str, &str); 4] = [
    ("dynamodb:GetItem", TABLE),
    ("dynamodb:PutItem", TABLE),
    ("dynamodb:DeleteItem", TABLE),
    ("dynamodb:Query", BY_REFERENCE),
];

#[test]
fn the_sweep_may_look_hint_and_bring_what_waits_to_its_order_and_nothing_else() {
    let [import, confirm] = ["ImportQueue", "ConfirmQueue.fifo"].map(queue);
    let optional = ["PublishQueue", "AcknowledgeQueue", "DetailsQueue", "NotifyQueue"].map(queue);
    let mut expected = FULFILS.to_vec();
    expected.extend([
        ("dynamodb:UpdateItem", TABLE),
        ("dynamodb:BatchGetItem", TABLE),
        ("dynamodb:Query", TABLE),
        ("dynamodb:Query", OPEN),
    ]);
    for queue in [&import, &confirm] {
        expected.extend(["sqs:SendMessage", "sqs:GetQueueAttributes"].map(|action| (action, queue.as_str())));
    }
    may(&deploy(&[]), "sweep-orders", &expected);
    for queue in &optional {
        expected.extend(["sqs:SendMessage", "sqs:GetQueueAttributes"].map(|action| (action, queue.as_str())));
    }
    may(&everything(&[]), "sweep-orders", &expected);
}

#[test]
fn an_erps_news_are_recorded_without_a_vendor_or_a_secret() {
    let [fulfilment, publish, notify] = ["FulfilmentQueue", "PublishQueue", "NotifyQueue"].map(queue);
    let mut expected = FULFILS.to_vec();
    expected.push(("dynamodb:BatchWriteItem", TABLE));
    expected.extend(
        [
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
        ]
        .map(|action| (action, fulfilment.as_str())),
    );
    may(&deploy(&[]), "record-fulfilment", &expected);
    expected.extend([
        ("sqs:SendMessage", publish.as_str()),
        ("sqs:SendMessage", &notify),
    ]);
    may(&everything(&[]), "record-fulfilment", &expected);
}

#[test]
fn whoever_reads_reports_may_record_them_and_hint_what_follows_and_nothing_else() {
    let [publish, notify] = ["PublishQueue", "NotifyQueue"].map(queue);
    let mut expected = FULFILS.to_vec();
    expected.push((
        "secretsmanager:GetSecretValue",
        "arn:aws:secretsmanager:us-east-1:000000000000:secret:/order-relay/Acme/dev/spreadshirt-??????",
    ));
    may(&deploy(&SPREADSHIRT), "spreadshirt-read-reports", &expected);
    expected.extend([
        ("sqs:SendMessage", publish.as_str()),
        ("sqs:SendMessage", &notify),
    ]);
    may(&everything(&[]), "spreadshirt-read-reports", &expected);
}

#[test]
fn a_publisher_may_work_its_own_queue_and_nothing_else() {
    let publish = queue("PublishQueue");
    let mut expected = vec![
        ("dynamodb:GetItem", TABLE),
        ("dynamodb:PutItem", TABLE),
        (
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:us-east-1:000000000000:secret:/order-relay/Acme/dev/sparklayer-??????",
        ),
    ];
    expected.extend(
        [
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:SendMessage",
        ]
        .map(|action| (action, publish.as_str())),
    );
    may(&everything(&[]), "sparklayer-publish-purchase", &expected);
}

#[test]
fn customers_are_mapped_without_a_vendor_or_a_secret() {
    let publish = queue("PublishQueue");
    let expected = [
        ("dynamodb:GetItem", TABLE),
        ("dynamodb:PutItem", TABLE),
        ("dynamodb:DeleteItem", TABLE),
        ("dynamodb:Query", TABLE),
        ("sqs:SendMessage", &publish),
    ];
    may(&everything(&[]), "map-customers", &expected);
}

/// Whoever brings news of lines to orders says so on the default bus, if the brand wants that.
#[test]
fn moves_are_announced_on_the_default_bus_and_only_where_the_brand_wants_it() {
    for (announced, expected) in [
        ("false", &[][..]),
        (
            "true",
            &["record-fulfilment", "spreadshirt-read-reports", "sweep-orders"],
        ),
    ] {
        let deployment = everything(&[("AnnounceMoves", announced)]);
        let functions = deployment.functions.values();
        let may_announce: BTreeSet<&str> = functions
            .flat_map(|function| {
                let grants = function.policy.grants().into_iter();
                grants.map(|(action, resource)| (function.name.as_str(), action, resource))
            })
            .filter(|(_, action, _)| action.starts_with("events:"))
            .map(|(function, action, resource)| {
                assert_eq!((action, resource), ("events:PutEvents", BUS), "{function}");
                function
            })
            .collect();
        assert_eq!(may_announce, expected.iter().copied().collect());
        let settings = deployment.functions.values();
        let told = settings.filter_map(|function| function.environment.get("ANNOUNCE_MOVES"));
        assert!(told.clone().all(|told| told == announced) && told.count() == 3);
    }
}

#[test]
fn the_check_of_the_set_up_may_read_and_nothing_else() {
    let deployment = everything(&[]);
    let check = &deployment.functions["check-setup"];
    let granted: BTreeSet<_> = check.policy.grants().into_iter().collect();
    let actions: BTreeSet<_> = granted.iter().map(|(action, _)| *action).collect();
    // The last two write its own log, and nothing of the bundle's.
    let read_only = BTreeSet::from([
        "dynamodb:GetItem",
        "dynamodb:Query",
        "sqs:GetQueueAttributes",
        "secretsmanager:GetSecretValue",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ]);
    assert_eq!(actions, read_only);
    let log = "arn:aws:logs:us-east-1:000000000000:log-group:order-relay-local-CheckSetupLogs:*";
    for (action, resource) in granted {
        assert!(
            !action.starts_with("logs:") || resource == log,
            "{action} on {resource}"
        );
    }
}

#[test]
fn the_pull_of_ecat_may_take_in_and_hint_imports_and_nothing_else() {
    let table = "arn:aws:dynamodb:us-east-1:000000000000:table/order-relay-local-Ledger";
    let index = format!("{table}/index/open");
    let logs = "arn:aws:logs:us-east-1:000000000000:log-group:order-relay-local-EcatPullOrdersLogs:*";
    let expected = BTreeSet::from([
        ("logs:CreateLogStream", logs),
        ("logs:PutLogEvents", logs),
        ("dynamodb:GetItem", table),
        ("dynamodb:PutItem", table),
        ("dynamodb:BatchGetItem", table),
        ("dynamodb:BatchWriteItem", table),
        ("dynamodb:Query", table),
        ("dynamodb:Query", &index),
        (
            "sqs:SendMessage",
            "arn:aws:sqs:us-east-1:000000000000:order-relay-local-ImportQueue",
        ),
        (
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:us-east-1:000000000000:secret:/order-relay/Acme/dev/ecat-??????",
        ),
    ]);
    let deployment = everything(&[]);
    let granted: BTreeSet<_> = deployment.functions["ecat-pull-orders"]
        .policy
        .grants()
        .into_iter()
        .collect();
    assert_eq!(granted, expected);
}

#[test]
fn a_map_is_set_without_a_vendor_a_queue_or_a_secret() {
    let table = "arn:aws:dynamodb:us-east-1:000000000000:table/order-relay-local-Ledger";
    let index = format!("{table}/index/open");
    let logs = "arn:aws:logs:us-east-1:000000000000:log-group:order-relay-local-SetFieldMapLogs:*";
    let expected = BTreeSet::from([
        ("logs:CreateLogStream", logs),
        ("logs:PutLogEvents", logs),
        ("dynamodb:GetItem", table),
        ("dynamodb:PutItem", table),
        ("dynamodb:BatchGetItem", table),
        ("dynamodb:Query", table),
        ("dynamodb:Query", &index),
    ]);
    let deployment = everything(&[]);
    let granted: BTreeSet<_> = deployment.functions["set-field-map"]
        .policy
        .grants()
        .into_iter()
        .collect();
    assert_eq!(granted, expected);
}

#[test]
fn lambda_may_read_exactly_the_queues_that_feed_a_function() {
    let deployment = everything(&[]);
    for (name, function) in &deployment.functions {
        let fed: BTreeSet<_> = function
            .queues
            .iter()
            .map(|event| event.queue_arn.as_str())
            .collect();
        for queue in deployment.queues.values() {
            // What an event source mapping needs (Lambda guide, "Configuring a queue", execution role permissions).
            for action in ["sqs:ReceiveMessage", "sqs:DeleteMessage"] {
                let allowed = function.policy.allows(action, &queue.arn);
                assert_eq!(
                    allowed,
                    fed.contains(queue.arn.as_str()),
                    "{name}: {action} on {}",
                    queue.name
                );
            }
            let seen = function.policy.allows("sqs:GetQueueAttributes", &queue.arn);
            assert!(
                seen || !fed.contains(queue.arn.as_str()),
                "{name} on {}",
                queue.name
            );
        }
    }
}

#[test]
fn a_message_stays_hidden_for_six_of_the_longest_runs_that_the_parameters_allow() {
    let longest = [
        ("ErpImportTimeoutSeconds", "120"),
        ("RepSparkConfirmTimeoutSeconds", "60"),
        ("SparkLayerPublishTimeoutSeconds", "120"),
        ("RecordFulfilmentTimeoutSeconds", "60"),
        ("SpectrumAcknowledgeTimeoutSeconds", "120"),
        ("SpectrumSendTimeoutSeconds", "120"),
        ("SpectrumNotifyTimeoutSeconds", "120"),
    ];
    let deployment = everything(&longest);
    for function in deployment.functions.values() {
        for event in &function.queues {
            let least = 6 * function.timeout_s + event.window_s;
            assert!(
                deployment.queues[&event.queue].visibility_s >= least,
                "{}",
                event.queue_name
            );
        }
    }
    for (name, longest) in longest {
        let longer = (longest.parse::<u64>().unwrap() + 1).to_string();
        assert!(
            matches!(
                try_deploy(&[(name, &longer)]),
                Err(TemplateError::RefusedParameter { .. })
            ),
            "{name}"
        );
    }
}

#[test]
fn every_queue_of_work_has_dead_letters_a_limit_and_says_which_message_failed() {
    let deployment = everything(&[
        ("ErpConcurrency", "7"),
        ("SparkLayerConcurrency", "3"),
        ("RecordFulfilmentConcurrency", "4"),
        ("SpectrumConcurrency", "3"),
    ]);
    let fed = deployment
        .functions
        .values()
        .flat_map(|function| &function.queues);
    let found: BTreeMap<_, _> = fed
        .map(|event| {
            assert!(event.reports_failures && event.enabled);
            let redrive = deployment.queues[&event.queue].redrive.as_ref().unwrap();
            assert_eq!(redrive.max_receive, 5);
            let letters = deployment
                .queues
                .values()
                .find(|queue| queue.name == redrive.dead_letters)
                .unwrap();
            assert_eq!(letters.retention_s, 14 * 86_400);
            (
                event.queue.as_str(),
                (
                    event.batch_size,
                    event.max_concurrency,
                    letters.logical_id.as_str(),
                ),
            )
        })
        .collect();
    let expected = BTreeMap::from([
        ("AcknowledgeQueue", (5, Some(3), "AcknowledgeDeadLetters")),
        ("ConfirmQueue", (10, Some(2), "ConfirmDeadLetters")),
        ("DetailsQueue", (5, Some(3), "DetailsDeadLetters")),
        ("FulfilmentQueue", (10, Some(4), "FulfilmentDeadLetters")),
        ("ImportQueue", (5, Some(7), "ImportDeadLetters")),
        ("NotifyQueue", (5, Some(3), "NotifyDeadLetters")),
        ("PublishQueue", (5, Some(3), "PublishDeadLetters")),
    ]);
    assert_eq!(found, expected);
    assert!(!deployment.queues["ConfirmQueue"].content_based_dedup);
    let queues = deployment.queues.values();
    let fifo: Vec<&str> = queues
        .filter(|queue| queue.fifo)
        .map(|queue| queue.logical_id.as_str())
        .collect();
    assert_eq!(fifo, ["ConfirmDeadLetters", "ConfirmQueue"]);
}

/// A standard queue's message keeps its age when it becomes a dead letter, so no queue before that can keep it longer.
#[test]
fn what_an_erp_says_of_lines_is_kept_for_as_long_as_sqs_keeps_anything() {
    let deployment = deploy(&[]);
    for queue in ["FulfilmentQueue", "FulfilmentDeadLetters"] {
        assert_eq!(deployment.queues[queue].retention_s, 14 * 86_400, "{queue}");
    }
    let letters = "FulfilmentDeadLettersAlarm";
    let alarm = deployment.alarms.iter().find(|alarm| alarm.logical_id == letters);
    assert!(alarm.unwrap().description.contains("redrive it, never purge it"));
}

#[test]
fn schedules_are_off_until_somebody_enables_them() {
    let schedules = |changes: &[(&str, &str)]| {
        let functions = everything(changes).functions.into_values();
        let all = functions.flat_map(|function| {
            let name = function.name.clone();
            function
                .schedules
                .into_iter()
                .map(move |tick| (name.clone(), tick.seconds, tick.input, tick.enabled))
        });
        all.collect::<Vec<_>>()
    };
    let expected = |enabled| {
        [
            ("ecat-pull-orders", 900),
            ("repspark-pull-orders", 900),
            ("repspark-recover-orders", 300),
            ("spreadshirt-read-reports", 900),
            ("sweep-orders", 60),
        ]
        .map(|(name, seconds)| (name.to_owned(), seconds, "{}".to_owned(), enabled))
    };
    assert_eq!(schedules(&[]), expected(false));
    assert_eq!(schedules(&[("Schedules", "ENABLED")]), expected(true));
}

#[test]
fn a_failed_tick_is_not_repeated_and_no_schedule_has_a_name_that_a_second_stack_would_take() {
    assert!(
        everything(&[])
            .functions
            .values()
            .all(|function| function.asynchronous_retries == 0)
    );
    let template = template();
    let schedules = template.matches("Type: ScheduleV2").count();
    assert_eq!(schedules, 5);
    assert_eq!(template.matches("OmitName: true").count(), schedules);
}

/// Resources of a type, as they are written, each up to the next one.
fn written<'a>(template: &'a str, kind: &str) -> Vec<&'a str> {
    let start = format!("    Type: {kind}\n");
    let rest = template.split(start.as_str()).skip(1);
    rest.map(|rest| rest.split("\n\n").next().unwrap()).collect()
}

#[test]
fn the_table_and_the_logs_outlive_the_stack_and_any_replacement() {
    let template = template();
    let kept = ["AWS::DynamoDB::Table", "AWS::Logs::LogGroup"].map(|kind| written(&template, kind));
    assert_eq!(kept.each_ref().map(Vec::len), [1, folders().len()]);
    for resource in kept.into_iter().flatten() {
        // What a first deployment made and could not end goes with it, because nothing is in it yet.
        for policy in [
            "DeletionPolicy: RetainExceptOnCreate",
            "UpdateReplacePolicy: Retain",
        ] {
            assert!(resource.contains(&format!("    {policy}\n")), "{resource}");
        }
    }
}

#[test]
fn the_table_of_prod_cannot_be_deleted_while_orders_come() {
    for (stage, schedules, expected) in [
        ("prod", "ENABLED", true),
        ("prod", "DISABLED", false),
        ("dev", "ENABLED", false),
        ("dev", "DISABLED", false),
    ] {
        let deployment = deploy(&[("Stage", stage), ("Schedules", schedules)]);
        assert_eq!(deployment.tables[0].is_protected, expected, "{stage} {schedules}");
    }
}

/// Lambda stops a chain of a function's own messages after 16 of them, unless it is told that the function may do so.
#[test]
fn a_function_that_feeds_itself_is_let_and_no_other() {
    let deployment = everything(&[]);
    for (name, function) in &deployment.functions {
        let mut queues = function.queues.iter();
        let feeds_itself = queues.any(|event| function.policy.allows("sqs:SendMessage", &event.queue_arn));
        assert_eq!(function.may_feed_itself, feeds_itself, "{name}");
    }
    let functions = deployment.functions.values();
    let let_to: Vec<&str> = functions
        .filter(|function| function.may_feed_itself)
        .map(|function| function.name.as_str())
        .collect();
    assert_eq!(
        let_to,
        [
            "erp-import-order",
            "sparklayer-publish-purchase",
            "spectrum-acknowledge-order",
            "spectrum-notify-shipment",
            "spectrum-send-order"
        ]
    );
}

#[test]
fn schedules_are_as_frequent_as_the_alarms_on_their_silence_need() {
    for (name, most, longest) in [
        ("SweepRate", 15, "rate(15 minutes)"),
        ("RepSparkRecoverRate", 59, "rate(1 hour)"),
    ] {
        let most_minutes = format!("rate({most} minutes)");
        for rate in [
            "rate(1 minute)",
            "rate(2 minutes)",
            "rate(11 minutes)",
            &most_minutes,
            longest,
        ] {
            assert!(try_deploy(&[(name, rate)]).is_ok(), "{name} {rate}");
        }
        let longer = format!("rate({} minutes)", most + 1);
        for rate in [
            longer.as_str(),
            "rate(0 minutes)",
            "rate(1 minutes)",
            "rate(2 hours)",
            "rate(1 day)",
        ] {
            let refused = try_deploy(&[(name, rate)]);
            assert!(
                matches!(refused, Err(TemplateError::RefusedParameter { .. })),
                "{name} {rate}"
            );
        }
    }
    for (name, most) in [
        ("RecoverEverySeconds", 3_600),
        ("PauseProbeSeconds", 1_800),
        ("WaitingSeconds", 3_600),
    ] {
        assert!(try_deploy(&[(name, &most.to_string())]).is_ok(), "{name}");
        let refused = try_deploy(&[(name, &(most + 1).to_string())]);
        assert!(
            matches!(refused, Err(TemplateError::RefusedParameter { .. })),
            "{name}"
        );
    }
}

#[test]
fn what_is_stored_is_encrypted_and_the_table_can_be_restored() {
    let template = template();
    // The linters look for a customer's key alone, so that they would not miss these.
    for queue in written(&template, "AWS::SQS::Queue") {
        assert!(queue.contains("SqsManagedSseEnabled: true"), "{queue}");
    }
    let table = written(&template, "AWS::DynamoDB::Table")[0];
    assert!(table.contains("SSEEnabled: true") && table.contains("PointInTimeRecoveryEnabled: true"));
}

/// RepSpark and eCat, each on or off, and what the stack is called of each.
fn all_sources() -> [(bool, bool, Deployment); 4] {
    [(true, true), (true, false), (false, true), (false, false)].map(|(repspark, ecat)| {
        let without_repspark = if repspark { &[][..] } else { &NO_REPSPARK };
        let with_ecat = if ecat { &ECAT[..] } else { &[] };
        (repspark, ecat, deploy(&[without_repspark, with_ecat].concat()))
    })
}

#[test]
fn a_brand_has_what_its_sources_need_and_what_all_of_them_share() {
    let shared = [
        "check-setup",
        "decide-order",
        "erp-import-order",
        "record-fulfilment",
        "set-field-map",
        "sweep-orders",
    ];
    for (repspark, ecat, deployment) in all_sources() {
        let expected: BTreeSet<String> = folders()
            .into_iter()
            .filter(|folder| {
                (repspark && folder.starts_with("repspark-"))
                    || (ecat && folder.starts_with("ecat-"))
                    || shared.contains(&folder.as_str())
            })
            .collect();
        assert_eq!(
            deployment.functions.keys().cloned().collect::<BTreeSet<_>>(),
            expected
        );
        let queues = deployment.queues.keys().map(String::as_str);
        let mut expected = vec![
            "FulfilmentDeadLetters",
            "FulfilmentQueue",
            "ImportDeadLetters",
            "ImportQueue",
            "ScheduleDeadLetters",
        ];
        if repspark {
            expected.splice(0..0, ["ConfirmDeadLetters", "ConfirmQueue"]);
        }
        assert_eq!(queues.collect::<Vec<_>>(), expected);
        // Whoever feeds it, the import is fed by this queue alone.
        let import = &deployment.functions["erp-import-order"];
        assert_eq!(import.queues.len(), 1);
        assert_eq!(import.queues[0].queue, "ImportQueue");
        let pulls = deployment.functions.values();
        let pulls = pulls.filter(|function| function.name.ends_with("-pull-orders"));
        for pull in pulls {
            let url = &deployment.queues["ImportQueue"].url;
            assert_eq!(
                pull.environment.get("IMPORT_QUEUE_URL"),
                Some(url),
                "{}",
                pull.name
            );
        }
    }
}

#[test]
fn a_brand_has_nothing_of_a_source_that_it_does_not_use() {
    for (repspark, ecat, deployment) in all_sources() {
        for (name, function) in &deployment.functions {
            let settings = function.environment.keys().map(String::as_str);
            let of_source = |source: &str| {
                settings
                    .clone()
                    .filter(|setting| setting.starts_with(source))
                    .collect::<Vec<_>>()
            };
            assert!(repspark || of_source("REPSPARK_").is_empty(), "{name}");
            assert!(repspark || of_source("CONFIRM_").is_empty(), "{name}");
            // Empty, it says that there is no organisation.
            let says_none = function.environment.get("ECAT_ORG").is_none_or(String::is_empty);
            let of_ecat = of_source("ECAT_");
            assert!(
                ecat || (says_none && matches!(of_ecat[..], [] | ["ECAT_ORG"])),
                "{name}: {of_ecat:?}"
            );
            for (action, resource) in function.policy.grants() {
                let of_repspark = resource.contains("Confirm") || resource.contains("repspark");
                let of_ecat = resource.to_lowercase().contains("ecat");
                assert!(
                    (repspark || !of_repspark) && (ecat || !of_ecat),
                    "{name}: {action} on {resource}"
                );
            }
        }
        let seen = format!("{:?}", deployment.outputs).to_lowercase();
        assert_eq!(seen.contains("repspark"), repspark);
        assert_eq!(seen.contains("ecat"), ecat);
    }
}

#[test]
fn a_brand_has_of_sparklayer_and_spreadshirt_what_it_uses() {
    let own = [
        (
            &SPARKLAYER[..],
            "sparklayer",
            &["map-customers", "sparklayer-publish-purchase"][..],
        ),
        (&SPREADSHIRT[..], "spreadshirt", &["spreadshirt-read-reports"]),
    ];
    let without: BTreeSet<String> = deploy(&[]).functions.into_keys().collect();
    for bits in 0..4 {
        let is_on = |at: usize| bits & (1 << at) != 0;
        let mut changes = Vec::new();
        let mut expected = without.clone();
        for (at, (given, _, functions)) in own.iter().enumerate() {
            if is_on(at) {
                changes.extend_from_slice(given);
                expected.extend(functions.iter().map(|name| (*name).to_owned()));
            }
        }
        let deployment = deploy(&changes);
        let found: BTreeSet<String> = deployment.functions.keys().cloned().collect();
        assert_eq!(found, expected);
        assert_eq!(deployment.queues.contains_key("PublishQueue"), is_on(0));
        assert_eq!(deployment.queues.contains_key("PublishDeadLetters"), is_on(0));
        for (at, (_, vendor, _)) in own.iter().enumerate() {
            let prefix = format!("{}_", vendor.to_uppercase());
            for (name, function) in &deployment.functions {
                let mut told = function.environment.keys().filter(|key| key.starts_with(&prefix));
                assert!(is_on(at) || told.next().is_none(), "{name}");
                let is_hinted = function.environment.contains_key("PUBLISH_QUEUE_URL");
                assert!(is_on(0) || !is_hinted, "{name}");
                for (action, resource) in function.policy.grants() {
                    let of_it = resource.contains(vendor) || (at == 0 && resource.contains("PublishQueue"));
                    assert!(is_on(at) || !of_it, "{name}: {action} on {resource}");
                }
            }
        }
    }
}

/// A step becomes due in the write that finishes an import, by whoever writes it; and a hint needs the queue as well. The
/// check of the set-up looks at the queue.
#[test]
fn whoever_may_make_a_publication_due_knows_its_queue() {
    let deployment = everything(&[]);
    let url = &deployment.queues["PublishQueue"].url;
    let told: Vec<&str> = deployment
        .functions
        .values()
        .filter(|function| function.environment.get("PUBLISH_QUEUE_URL") == Some(url))
        .map(|function| function.name.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "check-setup",
            "decide-order",
            "erp-import-order",
            "map-customers",
            "record-fulfilment",
            "sparklayer-publish-purchase",
            "spreadshirt-read-reports",
            "sweep-orders"
        ]
    );
}

#[test]
fn an_organisation_that_is_given_while_ecat_is_off_is_told_to_nobody() {
    for function in deploy(&[("EcatOrg", "AcmeGolf")]).functions.values() {
        let told = function.environment.values().any(|value| value == "AcmeGolf");
        assert!(!told, "{}", function.name);
    }
}

#[test]
fn whoever_knows_orders_by_their_number_knows_the_organisation() {
    let deployment = everything(&[]);
    let mut told: Vec<&str> = deployment
        .functions
        .values()
        .filter(|function| {
            function
                .environment
                .get("ECAT_ORG")
                .is_some_and(|org| org == "AcmeGolf")
        })
        .map(|function| function.name.as_str())
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "check-setup",
            "decide-order",
            "ecat-pull-orders",
            "set-field-map",
            "spreadshirt-read-reports"
        ]
    );
}

#[test]
fn repsparks_production_is_for_the_stage_prod_alone() {
    let production = ("RepSparkBaseUrl", "https://api.repspark.net/api");
    let broken = try_deploy(&[production]).unwrap_err();
    assert!(
        matches!(broken, TemplateError::BrokenRule { rule, .. } if rule == "ProductionHostsNeedTheStageProd")
    );
    assert!(try_deploy(&[production, ("Stage", "prod")]).is_ok());
    assert!(try_deploy(&[("RepSparkBaseUrl", "https://api.uat.repspark.net/api")]).is_ok());
    // The rule compares texts, so no other spelling of the host may pass the pattern.
    for spelling in [
        "https://api.repspark.net/api/",
        "https://api.repspark.net",
        "https://api.repspark.net/API",
        "https://api.repspark.net:443/api",
        "https://api.repspark.net./api",
        "https://API.repspark.net/api",
        "https://api.repspark.net//api",
        "https://user@api.repspark.net/api",
        "https://api.repspark.net/x/../api",
        "https://api%2Erepspark.net/api",
        "http://api.repspark.net/api",
        "http://127.0.0.1@api.repspark.net/api",
    ] {
        let refused = try_deploy(&[("RepSparkBaseUrl", spelling)]);
        assert!(
            matches!(refused, Err(TemplateError::RefusedParameter { .. })),
            "{spelling}"
        );
    }
}

#[test]
fn ecats_production_is_for_the_stage_prod_alone() {
    let production = ("EcatBaseUrl", "https://supercat.supercatsolutions.com");
    let (rule, why) = broken_rule(try_everything(&[production]));
    assert_eq!(rule, "ProductionHostsNeedTheStageProd");
    assert!(why.contains("marked as received"), "{why}");
    // Nor while it is off: whoever turns it on later should not find it there.
    let (rule, _) = broken_rule(try_deploy(&[production]));
    assert_eq!(rule, "ProductionHostsNeedTheStageProd");
    assert!(try_everything(&[production, ("Stage", "prod")]).is_ok());
    assert!(try_everything(&[("EcatBaseUrl", "https://ecat.example.com")]).is_ok());
    // The rule compares texts, so no other spelling of the host may pass the pattern.
    for spelling in [
        "https://supercat.supercatsolutions.com/",
        "https://supercat.supercatsolutions.com//",
        "https://supercat.supercatsolutions.com/AcmeGolf",
        "https://supercat.supercatsolutions.com/x/..",
        "https://supercat.supercatsolutions.com:443",
        "https://supercat.supercatsolutions.com:",
        "https://supercat.supercatsolutions.com.",
        "https://supercat.supercatsolutions.com?",
        "https://supercat.supercatsolutions.com#",
        "https://Supercat.supercatsolutions.com",
        "HTTPS://supercat.supercatsolutions.com",
        "https:supercat.supercatsolutions.com",
        "https:///supercat.supercatsolutions.com",
        "https://user:password@supercat.supercatsolutions.com",
        "https://supercat%2Esupercatsolutions.com",
        "https://supercat\u{3002}supercatsolutions.com",
        " https://supercat.supercatsolutions.com",
        "https://supercat.supercatsolutions.com\n",
        "http://supercat.supercatsolutions.com",
        "http://127.0.0.1@supercat.supercatsolutions.com",
        "http://localhost.supercatsolutions.com",
    ] {
        is_refused(&try_everything(&[("EcatBaseUrl", spelling)]), spelling);
    }
}

#[test]
fn spreadshirts_production_is_for_the_stage_prod_alone() {
    for host in [
        "https://api.spreadshirt.net/api/v1",
        "https://api.spreadshirt.com/api/v1",
    ] {
        let production = ("SpreadshirtBaseUrl", host);
        let (rule, why) = broken_rule(try_everything(&[production]));
        assert_eq!(rule, "ProductionHostsNeedTheStageProd");
        assert!(why.contains("reports would be deleted"), "{why}");
        // Nor while it is off: whoever turns it on later should not find it there.
        let (rule, _) = broken_rule(try_deploy(&[production]));
        assert_eq!(rule, "ProductionHostsNeedTheStageProd");
        assert!(try_everything(&[production, ("Stage", "prod")]).is_ok());
    }
    assert!(try_everything(&[("SpreadshirtBaseUrl", "https://reports.example.com/api/v1")]).is_ok());
    // The rule compares texts, so no other spelling of the hosts may pass the pattern.
    for spelling in [
        "https://api.spreadshirt.net/api/v1/",
        "https://api.spreadshirt.net/api",
        "https://api.spreadshirt.net",
        "https://api.spreadshirt.net/API/v1",
        "https://api.spreadshirt.net/api//v1",
        "https://api.spreadshirt.net/x/../api/v1",
        "https://api.spreadshirt.com:443/api/v1",
        "https://api.spreadshirt.com./api/v1",
        "https://Api.spreadshirt.com/api/v1",
        "https://user@api.spreadshirt.com/api/v1",
        "https://api%2Espreadshirt.com/api/v1",
        "http://api.spreadshirt.net/api/v1",
        "http://127.0.0.1@api.spreadshirt.net/api/v1",
        " https://api.spreadshirt.net/api/v1",
    ] {
        is_refused(&try_everything(&[("SpreadshirtBaseUrl", spelling)]), spelling);
    }
}

#[test]
fn sparklayers_production_is_for_the_stage_prod_alone_and_the_default() {
    let production = ("SparkLayerBaseUrl", "https://app.sparklayer.io");
    let (rule, why) = broken_rule(try_everything(&[production]));
    assert_eq!(rule, "ProductionHostsNeedTheStageProd");
    assert!(why.contains("customers would see orders of a test"), "{why}");
    let only = |stage: &str| {
        try_deploy(&[
            ("Stage", stage),
            ("SparkLayerEnabled", "true"),
            ("SparkLayerSiteId", "northlinks"),
        ])
    };
    assert_eq!(broken_rule(only("dev")).0, "ProductionHostsNeedTheStageProd");
    let publish = &only("prod").unwrap().functions["sparklayer-publish-purchase"];
    assert_eq!(publish.environment["SPARKLAYER_BASE_URL"], production.1);
    assert!(try_deploy(&[]).is_ok(), "while it is off, the default may stand");
    assert!(try_everything(&[("SparkLayerBaseUrl", "https://test.app.sparklayer.io")]).is_ok());
    for spelling in [
        "",
        "https://app.sparklayer.io/",
        "https://app.sparklayer.io/api",
        "https://app.sparklayer.io:443",
        "https://app.sparklayer.io.",
        "https://App.sparklayer.io",
        "https://user@app.sparklayer.io",
        "https://app%2Esparklayer.io",
        "http://app.sparklayer.io",
        "http://127.0.0.1@app.sparklayer.io",
        "https://app.sparklayer.io\n",
    ] {
        is_refused(&try_everything(&[("SparkLayerBaseUrl", spelling)]), spelling);
    }
}

#[test]
fn sparklayer_needs_a_site_and_spreadshirt_an_address_a_partner_and_a_contact() {
    for (name, rule, vendor) in [
        ("SparkLayerSiteId", "SparkLayerNeedsASite", "SparkLayerEnabled"),
        (
            "SpreadshirtBaseUrl",
            "SpreadshirtNeedsAnAddressAPartnerAndAContact",
            "SpreadshirtEnabled",
        ),
        (
            "SpreadshirtPartnerId",
            "SpreadshirtNeedsAnAddressAPartnerAndAContact",
            "SpreadshirtEnabled",
        ),
        (
            "SpreadshirtContact",
            "SpreadshirtNeedsAnAddressAPartnerAndAContact",
            "SpreadshirtEnabled",
        ),
    ] {
        let (broken, why) = broken_rule(try_everything(&[(name, "")]));
        assert_eq!(broken, rule);
        assert!(why.starts_with(&format!("{name} is empty")), "{why}");
        assert!(try_everything(&[(name, ""), (vendor, "false")]).is_ok(), "{name}");
    }
}

/// The function refuses to start with a form that could not be read back, or a contact that is no header.
#[test]
fn what_spreadshirt_is_told_of_us_fits_before_a_function_reads_it() {
    for (name, right, wrong) in [
        (
            "SpreadshirtCorrelation",
            &["{order}-{line}", "acme/{order}:L{line}.", "{order}_{line}"][..],
            &[
                "",
                "{order}",
                "{line}-{order}",
                "{order}{line}",
                "{order}-{line}0",
                "{order} {line}",
                "{order}-{line}-{line}",
            ][..],
        ),
        (
            "SpreadshirtContact",
            &["https://brand.example; ops@brand.example"],
            &[
                "ops@brand.example",
                "https://brand.example",
                "https://brand.example;ops@brand.example",
                "https://b.example; ops@b.example)",
            ],
        ),
        (
            "SpreadshirtPartnerId",
            &["1102730", "a_B-1"],
            &["1 2", "1)", "1/2"],
        ),
        ("SpreadshirtOthers", &["leave", "take"], &["delete"]),
        ("SparkLayerSiteId", &["northlinks", "a.b_c-1"], &["a b", "a/b"]),
        (
            "SparkLayerVisible",
            &["erp_number", "source_number", "order_key", "customer_po"],
            &["number"],
        ),
        (
            "SparkLayerPlatform",
            &["source", "order_key", "erp_number"],
            &["customer_po"],
        ),
        (
            "SparkLayerOptions",
            &["{}", "{\"packages\":\"object_if_one\"}"],
            &["array"],
        ),
    ] {
        for value in right {
            assert!(try_everything(&[(name, value)]).is_ok(), "{name}: {value}");
        }
        for value in wrong {
            is_refused(&try_everything(&[(name, value)]), value);
        }
    }
}

#[test]
fn an_organisation_of_ecats_is_2_to_9_letters_and_digits() {
    for org in ["AB", "AcmeGolf9", "123456789"] {
        assert!(try_everything(&[("EcatOrg", org)]).is_ok(), "{org}");
    }
    for org in ["A", "AcmeGolf10", "ACME-1", "ACME_1", "AC ME", "AC/ME", "ÄB"] {
        is_refused(&try_everything(&[("EcatOrg", org)]), org);
    }
}

#[test]
fn the_stage_prod_takes_no_orders_of_repsparks_test_hosts() {
    for host in [
        "https://api.uat.repspark.net/api",
        "https://api.dev.repspark.net/api",
    ] {
        let broken = try_deploy(&[("RepSparkBaseUrl", host), ("Stage", "prod")]).unwrap_err();
        assert!(
            matches!(&broken, TemplateError::BrokenRule { rule, .. } if rule == "TheStageProdTakesNoTestOrders"),
            "{host}: {broken}"
        );
        assert!(try_deploy(&[("RepSparkBaseUrl", host), ("Stage", "test")]).is_ok());
    }
}

#[test]
fn refusals_are_reported_to_repspark_and_to_nobody_else() {
    let off = [("RepSparkEnabled", "false"), ("RepSparkBaseUrl", "")];
    let broken = try_deploy(&[off[0], off[1], ("ReportRefusals", "true")]).unwrap_err();
    assert!(
        matches!(&broken, TemplateError::BrokenRule { rule, .. } if rule == "RefusalsAreReportedToRepSpark"),
        "{broken}"
    );
    assert!(try_deploy(&[("ReportRefusals", "true")]).is_ok());
}

#[test]
fn plain_http_is_for_loopback_addresses_alone() {
    for name in ["RepSparkBaseUrl", "ErpBaseUrl"] {
        for loopback in [
            "http://127.0.0.1:8080/api",
            "http://localhost/api",
            "http://[::1]:8080/api",
        ] {
            assert!(try_deploy(&[(name, loopback)]).is_ok(), "{name}: {loopback}");
        }
        for other in [
            "http://erp.example.com/api",
            "http://127.0.0.1.example.com/api",
            "http://127.0.0.1/api/",
        ] {
            let refused = try_deploy(&[(name, other)]);
            assert!(
                matches!(refused, Err(TemplateError::RefusedParameter { .. })),
                "{name}: {other}"
            );
        }
    }
    for loopback in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080"] {
        assert!(try_everything(&[("EcatBaseUrl", loopback)]).is_ok(), "{loopback}");
    }
    for other in [
        "http://ecat.example.com",
        "http://127.0.0.1.example.com",
        "http://127.0.0.1:8080/",
        "http://127.0.0.1:8080/ecat",
    ] {
        is_refused(&try_everything(&[("EcatBaseUrl", other)]), other);
    }
}

#[test]
fn a_service_that_is_on_needs_an_address() {
    for (name, rule) in [
        ("RepSparkBaseUrl", "RepSparkNeedsAnAddress"),
        ("ErpBaseUrl", "AnErpOverHttpNeedsAnAddress"),
    ] {
        let broken = try_deploy(&[(name, "")]).unwrap_err();
        assert!(
            matches!(broken, TemplateError::BrokenRule { rule: found, .. } if found == rule),
            "{name}"
        );
    }
}

#[test]
fn ecat_needs_an_address_an_organisation_and_a_day_in_the_place_of_a_baseline() {
    for (name, why) in [
        ("EcatBaseUrl", "EcatBaseUrl is empty, but eCat is on."),
        ("EcatOrg", "EcatOrg is empty, but eCat is on."),
        (
            "ImportFrom",
            "ImportFrom is empty, but eCat is on. There is no baseline of eCat, and ImportFrom takes its place. The first list may \
             have years of orders, and those before that day are not imported but wait for a person.",
        ),
    ] {
        let (rule, told) = broken_rule(try_everything(&[(name, "")]));
        assert_eq!(rule, "EcatNeedsAnAddressAnOrganisationAndADay", "{name}");
        assert_eq!(told, why);
        assert!(
            try_everything(&[(name, ""), ("EcatEnabled", "false")]).is_ok(),
            "{name}"
        );
    }
}

/// A function refuses to start with less time than one call may take. With any one of these at its most, and everything else
/// as it comes, it has more.
#[test]
fn a_function_outlasts_the_longest_call_that_a_parameter_allows() {
    let calls = [
        ("ErpCallSeconds", "90"),
        ("RepSparkCallSeconds", "40"),
        ("RepSparkListSeconds", "240"),
        ("EcatCallSeconds", "40"),
        ("EcatListSeconds", "240"),
        ("SparkLayerCallSeconds", "40"),
        ("SpreadshirtCallSeconds", "60"),
        ("SpectrumCallSeconds", "40"),
    ];
    for (name, most) in calls {
        let longer = (most.parse::<u64>().unwrap() + 1).to_string();
        is_refused(&try_everything(&[(name, &longer)]), name);
        // Another settling time goes with another length of a call.
        let settled = [
            ("ErpSettleSeconds", "120"),
            ("RepSparkSettleSeconds", "300"),
            (name, most),
        ];
        for function in everything(&settled).functions.values() {
            let environment = function.environment.iter();
            let calls = environment
                .filter(|(name, _)| name.ends_with("_CALL_SECONDS") || name.ends_with("_LIST_SECONDS"));
            let longest = calls.map(|(_, seconds)| seconds.parse::<u64>().unwrap()).max();
            // Half of the ten seconds by which clocks may differ is kept back.
            assert!(
                longest.is_none_or(|longest| longest + 5 < function.timeout_s),
                "{name} and {}",
                function.name
            );
        }
    }
    // A token may have to be fetched first, and what was asked of both may still land within the settling time.
    let deployment = everything(&[("SparkLayerCallSeconds", "40")]);
    let publish = &deployment.functions["sparklayer-publish-purchase"];
    let seconds = |name: &str| publish.environment[name].parse::<u64>().unwrap();
    assert!(2 * seconds("SPARKLAYER_CALL_SECONDS") + 5 < publish.timeout_s);
    assert!(2 * seconds("SPARKLAYER_CALL_SECONDS") < seconds("SPARKLAYER_SETTLE_SECONDS"));
    let pull = &everything(&[("EcatListSeconds", "240")]).functions["ecat-pull-orders"];
    let seconds = |name: &str| pull.environment[name].parse::<u64>().unwrap();
    assert!(seconds("ECAT_LIST_SECONDS") + seconds("ECAT_CALL_SECONDS") + 5 < pull.timeout_s);
}

#[test]
fn the_ledger_is_made_as_the_template_says() {
    let deployment = deploy(&[]);
    let [ledger] = deployment.tables.as_slice() else {
        panic!("{:?}", deployment.tables)
    };
    assert_eq!(ledger.ttl_attribute.as_deref(), Some("expires_at"));
    let expected = json!({
        "TableName": "order-relay-local-Ledger",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            { "AttributeName": "erp_ref", "AttributeType": "S" },
            { "AttributeName": "look_at", "AttributeType": "N" },
            { "AttributeName": "open", "AttributeType": "S" },
            { "AttributeName": "pk", "AttributeType": "S" },
            { "AttributeName": "sk", "AttributeType": "S" },
        ],
        "KeySchema": [
            { "AttributeName": "pk", "KeyType": "HASH" },
            { "AttributeName": "sk", "KeyType": "RANGE" },
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "open",
                "KeySchema": [
                    { "AttributeName": "open", "KeyType": "HASH" },
                    { "AttributeName": "look_at", "KeyType": "RANGE" },
                ],
                "Projection": { "ProjectionType": "KEYS_ONLY" },
            },
            {
                "IndexName": "by_reference",
                "KeySchema": [{ "AttributeName": "erp_ref", "KeyType": "HASH" }],
                "Projection": { "ProjectionType": "KEYS_ONLY" },
            },
        ],
    });
    assert_eq!(ledger.create_table_request(), expected);
}

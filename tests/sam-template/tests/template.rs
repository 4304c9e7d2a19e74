//! The template of this repository, as it would be deployed.

#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test itself may"
)]

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
    try_deploy(&[&ECAT, changes].concat())
}

/// For a brand that uses all sources.
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

#[test]
fn a_function_gets_only_the_settings_that_it_reads() {
    let everywhere = "BRAND STAGE TABLE HINT_GRACE_SECONDS CLOCK_SKEW_SECONDS";
    let repspark = "REPSPARK_BASE_URL REPSPARK_SECRET PAUSE_PROBE_SECONDS";
    let intake = format!("{repspark} REPSPARK_LIST_SECONDS IMPORT_QUEUE_URL RAW_RETENTION_DAYS");
    let import = "TIME_ZONE ERP_BASE_URL ERP_SECRET ERP_CALL_SECONDS ERP_SETTLE_SECONDS BACKOFF_SECONDS \
                  PAUSE_PROBE_SECONDS IMPORT_FROM REPORT_REFUSALS IMPORT_QUEUE_URL CONFIRM_QUEUE_URL";
    let confirm = format!("{repspark} REPSPARK_CALL_SECONDS REPSPARK_SETTLE_SECONDS BACKOFF_SECONDS");
    let sweep =
        "STUCK_SECONDS CENSUS_SECONDS OLD_ORDER_DAYS RAW_RETENTION_DAYS IMPORT_QUEUE_URL CONFIRM_QUEUE_URL";
    let ecat = "ECAT_ORG ECAT_BASE_URL ECAT_SECRET ECAT_CALL_SECONDS ECAT_LIST_SECONDS";
    let check = format!(
        "TIME_ZONE IMPORT_FROM ERP_BASE_URL ERP_SECRET ERP_CALL_SECONDS REPSPARK_BASE_URL REPSPARK_SECRET \
         REPSPARK_CALL_SECONDS IMPORT_QUEUE_URL IMPORT_DEAD_LETTERS_URL CONFIRM_QUEUE_URL CONFIRM_DEAD_LETTERS_URL {ecat}"
    );
    let deployment = everything(&[]);
    for (function, own) in [
        (
            "ecat-pull-orders",
            format!("{ecat} TIME_ZONE IMPORT_FROM IMPORT_QUEUE_URL RAW_RETENTION_DAYS PAUSE_PROBE_SECONDS"),
        ),
        ("repspark-pull-orders", format!("{intake} TIME_ZONE")),
        (
            "repspark-recover-orders",
            format!(
                "{intake} TIME_ZONE RECOVER_EVERY_SECONDS REPSPARK_SETTLE_SECONDS REPSPARK_CALL_SECONDS \
                 REPSPARK_UNCONFIRMED_SECONDS"
            ),
        ),
        ("check-setup", check),
        ("decide-order", "TIME_ZONE ECAT_ORG".to_owned()),
        ("set-field-map", "TIME_ZONE ECAT_ORG".to_owned()),
        ("erp-import-order", import.to_owned()),
        ("repspark-confirm-order", confirm.to_owned()),
        ("sweep-orders", sweep.to_owned()),
    ] {
        let expected: BTreeSet<_> = everywhere.split(' ').chain(own.split_whitespace()).collect();
        let found: BTreeSet<_> = deployment.functions[function]
            .environment
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(found, expected, "{function}");
    }
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
            for secret in ["erp", "repspark", "ecat"] {
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

#[test]
fn the_sweep_may_look_and_hint_and_nothing_else() {
    let table = "arn:aws:dynamodb:us-east-1:000000000000:table/order-relay-local-Ledger";
    let queues = ["ImportQueue", "ConfirmQueue.fifo"]
        .map(|name| format!("arn:aws:sqs:us-east-1:000000000000:order-relay-local-{name}"));
    let index = format!("{table}/index/open");
    let logs = "arn:aws:logs:us-east-1:000000000000:log-group:order-relay-local-SweepOrdersLogs:*";
    let mut expected = BTreeSet::from([
        ("logs:CreateLogStream", logs),
        ("logs:PutLogEvents", logs),
        ("dynamodb:GetItem", table),
        ("dynamodb:PutItem", table),
        ("dynamodb:UpdateItem", table),
        ("dynamodb:BatchGetItem", table),
        ("dynamodb:Query", &index),
    ]);
    for queue in &queues {
        expected.extend([
            ("sqs:SendMessage", queue.as_str()),
            ("sqs:GetQueueAttributes", queue.as_str()),
        ]);
    }
    let deployment = deploy(&[]);
    let granted: BTreeSet<_> = deployment.functions["sweep-orders"]
        .policy
        .grants()
        .into_iter()
        .collect();
    assert_eq!(granted, expected);
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
    ];
    let deployment = deploy(&longest);
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
    let deployment = deploy(&[("ErpConcurrency", "7")]);
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
        ("ConfirmQueue", (10, Some(2), "ConfirmDeadLetters")),
        ("ImportQueue", (5, Some(7), "ImportDeadLetters")),
    ]);
    assert_eq!(found, expected);
    assert!(deployment.queues["ConfirmQueue"].fifo && !deployment.queues["ConfirmQueue"].content_based_dedup);
    assert!(!deployment.queues["ImportQueue"].fifo && !deployment.queues["ScheduleDeadLetters"].fifo);
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
    assert_eq!(schedules, 4);
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
    assert!(deployment.functions["erp-import-order"].may_feed_itself);
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
    for (name, most) in [("RecoverEverySeconds", 3_600), ("PauseProbeSeconds", 1_800)] {
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
        let mut expected = vec!["ImportDeadLetters", "ImportQueue", "ScheduleDeadLetters"];
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
        ["check-setup", "decide-order", "ecat-pull-orders", "set-field-map"]
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

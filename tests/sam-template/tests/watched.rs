//! What people look at in the template of this repository: alarms, the dashboard, saved queries, logs.

#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test itself may"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sam_template::{Alarm, Deployment, MetricRef, Place, TemplateError, read};
use serde_json::Value;

fn template() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml")).unwrap()
}

fn try_deploy_as(stack: &str, changes: &[(&str, &str)]) -> Result<Deployment, TemplateError> {
    let given = [
        ("Stage", "dev"),
        ("Brand", "Acme"),
        ("TimeZone", "America/Los_Angeles"),
        ("RepSparkBaseUrl", "http://127.0.0.1:81/api"),
        ("ErpBaseUrl", "http://127.0.0.1:82/erp"),
    ];
    let parameters = given
        .iter()
        .chain(changes)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let mut place = Place::local("http://127.0.0.1:80");
    stack.clone_into(&mut place.stack);
    read(&template(), &parameters, &place)
}

fn deploy(changes: &[(&str, &str)]) -> Deployment {
    try_deploy_as("order-relay-local", changes).unwrap()
}

const ON: (&str, &str) = ("Schedules", "ENABLED");
const NO_REPSPARK: [(&str, &str); 2] = [("RepSparkEnabled", "false"), ("RepSparkBaseUrl", "")];

const ECAT: [(&str, &str); 4] = [
    ("EcatEnabled", "true"),
    ("EcatBaseUrl", "http://127.0.0.1:83"),
    ("EcatOrg", "AcmeGolf"),
    ("ImportFrom", "2026-11-01"),
];

const SPARKLAYER: [(&str, &str); 3] = [
    ("SparkLayerEnabled", "true"),
    ("SparkLayerBaseUrl", "http://127.0.0.1:84"),
    ("SparkLayerSiteId", "northlinks"),
];

const SPREADSHIRT: [(&str, &str); 4] = [
    ("SpreadshirtEnabled", "true"),
    ("SpreadshirtBaseUrl", "http://127.0.0.1:85/api/v1"),
    ("SpreadshirtPartnerId", "1102730"),
    ("SpreadshirtContact", "https://brand.example; ops@brand.example"),
];

const SPECTRUM: [(&str, &str); 2] = [
    ("SpectrumEnabled", "true"),
    ("SpectrumBaseUrl", "http://127.0.0.1:86"),
];
const DETAILS: (&str, &str) = ("SpectrumSendOrders", "true");
const SHIPMENTS: (&str, &str) = ("SpectrumNotifyShipments", "true");

/// What a brand gives that uses all vendors.
fn of_everything() -> Vec<(&'static str, &'static str)> {
    [
        &ECAT[..],
        &SPARKLAYER,
        &SPREADSHIRT,
        &SPECTRUM,
        &[DETAILS, SHIPMENTS],
    ]
    .concat()
}

/// For a brand that uses all vendors, and whose schedules are on.
fn everything(changes: &[(&str, &str)]) -> Deployment {
    deploy(&[&of_everything()[..], &[ON], changes].concat())
}

/// What a stack has.
#[derive(Clone, Copy)]
struct Has {
    repspark: bool,
    ecat: bool,
    schedules: bool,
    sparklayer: bool,
    spreadshirt: bool,
    spectrum: bool,
    details: bool,
    shipments: bool,
}

/// With and without each vendor, and schedules. Spectrum comes with and without each of the others, not of all their
/// combinations: nothing of it depends on two of them.
fn all_kinds() -> Vec<(Has, Deployment)> {
    let kind = |bits: u8| {
        let [repspark, ecat, schedules, sparklayer, spreadshirt] =
            [1, 2, 4, 8, 16].map(|bit| bits & bit != 0);
        let spectrum = bits.count_ones() % 2 == 1;
        let has = Has {
            repspark,
            ecat,
            schedules,
            sparklayer,
            spreadshirt,
            spectrum,
            details: spectrum && ecat == sparklayer,
            shipments: spectrum && repspark == spreadshirt,
        };
        let mut changes = Vec::new();
        if !has.repspark {
            changes.extend(NO_REPSPARK);
        }
        if has.ecat {
            changes.extend(ECAT);
        }
        if has.schedules {
            changes.push(ON);
        }
        if has.sparklayer {
            changes.extend(SPARKLAYER);
        }
        if has.spreadshirt {
            changes.extend(SPREADSHIRT);
        }
        if has.spectrum {
            changes.extend(SPECTRUM);
        }
        if has.details {
            changes.push(DETAILS);
        }
        if has.shipments {
            changes.push(SHIPMENTS);
        }
        (has, deploy(&changes))
    };
    (0..32).map(kind).collect()
}

fn alarms(deployment: &Deployment) -> BTreeMap<&str, &Alarm> {
    let named = deployment
        .alarms
        .iter()
        .map(|alarm| (alarm.logical_id.as_str(), alarm));
    named.collect()
}

fn widgets(deployment: &Deployment) -> Vec<Value> {
    let [dashboard] = deployment.dashboards.as_slice() else {
        panic!("{:?}", deployment.dashboards)
    };
    dashboard.body["widgets"].as_array().unwrap().clone()
}

/// The widgets of one type, their properties alone.
fn properties(deployment: &Deployment, kind: &str) -> Vec<Value> {
    let widgets = widgets(deployment).into_iter();
    widgets
        .filter(|widget| widget["type"] == kind)
        .map(|widget| widget["properties"].clone())
        .collect()
}

const EVERYWHERE: [&str; 17] = [
    "ErpCredentialsAlarm",
    "ErpImportOrderErrorsAlarm",
    "FulfilmentDeadLettersAlarm",
    "FulfilmentQueueAgeAlarm",
    "ImportDeadLettersAlarm",
    "ImportFailedAlarm",
    "ImportNewlyHeldAlarm",
    "ImportQueueAgeAlarm",
    "MovementsStuckAlarm",
    "OrdersHeldAlarm",
    "OrdersOldAlarm",
    "OrdersStuckAlarm",
    "RecordFulfilmentErrorsAlarm",
    "RecordsQuarantinedAlarm",
    "ScheduleDeadLettersAlarm",
    "SweepOrdersErrorsAlarm",
    "VendorsPausedAlarm",
];
const OF_REPSPARK: [&str; 10] = [
    "BalanceOpenAlarm",
    "ConfirmDeadLettersAlarm",
    "ConfirmFailedAlarm",
    "ConfirmNewlyHeldAlarm",
    "ConfirmQueueAgeAlarm",
    "ForeignWaitingAlarm",
    "RepsparkConfirmOrderErrorsAlarm",
    "RepsparkCredentialsAlarm",
    "RepsparkPullOrdersErrorsAlarm",
    "RepsparkRecoverOrdersErrorsAlarm",
];
const OF_ECAT: [&str; 3] = [
    "EcatCredentialsAlarm",
    "EcatOrdersNotMarkedAlarm",
    "EcatPullOrdersErrorsAlarm",
];
const OF_SPARKLAYER: [&str; 6] = [
    "PublishDeadLettersAlarm",
    "PublishFailedAlarm",
    "PublishNewlyHeldAlarm",
    "PublishQueueAgeAlarm",
    "SparklayerCredentialsAlarm",
    "SparklayerPublishPurchaseErrorsAlarm",
];
const OF_SPREADSHIRT: [&str; 4] = [
    "SpreadshirtCredentialsAlarm",
    "SpreadshirtReadReportsErrorsAlarm",
    "SpreadshirtReportsLeftAlarm",
    "SpreadshirtReportsUnreadableAlarm",
];
const OF_SPECTRUM: [&str; 6] = [
    "AcknowledgeDeadLettersAlarm",
    "AcknowledgeFailedAlarm",
    "AcknowledgeNewlyHeldAlarm",
    "AcknowledgeQueueAgeAlarm",
    "SpectrumAcknowledgeOrderErrorsAlarm",
    "SpectrumCredentialsAlarm",
];
const OF_DETAILS: [&str; 5] = [
    "DetailsDeadLettersAlarm",
    "DetailsFailedAlarm",
    "DetailsNewlyHeldAlarm",
    "DetailsQueueAgeAlarm",
    "SpectrumSendOrderErrorsAlarm",
];
const OF_SHIPMENTS: [&str; 5] = [
    "NotifyDeadLettersAlarm",
    "NotifyFailedAlarm",
    "NotifyNewlyHeldAlarm",
    "NotifyQueueAgeAlarm",
    "SpectrumNotifyShipmentErrorsAlarm",
];

#[test]
fn what_rings_is_a_closed_list() {
    // They ring on silence, so only where something should be heard.
    let sweep = ["SweepOrdersSilentAlarm"];
    let repspark_is_pulled = ["RepsparkPullSilentAlarm", "RepsparkRecoverSilentAlarm"];
    let ecat_is_pulled = ["EcatPullSilentAlarm"];
    let spreadshirt_is_read = ["SpreadshirtReadSilentAlarm"];
    for (has, deployment) in all_kinds() {
        let mut expected = BTreeSet::from(EVERYWHERE);
        for (is_there, alarms) in [
            (has.repspark, &OF_REPSPARK[..]),
            (has.ecat, &OF_ECAT),
            (has.sparklayer, &OF_SPARKLAYER),
            (has.spreadshirt, &OF_SPREADSHIRT),
            (has.spectrum, &OF_SPECTRUM),
            (has.details, &OF_DETAILS),
            (has.shipments, &OF_SHIPMENTS),
            (has.schedules, &sweep),
            (has.repspark && has.schedules, &repspark_is_pulled),
            (has.ecat && has.schedules, &ecat_is_pulled),
            (has.spreadshirt && has.schedules, &spreadshirt_is_read),
        ] {
            expected.extend(alarms.iter().filter(|_| is_there));
        }
        let found: BTreeSet<_> = alarms(&deployment).into_keys().collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn an_alarm_says_when_it_begins_and_when_it_is_over_and_what_to_run_first() {
    let deployment = everything(&[]);
    let topic = "arn:aws:sns:us-east-1:000000000000:order-relay-local-AlarmTopic";
    for alarm in &deployment.alarms {
        assert_eq!(alarm.alarm_actions, [topic], "{}", alarm.logical_id);
        assert_eq!(alarm.ok_actions, [topic], "{}", alarm.logical_id);
        let functions = deployment.functions.values();
        let mut runnable = functions.map(|function| function.arn.rsplit(':').next().unwrap());
        let is_told = runnable.any(|name| alarm.description.contains(&format!("invoke {name} with {{")));
        assert!(
            is_told || alarm.description.contains(": aws "),
            "{}: {}",
            alarm.logical_id,
            alarm.description
        );
        // A mail shows it in one line; the bound is CloudWatch's.
        assert!(!alarm.description.contains('\n') && alarm.description.len() <= 1_024);
    }
}

/// Periods of metrics with a point a minute, and how far an alarm looks back (CloudWatch API reference, `PutMetricAlarm`,
/// `Period`): seven days, or one if a period is shorter than an hour.
#[test]
fn an_alarm_looks_no_further_back_than_cloudwatch_lets_it() {
    for (silence, rate) in [("3", "rate(1 minute)"), ("288", "rate(12 hours)")] {
        let rates = ["RepSparkPullRate", "EcatPullRate", "SpreadshirtReadRate"].map(|name| (name, rate));
        let deployment = everything(&[&[("PullSilencePeriods", silence)][..], &rates].concat());
        for alarm in &deployment.alarms {
            let most = if alarm.period_s < 3_600 { 86_400 } else { 604_800 };
            assert_eq!(alarm.period_s % 60, 0, "{}", alarm.logical_id);
            assert!(
                alarm.period_s * alarm.evaluation_periods <= most,
                "{}",
                alarm.logical_id
            );
            assert!((1..=alarm.evaluation_periods).contains(&alarm.datapoints_to_alarm));
        }
        for alarm in [
            "RepsparkPullSilentAlarm",
            "EcatPullSilentAlarm",
            "EcatOrdersNotMarkedAlarm",
            "SpreadshirtReadSilentAlarm",
            "SpreadshirtReportsLeftAlarm",
        ] {
            let periods = alarms(&deployment)[alarm].evaluation_periods;
            assert_eq!(periods.to_string(), silence, "{alarm}");
        }
    }
}

/// What is missing counts only once CloudWatch finds no data in some periods more than it is told ("Configuring how
/// CloudWatch alarms treat missing data", evaluation range), so the periods are short and all of them have to be empty.
#[test]
fn an_alarm_on_silence_has_many_short_periods() {
    let deployment = everything(&[]);
    let mut silent = 0;
    for alarm in deployment
        .alarms
        .iter()
        .filter(|alarm| alarm.missing_data == "breaching")
    {
        silent += 1;
        let told = (alarm.comparison.as_str(), alarm.threshold);
        assert_eq!(told, ("LessThanThreshold", 1.0), "{}", alarm.logical_id);
        assert!(alarm.period_s <= 900, "{}", alarm.logical_id);
        let periods = (alarm.datapoints_to_alarm, alarm.evaluation_periods);
        assert_eq!(periods, (12, 12), "{}", alarm.logical_id);
    }
    assert_eq!(silent, 5);
}

/// What one pull could not mark, the next one marks, and what one read left it deletes. Two of them fit into the periods that
/// a silence takes ([`an_alarm_on_silence_waits_for_two_pulls`]), and each says at its end what it could not do.
#[test]
fn one_pull_that_left_something_at_the_vendor_does_not_ring_and_a_second_one_does() {
    let deployment = everything(&[]);
    let found = alarms(&deployment);
    for (alarm, silence, metric) in [
        (
            "EcatOrdersNotMarkedAlarm",
            "EcatPullSilentAlarm",
            "OrdersNotMarked",
        ),
        (
            "SpreadshirtReportsLeftAlarm",
            "SpreadshirtReadSilentAlarm",
            "ReportsLeft",
        ),
    ] {
        let (left, silence) = (found[alarm], found[silence]);
        assert_eq!(left.metric.name, metric);
        assert_eq!(left.metric.dimensions, silence.metric.dimensions);
        assert_eq!(silence.metric.name, "PullsDone");
        assert_eq!(
            (left.period_s, left.evaluation_periods),
            (silence.period_s, silence.evaluation_periods)
        );
        assert_eq!((left.datapoints_to_alarm, left.threshold), (2, 0.0));
        let told = (left.comparison.as_str(), left.missing_data.as_str());
        assert_eq!(told, ("GreaterThanThreshold", "notBreaching"));
    }
}

/// A census or a comparison says 0 too. Where it says nothing, nothing is known, and another alarm rings on the silence.
#[test]
fn a_gauge_that_is_not_said_neither_rings_nor_says_that_all_is_well() {
    let ignored: BTreeSet<String> = everything(&[])
        .alarms
        .into_iter()
        .filter(|alarm| alarm.missing_data == "ignore")
        .map(|alarm| alarm.metric.name)
        .collect();
    let gauges = [
        "BalanceOpen",
        "ForeignWaiting",
        "MovementsStuck",
        "OrdersHeld",
        "OrdersOld",
        "OrdersStuck",
        "RecordsQuarantined",
        "VendorsPaused",
    ];
    assert_eq!(ignored, gauges.map(str::to_owned).into());
}

#[test]
fn thresholds_are_the_parameters() {
    let deployment = everything(&[("HeldOrdersTolerated", "12"), ("QueueAgeAlarmSeconds", "900")]);
    let found = alarms(&deployment);
    for (alarm, expected) in [
        ("OrdersHeldAlarm", 12.0),
        ("ImportQueueAgeAlarm", 900.0),
        ("ConfirmQueueAgeAlarm", 900.0),
        ("PublishQueueAgeAlarm", 900.0),
        ("AcknowledgeQueueAgeAlarm", 900.0),
        ("DetailsQueueAgeAlarm", 900.0),
        ("NotifyQueueAgeAlarm", 900.0),
        ("FulfilmentQueueAgeAlarm", 900.0),
        ("OrdersStuckAlarm", 0.0),
    ] {
        let found = found[alarm];
        assert_eq!(
            (found.threshold, found.comparison.as_str()),
            (expected, "GreaterThanThreshold"),
            "{alarm}"
        );
    }
}

#[test]
fn every_queue_and_every_function_that_runs_by_itself_is_watched() {
    for (_, deployment) in all_kinds() {
        let watched = |namespace: &str, name: &str, dimension: &str, value: &str| {
            let metric = MetricRef {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                dimensions: [(dimension.to_owned(), value.to_owned())].into(),
            };
            assert!(
                deployment.alarms.iter().any(|alarm| alarm.metric == metric),
                "{metric:?}"
            );
        };
        for queue in deployment.queues.values() {
            let is_fed_from = |name: &str| {
                let mut functions = deployment.functions.values();
                functions.any(|function| function.queues.iter().any(|event| event.queue_name == name))
            };
            let metric = if is_fed_from(&queue.name) {
                "ApproximateAgeOfOldestMessage"
            } else {
                "ApproximateNumberOfMessagesVisible"
            };
            watched("AWS/SQS", metric, "QueueName", &queue.name);
        }
        for function in deployment.functions.values() {
            if !function.schedules.is_empty() || !function.queues.is_empty() {
                let name = function.arn.rsplit(':').next().unwrap();
                watched("AWS/Lambda", "Errors", "FunctionName", name);
            }
        }
    }
}

#[test]
fn a_metric_of_ours_is_of_one_brand_and_stage() {
    for alarm in everything(&[])
        .alarms
        .iter()
        .filter(|alarm| alarm.metric.namespace == "OrderRelay")
    {
        let dimensions = &alarm.metric.dimensions;
        assert_eq!(
            (dimensions["Brand"].as_str(), dimensions["Stage"].as_str()),
            ("Acme", "dev"),
            "{}",
            alarm.logical_id
        );
    }
}

#[test]
fn the_dashboard_shows_every_alarm_and_none_that_is_not_there() {
    for (_, deployment) in all_kinds() {
        let [widget] = properties(&deployment, "alarm").try_into().unwrap();
        let shown: Vec<&str> = widget["alarms"]
            .as_array()
            .unwrap()
            .iter()
            .map(|arn| arn.as_str().unwrap())
            .collect();
        let there: BTreeSet<&str> = deployment.alarms.iter().map(|alarm| alarm.arn.as_str()).collect();
        assert_eq!(shown.len(), there.len());
        assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), there);
    }
}

#[test]
fn no_widget_covers_another_or_hangs_over_the_edge() {
    for (_, deployment) in all_kinds() {
        let mut taken = BTreeSet::new();
        for widget in widgets(&deployment) {
            let [x, y, width, height] =
                ["x", "y", "width", "height"].map(|field| widget[field].as_u64().unwrap());
            assert!(x + width <= 24 && height > 0, "{widget}");
            for cell in (x..x + width).flat_map(|x| (y..y + height).map(move |y| (x, y))) {
                assert!(taken.insert(cell), "{widget}");
            }
        }
    }
}

#[test]
fn queries_and_tables_read_logs_that_functions_write() {
    for (_, deployment) in all_kinds() {
        let written: BTreeSet<&str> = deployment
            .functions
            .values()
            .map(|function| function.log_group.as_str())
            .collect();
        let groups: BTreeSet<&str> = deployment.log_groups.values().map(String::as_str).collect();
        assert_eq!(written, groups);
        for query in &deployment.queries {
            assert!(!query.log_groups.is_empty());
            for group in &query.log_groups {
                assert!(written.contains(group.as_str()), "{}: {group}", query.name);
            }
        }
        let tables = properties(&deployment, "log");
        assert!(!tables.is_empty());
        for table in tables {
            let query = table["query"].as_str().unwrap();
            let source = query
                .strip_prefix("SOURCE '")
                .unwrap()
                .split('\'')
                .next()
                .unwrap();
            assert!(written.contains(source), "{query}");
        }
    }
}

/// The query and the two widgets look back over the last census, however often it is taken.
#[test]
fn what_is_held_now_is_read_from_the_last_census() {
    for (given, expected) in [(&[][..], 3_600), (&[("CensusSeconds", "900")], 900)] {
        let deployment = deploy(given);
        let window = format!(" and toMillis(@timestamp) >= (now() * 1000 - ({expected} * 1250))");
        let saved = deployment.queries.iter().map(|query| query.query.clone());
        let tables = properties(&deployment, "log").into_iter();
        let tables = tables.map(|table| table["query"].as_str().unwrap().to_owned());
        let of_held: Vec<String> = saved
            .chain(tables)
            .map(|query| query.replace('\'', "\""))
            .filter(|query| query.contains("what = \"held\""))
            .collect();
        assert_eq!(of_held.len(), 3);
        for query in of_held {
            assert!(
                query.contains(&format!("filter what = \"held\"{window}")),
                "{query}"
            );
        }
    }
}

#[test]
fn a_function_writes_a_log_of_its_own_and_no_other() {
    let deployment = everything(&[]);
    let mut logs = BTreeSet::new();
    for (name, function) in &deployment.functions {
        assert!(logs.insert(&function.log_group), "{name}");
        let own = format!(
            "arn:aws:logs:us-east-1:000000000000:log-group:{}:*",
            function.log_group
        );
        let granted: BTreeSet<_> = function.policy.grants().into_iter().collect();
        let of_logs = granted
            .into_iter()
            .filter(|(action, _)| action.starts_with("logs:"));
        let expected = ["logs:CreateLogStream", "logs:PutLogEvents"].map(|action| (action, own.as_str()));
        assert_eq!(of_logs.collect::<Vec<_>>(), expected, "{name}");
    }
}

/// Every name that AWS keeps once for an account and region.
fn names(deployment: &Deployment) -> BTreeSet<String> {
    let queues = deployment.queues.values().map(|queue| queue.name.clone());
    let tables = deployment.tables.iter().map(|table| table.name.clone());
    let functions = deployment.functions.values().map(|function| function.arn.clone());
    let alarms = deployment.alarms.iter().map(|alarm| alarm.name.clone());
    let dashboards = deployment.dashboards.iter().map(|board| board.name.clone());
    let queries = deployment.queries.iter().map(|query| query.name.clone());
    let logs = deployment.log_groups.values().cloned();
    let all = queues.chain(tables).chain(functions).chain(alarms);
    all.chain(dashboards).chain(queries).chain(logs).collect()
}

/// What a stack says, asks for and is told that is not a resource of its own.
fn shared(deployment: &Deployment) -> BTreeSet<String> {
    let metrics = deployment
        .alarms
        .iter()
        .map(|alarm| format!("{:?}", alarm.metric));
    let secrets = deployment.functions.values().flat_map(|function| {
        let variables = function.environment.iter();
        variables
            .filter(|(name, _)| name.ends_with("_SECRET"))
            .map(|(_, value)| value.clone())
    });
    metrics.chain(secrets).collect()
}

#[test]
fn two_brands_and_two_stages_in_one_account_and_region_share_nothing() {
    let stacks = [
        ("Acme", "dev"),
        ("Acme", "prod"),
        ("Golf", "dev"),
        ("Golf", "prod"),
    ]
    .map(|(brand, stage)| {
        let stack = format!("order-relay-{}-{stage}", brand.to_lowercase());
        try_deploy_as(
            &stack,
            &[&of_everything()[..], &[("Brand", brand), ("Stage", stage), ON]].concat(),
        )
        .unwrap()
    });
    for (at, one) in stacks.iter().enumerate() {
        for other in &stacks[at + 1..] {
            assert_eq!(names(one).intersection(&names(other)).next(), None);
            assert_eq!(shared(one).intersection(&shared(other)).next(), None);
        }
    }
    // The reader refuses names of queues, tables, functions, alarms and schedules; these two kinds must have one.
    assert_eq!(stacks[0].dashboards[0].name, "order-relay-acme-dev-us-east-1");
    for query in &stacks[0].queries {
        assert!(query.name.starts_with("order-relay-acme-dev/"), "{}", query.name);
    }
}

#[test]
fn without_a_source_nothing_that_people_look_at_speaks_of_it() {
    for (has, deployment) in all_kinds() {
        let seen = format!(
            "{:?} {} {:?} {:?}",
            deployment.alarms, deployment.dashboards[0].body, deployment.queries, deployment.outputs
        );
        // The lists that lose old orders are RepSpark's, whoever else there is; and what can be paused is a closed list.
        let seen = seen.replace("RepSpark's lists", "").replace(
            r#"or \"repspark\", \"ecat\", \"sparklayer\", \"spreadshirt\" or \"spectrum\""#,
            "",
        );
        for (is_there, words) in [
            (has.repspark, &["repspark", "confirm"][..]),
            (has.ecat, &["ecat", "uuid", "not marked"]),
            (has.sparklayer, &["sparklayer", "publish", "purchase"]),
            (has.spreadshirt, &["spreadshirt", "reports"]),
            (has.spectrum, &["spectrum", "acknowledge"]),
            (has.details, &["details"]),
            (has.shipments, &["notify", "shipment"]),
        ] {
            for word in words {
                let seen = seen.to_lowercase();
                let at = seen.find(word);
                assert_eq!(
                    at.is_some(),
                    is_there,
                    "{word}: {}",
                    at.map_or("", |at| &seen[at.saturating_sub(80)..at + 20])
                );
            }
        }
    }
}

#[test]
fn what_is_pulled_and_how_calls_fail_is_shown_of_each_source_that_there_is() {
    for (has, deployment) in all_kinds() {
        let shown: Vec<String> = properties(&deployment, "metric")
            .iter()
            .flat_map(|widget| widget["metrics"].as_array().unwrap().clone())
            .filter_map(|row| Some(row.as_array()?.last()?["label"].as_str()?.to_owned()))
            .collect();
        let told = |begin: &str| shown.iter().filter(|label| label.starts_with(begin)).count();
        let pulled = [told("pulled from RepSpark"), told("pulled from eCat")];
        assert_eq!(pulled, [usize::from(has.repspark), usize::from(has.ecat)]);
        let vendors = ["ERP", "RepSpark", "eCat", "SparkLayer", "Spreadshirt", "Spectrum"];
        let errors = vendors.map(|vendor| told(&format!("{vendor}: ")));
        let expected = [
            (true, 6),
            (has.repspark, 6),
            (has.ecat, 5),
            (has.sparklayer, 6),
            (has.spreadshirt, 5),
            (has.spectrum, 6),
        ];
        assert_eq!(
            errors,
            expected.map(|(is_there, classes)| if is_there { classes } else { 0 })
        );
        for (done, is_there) in [
            ("published", has.sparklayer),
            ("acknowledged", has.spectrum),
            ("details sent", has.details),
            ("shipments told", has.shipments),
        ] {
            assert_eq!(told(done), usize::from(is_there), "{done}");
        }
        assert_eq!(told("reports "), if has.spreadshirt { 3 } else { 0 });
        assert_eq!(told("not marked at eCat"), usize::from(has.ecat));
    }
}

#[test]
fn the_alarms_and_widgets_of_a_source_name_no_other() {
    let deployment = everything(&[]);
    for alarm in &deployment.alarms {
        let vendor = alarm.metric.dimensions.get("Vendor");
        for (begin, expected) in [
            ("Ecat", "ecat"),
            ("Repspark", "repspark"),
            ("Erp", "erp"),
            ("Sparklayer", "sparklayer"),
            ("Spreadshirt", "spreadshirt"),
            ("Spectrum", "spectrum"),
        ] {
            if let Some(vendor) = vendor.filter(|_| alarm.logical_id.starts_with(begin)) {
                assert_eq!(vendor, expected, "{}", alarm.logical_id);
            }
        }
    }
}

#[test]
fn an_alarm_on_silence_waits_for_two_pulls() {
    let minutes = |rate: &str| {
        let (number, unit) = rate[5..rate.len() - 1].split_once(' ').unwrap();
        number.parse::<u64>().unwrap() * if unit.starts_with("hour") { 60 } else { 1 }
    };
    for rate in [
        "rate(1 minute)",
        "rate(5 minutes)",
        "rate(10 minutes)",
        "rate(15 minutes)",
        "rate(30 minutes)",
        "rate(1 hour)",
        "rate(2 hours)",
        "rate(6 hours)",
        "rate(12 hours)",
    ] {
        for silence in [3_u64, 6, 12, 24, 72, 144, 288] {
            let periods = silence.to_string();
            let periods = ("PullSilencePeriods", periods.as_str());
            // The others are read often enough for any of them.
            let often = ["RepSparkPullRate", "EcatPullRate", "SpreadshirtReadRate"]
                .map(|name| (name, "rate(1 minute)"));
            for (rule, name, alone) in [
                (
                    "AnAlarmOnRepSparksSilenceWaitsForTwoPulls",
                    "RepSparkPullRate",
                    &NO_REPSPARK[..],
                ),
                (
                    "AnAlarmOnEcatsSilenceWaitsForTwoPulls",
                    "EcatPullRate",
                    &[("EcatEnabled", "false")],
                ),
                (
                    "AnAlarmOnSpreadshirtsSilenceWaitsForTwoReads",
                    "SpreadshirtReadRate",
                    &[("SpreadshirtEnabled", "false")],
                ),
            ] {
                let given = [&ECAT[..], &SPREADSHIRT, &often, &[periods, (name, rate)]].concat();
                let result = try_deploy_as("s", &[&given[..], &[ON]].concat());
                if 2 * minutes(rate) <= 5 * silence {
                    assert!(result.is_ok(), "{silence} and {rate}: {result:?}");
                    continue;
                }
                let Err(TemplateError::BrokenRule { rule: broken, .. }) = result else {
                    panic!("{silence} and {rate}");
                };
                assert_eq!(broken, rule);
                assert!(
                    try_deploy_as("s", &given).is_ok(),
                    "without schedules nothing rings"
                );
                let without = try_deploy_as("s", &[&given[..], &[ON], alone].concat());
                assert!(
                    without.is_ok(),
                    "{silence} and {rate}: a source that is off is not read: {without:?}"
                );
            }
        }
    }
}

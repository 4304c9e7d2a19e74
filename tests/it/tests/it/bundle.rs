//! The bundle itself: what a folder of `functions/` promises in its README, the template and `events/` has to keep.

mod alarms;
mod borders;
mod codes;
mod desk;
mod grants;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bundle_tests::Scene;
use lambda_runner::Outcome;
use sam_template::{Deployment, Place};
use serde_json::Value;
use simulators::OrderReport;

/// The headings of a function's README, in their order.
const HEADINGS: [&str; 7] = [
    "Trigger",
    "Reads",
    "Writes",
    "Step key",
    "If the reply is lost",
    "Settings",
    "Events",
];

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}

fn functions() -> BTreeSet<String> {
    names(&root().join("functions"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn readme(function: &str) -> String {
    read(&root().join("functions").join(function).join("README.md"))
}

/// The text under a heading of a README.
fn section<'a>(readme: &'a str, heading: &str) -> &'a str {
    let (_, rest) = readme
        .split_once(&format!("\n## {heading}\n"))
        .unwrap_or_else(|| panic!("no heading {heading}"));
    rest.split("\n## ").next().unwrap_or_default()
}

/// What stands in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn pascal_case(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect()
}

/// What the template deploys for a brand that uses everything; its schedules are off.
fn deployment() -> Deployment {
    deployment_with("DISABLED")
}

/// The same with its schedules on, which adds what watches them.
fn everything_on() -> Deployment {
    deployment_with("ENABLED")
}

fn deployment_with(schedules: &str) -> Deployment {
    let parameters = [
        ("Schedules", schedules),
        ("Stage", "local"),
        ("Brand", "ACME"),
        ("TimeZone", "America/New_York"),
        ("RepSparkBaseUrl", "http://127.0.0.1:9/api"),
        ("ErpBaseUrl", "http://127.0.0.1:9/erp"),
        ("EcatEnabled", "true"),
        ("EcatBaseUrl", "http://127.0.0.1:9"),
        ("EcatOrg", "ACMECAT"),
        ("ImportFrom", "2026-01-01"),
        ("SparkLayerEnabled", "true"),
        ("SparkLayerBaseUrl", "http://127.0.0.1:9"),
        ("SparkLayerSiteId", "northlinks"),
        ("SpreadshirtEnabled", "true"),
        ("SpreadshirtBaseUrl", "http://127.0.0.1:9/api/v1"),
        ("SpreadshirtPartnerId", "1102730"),
        ("SpreadshirtContact", "https://brand.example; ops@brand.example"),
        ("SpectrumEnabled", "true"),
        ("SpectrumBaseUrl", "http://127.0.0.1:9"),
        ("SpectrumSendOrders", "true"),
        ("SpectrumNotifyShipments", "true"),
    ];
    let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let place = Place::local("http://127.0.0.1:9");
    sam_template::read(&read(&root().join("template.yaml")), &parameters.into(), &place).unwrap()
}

/// The events of a function, by file name.
fn events(function: &str) -> Vec<(String, Value)> {
    let folder = root().join("events").join(function);
    let files = names(&folder).into_iter();
    files
        .map(|file| {
            let event = serde_json::from_str(&read(&folder.join(&file)));
            let event = event.unwrap_or_else(|error| panic!("events/{function}/{file}: {error}"));
            (file, event)
        })
        .collect()
}

#[test]
fn every_function_has_a_readme_with_the_fixed_headings() {
    for function in functions() {
        let readme = readme(&function);
        assert!(
            readme.starts_with(&format!("# {function}\n")),
            "{function} has another title"
        );
        let headings: Vec<&str> = readme
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .collect();
        assert_eq!(headings, HEADINGS, "functions/{function}/README.md");
    }
}

#[test]
fn every_function_has_a_resource_under_its_name_and_no_resource_lacks_a_function() {
    let deployed: BTreeSet<(String, String)> = deployment()
        .functions
        .into_iter()
        .map(|(folder, function)| (folder, function.logical_id))
        .collect();
    let expected = functions()
        .into_iter()
        .map(|name| (name.clone(), pascal_case(&name)));
    assert_eq!(deployed, expected.collect());
}

#[test]
fn every_function_is_started_by_what_its_readme_says() {
    for (name, function) in deployment().functions {
        let readme = readme(&name);
        let trigger = section(&readme, "Trigger");
        for queue in &function.queues {
            assert!(
                trigger.contains(&format!("`{}`", queue.queue)),
                "{name} is fed by {}",
                queue.queue
            );
            assert!(
                queue.reports_failures,
                "{name} would fail whole batches of {}",
                queue.queue
            );
        }
        assert_eq!(
            trigger.contains("Schedule"),
            !function.schedules.is_empty(),
            "the schedule of {name}"
        );
        let by_people_alone = trigger.trim_start().starts_with("By hand");
        assert_eq!(
            by_people_alone,
            function.queues.is_empty() && function.schedules.is_empty(),
            "what starts {name}"
        );
        assert!(
            function.schedules.iter().all(|schedule| !schedule.enabled),
            "{name} would run before anybody has checked the set-up"
        );
    }
}

#[test]
fn the_settings_in_a_readme_are_those_that_the_template_gives() {
    for (name, function) in deployment().functions {
        let readme = readme(&name);
        let told: BTreeSet<&str> = quoted(section(&readme, "Settings")).collect();
        let given: BTreeSet<&str> = function.environment.keys().map(String::as_str).collect();
        assert_eq!(told, given, "settings of {name}: README and template");
    }
}

#[test]
fn every_function_has_events_and_its_readme_names_each() {
    assert_eq!(names(&root().join("events")), functions());
    for function in functions() {
        let readme = readme(&function);
        let told: BTreeSet<&str> = quoted(section(&readme, "Events"))
            .filter(|name| name.ends_with(".json"))
            .collect();
        let events = events(&function);
        let there: BTreeSet<&str> = events.iter().map(|(file, _)| file.as_str()).collect();
        assert_eq!(told, there, "events of {function}: README and folder");
        assert!(!there.is_empty(), "{function} has no events");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_one_that_its_function_takes() {
    // What a person asks about in the events. Those of the order desk have a test of their own.
    let scene = desk::ledger_in(Scene::with_spectrum_and_fulfilment(&[("EcatEnabled", "true")]).await).await;
    assert_eq!(
        scene
            .stack
            .deployment
            .functions
            .keys()
            .cloned()
            .collect::<BTreeSet<_>>(),
        functions()
    );
    let report = OrderReport::new("9001", scene.stack.clock.now_ms());
    scene.stack.spreadshirt.put_report(report);
    let functions = scene.stack.deployment.functions.iter();
    for (name, function) in functions.filter(|(name, _)| *name != desk::DECIDE) {
        for (file, event) in events(name) {
            // Whoever logs in at a vendor keeps some seconds between two logins.
            scene.pass(Duration::from_secs(60));
            let is_batch = event.get("Records").is_some();
            let outcome = scene.invoke(name, event).await.outcome;
            let Outcome::Ok(answer) = &outcome else {
                panic!("{name} does not take {file}: {outcome:?}");
            };
            // What a queue feeds may also be invoked by a person.
            if function.queues.is_empty() || !is_batch {
                continue;
            }
            let failed = answer["batchItemFailures"].as_array();
            let failed = failed.unwrap_or_else(|| panic!("{name} gives no batch answer to {file}: {answer}"));
            // What can't be read as news of lines is kept for a person, and does not come again.
            let garbage = usize::from(file.contains("garbage") && name != "record-fulfilment");
            assert_eq!(failed.len(), garbage, "{name} and {file}: {answer}");
        }
    }
    scene.end().await;
}

//! Who may use whom, over `cargo metadata`. A new vendor's crate falls under these rules without a change here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

use super::root;

/// The shared crates that are no vendor's, and the crates of this house that each may use.
const SHARED: [(&str, &[&str]); 10] = [
    ("order-model", &[]),
    ("vendor-http", &[]),
    ("field-map", &["order-model"]),
    ("ledger", &["order-model"]),
    ("order-mapping", &["field-map", "ledger", "order-model"]),
    (
        "order-intake",
        &["field-map", "ledger", "order-mapping", "order-model"],
    ),
    ("lambda-kit", &["ledger", "order-model"]),
    ("customer-map", &["lambda-kit", "ledger", "order-model"]),
    (
        "order-fulfilment",
        &["lambda-kit", "ledger", "order-mapping", "order-model"],
    ),
    // Three functions speak to Spectrum of the same orders, so it knows that vendor, and no other.
    (
        "custom-orders",
        &["lambda-kit", "ledger", "order-mapping", "order-model", "spectrum"],
    ),
];

/// What a vendor's crate may use of this house.
const VENDOR: &[&str] = &["order-model", "vendor-http"];

/// Crates from outside that stay behind a border, and the rooms that may use them.
const OUTSIDE: [(&str, &[&str]); 6] = [
    ("lambda_runtime", &["lambda-kit"]),
    ("aws-config", &["lambda-kit"]),
    ("aws-sdk-dynamodb", &["lambda-kit", "ledger"]),
    ("aws-sdk-eventbridge", &["lambda-kit"]),
    ("aws-sdk-secretsmanager", &["lambda-kit"]),
    ("aws-sdk-sqs", &["lambda-kit"]),
];

/// The packages of one top-level folder, by name.
struct House {
    functions: BTreeMap<String, Package>,
    shared: BTreeMap<String, Package>,
    tests: BTreeSet<String>,
}

impl House {
    fn look() -> Self {
        let manifest = root().join("Cargo.toml");
        let metadata = MetadataCommand::new()
            .manifest_path(manifest)
            .no_deps()
            .exec()
            .unwrap();
        let of = |folder: &str| {
            let packages = metadata.packages.iter().filter(move |package| {
                let room = package.manifest_path.parent().and_then(|room| room.parent());
                room.and_then(|room| room.file_name()) == Some(folder)
            });
            let named = packages.map(|package| (package.name.to_string(), package.clone()));
            named.collect::<BTreeMap<_, _>>()
        };
        Self {
            functions: of("functions"),
            shared: of("shared"),
            tests: of("tests").into_keys().collect(),
        }
    }

    /// Functions and shared crates: what is deployed.
    fn deployed(&self) -> impl Iterator<Item = &Package> {
        self.functions.values().chain(self.shared.values())
    }
}

/// What goes into the binary: not what only tests use.
fn uses(package: &Package) -> BTreeSet<&str> {
    let built = package
        .dependencies
        .iter()
        .filter(|one| one.kind != DependencyKind::Development);
    built.map(|one| one.name.as_str()).collect()
}

fn is_vendor(name: &str) -> bool {
    SHARED.iter().all(|(shared, _)| *shared != name)
}

fn source(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &source(&path);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            text += &fs::read_to_string(path).unwrap();
        }
    }
    text
}

#[test]
fn a_function_is_its_folder_its_package_and_its_binary() {
    let house = House::look();
    for (name, package) in &house.functions {
        let folder = package
            .manifest_path
            .parent()
            .and_then(|folder| folder.file_name());
        assert_eq!(folder, Some(name.as_str()));
        let binaries: Vec<&str> = package
            .targets
            .iter()
            .filter(|target| target.is_bin())
            .map(|target| target.name.as_str())
            .collect();
        assert_eq!(binaries, [name.as_str()], "the binaries of {name}");
    }
    assert_eq!(
        house.functions.into_keys().collect::<BTreeSet<_>>(),
        super::functions()
    );
}

#[test]
fn a_shared_crate_uses_only_what_is_below_it() {
    let house = House::look();
    for (name, package) in &house.shared {
        let known = SHARED.iter().find(|(shared, _)| shared == name);
        let below: BTreeSet<&str> = known.map_or(VENDOR, |(_, below)| below).iter().copied().collect();
        let used: BTreeSet<&str> = uses(package)
            .into_iter()
            .filter(|used| house.shared.contains_key(*used))
            .collect();
        let above: Vec<_> = used.difference(&below).collect();
        assert!(above.is_empty(), "{name} must not use {above:?}");
    }
}

#[test]
fn nothing_that_is_deployed_uses_a_function_or_a_test_crate() {
    let house = House::look();
    for package in house.deployed() {
        for used in uses(package) {
            assert!(
                !house.functions.contains_key(used),
                "{} uses the function {used}",
                package.name
            );
            assert!(
                !house.tests.contains(used),
                "{} uses {used} of tests/",
                package.name
            );
        }
    }
}

#[test]
fn the_runtime_the_aws_sdk_and_http_stay_in_their_rooms() {
    let house = House::look();
    for package in house.deployed() {
        let name = package.name.as_str();
        let used = uses(package);
        for (outside, rooms) in OUTSIDE {
            assert!(
                !used.contains(outside) || rooms.contains(&name),
                "{name} must not use {outside}"
            );
        }
        let speaks_http = ["lambda-kit", "vendor-http"].contains(&name)
            || (house.shared.contains_key(name) && is_vendor(name));
        assert!(
            !used.contains("reqwest") || speaks_http,
            "{name} must not use reqwest"
        );
    }
}

#[test]
fn every_dependency_of_what_is_deployed_is_used() {
    let house = House::look();
    for package in house.deployed() {
        let folder = package.manifest_path.parent().unwrap().join("src");
        let source = source(folder.as_std_path());
        // A path or an import; a word in a comment, or a variable of that name, is not a use.
        let is_used = |name: &str| {
            let (path, import) = (format!("{name}::"), format!("use {name};"));
            let mut code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
            code.any(|line| line.contains(&path) || line.contains(&import))
        };
        let unused: Vec<&str> = uses(package)
            .into_iter()
            .filter(|name| !is_used(&name.replace('-', "_")))
            .collect();
        assert!(unused.is_empty(), "{} does not use {unused:?}", package.name);
    }
}

//! A runner with the probe in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lambda_runner::{FunctionSpec, Outcome, Runner};
use serde_json::Value;

/// The directory of this build, `target/debug`.
pub fn build_directory() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own program");
    test.ancestors()
        .nth(2)
        .expect("a test lies in target/<profile>/deps")
        .to_owned()
}

/// The function that every test runs, called `probe`.
pub fn probe() -> FunctionSpec {
    let binary = build_directory().join("examples/probe");
    assert!(
        binary.exists(),
        "cargo build -p lambda-runner --examples builds {}",
        binary.display()
    );
    FunctionSpec {
        name: "probe".to_owned(),
        binary,
        environment: BTreeMap::new(),
        timeout: Duration::from_secs(60),
        memory_mb: 128,
        max_instances: 1,
    }
}

/// A runner of this one function, on a clock of its own.
pub fn runner(spec: FunctionSpec) -> Runner {
    let runner = Runner::new(host::Clock::new(), None);
    runner.add(spec);
    runner
}

/// Invokes the probe and expects an answer.
pub async fn answer(runner: &Runner, payload: Value) -> Value {
    match runner.invoke("probe", payload).await.outcome {
        Outcome::Ok(answer) => answer,
        other => panic!("{other:?}"),
    }
}

/// Whether a process of this id runs: a killed one that nobody has reaped yet does not.
pub fn lives(pid: &Value) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat"));
    stat.is_ok_and(|stat| {
        !stat
            .rsplit(") ")
            .next()
            .is_some_and(|rest| rest.starts_with(['Z', 'X']))
    })
}

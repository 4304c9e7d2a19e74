//! The clock shim in a real process.
#![cfg(all(target_os = "linux", target_pointer_width = "64"))]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use crate::support::{answer, build_directory, probe};
use host::Clock;
use lambda_runner::Runner;
use serde_json::{Value, json};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The shim, built once into the directory that this test was built into: a library of C's kind cannot be a dependency.
fn shim() -> &'static Path {
    static SHIM: LazyLock<PathBuf> = LazyLock::new(build);
    &SHIM
}

fn build() -> PathBuf {
    let build = build_directory();
    let target = build.parent().unwrap();
    let cargo = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "clock-shim", "--target-dir"])
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(cargo.unwrap().success());
    target.join("debug/libclock_shim.so")
}

#[tokio::test]
async fn a_process_sees_the_wall_clock_move_and_the_monotonic_one_not() {
    let place = std::env::temp_dir().join(format!("order-relay-clock-{}", std::process::id()));
    let clock = Clock::with_file(&place).unwrap();
    let runner = Runner::new(clock.clone(), Some(shim().to_owned()));
    runner.add(probe());
    let read = async || {
        let before = clock.now_ms();
        let said: Value = answer(&runner, json!({"do": "clock"})).await;
        let after = clock.now_ms();
        let wall = said["wall_ms"].as_i64().unwrap();
        assert!((before..=after).contains(&wall), "{before} <= {wall} <= {after}");
        (wall, said["monotonic_ms"].as_i64().unwrap())
    };

    let (wall, monotonic) = read().await;
    clock.advance(DAY);
    let (wall_after, monotonic_after) = read().await;

    let day_ms = i64::try_from(DAY.as_millis()).unwrap();
    assert!(wall_after - wall >= day_ms);
    assert!(monotonic_after - monotonic < day_ms);
    assert_eq!(
        runner.figures()["probe"].cold_starts,
        1,
        "the same process, while it lives"
    );
    std::fs::remove_file(place).unwrap();
}

/// Programs in C: `date` asks `clock_gettime`; Perl's `time` asks `time`, where Perl is at hand.
#[test]
fn a_program_that_is_not_ours_sees_it_too() {
    let place = std::env::temp_dir().join(format!("order-relay-clock-c-{}", std::process::id()));
    let clock = Clock::with_file(&place).unwrap();
    clock.advance(DAY);
    for (program, arguments) in [("date", ["+%s"].as_slice()), ("perl", &["-e", "print time"])] {
        let before = clock.now_ms() / 1000;
        let run = Command::new(program)
            .args(arguments)
            .env("LD_PRELOAD", shim())
            .env("ORDER_RELAY_CLOCK_FILE", &place)
            .output();
        let Ok(run) = run else {
            println!("SKIPPED: no {program} here");
            continue;
        };
        let said: i64 = String::from_utf8(run.stdout).unwrap().trim().parse().unwrap();
        // The coarse clock may still be in the second before.
        assert!(
            (before - 1..=clock.now_ms() / 1000).contains(&said),
            "{program} says {said}, it is {before}"
        );
    }
    std::fs::remove_file(place).unwrap();
}

#[test]
fn without_a_file_time_is_what_it_is() {
    let before = Clock::new().now_ms() / 1000;
    let run = Command::new("date")
        .arg("+%s")
        .env("LD_PRELOAD", shim())
        .env("ORDER_RELAY_CLOCK_FILE", "/nowhere/clock")
        .output()
        .unwrap();
    let said: i64 = String::from_utf8(run.stdout).unwrap().trim().parse().unwrap();
    assert!((before..=Clock::new().now_ms() / 1000).contains(&said));
}

//! The pull's benchmark: `cargo run -p bundle-tests --example pull_memory`.
//!
//! Builds the functions as they are deployed, pulls 20,000 orders and prints the peak of the process (VmHWM) and the wall
//! time. Exits with 1 above the bound. Linux only: elsewhere there is no `/proc` to read the peak from.

use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

use lambda_runner::Outcome;
use local::{Binaries, Durations, Settings, Stack};
use serde_json::{Value, json};
use simulators::sample_order;

const FUNCTION: &str = "repspark-pull-orders";
const ORDERS: u64 = 20_000;
const BOUND_KIB: u64 = 24 * 1024;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    eprintln!("building the functions for release; this takes minutes ...");
    let binaries = tokio::task::spawn_blocking(|| Binaries::build(true, false)).await??;
    let settings = Settings {
        binaries,
        durations: Durations::Real,
        movable_clock: false,
        ports: None,
        parameters: BTreeMap::new(),
    };
    let stack = Stack::start(settings).await?;
    invoke(&stack, json!({"baseline": true})).await?;
    // A process of its own for what is measured.
    stack.runner.retire_all();
    for id in 10_001..=10_000 + ORDERS {
        stack.repspark.submit(sample_order(id, 3));
    }
    let begun = Instant::now();
    let report = invoke(&stack, json!({})).await?;
    let took = begun.elapsed();
    let peak = stack
        .runner
        .peak_memory_kib(FUNCTION)
        .ok_or("there is no /proc here")?;
    stack.stop().await;
    if report["new"] != ORDERS || report["complete"] != true {
        return Err(format!("not all orders came in: {report}").into());
    }
    println!(
        "{ORDERS} orders: peak {:.1} MB of at most {}, {:.1} s",
        peak as f64 / 1024.0,
        BOUND_KIB / 1024,
        took.as_secs_f64()
    );
    Ok(if peak <= BOUND_KIB {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn invoke(stack: &Stack, event: Value) -> Result<Value, Box<dyn Error>> {
    match stack.invoke(FUNCTION, event).await.outcome {
        Outcome::Ok(answer) => Ok(answer),
        other => Err(format!("{FUNCTION} came to {other:?}").into()),
    }
}

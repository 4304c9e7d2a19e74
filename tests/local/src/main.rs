//! `cargo run -p local`: see the root README.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use lambda_runner::Stream;
use local::dashboard::Recorder;
use local::{Binaries, DayOptions, Options, Report, Stack, StoryLine, play, repspark_day, say};

/// What can be played instead of a number of orders.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Scenario {
    /// A day at a brand: cut-over, a broken map, an ERP outage, a lost reply, a resubmitted order, a replay, three
    /// decisions, and the balance.
    RepsparkDay,
}

/// Runs the whole bundle on this machine and puts orders through.
#[derive(Debug, Parser)]
#[command(name = "local")]
struct Arguments {
    /// How many orders reps submit.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=20_000))]
    orders: u64,
    /// Play a scripted day instead, and tell it scene by scene.
    #[arg(long, value_enum, conflicts_with = "orders")]
    scenario: Option<Scenario>,
    /// Break things: lost replies, 5xx, throttles, killed functions, duplicate and late deliveries.
    #[arg(long)]
    faults: bool,
    /// Which calls break.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print the result as one JSON document.
    #[arg(long)]
    json: bool,
    /// Stay up afterwards, with the endpoints printed.
    #[arg(long)]
    keep: bool,
    /// The first of four ports in a row: orders, AWS, RepSpark, ERP. Any free ones if not given.
    #[arg(long)]
    port: Option<u16>,
    /// Show every line that the functions log.
    #[arg(long)]
    logs: bool,
    /// Write the template's dashboard, as CloudWatch would show it of this run, to this file: one page of HTML.
    #[arg(long, value_name = "FILE")]
    dashboard: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tokio::select! {
        code = run(&arguments) => match code {
            Ok(code) => code,
            Err(error) => {
                eprintln!("local: {error}");
                ExitCode::from(2)
            }
        },
        // Dropping the run ends every process it started.
        _ = tokio::signal::ctrl_c() => ExitCode::from(130),
    }
}

async fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn std::error::Error>> {
    eprintln!("building the functions ...");
    let binaries = tokio::task::spawn_blocking(|| Binaries::build(false, false)).await??;
    let base = arguments.port;
    let ports = base.map(|base| {
        [
            base.saturating_add(1),
            base.saturating_add(2),
            base.saturating_add(3),
        ]
    });
    let mut settings = Options::settings(binaries, ports);
    if arguments.dashboard.is_some() {
        // The run is over before the template's hour is.
        settings.parameters.insert("CensusSeconds".into(), "1".into());
    }
    let stack = Stack::start(settings).await?;
    let door = local::open_door(&stack, base.unwrap_or(0)).await;
    let door = door.map_err(|error| format!("port {} can't be had: {error}", base.unwrap_or(0)))?;
    let recorder = arguments.dashboard.as_ref().map(|_| Recorder::start(&stack));
    if arguments.logs {
        let hear = recorder.as_ref().map(|recorder| recorder.hear(&stack));
        stack.runner.on_line(move |line| {
            eprintln!("{}: {}", line.function, line.line);
            hear.iter().for_each(|hear| hear(&line));
        });
    }
    let report = match arguments.scenario {
        Some(Scenario::RepsparkDay) => day(&stack, arguments).await,
        None => orders(&stack, arguments).await,
    };
    let report = report.priced(&stack).await;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", say(&report));
    }
    if let (Some(recorder), Some(file)) = (recorder, &arguments.dashboard) {
        show(&stack, recorder, file).await?;
    }
    if !report.ok {
        last_words(&stack);
    } else if arguments.keep {
        keep(&stack, &door.url()).await;
    }
    stack.stop().await;
    Ok(if report.ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Writes the dashboard of what was recorded, with a last count of what is open.
async fn show(stack: &Stack, recorder: Recorder, file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    // A sweep within a second of the last count would not count again.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    stack.invoke("sweep-orders", serde_json::json!({})).await;
    let page = recorder.page(stack)?;
    std::fs::write(file, page).map_err(|error| format!("{} can't be written: {error}", file.display()))?;
    eprintln!("the dashboard is in {}", file.display());
    Ok(())
}

/// Puts orders through, in waves.
async fn orders(stack: &Stack, arguments: &Arguments) -> Report {
    let options = Options {
        orders: arguments.orders,
        faults: arguments.faults,
        seed: arguments.seed,
        patience: Duration::from_secs(60 + arguments.orders / 10) * if arguments.faults { 3 } else { 1 },
    };
    let mut shown = u64::MAX;
    play(stack, &options, |valid, of| progress(valid, of, &mut shown)).await
}

/// Plays the day, and tells each scene when it is over.
async fn day(stack: &Stack, arguments: &Arguments) -> Report {
    let options = DayOptions {
        faults: arguments.faults,
        seed: arguments.seed,
        patience: Duration::from_secs(if arguments.faults { 180 } else { 60 }),
    };
    let hear = |line: &StoryLine| match arguments.json {
        // The document has the story too; this is for whoever waits for it.
        true => eprintln!("{line}"),
        false => println!("{line}"),
    };
    repspark_day(stack, &options, hear).await
}

/// Shows how many orders are Valid: on one line of a terminal, else a line a quarter.
fn progress(valid: u64, of: u64, shown: &mut u64) {
    let mut error = std::io::stderr();
    let step = if error.is_terminal() {
        valid
    } else {
        valid * 4 / of.max(1)
    };
    if step == *shown {
        return;
    }
    *shown = step;
    let end = if error.is_terminal() && valid < of {
        "\r"
    } else {
        "\n"
    };
    let _ = write!(error, "{valid} of {of} orders are Valid{end}");
    let _ = error.flush();
}

/// What the functions said last, when something went wrong.
fn last_words(stack: &Stack) {
    let output = stack.runner.output();
    let loud = output
        .iter()
        .filter(|line| line.stream != Stream::Out || line.line.contains("\"ERROR\""));
    for line in loud.rev().take(10) {
        eprintln!("{}: {}", line.function, line.line);
    }
}

async fn keep(stack: &Stack, door: &str) {
    eprintln!(
        "\nStill running. Ctrl-C ends it.\n  RepSpark {}\n  ERP      {}\n  AWS      {}",
        stack.repspark_url,
        stack.erp_url,
        stack.proxy.url()
    );
    eprintln!(
        "\nSubmit an order, then watch it become Valid:\n  curl -X POST {door}/orders\n  curl {door}/orders/<OrderId>\n"
    );
    local::keep_running(stack).await;
}

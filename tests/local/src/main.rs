//! `cargo run -p local`: see the root README.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use lambda_runner::Stream;
use local::dashboard::Recorder;
use local::{
    Binaries, DayOptions, Options, Progress, Report, Source, Stack, StoryLine, ecat_day, play, repspark_day,
    say,
};

/// What can be played instead of a number of orders.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Scenario {
    /// A day at a brand: cut-over, a broken map, an ERP outage, a lost reply, a resubmitted order, a replay, three
    /// decisions, and the balance.
    RepsparkDay,
    /// A day at a brand with eCat: years of history, revisions, an emptied and refilled order, a number collision, a
    /// malformed record, a refused mark, a changed password, and nothing comes back.
    EcatDay,
}

impl Scenario {
    /// Which sources it is about.
    fn source(self) -> Source {
        match self {
            Self::RepsparkDay => Source::RepSpark,
            Self::EcatDay => Source::Ecat,
        }
    }
}

/// Runs the whole bundle on this machine and puts orders through.
#[derive(Debug, Parser)]
#[command(name = "local")]
struct Arguments {
    /// How many orders reps submit, at all sources together.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=20_000))]
    orders: u64,
    /// Where they come from.
    #[arg(long, value_enum, default_value_t = Source::Both)]
    source: Source,
    /// Play a scripted day instead, and tell it scene by scene.
    #[arg(long, value_enum, conflicts_with_all = ["orders", "source"])]
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
    /// The first of eight ports in a row: orders, AWS, RepSpark, ERP, eCat, SparkLayer, Spreadshirt, Spectrum. Any free ones if not given.
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
            base.saturating_add(4),
            base.saturating_add(5),
            base.saturating_add(6),
            base.saturating_add(7),
        ]
    });
    let source = arguments.scenario.map_or(arguments.source, Scenario::source);
    let mut settings = Options::settings(binaries, ports, source);
    if arguments.scenario.is_none() {
        settings = settings.with_fulfilment().with_spectrum();
    }
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
        Some(scenario) => day(&stack, arguments, scenario).await,
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
        source: arguments.source,
        faults: arguments.faults,
        seed: arguments.seed,
        patience: Duration::from_secs(60 + arguments.orders / 10) * if arguments.faults { 3 } else { 1 },
    };
    let mut shown = None;
    play(stack, &options, |progress| show_progress(progress, &mut shown)).await
}

/// Plays the day, and tells each scene when it is over.
async fn day(stack: &Stack, arguments: &Arguments, scenario: Scenario) -> Report {
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
    match scenario {
        Scenario::RepsparkDay => repspark_day(stack, &options, hear).await,
        Scenario::EcatDay => ecat_day(stack, &options, hear).await,
    }
}

/// Shows how far both sources are: on one line of a terminal, else a line a quarter.
fn show_progress(now: Progress, shown: &mut Option<[u64; 2]>) {
    let mut error = std::io::stderr();
    let quarter = |done: u64, of: u64| done * 4 / of.max(1);
    let step = match error.is_terminal() {
        true => [now.valid, now.marked],
        false => [
            quarter(now.valid, now.orders),
            quarter(now.marked, now.submissions),
        ],
    };
    if *shown == Some(step) {
        return;
    }
    *shown = Some(step);
    let repspark = format!("{} of {} RepSpark orders are Valid", now.valid, now.orders);
    let ecat = format!(
        "{} of {} eCat submissions are marked",
        now.marked, now.submissions
    );
    let end = if error.is_terminal() && !now.is_whole() {
        "\r"
    } else {
        "\n"
    };
    let line = match (now.orders, now.submissions) {
        (_, 0) => repspark,
        (0, _) => ecat,
        _ => format!("{repspark}, {ecat}"),
    };
    let _ = write!(error, "{line}{end}");
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
        "\nStill running. Ctrl-C ends it.\n  RepSpark {}\n  eCat     {}\n  ERP      {}\n  SparkLayer {}\n  Spreadshirt {}\n  Spectrum {}\n  AWS      {}",
        stack.repspark_url,
        stack.ecat_url,
        stack.erp_url,
        stack.sparklayer_url,
        stack.spreadshirt_url,
        stack.spectrum_url,
        stack.proxy.url()
    );
    if stack.uses_repspark() {
        eprintln!(
            "\nSubmit an order at RepSpark, then watch it become Valid:\n  curl -X POST {door}/orders\n  curl {door}/orders/<OrderId>"
        );
    }
    if stack.uses_ecat() {
        eprintln!(
            "\nSubmit an order at eCat, then watch it be imported and marked:\n  curl -X POST {door}/ecat/orders\n  curl {door}/ecat/orders/<order_number>"
        );
    }
    eprintln!();
    local::keep_running(stack).await;
}

//! What the functions weigh and how long they take to start: `cargo run -p bundle-tests --example start_time`.
//!
//! Builds the functions with cargo-lambda, as they are deployed, and `tests/bare-function` with them. A start lasts from the spawning of the
//! process to its first `GET …/runtime/invocation/next`. Each start of a function is followed by one of the bare function,
//! so that both see the same machine; it should have nothing else to do. Exits with 1 where a zip or a start is above its bound.
//! Without cargo-lambda the linker is the machine's own, whose zips are an eighth larger: then they have no bound.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use cargo_metadata::Message;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use sam_template::{Deployment, Place};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

const BARE: &str = "bare-function";
/// Starts of each function.
const ROUNDS: usize = 41;
/// The most that a function may start later than the bare one.
const BOUND_MS: f64 = 3.0;
/// The most that a function's zip may have.
const BOUND_ZIP: usize = 2_500_000;
/// Lambda gives the initialisation ten seconds of its own.
const INIT_LIMIT: Duration = Duration::from_secs(10);

type Failure = Box<dyn Error>;
type Environment = BTreeMap<String, String>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Failure> {
    let deployment = deployment()?;
    eprintln!("building the functions for release; this takes minutes ...");
    let as_deployed = has_cargo_lambda();
    let binaries = match as_deployed {
        true => build_for_lambda(deployment.functions.keys())?,
        false => build(deployment.functions.keys())?,
    };
    let bare = binary(&binaries, BARE)?;
    let empty = Environment::new();
    println!(
        "{:24}{:>10}{:>10}{:>10}{:>16}{:>12}",
        "function", "binary B", "zip B", "start ms", "middle half ms", "above bare"
    );
    let mut exceeded = false;
    let mut bare_starts = Vec::new();
    for (name, function) in &deployment.functions {
        let binary = binary(&binaries, name)?;
        let (mut starts, mut differences) = (Vec::new(), Vec::new());
        // One to warm the file up; Lambda, too, has fetched the code before it counts.
        start(binary, &function.environment).await?;
        for _ in 0..ROUNDS {
            let own = start(binary, &function.environment).await?;
            let other = start(bare, &empty).await?;
            starts.push(own);
            differences.push(own - other);
            bare_starts.push(other);
        }
        let (zip, above) = (zip_bytes(binary)?, quartiles(differences)[1]);
        exceeded |= (as_deployed && zip > BOUND_ZIP) || above > BOUND_MS;
        let starts = quartiles(starts);
        row(name, binary, zip, starts, &format!("{above:.2}"))?;
    }
    row(BARE, bare, zip_bytes(bare)?, quartiles(bare_starts), "")?;
    println!(
        "{ROUNDS} starts each. Bounds: a zip of {BOUND_ZIP} bytes, {BOUND_MS} ms above the bare function."
    );
    if !as_deployed {
        println!("Not as deployed, so without a bound on zips: for that, `pip install cargo-lambda==1.9.2`.");
    }
    Ok(if exceeded {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn row(name: &str, binary: &Path, zip: usize, starts: [f64; 3], above: &str) -> Result<(), Failure> {
    let bytes = std::fs::metadata(binary)?.len();
    let [low, middle, high] = starts;
    let half = format!("{low:.2} - {high:.2}");
    println!("{name:24}{bytes:>10}{zip:>10}{middle:>10.2}{half:>16}{above:>12}");
    Ok(())
}

/// The template as somebody deploys it. The addresses are never called: a start speaks to nobody.
fn deployment() -> Result<Deployment, Failure> {
    let text = std::fs::read_to_string(root().join("template.yaml"))?;
    let parameters = [
        ("Stage", "local"),
        ("Brand", "ACME"),
        ("TimeZone", "America/New_York"),
        ("RepSparkBaseUrl", "https://api.uat.repspark.net/api"),
        ("ErpBaseUrl", "https://erp.example.com/erp"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let place = Place::local("https://sqs.us-east-1.amazonaws.com");
    Ok(sam_template::read(&text, &parameters.into(), &place)?)
}

fn cargo() -> Command {
    let mut cargo = Command::new(option_env!("CARGO").unwrap_or("cargo"));
    cargo.current_dir(root());
    cargo
}

fn has_cargo_lambda() -> bool {
    let mut asked = cargo();
    asked
        .args(["lambda", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}

/// Builds as `sam build` does, for this machine's processor.
fn build_for_lambda<'a>(
    names: impl Iterator<Item = &'a String>,
) -> Result<BTreeMap<String, PathBuf>, Failure> {
    let folder = root().join("target/start-time");
    let mut command = cargo();
    command
        .args(["lambda", "build", "--release", "--lambda-dir"])
        .arg(&folder);
    let mut binaries = BTreeMap::new();
    for name in names.cloned().chain([BARE.to_owned()]) {
        command.args(["-p", &name]);
        let binary = folder.join(&name).join("bootstrap");
        binaries.insert(name, binary);
    }
    match command.status()?.success() {
        true => Ok(binaries),
        false => Err("the functions did not build; see cargo's words above".into()),
    }
}

/// Builds the functions and the bare one in one go, so that all have the same features of their crates.
fn build<'a>(names: impl Iterator<Item = &'a String>) -> Result<BTreeMap<String, PathBuf>, Failure> {
    let mut command = cargo();
    command
        .args(["build", "--quiet", "--release", "-p", BARE])
        .args(["--message-format=json-render-diagnostics"])
        .stdout(Stdio::piped());
    for name in names {
        command.args(["-p", name]);
    }
    let mut cargo = command.spawn()?;
    let said = cargo.stdout.take().ok_or("cargo has no output")?;
    let mut binaries = BTreeMap::new();
    for message in Message::parse_stream(BufReader::new(said)) {
        if let Message::CompilerArtifact(artifact) = message?
            && let Some(path) = artifact.executable
        {
            binaries.insert(artifact.target.name, path.into());
        }
    }
    match cargo.wait()?.success() {
        true => Ok(binaries),
        false => Err("the functions did not build; see cargo's words above".into()),
    }
}

fn binary<'a>(binaries: &'a BTreeMap<String, PathBuf>, name: &str) -> Result<&'a Path, Failure> {
    let found = binaries
        .get(name)
        .ok_or_else(|| format!("{name} gave no binary"))?;
    Ok(found)
}

/// What the binary has as the only file of a zip, packed as SAM and cargo-lambda do: deflate's level 6, called
/// `bootstrap`. <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, 4.3
fn zip_bytes(binary: &Path) -> Result<usize, Failure> {
    const NAME: usize = "bootstrap".len();
    const HEADERS: usize = (30 + NAME) + (46 + NAME) + 22;
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::new(6));
    packed.write_all(&std::fs::read(binary)?)?;
    Ok(packed.finish()?.len() + HEADERS)
}

/// Starts a process and answers the milliseconds until it asked for work; then kills it.
async fn start(binary: &Path, environment: &Environment) -> Result<f64, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut command = tokio::process::Command::new(binary);
    command
        .env_clear()
        .envs(environment)
        .envs(lambda())
        .env("AWS_LAMBDA_RUNTIME_API", listener.local_addr()?.to_string())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let begun = Instant::now();
    let mut process = command.spawn()?;
    // Kept open until the process is gone, which else would complain.
    let (asked, _connection) = tokio::select! {
        call = first_call(&listener) => call?,
        status = process.wait() => return Err(format!("{} ended: {}", binary.display(), status?).into()),
        () = tokio::time::sleep(INIT_LIMIT) => {
            return Err(format!("{} did not ask for work", binary.display()).into());
        }
    };
    process.kill().await?;
    Ok((asked - begun).as_secs_f64() * 1000.0)
}

/// What Lambda sets; the keys are nobody's.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
fn lambda() -> [(&'static str, &'static str); 8] {
    [
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDLOCAL"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_LAMBDA_FUNCTION_NAME", "start-time"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("TZ", ":UTC"),
    ]
}

/// Waits for the process to ask for work; answers when that was, and the connection.
async fn first_call(listener: &TcpListener) -> Result<(Instant, TcpStream), Failure> {
    const NEXT: &[u8] = b"GET /2018-06-01/runtime/invocation/next ";
    let (mut connection, _) = listener.accept().await?;
    let mut said = [0; NEXT.len()];
    connection.read_exact(&mut said).await?;
    match said.as_slice() {
        NEXT => Ok((Instant::now(), connection)),
        other => Err(format!("it did not ask for work, but {}", String::from_utf8_lossy(other)).into()),
    }
}

/// The first quartile, the median and the third.
fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[(values.len() - 1) * quarter / 4])
}

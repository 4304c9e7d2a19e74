//! One list of checks, run through plain HTTP against this server and against moto 5.2.1, which is an independent
//! implementation of the same papers.
//!
//! A check answers with what it was told, line by line. What our server says stands beside the check, written by hand
//! from AWS's papers and recordings; moto must say the same, or differ exactly as is written there, with the reason.
//! Where Python or moto is not at hand the test says so in one line that begins with `SKIPPED`, and passes.

mod checks;
mod fifo;
mod moto;
mod refusals;
mod service;

use embedded_sqs::Sqs;
use service::Service;

/// One behaviour.
pub struct Check {
    /// What it shows.
    pub name: &'static str,
    /// Asks a server, and answers with what it said.
    pub run: fn(&Service) -> Vec<String>,
    /// What is right.
    pub says: &'static [&'static str],
    /// What moto says instead, and why we do not follow it.
    pub moto: Option<Deviation>,
}

/// A known difference.
pub struct Deviation {
    /// What moto says.
    pub says: &'static [&'static str],
    /// Why ours is kept.
    pub reason: &'static str,
}

/// What differs from `expected`, with the check's name.
fn differences(
    checks: &[Check],
    service: &Service,
    expected: fn(&Check) -> &'static [&'static str],
) -> Vec<String> {
    checks
        .iter()
        .filter_map(|check| {
            let said = (check.run)(service);
            let expected = expected(check);
            (said != expected)
                .then(|| format!("{}\n  said     {said:?}\n  expected {expected:?}", check.name))
        })
        .collect()
}

fn all() -> Vec<Check> {
    [checks::CHECKS, fifo::CHECKS, refusals::CHECKS]
        .into_iter()
        .flatten()
        .map(|make| make())
        .collect()
}

#[test]
fn our_server_says_what_is_right() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let clock = host::Clock::new();
    let sqs = Sqs::new(clock.clone(), host::Gate::new());
    let server = runtime
        .block_on(embedded_sqs::serve(sqs, ([127, 0, 0, 1], 0).into()))
        .unwrap();
    let service = Service::new(server.address(), move |time| clock.advance(time));
    let different = differences(&all(), &service, |check| check.says);
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn moto_says_the_same_but_for_what_is_named_here() {
    let moto = match moto::Moto::start() {
        Ok(moto) => moto,
        Err(why) => {
            // Past the capture of test output, so that a run without moto shows in the log of a green build.
            use std::io::Write;
            writeln!(
                std::io::stderr(),
                "SKIPPED: the comparison of embedded-sqs with moto: {why}"
            )
            .unwrap();
            return;
        }
    };
    let checks = all();
    for check in &checks {
        if let Some(deviation) = &check.moto {
            assert!(
                deviation.says != check.says && !deviation.reason.is_empty(),
                "{} does not deviate",
                check.name
            );
        }
    }
    // Moto's time is the world's.
    let service = Service::new(moto.address(), std::thread::sleep);
    let different = differences(&checks, &service, |check| {
        check.moto.as_ref().map_or(check.says, |other| other.says)
    });
    assert!(different.is_empty(), "{}", different.join("\n"));
}

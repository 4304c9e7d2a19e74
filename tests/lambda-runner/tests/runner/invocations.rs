//! What becomes of one invocation.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::support::{answer, lives, probe, runner};
use host::{Call, Form, Gate, Reply};
use lambda_runner::{Figures, FunctionSpec, Outcome, Runner, Stream};
use serde_json::{Value, json};
use tokio::sync::Barrier;

const ANYWHERE: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

#[tokio::test]
async fn the_handler_gets_the_event_and_its_context() {
    let clock = host::Clock::new();
    clock.advance(Duration::from_secs(3600));
    let runner = Runner::new(clock.clone(), None);
    runner.add(probe());

    let before = clock.now_ms();
    let first = answer(&runner, json!({"order": 1})).await;
    let after = clock.now_ms();

    assert_eq!(first["payload"], json!({"order": 1}));
    assert_eq!(
        first["arn"],
        "arn:aws:lambda:us-east-1:000000000000:function:probe"
    );
    let handed_out = first["deadline_ms"].as_i64().unwrap() - 60_000;
    assert!(
        (before..=after).contains(&handed_out),
        "{before} <= {handed_out} <= {after}"
    );
    let second = answer(&runner, json!({"order": 2})).await;
    assert_ne!(first["request_id"], second["request_id"]);
    assert_eq!(first["pid"], second["pid"], "a warm instance is used again");
}

#[tokio::test]
async fn the_environment_holds_the_settings_and_what_lambda_sets_and_nothing_else() {
    let settings = [("QUEUE_URL".to_owned(), "http://q".to_owned())].into();
    let runner = runner(FunctionSpec {
        environment: settings,
        ..probe()
    });

    let environment = answer(&runner, json!({"do": "environment"})).await;

    let names: BTreeSet<&str> = environment
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let expected = [
        "AWS_DEFAULT_REGION",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "QUEUE_URL",
        "TZ",
        "_HANDLER",
    ];
    assert_eq!(names, BTreeSet::from(expected));
    assert_eq!(environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "128");
    assert_eq!(environment["QUEUE_URL"], "http://q");
}

#[tokio::test]
async fn an_error_and_a_panic_are_error_documents_and_the_instance_lives_on() {
    let runner = runner(probe());
    let before = answer(&runner, json!({})).await;

    let Outcome::Error(error) = runner.invoke("probe", json!({"do": "error"})).await.outcome else {
        panic!()
    };
    let Outcome::Error(panic) = runner.invoke("probe", json!({"do": "panic"})).await.outcome else {
        panic!()
    };

    assert_eq!(error["errorMessage"], "the handler says no");
    assert_eq!(panic["errorMessage"], "Lambda panicked: the handler panics");
    assert_eq!(answer(&runner, json!({})).await["pid"], before["pid"]);
}

#[tokio::test]
async fn a_process_that_exits_has_crashed_and_a_new_one_takes_its_place() {
    let runner = runner(probe());

    let crashed = runner.invoke("probe", json!({"do": "exit"})).await;

    assert_eq!(crashed.outcome, Outcome::Crashed("exit status: 7".to_owned()));
    let after = runner.invoke("probe", json!({})).await;
    assert!(matches!(after.outcome, Outcome::Ok(_)));
    assert!(after.init.is_some(), "a cold start");
}

#[tokio::test]
async fn a_process_that_hangs_is_killed_at_its_timeout() {
    let runner = runner(FunctionSpec {
        timeout: Duration::from_millis(1500),
        ..probe()
    });
    let pid = answer(&runner, json!({})).await["pid"].clone();

    let late = runner.invoke("probe", json!({"do": "hang"})).await;

    assert_eq!(late.outcome, Outcome::TimedOut);
    assert!(!lives(&pid));
    assert_ne!(answer(&runner, json!({})).await["pid"], pid);
}

#[tokio::test]
async fn a_process_that_cannot_start_is_an_init_failure() {
    let with = |value: &str| FunctionSpec {
        environment: [("PROBE_INIT".to_owned(), value.to_owned())].into(),
        ..probe()
    };
    let missing = FunctionSpec {
        binary: "/nowhere/bootstrap".into(),
        ..probe()
    };
    let reason = async |spec: FunctionSpec| match runner(spec).invoke("probe", json!({})).await.outcome {
        Outcome::InitFailed(reason) => reason,
        other => panic!("{other:?}"),
    };

    assert_eq!(
        reason(with("exit")).await,
        "it ended before it asked for work, exit status: 3"
    );
    let refused = r#"it says: {"errorMessage":"no","errorType":"Probe.Refused"}"#;
    assert_eq!(reason(with("refuse")).await, refused);
    assert!(
        reason(missing)
            .await
            .starts_with("/nowhere/bootstrap could not be started")
    );
    let nobody = runner(probe()).invoke("nobody", json!({})).await.outcome;
    assert_eq!(
        nobody,
        Outcome::InitFailed("no function is called nobody".to_owned())
    );
}

/// The gate kills the process in the middle of a call, as in the crash tests: before its effect, or when it has had it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_is_gone_before_its_call_is_answered() {
    let runner = runner(probe());
    let gate = Gate::new();
    let killer = runner.clone();
    gate.on_kill(move |function| killer.kill_busy(function));
    gate.arm(&[(2, Form::Before), (4, Form::After)].map(|(call, form)| host::Break { call, form }));
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let server = host::serve(ANYWHERE.into(), move |request| {
        let pid: Value = request.uri().path()[1..].parse().unwrap();
        let call = Call {
            service: "erp",
            operation: "POST",
            subject: "",
            caller: "probe",
        };
        let fault = gate.judge(call);
        tell.send((fault.is_some(), lives(&pid))).unwrap();
        async { Reply::Answer(host::text(200, "")) }
    });
    let server = server.await.unwrap();
    let event = json!({"do": "call", "address": server.address().to_string()});

    for kills in [false, true, false, true, false] {
        let outcome = runner.invoke("probe", event.clone()).await.outcome;
        let killed = outcome == Outcome::Crashed("signal: 9 (SIGKILL)".to_owned());
        assert_eq!((killed, matches!(outcome, Outcome::Ok(_))), (kills, !kills));
    }
    let mut seen = Vec::new();
    while let Ok(one) = told.try_recv() {
        seen.push(one);
    }
    let effects = [
        (false, true),
        (true, false),
        (false, true),
        (true, true),
        (false, true),
    ];
    assert_eq!(seen, effects);
}

#[tokio::test]
async fn killing_a_function_that_does_nothing_leaves_its_instances_alone() {
    let runner = runner(probe());
    let before = answer(&runner, json!({})).await;
    runner.kill_busy("probe");
    runner.kill_busy("nobody");
    assert_eq!(answer(&runner, json!({})).await["pid"], before["pid"]);
}

#[tokio::test]
async fn invocations_run_beside_each_other_up_to_the_limit() {
    let runner = runner(FunctionSpec {
        max_instances: 2,
        ..probe()
    });
    // Nobody is answered before both have called.
    let both = Arc::new(Barrier::new(2));
    let server = host::serve(ANYWHERE.into(), move |_| {
        let both = Arc::clone(&both);
        async move {
            both.wait().await;
            Reply::Answer(host::text(200, ""))
        }
    });
    let server = server.await.unwrap();
    let event = json!({"do": "call", "address": server.address().to_string()});
    let one = || answer(&runner, event.clone());

    let (a, b, c, d) = tokio::join!(one(), one(), one(), one());

    let pids: BTreeSet<String> = [a, b, c, d]
        .iter()
        .map(|answer| answer["pid"].to_string())
        .collect();
    assert_eq!(pids.len(), 2);
    assert_eq!(runner.figures()["probe"].cold_starts, 2);
}

#[tokio::test]
async fn retired_instances_make_the_next_invocation_a_cold_start() {
    let runner = runner(probe());
    let before = answer(&runner, json!({})).await["pid"].clone();
    runner.retire_all();
    assert!(!lives(&before));
    assert_ne!(answer(&runner, json!({})).await["pid"], before);
    assert_eq!(runner.figures()["probe"].cold_starts, 2);
}

#[tokio::test]
async fn what_was_printed_is_known_when_the_invocation_is_over() {
    let runner = runner(probe());
    for _ in 0..20 {
        let before = runner.output().len();
        answer(&runner, json!({"do": "say"})).await;
        let seen = runner.output().split_off(before);
        assert!(
            seen.iter()
                .any(|line| line.line == "to be seen" && line.stream == Stream::Out),
            "{seen:?}"
        );
    }
    runner.invoke("probe", json!({"do": "say and exit"})).await;
    let seen = runner.output();
    assert!(
        seen.iter()
            .any(|line| line.line == "last words" && line.function == "probe"),
        "{seen:?}"
    );
    let unended = "without an end".repeat(20);
    assert!(
        seen.iter()
            .any(|line| line.line == unended && line.stream == Stream::Err),
        "{seen:?}"
    );
}

#[tokio::test]
async fn a_sink_gets_the_lines_instead() {
    let runner = runner(probe());
    let (tell, told) = std::sync::mpsc::channel();
    runner.on_line(move |line| tell.send(line.line).unwrap());
    answer(&runner, json!({"do": "say"})).await;
    assert!(told.try_iter().any(|line| line == "to be seen"));
    assert!(runner.output().is_empty());
    assert!(runner.log_volume()["probe"].bytes > "to be seen".len() as u64);
}

#[tokio::test]
async fn the_figures_count_each_end() {
    let runner = runner(FunctionSpec {
        timeout: Duration::from_millis(1500),
        ..probe()
    });
    for what in ["echo", "error", "exit", "hang"] {
        runner.invoke("probe", json!({"do": what})).await;
    }
    let Figures {
        total_ms, billed_ms, ..
    } = runner.figures()["probe"];
    assert!(
        billed_ms > total_ms,
        "each is rounded up, and cold starts are billed"
    );
    assert!(total_ms >= 1500, "the one that hung took its whole timeout");
    let expected = Figures {
        invocations: 4,
        errors: 1,
        crashes: 1,
        timeouts: 1,
        init_failures: 0,
        cold_starts: 2,
        total_ms,
        init_ms: runner.figures()["probe"].init_ms,
        billed_ms,
        scheduled: 0,
    };
    assert_eq!(runner.figures()["probe"], expected);
    if cfg!(target_os = "linux") {
        assert!(runner.peak_memory_kib("probe").unwrap() > 0);
    }
}

#[tokio::test]
async fn nothing_runs_after_a_stop() {
    let runner = runner(FunctionSpec {
        max_instances: 2,
        ..probe()
    });
    let idle = answer(&runner, json!({})).await["pid"].clone();
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    // Called, and never answers.
    let server = host::serve(ANYWHERE.into(), move |request| {
        tell.send(request.uri().path()[1..].parse::<Value>().unwrap())
            .unwrap();
        std::future::pending()
    });
    let server = server.await.unwrap();
    let event = json!({"do": "call", "address": server.address().to_string()});
    let busy = tokio::spawn({
        let runner = runner.clone();
        async move { runner.invoke("probe", event).await }
    });
    let called = told.recv().await.unwrap();

    runner.stop().await;

    assert!(!lives(&idle));
    assert!(!lives(&called));
    assert_eq!(
        busy.await.unwrap().outcome,
        Outcome::Crashed("signal: 9 (SIGKILL)".to_owned())
    );
    let after = runner.invoke("probe", json!({})).await.outcome;
    assert_eq!(after, Outcome::InitFailed("the runner has stopped".to_owned()));
}

#[tokio::test]
async fn nothing_runs_after_the_runner_is_dropped() {
    let runner = runner(probe());
    let pid = answer(&runner, json!({})).await["pid"].clone();
    drop(runner);
    let gone = async {
        while lives(&pid) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone).await.unwrap();
}

//! The builder and the serializer held against the vendor notes, and the real client against a small fake, one test per
//! outcome, and against the strict stand-in.

mod build;
mod calls;
mod fake;
mod judged;
mod sample;
mod shapes;

use order_model::{FaultClass, understood};

use crate::{CallError, Conflict, Doubt, Operation, Problem, fault};

fn problem(told: bool) -> Problem {
    Problem {
        status: 400,
        told,
        named: Vec::new(),
    }
}

type Row = (CallError, FaultClass, bool);

/// Every error of an operation, and what it is: how it failed, whether nothing was stored for certain.
fn all_errors(operation: Operation) -> Vec<Row> {
    let mut all = errors_of_the_call(operation);
    all.extend(
        [true, false]
            .into_iter()
            .flat_map(|told| errors_of_the_content(operation, told)),
    );
    all
}

fn errors_of_the_call(operation: Operation) -> Vec<Row> {
    use FaultClass::{Credentials, NoAnswer, Throttled, Unavailable, Unclear};
    let idle = operation != Operation::Put;
    let (problem, retry_after, status) = (problem(true), None, 200);
    let unauthorized = problem.clone();
    let refused = problem.clone();
    let throttled = CallError::Throttled {
        operation,
        problem: problem.clone(),
        retry_after,
    };
    let unavailable = CallError::Unavailable {
        operation,
        problem,
        retry_after,
    };
    let (doubt, what, said) = (Doubt::TimedOut, "x", "http_404".to_owned());
    let problem = unauthorized;
    let unauthorized = CallError::Unauthorized { problem };
    let problem = refused;
    let unclear = CallError::Unclear {
        operation,
        status,
        what,
    };
    vec![
        (CallError::NotSent { operation }, NoAnswer, true),
        (unauthorized, Credentials, true),
        (CallError::TokenRefused { operation, problem }, Credentials, true),
        (throttled, Throttled, true),
        (unavailable, Unavailable, idle),
        (CallError::NoAnswer { operation, doubt }, NoAnswer, idle),
        (unclear, Unclear, idle),
        (CallError::Misconfigured { operation, said }, Unclear, true),
    ]
}

/// `told`: whether SparkLayer itself refused it, by a problem.
fn errors_of_the_content(operation: Operation, told: bool) -> Vec<Row> {
    let class = if told {
        FaultClass::Refused
    } else {
        FaultClass::Unclear
    };
    let conflict = |kind| CallError::Conflict {
        operation,
        kind,
        problem: problem(told),
    };
    let [invalid, forbidden, not_found] = [(); 3].map(|()| problem(told));
    let mut rows = vec![
        (conflict(Conflict::Concurrent), FaultClass::Unavailable, true),
        (conflict(Conflict::Identifiers), FaultClass::Refused, true),
        (conflict(Conflict::Unknown), FaultClass::Unavailable, true),
    ];
    let problem = invalid;
    rows.push((CallError::Invalid { operation, problem }, class, true));
    let problem = forbidden;
    rows.push((CallError::Forbidden { operation, problem }, class, true));
    let problem = not_found;
    rows.push((CallError::NotFound { operation, problem }, class, true));
    rows
}

#[test]
fn each_error_says_whom_it_concerns_and_whether_anything_was_stored() {
    for operation in [Operation::Token, Operation::Put, Operation::Get] {
        for (error, class, not_done) in all_errors(operation) {
            assert_eq!(error.fault(), class, "{error}");
            assert_eq!(error.surely_not_done(), not_done, "{error}");
        }
    }
}

#[test]
fn only_an_answer_in_its_terms_proves_that_our_client_was_taken() {
    assert!(understood(fault(&Ok(()))));
    for (error, class, _) in all_errors(Operation::Put) {
        let answer: Result<(), _> = Err(error);
        assert_eq!(fault(&answer), Some(class), "{answer:?}");
        let refused = class == FaultClass::Refused;
        assert_eq!(understood(fault(&answer)), refused, "{answer:?}");
    }
}

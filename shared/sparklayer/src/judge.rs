//! What an answer means that is no success (vendor notes, sections 2 and 4). Pure.

use vendor_http::{NoBody, Silence};

use crate::errors::{CallError, Conflict, Operation};
use crate::guesses::{CLIENT_REFUSED, names_identifiers, speaks_of_a_clash, speaks_of_concurrency};
use crate::heard::Heard;
use crate::problem::Problem;

/// What an answer without success comes to. The status decides; a body that is empty or broken changes nothing.
pub(crate) fn failed(operation: Operation, heard: &Heard) -> CallError {
    let status = heard.status;
    let body = heard.body.as_deref().unwrap_or_default();
    let (problem, words) = Problem::read(status, body);
    let retry_after = heard.retry_after;
    match status {
        429 => CallError::Throttled {
            operation,
            problem,
            retry_after,
        },
        408 | 425 | 500.. => CallError::Unavailable {
            operation,
            problem,
            retry_after,
        },
        _ if operation == Operation::Token && CLIENT_REFUSED.contains(&status) => {
            CallError::Unauthorized { problem }
        }
        401 => CallError::TokenRefused { operation, problem },
        _ if is_misfit(operation, heard) => misconfigured(operation, status),
        403 => CallError::Forbidden { operation, problem },
        404 => CallError::NotFound { operation, problem },
        409 => CallError::Conflict {
            operation,
            kind: kind(&problem, &words),
            problem,
        },
        400.. => CallError::Invalid { operation, problem },
        _ => CallError::Unclear {
            operation,
            status,
            what: "no status that is promised",
        },
    }
}

/// Whether it concerns the address or the set-up. A page instead of a purchase that is not there is another server's.
fn is_misfit(operation: Operation, heard: &Heard) -> bool {
    match heard.status {
        300..=399 | 405 | 406 | 410 | 415 => true,
        404 => operation == Operation::Token || heard.is_page(),
        400.. => operation == Operation::Token,
        _ => false,
    }
}

fn misconfigured(operation: Operation, status: u16) -> CallError {
    CallError::Misconfigured {
        operation,
        said: format!("http_{status}"),
    }
}

fn kind(problem: &Problem, words: &str) -> Conflict {
    let properties = problem.named.iter().filter_map(|named| named.property.as_deref());
    if properties.into_iter().any(names_identifiers) {
        Conflict::Identifiers
    } else if speaks_of_concurrency(words) {
        Conflict::Concurrent
    } else if speaks_of_a_clash(words) {
        Conflict::Identifiers
    } else {
        Conflict::Unknown
    }
}

/// What a success comes to that has no whole body.
pub(crate) fn no_body(operation: Operation, status: u16, why: NoBody) -> CallError {
    match why {
        NoBody::Broken(doubt) => CallError::NoAnswer { operation, doubt },
        NoBody::TooLarge => CallError::Unclear {
            operation,
            status,
            what: "the answer is too large",
        },
    }
}

/// What it means that there was no answer at all.
pub(crate) fn no_answer(operation: Operation, error: &reqwest::Error) -> CallError {
    match Silence::of(error) {
        Silence::Unusable => CallError::Misconfigured {
            operation,
            said: "unusable_request".to_owned(),
        },
        Silence::NotSent => CallError::NotSent { operation },
        Silence::Unknown(doubt) => CallError::NoAnswer { operation, doubt },
    }
}

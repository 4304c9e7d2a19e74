//! The real client against a small fake, one test per outcome.

mod fake;
mod outcomes;
mod requests;
mod wire;

use order_model::{FaultClass, understood};

use crate::errors::Doubt;
use crate::{CallError, Unreadable, fault};

fn all_errors() -> Vec<CallError> {
    let (operation, said, retry_after) = ("GET orderReports", "http_200: x".to_owned(), None);
    vec![
        CallError::NotSent { operation },
        CallError::Unauthorized {
            operation,
            said: said.clone(),
        },
        CallError::Forbidden {
            operation,
            said: said.clone(),
        },
        CallError::Throttled {
            operation,
            said: said.clone(),
            retry_after,
        },
        CallError::Refused {
            operation,
            said: said.clone(),
        },
        CallError::Unavailable {
            operation,
            said: said.clone(),
            retry_after,
        },
        CallError::NoAnswer {
            operation,
            doubt: Doubt::TimedOut,
        },
        CallError::Unclear {
            operation,
            status: 418,
            what: "x",
        },
        CallError::Unreadable {
            operation,
            what: Unreadable::Doctype,
        },
        CallError::NotFound { operation },
        CallError::Misconfigured { operation, said },
    ]
}

#[test]
fn each_error_says_whom_it_concerns_and_whether_anything_was_done() {
    let rows: Vec<_> = all_errors()
        .iter()
        .map(|error| (error.fault(), error.surely_not_done()))
        .collect();
    assert_eq!(
        rows,
        [
            (FaultClass::NoAnswer, true),
            (FaultClass::Credentials, true),
            (FaultClass::Credentials, true),
            (FaultClass::Throttled, true),
            (FaultClass::Unclear, true),
            (FaultClass::Unavailable, false),
            (FaultClass::NoAnswer, false),
            (FaultClass::Unclear, false),
            (FaultClass::Unclear, false),
            (FaultClass::Unclear, true),
            (FaultClass::Unclear, true),
        ]
    );
}

#[test]
fn only_a_success_proves_that_our_login_was_taken() {
    assert!(understood(fault(&Ok(()))));
    for error in all_errors() {
        let refused = matches!(
            error,
            CallError::Unauthorized { .. } | CallError::Forbidden { .. }
        );
        let answer: Result<(), _> = Err(error);
        let class = fault(&answer);
        assert_eq!(class == Some(FaultClass::Credentials), refused, "{answer:?}");
        assert!(!understood(class), "{answer:?}");
    }
}

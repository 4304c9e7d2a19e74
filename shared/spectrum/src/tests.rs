//! What is built held against the vendor notes, and the real client against a small fake, one test per outcome, and against
//! the strict stand-in.

mod acknowledged;
mod built;
mod calls;
mod fake;
mod judged;
mod sample;
mod several;

use order_model::{FaultClass, understood};

use crate::{CallError, Doubt, Operation, fault};

type Row = (CallError, FaultClass, bool);

/// Every error of an operation, how it failed, and whether nothing was done for certain.
fn all_errors(operation: Operation) -> Vec<Row> {
    use FaultClass::{Credentials, NoAnswer, Refused, Throttled, Unavailable, Unclear};
    let idle = operation == Operation::Find;
    let one = operation != Operation::AcknowledgeSeveral;
    let (retry_after, doubt, status, what) = (None, Doubt::TimedOut, 200, "x");
    let said = || "http_500".to_owned();
    let invalid = |told| CallError::Invalid {
        operation,
        said: said(),
        told,
    };
    let forbidden = CallError::Forbidden {
        operation,
        said: said(),
        retry_after,
    };
    let throttled = CallError::Throttled {
        operation,
        said: said(),
        retry_after,
    };
    let unavailable = CallError::Unavailable {
        operation,
        said: said(),
        retry_after,
    };
    let unclear = CallError::Unclear {
        operation,
        status,
        what,
    };
    let said = said();
    let (unauthorized, misconfigured) = (said.clone(), said.clone());
    vec![
        (CallError::NotSent { operation }, NoAnswer, true),
        (
            CallError::Unauthorized {
                operation,
                said: unauthorized,
            },
            Credentials,
            true,
        ),
        (forbidden, Throttled, true),
        (throttled, Throttled, true),
        (unavailable, Unavailable, idle),
        (CallError::NoAnswer { operation, doubt }, NoAnswer, idle),
        (unclear, Unclear, idle),
        (invalid(true), Refused, one),
        (invalid(false), Unclear, one),
        (
            CallError::Misconfigured {
                operation,
                said: misconfigured,
            },
            Unclear,
            true,
        ),
    ]
}

#[test]
fn each_error_says_whom_it_concerns_and_whether_anything_was_done() {
    for operation in [
        Operation::Acknowledge,
        Operation::AcknowledgeSeveral,
        Operation::SendOrder,
        Operation::NotifyShipment,
        Operation::Find,
    ] {
        for (error, class, not_done) in all_errors(operation) {
            assert_eq!(error.fault(), class, "{error}");
            assert_eq!(error.surely_not_done(), not_done, "{error}");
        }
    }
}

#[test]
fn only_an_answer_in_its_terms_proves_that_our_token_was_taken() {
    assert!(understood(fault(&Ok(()))));
    for (error, class, _) in all_errors(Operation::Acknowledge) {
        let may_be = matches!(
            error,
            CallError::Unauthorized { .. } | CallError::Forbidden { .. }
        );
        assert_eq!(error.may_be_our_token(), may_be, "{error}");
        let answer: Result<(), _> = Err(error);
        assert_eq!(fault(&answer), Some(class), "{answer:?}");
        let refused = class == FaultClass::Refused;
        assert_eq!(understood(fault(&answer)), refused, "{answer:?}");
    }
}

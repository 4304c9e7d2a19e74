//! How a call failed, for the count of errors, and for what it proves of our keys.

use order_model::FaultClass;

use crate::errors::{CallError, Doubt};

/// How a call failed; none if it did not.
pub fn fault<T>(answer: &Result<T, CallError>) -> Option<FaultClass> {
    answer.as_ref().err().map(CallError::fault)
}

impl CallError {
    /// How the call failed.
    pub fn fault(&self) -> FaultClass {
        match self {
            Self::Refused { .. } => FaultClass::Refused,
            Self::Busy { fault, .. } => *fault,
            Self::NotSent { .. } => FaultClass::NoAnswer,
            Self::Unauthorized { .. } => FaultClass::Credentials,
            // Headers, addresses and set-up: nothing shows that anybody looked at our keys.
            Self::Misconfigured { .. } => FaultClass::Unclear,
            Self::Unknown { doubt, .. } => of_doubt(doubt),
        }
    }
}

fn of_doubt(doubt: &Doubt) -> FaultClass {
    match doubt {
        Doubt::TimedOut | Doubt::BrokeOff => FaultClass::NoAnswer,
        Doubt::WebPage => FaultClass::Unavailable,
        Doubt::Unreadable(_) => FaultClass::Unclear,
        Doubt::Said { fault, .. } => *fault,
    }
}

#[cfg(test)]
mod tests {
    use order_model::understood;

    use super::*;
    use crate::answer::{Head, Tracking};
    use crate::errors::failure;

    /// What comes of an answer with this status and code.
    fn answer(status: u16, code: Option<&str>) -> Result<(), CallError> {
        let head = Head {
            status,
            code: code.map(str::to_owned),
            ..Head::default()
        };
        Err(failure("GET order", head))
    }

    #[test]
    fn each_failure_has_the_class_of_whom_it_concerns() {
        let rows = [
            (400, Some("InvalidInput"), FaultClass::Refused),
            (401, Some("AuthenticationFailed"), FaultClass::Credentials),
            (403, None, FaultClass::Credentials),
            (503, Some("ServerBusy"), FaultClass::Throttled),
            (400, Some("serverbusy"), FaultClass::Throttled),
            (429, None, FaultClass::Throttled),
            (400, Some("DatabaseConnectionError"), FaultClass::Unavailable),
            (500, Some("InternalError"), FaultClass::Unavailable),
            (502, None, FaultClass::Unavailable),
            (503, None, FaultClass::Unavailable),
            (400, Some("SomethingNew"), FaultClass::Unclear),
            (404, None, FaultClass::Unclear),
            (400, Some("MissingRequiredHeader"), FaultClass::Unclear),
            (200, Some("InvalidInput"), FaultClass::Unclear),
        ];
        for (status, code, expected) in rows {
            assert_eq!(fault(&answer(status, code)), Some(expected), "{status} {code:?}");
        }
        let doubts = [
            (Doubt::TimedOut, FaultClass::NoAnswer),
            (Doubt::BrokeOff, FaultClass::NoAnswer),
            (Doubt::WebPage, FaultClass::Unavailable),
            (Doubt::Unreadable("the answer is too large"), FaultClass::Unclear),
        ];
        for (doubt, expected) in doubts {
            assert_eq!(doubt.about("GET order", Tracking::default()).fault(), expected);
        }
    }

    #[test]
    fn only_an_answer_or_a_refusal_of_repsparks_own_proves_that_our_keys_were_taken() {
        assert!(understood(fault::<()>(&Ok(()))));
        assert!(understood(fault(&answer(400, Some("InvalidInput")))));
        for (status, code) in [
            (401, None),
            (400, Some("SomethingNew")),
            (400, Some("MissingRequiredHeader")),
            (405, None),
            (503, Some("ServerBusy")),
            (500, Some("InternalError")),
        ] {
            assert!(!understood(fault(&answer(status, code))), "{status} {code:?}");
        }
    }
}

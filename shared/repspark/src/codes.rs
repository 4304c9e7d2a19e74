//! The one table of RepSpark's error codes.

use order_model::FaultClass;

/// What follows from an answer that is not a success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Refused,
    Busy,
    Unauthorized,
    Unknown,
    Misconfigured,
}

/// What follows from an answer that is not a success, and how it is counted.
type Meaning = (Class, FaultClass);

/// What is wrong is in what we sent, and it will be refused again.
const REFUSED: Meaning = (Class::Refused, FaultClass::Refused);
const UNAUTHORIZED: Meaning = (Class::Unauthorized, FaultClass::Credentials);
/// Headers, addresses and set-up: no order is at fault, and nothing shows that anybody looked at our keys.
const SET_UP: Meaning = (Class::Misconfigured, FaultClass::Unclear);
/// Surely not done: later, for a reason that nobody documented.
const NOT_NOW: Meaning = (Class::Busy, FaultClass::Unclear);
const THROTTLED: Meaning = (Class::Busy, FaultClass::Throttled);
/// Surely not done, and RepSpark is at fault.
const DOWN: Meaning = (Class::Busy, FaultClass::Unavailable);
/// RepSpark or a proxy failed, and may have done it all the same.
const FAILED: Meaning = (Class::Unknown, FaultClass::Unavailable);
/// It may have been done, and the answer contradicts itself or proves nothing.
const DOUBTFUL: Meaning = (Class::Unknown, FaultClass::Unclear);

/// Every code that RepSpark documents, with the status it documents for it. The rows for 301 and 400 are confirmed by
/// its current page, the others by its own pages of 2016 (vendor notes, section 7); the current table was seen only up
/// to `DuplicateEntities`, so there are codes that are not here.
const CODES: &[(u16, &str, Meaning)] = &[
    // The docs: use HTTPS. The redirect is not followed, because credentials would travel with it.
    (301, "PermanentlyMoved", SET_UP),
    // Section 7 classes all of these as permanent.
    (400, "UnsupportedQueryParameter", REFUSED),
    (400, "InvalidQueryParameter", REFUSED),
    (400, "InvalidInput", REFUSED),
    (400, "DuplicateEntities", REFUSED),
    // Headers, content type and verb are fixed, and schemas and processors are the account's set-up.
    (400, "MissingRequiredHeader", SET_UP),
    (400, "UnsupportedHeader", SET_UP),
    (400, "InvalidHeaderValue", SET_UP),
    (400, "UnsupportedContentType", SET_UP),
    (404, "SchemaNotFound", SET_UP),
    (404, "ProcessorNotFound", SET_UP),
    (400, "InvalidHttpVerb", SET_UP),
    // The docs: try later. Transient although it is a 400.
    (400, "DatabaseConnectionError", DOWN),
    (401, "MissingAuthenticationInfo", UNAUTHORIZED),
    (401, "InvalidAuthenticationInfo", UNAUTHORIZED),
    (401, "AuthenticationFailed", UNAUTHORIZED),
    (404, "ResourceNotFound", REFUSED),
    (404, "TransactionNotFound", REFUSED),
    (405, "UnsupportedHttpVerb", SET_UP),
    // Section 3: a hint that an earlier try under this token was registered, not that it was applied.
    (409, "TransactionAlreadyExists", DOUBTFUL),
    // The docs say retry, but not whether anything was applied.
    (500, "InternalError", FAILED),
    (500, "OperationTimedOut", FAILED),
    (500, "UnexpectedErrorOnPreProcessing", FAILED),
    (500, "UnexpectedErrorOnProcessing", FAILED),
    (500, "UnexpectedErrorOnPostProcessing", FAILED),
    // The docs say retry; the only sign of back-pressure there is.
    (503, "ServerBusy", THROTTLED),
];

/// What an answer that is not a success means.
pub(crate) fn meaning(status: u16, code: Option<&str>) -> Meaning {
    // A code of failure in a success contradicts itself: it may have been applied.
    if status < 300 {
        return DOUBTFUL;
    }
    let row = code.and_then(|code| CODES.iter().find(|row| row.1.eq_ignore_ascii_case(code)));
    match row {
        // So does a verdict on the request when the server itself failed.
        Some((documented, ..)) if status >= 500 && *documented < 500 => FAILED,
        Some((_, _, meaning)) => *meaning,
        None => of_status(status),
    }
}

/// For a code that nobody documented, or none: never permanent.
fn of_status(status: u16) -> Meaning {
    match status {
        401 | 403 => UNAUTHORIZED,
        300..=399 | 405 => SET_UP,
        // A proxy gave up on something that may have gone on.
        408 => FAILED,
        // Documented for one code only.
        409 => DOUBTFUL,
        429 => THROTTLED,
        400..=499 => NOT_NOW,
        _ => FAILED,
    }
}

#[cfg(test)]
mod tests {
    use order_model::understood;

    use super::*;
    use crate::answer::Head;
    use crate::errors::{CallError, failure};

    fn class(status: u16, code: Option<&str>) -> Class {
        meaning(status, code).0
    }

    #[test]
    fn the_code_beats_the_status() {
        assert_eq!(class(400, Some("DatabaseConnectionError")), Class::Busy);
        assert_eq!(class(400, Some("InvalidInput")), Class::Refused);
        assert_eq!(class(400, Some("InternalError")), Class::Unknown);
        assert_eq!(class(503, Some("ServerBusy")), Class::Busy);
        assert_eq!(class(409, Some("TransactionAlreadyExists")), Class::Unknown);
        assert_eq!(class(400, Some("AuthenticationFailed")), Class::Unauthorized);
    }

    #[test]
    fn an_unknown_code_is_never_permanent() {
        for status in 100..600 {
            for code in [None, Some("SomethingNew")] {
                assert_ne!(class(status, code), Class::Refused, "{status} {code:?}");
            }
        }
        assert_eq!(class(400, Some("SomethingNew")), Class::Busy);
        assert_eq!(class(404, None), Class::Busy);
        assert_eq!(class(429, None), Class::Busy);
        assert_eq!(class(403, None), Class::Unauthorized);
        assert_eq!(class(502, Some("SomethingNew")), Class::Unknown);
        assert_eq!(class(503, None), Class::Unknown);
    }

    #[test]
    fn a_contradiction_is_unknown() {
        assert_eq!(class(200, Some("InvalidInput")), Class::Unknown);
        assert_eq!(class(500, Some("InvalidInput")), Class::Unknown);
        assert_eq!(class(500, Some("DatabaseConnectionError")), Class::Unknown);
        assert_eq!(class(202, None), Class::Unknown);
    }

    #[test]
    fn each_documented_code_has_one_row() {
        for (at, (status, code, expected)) in CODES.iter().enumerate() {
            assert!(CODES[at + 1..].iter().all(|other| other.1 != *code), "{code}");
            assert_eq!(meaning(*status, Some(code)), *expected, "{code}");
        }
    }

    /// A code in the place of another status, or a status in the place of another code, must not do it either.
    #[test]
    fn whatever_the_code_and_the_status_only_what_was_refused_itself_says_that_our_keys_were_taken_or_refused()
     {
        let codes = CODES.iter().map(|row| Some(row.1));
        for code in codes.chain([None, Some("SomethingNew")]) {
            for status in 100..600 {
                let head = Head {
                    status,
                    code: code.map(str::to_owned),
                    ..Head::default()
                };
                let error = failure("GET order", head);
                let counted = meaning(status, code).1;
                let taken = matches!(error, CallError::Refused { .. });
                let refused = matches!(error, CallError::Unauthorized { .. });
                assert_eq!(understood(Some(counted)), taken, "{status} {code:?}");
                assert_eq!(counted == FaultClass::Credentials, refused, "{status} {code:?}");
                assert_eq!(error.fault(), counted, "{status} {code:?}");
            }
        }
    }
}

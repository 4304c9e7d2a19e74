//! How a call failed, for the count of errors, and for what it proves of our token.

use order_model::FaultClass;

use crate::answer::{Answer, Doubt};

/// How a call failed; none if the ERP answered it in the contract's terms and did not refuse it. That an order is not
/// there, or was cancelled, is an answer.
pub fn fault(answer: &Answer) -> Option<FaultClass> {
    match answer {
        Answer::Accepted { .. } | Answer::Cancelled { .. } | Answer::Pending { .. } | Answer::NotFound => {
            None
        }
        Answer::Changed { .. } | Answer::Refused { .. } => Some(FaultClass::Refused),
        Answer::Unauthorized { .. } => Some(FaultClass::Credentials),
        // At a wrong address nobody looks at a token, so this is no refusal of the content.
        Answer::Misconfigured { .. } => Some(FaultClass::Unclear),
        Answer::NotSent => Some(FaultClass::NoAnswer),
        Answer::Unknown { why, .. } => Some(of_doubt(why)),
    }
}

fn of_doubt(doubt: &Doubt) -> FaultClass {
    match doubt {
        Doubt::TimedOut | Doubt::BrokeOff => FaultClass::NoAnswer,
        Doubt::Said { fault, .. } => *fault,
        // A status of the contract's with something else in it.
        Doubt::Unreadable { status, .. } => of_status(*status),
    }
}

/// What a status says where nothing else does: erp.md section 4 names 408, 425, 429 and 5xx as passing.
pub(crate) fn of_status(status: u16) -> FaultClass {
    match status {
        429 => FaultClass::Throttled,
        408 | 425 | 500.. => FaultClass::Unavailable,
        _ => FaultClass::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use order_model::{ErpKey, ErpReference, understood};
    use serde_json::{Value, json};

    use super::*;
    use crate::heard::Heard;
    use crate::judge::{Verb, judge};

    /// The class of an answer to a PUT.
    fn class(status: u16, body: &Value) -> Option<FaultClass> {
        let heard = Heard {
            status,
            retry_after: None,
            body: Ok(body.to_string().into()),
        };
        fault(&judge(Verb::Put, &ErpKey::new("RS-ACME-1").unwrap(), &heard))
    }

    fn error(class: &str, code: &str) -> Value {
        json!({"error": {"class": class, "code": code}})
    }

    #[test]
    fn an_answer_of_the_contract_is_no_fault() {
        let accepted = json!({"key": "RS-ACME-1", "status": "accepted", "reference": "SO1"});
        assert_eq!(class(201, &accepted), None);
        for status in ["cancelled", "pending"] {
            assert_eq!(class(200, &json!({"key": "RS-ACME-1", "status": status})), None);
        }
        assert_eq!(fault(&Answer::NotFound), None);
    }

    #[test]
    fn each_failure_has_the_class_of_whom_it_concerns() {
        let rows = [
            (401, json!({}), FaultClass::Credentials),
            (403, error("config", "forbidden"), FaultClass::Credentials),
            (
                429,
                error("transient", "too_many_requests"),
                FaultClass::Throttled,
            ),
            (429, json!("slow down"), FaultClass::Throttled),
            (503, error("transient", "maintenance"), FaultClass::Unavailable),
            (502, json!("<html>bad gateway</html>"), FaultClass::Unavailable),
            // Odoo's concurrency error, in the contract's form.
            (409, error("transient", "concurrency"), FaultClass::Unavailable),
            (422, error("permanent", "unknown_sku"), FaultClass::Refused),
            (409, error("permanent", "order_changed"), FaultClass::Refused),
            (200, json!("<html>welcome</html>"), FaultClass::Unclear),
            (404, json!("<html>not found</html>"), FaultClass::Unclear),
            (405, error("config", "method"), FaultClass::Unclear),
            (418, json!({}), FaultClass::Unclear),
        ];
        for (status, body, expected) in rows {
            assert_eq!(class(status, &body), Some(expected), "{status} {body}");
        }
        assert_eq!(fault(&Answer::NotSent), Some(FaultClass::NoAnswer));
        for why in [Doubt::TimedOut, Doubt::BrokeOff] {
            let retry_after = None;
            assert_eq!(
                fault(&Answer::Unknown { retry_after, why }),
                Some(FaultClass::NoAnswer)
            );
        }
    }

    #[test]
    fn only_an_answer_in_the_contracts_terms_proves_that_the_token_was_taken() {
        let accepted = Answer::Accepted {
            reference: ErpReference::new("SO1").unwrap(),
            created: true,
            warnings: Vec::new(),
        };
        let changed = Answer::Changed {
            reference: None,
            their_hash: None,
        };
        for taken in [accepted, changed, Answer::NotFound] {
            assert!(understood(fault(&taken)), "{taken:?}");
        }
        let (status, code) = (404, "http_404".to_owned());
        let elsewhere = Answer::Misconfigured {
            status: Some(status),
            code: code.clone(),
        };
        for not in [elsewhere, Answer::Unauthorized { status, code }, Answer::NotSent] {
            assert!(!understood(fault(&not)), "{not:?}");
        }
        assert!(!understood(class(503, &error("transient", "maintenance"))));
    }
}

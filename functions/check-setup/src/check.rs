//! One thing that was looked at, and the answer that is made of all of them.

use serde::Serialize;

use crate::order::OrderSeen;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What.
    pub check: &'static str,
    /// Whether it is as it has to be.
    pub ok: bool,
    /// What was found. Holds no secret.
    pub says: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What a person is told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Whether all is well.
    pub ready: bool,
    /// Everything that was looked at.
    pub checks: Vec<Check>,
    /// The order that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderSeen>,
}

impl Check {
    pub(crate) fn good(check: &'static str, says: impl Into<String>) -> Self {
        Self {
            check,
            ok: true,
            says: says.into(),
            next: None,
        }
    }

    pub(crate) fn bad(check: &'static str, says: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            check,
            ok: false,
            says: says.into(),
            next: Some(next.into()),
        }
    }

    /// Good, and something follows all the same.
    pub(crate) fn then(self, next: impl Into<String>) -> Self {
        Self {
            next: Some(next.into()),
            ..self
        }
    }
}

impl Answer {
    pub(crate) fn of(checks: Vec<Check>, order: Option<OrderSeen>) -> Self {
        Self {
            ready: checks.iter().all(|check| check.ok),
            checks,
            order,
        }
    }
}

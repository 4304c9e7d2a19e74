//! SparkLayer's refusals: problem details (RFC 7807), or nothing at all.

use serde_json::json;

use crate::plain::Plain;

/// A failure that a test asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SparkFailure {
    /// 400 that names this property.
    Invalid(String),
    /// 403.
    Forbidden,
    /// 404, as of an unknown customer.
    NotFound,
    /// 409, of another write at the same moment.
    Concurrent,
    /// 409, of a name that another purchase has: `internal`, `visible` or `platform`.
    Clash(String),
    /// 429 with this many seconds in `Retry-After`.
    Throttled(u64),
    /// This status with a problem that names nothing.
    Status(u16),
    /// This status with a web page, such as something in front of SparkLayer sends.
    Page(u16),
    /// This status without a body.
    Empty(u16),
}

impl SparkFailure {
    /// The wording and the codes are guesses: the vendor documents the shape alone.
    pub(super) fn refusal(self) -> Refusal {
        match self {
            Self::Invalid(property) => Refusal::invalid("invalid", &property, "The value is not valid"),
            Self::Forbidden => Refusal::forbidden(),
            Self::NotFound => Refusal::unknown_customer(),
            Self::Concurrent => Refusal::concurrent(),
            Self::Clash(key) => Refusal::clash(&key),
            Self::Throttled(seconds) => Refusal::throttled(seconds),
            Self::Status(status) => Refusal::problem(status, "Error", "It did not work"),
            Self::Page(status) => Refusal {
                form: Form::Page,
                ..Refusal::problem(status, "Bad Gateway", "")
            },
            Self::Empty(status) => Refusal::problem(status, "", "").emptied(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Problem,
    Page,
    Empty,
}

/// An entry of `errors`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    code: String,
    message: String,
    property: String,
}

/// A call that SparkLayer does not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    title: &'static str,
    detail: String,
    error: Option<Box<Named>>,
    retry_after: Option<u64>,
    form: Form,
}

impl Refusal {
    pub(super) fn problem(status: u16, title: &'static str, detail: &str) -> Self {
        Self {
            status,
            title,
            detail: detail.to_owned(),
            error: None,
            retry_after: None,
            form: Form::Problem,
        }
    }

    /// A 400 that names its property.
    pub(super) fn invalid(code: &str, property: &str, message: impl Into<String>) -> Self {
        Self::problem(400, "Bad Request", "The purchase is not valid").naming(code, property, message)
    }

    pub(super) fn forbidden() -> Self {
        let detail = "The SparkLayer ID of a purchase can not be changed";
        Self::problem(403, "Forbidden", detail).naming("immutable", "purchase_identifiers.sparklayer", detail)
    }

    pub(super) fn unknown_customer() -> Self {
        Self::problem(404, "Not Found", "The customer was not found").naming(
            "not_found",
            "customer_identifiers.sparklayer",
            "The customer was not found",
        )
    }

    pub(super) fn not_found() -> Self {
        Self::problem(404, "Not Found", "The purchase was not found")
    }

    pub(super) fn concurrent() -> Self {
        Self::problem(409, "Conflict", "A concurrent update of the purchase took place")
    }

    pub(super) fn clash(key: &str) -> Self {
        let property = format!("purchase_identifiers.{key}");
        Self::problem(409, "Conflict", "Another purchase has this identifier").naming(
            "taken",
            &property,
            "It is taken",
        )
    }

    pub(super) fn throttled(seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::problem(429, "Too Many Requests", "Slow down")
        }
    }

    pub(super) fn emptied(self) -> Self {
        Self {
            form: Form::Empty,
            ..self
        }
    }

    /// What it says, for a test.
    pub(super) fn told(&self) -> String {
        match &self.error {
            Some(named) => format!("{}: {}, {}", named.property, named.code, named.message),
            None => self.detail.clone(),
        }
    }

    /// With this more in its prose: the vendor's may repeat what we sent.
    pub(super) fn repeating(mut self, sent: &str) -> Self {
        self.detail = format!("{} ({sent})", self.detail);
        self
    }

    pub(super) fn plain(self) -> Plain {
        let plain = match self.form {
            Form::Empty => Plain::empty(self.status),
            Form::Page => Plain::html(self.status, self.title),
            Form::Problem => {
                let errors = self.error.iter().map(
                    |named| json!({"code": named.code, "message": named.message, "property": named.property}),
                );
                let mut body = json!({"title": self.title, "status": self.status, "detail": self.detail});
                let errors: Vec<_> = errors.collect();
                if !errors.is_empty() {
                    body["errors"] = errors.into();
                }
                Plain::json(self.status, &body)
            }
        };
        match self.retry_after {
            Some(seconds) => plain.with("retry-after", seconds.to_string()),
            None => plain,
        }
    }

    fn naming(mut self, code: &str, property: &str, message: impl Into<String>) -> Self {
        self.error = Some(Box::new(Named {
            code: code.to_owned(),
            message: message.into(),
            property: property.to_owned(),
        }));
        self
    }
}

//! What a request is about, before anything judges whether it may be.

use bytes::Bytes;
use http::Request;

/// An address that this stand-in has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Resource {
    /// The token call.
    Token,
    /// A purchase by one of its names.
    Purchase {
        /// `lookupBy`.
        by: String,
        /// The name, decoded.
        identifier: String,
    },
}

/// What the gate and the counters see of a request.
pub(super) struct Target {
    pub(super) resource: Option<Resource>,
    pub(super) operation: String,
    pub(super) subject: String,
}

impl Target {
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        let (method, path) = (request.method(), request.uri().path());
        let resource = resource(path);
        let (operation, subject) = match &resource {
            Some(Resource::Token) => (format!("{method} token"), String::new()),
            Some(Resource::Purchase { identifier, .. }) => (format!("{method} purchase"), identifier.clone()),
            None => (format!("{method} {path}"), String::new()),
        };
        Self {
            resource,
            operation,
            subject,
        }
    }
}

fn resource(path: &str) -> Option<Resource> {
    if path == "/api/auth/token" {
        return Some(Resource::Token);
    }
    let (by, identifier) = path.strip_prefix("/api/v1/purchases/")?.split_once('/')?;
    if identifier.is_empty() || identifier.contains('/') {
        return None;
    }
    // A query gives a meaning to signs that a path leaves as they are.
    let escaped = identifier
        .replace('+', "%2B")
        .replace('&', "%26")
        .replace('=', "%3D");
    let (identifier, _) = url::form_urlencoded::parse(escaped.as_bytes()).next()?;
    Some(Resource::Purchase {
        by: by.to_owned(),
        identifier: identifier.into_owned(),
    })
}

//! What a request is about, before anything judges whether it may be.

use bytes::Bytes;
use http::Request;

use super::ROOT;

/// An address that this stand-in has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Resource {
    ServerTime,
    Sessions,
    Reports,
    /// With whatever stands for the id.
    Report(String),
}

/// What the gate and the counters see of a request.
pub(super) struct Target {
    pub(super) resource: Option<Resource>,
    pub(super) operation: String,
    pub(super) subject: String,
}

impl Target {
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        let path = request.uri().path();
        let resource = resource(path);
        let (name, subject) = match &resource {
            Some(Resource::ServerTime) => ("serverTime", ""),
            Some(Resource::Sessions) => ("sessions", ""),
            Some(Resource::Reports) => ("orderReports", offset(request.uri().query())),
            Some(Resource::Report(id)) => ("orderReport", id.as_str()),
            None => (path, ""),
        };
        Self {
            operation: format!("{} {name}", request.method()),
            subject: subject.to_owned(),
            resource,
        }
    }
}

/// A page is told from the next one by where it begins.
fn offset(query: Option<&str>) -> &str {
    let mut parts = query.unwrap_or_default().split('&');
    parts
        .find_map(|part| part.strip_prefix("offset="))
        .unwrap_or_default()
}

fn resource(path: &str) -> Option<Resource> {
    let parts: Vec<&str> = path.strip_prefix(ROOT)?.split('/').collect();
    match parts.as_slice() {
        ["", "serverTime"] => Some(Resource::ServerTime),
        ["", "sessions"] => Some(Resource::Sessions),
        ["", "orderReports"] => Some(Resource::Reports),
        ["", "orderReports", id] if !id.is_empty() => Some(Resource::Report((*id).to_owned())),
        _ => None,
    }
}

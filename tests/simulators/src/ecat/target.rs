//! What a request is about, before anything judges whether it may be.

use bytes::Bytes;
use http::{Method, Request};

/// An address that this stand-in has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Resource {
    /// `new_orders`.
    NewOrders,
    /// `<id>.json`, with whatever stands for the id.
    Order(String),
}

/// What the gate and the counters see of a request.
pub(super) struct Target {
    pub(super) org: String,
    pub(super) resource: Option<Resource>,
    pub(super) operation: String,
    pub(super) subject: String,
}

impl Target {
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        let (org, resource) = resource(request.uri().path());
        let method = request.method();
        let (operation, subject) = match &resource {
            Some(Resource::NewOrders) if *method == Method::POST => {
                ("POST new_orders".to_owned(), numbers(request.body()).join(","))
            }
            Some(Resource::NewOrders) => (format!("{method} new_orders"), String::new()),
            Some(Resource::Order(id)) => (format!("{method} order"), id.clone()),
            None => (format!("{method} {}", request.uri().path()), String::new()),
        };
        Self {
            org,
            resource,
            operation,
            subject,
        }
    }
}

fn resource(path: &str) -> (String, Option<Resource>) {
    let parts: Vec<&str> = path.split('/').collect();
    let ["", org, "ext", "v2", "orders", last] = parts.as_slice() else {
        return (String::new(), None);
    };
    let resource = match last.strip_suffix(".json") {
        Some(id) => Some(Resource::Order(id.to_owned())),
        None => (*last == "new_orders").then_some(Resource::NewOrders),
    };
    ((*org).to_owned(), resource)
}

fn numbers(body: &[u8]) -> Vec<String> {
    serde_json::from_slice(body).unwrap_or_default()
}

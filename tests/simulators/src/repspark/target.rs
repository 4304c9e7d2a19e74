//! What a request is about, before anything judges whether it may be.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::Value;
use url::form_urlencoded;

use super::answer::Refusal;

/// A resource of the API that this stand-in has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resource {
    Order,
    OrderConfirmation,
}

/// What the gate and the counters see of a request.
pub(super) struct Target {
    pub(super) resource: Option<Resource>,
    pub(super) operation: String,
    pub(super) subject: String,
}

/// Which orders a GET asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Status(u32),
    Order(u64),
}

impl Target {
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        let resource = resource(request);
        let (operation, subject) = match (resource, request.method()) {
            (Some(Resource::Order), &Method::GET) => match wanted(request) {
                Ok(Wanted::Status(status)) => (format!("GET order statusId={status}"), String::new()),
                Ok(Wanted::Order(id)) => ("GET order orderId".to_owned(), id.to_string()),
                Err(_) => ("GET order".to_owned(), String::new()),
            },
            (Some(Resource::OrderConfirmation), &Method::POST) => {
                ("POST orderconfirmation".to_owned(), confirmed(request.body()))
            }
            (_, method) => (format!("{method} {}", request.uri().path()), String::new()),
        };
        Self {
            resource,
            operation,
            subject,
        }
    }
}

/// By the path, or by the path `/api` and the header. That confirmations live at `/api/orderconfirmation` is a guess
/// after the pattern of the resources whose paths were seen.
fn resource(request: &Request<Bytes>) -> Option<Resource> {
    let header = request
        .headers()
        .get("x-repspark-resource")
        .and_then(|value| value.to_str().ok());
    let named = match header {
        Some("Order") => Some(Resource::Order),
        Some("OrderConfirmation") => Some(Resource::OrderConfirmation),
        _ => None,
    };
    let by_path = match request.uri().path() {
        "/api/order" => Some(Resource::Order),
        "/api/orderconfirmation" => Some(Resource::OrderConfirmation),
        "/api" | "/api/" => return named,
        _ => None,
    };
    by_path.filter(|_| header.is_none() || named == by_path)
}

/// Exactly one of `statusId` and `orderId`, in any case of letters, and nothing else.
pub(super) fn wanted(request: &Request<Bytes>) -> Result<Wanted, Refusal> {
    let invalid = |text: &str| Refusal::new(400, "InvalidQueryParameter", text);
    let query = request.uri().query().unwrap_or_default();
    let mut found = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let one = match name.to_ascii_lowercase().as_str() {
            "statusid" => Wanted::Status(value.parse().map_err(|_| invalid("StatusId is not a number"))?),
            "orderid" => Wanted::Order(value.parse().map_err(|_| invalid("OrderId is not a number"))?),
            _ => return Err(Refusal::new(400, "UnsupportedQueryParameter", name)),
        };
        if found.replace(one).is_some() {
            return Err(invalid("give one of StatusId and OrderId"));
        }
    }
    found.ok_or_else(|| invalid("give one of StatusId and OrderId"))
}

/// A number that may be written as a string.
pub(super) fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn confirmed(body: &[u8]) -> String {
    let items: Vec<Value> = serde_json::from_slice(body).unwrap_or_default();
    let ids = items
        .iter()
        .filter_map(|item| number(item.get("RepSparkOrderNumber")?))
        .map(|id| id.to_string());
    ids.collect::<Vec<_>>().join(",")
}

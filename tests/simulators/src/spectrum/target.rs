//! What a request is about, before anything judges whether it may be.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::Value;

/// An address that this stand-in has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// An acknowledgement.
    Acknowledgement,
    /// Several.
    Acknowledgements,
    /// The details of an order.
    Order,
    /// The tracking of an order.
    ShipNotification,
    /// An order by its number, decoded.
    OrderNumber(String),
}

impl Endpoint {
    /// With its method, as it is counted.
    pub(super) fn operation(&self) -> &'static str {
        match self {
            Self::Acknowledgement => "POST acknowledgement",
            Self::Acknowledgements => "POST acknowledgements",
            Self::Order => "POST order",
            Self::ShipNotification => "POST ship-notification",
            Self::OrderNumber(_) => "GET order-number",
        }
    }

    fn method(&self) -> Method {
        match self {
            Self::OrderNumber(_) => Method::GET,
            _ => Method::POST,
        }
    }
}

/// What the gate and the counters see of a request.
pub(super) struct Target {
    pub(super) endpoint: Option<Endpoint>,
    pub(super) method_fits: bool,
    /// The endpoint, such as `POST acknowledgement`.
    pub(super) operation: String,
    /// The purchase order number; of several, the first.
    pub(super) subject: String,
}

impl Target {
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        let (method, path) = (request.method(), request.uri().path());
        let endpoint = endpoint(path);
        let subject = match &endpoint {
            Some(Endpoint::OrderNumber(number)) => number.clone(),
            _ => number(request.body()),
        };
        Self {
            operation: match &endpoint {
                Some(endpoint) if *method == endpoint.method() => endpoint.operation().to_owned(),
                _ => format!("{method} {path}"),
            },
            method_fits: endpoint
                .as_ref()
                .is_none_or(|endpoint| *method == endpoint.method()),
            endpoint,
            subject,
        }
    }
}

fn endpoint(path: &str) -> Option<Endpoint> {
    match path {
        "/api/order/acknowledgement" => return Some(Endpoint::Acknowledgement),
        "/api/order/acknowledgements" => return Some(Endpoint::Acknowledgements),
        "/api/order" => return Some(Endpoint::Order),
        "/api/order/ship-notification" => return Some(Endpoint::ShipNotification),
        _ => {}
    }
    let number = path.strip_prefix("/api/order/order-number/")?;
    // What servers of this kind do with escaped slashes and the like differs, so nobody may send them.
    let plain = number.replace("%20", " ");
    let fits = !plain.is_empty() && !plain.contains(['/', '%']);
    fits.then_some(Endpoint::OrderNumber(plain))
}

fn number(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let one = body.get(0).unwrap_or(&body);
    let number = one.get("purchaseOrderNumber").and_then(Value::as_str);
    number.unwrap_or_default().to_owned()
}

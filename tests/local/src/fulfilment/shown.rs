//! Packages as a customer sees them at SparkLayer.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// A package: what is in it, and how it is followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ShownPackage {
    /// `processing`, `shipment`, `cancelled` or `refund`.
    pub kind: String,
    /// SKUs and quantities, by SKU.
    pub lines: Vec<(String, u64)>,
    /// The carrier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// The carrier's number of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking: Option<String>,
}

impl ShownPackage {
    /// A package without a parcel.
    pub(crate) fn new(kind: &str, lines: &[(&str, u64)]) -> Self {
        let mut lines: Vec<_> = lines
            .iter()
            .map(|(sku, pieces)| ((*sku).to_owned(), *pieces))
            .collect();
        lines.sort();
        Self {
            kind: kind.to_owned(),
            lines,
            carrier: None,
            tracking: None,
        }
    }

    /// With its parcel.
    pub(crate) fn by(mut self, (carrier, tracking): (&str, &str)) -> Self {
        self.carrier = Some(carrier.to_owned());
        self.tracking = Some(tracking.to_owned());
        self
    }

    fn read(package: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let items = package["line_items"].as_array().into_iter().flatten();
        let mut lines: Vec<(String, u64)> = items
            .map(|item| {
                let sku = text(&item["identifiers"]["sku"]).unwrap_or_default();
                (sku, item["quantity"].as_u64().unwrap_or_default())
            })
            .collect();
        lines.sort();
        let parcel = &package["shipments"][0];
        Self {
            kind: text(&package["type"]).unwrap_or_default(),
            lines,
            carrier: text(&parcel["carrier"]),
            tracking: text(&parcel["tracking_number"]),
        }
    }
}

/// The packages of a purchase, in an order of their own.
pub(crate) fn packages(purchase: &Value) -> Vec<ShownPackage> {
    let packages = purchase["packages"].as_array().into_iter().flatten();
    let mut packages: Vec<_> = packages.map(ShownPackage::read).collect();
    packages.sort();
    packages
}

/// Packages in a line: `processing 12, shipment 6`.
pub(crate) fn brief(packages: &[ShownPackage]) -> String {
    let one = |package: &ShownPackage| {
        let pieces: u64 = package.lines.iter().map(|(_, pieces)| pieces).sum();
        format!("{} {pieces}", package.kind)
    };
    packages.iter().map(one).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for ShownPackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.lines.iter().map(|(sku, pieces)| format!("{sku} x {pieces}"));
        let lines: Vec<String> = lines.collect();
        write!(f, "{:<11}{}", self.kind, lines.join(", "))?;
        match (&self.carrier, &self.tracking) {
            (Some(carrier), Some(tracking)) => write!(f, "  by {carrier} {tracking}"),
            (Some(carrier), None) => write!(f, "  by {carrier}"),
            _ => Ok(()),
        }
    }
}

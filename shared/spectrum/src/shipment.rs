//! The news that an order has shipped.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::flaws::{FlawKind, Flaws};
use crate::hash::short_of;
use crate::number::PurchaseOrderNumber;
use crate::recipe_set::RecipeSetId;

/// A recipe set that has shipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippedLine {
    /// Which.
    pub recipe_set: RecipeSetId,
    /// The number by which the parcel is followed.
    pub tracking: String,
    /// Serial numbers of the pieces, where there are any.
    pub serial_numbers: Vec<String>,
}

/// The tracking of a whole order. `Debug` hides what it says.
#[derive(Clone, PartialEq, Eq)]
pub struct Shipment {
    number: PurchaseOrderNumber,
    body: Body,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    purchase_order_number: String,
    line_items: Vec<Item>,
}

/// Here a recipe set has another key than in acknowledgements (vendor notes, section 5).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    recipe_set_readable_id: RecipeSetId,
    shipment_tracking: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    serial_numbers: Vec<String>,
}

impl Shipment {
    /// The order's name at Spectrum.
    pub fn number(&self) -> &PurchaseOrderNumber {
        &self.number
    }

    /// Its fingerprint: the first 16 bytes, in hex, of the SHA-256 over its body. Equal ones give equal bytes, since fields
    /// are written in the order in which they are declared.
    pub fn hash(&self) -> String {
        short_of(self)
    }
}

impl fmt::Debug for Shipment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shipment({}, hidden)", self.number)
    }
}

impl Serialize for Shipment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.body.serialize(serializer)
    }
}

/// The tracking of an order, to be sent once all of its recipe sets have shipped. `longest` is the greatest number of
/// characters of a text.
///
/// # Errors
/// All that has to be mended first, by name.
pub fn shipment(
    number: &PurchaseOrderNumber,
    lines: &[ShippedLine],
    longest: usize,
) -> Result<Shipment, Flaws> {
    let mut flaws = Flaws::default();
    let mut seen = BTreeSet::new();
    if lines.is_empty() {
        flaws.add("lineItems", FlawKind::Missing);
    }
    let items = lines.iter().map(|line| {
        let id = &line.recipe_set;
        if !seen.insert(id) {
            flaws.add(id.as_str(), FlawKind::Twice);
        }
        let field = format!("{id} serialNumbers");
        let numbers = line.serial_numbers.iter();
        let serial_numbers = numbers.map(|number| flaws.required(&field, number, longest));
        let serial_numbers = serial_numbers.collect();
        Item {
            recipe_set_readable_id: id.clone(),
            shipment_tracking: flaws.required(&format!("{id} shipmentTracking"), &line.tracking, longest),
            serial_numbers,
        }
    });
    let line_items = items.collect();
    flaws.or(Shipment {
        number: number.clone(),
        body: Body {
            purchase_order_number: number.as_str().to_owned(),
            line_items,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(number: &str, tracking: &str) -> Shipment {
        let line = ShippedLine {
            recipe_set: RecipeSetId::new("K7QW2MZP").unwrap(),
            tracking: tracking.to_owned(),
            serial_numbers: Vec::new(),
        };
        shipment(&PurchaseOrderNumber::new(number).unwrap(), &[line], 255).unwrap()
    }

    #[test]
    fn the_hash_is_of_the_body_that_is_sent() {
        let one = told("SO1", "794600000001");
        let body = r#"{"purchaseOrderNumber":"SO1","lineItems":[{"recipeSetReadableId":"K7QW2MZP","shipmentTracking":"794600000001"}]}"#;
        assert_eq!(serde_json::to_string(&one).unwrap(), body);
        // `printf '%s' '…' | sha256sum` over that body, its first half.
        assert_eq!(one.hash(), "4a0d416ddffbb4518d5056be7386a075");
        assert_eq!(told("SO1", " 794600000001").hash(), one.hash());
        assert_ne!(told("SO1", "794600000002").hash(), one.hash());
        assert_ne!(told("SO2", "794600000001").hash(), one.hash());
    }
}

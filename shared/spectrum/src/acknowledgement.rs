//! An acknowledgement: what starts the factory.

use std::fmt;

use serde::Serialize;

use crate::flaws::{FlawKind, Flaws};
use crate::group::{Group, groups};
use crate::hash::AcknowledgementHash;
use crate::number::PurchaseOrderNumber;
use crate::options::{Format, Priority, ProofStatus};
use crate::parts::{Header, Parts, stamp};
use crate::recipe_set::RecipeSetId;

/// An order that may be acknowledged: nothing of it is missing or overlong. `Debug` hides what it says.
#[derive(Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    number: PurchaseOrderNumber,
    format: Format,
    sheet: Sheet,
}

/// The LineItem format (vendor notes, section 3). It is written as it stands here, so equal ones give equal bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sheet {
    pub(crate) purchase_order_number: String,
    pub(crate) order_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) account_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) organization_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) serial_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) order_reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) customer_service_contact: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) proof_status: Option<ProofStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) priority: Option<Priority>,
    pub(crate) line_items: Vec<Item>,
}

/// A line item: a recipe set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item {
    pub(crate) recipe_set_id: RecipeSetId,
    /// Only where there is one SKU, and then with its quantity: an older text requires both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sku: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quantity: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gift_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) shipment_vendor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) shipment_tracking: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) proof_status: Option<ProofStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) estimated_delivery_date: Option<String>,
    pub(crate) sku_quantities: Vec<SkuQuantity>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SkuQuantity {
    pub(crate) sku: String,
    pub(crate) quantity: u64,
}

/// The deprecated RecipeSet format (the seed).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecipeSets<'a> {
    purchase_order_number: &'a str,
    order_date: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_id: Option<&'a str>,
    recipe_sets: Vec<RecipeSet<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecipeSet<'a> {
    recipe_set_id: &'a RecipeSetId,
    sku_quantities: &'a [SkuQuantity],
}

impl Acknowledgement {
    /// The order's name at Spectrum.
    pub fn number(&self) -> &PurchaseOrderNumber {
        &self.number
    }

    /// What the factory is to start, each once.
    pub fn recipe_sets(&self) -> impl Iterator<Item = &RecipeSetId> {
        self.sheet.line_items.iter().map(|item| &item.recipe_set_id)
    }

    /// The fingerprint of all that it says: a repeated one is of the same content only if this is the same.
    pub fn hash(&self) -> AcknowledgementHash {
        AcknowledgementHash::of(self)
    }
}

impl fmt::Debug for Acknowledgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Acknowledgement({}, hidden)", self.number)
    }
}

impl Serialize for Acknowledgement {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sheet = &self.sheet;
        match self.format {
            Format::LineItem => sheet.serialize(serializer),
            Format::RecipeSet => RecipeSets {
                purchase_order_number: &sheet.purchase_order_number,
                order_date: &sheet.order_date,
                account_number: sheet.account_number.as_deref(),
                organization_id: sheet.organization_id.as_deref(),
                recipe_sets: sheet.line_items.iter().map(RecipeSet::of).collect(),
            }
            .serialize(serializer),
        }
    }
}

impl<'a> RecipeSet<'a> {
    fn of(item: &'a Item) -> Self {
        Self {
            recipe_set_id: &item.recipe_set_id,
            sku_quantities: &item.sku_quantities,
        }
    }
}

/// The acknowledgement of an order: its custom lines by recipe set, lines of one recipe set together. Equal parts give
/// equal acknowledgements.
///
/// # Errors
/// All that has to be mended first, by name.
pub fn acknowledgement(parts: &Parts<'_>) -> Result<Acknowledgement, Flaws> {
    let mut flaws = Flaws::default();
    let sheet = sheet(parts, &mut flaws);
    flaws.or(Acknowledgement {
        number: parts.number.clone(),
        format: parts.options.format,
        sheet,
    })
}

pub(crate) fn sheet(parts: &Parts<'_>, flaws: &mut Flaws) -> Sheet {
    let (header, options) = (parts.header, parts.options);
    let proof_status = header.proof_status.or(options.proof_status);
    let [account, organization, email, phone, serial, reference, contact] =
        texts(header, options.text_max, flaws);
    let groups = groups(parts.order, parts.lines, options.text_max, flaws);
    if groups.is_empty() && flaws.all().is_empty() {
        flaws.add("lineItems", FlawKind::Missing);
    }
    let items = groups
        .into_iter()
        .map(|group| item(group, proof_status, options.text_max, flaws));
    let line_items = items.collect();
    Sheet {
        purchase_order_number: parts.number.as_str().to_owned(),
        order_date: stamp(parts.ordered_at),
        account_number: account,
        organization_id: organization,
        email_address: email,
        phone_number: phone,
        serial_number: serial,
        order_reference: reference,
        customer_service_contact: contact,
        proof_status,
        priority: header.priority.or(options.priority),
        line_items,
    }
}

fn texts(header: &Header, longest: usize, flaws: &mut Flaws) -> [Option<String>; 7] {
    [
        ("accountNumber", &header.account_number),
        ("organizationId", &header.organization_id),
        ("emailAddress", &header.email_address),
        ("phoneNumber", &header.phone_number),
        ("serialNumber", &header.serial_number),
        ("orderReference", &header.order_reference),
        ("customerServiceContact", &header.customer_service_contact),
    ]
    .map(|(field, text)| flaws.text(field, text.as_deref(), longest))
}

fn item(group: Group<'_>, proof: Option<ProofStatus>, longest: usize, flaws: &mut Flaws) -> Item {
    let line = group.line;
    let more = group.more;
    let mut text = |field: &str, text: Option<&String>| {
        flaws.text(format!("line {line} {field}"), text.map(String::as_str), longest)
    };
    let one = match group.skus.as_slice() {
        [(sku, pieces)] => Some((sku.clone(), *pieces)),
        _ => None,
    };
    let sku_quantities = group
        .skus
        .into_iter()
        .map(|(sku, quantity)| SkuQuantity { sku, quantity });
    Item {
        recipe_set_id: group.recipe_set,
        quantity: one.as_ref().map(|(_, pieces)| *pieces),
        sku: one.map(|(sku, _)| sku),
        gift_message: text("giftMessage", more.and_then(|more| more.gift_message.as_ref())),
        shipment_vendor: text(
            "shipmentVendor",
            more.and_then(|more| more.shipment_vendor.as_ref()),
        ),
        shipment_tracking: text(
            "shipmentTracking",
            more.and_then(|more| more.shipment_tracking.as_ref()),
        ),
        proof_status: more.and_then(|more| more.proof_status).or(proof),
        estimated_delivery_date: more.and_then(|more| more.estimated_delivery.as_ref()).map(stamp),
        sku_quantities: sku_quantities.collect(),
    }
}

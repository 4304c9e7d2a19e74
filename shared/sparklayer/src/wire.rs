//! The one serializer: a purchase as the body of a PUT (vendor notes, sections 5 and 6). It writes no `calculated_*`
//! field, and money as decimal texts. What is uncertain follows [`Options`].

use jiff::Timestamp;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Map, Value, json};

use crate::options::{Options, PackagesShape};
use crate::purchase::{Item, NameValue, Package, PackageKind, Parcel, Place, Purchase};

/// The body of a PUT of this purchase. Equal purchases give equal bodies.
pub fn wire(purchase: &Purchase, options: &Options) -> Value {
    Writer {
        options,
        currency: &purchase.currency,
    }
    .purchase(purchase)
}

/// A time with its offset, as the samples write it, and with its milliseconds if there are any: revisions may be one
/// apart.
pub(crate) fn stamp(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
}

struct Writer<'a> {
    options: &'a Options,
    currency: &'a str,
}

impl Writer<'_> {
    fn purchase(&self, purchase: &Purchase) -> Value {
        let mut body = Map::new();
        set(&mut body, "type", "order");
        set(&mut body, "purchase_identifiers", identifiers(purchase));
        let mut customer = Map::new();
        set(
            &mut customer,
            &self.options.customer_key,
            purchase.customer.as_str(),
        );
        set(&mut body, "customer_identifiers", customer);
        set_some(&mut body, "payment_method", purchase.payment_method.as_deref());
        let (placed, revision) = (stamp(purchase.placed_at), stamp(purchase.revision));
        let dates = json!({"created_at": placed, "updated_at": revision, "placed_at": placed});
        set(&mut body, "dates", dates);
        set_some(
            &mut body,
            "customer_reference",
            purchase.customer_reference.as_deref(),
        );
        set(&mut body, "currency_code", self.currency);
        if self.options.revision_date {
            set(&mut body, "revision_date", revision);
        }
        let billing = purchase.billing.as_ref().map(|place| self.place(place));
        set_some(&mut body, "billing_address", billing);
        set(&mut body, "packages", self.packages(&purchase.packages));
        self.files(&mut body);
        if self.options.empty_lists || !purchase.custom_fields.is_empty() {
            set(&mut body, "custom_fields", pairs(&purchase.custom_fields));
        }
        if !purchase.metadata.is_empty() {
            set(&mut body, "metadata", pairs(&purchase.metadata));
        }
        body.into()
    }

    fn packages(&self, packages: &[Package]) -> Value {
        let mut written: Vec<Value> = packages.iter().map(|package| self.package(package)).collect();
        if self.options.packages == PackagesShape::ObjectIfOne && written.len() == 1 {
            return written.remove(0);
        }
        written.into()
    }

    fn package(&self, package: &Package) -> Value {
        let mut written = Map::new();
        set(&mut written, "type", package.kind.as_str());
        let mut ids = Map::new();
        set(
            &mut ids,
            &self.options.package_id_key,
            package.id.hyphenated().to_string(),
        );
        if !ids.is_empty() {
            set(&mut written, "identifiers", ids);
        }
        let mut dates = Map::new();
        set(
            &mut dates,
            &self.options.created_at_key,
            stamp(package.created_at),
        );
        if let (Some(key), Some(at)) = (self.moved_key(package.kind), package.moved_at) {
            set(&mut dates, key, stamp(at));
        }
        set(&mut written, "dates", dates);
        let items: Vec<Value> = package.items.iter().map(|item| self.item(item)).collect();
        set(&mut written, "line_items", items);
        if let Some(name) = package
            .shipping_method
            .as_deref()
            .filter(|_| self.options.shipping_method)
        {
            let line_total = self.totals(Decimal::ZERO, Decimal::ZERO);
            set(
                &mut written,
                "shipping_method",
                json!({"name": name, "line_total": line_total}),
            );
        }
        let address = package.shipping_address.as_ref().map(|place| self.place(place));
        set_some(&mut written, "shipping_address", address);
        let shipments: Vec<Value> = package.parcel.iter().map(|parcel| self.parcel(parcel)).collect();
        set(&mut written, "shipments", shipments);
        self.files(&mut written);
        written.into()
    }

    fn moved_key(&self, kind: PackageKind) -> Option<&str> {
        match kind {
            PackageKind::Processing => None,
            PackageKind::Shipment => Some(&self.options.shipped_at_key),
            PackageKind::Cancelled => Some(&self.options.cancelled_at_key),
            PackageKind::Refund => Some(&self.options.refunded_at_key),
        }
    }

    fn parcel(&self, parcel: &Parcel) -> Value {
        let mut written = Map::new();
        set(&mut written, "carrier", parcel.carrier.as_str());
        if self.options.carrier_id {
            set(&mut written, "carrier_id", parcel.carrier.to_lowercase());
        }
        set_some(
            &mut written,
            &self.options.tracking_number_key,
            parcel.number.as_deref(),
        );
        set_some(
            &mut written,
            &self.options.tracking_url_key,
            parcel.url.as_deref(),
        );
        written.into()
    }

    fn item(&self, item: &Item) -> Value {
        json!({
            "identifiers": {"sku": item.sku},
            "name_parent": item.name_parent,
            "name_child": item.name_child,
            "quantity": item.quantity,
            "custom_attributes": [],
            "line_total": self.totals(item.gross, item.discount),
        })
    }

    /// A LineTotal. Nobody tells us a tax, so gross is net.
    fn totals(&self, gross: Decimal, discount: Decimal) -> Value {
        // Of the rounded parts, so that the sums are right for whoever adds them up.
        let discount = self.rounded(discount);
        let paid = self.rounded(gross) - discount;
        let net = match self.options.net_after_discount {
            true => paid,
            false => paid + discount,
        };
        let mut totals = Map::new();
        set(&mut totals, "total_net", self.money(net));
        set(&mut totals, "discount_net", self.money(discount));
        if self.options.all_totals {
            set(&mut totals, "total_tax", self.money(Decimal::ZERO));
            set(&mut totals, "total_gross", self.money(paid));
        }
        totals.into()
    }

    fn rounded(&self, amount: Decimal) -> Decimal {
        let decimals = self.options.money_decimals.min(Decimal::MAX_SCALE);
        amount.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
    }

    /// A MonetaryObject: its number is a text in every sample.
    fn money(&self, amount: Decimal) -> Value {
        let mut amount = self.rounded(amount);
        amount.rescale(self.options.money_decimals.min(Decimal::MAX_SCALE));
        json!({"number": amount.to_string(), "currency": self.currency})
    }

    fn place(&self, place: &Place) -> Value {
        let address = &place.address;
        let mut written = Map::new();
        set(&mut written, "name", address.name.as_str());
        set_some(&mut written, "company", place.company.as_deref());
        let key = &self.options.address_line_key;
        let (first, rest) = address
            .lines
            .split_first()
            .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        if !key.is_empty() {
            set(&mut written, &format!("{key}1"), first);
            let rest = (!rest.is_empty()).then(|| rest.join(", "));
            set(&mut written, &format!("{key}2"), rest);
        }
        set_some(&mut written, "city", address.city.as_deref());
        set(&mut written, "region_code", address.region.as_deref());
        set_some(
            &mut written,
            &self.options.postal_code_key,
            address.postal_code.as_deref(),
        );
        set_some(&mut written, "country_code", address.country.as_deref());
        set(&mut written, "phone", place.phone.as_deref());
        written.into()
    }

    fn files(&self, into: &mut Map<String, Value>) {
        if self.options.empty_lists {
            set(into, "accounting_files", json!([]));
        }
    }
}

fn identifiers(purchase: &Purchase) -> Map<String, Value> {
    let names = &purchase.identifiers;
    let mut written = Map::new();
    set(&mut written, "internal", names.internal.as_str());
    set(&mut written, "visible", names.visible.as_str());
    set(&mut written, "platform", names.platform.as_str());
    set_some(
        &mut written,
        "sparklayer",
        names.sparklayer.map(|cart| cart.to_string()),
    );
    written
}

fn pairs(pairs: &[NameValue]) -> Vec<Value> {
    let pair = |pair: &NameValue| json!({"name": pair.name, "value": pair.value});
    pairs.iter().map(pair).collect()
}

/// Without a key there is no field.
fn set(into: &mut Map<String, Value>, key: &str, value: impl Into<Value>) {
    if !key.is_empty() {
        into.insert(key.to_owned(), value.into());
    }
}

fn set_some<T: Into<Value>>(into: &mut Map<String, Value>, key: &str, value: Option<T>) {
    if let Some(value) = value {
        set(into, key, value);
    }
}

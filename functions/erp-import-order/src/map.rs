//! From the kept payload to the order that is sent, or to the reason why it waits for a person. The payload is mapped here
//! and not at intake, so that a corrected map lets a held order through on the same payload.

use field_map::FieldMap;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ledger::LedgerError;
use order_mapping::{age_hold, read_order, read_version};
use order_model::versions::{Standing, Version};
use order_model::{BEFORE_IMPORT_FROM, Order, OrderState, Origin, UNDATED};

use crate::ImportOrder;

/// Why an order is not sent: the code and the words of a hold.
pub(crate) type Held = (String, String);

/// The mapped order, or why it waits.
pub(crate) async fn map(
    import: &ImportOrder,
    order: &OrderState,
    map: &FieldMap,
) -> Result<Result<Order, Held>, LedgerError> {
    let (raw, mapped) = match read_order(&import.kit.ledger, order, map, &import.config.time_zone).await? {
        Ok(read) => read,
        Err(unmapped) => return Ok(Err((unmapped.code.to_owned(), unmapped.text))),
    };
    if order.waived {
        return Ok(Ok(mapped));
    }
    if let Some(code) = rule(import, &mapped).or_else(|| map.holds(&raw).into_iter().next()) {
        return Ok(Err((code, KEPT_BACK.to_owned())));
    }
    Ok(match replaced(import, order, map).await? {
        Some(code) => Err((code, REPLACED.to_owned())),
        None => Ok(mapped),
    })
}

const KEPT_BACK: &str = "nothing is wrong with the order: a rule of the brand keeps it back (ImportFrom, or a hold of the field map); retry \
                         the import to let this one go all the same";

const REPLACED: &str = "this submission is of a later day, and takes the place of an older one of the same order that the integration before \
                        this one may have imported (ImportFrom): look for that one in the ERP. Retry the import if it is not there; \
                        complete or discard this one if it is";

/// The rule of the cut-over for the submissions in whose place an eCat order's current one goes: what a former integration
/// imported would be imported once more under the newer number. One that can't be read says nothing of its day.
async fn replaced(
    import: &ImportOrder,
    order: &OrderState,
    map: &FieldMap,
) -> Result<Option<String>, LedgerError> {
    let superseded = |version: &&Version| version.standing == Standing::Superseded;
    for version in order.versions.iter().filter(superseded) {
        let read = read_version(&import.kit.ledger, version, map, &import.config.time_zone).await?;
        let code = match read {
            Ok((_, mapped)) => rule(import, &mapped),
            Err(_) => Some(UNDATED.to_owned()),
        };
        if code.is_some() {
            return Ok(code);
        }
    }
    Ok(None)
}

/// The rule of the cut-over: the integration before us may have imported what is older.
fn rule(import: &ImportOrder, order: &Order) -> Option<String> {
    let config = &import.config;
    let code = cut_over(order, config.import_from, &config.time_zone)?;
    Some(code.to_owned())
}

fn cut_over(order: &Order, from: Option<Date>, zone: &TimeZone) -> Option<&'static str> {
    match (from, order.source.vendor) {
        (Some(from), Origin::RepSpark) => age_hold(order, from, zone),
        // A submission of today may be the change of an order that the integration before us imported and marked, whose
        // uuid was never seen here. Where its order date tells, it waits for a person.
        (Some(from), Origin::Ecat) => {
            let ordered_before = order.order_date.is_some_and(|day| day < from);
            age_hold(order, from, zone).or(ordered_before.then_some(BEFORE_IMPORT_FROM))
        }
        // eCat has no baseline, and is not pulled without a day: it was taken away when eCat was switched off, and what is
        // still due may be of any year.
        (None, Origin::Ecat) => Some(BEFORE_IMPORT_FROM),
        (None, Origin::RepSpark) => None,
    }
}

#[cfg(test)]
mod tests {
    use order_mapping::context;
    use order_model::ErpKey;
    use serde_json::{Value, json};

    use super::*;

    fn order(key: &str, map: &FieldMap, raw: &Value) -> Order {
        let context = context(ErpKey::new(key).unwrap(), &TimeZone::UTC);
        map.apply(raw, &context).unwrap()
    }

    #[test]
    fn a_submission_of_today_of_an_order_from_before_the_cut_over_waits_where_its_date_tells() {
        let raw = |ordered: &str| {
            json!({
                "order_number": "7120-1-1", "submit_date": "2026-11-20", "order_date": ordered, "customer_number": "C1",
                "currency": "USD", "items": [{"item_number": "LAMP", "quantity": 1, "unit_price": "5.00"}],
            })
        };
        let day = "2026-11-01".parse().ok();
        let held = |ordered| {
            let order = order("EC-DEMO-7120-1-1", &FieldMap::ecat_default(), &raw(ordered));
            cut_over(&order, day, &TimeZone::UTC)
        };
        assert_eq!(held("2026-10-31"), Some(BEFORE_IMPORT_FROM));
        assert_eq!(held("2026-11-01"), None);
    }

    #[test]
    fn without_a_day_of_the_cut_over_an_order_of_ecats_waits_and_one_of_repsparks_goes() {
        let ecat = json!({
            "order_number": "7120-1", "submit_date": "2026-11-20", "customer_number": "C1", "currency": "USD",
            "items": [{"item_number": "LAMP", "quantity": 1, "unit_price": "5.00"}],
        });
        let ecat = order("EC-DEMO-7120-1", &FieldMap::ecat_default(), &ecat);
        let repspark = json!({
            "OrderId": 8086, "CustomerCode": "C1", "CurrencyCode": "USD",
            "OrderItems": [{"ProductNumber": "P1", "ColorCode": "BLK",
                "OrderItemSizes": [{"SizeCode": "M", "Quantity": 1, "SellPrice": "5.00"}]}],
        });
        let repspark = order("RS-ACME-8086", &FieldMap::repspark_default(), &repspark);
        let day = "2026-11-01".parse().ok();
        let of = |order, from| cut_over(order, from, &TimeZone::UTC);
        assert_eq!(
            (of(&ecat, day), of(&ecat, None)),
            (None, Some(BEFORE_IMPORT_FROM))
        );
        assert_eq!((of(&repspark, day), of(&repspark, None)), (Some(UNDATED), None));
    }
}

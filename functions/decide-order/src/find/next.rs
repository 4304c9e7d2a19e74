//! What to do about a name that nothing has. Pure.

use order_model::{Brand, EcatOrg, EcatUuid, OrderKey, Origin, RepSparkOrderId};

/// The events that may take the order in, and how an eCat order is found by its id, which no index holds.
pub(super) fn next(brand: &Brand, ecat: Option<&EcatOrg>, key: Option<&OrderKey>, name: &str) -> String {
    let mut next = String::new();
    let digits = RepSparkOrderId::new(name).ok();
    if let Some(number) = digits.clone().or_else(|| key?.repspark_order(brand)) {
        next.push_str(&format!(
            ". If RepSpark has the order, repspark-recover-orders {{\"order_id\": \"{number}\"}} takes it in"
        ));
    }
    let of_ecat = key.is_some_and(|key| key.origin() == Origin::Ecat) || EcatUuid::new(name).is_ok();
    match (ecat, digits) {
        (Some(_), Some(id)) => next.push_str(&format!(
            ". If it is an id of eCat's, name the order by its order number or its uuid, which eCat's portal shows for that id; if it never came, ecat-pull-orders {{\"ecat_id\": {id}}} takes it in"
        )),
        (Some(_), None) if of_ecat => next.push_str(
            ". If eCat has the order, ecat-pull-orders {\"ecat_id\": <its id>} takes it in",
        ),
        (None, _) if of_ecat => next.push_str(
            ". eCat is switched off here (EcatOrg is empty), so its orders are found by their keys alone, EC-<organisation>-<uuid>",
        ),
        _ => {}
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "9b0d2c64-7f1a-4c53-8e77-52a4d1c0b6e3";

    fn told(org: Option<&str>, name: &str) -> String {
        let org = org.map(|org| EcatOrg::new(org).unwrap());
        let key = OrderKey::new(name.to_ascii_uppercase()).ok();
        next(&Brand::new("acme").unwrap(), org.as_ref(), key.as_ref(), name)
    }

    #[test]
    fn digits_may_be_repsparks_number_or_an_id_of_ecats() {
        let both = told(Some("demo"), "0402987");
        assert!(both.contains("{\"order_id\": \"402987\"}"), "{both}");
        assert!(both.contains("by its order number or its uuid"), "{both}");
        assert!(both.contains("ecat-pull-orders {\"ecat_id\": 402987}"), "{both}");
        let repspark = told(None, "402987");
        assert!(!repspark.contains("eCat"), "{repspark}");
        let keyed = told(Some("demo"), "RS-ACME-8086");
        assert!(keyed.contains("{\"order_id\": \"8086\"}"), "{keyed}");
        assert!(!keyed.contains("eCat"), "{keyed}");
    }

    #[test]
    fn a_uuid_or_a_key_of_ecats_is_brought_by_its_id() {
        for name in [UUID, "EC-DEMO-7120-041526-118"] {
            let on = told(Some("demo"), name);
            assert!(on.contains("{\"ecat_id\": <its id>}"), "{on}");
            let off = told(None, name);
            assert!(off.contains("eCat is switched off here"), "{off}");
        }
        assert_eq!(told(Some("demo"), "SO 77/1"), "");
    }
}

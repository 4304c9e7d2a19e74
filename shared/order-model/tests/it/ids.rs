//! Names: what they take, and how they turn into each other.

use order_model::{Brand, CorrelationId, ErpKey, ErpReference, OrderKey, RepSparkOrderId};

#[test]
fn a_brand_is_short_plain_and_upper_case() {
    for (text, name) in [
        ("acme", "ACME"),
        ("Acme_2", "ACME_2"),
        ("ABCDEFGHIJKL", "ABCDEFGHIJKL"),
    ] {
        assert_eq!(
            Brand::new(text).map(|brand| brand.as_str().to_owned()),
            Ok(name.to_owned())
        );
    }
    for text in ["", "ABCDEFGHIJKLM", "AC-ME", "AC ME", "ÄCME"] {
        assert!(Brand::new(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_brand_that_is_read_is_checked_like_one_that_is_made() {
    let read = |json: &str| serde_json::from_str::<Brand>(json);
    assert_eq!(read("\"acme\"").ok(), Brand::new("ACME").ok());
    assert!(read("\"AC-ME\"").is_err());
}

#[test]
fn an_erp_key_is_1_to_35_of_its_characters() {
    let longest = "A".repeat(35);
    for text in ["A", "RS-ACME-8086", "EC-ORG_1-XYZ-1", longest.as_str()] {
        assert_eq!(ErpKey::new(text).map(String::from), Ok(text.to_owned()));
    }
    let long = "A".repeat(36);
    for text in ["", long.as_str(), "rs-acme-1", "RS ACME", "RS/ACME", "RS-ÄCME"] {
        assert!(ErpKey::new(text).is_err(), "{text:?}");
        assert!(serde_json::from_value::<ErpKey>(text.into()).is_err(), "{text:?}");
    }
}

#[test]
fn a_repspark_number_drops_leading_zeros_and_blanks() {
    let read = |text: &str| RepSparkOrderId::new(text).map(|id| id.as_str().to_owned()).ok();
    for text in ["8086", "08086", " 8086 ", "000008086"] {
        assert_eq!(read(text).as_deref(), Some("8086"), "{text:?}");
    }
    assert_eq!(read("999999999999999999").as_deref(), Some("999999999999999999"));
    for text in [
        "",
        "0",
        "000",
        "1000000000000000000",
        "80a6",
        "-1",
        "80 86",
        "8086.0",
    ] {
        assert_eq!(read(text), None, "{text:?}");
    }
    assert_eq!(RepSparkOrderId::new("08086").map(|id| id.number()), Ok(8086));
}

#[test]
fn the_longest_brand_and_number_make_a_key_that_fits() {
    let key = Brand::new("ABCDEFGHIJKL").and_then(|brand| {
        let id = RepSparkOrderId::new("999999999999999999")?;
        OrderKey::new(OrderKey::repspark(&brand, &id).as_str())
    });
    assert_eq!(key.map(|key| key.as_str().len()), Ok(34));
}

#[test]
fn a_repspark_key_goes_to_its_order_and_back() {
    let (Ok(acme), Ok(other), Ok(id)) = (Brand::new("Acme"), Brand::new("AC"), RepSparkOrderId::new("8086"))
    else {
        unreachable!("these are well formed");
    };
    let key = OrderKey::repspark(&acme, &id);
    assert_eq!(key.as_str(), "RS-ACME-8086");
    assert_eq!(key.repspark_order(&acme), Some(id));
    assert_eq!(
        key.repspark_order(&other),
        None,
        "a brand that begins alike is another brand"
    );
    let foreign = ["EC-ACME-8086", "RS-ACME-", "RS-ACME-X1", "RS-ACME8086"];
    for text in foreign {
        let key = OrderKey::new(text);
        assert_eq!(key.map(|key| key.repspark_order(&acme)), Ok(None), "{text}");
    }
}

#[test]
fn a_line_is_named_after_its_order() {
    let name = ErpKey::new("RS-ACME-8086").map(|key| CorrelationId::new(&key, 3));
    assert_eq!(name.as_ref().map(CorrelationId::as_str), Ok("RS-ACME-8086-3"));
}

#[test]
fn an_erp_reference_is_1_to_64_and_trimmed() {
    let read = |text: &str| ErpReference::new(text).map(String::from).ok();
    assert_eq!(read(" SO104233 ").as_deref(), Some("SO104233"));
    assert_eq!(read(&"S".repeat(64)).map(|text| text.len()), Some(64));
    assert_eq!(read(&"S".repeat(65)), None);
    assert_eq!(read("  "), None);
    assert!(serde_json::from_str::<ErpReference>("\"\"").is_err());
}

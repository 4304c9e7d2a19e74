use super::*;

fn key(org: &str, number: &str) -> String {
    let (org, number) = (EcatOrg::new(org).unwrap(), EcatOrderNumber::new(number).unwrap());
    String::from(ErpKey::ecat(&org, &number))
}

#[test]
fn an_organisation_is_2_to_9_letters_and_digits_and_keeps_its_form_for_urls() {
    let org = EcatOrg::new("Demo2").unwrap();
    assert_eq!((org.in_urls(), org.in_keys()), ("Demo2", "DEMO2"));
    for text in ["ab", "ABCDEFGHI", "12"] {
        assert!(EcatOrg::new(text).is_ok(), "{text}");
    }
    for text in ["", "a", "ABCDEFGHIJ", "AC-ME", "AC_ME", "AC ME", "ÄC"] {
        assert!(EcatOrg::new(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_plain_number_stands_in_the_key_as_it_is() {
    assert_eq!(key("demo", "6385-031318-392"), "EC-DEMO-6385-031318-392");
    assert_eq!(key("demo", "6385-031318-392-1"), "EC-DEMO-6385-031318-392-1");
    assert_eq!(key("Demo", "XYZ_123"), "EC-DEMO-XYZ_123");
}

/// `python3 -c "import hashlib; print(hashlib.sha256('abc-1'.encode()).hexdigest()[:20].upper())"`, and so on.
#[test]
fn a_number_that_would_not_make_a_key_is_hashed() {
    for (number, hash) in [
        ("abc-1", "65397A5F96C8FAED6BED"),
        ("7120/041526", "887012B4A17EB2C58F3B"),
        ("xyz-123", "BA257D6821DB73926148"),
        ("XYZ 123", "89956088E6EE5D291097"),
        (" XYZ-1", "8795FCADF71F10433773"),
        ("Ä-1", "67EE58EEB039DD570692"),
        ("6385-031318-392-1234567890-ABC", "3F7FFF943F3A5DC801FB"),
    ] {
        assert_eq!(key("demo", number), format!("EC-DEMO-{hash}"), "{number:?}");
    }
}

#[test]
fn the_longest_number_that_stands_in_a_key_makes_35_characters() {
    let fits = "1".repeat(27);
    assert_eq!(key("demo", &fits), format!("EC-DEMO-{fits}"));
    assert_eq!(key("demo", &fits).len(), 35);
    let long = key("demo", &"1".repeat(28));
    assert_eq!(long.len(), 28);
    assert_eq!(key("ABCDEFGHI", &"1".repeat(256)).len(), 33);
}

#[test]
fn numbers_that_differ_in_case_alone_have_two_keys() {
    assert_ne!(key("demo", "XYZ-1"), key("demo", "xyz-1"));
    assert_ne!(key("demo", "Xyz-1"), key("demo", "xyz-1"));
}

#[test]
fn a_number_is_anything_but_empty_blank_or_endless() {
    for text in ["1", "7120/04 Ä", " x "] {
        assert_eq!(EcatOrderNumber::new(text).unwrap().as_str(), text);
    }
    for text in [String::new(), "  ".to_owned(), "1".repeat(257)] {
        assert_eq!(EcatOrderNumber::new(text), Err(EcatIdError::OrderNumber));
    }
    assert!(serde_json::from_str::<EcatOrderNumber>("\"\"").is_err());
}

#[test]
fn a_uuid_is_one_whatever_its_case() {
    let upper = EcatUuid::new("631F4C43-361B-4385-A1EC-7D214B5B4EBE").unwrap();
    assert_eq!(upper.as_str(), "631F4C43-361B-4385-A1EC-7D214B5B4EBE");
    assert_eq!(
        EcatUuid::new(" 631f4c43-361b-4385-a1ec-7d214b5b4ebe "),
        Ok(upper.clone())
    );
    let read: EcatUuid = serde_json::from_str("\"631f4c43-361B-4385-a1ec-7d214b5b4ebe\"").unwrap();
    assert_eq!(read, upper);
    for text in [
        "",
        "631F4C43361B4385A1EC7D214B5B4EBE",
        "631F4C43-361B-4385-A1EC-7D214B5B4EBG",
        "631F4C43-361B-4385-A1EC-7D214B5B4EB",
        "631F4C43-361B-4385-A1EC7-D214B5B4EBE",
        "{631F4C43-361B-4385-A1EC-7D214B5B4EBE}",
    ] {
        assert!(EcatUuid::new(text).is_err(), "{text:?}");
    }
}

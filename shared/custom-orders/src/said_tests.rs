use super::*;

fn order() -> Order {
    let text = r#"{"key":"RS-ACME-8086","source":{"vendor":"repspark","account":"ACME","order_number":"8086"},"customer":{"code":"C100"},"currency":"USD","lines":[{"line":1,"sku":"TEE-BLK-M","quantity":"4","unit_price":"12.5","recipe_set_id":"K7QW2MZP","custom":{"gift_message":"Well played","estimated_delivery_date":"2026-03-12","proof_status":" requested "}},{"line":2,"sku":"CAP-RED-OS","quantity":"1","unit_price":"9.99"}]}"#;
    serde_json::from_str(text).unwrap_or_else(|error| unreachable!("{error}"))
}

fn custom(priority: &str, proof: &str) -> CustomOrder {
    CustomOrder {
        email_address: Some("ada@example.test".to_owned()),
        priority: Some(priority.to_owned()),
        proof_status: Some(proof.to_owned()),
        ..CustomOrder::default()
    }
}

#[test]
fn an_order_that_says_nothing_to_its_maker_has_an_empty_header() {
    let mut unfit = Vec::new();
    let said = header(&order(), &mut unfit);
    assert_eq!(
        (said.email_address, said.priority, said.proof_status),
        (None, None, None)
    );
    assert!(unfit.is_empty());
}

#[test]
fn words_of_spectrums_are_read_and_all_others_are_told_by_the_names_of_their_fields() {
    let mut order = order();
    order.custom = Some(custom("normal", " "));
    let mut unfit = Vec::new();
    let said = header(&order, &mut unfit);
    assert_eq!((said.priority, said.proof_status), (Some(Priority::Normal), None));
    assert!(unfit.is_empty(), "blanks say nothing");
    order.custom = Some(custom("ada@example.test", "ada@example.test"));
    order.lines[0]
        .custom
        .iter_mut()
        .for_each(|line| line.proof_status = Some("ada@example.test".to_owned()));
    header(&order, &mut unfit);
    lines(&order, &TimeZone::UTC, &mut unfit);
    assert_eq!(
        unfit,
        [
            "priority is no word that Spectrum has",
            "proofStatus is no word that Spectrum has",
            "line 1 proofStatus is no word that Spectrum has",
        ],
        "and what stood there is not repeated"
    );
}

#[test]
fn only_custom_lines_say_anything_and_a_day_is_its_beginning_where_the_brand_is() {
    let mut order = order();
    let same = order.lines[0].custom.clone();
    order.lines[1].custom = same;
    let zone = TimeZone::get("America/Los_Angeles").unwrap_or(TimeZone::UTC);
    let mut unfit = Vec::new();
    let said = lines(&order, &zone, &mut unfit);
    assert_eq!(said.iter().map(|line| line.line).collect::<Vec<_>>(), [1]);
    let day = said[0]
        .estimated_delivery
        .as_ref()
        .map(|day| day.timestamp().to_string());
    assert_eq!(day.as_deref(), Some("2026-03-12T07:00:00Z"));
    assert_eq!(said[0].proof_status, Some(ProofStatus::Requested));
    assert!(unfit.is_empty());
}

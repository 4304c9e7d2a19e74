use order_model::{ErpReference, OrderKey};

use super::*;

fn order() -> Order {
    let text = r#"{"key":"RS-ACME-8086","source":{"vendor":"repspark","account":"ACME","order_number":"8086"},"customer":{"code":"C100"},"currency":"USD","lines":[{"line":1,"sku":"TEE-BLK-M","quantity":"4","unit_price":"12.5","recipe_set_id":"K7QW2MZP","custom":{"gift_message":"Well played","estimated_delivery_date":"2026-03-12","proof_status":" requested "}},{"line":2,"sku":"CAP-RED-OS","quantity":"1","unit_price":"9.99"}]}"#;
    serde_json::from_str(text).unwrap_or_else(|error| unreachable!("{error}"))
}

fn state(number: Option<&str>) -> OrderState {
    let key = OrderKey::new("RS-ACME-8086").ok();
    let mut state = key.map_or_else(
        || unreachable!("a key"),
        |key| OrderState::foreign(key, None, Millis(0)),
    );
    state.reference = number.and_then(|number| ErpReference::new(number).ok());
    state
}

fn name(number: Option<&str>, of: NumberOf) -> Result<String, String> {
    let chosen = chosen(&state(number), &order(), of);
    chosen.map(|number| number.to_string()).map_err(|held| held.code)
}

#[test]
fn the_parameter_says_whose_number_the_name_is() {
    assert_eq!("erp".parse(), Ok(NumberOf::Erp));
    assert_eq!("source".parse(), Ok(NumberOf::Source));
    assert_eq!("ERP".parse::<NumberOf>(), Err(()));
    assert_eq!(name(Some("SO104233"), NumberOf::Erp), Ok("SO104233".to_owned()));
    assert_eq!(name(Some("SO104233"), NumberOf::Source), Ok("8086".to_owned()));
}

#[test]
fn a_number_that_is_missing_or_unfit_holds_the_order_and_says_what_to_do() {
    for number in [None, Some("SO/104233"), Some("SO104233.")] {
        assert_eq!(
            name(number, NumberOf::Erp),
            Err("number_unfit".to_owned()),
            "{number:?}"
        );
        assert_eq!(name(number, NumberOf::Source), Ok("8086".to_owned()));
    }
    let held = chosen(&state(None), &order(), NumberOf::Erp).err();
    assert!(
        held.is_some_and(|held| held.text.contains("SpectrumOrderNumber") && held.text.contains("retry"))
    );
}

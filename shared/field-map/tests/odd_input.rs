//! Odd maps and odd payloads give errors, never a panic.
#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too")]

mod support;

use field_map::FieldMap;
use serde_json::{Value, json};
use support::{context, ecat_sample, repspark_context, sample};

/// A generator small enough to be seen through (splitmix64), so that a failing round can be run again by its number.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        usize::try_from((mixed ^ (mixed >> 27)) >> 33).unwrap() % bound
    }
}

fn odd_values() -> Vec<Value> {
    let texts = [
        "",
        " ",
        "0",
        "-1",
        "1e400",
        "-1e-400",
        "1e28",
        "79228162514264337593543950336",
        "é",
        "\u{0}",
        "/",
        "~2",
        "line:/",
        "parent99999999999999999999:/x",
        "order:",
        ":/",
        "/*",
        "/*/*",
        "//",
        "9999-99-99",
        "0000-00-00",
        "13/13/2013",
        "-9999-01-01",
        "2026-03-08 02:30:00",
        "+010000-01-01T00:00:00Z",
        "2026-01-01T00:00:00+25:00",
        "2026-01-01é:00",
        "1/é/2026",
        "1/é/26 3:é PM",
        "7/1/26 99999999999:00 AM",
        "*",
    ];
    let others = [
        json!(null),
        json!(true),
        json!(0),
        json!(-0.0),
        json!(1e308),
        json!(5e-324),
        json!(u64::MAX),
        json!(i64::MIN),
        json!([]),
        json!({}),
        json!([[]]),
        json!([null, 1, "x", {}]),
        json!({"a": {"b": []}}),
        json!({"first": ["/x"]}),
    ];
    texts.iter().map(|text| json!(text)).chain(others).collect()
}

/// Replaces, removes or doubles one node somewhere.
fn mutate(value: &mut Value, dice: &mut Dice, odd: &[Value]) {
    let children = match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    };
    if children == 0 || dice.below(8) == 0 {
        *value = odd[dice.below(odd.len())].clone();
        return;
    }
    let chosen = dice.below(children);
    match (value, dice.below(10)) {
        (Value::Array(items), 0) => drop(items.remove(chosen)),
        (Value::Array(items), 1) => items.push(items[chosen].clone()),
        (Value::Array(items), _) => mutate(&mut items[chosen], dice, odd),
        (Value::Object(members), action) => {
            let key = members.keys().nth(chosen).unwrap().clone();
            match action {
                0 => drop(members.remove(&key)),
                1 => {
                    let moved = members.remove(&key).unwrap();
                    members.insert(format!("{key}x"), moved);
                }
                _ => mutate(&mut members[&key], dice, odd),
            }
        }
        _ => {}
    }
}

#[test]
fn odd_payloads_give_an_order_or_problems() {
    order_or_problems(&FieldMap::repspark_default(), &sample());
    order_or_problems(&FieldMap::ecat_default(), &ecat_sample());
}

fn order_or_problems(map: &FieldMap, whole: &Value) {
    let (context, odd) = (context(map), odd_values());
    let mut mapped = 0;
    for round in 0..3000 {
        let mut dice = Dice(round);
        let mut raw = whole.clone();
        for _ in 0..=dice.below(4) {
            mutate(&mut raw, &mut dice, &odd);
        }
        match map.apply(&raw, &context) {
            Ok(order) => {
                mapped += 1;
                let numbers: Vec<u32> = order.lines.iter().map(|line| line.line).collect();
                assert_eq!(
                    numbers,
                    (1..=u32::try_from(numbers.len()).unwrap()).collect::<Vec<_>>(),
                    "round {round}"
                );
                assert!(
                    order.lines.iter().all(|line| !line.quantity.is_zero()),
                    "round {round}"
                );
                assert!(!order.lines_total().is_sign_negative(), "round {round}");
            }
            Err(problems) => {
                assert!(!problems.is_empty(), "round {round}: refused without a reason");
                assert!(
                    problems.iter().all(|problem| !problem.to_string().is_empty()),
                    "round {round}"
                );
            }
        }
    }
    assert!(mapped > 100, "only {mapped} payloads were mild enough to map");
}

#[test]
fn odd_maps_are_read_or_refused_and_do_not_panic_when_used() {
    let mut default: Value = serde_json::from_str(FieldMap::repspark_default().text()).unwrap();
    default["holds"] = json!([
        {"name": "order_type", "when": "/TypeCode", "is": ["QUOTE", 7]},
        {"name": "flag", "is": "set",
         "when": {"lookup": {"in": "/Extensions", "key": "ElementType", "equals": "ADMINHOLD", "value": "Value"}}}
    ]);
    default["order"]["notes"] = json!({"all": "/Extensions/0/Value", "with": "; "});
    let (context, odd, raw) = (repspark_context(), odd_values(), sample());
    let mut read = 0;
    for round in 0..3000 {
        let mut dice = Dice(round);
        let mut map = default.clone();
        for _ in 0..=dice.below(2) {
            mutate(&mut map, &mut dice, &odd);
        }
        if let Ok(map) = FieldMap::parse(&map.to_string()) {
            read += 1;
            let codes = map.holds(&raw);
            assert!(
                codes.iter().all(|code| code.starts_with("hold_")),
                "round {round}"
            );
            assert!(
                map.places().iter().all(|(field, _)| !field.is_empty()),
                "round {round}"
            );
            if let Err(problems) = map.apply(&raw, &context) {
                assert!(!problems.is_empty(), "round {round}: refused without a reason");
            }
        }
    }
    assert!(read > 100, "only {read} maps were mild enough to read");
}

#[test]
fn a_payload_of_any_kind_is_refused_with_reasons() {
    for map in [FieldMap::repspark_default(), FieldMap::ecat_default()] {
        for raw in odd_values() {
            let problems = map.apply(&raw, &context(&map)).unwrap_err();
            assert!(problems.len() >= 4, "{raw}: {problems:?}");
        }
    }
}

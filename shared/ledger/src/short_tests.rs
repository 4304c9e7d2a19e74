use aws_sdk_dynamodb::primitives::Blob;
use order_model::Millis;

use super::*;

fn steps() -> Vec<StepState> {
    let hashes = [
        None,
        Some(String::new()),
        Some("ff".repeat(16)),
        Some("FF00".to_owned()),
        Some("other words".to_owned()),
    ];
    let owners = [
        "0123456789ab-1000000",
        "0123456789ab-007",
        "0123456789AB-7",
        "run-7",
        "",
    ];
    let times = [
        Millis(0),
        Millis(1_795_255_200_000),
        Millis(-5),
        Millis(i64::MAX),
        Millis(i64::MIN),
    ];
    let mut all = vec![StepState::Off, StepState::Superseded, StepState::Discarded];
    for (hash, owner) in hashes.iter().flat_map(|hash| owners.map(|owner| (hash, owner))) {
        all.push(StepState::Claimed {
            owner: owner.to_owned(),
            begun_at: times[1],
            until: times[1],
            tries: u32::MAX,
            hash: hash.clone(),
            asking: hash.is_none(),
        });
    }
    for (one, other) in times.iter().flat_map(|one| times.map(|other| (*one, other))) {
        all.push(StepState::Due {
            not_before: one,
            tries: 0,
            hint_at: other,
        });
        all.push(StepState::Pending {
            not_before: one,
            tries: 9,
            hint_at: other,
        });
        all.push(StepState::Unknown {
            begun_at: other,
            not_before: one,
            tries: 1,
            hint_at: other,
            hash: hashes[2].clone(),
        });
        all.push(StepState::Held {
            code: "number_taken".to_owned(),
            at: one,
        });
        all.push(StepState::Done {
            reference: ErpReference::new("SO1").ok().filter(|_| one == other),
            at: one,
        });
    }
    all
}

fn word(state: &StepState) -> &'static str {
    state.kind().as_str()
}

fn read(value: &AttributeValue) -> Result<Step, LedgerError> {
    let item = value.as_m().cloned().unwrap_or_default();
    decode_step(&Reader {
        key: "RS-ACME-1",
        item: &item,
    })
}

#[test]
fn each_state_is_read_as_it_was_written() {
    for state in steps() {
        for generation in [0, 1, 127, 128, 9_999, u32::MAX] {
            let step = Step {
                generation,
                state: state.clone(),
            };
            let back = read(&encode_step(&step, word(&state)));
            assert_eq!(back.ok(), Some(step));
        }
    }
}

#[test]
fn each_repeat_is_read_as_it_was_written_and_the_orders_own_number_is_not_written_twice() {
    for name in [None, Some("SO1"), Some(""), Some("7120-1")] {
        for own in [None, Some("SO1")] {
            let repeat = Repeat {
                wanted: 9_999,
                done: u32::MAX,
                accepted: name.map(|_| "ab".repeat(16)),
                revision: Millis(1_795_255_200_000),
                since: Millis(0),
                name: name.map(str::to_owned),
            };
            let value = encode_repeat(&repeat, own);
            let bytes = value
                .as_b()
                .map(|bytes| bytes.as_ref().to_vec())
                .unwrap_or_default();
            assert_eq!(decode_repeat(&bytes, own), Some(repeat));
            let says_it = bytes.windows(3).any(|three| three == b"SO1");
            assert_eq!(says_it, name == Some("SO1") && own.is_none());
        }
    }
}

#[test]
fn bytes_that_end_too_early_are_unreadable_and_panic_nowhere() {
    for state in steps() {
        let step = Step {
            generation: 300,
            state: state.clone(),
        };
        let AttributeValue::M(item) = encode_step(&step, word(&state)) else {
            unreachable!("it is a map");
        };
        let whole = item["x"]
            .as_b()
            .map(|bytes| bytes.as_ref().to_vec())
            .unwrap_or_default();
        for length in 0..whole.len() {
            let mut cut = item.clone();
            cut.insert("x".to_owned(), AttributeValue::B(Blob::new(&whole[..length])));
            assert!(read(&AttributeValue::M(cut)).is_err(), "{state:?} at {length}");
        }
    }
    assert_eq!(decode_repeat(&[], None), None);
    assert_eq!(decode_repeat(&[255; 12], None), None);
}

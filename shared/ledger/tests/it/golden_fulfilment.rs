//! Golden items of what becomes of an order after its import: its publication, its lines, whose they are.

#![expect(
    clippy::unwrap_used,
    reason = "a ledger that does not answer has failed the test"
)]

use std::io::Read;

use base64::Engine as _;
use flate2::read::ZlibDecoder;
use ledger::{Awaited, CustomerCode, CustomerPlace, LedgerError, MadeItem, MappedCustomer, Waiting};
use order_model::{
    Became, ErpReference, Fulfilment, Millis, Movement, OrderState, Origin, Parcel, Repeat, Step, StepName,
    StepState, Vendor,
};
use serde_json::{Value, json};

use crate::golden::golden;
use crate::house::{House, KEY, T0, at, key, taken};

pub(crate) const FILES: [&str; 10] = [
    "awaits-customer",
    "customer",
    "customer-of-all-stores",
    "fulfilment",
    "made-item",
    "state-publishing",
    "state-published",
    "state-to-publish",
    "waiting-for-item",
    "waiting-for-order",
];

/// What stands in the body of `fulfilment.json`.
const BODY: &str = r#"{"version":7,"ordered":{"1":"5","2":"2.5"},"lines":{"1":{"station":"in_progress","station_at":1795255201000,"instead_at":1795255201500,"parts":[{"ids":["aa01","aa02"],"became":"shipped","quantity":"3","at":1795255202000,"parcel":{"carrier":"UPS","tracking":"1Z999"}},{"ids":["aa03"],"became":"refunded","quantity":"1","at":1795255203000}],"item":"770001"},"2":{"station_at":0,"parts":[{"ids":["bb01"],"became":"cancelled","quantity":"2.5","at":1795255204000}]}},"disputes":[{"unfit":"other_end","movement":{"id":"bb02","line":2,"became":"shipped","at":1795255205000,"parcel":{"carrier":"UPS"},"instead":true}},{"unfit":"unknown_state","movement":{"id":"aa04","line":1,"became":{"unknown":"DECLINED"},"quantity":"1","at":1795255206000,"item":"770001"}}],"ignored":["aa00-1"],"untold":[{"id":"aa02-1","line":1,"became":"shipped","quantity":"3","at":1795255202000,"parcel":{"carrier":"UPS","tracking":"1Z999"}}]}"#;

fn order(repeat: Repeat, generation: u32, publish: StepState) -> OrderState {
    let mut order = taken();
    order.revision = 1;
    order.writer = "run-0".to_owned();
    order.reference = ErpReference::new("SO104233").ok();
    let done = StepState::Done {
        reference: None,
        at: at(8),
    };
    let import = Step {
        generation: 1,
        state: done,
    };
    let publish = Step {
        generation,
        state: publish,
    };
    order.steps = [(StepName::Import, import), (StepName::Publish, publish)].into();
    order.repeats = [(StepName::Publish, repeat)].into();
    order
}

fn due() -> StepState {
    StepState::Due {
        not_before: at(60),
        tries: 0,
        hint_at: at(960),
    }
}

fn published() -> OrderState {
    let repeat = Repeat {
        wanted: 3,
        done: 2,
        accepted: Some("11110000ffffeeeeddddccccbbbbaaaa".to_owned()),
        revision: at(15),
        since: at(60),
        name: Some("internal:SO104233".to_owned()),
    };
    let held = StepState::Held {
        code: "other_end".to_owned(),
        at: at(70),
    };
    let mut order = order(repeat, 1, due());
    order.steps.insert(StepName::Fulfilment, Step::fresh(held));
    order
}

fn publishing() -> OrderState {
    let repeat = Repeat {
        revision: at(5),
        name: Some("sparklayer:9b0d2c64-7f1a-4c53-8e77-52a4d1c0b6e3".to_owned()),
        ..Repeat::default()
    };
    let claimed = StepState::Claimed {
        owner: "run-7".to_owned(),
        begun_at: at(5),
        until: at(125),
        tries: 1,
        hash: Some("aaaabbbbccccddddeeeeffff00001111".to_owned()),
        asking: false,
    };
    order(repeat, 2, claimed)
}

fn to_publish() -> OrderState {
    let repeat = Repeat {
        wanted: 1,
        ..Repeat::default()
    };
    order(repeat, 0, due())
}

#[tokio::test]
async fn a_state_with_a_publication_is_written_as_in_its_file_and_read_back() {
    for (name, order) in [
        ("state-published", published()),
        ("state-publishing", publishing()),
        ("state-to-publish", to_publish()),
    ] {
        let house = House::open().await;
        house.ledger("run").admit(order.clone()).await.unwrap();
        assert_eq!(house.item(KEY, "state"), Some(golden(name)), "{name}");
        let house = House::open().await;
        house.put(&golden(name));
        let read = house.ledger("run").order(&key()).await.unwrap();
        assert_eq!(read, Some(order), "{name}");
    }
}

#[tokio::test]
async fn the_name_of_a_purchase_stays_when_the_order_gets_another_number() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    house.put(&golden("state-published"));
    let order = ledger.order(&key()).await.unwrap().unwrap();
    let another = |order: &OrderState| {
        let mut next = order.clone();
        next.reference = ErpReference::new("SO9").ok();
        Some(next)
    };
    ledger.change(order, another).await.unwrap();
    let name = house.item(KEY, "state").unwrap()["repeats"]["M"]["publish"]["M"]["n"].clone();
    assert_eq!(name, json!({ "S": "internal:SO104233" }));
    let read = ledger.order(&key()).await.unwrap().unwrap();
    assert_eq!(read.repeats, published().repeats);
}

fn unpacked(item: &mut Value) -> String {
    let body = item["body"]["B"].take();
    let packed = base64::engine::general_purpose::STANDARD.decode(body.as_str().unwrap());
    let mut text = String::new();
    let read = ZlibDecoder::new(&*packed.unwrap()).read_to_string(&mut text);
    read.map(|_| text).unwrap()
}

#[tokio::test]
async fn what_became_of_the_lines_is_written_as_in_its_file_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let fulfilment: Fulfilment = serde_json::from_str(BODY).unwrap();
    let kept = ledger
        .change_fulfilment(&key(), |_| Some(fulfilment.clone()))
        .await;
    assert!(kept.unwrap().written);
    let (mut written, mut expected) = (house.item(KEY, "fulfilment").unwrap(), golden("fulfilment"));
    // Two packings of one text may differ.
    assert_eq!(
        (unpacked(&mut written).as_str(), unpacked(&mut expected).as_str()),
        (BODY, BODY)
    );
    assert_eq!(written, expected);
    let house = House::open().await;
    house.put(&golden("fulfilment"));
    assert_eq!(house.ledger("run").fulfilment(&key()).await.unwrap(), fulfilment);
}

#[tokio::test]
async fn whose_an_item_is_is_written_as_in_its_file_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let made = MadeItem {
        order: key(),
        line: 2,
    };
    let learned = ledger.learn_item(Vendor::Spreadshirt, "770001", made.clone(), T0);
    assert_eq!(learned.await.unwrap(), made);
    assert_eq!(
        house.item("made#spreadshirt#770001", "line"),
        Some(golden("made-item"))
    );
    let read = ledger.made_item(Vendor::Spreadshirt, "770001").await.unwrap();
    assert_eq!(read, Some(made));
}

fn waiting() -> [(Waiting, &'static str); 2] {
    let of_order = Movement {
        id: "00112233445566778899aabbccddeeff".to_owned(),
        line: 2,
        became: Became::Shipped,
        quantity: "3".parse().ok(),
        at: at(5),
        parcel: Some(Parcel {
            carrier: Some("UPS".to_owned()),
            tracking: Some("1Z999".to_owned()),
        }),
        item: Some("770001".to_owned()),
        instead: false,
    };
    let of_item = Movement {
        id: "ffeeddccbbaa99887766554433221100".to_owned(),
        line: 0,
        became: Became::Unknown("DECLINED".to_owned()),
        quantity: None,
        parcel: None,
        ..of_order.clone()
    };
    let waits = |awaited, movement| Waiting {
        awaited,
        movement,
        at: T0,
    };
    [
        (
            waits(Awaited::Order(KEY.to_owned()), of_order),
            "waiting-for-order",
        ),
        (
            waits(Awaited::Item("770001".to_owned()), of_item),
            "waiting-for-item",
        ),
    ]
}

#[tokio::test]
async fn what_waits_is_written_as_in_its_files_and_read_back() {
    for (waiting, file) in waiting() {
        let house = House::open().await;
        let ledger = house.ledger("run");
        ledger
            .keep_waiting(&waiting, Millis(1_900_000_000_999))
            .await
            .unwrap();
        let expected = golden(file);
        let written = house.item("waiting", expected["sk"]["S"].as_str().unwrap());
        assert_eq!(written, Some(expected));
        let page = ledger.waiting(None, None).await.unwrap();
        assert_eq!(page.all, [waiting]);
    }
}

#[tokio::test]
async fn customers_and_who_waits_for_them_are_written_as_in_their_files_and_read_back() {
    let row = |source, code: &str, store: Option<&str>| MappedCustomer {
        customer: CustomerCode {
            source,
            code: code.to_owned(),
            store: store.map(str::to_owned),
        },
        sparklayer: "8b8a4a3e-0f7b-4d0e-9a67-1d5d9b1a2c44".to_owned(),
        by: "ada".to_owned(),
        at: T0,
    };
    let house = House::open().await;
    let ledger = house.ledger("run");
    for (row, pk, sk, file) in [
        (
            row(Origin::RepSpark, "C#10%", Some("STORE 7")),
            "customer#repspark",
            "C%2310%25#STORE 7",
            "customer",
        ),
        (
            row(Origin::Ecat, "C10", None),
            "customer#ecat",
            "C10#",
            "customer-of-all-stores",
        ),
    ] {
        ledger.map_customer(&row).await.unwrap();
        assert_eq!(house.item(pk, sk), Some(golden(file)));
        assert_eq!(ledger.mapped_customer(&row.customer).await.unwrap(), Some(row));
    }
    let place = CustomerPlace {
        customer: row(Origin::RepSpark, "C#10%", Some("STORE 7")).customer,
        order: key(),
    };
    ledger.await_customer(&place).await.unwrap();
    let written = house.item("awaits_customer#repspark", "C%2310%25#STORE 7#RS-ACME-8086");
    assert_eq!(written, Some(golden("awaits-customer")));
    let (read, next) = ledger
        .customer_waiters(Origin::RepSpark, Some("C#10%"), None)
        .await
        .unwrap();
    assert!(read == [place] && next.is_none());
}

#[tokio::test]
async fn what_a_later_release_wrote_of_an_orders_lines_is_refused() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    for name in FILES {
        let mut item = golden(name);
        item["v"] = json!({ "N": "2" });
        house.put(&item);
    }
    let code = CustomerCode {
        source: Origin::Ecat,
        code: "C10".to_owned(),
        store: None,
    };
    let waiting = ledger.waiting(None, None).await.unwrap();
    assert_eq!(
        (waiting.all.len(), waiting.unreadable),
        (0, 2),
        "it stops no other"
    );
    let errors: [LedgerError; 5] = [
        ledger.fulfilment(&key()).await.unwrap_err(),
        ledger.change_fulfilment(&key(), |_| None).await.unwrap_err(),
        ledger.made_item(Vendor::Spreadshirt, "770001").await.unwrap_err(),
        ledger.customer(&code).await.unwrap_err(),
        ledger
            .customer_waiters(Origin::RepSpark, None, None)
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, LedgerError::Newer { schema: 2, .. }), "{error}");
    }
}

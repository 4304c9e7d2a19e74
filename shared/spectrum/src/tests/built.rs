//! What is built, and what is not.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::sample::*;
use crate::*;

const BASE: &str = "https://api.spectrumcustomizer.com/";

fn body(message: Message<'_>) -> Value {
    would_post(BASE, &message).1
}

/// By hand from the vendor notes, section 6.
fn expected() -> Value {
    json!({
        "purchaseOrderNumber": "WEB-2026-004512", "orderDate": "2026-03-02T09:15:00-08:00", "accountNumber": "ACCT-77120",
        "emailAddress": "buyer@example.test", "priority": "normal", "proofStatus": "Requested",
        "lineItems": [
            {
                "recipeSetId": "K7QW2MZP", "proofStatus": "Requested",
                "estimatedDeliveryDate": "2026-03-12T00:00:00+00:00",
                "skuQuantities": [{"sku": "JKT-0441-M", "quantity": 3}, {"sku": "JKT-0441-L", "quantity": 2}],
            },
            {
                "recipeSetId": "T93XRB5D", "sku": "CAP-0017-OS", "quantity": 1, "giftMessage": "Well played",
                "proofStatus": "Requested", "skuQuantities": [{"sku": "CAP-0017-OS", "quantity": 1}],
            },
        ],
    })
}

#[test]
fn an_acknowledgement_is_the_one_of_the_notes() {
    let acknowledgement = sample();
    let (url, body) = would_post(BASE, &Message::Acknowledgement(&acknowledgement));
    assert_eq!(
        url,
        "https://api.spectrumcustomizer.com/api/order/acknowledgement"
    );
    assert_eq!(body, expected());
    let ids: Vec<_> = acknowledgement.recipe_sets().map(RecipeSetId::as_str).collect();
    assert_eq!(ids, ["K7QW2MZP", "T93XRB5D"]);
    assert_eq!(
        format!("{acknowledgement:?}"),
        "Acknowledgement(WEB-2026-004512, hidden)"
    );
}

#[test]
fn every_field_of_the_seed_can_be_said() {
    let mut owned = owned();
    owned.order.lines = vec![line(1, "100003-0001-S", "2", Some("ABCD1234"))];
    let text = |text: &str| Some(text.to_owned());
    owned.header = Header {
        account_number: text("2000690402"),
        organization_id: text("1000345201"),
        email_address: text("john.smith@acme.com"),
        phone_number: text("1015551212"),
        serial_number: text("A123987"),
        order_reference: text("Client-Reference-123"),
        customer_service_contact: text(" "),
        priority: Some(Priority::Higher),
        proof_status: Some(ProofStatus::Fulfilled),
    };
    owned.lines = vec![LineMore {
        line: 1,
        gift_message: text("Enjoy your gift"),
        shipment_vendor: text("Fedex"),
        shipment_tracking: text("234324234324"),
        estimated_delivery: Some(time("2022-02-02T00:00:00-05:00[America/New_York]")),
        proof_status: Some(ProofStatus::Requested),
    }];
    let expected = json!({
        "purchaseOrderNumber": "WEB-2026-004512", "orderDate": "2026-03-02T09:15:00-08:00", "accountNumber": "2000690402",
        "organizationId": "1000345201", "emailAddress": "john.smith@acme.com", "phoneNumber": "1015551212",
        "serialNumber": "A123987", "orderReference": "Client-Reference-123", "proofStatus": "Fulfilled",
        "priority": "higher",
        "lineItems": [{
            "recipeSetId": "ABCD1234", "sku": "100003-0001-S", "quantity": 2, "giftMessage": "Enjoy your gift",
            "shipmentVendor": "Fedex", "shipmentTracking": "234324234324", "proofStatus": "Requested",
            "estimatedDeliveryDate": "2022-02-02T00:00:00-05:00",
            "skuQuantities": [{"sku": "100003-0001-S", "quantity": 2}],
        }],
    });
    assert_eq!(body(Message::Acknowledgement(&owned.acknowledgement())), expected);
    owned.options.format = Format::RecipeSet;
    let expected = json!({
        "purchaseOrderNumber": "WEB-2026-004512", "orderDate": "2026-03-02T09:15:00-08:00", "accountNumber": "2000690402",
        "organizationId": "1000345201",
        "recipeSets": [{"recipeSetId": "ABCD1234", "skuQuantities": [{"sku": "100003-0001-S", "quantity": 2}]}],
    });
    assert_eq!(body(Message::Acknowledgement(&owned.acknowledgement())), expected);
}

#[test]
fn details_have_the_addresses_and_only_what_their_page_lists() {
    let mut owned = owned();
    owned.header.serial_number = Some("A123987".to_owned());
    owned.header.order_reference = Some("x".to_owned());
    let mut expected = expected();
    let fields = expected.as_object_mut().unwrap();
    fields.remove("proofStatus");
    let address = json!({
        "firstName": "Ana Maria", "lastName": "Reyes", "address1": "10 Sample Way", "address2": "Unit 4, Rear",
        "city": "Salem", "state": "OR", "postalCode": "97301", "country": "US",
    });
    for name in ["customerAddress", "shippingAddress"] {
        fields.insert(name.to_owned(), address.clone());
    }
    for item in expected["lineItems"].as_array_mut().unwrap() {
        item.as_object_mut().unwrap().remove("proofStatus");
    }
    let details = owned.details();
    assert_eq!(body(Message::Details(&details)), expected);
    assert_eq!(format!("{details:?}"), "Details(WEB-2026-004512, hidden)");
}

#[test]
fn several_are_an_array_of_different_orders() {
    let (one, two) = (other("A", &["AA11BB22"]), other("B", &["CC33DD44"]));
    let batch = Batch::new(vec![one.clone(), two.clone()]).unwrap();
    let (url, several) = would_post(BASE, &Message::Several(&batch));
    assert_eq!(
        url,
        "https://api.spectrumcustomizer.com/api/order/acknowledgements"
    );
    let single = |one| body(Message::Acknowledgement(one));
    assert_eq!(several, json!([single(&one), single(&two)]));
    assert_eq!(Batch::new(Vec::new()), Err(BatchError::Empty));
    assert_eq!(
        Batch::new(vec![one.clone(), two, one.clone()]),
        Err(BatchError::Twice(number("A")))
    );
    let many = (0..=BATCH_MAX).map(|at| other(&format!("SO{at}"), &["AA11BB22"]));
    assert_eq!(Batch::new(many.collect()), Err(BatchError::TooMany));
}

#[test]
fn a_shipment_is_the_one_of_the_notes() {
    let line = ShippedLine {
        recipe_set: recipe_set("K7QW2MZP"),
        tracking: " 794600000001 ".to_owned(),
        serial_numbers: vec!["S1".to_owned()],
    };
    let sent = shipment(&number(NUMBER), std::slice::from_ref(&line), TEXT_MAX).unwrap();
    let expected = json!({
        "purchaseOrderNumber": "WEB-2026-004512",
        "lineItems": [
            {"recipeSetReadableId": "K7QW2MZP", "shipmentTracking": "794600000001", "serialNumbers": ["S1"]},
        ],
    });
    assert_eq!(body(Message::Shipment(&sent)), expected);
    let untracked = ShippedLine {
        tracking: " ".to_owned(),
        ..line.clone()
    };
    let flaws = shipment(&number(NUMBER), &[line, untracked], TEXT_MAX).unwrap_err();
    assert_eq!(
        flaws.to_string(),
        "K7QW2MZP is told twice, K7QW2MZP shipmentTracking is missing"
    );
    assert_eq!(
        shipment(&number(NUMBER), &[], TEXT_MAX).unwrap_err().to_string(),
        "lineItems is missing"
    );
}

#[test]
fn all_that_is_missing_or_overlong_is_named_before_anything_is_sent() {
    let mut owned = owned();
    owned.options.text_max = 12;
    let mut addresses = addresses();
    addresses.customer.last_name = " ".to_owned();
    addresses.customer.state = String::new();
    addresses.shipping.address1 = "10 Sample Way West".to_owned();
    addresses.shipping.address2 = String::new();
    addresses.shipping.country = "usa".to_owned();
    let flaws = check(&owned.parts(), &addresses).unwrap_err();
    let names: Vec<String> = flaws.all().iter().map(Flaw::to_string).collect();
    assert_eq!(
        names,
        [
            "emailAddress has more than 12 characters",
            "customerAddress.lastName is missing",
            "customerAddress.address1 has more than 12 characters",
            "customerAddress.state is missing",
            "shippingAddress.address1 has more than 12 characters",
            "shippingAddress.country is not two upper-case letters",
        ]
    );
    owned.options.text_max = TEXT_MAX;
    assert_eq!(check(&owned.parts(), &self::addresses()), Ok(()));
    assert_eq!(
        format!("{addresses:?}"),
        "Addresses { customer: Place(hidden), shipping: Place(hidden) }"
    );
}

/// What is wrong with the acknowledgement of the sample with this change.
fn wrong(change: impl FnOnce(&mut Owned)) -> String {
    let mut owned = owned();
    change(&mut owned);
    acknowledgement(&owned.parts()).unwrap_err().to_string()
}

#[test]
fn what_can_not_be_said_is_named_by_its_line() {
    assert_eq!(
        wrong(|owned| owned.order.lines[0].quantity = "2.5".parse().unwrap()),
        "line 1 quantity is no whole number above zero"
    );
    assert_eq!(
        wrong(|owned| owned.order.lines[3].recipe_set_id = Some("T93".to_owned())),
        "line 4 recipeSetId is not 8 letters and digits"
    );
    assert_eq!(
        wrong(|owned| {
            owned.lines[1].gift_message = Some("Hi".to_owned());
            owned.lines[1].estimated_delivery = None;
        }),
        "line 3 giftMessage differs from that of another line of the same recipe set, line 3 estimatedDeliveryDate \
         differs from that of another line of the same recipe set"
    );
    assert_eq!(
        wrong(|owned| owned.lines[2].line = 5),
        "line 5 is told of, and the order has no such line"
    );
    assert_eq!(
        wrong(|owned| owned.lines.push(owned.lines[2].clone())),
        "line 4 is told twice"
    );
    assert_eq!(
        wrong(|owned| owned.lines[2].gift_message = Some("x".repeat(256))),
        "line 4 giftMessage has more than 255 characters"
    );
    let nothing = |owned: &mut Owned| {
        owned.lines.clear();
        owned
            .order
            .lines
            .iter_mut()
            .for_each(|line| line.recipe_set_id = None);
    };
    assert_eq!(wrong(nothing), "lineItems is missing");
    let mut owned = owned();
    assert!(owned.order.is_custom());
    nothing(&mut owned);
    assert!(!owned.order.is_custom());
}

#[test]
fn what_is_said_of_a_line_of_the_shelf_is_left_out() {
    let mut owned = owned();
    owned.lines.push(LineMore {
        line: 2,
        gift_message: Some("x".repeat(999)),
        ..LineMore::default()
    });
    assert_eq!(owned.acknowledgement(), sample());
}

#[test]
fn one_sku_in_several_lines_of_a_recipe_set_is_one() {
    let mut owned = owned();
    owned.order.lines[2].sku = "JKT-0441-M".to_owned();
    let body = body(Message::Acknowledgement(&owned.acknowledgement()));
    let item = &body["lineItems"][0];
    assert_eq!(
        item["skuQuantities"],
        json!([{"sku": "JKT-0441-M", "quantity": 5}])
    );
    assert_eq!(
        (&item["sku"], &item["quantity"]),
        (&json!("JKT-0441-M"), &json!(5))
    );
}

#[test]
fn an_order_was_ordered_when_it_was_submitted_or_on_its_day() {
    let zone = TimeZone::get("America/Los_Angeles").unwrap();
    let mut order = order();
    let at = |order: &_| ordered_at(order, &zone).map(|at| at.timestamp().to_string());
    assert_eq!(at(&order).as_deref(), Some("2026-03-02T17:15:00Z"));
    order.source.submitted_at = None;
    assert_eq!(at(&order), None);
    order.order_date = Some("2026-07-02".parse().unwrap());
    assert_eq!(at(&order).as_deref(), Some("2026-07-02T07:00:00Z"));
}

#[test]
fn the_hash_covers_all_that_is_said_and_nothing_else() {
    let hash = sample().hash();
    let mut owned = owned();
    owned.order.lines[0].quantity = "3".parse().unwrap();
    owned.order.lines[0].unit_price = "99".parse().unwrap();
    owned.order.notes = Some("x".to_owned());
    owned.header.account_number = Some(" ACCT-77120 ".to_owned());
    assert_eq!(
        owned.acknowledgement().hash(),
        hash,
        "what is not sent changes nothing"
    );
    let changes: [fn(&mut Owned); 6] = [
        |owned| owned.order.lines[0].quantity = "4".parse().unwrap(),
        |owned| owned.number = number("WEB-2026-004513"),
        |owned| owned.header.account_number = None,
        |owned| owned.lines[2].gift_message = Some("Well done".to_owned()),
        |owned| owned.options.priority = None,
        |owned| owned.options.format = Format::RecipeSet,
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let mut owned = super::sample::owned();
        change(&mut owned);
        assert_ne!(owned.acknowledgement().hash(), hash, "change {at}");
    }
    assert_eq!(AcknowledgementHash::from_bytes(*hash.as_bytes()), hash);
    assert!(hash.to_string().starts_with(&hash.short()) && hash.short().len() == 32);
    // `printf '%s' '{"purchaseOrderNumber":"A",…}' | sha256sum` over the body below.
    let one = other("A", &["AA11BB22"]);
    let expected = r#"{"purchaseOrderNumber":"A","orderDate":"2026-03-02T09:15:00-08:00","accountNumber":"ACCT-77120","emailAddress":"buyer@example.test","proofStatus":"Requested","priority":"normal","lineItems":[{"recipeSetId":"AA11BB22","sku":"BTL-32-BLK","quantity":12,"proofStatus":"Requested","skuQuantities":[{"sku":"BTL-32-BLK","quantity":12}]}]}"#;
    assert_eq!(serde_json::to_string(&one).unwrap(), expected);
    assert_eq!(
        one.hash().to_string(),
        "5872b7ee423083c657e7d7d5f8c34d6ded2135cc2b68f32b004d33f36cefe2cb"
    );
}

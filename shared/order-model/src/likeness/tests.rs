use super::*;
use crate::versions::sample::order;

fn check(one: &Order, other: &Order, expected: Likeness) {
    assert_eq!(likeness(one, other), expected);
    assert_eq!(likeness(other, one), expected, "from the other side");
}

fn date(text: &str) -> Option<Date> {
    Some(text.parse().unwrap())
}

#[test]
fn the_same_quantities_of_the_same_skus_are_the_same_content() {
    let one = order(&[("LAMP", 4), ("MIR", 1)]);
    check(&one, &one, Likeness::Same);
    check(&one, &order(&[("MIR", 1), ("LAMP", 4)]), Likeness::Same);
    check(
        &one,
        &order(&[("LAMP", 1), ("MIR", 1), ("LAMP", 3)]),
        Likeness::Same,
    );
    let mut zeros = one.clone();
    zeros.lines[0].quantity = Decimal::new(400, 2);
    check(&one, &zeros, Likeness::Same);
}

#[test]
fn prices_terms_notes_and_numbers_do_not_make_another_content() {
    let one = order(&[("LAMP", 4)]);
    let mut other = one.clone();
    other.key = crate::ErpKey::new("EC-DEMO-OTHER").unwrap();
    other.source.order_number = "OTHER".to_owned();
    other.lines[0].unit_price += Decimal::ONE;
    other.lines[0].line = 7;
    other.terms_code = Some("N30".to_owned());
    other.notes = Some("call first".to_owned());
    check(&one, &other, Likeness::Same);
}

#[test]
fn half_of_the_skus_in_common_are_a_revision_and_fewer_look_new() {
    let one = order(&[("A", 1), ("B", 1)]);
    // The vendor notes' own pair: two lines, then one of them with another quantity. 1 of 2.
    check(&one, &order(&[("A", 6)]), Likeness::Revision);
    check(&one, &order(&[("A", 1), ("B", 2)]), Likeness::Revision);
    // 1 of 3.
    check(&one, &order(&[("A", 1), ("C", 1)]), Likeness::LooksNew);
    // 2 of 4, then 2 of 5.
    check(
        &one,
        &order(&[("A", 1), ("B", 1), ("C", 1), ("D", 1)]),
        Likeness::Revision,
    );
    let five = order(&[("A", 1), ("B", 1), ("C", 1), ("D", 1), ("E", 1)]);
    check(&one, &five, Likeness::LooksNew);
    check(&one, &order(&[("C", 1), ("D", 1)]), Likeness::LooksNew);
    // A SKU on many lines is one SKU: 1 of 2, not 3 of 4.
    check(
        &order(&[("A", 1), ("A", 1), ("A", 1)]),
        &order(&[("A", 1), ("B", 9)]),
        Likeness::Revision,
    );
}

#[test]
fn one_sku_for_two_ship_dates_is_not_one_sku_for_one() {
    let mut may_and_june = order(&[("A", 5), ("A", 5)]);
    may_and_june.lines[0].ship_date = date("2027-05-01");
    may_and_june.lines[1].ship_date = date("2027-06-01");
    let mut may = may_and_june.clone();
    may.lines[1].ship_date = date("2027-05-01");
    check(&may_and_june, &may, Likeness::Revision);
    // Ten for May, said once for the whole order.
    let mut ten = order(&[("A", 10)]);
    ten.ship_date = date("2027-05-01");
    check(&may, &ten, Likeness::Same);
}

#[test]
fn the_same_lines_for_another_shop_or_purchase_order_are_looked_at() {
    let changes: [fn(&mut Order); 5] = [
        |order| order.customer.code.push('1'),
        |order| order.customer.ship_to_code = Some("0002".to_owned()),
        |order| order.customer_po = Some("PO-2".to_owned()),
        |order| order.ship_date = "2027-05-01".parse().ok(),
        |order| {
            order.ship_to = Some(crate::Address {
                name: "Dock".to_owned(),
                lines: Vec::new(),
                city: None,
                region: None,
                postal_code: None,
                country: None,
            });
        },
    ];
    let one = order(&[("A", 1)]);
    for change in changes {
        let mut other = one.clone();
        change(&mut other);
        check(&one, &other, Likeness::Revision);
    }
}

#[test]
fn an_emptied_order_is_a_revision_whichever_way() {
    let (empty, full) = (order(&[]), order(&[("A", 1)]));
    check(&full, &empty, Likeness::Revision);
    check(&empty, &empty, Likeness::Same);
    let mut elsewhere = empty.clone();
    elsewhere.customer.code.push('1');
    check(&empty, &elsewhere, Likeness::Revision);
}

//! Orders by hand, and what became of them.

use order_model::{Customer, ErpKey, Millis, Origin, Parcel, Part, Source};

use super::*;

/// A line of so many pieces, custom-made where it names a recipe set.
fn line(number: u32, quantity: &str, recipe_set: Option<&str>) -> Line {
    Line {
        line: number,
        sku: format!("SKU-{number}"),
        name: None,
        variant: None,
        upc: None,
        quantity: quantity.parse().unwrap(),
        unit_price: "15.90".parse().unwrap(),
        discount_percent: None,
        ship_date: None,
        note: None,
        recipe_set_id: recipe_set.map(str::to_owned),
        custom: None,
    }
}

fn order(lines: Vec<Line>) -> Order {
    Order {
        key: ErpKey::new("RS-ACME-8086").unwrap(),
        source: Source {
            vendor: Origin::RepSpark,
            account: "ACME".to_owned(),
            order_number: "8086".to_owned(),
            order_uuid: None,
            submitted_at: None,
        },
        revision_of: None,
        spark_cart_id: None,
        customer: Customer {
            code: "C10045".to_owned(),
            name: None,
            ship_to_code: None,
        },
        customer_po: None,
        order_date: None,
        ship_date: None,
        cancel_date: None,
        currency: "USD".to_owned(),
        terms_code: None,
        ship_via_code: None,
        warehouse_code: None,
        sales_rep_code: None,
        ship_to: None,
        bill_to: None,
        custom: None,
        notes: None,
        lines,
    }
}

/// A part of a line: what became of it, how many pieces, in which parcel.
type Move = (u32, Became, &'static str, Option<&'static str>);

fn became(parts: &[Move]) -> Fulfilment {
    let mut fulfilment = Fulfilment::default();
    for (at, (line, became, quantity, tracking)) in parts.iter().enumerate() {
        let part = Part {
            ids: vec![format!("m{at}")],
            became: became.clone(),
            quantity: quantity.parse().unwrap(),
            at: Millis(1),
            parcel: tracking.map(|tracking| Parcel {
                carrier: Some("UPS".to_owned()),
                tracking: Some(tracking.to_owned()),
            }),
        };
        fulfilment.lines.entry(*line).or_default().parts.push(part);
    }
    fulfilment
}

fn all(lines: &[(&str, &str)]) -> Shipped {
    let lines = lines.iter().map(|(id, tracking)| ShippedLine {
        recipe_set: RecipeSetId::new(id).unwrap(),
        tracking: (*tracking).to_owned(),
        serial_numbers: Vec::new(),
    });
    Shipped::All(lines.collect())
}

const A: Option<&str> = Some("K7QW2MZP");
const B: Option<&str> = Some("T93XRB5D");

/// Three pieces of A, two of B, and a line from stock.
fn two_sets() -> Order {
    order(vec![line(1, "3", A), line(2, "2", B), line(3, "9", None)])
}

#[test]
fn nothing_is_told_before_everything_that_was_not_cancelled_has_shipped_with_its_tracking() {
    use Became::{Cancelled, Shipped as Went};
    let not_yet: [&[Move]; 6] = [
        &[],
        &[(1, Went, "3", Some("1Z1"))],
        &[(1, Went, "3", Some("1Z1")), (2, Went, "1", Some("1Z2"))],
        &[(1, Went, "3", Some("1Z1")), (2, Went, "2", None)],
        &[(1, Went, "3", Some("1Z1")), (2, Went, "2", Some(" "))],
        &[(1, Went, "2", Some("1Z1")), (2, Cancelled, "2", None)],
    ];
    for parts in not_yet {
        assert_eq!(shipped(&two_sets(), &became(parts)), Shipped::NotYet, "{parts:?}");
    }
    let both = became(&[(1, Went, "3", Some("1Z1")), (2, Went, "2", Some("1Z2"))]);
    assert_eq!(
        shipped(&two_sets(), &both),
        all(&[("K7QW2MZP", "1Z1"), ("T93XRB5D", "1Z2")]),
        "whatever becomes of what is not custom-made"
    );
}

#[test]
fn a_line_that_was_cancelled_whole_is_left_out_and_pieces_of_one_are_not_waited_for() {
    use Became::{Cancelled, Shipped as Went};
    let one = became(&[(1, Went, "3", Some("1Z1")), (2, Cancelled, "2", None)]);
    assert_eq!(shipped(&two_sets(), &one), all(&[("K7QW2MZP", "1Z1")]));
    let pieces = became(&[
        (1, Cancelled, "1", None),
        (1, Went, "2", Some("1Z1")),
        (2, Went, "2", Some("1Z2")),
    ]);
    assert_eq!(
        shipped(&two_sets(), &pieces),
        all(&[("K7QW2MZP", "1Z1"), ("T93XRB5D", "1Z2")])
    );
    let none = became(&[(1, Cancelled, "3", None), (2, Cancelled, "2", None)]);
    assert_eq!(shipped(&two_sets(), &none), Shipped::Nothing);
}

#[test]
fn what_came_back_was_shipped() {
    use Became::{Refunded, Shipped as Went};
    let back = became(&[
        (1, Went, "3", Some("1Z1")),
        (1, Refunded, "3", None),
        (2, Went, "2", Some("1Z2")),
    ]);
    assert_eq!(
        shipped(&two_sets(), &back),
        all(&[("K7QW2MZP", "1Z1"), ("T93XRB5D", "1Z2")])
    );
}

#[test]
fn a_recipe_set_of_several_lines_or_parcels_is_told_once_with_each_number_in_order() {
    use Became::{Cancelled, Shipped as Went};
    let order = order(vec![
        line(1, "3", Some(" K7QW2MZP ")),
        line(2, "2", B),
        line(3, "4", A),
        line(4, "1", A),
    ]);
    let went = became(&[
        (1, Went, "1", Some("1Z2")),
        (1, Went, "2", Some(" 1Z1 ")),
        (2, Went, "2", Some("1Z1")),
        (3, Went, "4", Some("1Z2")),
        (4, Cancelled, "1", None),
    ]);
    assert_eq!(
        shipped(&order, &went),
        all(&[("K7QW2MZP", "1Z2, 1Z1"), ("T93XRB5D", "1Z1")])
    );
}

#[test]
fn a_line_whose_recipe_set_is_none_is_named_once_everything_has_shipped() {
    use Became::Shipped as Went;
    let order = order(vec![line(1, "1", A), line(2, "1", Some("short"))]);
    let part = became(&[(2, Went, "1", Some("1Z2"))]);
    assert_eq!(shipped(&order, &part), Shipped::NotYet);
    let whole = became(&[(1, Went, "1", Some("1Z1")), (2, Went, "1", Some("1Z2"))]);
    assert_eq!(shipped(&order, &whole), Shipped::NoRecipeSet(2));
}

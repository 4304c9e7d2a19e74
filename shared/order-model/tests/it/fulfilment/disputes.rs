//! What does not fit: kept, at most fifty of it, until it fits or a person has looked.

use order_model::{Applied, Became, Fulfilment, Movement, Unfit};

use super::said::{cancelled, ends, in_parcel, line, of, of_item, of_line, refunded, said, shipped, take};

fn lines(fulfilment: &Fulfilment) -> Vec<u32> {
    let disputes = fulfilment.disputes.iter();
    disputes.map(|dispute| dispute.movement.line).collect()
}

#[test]
fn a_refund_that_comes_before_its_shipment_waits_for_it() {
    let mut fulfilment = of(&[refunded("2", 5)]);
    assert_eq!(fulfilment.disputed(), Some(Unfit::MoreThanShipped));
    assert_eq!(take(&mut fulfilment, &[shipped("1", 6)]), [Applied::Moved]);
    assert_eq!(
        fulfilment.disputed(),
        Some(Unfit::MoreThanShipped),
        "one piece is not enough"
    );
    assert_eq!(take(&mut fulfilment, &[shipped("all", 7)]), [Applied::Moved]);
    assert_eq!(fulfilment.disputed(), None);
    assert_eq!(ends(&fulfilment), ["1 shipped", "4 shipped", "2 refunded"]);
    assert_eq!(fulfilment.untold.len(), 3);
}

#[test]
fn a_refund_that_stands_before_its_shipment_in_one_report_is_no_dispute() {
    // Two clocks: the shipment has the later time.
    let mut fulfilment = Fulfilment::default();
    let applied = take(&mut fulfilment, &[refunded("all", 1), shipped("all", 2)]);
    assert_eq!((applied, fulfilment.disputed()), (vec![Applied::Moved; 2], None));
}

#[test]
fn nothing_else_fits_by_itself() {
    let unfit = [
        of_line(shipped("all", 2), 9),
        said(Became::Unknown("DECLINED".into()), "all", 3),
        cancelled("2", 4),
        shipped("6", 5),
        shipped("0", 6),
    ];
    let mut fulfilment = of(&[shipped("all", 1)]);
    take(&mut fulfilment, &unfit);
    let before = fulfilment.disputes.clone();
    assert_eq!(before.len(), 5);
    take(&mut fulfilment, &[of_line(shipped("all", 7), 2)]);
    assert_eq!(fulfilment.disputes, before);
}

#[test]
fn two_items_for_one_line_are_a_persons_to_decide() {
    let mut fulfilment = of(&[of_item(said(Became::Created, "all", 1), "770001")]);
    let other = of_item(shipped("all", 2), "770002");
    assert_eq!(
        take(&mut fulfilment, &[other]),
        [Applied::Disputed(Unfit::OtherItem)]
    );
    assert_eq!(
        (ends(&fulfilment), line(&fulfilment, 1).item.as_deref()),
        (vec![], Some("770001"))
    );
    // Whoever names no item is believed, and does not make the line forget its own.
    assert_eq!(take(&mut fulfilment, &[shipped("all", 3)]), [Applied::Moved]);
    assert_eq!(line(&fulfilment, 1).item.as_deref(), Some("770001"));
}

#[test]
fn an_item_is_not_learned_from_what_does_not_fit() {
    let fulfilment = of(&[of_item(
        said(Became::Unknown("DECLINED".into()), "all", 1),
        "770001",
    )]);
    assert!(fulfilment.lines.is_empty());
}

#[test]
fn an_unknown_word_is_kept_as_it_came() {
    let fulfilment = of(&[said(Became::Unknown("DECLINED".into()), "all", 1)]);
    assert_eq!(fulfilment.disputed(), Some(Unfit::UnknownState));
    assert_eq!(
        fulfilment.disputes[0].movement.became,
        Became::Unknown("DECLINED".into())
    );
}

#[test]
fn one_saying_of_several_lines_is_a_dispute_of_each() {
    let one = |line| Movement {
        id: "one delivery".to_owned(),
        ..of_line(shipped("9", 1), line)
    };
    let mut fulfilment = Fulfilment::default();
    take(&mut fulfilment, &[one(1), one(2), one(3)]);
    assert_eq!(lines(&fulfilment), [1, 2, 3]);
    fulfilment.dealt_with();
    assert_eq!(take(&mut fulfilment, &[one(1), one(3)]), [Applied::Known; 2]);
}

#[test]
fn fifty_are_kept_and_the_same_ones_come_again_without_a_change() {
    let all: Vec<_> = (1..=60)
        .map(|n| of_line(shipped("all", 100 - n), 100 + u32::try_from(n).unwrap_or(0)))
        .collect();
    let mut fulfilment = Fulfilment::default();
    for (place, one) in all.iter().enumerate() {
        let applied = take(&mut fulfilment, std::slice::from_ref(one));
        let unfit = Unfit::NoSuchLine;
        let expected = if place < 50 {
            Applied::Disputed(unfit)
        } else {
            Applied::NoRoom(unfit)
        };
        assert_eq!(applied, [expected]);
    }
    assert_eq!((fulfilment.disputes.len(), fulfilment.version), (50, 50));
    let mut times: Vec<_> = fulfilment
        .disputes
        .iter()
        .map(|dispute| dispute.movement.at)
        .collect();
    let kept = lines(&fulfilment);
    assert!(kept.contains(&101) && !kept.contains(&151), "the first stay");
    let before = fulfilment.clone();
    take(&mut fulfilment, &all);
    assert_eq!(fulfilment, before);
    times.dedup();
    assert!(times.is_sorted());
}

#[test]
fn what_a_person_has_dealt_with_is_asked_about_no_more() {
    let (early, late) = (refunded("2", 5), cancelled("1", 9));
    let mut fulfilment = of(&[early.clone(), shipped("1", 1), of_line(shipped("all", 1), 9)]);
    fulfilment.dealt_with();
    assert_eq!(fulfilment.disputed(), None);
    // Nor does it come true by itself.
    take(&mut fulfilment, &[shipped("all", 6)]);
    let version = fulfilment.version;
    assert_eq!(take(&mut fulfilment, &[early]), [Applied::Known]);
    assert_eq!(
        (ends(&fulfilment), fulfilment.version),
        (vec!["1 shipped".to_owned(), "4 shipped".to_owned()], version)
    );
    assert_eq!(
        take(&mut fulfilment, &[late]),
        [Applied::Disputed(Unfit::OtherEnd)],
        "a new one is"
    );
}

#[test]
fn what_is_refused_for_another_reason_stays_disputed_although_it_would_fit_its_line() {
    let other = of_item(in_parcel(shipped("all", 2), "1Z1"), "770009");
    let mut fulfilment = of(&[said(Became::Created, "all", 1)]);
    assert_eq!(
        fulfilment.refuse(Unfit::OtherItem, &other),
        Applied::Disputed(Unfit::OtherItem)
    );
    assert_eq!(fulfilment.version, 2);
    for _ in 0..2 {
        fulfilment.refuse(Unfit::OtherItem, &other);
        take(&mut fulfilment, &[said(Became::Created, "all", 1)]);
        assert_eq!(
            take(&mut fulfilment, std::slice::from_ref(&other)),
            [Applied::Disputed(Unfit::OtherItem)]
        );
    }
    assert_eq!(
        (fulfilment.disputed(), fulfilment.version),
        (Some(Unfit::OtherItem), 2)
    );
    assert!(ends(&fulfilment).is_empty());
    fulfilment.dealt_with();
    assert_eq!(fulfilment.refuse(Unfit::OtherItem, &other), Applied::Known);
    assert_eq!(fulfilment.disputed(), None);
}

#[test]
fn each_reason_has_the_word_under_which_the_order_is_held_and_a_sentence() {
    for (unfit, word) in [
        (Unfit::NoSuchLine, "no_such_line"),
        (Unfit::UnknownState, "unknown_state"),
        (Unfit::OtherEnd, "other_end"),
        (Unfit::MoreThanLeft, "more_than_left"),
        (Unfit::MoreThanShipped, "more_than_shipped"),
        (Unfit::NoQuantity, "no_quantity"),
        (Unfit::OtherItem, "other_item"),
    ] {
        assert_eq!(unfit.as_str(), word);
        assert_eq!(
            serde_json::to_value(unfit).ok(),
            Some(word.into()),
            "as it is stored"
        );
        assert!(unfit.to_string().len() > word.len());
    }
}

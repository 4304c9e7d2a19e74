//! Forward only, once, in quantities and parcels.

use order_model::{Applied, Became, Fulfilment, Ordered, Unfit};
use rust_decimal::Decimal;

use super::said::{
    cancelled, ends, in_parcel, instead, line, of, of_item, of_line, ordered, refunded, said, shipped, take,
};
use crate::support::at;

const WAY: [Became; 4] = [
    Became::Received,
    Became::Created,
    Became::Accepted,
    Became::InProgress,
];

#[test]
fn a_line_goes_forward_from_station_to_station_and_never_back() {
    for (from, first) in WAY.iter().enumerate() {
        for (to, second) in WAY.iter().enumerate() {
            let mut fulfilment = of(&[said(first.clone(), "all", 1)]);
            let applied = take(&mut fulfilment, &[said(second.clone(), "all", 2)]);
            let moved = to > from;
            assert_eq!(applied, [if moved { Applied::Moved } else { Applied::Known }]);
            let line = line(&fulfilment, 1);
            assert_eq!(line.station, Some(WAY[from.max(to)].clone()));
            assert_eq!(line.station_at, at(if moved { 2 } else { 1 }));
            assert_eq!(fulfilment.version, if moved { 2 } else { 1 });
        }
    }
}

#[test]
fn no_station_follows_an_end() {
    for end in [shipped("2", 1), cancelled("all", 1)] {
        let mut fulfilment = of(&[end]);
        let before = fulfilment.clone();
        for station in WAY {
            assert_eq!(
                take(&mut fulfilment, &[said(station, "all", 2)]),
                [Applied::Known]
            );
        }
        assert_eq!(fulfilment, before);
    }
}

#[test]
fn a_report_is_taken_in_the_order_of_its_times_and_answered_in_its_own() {
    let mut fulfilment = Fulfilment::default();
    let report = [
        shipped("all", 9),
        said(Became::Unknown("DECLINED".into()), "all", 8),
        said(Became::InProgress, "all", 7),
        of_line(shipped("all", 1), 9),
    ];
    let applied = take(&mut fulfilment, &report);
    let expected = [
        Applied::Moved,
        Applied::Disputed(Unfit::UnknownState),
        Applied::Moved,
        Applied::Disputed(Unfit::NoSuchLine),
    ];
    assert_eq!(applied, expected);
    assert_eq!(line(&fulfilment, 1).station, Some(Became::InProgress));
    assert_eq!(
        (ends(&fulfilment), fulfilment.version),
        (vec!["5 shipped".to_owned()], 1)
    );
}

#[test]
fn what_is_said_of_one_time_goes_forward_wherever_it_stands() {
    let report = [
        refunded("1", 5),
        shipped("all", 5),
        said(Became::InProgress, "all", 5),
        said(Became::Received, "all", 5),
    ];
    let mut fulfilment = Fulfilment::default();
    assert_eq!(take(&mut fulfilment, &report), [Applied::Moved; 4]);
    assert_eq!(ends(&fulfilment), ["5 shipped", "1 refunded"]);
    assert_eq!(line(&fulfilment, 1).station, Some(Became::InProgress));
}

#[test]
fn what_is_known_changes_nothing_not_even_the_version() {
    let all = [
        of_item(said(Became::Created, "all", 1), "770001"),
        shipped("2", 2),
        in_parcel(shipped("1", 3), "1Z1"),
        cancelled("1", 4),
        refunded("1", 5),
        of_line(shipped("all", 1), 9),
        said(Became::Unknown("DECLINED".into()), "all", 6),
        cancelled("4", 7),
    ];
    let mut fulfilment = of(&all);
    let before = fulfilment.clone();
    for _ in 0..2 {
        let again = take(&mut fulfilment, &all);
        assert!(!again.contains(&Applied::Moved), "{again:?}");
        assert_eq!(fulfilment, before);
        for one in &all {
            take(&mut fulfilment, std::slice::from_ref(one));
        }
        assert_eq!(fulfilment, before);
    }
}

#[test]
fn pieces_end_in_their_own_ways_up_to_what_was_ordered() {
    let mut fulfilment = of(&[shipped("2", 1), cancelled("1", 2), shipped("1.5", 3)]);
    assert_eq!(ends(&fulfilment), ["2 shipped", "1 cancelled", "1.5 shipped"]);
    assert_eq!(
        take(&mut fulfilment, &[shipped("1", 4)]),
        [Applied::Disputed(Unfit::OtherEnd)]
    );
    assert_eq!(take(&mut fulfilment, &[shipped("all", 5)]), [Applied::Moved]);
    assert_eq!(ends(&fulfilment)[3], "0.5 shipped");
    assert_eq!(line(&fulfilment, 1).ended(&Became::Shipped), Decimal::from(4));
    let too_many = take(&mut of(&[shipped("3", 1)]), &[shipped("3", 2)]);
    assert_eq!(too_many, [Applied::Disputed(Unfit::MoreThanLeft)]);
}

#[test]
fn the_same_end_of_a_whole_line_said_again_is_known_and_goes_with_it() {
    for whole in [shipped("all", 1), shipped("5", 1)] {
        let mut fulfilment = of(&[whole]);
        let again = shipped("all", 9);
        assert_eq!(
            take(&mut fulfilment, std::slice::from_ref(&again)),
            [Applied::Known]
        );
        assert_eq!(
            (ends(&fulfilment), fulfilment.version),
            (vec!["5 shipped".to_owned()], 2)
        );
        assert_eq!(
            take(&mut fulfilment, std::slice::from_ref(&again)),
            [Applied::Known]
        );
        assert_eq!(fulfilment.version, 2, "it is known by its name now");
        take(&mut fulfilment, &[instead(cancelled("all", 10))]);
        assert_eq!(take(&mut fulfilment, &[again]), [Applied::Known]);
        assert_eq!(ends(&fulfilment), ["5 cancelled"]);
    }
}

#[test]
fn an_end_against_another_is_a_persons_to_decide() {
    for (first, second) in [
        (shipped("all", 1), cancelled("all", 2)),
        (cancelled("all", 1), shipped("all", 2)),
        (shipped("all", 1), cancelled("2", 2)),
        (cancelled("all", 1), shipped("2", 2)),
    ] {
        let mut fulfilment = of(&[first]);
        let before = ends(&fulfilment);
        assert_eq!(
            take(&mut fulfilment, &[second]),
            [Applied::Disputed(Unfit::OtherEnd)]
        );
        assert_eq!(
            (ends(&fulfilment), fulfilment.disputed()),
            (before, Some(Unfit::OtherEnd))
        );
    }
}

#[test]
fn only_what_went_out_comes_back() {
    let mut fulfilment = of(&[shipped("3", 1), refunded("2", 2)]);
    assert_eq!(
        take(&mut fulfilment, &[refunded("2", 3)]),
        [Applied::Disputed(Unfit::MoreThanShipped)]
    );
    assert_eq!(take(&mut fulfilment, &[refunded("all", 4)]), [Applied::Moved]);
    assert_eq!(take(&mut fulfilment, &[refunded("all", 5)]), [Applied::Known]);
    assert_eq!(ends(&fulfilment), ["3 shipped", "2 refunded", "1 refunded"]);
}

#[test]
fn a_quantity_is_more_than_nothing() {
    for quantity in ["0", "-1", "0.00"] {
        for movement in [
            shipped(quantity, 1),
            refunded(quantity, 1),
            said(Became::Created, quantity, 1),
        ] {
            let applied = take(&mut Fulfilment::default(), &[movement]);
            assert_eq!(applied, [Applied::Disputed(Unfit::NoQuantity)]);
        }
    }
    // Of a line of which nothing was ordered nothing ends.
    let none = Ordered([(1, Decimal::ZERO)].into());
    let applied = Fulfilment::default().take(&[shipped("all", 1)], &none, true);
    assert_eq!(applied, [Applied::Known]);
}

#[test]
fn the_parcel_of_a_shipment_is_named_later_by_whoever_knows_it() {
    for quantity in ["all", "5"] {
        let mut fulfilment = of(&[shipped("all", 1)]);
        let named = in_parcel(shipped(quantity, 2), "1Z1");
        assert_eq!(
            take(&mut fulfilment, std::slice::from_ref(&named)),
            [Applied::Moved]
        );
        assert_eq!(
            (ends(&fulfilment), fulfilment.version),
            (vec!["5 shipped in 1Z1".to_owned()], 2)
        );
        let part = &line(&fulfilment, 1).parts[0];
        assert_eq!(
            (part.at, part.ids.len()),
            (at(1), 2),
            "it went out when it was first said"
        );
        assert_eq!(take(&mut fulfilment, &[named]), [Applied::Known]);
        assert_eq!(fulfilment.version, 2);
    }
}

#[test]
fn what_was_told_as_one_shipment_may_have_gone_in_several_parcels() {
    let mut fulfilment = of(&[shipped("all", 1)]);
    let parcels = [
        in_parcel(shipped("2", 2), "1Z1"),
        in_parcel(shipped("2", 2), "1Z2"),
        in_parcel(shipped("1", 3), "1Z3"),
    ];
    assert_eq!(take(&mut fulfilment, &parcels), [Applied::Moved; 3]);
    assert_eq!(
        ends(&fulfilment),
        ["1 shipped in 1Z3", "2 shipped in 1Z1", "2 shipped in 1Z2"]
    );
    assert_eq!(
        line(&fulfilment, 1).parts[0].ids[0],
        shipped("all", 1).id,
        "the first keeps its identity"
    );
    let before = fulfilment.clone();
    assert_eq!(take(&mut fulfilment, &parcels), [Applied::Known; 3]);
    let more = in_parcel(shipped("1", 4), "1Z4");
    assert_eq!(
        take(&mut fulfilment, &[more]),
        [Applied::Disputed(Unfit::MoreThanLeft)]
    );
    assert_eq!(fulfilment.lines, before.lines);
}

#[test]
fn a_parcel_whose_number_comes_later_keeps_its_carrier_and_an_empty_one_is_none() {
    let mut with_carrier = shipped("all", 1);
    with_carrier.parcel = Some(order_model::Parcel {
        carrier: Some("DHL".into()),
        tracking: None,
    });
    let mut number = shipped("all", 2);
    number.parcel = Some(order_model::Parcel {
        carrier: None,
        tracking: Some("00340".into()),
    });
    let fulfilment = of(&[with_carrier, number]);
    let parcel = line(&fulfilment, 1).parts[0].parcel.clone().unwrap();
    assert_eq!(
        (parcel.carrier.as_deref(), parcel.tracking.as_deref()),
        (Some("DHL"), Some("00340"))
    );
    let mut empty = shipped("all", 1);
    empty.parcel = Some(order_model::Parcel::default());
    assert_eq!(line(&of(&[empty]), 1).parts[0].parcel, None);
}

#[test]
fn a_person_says_what_is_true_instead_and_what_it_replaces_does_not_come_back() {
    let before = [shipped("all", 1), cancelled("2", 2), refunded("1", 3)];
    let mut fulfilment = of(&before);
    assert_eq!(fulfilment.disputed(), Some(Unfit::OtherEnd));
    assert_eq!(
        take(&mut fulfilment, &[instead(shipped("3", 9))]),
        [Applied::Moved]
    );
    assert_eq!(
        (ends(&fulfilment), fulfilment.disputed()),
        (vec!["3 shipped".to_owned()], None)
    );
    let after = fulfilment.clone();
    // The report was not deleted, and comes again.
    assert_eq!(take(&mut fulfilment, &before), [Applied::Known; 3]);
    assert_eq!(fulfilment, after);
    assert_eq!(take(&mut fulfilment, &[cancelled("all", 10)]), [Applied::Moved]);
    assert_eq!(ends(&fulfilment), ["3 shipped", "2 cancelled"]);
}

#[test]
fn of_two_that_are_said_instead_the_last_stands_although_the_first_comes_again() {
    let (first, second) = (instead(shipped("3", 1)), instead(cancelled("all", 2)));
    let mut fulfilment = of(&[first.clone(), second.clone()]);
    for again in [first, second] {
        assert_eq!(take(&mut fulfilment, &[again]), [Applied::Known]);
    }
    assert_eq!(ends(&fulfilment), ["5 cancelled"]);
}

#[test]
fn what_is_said_instead_and_does_not_fit_takes_nothing_away() {
    let mut fulfilment = of(&[shipped("2", 1)]);
    assert_eq!(
        take(&mut fulfilment, &[instead(shipped("6", 2))]),
        [Applied::Disputed(Unfit::MoreThanLeft)]
    );
    assert_eq!(ends(&fulfilment), ["2 shipped"]);
}

#[test]
fn a_person_may_say_that_nothing_ended_after_all() {
    let mut fulfilment = of(&[said(Became::InProgress, "all", 1), shipped("all", 2)]);
    let applied = take(&mut fulfilment, &[instead(said(Became::InProgress, "all", 3))]);
    assert_eq!((applied, ends(&fulfilment)), (vec![Applied::Moved], vec![]));
    assert_eq!(
        take(&mut fulfilment, &[shipped("all", 2)]),
        [Applied::Known],
        "it was said before"
    );
    assert_eq!(take(&mut fulfilment, &[shipped("all", 5)]), [Applied::Moved]);
}

#[test]
fn what_was_ordered_stays_what_was_read_first() {
    let mut fulfilment = of(&[shipped("all", 1)]);
    assert_eq!(fulfilment.ordered, ordered());
    let other = Ordered([(7, Decimal::ONE)].into());
    let applied = fulfilment.take(&[of_line(shipped("all", 2), 7)], &other, true);
    assert_eq!(applied, [Applied::Disputed(Unfit::NoSuchLine)]);
    assert_eq!(fulfilment.ordered, ordered());
}

#[test]
fn each_move_forward_is_announced_once_and_nothing_else_is() {
    let mut fulfilment = of(&[said(Became::Created, "all", 1), shipped("2", 2), shipped("9", 3)]);
    take(&mut fulfilment, &[shipped("2", 2)]);
    let ids: Vec<_> = fulfilment.untold.iter().map(|told| told.id.clone()).collect();
    assert_eq!(ids, ["created-all-1-1", "shipped-2-2-1"]);
    let (told, version) = (fulfilment.untold.clone(), fulfilment.version);
    take(&mut fulfilment, &[shipped("1", 4)]);
    fulfilment.announced(&told);
    assert_eq!(fulfilment.untold.len(), 1, "what came meanwhile stays");
    assert_eq!(fulfilment.version, version + 1, "announcing changes no line");
    let mut silent = Fulfilment::default();
    silent.take(&[shipped("all", 1)], &ordered(), false);
    assert!(silent.untold.is_empty());
}

#[test]
fn parcels_are_forgotten_and_nothing_else_is() {
    let mut fulfilment = of(&[
        in_parcel(shipped("all", 1), "1Z1"),
        in_parcel(cancelled("1", 2), "1Z2"),
    ]);
    assert!(format!("{fulfilment:?}").contains("tracking: Some"));
    let version = fulfilment.version;
    fulfilment.forget_parcels();
    assert!(!format!("{fulfilment:?}").contains("tracking: Some"));
    assert_eq!(
        (ends(&fulfilment), fulfilment.version),
        (vec!["5 shipped".to_owned()], version)
    );
    assert_eq!(
        take(&mut fulfilment, &[in_parcel(shipped("all", 1), "1Z1")]),
        [Applied::Known]
    );
}

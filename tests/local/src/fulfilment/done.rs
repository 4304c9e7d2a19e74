//! The kinds of orders: what is done about each, and what comes of it.

use super::plan::{By, Deed, Move, Plan, Row, Three, change, moved, row, unnamed};
use super::shown::ShownPackage;

fn shown(kind: &str, lines: &[(&str, u64)]) -> ShownPackage {
    ShownPackage::new(kind, lines)
}

fn in_parcel(lines: &[(&str, u64)], parcel: &(&'static str, String)) -> ShownPackage {
    shown("shipment", lines).by((parcel.0, &parcel.1))
}

/// Stations may be overtaken.
fn passing(line: usize, state: &'static str) -> Move {
    Move {
        sure: false,
        ..moved(line, state)
    }
}

fn moves_of(rows: &[&[Row]]) -> Vec<Move> {
    rows.iter().flat_map(|rows| rows.iter()).map(Row::moves).collect()
}

impl Three<'_> {
    /// Spreadshirt makes it, from station to station. After the first report it names only its own items. One line is
    /// cancelled, one it does not make at all.
    pub(crate) fn made(&self) -> Plan {
        let reports = [
            vec![
                change(0, "RECEIVED", 0),
                change(0, "CREATED", 1),
                change(1, "RECEIVED", 0),
            ],
            vec![change(0, "ACCEPTED", 30), change(1, "ACCEPTED", 31)],
            vec![
                unnamed(0, "IN_PROGRESS", 60),
                unnamed(1, self.cancelled_word(), 61),
            ],
            vec![unnamed(0, "SHIPPED", 120)],
        ];
        let stations = ["received", "created", "accepted", "in_progress", "shipped"];
        let mut moves: Vec<Move> = stations.map(|state| moved(0, state)).into();
        moves.extend(["received", "accepted", "cancelled"].map(|state| moved(1, state)));
        Plan {
            stages: reports.map(|changes| vec![Deed::Reported(changes)]).into(),
            packages: vec![
                shown("processing", &[self.all(2)]),
                shown("shipment", &[self.all(0)]),
                shown("cancelled", &[self.all(1)]),
            ],
            moves,
            waits_for_import: true,
            ..Plan::default()
        }
    }

    /// The ERP ships it in two parcels, the first line in both, and cancels the last line, which it says twice.
    pub(crate) fn shipped_in_parts(&self) -> Plan {
        let (now, then) = (self.parcel("UPS", 1), self.parcel("UPS", 2));
        let (some, rest) = self.halves(0);
        let first = vec![row(0, "shipped", 10).of(some).by(&now)];
        let mut second = vec![row(1, "shipped", 200).by(&then)];
        let mut with_second = vec![self.all(1)];
        if rest > 0 {
            second.push(row(0, "shipped", 200).of(rest).by(&then));
            with_second.push((self.sku(0), rest));
        }
        let last = vec![row(2, "cancelled", 210)];
        Plan {
            packages: vec![
                in_parcel(&[(self.sku(0), some)], &now),
                in_parcel(&with_second, &then),
                shown("cancelled", &[self.all(2)]),
            ],
            moves: moves_of(&[&first, &second, &last]),
            stages: vec![
                vec![Deed::Sent(first, By::Number, 1)],
                vec![Deed::Sent(second, By::Key, 1)],
                vec![Deed::Sent(last, By::Number, 2)],
            ],
            ..Plan::default()
        }
    }

    /// All that may happen to an order. Spreadshirt ships the first line and tells no parcel, which the ERP knows; the ERP
    /// ships the others, of the third a part, whose rest it cancels, and takes a piece of the second back.
    pub(crate) fn whole_life(&self) -> Plan {
        let parcels = [
            self.parcel("DPD", 1),
            self.parcel("FedEx", 2),
            self.parcel("UPS", 3),
        ];
        let (some, rest) = self.halves(2);
        let second = vec![row(1, "shipped", 15).by(&parcels[1])];
        let told = vec![
            row(0, "shipped", 125).by(&parcels[0]),
            row(2, "shipped", 130).of(some).by(&parcels[2]),
        ];
        let mut end = vec![row(1, "refunded", 300).of(1)];
        let mut packages = vec![
            in_parcel(&[self.all(0)], &parcels[0]),
            in_parcel(&[self.all(1)], &parcels[1]),
            in_parcel(&[(self.sku(2), some)], &parcels[2]),
            shown("refund", &[(self.sku(1), 1)]),
        ];
        if rest > 0 {
            end.push(row(2, "cancelled", 310).of(rest));
            packages.push(shown("cancelled", &[(self.sku(2), rest)]));
        }
        let stations = ["received", "created", "accepted", "in_progress", "shipped"];
        let mut moves: Vec<Move> = stations.map(|state| moved(0, state)).into();
        moves.extend(moves_of(&[&second, &told, &end]));
        let begun = [("RECEIVED", 0), ("CREATED", 1), ("ACCEPTED", 30)];
        let begun = begun.map(|(state, minute)| change(0, state, minute));
        Plan {
            stages: vec![
                vec![Deed::Reported(begun.into()), Deed::Sent(second, By::Key, 1)],
                vec![Deed::Reported(vec![unnamed(0, "IN_PROGRESS", 60)])],
                vec![Deed::Reported(vec![unnamed(0, "SHIPPED", 120)])],
                vec![Deed::Sent(told, By::Number, 1)],
                vec![Deed::Sent(end, By::Key, 1)],
            ],
            packages,
            moves,
            waits_for_import: true,
            is_told: true,
            ..Plan::default()
        }
    }

    /// Two lines came to their ends before anybody had submitted the order.
    pub(crate) fn told_too_early(&self) -> Plan {
        let parcel = self.parcel("UPS", 1);
        let (early, late) = (
            vec![row(1, "cancelled", 20)],
            vec![row(2, "shipped", 95).by(&parcel)],
        );
        let mut moves = moves_of(&[&early, &late]);
        moves.push(moved(0, "shipped"));
        Plan {
            before: vec![
                Deed::Reported(vec![change(0, "SHIPPED", 90)]),
                Deed::Sent(early, By::Key, 1),
            ],
            stages: vec![vec![Deed::Sent(late, By::Number, 1)]],
            packages: vec![
                shown("shipment", &[self.all(0)]),
                shown("cancelled", &[self.all(1)]),
                in_parcel(&[self.all(2)], &parcel),
            ],
            moves,
            ..Plan::default()
        }
    }

    /// One line is told of in a report with somebody else's item: it is taken in, and the report stays.
    pub(crate) fn with_others(&self) -> Plan {
        Plan {
            stages: vec![vec![Deed::ReportedWithOthers(vec![change(0, "SHIPPED", 50)])]],
            packages: vec![
                shown("processing", &[self.all(1), self.all(2)]),
                shown("shipment", &[self.all(0)]),
            ],
            moves: vec![moved(0, "shipped")],
            ..Plan::default()
        }
    }

    /// The ERP cancels all of it.
    pub(crate) fn cancelled(&self) -> Plan {
        let rows: Vec<Row> = (0..3).map(|line| row(line, "cancelled", 10)).collect();
        Plan {
            packages: vec![shown("cancelled", &[self.all(0), self.all(1), self.all(2)])],
            moves: moves_of(&[&rows]),
            stages: vec![vec![Deed::Sent(rows, By::Key, 1)]],
            ..Plan::default()
        }
    }

    /// All of it is said at once, the newest first, and some of it again.
    pub(crate) fn all_at_once(&self) -> Plan {
        let parcel = self.parcel("DHL", 1);
        let shipped = vec![row(1, "shipped", 40).by(&parcel)];
        let more = vec![row(2, "cancelled", 41), shipped[0].clone()];
        let mut moves = moves_of(&[&more]);
        moves.extend([
            moved(0, "shipped"),
            passing(0, "in_progress"),
            passing(0, "accepted"),
        ]);
        Plan {
            stages: vec![vec![
                Deed::ReportedAlone(vec![change(0, "SHIPPED", 100), change(0, "ACCEPTED", 30)]),
                Deed::ReportedAlone(vec![change(0, "IN_PROGRESS", 60)]),
                Deed::ReportedAlone(vec![change(0, "SHIPPED", 100)]),
                Deed::Sent(shipped, By::Key, 2),
                Deed::Sent(more, By::Key, 1),
            ]],
            packages: vec![
                shown("shipment", &[self.all(0)]),
                in_parcel(&[self.all(1)], &parcel),
                shown("cancelled", &[self.all(2)]),
            ],
            moves,
            ..Plan::default()
        }
    }

    /// All of it goes out in one parcel, and all of a line comes back.
    pub(crate) fn refunded(&self) -> Plan {
        let parcel = self.parcel("FedEx", 1);
        let out: Vec<Row> = (0..3).map(|line| row(line, "shipped", 10).by(&parcel)).collect();
        let back = vec![row(0, "refunded", 500)];
        Plan {
            packages: vec![
                in_parcel(&[self.all(0), self.all(1), self.all(2)], &parcel),
                shown("refund", &[self.all(0)]),
            ],
            moves: moves_of(&[&out, &back]),
            stages: vec![
                vec![Deed::Sent(out, By::Number, 1)],
                vec![Deed::Sent(back, By::Number, 1)],
            ],
            ..Plan::default()
        }
    }
}

//! Counted things, and what they come to.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::item::Item;
use crate::prices::price;

/// Counted things. What is not in it was not counted, or is none.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Usage(BTreeMap<Item, f64>);

/// One billed thing, and its price.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Line {
    /// What.
    pub item: Item,
    /// How many.
    pub quantity: f64,
    /// What they come to, in US dollars.
    pub usd: f64,
}

impl Usage {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    pub fn of(&self, item: Item) -> f64 {
        self.0.get(&item).copied().unwrap_or_default()
    }

    /// Counts so many more.
    pub fn add(&mut self, item: Item, quantity: f64) {
        *self.0.entry(item).or_default() += quantity;
    }

    /// The same, with so many more.
    #[must_use]
    pub fn with(mut self, item: Item, quantity: f64) -> Self {
        self.add(item, quantity);
        self
    }

    /// Both together.
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Self {
        for (item, quantity) in &other.0 {
            self.add(*item, *quantity);
        }
        self
    }

    /// What was counted since `earlier`, a count of the same things.
    #[must_use]
    pub fn since(self, earlier: &Self) -> Self {
        self.plus(&earlier.times(-1.0))
    }

    /// So many times this.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        Self(
            self.0
                .iter()
                .map(|(item, quantity)| (*item, quantity * factor))
                .collect(),
        )
    }

    /// What AWS bills of it, item by item; what there is none of is left out.
    pub fn lines(&self) -> Vec<Line> {
        let billed = self.0.iter().filter(|(_, quantity)| **quantity != 0.0);
        billed
            .filter_map(|(item, quantity)| {
                Some(Line {
                    item: *item,
                    quantity: *quantity,
                    usd: price(*item)?.of(*quantity),
                })
            })
            .collect()
    }

    /// The list price of these items together, in US dollars.
    pub fn usd_of(&self, items: &[Item]) -> f64 {
        let lines = self.lines().into_iter();
        lines
            .filter(|line| items.contains(&line.item))
            .map(|line| line.usd)
            .sum()
    }

    /// The list price of all of it, in US dollars.
    pub fn usd(&self) -> f64 {
        self.lines().iter().map(|line| line.usd).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Price, TABLE};

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-9
    }

    #[test]
    fn nine_units_an_order_are_five_dollars_and_five_eighths_a_million() {
        let million = Usage::new().with(Item::WriteUnit, 9.0).times(1e6);
        assert!(close(million.usd(), 5.625), "{}", million.usd());
    }

    #[test]
    fn a_million_orders_that_wait_200_ms_in_256_mb_cost_two_thirds_of_a_dollar() {
        // 0.2 s × 0.25 GB × 1,000,000 = 50,000 GB-s, at 0.0000133334.
        let waiting = Usage::new().with(Item::ArmWaitingGbSecond, 50_000.0);
        assert!(close(waiting.usd(), 0.666_67), "{}", waiting.usd());
    }

    #[test]
    fn an_idle_queue_costs_a_quarter_of_a_dollar_a_month() {
        // 5 pollers, 3 polls a minute, 43,200 minutes: 648,000 requests at 0.40 a million.
        let idle = Usage::new().with(Item::SqsRequest, crate::empty_polls(1));
        assert!(close(idle.of(Item::SqsRequest), 648_000.0));
        assert!(close(idle.usd(), 0.2592), "{}", idle.usd());
    }

    #[test]
    fn ticks_of_a_month_at_one_a_minute_cost_four_cents() {
        let ticks = Usage::new().with(Item::ScheduledTick, 43_200.0);
        assert!(close(ticks.usd(), 0.0432), "{}", ticks.usd());
    }

    #[test]
    fn what_is_not_billed_costs_nothing_and_is_no_line() {
        let usage = Usage::new()
            .with(Item::WriteCall, 5.04)
            .with(Item::ReadUnit, 0.0)
            .with(Item::SecretMonth, 2.0);
        assert_eq!(
            usage.lines(),
            [Line {
                item: Item::SecretMonth,
                quantity: 2.0,
                usd: 0.8
            }]
        );
    }

    #[test]
    fn what_was_counted_since_is_the_difference() {
        let before = Usage::new().with(Item::WriteUnit, 3.0);
        let after = Usage::new().with(Item::WriteUnit, 12.0).with(Item::ReadUnit, 1.0);
        let since = after.since(&before).times(0.5);
        assert!(close(since.of(Item::WriteUnit), 4.5) && close(since.of(Item::ReadUnit), 0.5));
    }

    #[test]
    fn no_item_has_two_prices() {
        for (n, one) in TABLE.iter().enumerate() {
            let twin = TABLE.iter().skip(n + 1).find(|other| other.item == one.item);
            assert!(twin.is_none(), "{:?}", twin.map(|twin: &Price| twin.item));
        }
    }
}

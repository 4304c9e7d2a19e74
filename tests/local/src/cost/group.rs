//! Items in groups of which a person has heard.

use cost::{Item, Line};

/// A name, and the items that it stands for.
pub(crate) struct Group {
    pub(crate) name: &'static str,
    items: &'static [Item],
}

/// The groups, in the order in which they are told.
const GROUPS: [Group; 11] = [
    Group {
        name: "writes",
        items: &[Item::WriteUnit],
    },
    Group {
        name: "reads",
        items: &[Item::ReadUnit],
    },
    Group {
        name: "queues",
        items: &[Item::SqsRequest, Item::SqsFifoRequest],
    },
    Group {
        name: "functions",
        items: &[Item::Invocation, Item::ArmGbSecond, Item::X86GbSecond],
    },
    Group {
        name: "waiting",
        items: &[Item::ArmWaitingGbSecond, Item::X86WaitingGbSecond],
    },
    Group {
        name: "logs",
        items: &[Item::LogGbIn, Item::LogGbMonth],
    },
    Group {
        name: "storage",
        items: &[Item::TableGbMonth, Item::RecoveryGbMonth],
    },
    Group {
        name: "metrics",
        items: &[Item::MetricMonth],
    },
    Group {
        name: "alarms",
        items: &[Item::AlarmMonth],
    },
    Group {
        name: "dashboard",
        items: &[Item::DashboardMonth],
    },
    Group {
        name: "secrets and schedules",
        items: &[Item::SecretMonth, Item::SecretRead, Item::ScheduledTick],
    },
];

/// Dollars by group, without groups that cost less than half a cent.
pub(crate) fn in_groups(lines: &[Line]) -> Vec<(&'static str, f64)> {
    let usd = |group: &Group| -> f64 {
        let own = lines.iter().filter(|line| group.items.contains(&line.item));
        own.map(|line| line.usd).sum()
    };
    let told = GROUPS.iter().map(|group| (group.name, usd(group)));
    told.filter(|(_, usd)| *usd >= 0.005).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_that_has_a_price_is_in_one_group() {
        for price in cost::TABLE.iter().filter(|price| price.item != Item::Mail) {
            let groups = GROUPS.iter().filter(|group| group.items.contains(&price.item));
            assert_eq!(groups.count(), 1, "{:?}", price.item);
        }
    }
}

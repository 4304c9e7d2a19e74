//! The closed list of metrics, each with the dimensions that it comes with.

use order_model::{FaultClass, StepName, Vendor};

/// Every metric that there is, and what it is said of. An alarm or a widget names one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Orders that wait for something or somebody.
    OrdersOpen,
    /// Orders that wait for a person.
    OrdersHeld,
    /// Orders that are open for longer than they should, and wait for no person.
    OrdersStuck,
    /// Orders that are open for so long that RepSpark's lists will lose them.
    OrdersOld,
    /// Records that could not be read, and that nobody has resolved.
    RecordsQuarantined,
    /// The age of the oldest open order.
    OldestOpenSeconds,
    /// Vendors that are paused, by a function or a person.
    VendorsPaused,
    /// Whether a comparison was not complete, or found orders that have no place here: 1 or 0.
    BalanceOpen,
    /// Orders of the former integration that RepSpark still holds as Sent, and that nobody has decided about.
    ForeignWaiting,
    /// Movements of lines that wait for their order, or for the line of their item, to be known.
    MovementsWaiting,
    /// Those of them that have waited for longer than they should.
    MovementsStuck,
    /// Movements that were new: they moved a line, or are held for a person. One that was known counts as nothing.
    MovementsApplied,
    /// `OrdersHeld`, by the step that is held.
    OrdersHeldAt(StepName),
    /// Orders whose step this invocation recorded as done.
    StepsDone(StepName),
    /// Orders whose step it held.
    StepsHeld(StepName),
    /// Orders whose step it recorded as due again, unknown or pending.
    StepsLater(StepName),
    /// Orders whose step it could not work, or of which it could not record what came of it.
    StepsFailed(StepName),
    /// For each order done, the seconds since it was first seen; not where a person adopted it, let it go or keyed it.
    SecondsToDone(StepName),
    /// Orders taken in for the first time.
    OrdersPulled(Vendor),
    /// Pulls that ended whole, those without an order or a report too.
    PullsDone(Vendor),
    /// Orders that a pull could not mark as received, or of which the vendor did not say so. They come again.
    OrdersNotMarked(Vendor),
    /// Reports of which all that is ours is durable here, and that the vendor has deleted.
    ReportsRead(Vendor),
    /// Reports that stay at the vendor though they could be read: not all of one is ours, or it was not deleted. They come
    /// again.
    ReportsLeft(Vendor),
    /// Reports that could not be read, and so stay at the vendor.
    ReportsUnreadable(Vendor),
    /// Failed calls, by how they failed.
    VendorErrors(Vendor, FaultClass),
}

/// What a metric is said of: the dimensions beside brand and stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    Stack,
    Step(StepName),
    Vendor(Vendor),
    Class(Vendor, FaultClass),
}

/// What becomes of the values that one invocation says of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// They are added up; nothing is said of a zero.
    Sum,
    /// The last one counts, a zero too.
    Gauge,
    /// Each stands for itself.
    Each,
}

impl Metric {
    /// Its name in CloudWatch.
    pub fn name(self) -> &'static str {
        match self {
            Self::OrdersOpen => "OrdersOpen",
            Self::OrdersHeld | Self::OrdersHeldAt(_) => "OrdersHeld",
            Self::OrdersStuck => "OrdersStuck",
            Self::OrdersOld => "OrdersOld",
            Self::RecordsQuarantined => "RecordsQuarantined",
            Self::OldestOpenSeconds => "OldestOpenSeconds",
            Self::VendorsPaused => "VendorsPaused",
            Self::BalanceOpen => "BalanceOpen",
            Self::ForeignWaiting => "ForeignWaiting",
            Self::MovementsWaiting => "MovementsWaiting",
            Self::MovementsStuck => "MovementsStuck",
            Self::MovementsApplied => "MovementsApplied",
            Self::StepsDone(_) => "StepsDone",
            Self::StepsHeld(_) => "StepsHeld",
            Self::StepsLater(_) => "StepsLater",
            Self::StepsFailed(_) => "StepsFailed",
            Self::SecondsToDone(_) => "SecondsToDone",
            Self::OrdersPulled(_) => "OrdersPulled",
            Self::PullsDone(_) => "PullsDone",
            Self::OrdersNotMarked(_) => "OrdersNotMarked",
            Self::ReportsRead(_) => "ReportsRead",
            Self::ReportsLeft(_) => "ReportsLeft",
            Self::ReportsUnreadable(_) => "ReportsUnreadable",
            Self::VendorErrors(..) => "VendorErrors",
        }
    }

    pub(super) fn unit(self) -> &'static str {
        match self {
            Self::OldestOpenSeconds | Self::SecondsToDone(_) => "Seconds",
            _ => "Count",
        }
    }

    pub(super) fn of(self) -> Of {
        match self {
            Self::OrdersOpen
            | Self::OrdersHeld
            | Self::OrdersStuck
            | Self::OrdersOld
            | Self::RecordsQuarantined
            | Self::OldestOpenSeconds
            | Self::VendorsPaused
            | Self::BalanceOpen
            | Self::ForeignWaiting
            | Self::MovementsWaiting
            | Self::MovementsStuck
            | Self::MovementsApplied => Of::Stack,
            Self::OrdersHeldAt(step)
            | Self::StepsDone(step)
            | Self::StepsHeld(step)
            | Self::StepsLater(step)
            | Self::StepsFailed(step)
            | Self::SecondsToDone(step) => Of::Step(step),
            Self::OrdersPulled(vendor)
            | Self::PullsDone(vendor)
            | Self::OrdersNotMarked(vendor)
            | Self::ReportsRead(vendor)
            | Self::ReportsLeft(vendor)
            | Self::ReportsUnreadable(vendor) => Of::Vendor(vendor),
            Self::VendorErrors(vendor, class) => Of::Class(vendor, class),
        }
    }

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::SecondsToDone(_) => Kind::Each,
            Self::StepsDone(_)
            | Self::StepsHeld(_)
            | Self::StepsLater(_)
            | Self::StepsFailed(_)
            | Self::OrdersPulled(_)
            | Self::PullsDone(_)
            | Self::OrdersNotMarked(_)
            | Self::ReportsRead(_)
            | Self::ReportsLeft(_)
            | Self::ReportsUnreadable(_)
            | Self::MovementsApplied
            | Self::VendorErrors(..) => Kind::Sum,
            Self::OrdersOpen
            | Self::OrdersHeld
            | Self::OrdersHeldAt(_)
            | Self::OrdersStuck
            | Self::OrdersOld
            | Self::RecordsQuarantined
            | Self::OldestOpenSeconds
            | Self::VendorsPaused
            | Self::BalanceOpen
            | Self::ForeignWaiting
            | Self::MovementsWaiting
            | Self::MovementsStuck => Kind::Gauge,
        }
    }
}

impl Of {
    /// The dimensions beside brand and stage, name and value.
    pub(super) fn dimensions(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::Stack => Vec::new(),
            Self::Step(step) => vec![("Step", step.as_str())],
            Self::Vendor(vendor) => vec![("Vendor", vendor.as_str())],
            Self::Class(vendor, class) => vec![("Vendor", vendor.as_str()), ("Class", class.as_str())],
        }
    }
}

//! The steps of an order, the states a step can be in, and the one table of moves between them.

use crate::{ErpReference, Millis, Origin, Pace, Vendor};

/// A step of an order. Adding one is a row in each of the two tables below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepName {
    /// The sales order into the ERP.
    Import,
    /// The ERP's number to RepSpark.
    Confirm,
    /// The ERP's refusal to RepSpark, where the brand wants that.
    Report,
    /// The whole purchase to SparkLayer, again whenever something becomes of it: see [`crate::Repeat`].
    Publish,
    /// The custom lines to Spectrum, which starts the factory: once for ever.
    Acknowledge,
    /// The details of a custom order to Spectrum, with its addresses.
    Details,
    /// The tracking of a custom order to Spectrum, again whenever it changes: see [`crate::Repeat`].
    Notify,
    /// Something that a person has to look at: an order that changed after its import, a foreign one that came back.
    Review,
    /// What a vendor or the ERP says of a line and that does not fit what was said before: a person has to look.
    Fulfilment,
}

impl StepName {
    /// All steps, in the order of an order's life.
    pub const ALL: [Self; 9] = [
        Self::Import,
        Self::Confirm,
        Self::Report,
        Self::Publish,
        Self::Acknowledge,
        Self::Details,
        Self::Notify,
        Self::Review,
        Self::Fulfilment,
    ];

    /// The name, as it is stored and logged.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Confirm => "confirm",
            Self::Report => "report",
            Self::Publish => "publish",
            Self::Acknowledge => "acknowledge",
            Self::Details => "details",
            Self::Notify => "notify",
            Self::Review => "review",
            Self::Fulfilment => "fulfilment",
        }
    }

    /// The step of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == name)
    }

    /// The steps that become due, in the same write, when this one is done.
    pub fn followers(self, origin: Origin) -> &'static [Self] {
        match (self, origin) {
            (Self::Import, Origin::RepSpark) => &[Self::Confirm],
            // eCat is not told: an order that was marked received is out of its sight.
            (Self::Import, Origin::Ecat) => &[],
            _ => &[],
        }
    }

    /// The steps that become due beside the followers, where this stack uses their vendor: see [`OrderState::followed`].
    ///
    /// [`OrderState::followed`]: crate::OrderState::followed
    pub fn optional_followers(self) -> &'static [Self] {
        match self {
            Self::Import => &[Self::Publish, Self::Acknowledge],
            // The details may be what makes the order there, and would hide a lost acknowledgement.
            Self::Acknowledge => &[Self::Details, Self::Notify],
            _ => &[],
        }
    }

    /// The step that an optional one follows.
    pub(crate) fn follows(self) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|before| before.optional_followers().contains(&self))
    }

    /// Whether it is held while a person looks at the order: what it sends can't be taken back.
    pub(crate) fn waits_for_review(self) -> bool {
        matches!(self, Self::Confirm | Self::Acknowledge | Self::Details)
    }

    /// Whether it is of custom-made lines alone.
    pub fn is_of_custom_lines(self) -> bool {
        matches!(self, Self::Acknowledge | Self::Details | Self::Notify)
    }

    /// Whether it is done again whenever there is something newer to tell.
    pub fn is_repeatable(self) -> bool {
        matches!(self, Self::Publish | Self::Notify)
    }

    /// When an effect began whose holder never reported, or reports that it does not know: what it recorded, or the last
    /// moment at which it may have begun. A repeatable step is simply made again after a doubt, without anybody's looking,
    /// so nothing of it may be running then.
    pub(crate) fn began(self, recorded: Millis, last: Millis) -> Millis {
        if self.is_repeatable() {
            recorded.max(last)
        } else {
            recorded
        }
    }

    /// Whether it is a question for a person, and calls nobody.
    pub fn is_question(self) -> bool {
        matches!(self, Self::Review | Self::Fulfilment)
    }

    /// The outside service that this step calls; a pause of that vendor stops it.
    pub fn vendor(self) -> Option<Vendor> {
        match self {
            Self::Import => Some(Vendor::Erp),
            Self::Confirm | Self::Report => Some(Vendor::RepSpark),
            Self::Publish => Some(Vendor::SparkLayer),
            Self::Acknowledge | Self::Details | Self::Notify => Some(Vendor::Spectrum),
            Self::Review | Self::Fulfilment => None,
        }
    }
}

/// What a step is in. Times are the ledger's: it owns the retry clock, a queue message is only a hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepState {
    /// Not wanted for this order (its turn has not come, or its vendor is not used).
    Off,
    /// To be done.
    Due {
        /// Not before this.
        not_before: Millis,
        /// How often it was tried without being done.
        tries: u32,
        /// When the sweep gives it a hint, if it is still due then.
        hint_at: Millis,
    },
    /// Somebody is at it. Past `until` nobody knows whether its effect took place.
    Claimed {
        /// Who: unique for each claim.
        owner: String,
        /// When the last effect began.
        begun_at: Millis,
        /// The end of the lease.
        until: Millis,
        /// Tries before this one.
        tries: u32,
        /// What was sent: the short content hash.
        hash: Option<String>,
        /// Whether its holder only asks for the answer to what the vendor has already taken. Asking has no effect, so
        /// when such a lease ends the step is pending again, never unknown: an unknown step may be sent again.
        asking: bool,
    },
    /// The vendor took it and answers later.
    Pending {
        /// Ask not before this.
        not_before: Millis,
        /// How often it was asked.
        tries: u32,
        /// When the sweep gives it a hint.
        hint_at: Millis,
    },
    /// It was begun and never reported back: neither done nor failed. To be probed before anything is repeated.
    Unknown {
        /// When the last effect began: "not there" counts only after a settle time from here.
        begun_at: Millis,
        /// Probe not before this.
        not_before: Millis,
        /// Tries so far.
        tries: u32,
        /// When the sweep gives it a hint.
        hint_at: Millis,
        /// What was sent.
        hash: Option<String>,
    },
    /// Done.
    Done {
        /// The other side's number, if it gives one and it is not the order's own ERP number.
        reference: Option<ErpReference>,
        /// When.
        at: Millis,
    },
    /// A person has to look; the text stands in an item of its own.
    Held {
        /// A stable code, such as `unknown_sku`.
        code: String,
        /// Since when.
        at: Millis,
    },
    /// A newer version took its place before it was begun.
    Superseded,
    /// A person decided that it shall not be done.
    Discarded,
}

/// The kinds of [`StepState`], without their fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is documented at `StepState`")]
pub enum Kind {
    Off,
    Due,
    Claimed,
    Pending,
    Unknown,
    Done,
    Held,
    Superseded,
    Discarded,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Off,
        Self::Due,
        Self::Claimed,
        Self::Pending,
        Self::Unknown,
        Self::Done,
        Self::Held,
        Self::Superseded,
        Self::Discarded,
    ];

    /// The word for it, as it is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Due => "due",
            Self::Claimed => "claimed",
            Self::Pending => "pending",
            Self::Unknown => "unknown",
            Self::Done => "done",
            Self::Held => "held",
            Self::Superseded => "superseded",
            Self::Discarded => "discarded",
        }
    }

    /// The kind of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Every allowed move. What is not here is a defect, and [`crate::OrderState`] refuses to make it.
pub const MOVES: &[(Kind, &[Kind])] = &[
    // Done or discarded by a person: a foreign order.
    (Kind::Off, &[Kind::Due, Kind::Held, Kind::Done, Kind::Discarded]),
    (
        Kind::Due,
        &[
            Kind::Due,
            Kind::Claimed,
            Kind::Held,
            Kind::Done,
            Kind::Superseded,
            Kind::Discarded,
            Kind::Off,
        ],
    ),
    (
        Kind::Claimed,
        &[
            Kind::Claimed,
            Kind::Due,
            Kind::Pending,
            Kind::Unknown,
            Kind::Done,
            Kind::Held,
        ],
    ),
    // Never to discarded either: that could be taken up again, and would then be made afresh.
    (Kind::Pending, &[Kind::Pending, Kind::Claimed, Kind::Done]),
    (Kind::Unknown, &[Kind::Unknown, Kind::Claimed, Kind::Done]),
    // It did not last, or nobody knows whether it did; a review that is over can be wanted again.
    (Kind::Done, &[Kind::Due, Kind::Unknown, Kind::Held]),
    (
        Kind::Held,
        &[
            Kind::Held,
            Kind::Due,
            Kind::Done,
            Kind::Superseded,
            Kind::Discarded,
        ],
    ),
    (Kind::Superseded, &[Kind::Due]),
    // A review that a person ended can be wanted again.
    (Kind::Discarded, &[Kind::Due, Kind::Held, Kind::Done]),
];

/// Whether a step may go from one kind of state to another.
pub fn allowed(from: Kind, to: Kind) -> bool {
    MOVES
        .iter()
        .any(|(kind, targets)| *kind == from && targets.contains(&to))
}

impl StepState {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Off => Kind::Off,
            Self::Due { .. } => Kind::Due,
            Self::Claimed { .. } => Kind::Claimed,
            Self::Pending { .. } => Kind::Pending,
            Self::Unknown { .. } => Kind::Unknown,
            Self::Done { .. } => Kind::Done,
            Self::Held { .. } => Kind::Held,
            Self::Superseded => Kind::Superseded,
            Self::Discarded => Kind::Discarded,
        }
    }

    /// Due now, with a first hint on its way and the sweep's a grace later.
    pub fn due_now(now: Millis, pace: Pace) -> Self {
        Self::Due {
            not_before: now,
            tries: 0,
            hint_at: now + pace.grace,
        }
    }

    /// Due now, and without a hint on its way: the sweep gives one on its next tick.
    pub fn due_by_hand(now: Millis) -> Self {
        Self::Due {
            not_before: now,
            tries: 0,
            hint_at: now,
        }
    }

    /// Whether nothing more will happen here by itself or by a person's duty.
    pub fn is_finished(&self) -> bool {
        matches!(
            self.kind(),
            Kind::Off | Kind::Done | Kind::Superseded | Kind::Discarded
        )
    }

    /// Whether both are held, under the same code.
    pub(crate) fn is_held_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Held { code, .. }, Self::Held { code: others, .. }) => code == others,
            _ => false,
        }
    }

    /// When the sweep wants to look at this, if ever. A claim has no time of its own: the order is looked at within
    /// the grace anyway, and a claim that moved the index would cost two write units on every clean order.
    pub(crate) fn attention(&self) -> Option<Millis> {
        match self {
            Self::Due { hint_at, .. } | Self::Pending { hint_at, .. } | Self::Unknown { hint_at, .. } => {
                Some(*hint_at)
            }
            _ => None,
        }
    }
}

/// One step of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// How often it was claimed, for ever.
    pub generation: u32,
    /// What it is in.
    pub state: StepState,
}

impl Step {
    /// A step that was never claimed.
    pub fn fresh(state: StepState) -> Self {
        Self { generation: 0, state }
    }
}

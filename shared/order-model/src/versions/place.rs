//! The places that a submission can have, and why it waits.

use super::Standing;
use crate::EcatId;

/// Why a submission waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hold {
    /// Why.
    pub code: HoldCode,
    /// The submission that it is to be compared with; itself where there is none.
    pub of: EcatId,
}

/// The codes of such holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HoldCode {
    /// It is a revision of another one.
    Revision,
    /// It looks like a new order under an old uuid.
    LooksNew,
    /// It says what another one says, and a third one is between them.
    SameContent,
    /// One of the two does not map.
    NotComparable,
    /// Another one was claimed before it came, or a person had decided.
    AfterImport,
    /// The ERP had refused another one before it came.
    AfterRefusal,
    /// Its number is another order's.
    NumberCollision,
    /// It came again under its id with other content.
    ChangedUnderItsId,
    /// There are more than [`VERSIONS_MAX`](super::VERSIONS_MAX).
    TooManyVersions,
    /// A person decided about it, and the order of its own that it becomes is not made yet.
    Leaving,
}

impl HoldCode {
    const ALL: [Self; 10] = [
        Self::Revision,
        Self::LooksNew,
        Self::SameContent,
        Self::NotComparable,
        Self::AfterImport,
        Self::AfterRefusal,
        Self::NumberCollision,
        Self::ChangedUnderItsId,
        Self::TooManyVersions,
        Self::Leaving,
    ];

    /// The code of that name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == code)
    }

    /// The code, as it is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revision => "ecat_revision",
            Self::LooksNew => "ecat_looks_new",
            Self::SameContent => "ecat_same_content",
            Self::NotComparable => "ecat_not_comparable",
            Self::AfterImport => "ecat_after_import",
            Self::AfterRefusal => "ecat_after_refusal",
            Self::NumberCollision => "number_collision",
            Self::ChangedUnderItsId => "ecat_changed_under_its_id",
            Self::TooManyVersions => "ecat_too_many_versions",
            Self::Leaving => "ecat_leaving",
        }
    }
}

/// The place of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// It is the current one and goes on as if it had come alone: the rules of its source still apply.
    Goes,
    /// It is the current one and waits for a person.
    Stopped(Hold),
    /// That newer one took its place.
    Superseded(EcatId),
    /// It is not imported while that newer one waits for a person.
    Waits(EcatId),
    /// It waits for a person, beside the current one.
    Beside(Hold),
}

impl Place {
    /// How it is stored.
    pub fn standing(self) -> Standing {
        match self {
            Self::Goes | Self::Stopped(_) => Standing::Current,
            Self::Superseded(_) => Standing::Superseded,
            Self::Waits(_) => Standing::Waiting,
            Self::Beside(_) => Standing::Held,
        }
    }

    /// Why it waits for a person, if it does.
    pub fn hold(self) -> Option<Hold> {
        match self {
            Self::Stopped(hold) | Self::Beside(hold) => Some(hold),
            Self::Goes | Self::Superseded(_) | Self::Waits(_) => None,
        }
    }
}

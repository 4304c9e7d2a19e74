//! Where the orders of a run come from.

use clap::ValueEnum;
use serde::Serialize;

use crate::Settings;

/// Where the orders of a run come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// RepSpark alone.
    #[value(name = "repspark")]
    RepSpark,
    /// eCat alone.
    Ecat,
    /// Both side by side, half of the orders from each.
    #[default]
    Both,
}

impl Source {
    /// Settings with these sources and no others.
    pub(crate) fn on(self, settings: Settings) -> Settings {
        match self {
            Self::RepSpark => settings,
            Self::Ecat => settings.without_repspark().with_ecat(),
            Self::Both => settings.with_ecat(),
        }
    }

    /// How many of so many orders come from RepSpark, and how many from eCat.
    pub(crate) fn share(self, orders: u64) -> (u64, u64) {
        match self {
            Self::RepSpark => (orders, 0),
            Self::Ecat => (0, orders),
            Self::Both => (orders - orders / 2, orders / 2),
        }
    }
}

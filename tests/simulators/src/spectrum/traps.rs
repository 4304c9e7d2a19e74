//! What a test can switch, and what is so without a switch.

use std::collections::{BTreeSet, VecDeque};

use super::answer::SpectrumFailure;
use super::slow::SpectrumSlow;

/// The answer to several acknowledgements, which the vendor does not document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SeveralReply {
    /// An array of the answers to single ones, the last order first.
    #[default]
    Array,
    /// The same under `results`.
    Envelope,
    /// The statuses of all of them in one, without any order's number.
    Statuses,
    /// Nothing.
    Empty,
}

pub(super) struct Switches {
    pub(super) refusal: u16,
    pub(super) limit: usize,
    pub(super) tell_the_rate: bool,
    pub(super) unknown_recipe_sets: BTreeSet<String>,
    pub(super) cancelled: BTreeSet<String>,
    pub(super) show_failed: bool,
    pub(super) show_in_array: bool,
    pub(super) take_again: bool,
    pub(super) details_conflict: bool,
    pub(super) conflict_of_one: bool,
    pub(super) lines_missing_as: u16,
    pub(super) several: SeveralReply,
    pub(super) failures: VecDeque<(String, SpectrumFailure)>,
    pub(super) slow: VecDeque<SpectrumSlow>,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            refusal: 401,
            limit: 90,
            tell_the_rate: false,
            unknown_recipe_sets: BTreeSet::new(),
            cancelled: BTreeSet::new(),
            show_failed: false,
            show_in_array: false,
            take_again: false,
            details_conflict: false,
            conflict_of_one: false,
            lines_missing_as: 409,
            several: SeveralReply::default(),
            failures: VecDeque::new(),
            slow: VecDeque::new(),
        }
    }
}

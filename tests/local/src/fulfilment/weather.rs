//! A bad day of Spectrum's own, beside the calls that break: posts that take effect late, and refusals.

use std::time::Duration;

use simulators::{Spectrum, SpectrumFailure, SpectrumSlow};
use tokio::task::JoinHandle;

/// So long is a post held at most: less than the settle time of a run, after which it counts as not done.
const HELD: Duration = Duration::from_secs(1);
/// So often does something new go wrong: each in so many of these times.
const TURNS: usize = 3;
/// So much goes wrong in all; else the last order would meet all of it.
const TROUBLES: usize = 10;

/// It ends when it is dropped.
pub(crate) struct Weather {
    task: JoinHandle<()>,
    spectrum: Spectrum,
}

impl Weather {
    /// From now on.
    pub(crate) fn start(spectrum: Spectrum) -> Self {
        let of_task = spectrum.clone();
        let task = tokio::spawn(async move {
            for turn in 0_usize.. {
                if turn.is_multiple_of(TURNS) && turn / TURNS < TROUBLES {
                    worsen(&of_task, turn / TURNS);
                }
                tokio::time::sleep(HELD).await;
                of_task.release_slow();
            }
        });
        Self { task, spectrum }
    }
}

impl Drop for Weather {
    fn drop(&mut self) {
        self.task.abort();
        self.spectrum.release_slow();
    }
}

/// The next post is slow in the next way; and, less often, one fails in words.
fn worsen(spectrum: &Spectrum, turn: usize) {
    let slow = [
        SpectrumSlow::EffectBehind500,
        SpectrumSlow::Effect,
        SpectrumSlow::EffectUnheard,
        SpectrumSlow::Answer,
        SpectrumSlow::EffectThen500,
    ];
    spectrum.slow_next(slow[turn % slow.len()], 1);
    let failures = [
        SpectrumFailure::Forbidden,
        SpectrumFailure::Failed,
        SpectrumFailure::Page(502),
    ];
    if turn.is_multiple_of(2) {
        spectrum.fail_next(failures[turn / 2 % failures.len()].clone(), 1);
    }
}

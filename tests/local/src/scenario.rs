//! A scripted day: what the order desk and the vendors do to the bundle, scene by scene, and what it must come to.

mod broken_map;
mod closing;
mod cut_over;
mod day;
mod decisions;
mod ecat;
mod lost_reply;
mod outage;
mod replay;
mod resubmitted;

use std::time::{Duration, Instant};

use day::Day;

use crate::outcome::{Played, StoryLine};
use crate::{Report, Source, Stack, chaos};

/// How a scripted day is played.
#[derive(Debug, Clone)]
pub struct DayOptions {
    /// Whether things break.
    pub faults: bool,
    /// Which faults: the same seed breaks the same calls.
    pub seed: u64,
    /// How long the day may wait for any one thing.
    pub patience: Duration,
}

pub use ecat::ecat_day;

/// Plays a day at a brand that comes from another integration. `hear` is told each scene when it is over.
///
/// The end is the same with faults: an operation by hand that met one is repeated until it answers, as a person would.
pub async fn repspark_day(stack: &Stack, options: &DayOptions, hear: impl FnMut(&StoryLine)) -> Report {
    let begun = Instant::now();
    if options.faults {
        stack.sqs.judge_deliveries(true);
        stack.gate.play(options.seed, chaos::odds());
    }
    let mut day = Day::new(stack, options, hear);
    let problem = scenes(&mut day).await.err();
    stack.gate.disarm();
    day.end().await;
    let played = Played {
        fates: day.fates,
        source: Source::RepSpark,
        faults: options.faults,
        story: day.story,
        balance: day.balance,
        ..Played::default()
    };
    Report::of(stack, &played, begun.elapsed(), problem)
}

/// The scenes in their order; the first that does not come to its end ends the day.
async fn scenes<H: FnMut(&StoryLine)>(day: &mut Day<'_, H>) -> Result<(), String> {
    let came_to = cut_over::play(day).await;
    day.tell("09:00", "cut-over", came_to)?;
    let came_to = broken_map::play(day).await;
    day.tell("09:40", "broken map", came_to)?;
    let came_to = outage::play(day).await;
    day.tell("11:00", "ERP outage", came_to)?;
    let came_to = lost_reply::play(day).await;
    day.tell("12:15", "lost pull reply", came_to)?;
    let came_to = resubmitted::play(day).await;
    day.tell("13:30", "resubmitted", came_to)?;
    let came_to = replay::play(day).await;
    day.tell("14:20", "replay", came_to)?;
    let came_to = decisions::play(day).await;
    day.tell("15:45", "three decisions", came_to)?;
    let came_to = closing::play(day).await;
    day.tell("17:00", "closing", came_to)
}

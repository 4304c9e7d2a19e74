//! A scripted day at a brand that takes its orders from eCat.

mod after_import;
mod closing;
mod collision;
mod first_pull;
mod hands;
mod malformed;
mod mark;
mod one_pull;
mod password;
mod refilled;

use std::time::Instant;

use super::DayOptions;
use super::day::Day;
use crate::outcome::{Played, StoryLine};
use crate::play::last_pull;
use crate::{Report, Source, Stack, chaos};

/// The function that takes eCat's orders in.
const PULL: &str = "ecat-pull-orders";

/// Plays a day at a brand that takes its orders from eCat, on a stack with eCat alone. `hear` is told each scene when it
/// is over.
///
/// The end is the same with faults, as of [`repspark_day`](super::repspark_day).
pub async fn ecat_day(stack: &Stack, options: &DayOptions, hear: impl FnMut(&StoryLine)) -> Report {
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
        source: Source::Ecat,
        ecat: day.ecat,
        came_back: last_pull(stack).await,
        faults: options.faults,
        story: day.story,
        ..Played::default()
    };
    Report::of(stack, &played, begun.elapsed(), problem)
}

/// The scenes in their order; the first that does not come to its end ends the day.
async fn scenes<H: FnMut(&StoryLine)>(day: &mut Day<'_, H>) -> Result<(), String> {
    let came_to = first_pull::play(day).await;
    day.tell("09:00", "first pull", came_to)?;
    let came_to = one_pull::play(day).await;
    day.tell("09:40", "two in one pull", came_to)?;
    let came_to = after_import::play(day).await;
    day.tell("11:00", "after import", came_to)?;
    let came_to = refilled::play(day).await;
    day.tell("12:15", "refilled", came_to)?;
    let came_to = collision::play(day).await;
    day.tell("13:30", "number collision", came_to)?;
    let came_to = malformed::play(day).await;
    day.tell("14:20", "malformed", came_to)?;
    let came_to = mark::play(day).await;
    day.tell("15:00", "mark refused", came_to)?;
    let came_to = password::play(day).await;
    day.tell("15:45", "wrong password", came_to)?;
    let came_to = closing::play(day).await;
    day.tell("17:00", "closing", came_to)
}

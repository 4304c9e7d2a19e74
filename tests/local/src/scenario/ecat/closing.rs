//! The end of the day: everything is accounted for, and nothing comes back.

use serde_json::{Value, json};

use super::PULL;
use crate::ecat::View;
use crate::scenario::day::Day;

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    day.all_settled().await?;
    // The schedules are off, so that no pull is under way.
    day.end().await;
    let whole = |answer: &Value| answer["outcome"] == "pulled" && answer["complete"] == true;
    let answer = day.ask(PULL, json!({}), whole).await?;
    if answer["records"] != 0 {
        return Err(format!("{} records came back", answer["records"]));
    }
    if let Some(wrong) = day.ecat.wrong_in_all(day.stack, &View::of(day.stack)).pop() {
        return Err(wrong);
    }
    let submissions = day.ecat.all().count();
    Ok(format!(
        "{submissions} submissions, each imported once, superseded or discarded; all marked; nothing comes back"
    ))
}

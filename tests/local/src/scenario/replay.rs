//! Somebody at the brand names orders that seem to be missing.

use serde_json::json;
use simulators::sample_order;

use super::day::Day;
use super::lost_reply;
use crate::fate::Fate;
use crate::outcome::key;

const SENT: u64 = lost_reply::END;
const DRAFT: u64 = SENT + 1;
/// The number after the last order of this scene.
pub(super) const END: u64 = DRAFT + 1;
const RECOVER: &str = "repspark-recover-orders";

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    // Its own tick would find the order as well; here a person is to be first.
    day.rest(RECOVER).await;
    day.stack.repspark.put(SENT, sample_order(SENT, 3), 2);
    day.fates.insert(SENT, Fate::Valid);
    day.stack.repspark.put(DRAFT, sample_order(DRAFT, 3), 9999);
    day.fates.insert(DRAFT, Fate::Draft);
    let replay = |id: u64| json!({"order_id": id.to_string()});
    day.ask(RECOVER, replay(SENT), |_| {
        day.stack.states().contains_key(&key(SENT))
    })
    .await?;
    day.ask(RECOVER, replay(DRAFT), |answer| {
        answer["outcome"] == "not_imported"
    })
    .await?;
    if day.stack.states().contains_key(&key(DRAFT)) {
        return Err(format!("draft {DRAFT} was taken in"));
    }
    day.wake(RECOVER);
    day.settled(SENT..END).await?;
    Ok(format!(
        "order {SENT}, Sent and unknown here, replayed by its number: taken in and Valid; draft {DRAFT} replayed: \
         reported, not imported"
    ))
}

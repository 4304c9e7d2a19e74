//! A record that can't be taken for an order comes among others.

use simulators::ecat_sample;

use super::PULL;
use crate::Stack;
use crate::ecat::EcatFate;
use crate::scenario::day::Day;

const NUMBER: &str = "7391-111126-009";
const RECORD: &str = r#"{"order_number":"7391-111126-009","uuid":12,"id":903311,"items":[]}"#;

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    day.stack.ecat.submit_raw(RECORD);
    day.sample(1_400, EcatFate::Imported);
    day.all_settled().await?;
    day.until("the record is in quarantine", |stack| open_quarantine(stack) == 1)
        .await?;
    let pulls = pulls(day.stack) + 3;
    day.until("it comes with each pull", |stack| self::pulls(stack) >= pulls)
        .await?;
    if open_quarantine(day.stack) != 1 || day.stack.ecat.received(NUMBER) {
        return Err("the record was marked, or is in quarantine more than once".to_owned());
    }
    let mended = day.stack.ecat.mend(NUMBER, ecat_sample(1_401, 3));
    let mended = mended.ok_or("there is no such record to mend")?;
    day.now(&mended, EcatFate::Imported);
    day.all_settled().await?;
    day.until("the quarantine is settled", |stack| open_quarantine(stack) == 0)
        .await?;
    Ok(format!(
        "{NUMBER} without a uuid: in quarantine once, not marked, the others go on; mended at eCat: imported once, marked"
    ))
}

/// Records of eCat's in quarantine that nobody has settled.
fn open_quarantine(stack: &Stack) -> usize {
    let items = stack.items().into_iter();
    items
        .filter(|item| {
            item["pk"]["S"]
                .as_str()
                .is_some_and(|pk| pk.starts_with("quarantine#ecat"))
        })
        .filter(|item| item.get("open").is_some())
        .count()
}

fn pulls(stack: &Stack) -> u64 {
    stack
        .runner
        .figures()
        .get(PULL)
        .map_or(0, |figures| figures.invocations)
}

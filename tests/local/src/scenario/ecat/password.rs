//! Somebody changes the password at eCat and tells nobody.

use serde_json::json;
use simulators::Submitted;

use super::hands::found;
use crate::Stack;
use crate::ecat::{EcatFate, Found};
use crate::logins::{ECAT_NEW_PASSWORD, ECAT_USERNAME};
use crate::scenario::day::Day;

const ORDERS: u64 = 5;

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    day.stack.ecat.set_login(ECAT_USERNAME, ECAT_NEW_PASSWORD);
    day.until("eCat is paused", paused).await?;
    let late: Vec<Submitted> = (1_600..1_600 + ORDERS)
        .map(|n| day.sample(n, EcatFate::Imported))
        .collect();
    if late.iter().any(|one| found(day.stack, one) != Found::Unknown) {
        return Err("an order came in past the password".to_owned());
    }
    day.stack.put_ecat_login(ECAT_USERNAME, ECAT_NEW_PASSWORD);
    let resume = json!({"do": "resume", "vendor": "ecat"});
    day.decide(resume, "the new password is in the secret", |stack| {
        !paused(stack)
    })
    .await?;
    day.all_settled().await?;
    Ok(format!(
        "password changed: eCat paused, {ORDERS} orders wait there; the secret mended and eCat resumed: {ORDERS} imported"
    ))
}

fn paused(stack: &Stack) -> bool {
    let items = stack.items();
    let pause = items
        .iter()
        .find(|item| item["pk"]["S"] == "pause#ecat" && item["sk"]["S"] == "pause");
    pause.is_some_and(|pause| pause["active"]["BOOL"] == true)
}

//! What reps and the order desk do about eCat orders.

use serde_json::{Value, json};
use simulators::{Submitted, ecat_sample};

use super::PULL;
use crate::Stack;
use crate::ecat::{EcatFate, Found, View};
use crate::play::at_rest;
use crate::scenario::day::Day;

impl<H> Day<'_, H> {
    /// A rep submits an order for the first time.
    pub(super) fn order(&mut self, order: Value, fate: EcatFate) -> Submitted {
        let submitted = self.stack.ecat.submit(order);
        self.ecat.put(submitted.clone(), fate);
        submitted
    }

    /// A rep submits the n-th sample for the first time.
    pub(super) fn sample(&mut self, n: u64, fate: EcatFate) -> Submitted {
        self.order(ecat_sample(n, 3), fate)
    }

    /// A rep submits an order again.
    pub(super) fn resubmit(
        &mut self,
        before: &Submitted,
        order: Value,
        fate: EcatFate,
    ) -> Result<Submitted, String> {
        let submitted = self.stack.ecat.resubmit(&before.uuid, order);
        let submitted = submitted.ok_or("eCat does not know the order that is submitted again")?;
        self.ecat.put(submitted.clone(), fate);
        Ok(submitted)
    }

    /// Another fate than was thought: somebody decided.
    pub(super) fn now(&mut self, submitted: &Submitted, fate: EcatFate) {
        self.ecat.put(submitted.clone(), fate);
    }

    /// Pulls by hand, once and whole: nothing breaks meanwhile, so that what is there comes in one pull.
    pub(super) async fn one_pull(&self) -> Result<Value, String> {
        self.stack.gate.disarm();
        let whole = |answer: &Value| answer["outcome"] == "pulled" && answer["complete"] == true;
        let answer = self.ask(PULL, json!({}), whole).await;
        self.mend();
        answer
    }

    /// Waits until a submission is held under this code. Returns the words.
    pub(super) async fn is_held(&self, one: &Submitted, code: &str) -> Result<String, String> {
        let what = format!("{} is held under {code}", one.number);
        self.until(&what, |stack| found(stack, one) == Found::Held(code.to_owned()))
            .await?;
        let sk = format!("hold#version#{}", one.id);
        let items = self.stack.items();
        let words = items.iter().find(|item| item["sk"]["S"] == sk.as_str());
        Ok(words
            .and_then(|words| words["text"]["S"].as_str())
            .unwrap_or_default()
            .to_owned())
    }

    /// The desk decides about a submission that is held.
    pub(super) async fn rule(
        &self,
        what: &str,
        name: &str,
        one: &Submitted,
        why: &str,
    ) -> Result<(), String> {
        let event = json!({"do": what, "order": name});
        let ruled = |stack: &Stack| {
            let found = found(stack, one);
            !matches!(found, Found::Held(_) | Found::HeldWithoutWords)
                && found != Found::Open("leaving".into())
        };
        self.decide(event, why, ruled).await.map(|_| ())
    }

    /// Waits until every submission so far is where it shall be, and nothing is on its way any more.
    pub(super) async fn all_settled(&self) -> Result<(), String> {
        let mut wrong = Vec::new();
        let settled = self.until("every submission is where it should be", |stack| {
            wrong = self.ecat.wrong(stack, &View::of(stack), ..);
            wrong.is_empty() && at_rest(stack)
        });
        let settled = settled.await;
        settled.map_err(|why| match wrong.first() {
            Some(wrong) => format!("{why} ({wrong})"),
            None => why,
        })
    }
}

/// What has become of a submission.
pub(super) fn found(stack: &Stack, one: &Submitted) -> Found {
    View::of(stack).found(&one.uuid, one.id, &one.number)
}

/// How often the ERP has a submission under its own key.
pub(super) fn in_erp(stack: &Stack, one: &Submitted) -> usize {
    let view = View::of(stack);
    view.in_erp(&view.key(&one.uuid, one.id, &one.number))
}

//! What all scenes share: the stack, what shall become of each order, and a person's hands.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use host::Odds;
use lambda_runner::Outcome;
use serde_json::{Value, json};
use simulators::sample_order;

use super::DayOptions;
use crate::ecat::EcatFates;
use crate::fate::Fate;
use crate::outcome::{StoryLine, key};
use crate::play::{at_rest, dead_function};
use crate::run::Running;
use crate::{Stack, chaos};

/// Between two looks at the state.
const LOOK: Duration = Duration::from_millis(100);

/// A day under way.
pub(super) struct Day<'a, H> {
    pub(super) stack: &'a Stack,
    /// What shall have become of each order in the end.
    pub(super) fates: BTreeMap<u64, Fate>,
    /// What shall have become of each submission at eCat.
    pub(super) ecat: EcatFates,
    pub(super) story: Vec<StoryLine>,
    pub(super) balance: Option<Value>,
    running: Option<Running>,
    pub(super) options: DayOptions,
    hear: H,
}

impl<'a, H: FnMut(&StoryLine)> Day<'a, H> {
    pub(super) fn new(stack: &'a Stack, options: &DayOptions, hear: H) -> Self {
        Self {
            stack,
            fates: BTreeMap::new(),
            ecat: EcatFates::default(),
            story: Vec::new(),
            balance: None,
            running: None,
            options: options.clone(),
            hear,
        }
    }

    /// Ends a scene.
    pub(super) fn tell(
        &mut self,
        at: &'static str,
        scene: &'static str,
        came_to: Result<String, String>,
    ) -> Result<(), String> {
        let came_to = came_to.map_err(|problem| format!("{at} {scene}: {problem}"))?;
        let line = StoryLine { at, scene, came_to };
        (self.hear)(&line);
        self.story.push(line);
        Ok(())
    }
}

impl<H> Day<'_, H> {
    /// Queues feed and schedules tick from here on.
    pub(super) fn begin(&mut self) {
        self.running = Some(Running::start(self.stack));
    }

    /// Nothing goes by itself any more.
    pub(super) async fn end(&mut self) {
        if let Some(running) = self.running.take() {
            running.finish().await;
        }
    }

    /// Disables a function's schedule.
    pub(super) async fn rest(&mut self, function: &str) {
        if let Some(running) = &mut self.running {
            running.rest(function).await;
        }
    }

    /// Enables a function's schedule again.
    pub(super) fn wake(&mut self, function: &str) {
        if let Some(running) = &mut self.running {
            running.wake(self.stack, function);
        }
    }

    /// Reps submit these orders; each shall become Valid.
    pub(super) fn submit(&mut self, ids: Range<u64>) {
        for id in ids {
            self.submit_one(id, sample_order(id, 3), Fate::Valid);
        }
    }

    /// A rep submits an order.
    pub(super) fn submit_one(&mut self, id: u64, order: Value, fate: Fate) {
        self.fates.insert(id, fate);
        self.stack.repspark.submit(order);
    }

    /// These odds, before those of the day, until [`Day::mend`].
    pub(super) fn break_also(&self, odds: Odds) {
        let mut all = vec![odds];
        if self.options.faults {
            all.extend(chaos::odds());
        }
        self.stack.gate.play(self.options.seed, all);
    }

    /// The odds of the day again.
    pub(super) fn mend(&self) {
        match self.options.faults {
            true => self.stack.gate.play(self.options.seed, chaos::odds()),
            false => self.stack.gate.disarm(),
        }
    }

    /// Waits until something is so.
    pub(super) async fn until(
        &self,
        what: &str,
        mut is_so: impl FnMut(&Stack) -> bool,
    ) -> Result<(), String> {
        let begun = Instant::now();
        while !is_so(self.stack) {
            if let Some(dead) = dead_function(self.stack) {
                return Err(dead);
            }
            if begun.elapsed() > self.options.patience {
                let waited = self.options.patience.as_secs();
                return Err(format!("waited {waited} s, and still not so: {what}"));
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Waits until these orders are where they shall be, and nothing is on its way any more.
    pub(super) async fn settled(&self, ids: Range<u64>) -> Result<(), String> {
        let fates: Vec<_> = self.fates.range(ids).collect();
        let all_right = |stack: &Stack| fates.iter().all(|(id, fate)| fate.wrong(stack, **id).is_none());
        self.until("every order is where it should be", |stack| {
            all_right(stack) && at_rest(stack)
        })
        .await
    }

    /// Waits until a step of each of these orders is held under this code.
    pub(super) async fn held(&self, ids: Range<u64>, step: &str, code: &str) -> Result<(), String> {
        let what = format!(
            "the {step} of {} orders is held under {code}",
            ids.clone().count()
        );
        self.until(&what, |stack| {
            let states = stack.states();
            ids.clone().all(|id| {
                let state = states.get(&key(id));
                state.is_some_and(|state| {
                    state.steps.get(step).is_some_and(|step| step == "held")
                        && state.codes.get(step).is_some_and(|held| held == code)
                })
            })
        })
        .await
    }

    /// Invokes a function by hand and returns its answer, if it is a good one. When things break it is tried again.
    pub(super) async fn ask(
        &self,
        function: &str,
        event: Value,
        good: impl Fn(&Value) -> bool,
    ) -> Result<Value, String> {
        let begun = Instant::now();
        loop {
            match self.stack.invoke(function, event.clone()).await.outcome {
                Outcome::Ok(answer) if good(&answer) => return Ok(answer),
                other => self.again(begun, function, &event, &other).await?,
            }
        }
    }

    /// A person decides, and, being not quite sure, decides the same again: that must be harmless, whatever it answers.
    /// With faults, the answer to a decision that was made may be lost; `made` says whether nothing is left to do.
    pub(super) async fn decide(
        &self,
        mut event: Value,
        why: &str,
        made: impl Fn(&Stack) -> bool,
    ) -> Result<Value, String> {
        event["by"] = json!("ada");
        event["why"] = json!(why);
        let begun = Instant::now();
        loop {
            let answer = match self.stack.invoke("decide-order", event.clone()).await.outcome {
                Outcome::Ok(answer) if made(self.stack) => answer,
                _ if self.options.faults && made(self.stack) => Value::Null,
                other => {
                    self.again(begun, "decide-order", &event, &other).await?;
                    continue;
                }
            };
            self.stack.invoke("decide-order", event.clone()).await;
            return match made(self.stack) {
                true => Ok(answer),
                false => Err(format!("decide-order {} undid itself", brief(&event))),
            };
        }
    }

    /// Whether a person tries again after this: only when things break, and not for ever.
    async fn again(
        &self,
        begun: Instant,
        function: &str,
        event: &Value,
        outcome: &Outcome,
    ) -> Result<(), String> {
        if !self.options.faults || begun.elapsed() > self.options.patience {
            return Err(format!("{function} {} came to {}", brief(event), words(outcome)));
        }
        tokio::time::sleep(LOOK).await;
        Ok(())
    }
}

/// How an invocation ended, for a message.
fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ok(document) | Outcome::Error(document) => brief(document),
        other => format!("{other:?}"),
    }
}

/// A document for a message: a field map would fill the screen.
fn brief(document: &Value) -> String {
    let text = document.to_string();
    if text.chars().count() <= 600 {
        return text;
    }
    let begin: String = text.chars().take(600).collect();
    format!("{begin} ...")
}

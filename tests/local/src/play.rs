//! One run: orders in, until each is in the ERP once and Valid, or time is over.

use std::time::{Duration, Instant};

use lambda_runner::Outcome;
use serde_json::json;
use simulators::sample_order;

use crate::ecat::Load;
use crate::fate::Fate;
use crate::fulfilment::{Weather, World, of_repspark};
use crate::outcome::Played;
use crate::run::Running;
use crate::{Durations, Report, Settings, Source, Stack, StateItem, chaos};

/// What a run is asked for.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many orders reps submit, at all sources together.
    pub orders: u64,
    /// Where.
    pub source: Source,
    /// Whether things break.
    pub faults: bool,
    /// Which faults: the same seed breaks the same calls.
    pub seed: u64,
    /// How long it may take.
    pub patience: Duration,
}

impl Options {
    /// Orders of the integration before us, which RepSpark holds as Sent on the first day.
    pub fn foreign(&self) -> u64 {
        match self.repspark() {
            0 => 0,
            orders => (orders / 10).max(3),
        }
    }

    /// How many of the orders come from RepSpark.
    fn repspark(&self) -> u64 {
        self.source.share(self.orders).0
    }

    fn played(&self) -> Played {
        let foreign = (FIRST - self.foreign()..FIRST).map(|id| (id, Fate::Foreign));
        let ours = (FIRST..FIRST + self.repspark()).map(|id| (id, Fate::Valid));
        Played {
            fates: foreign.chain(ours).collect(),
            source: self.source,
            faults: self.faults,
            every_fault: self.orders >= 200,
            ..Played::default()
        }
    }

    /// What happens to the orders of such a run behind the ERP.
    fn world(&self, stack: &Stack) -> World {
        let (repspark, ecat) = self.source.share(self.orders);
        let mut world = World::new(stack.uses_spectrum());
        for n in 0..repspark {
            world.add_repspark(n, FIRST + n);
        }
        for n in 1..=ecat {
            world.add_ecat(n);
        }
        world
    }

    /// The stack for a run with these sources alone.
    pub fn settings(binaries: crate::Binaries, ports: Option<[u16; 7]>, source: Source) -> Settings {
        source.on(Settings {
            binaries,
            durations: Durations::Short,
            movable_clock: false,
            ports,
            parameters: Default::default(),
        })
    }
}

/// The first number of an order that is submitted at RepSpark during the run; smaller ones are foreign.
pub const FIRST: u64 = 8_001;

/// How far a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// RepSpark's orders that are Valid.
    pub valid: u64,
    /// RepSpark's orders.
    pub orders: u64,
    /// eCat's submissions that are marked as received.
    pub marked: u64,
    /// eCat's submissions, those included that are still to come.
    pub submissions: u64,
    /// Whether all is over behind the ERP too: what became of the lines is told, and every customer sees it.
    pub shown: bool,
}

impl Progress {
    /// Whether there is nothing more to come.
    pub fn is_whole(self) -> bool {
        self.valid == self.orders && self.marked == self.submissions && self.shown
    }
}

/// What reps submit at both sources, wave by wave.
struct Reps {
    submitted: u64,
    ecat: Load,
}

impl Reps {
    /// Several waves, so that pulls find something more than once.
    fn submit(&mut self, stack: &Stack, options: &Options, played: &mut Played, since: Duration) {
        let wave = usize::try_from(since.as_millis() / 500).unwrap_or(usize::MAX);
        let orders = match wave {
            0 => options.repspark() / 2,
            _ => options.repspark(),
        };
        while self.submitted < orders {
            stack
                .repspark
                .submit(of_repspark(self.submitted, stack.uses_spectrum()));
            self.submitted += 1;
        }
        self.ecat.submit(&stack.ecat, &mut played.ecat, wave);
    }

    fn progress(&self, stack: &Stack, options: &Options) -> Progress {
        let submissions = self.ecat.submissions();
        let submitted = self.ecat.submitted();
        let orders = options.repspark();
        let valid = (0..orders).filter(|n| stack.repspark.status(FIRST + n) == Some(4));
        Progress {
            valid: valid.count() as u64,
            orders,
            marked: submitted.saturating_sub(stack.ecat.unreceived().len() as u64),
            submissions,
            shown: true,
        }
    }
}

/// Plays a run. `hear` is told how far it is, a few times a second.
pub async fn play(stack: &Stack, options: &Options, hear: impl FnMut(Progress)) -> Report {
    let begun = Instant::now();
    for id in FIRST - options.foreign()..FIRST {
        stack.repspark.put(id, sample_order(id, 3), 2);
    }
    if options.faults {
        stack.sqs.judge_deliveries(true);
        stack.gate.play(options.seed, chaos::odds());
    }
    if options.source != Source::Ecat
        && let Err(problem) = baseline(stack).await
    {
        return Report::failed(problem);
    }
    let running = Running::start(stack);
    let mut played = options.played();
    if stack.uses_sparklayer() && stack.uses_spreadshirt() {
        played.world = Some(options.world(stack));
    }
    let weather = (options.faults && stack.uses_spectrum()).then(|| Weather::start(stack.spectrum.clone()));
    let problem = run(stack, options, &mut played, begun, hear).await.err();
    drop(weather);
    stack.gate.disarm();
    running.finish().await;
    if options.source != Source::RepSpark && problem.is_none() {
        played.came_back = last_pull(stack).await;
    }
    Report::of(stack, &played, begun.elapsed(), problem)
}

/// Until everything is where it must be, or time is over.
async fn run(
    stack: &Stack,
    options: &Options,
    played: &mut Played,
    begun: Instant,
    mut hear: impl FnMut(Progress),
) -> Result<(), String> {
    let mut reps = Reps {
        submitted: 0,
        ecat: Load::new(options.source.share(options.orders).1).custom(stack.uses_spectrum()),
    };
    let mut world = played.world.take();
    if let Some(world) = &mut world {
        world.begin(stack).await?;
    }
    let mut opened: Option<Instant> = None;
    let ended = loop {
        if world
            .as_ref()
            .is_none_or(|world| opened.is_some() || world.may_submit(stack))
        {
            let opened = opened.get_or_insert_with(Instant::now);
            reps.submit(stack, options, played, opened.elapsed());
        }
        let mut progress = reps.progress(stack, options);
        if let Some(world) = &mut world {
            world.go_on(stack).await?;
            progress.shown = world.is_over(stack) && world.is_shown(stack);
        }
        hear(progress);
        if let Some(dead) = dead_function(stack) {
            break Err(dead);
        }
        if progress.is_whole() && at_rest(stack) {
            break Ok(());
        }
        if begun.elapsed() > options.patience {
            break Err(format!("not done after {} s", options.patience.as_secs()));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    played.world = world;
    ended
}

/// What eCat's pull finds when everything is over: how many records; none if it could not be asked. A pull that was killed
/// keeps the others away for a while.
pub(crate) async fn last_pull(stack: &Stack) -> Option<u64> {
    for _ in 0..80 {
        match stack.invoke("ecat-pull-orders", json!({})).await.outcome {
            Outcome::Ok(answer) if answer["complete"] == true => return answer["records"].as_u64(),
            _ => tokio::time::sleep(Duration::from_millis(500)).await,
        }
    }
    None
}

/// The cut-over of the README: the baseline is taken by hand, before the schedules are on.
async fn baseline(stack: &Stack) -> Result<(), String> {
    for _ in 0..40 {
        match stack
            .invoke("repspark-pull-orders", json!({"baseline": true}))
            .await
            .outcome
        {
            Outcome::Ok(_) => return Ok(()),
            Outcome::InitFailed(why) => return Err(format!("repspark-pull-orders did not start: {why}")),
            // A baseline that met a fault is not taken; one tries again.
            _ => {}
        }
    }
    Err("the baseline could not be taken in 40 tries".to_owned())
}

/// Whether nothing is on its way any more.
pub(crate) fn at_rest(stack: &Stack) -> bool {
    let queues = stack
        .deployment
        .queues
        .values()
        .all(|queue| stack.sqs.depths(&queue.name).total() == 0);
    // An eCat order may wait for a person in the end; a RepSpark order never does.
    let rests = |state: &StateItem| match state.key.starts_with("EC-") {
        true => !state.is_on_its_way(),
        false => !state.open,
    };
    queues && stack.states().values().all(rests)
}

pub(crate) fn dead_function(stack: &Stack) -> Option<String> {
    let figures = stack.runner.figures();
    let (name, _) = figures.iter().find(|(_, figures)| figures.init_failures > 0)?;
    Some(format!("{name} died at its start; its last words stand above"))
}

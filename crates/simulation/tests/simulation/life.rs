//! One life of the process, from opening everything to the crash.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use cairn_catalog::{LoggingSpan, Stopped, Trail};
use cairn_delivery::{Delivery, DeliveryParts, SimulatedEndpoints};
use cairn_environment::{Environment, Random, SimulatedClock};
use cairn_journal::{AppendError, Journal, JournalSettings};
use cairn_model::{AccountId, NewEntry, Origin, Outline, SequenceRange, Timestamp};
use cairn_objects::ObjectFaults;
use cairn_store::Store;

use crate::scene::{Scene, Sent, delivery_settings, signing_keys, store_settings};

const REGIONS: [&str; 3] = ["us-east-1", "us-east-1", "eu-west-1"];

/// Time and tasks of one life.
pub(crate) struct Life {
    pub(crate) environment: Environment,
    hands: SimulatedClock,
}

/// Everything that runs.
pub(crate) struct Running {
    pub(crate) journal: Journal,
    pub(crate) store: Store,
    pub(crate) delivery: Delivery,
}

impl Life {
    pub(crate) fn begin(scene: &Scene) -> Self {
        let seed = scene.random.below(u64::MAX);
        let (environment, hands) = Environment::simulated(seed, scene.now);
        Self { environment, hands }
    }

    /// Opens everything, again and again until it works.
    pub(crate) async fn open(&self, scene: &Scene) -> Running {
        loop {
            if let Some(running) = self.try_open(scene).await {
                return running;
            }
            self.environment.clock.sleep(Duration::from_secs(1)).await;
        }
    }

    async fn try_open(&self, scene: &Scene) -> Option<Running> {
        let settings = JournalSettings {
            segment_bytes_max: 32 << 10,
            ahead_bytes: 2 << 10,
            reserve_bytes: 4 << 10,
            ..JournalSettings::default()
        };
        let journal = Journal::open(scene.disk.clone(), settings, &self.environment).await.ok()?;
        // Never saves, so that the journal keeps everything for the check at the end.
        let _keeper = journal.follower("oracle").await.ok()?;
        let history = scene.history.0.clone();
        let store = Store::open(history, &journal, store_settings(), &self.environment).await.ok()?;
        let parts = DeliveryParts {
            journal: journal.clone(),
            trails: scene.trails.subscribe(),
            catalog: None,
            buckets: scene.buckets(),
            endpoints: scene.endpoints.0.clone(),
            state: scene.state.0.clone(),
            keys: signing_keys(),
            settings: delivery_settings(),
            environment: self.environment.clone(),
        };
        let delivery = Delivery::open(parts).await.ok()?;
        Some(Running { journal, store, delivery })
    }
}

/// Lives until the caller has enough, or the journal's disk fails.
pub(crate) async fn live(scene: &Scene, life: &Life) {
    let running = life.open(scene).await;
    let tasks = &life.environment.tasks;
    drop(tasks.spawn(running.delivery.clone().run()));
    for _ in 0..3 {
        drop(tasks.spawn(produce(running.journal.clone(), life.environment.clone(), Arc::clone(&scene.sent))));
    }
    disturb(scene, life, &running.journal).await;
}

/// Appends batches of events and notes those that are acknowledged.
async fn produce(journal: Journal, environment: Environment, sent: Arc<Mutex<Sent>>) {
    loop {
        environment.clock.sleep(Duration::from_millis(environment.random.below(4_000))).await;
        let events: Vec<Bytes> =
            (0..=environment.random.below(4)).map(|_| event(&environment, &mut sent.lock().unwrap())).collect();
        let received_at = environment.clock.now();
        let origin = if environment.random.below(5) == 0 { Origin::Imported } else { Origin::Live };
        let entry = |event: &Bytes| NewEntry {
            received_at,
            account: AccountId::DEFAULT,
            origin,
            event: event.clone(),
            beside: None,
            outline: Outline::default(),
        };
        // Between the moment that an event is made and its append others come and go.
        if environment.random.below(3) == 0 {
            environment.clock.sleep(Duration::from_millis(2)).await;
        }
        match append(&journal, events.iter().map(entry).collect(), &environment.random).await {
            Ok(range) => {
                let mut sent = sent.lock().unwrap();
                for (at, event) in (0..).zip(events) {
                    assert!(sent.acknowledged.insert(range.first.plus(at), event).is_none(), "one place, two events");
                }
            }
            Err(AppendError::Full) => environment.clock.sleep(Duration::from_secs(1)).await,
            Err(AppendError::Poisoned | AppendError::Stopped | AppendError::TooLarge { .. }) => return,
        }
    }
}

/// Appends entries that wait for the next commit, or that may linger as the ends of captured calls do.
async fn append(journal: &Journal, entries: Vec<NewEntry>, random: &Random) -> Result<SequenceRange, AppendError> {
    if random.below(3) > 0 {
        return journal.append(entries).await;
    }
    journal.append_soon(entries).await?.wait().await
}

/// Appends one live management event of us-east-1.
pub(crate) async fn append_one(journal: &Journal, environment: &Environment, sent: &Mutex<Sent>) {
    let received_at = environment.clock.now();
    sent.lock().unwrap().count += 1;
    let (time, count) = (received_at.iso_seconds(), sent.lock().unwrap().count);
    let event = format!(r#"{{"eventTime":"{time}","eventID":"event-{count}","awsRegion":"us-east-1"}}"#);
    let entry = NewEntry {
        received_at,
        account: AccountId::DEFAULT,
        origin: Origin::Live,
        event: event.into(),
        beside: None,
        outline: Outline::default(),
    };
    journal.append(vec![entry]).await.unwrap();
}

fn event(environment: &Environment, sent: &mut Sent) -> Bytes {
    sent.count += 1;
    let region = REGIONS[usize::try_from(environment.random.below(3)).unwrap()];
    let category = if environment.random.below(6) == 0 { "Data" } else { "Management" };
    let (time, count) = (environment.clock.now().iso_seconds(), sent.count);
    Bytes::from(format!(
        r#"{{"eventVersion":"1.11","eventTime":"{time}","eventSource":"s3.amazonaws.com","eventName":"PutObject","awsRegion":"{region}","eventID":"event-{count}","readOnly":false,"eventCategory":"{category}"}}"#
    ))
}

/// One misfortune after the other.
async fn disturb(scene: &Scene, life: &Life, journal: &Journal) {
    let random = &life.environment.random;
    start_all(scene, journal, life.environment.clock.now());
    loop {
        life.environment.clock.sleep(Duration::from_millis(random.below(15_000))).await;
        scene.note_latest(life.environment.clock.now());
        match random.below(10) {
            8 => trouble_endpoints(&scene.endpoints.1, random),
            9 => scene.endpoints.1.calm(),
            0 => {
                life.hands.step(jump_ms(random));
                scene.note_latest(life.environment.clock.now());
            }
            1 | 2 => trouble(pick(scene, random), random),
            3 => pick(scene, random).calm_but_slow(),
            4 => scene.destinations[usize::try_from(random.below(2)).unwrap()].1.begin_outage(),
            5 => scene.destinations.iter().for_each(|(_, faults)| faults.end_outage()),
            6 if random.below(3) == 0 => scene.disk_faults.set_full(true),
            6 => scene.disk_faults.set_full(false),
            _ if random.below(6) == 0 => scene.disk_faults.fail_next_sync(),
            _ if scene.has_stops => toggle(scene, journal, random, life.environment.clock.now()),
            _ => {}
        }
    }
}

/// Topics and log groups fail, do their work without an answer, or answer late.
fn trouble_endpoints(endpoints: &SimulatedEndpoints, random: &Random) {
    match random.below(3) {
        0 => endpoints.fail(random.below(1_001)),
        1 => endpoints.time_out_after_the_work(random.below(700)),
        _ => endpoints.answer_after(Duration::from_millis(random.below(40_000))),
    }
}

/// Usually seconds, sometimes hours, either way.
fn jump_ms(random: &Random) -> i64 {
    let span: u64 = if random.below(8) == 0 { 3 * 3_600_000 } else { 600_000 };
    i64::try_from(random.below(2 * span)).unwrap() - i64::try_from(span).unwrap()
}

fn pick<'a>(scene: &'a Scene, random: &Random) -> &'a ObjectFaults {
    let faults: Vec<&ObjectFaults> = scene.faults().collect();
    faults[usize::try_from(random.below(faults.len().try_into().unwrap())).unwrap()]
}

fn trouble(faults: &ObjectFaults, random: &Random) {
    match random.below(3) {
        0 => faults.fail(random.below(500)),
        1 => faults.time_out_after_the_work(random.below(500)),
        _ => faults.answer_late(300, Duration::from_secs(1 + random.below(60))),
    }
}

trait Slow {
    fn calm_but_slow(&self);
}

impl Slow for ObjectFaults {
    fn calm_but_slow(&self) {
        self.calm();
        self.answer_late(1000, Duration::from_millis(30));
    }
}

/// Starts the trails that were never started.
fn start_all(scene: &Scene, journal: &Journal, now: Timestamp) {
    change(scene, |trail| {
        if trail.logging.is_empty() {
            trail.logging.push(LoggingSpan { from: journal.end(), started_at: now, stopped: None });
        }
    });
}

/// Stops a trail that logs, or starts one that does not.
fn toggle(scene: &Scene, journal: &Journal, random: &Random, now: Timestamp) {
    let id = format!("trail-{}", random.below(2));
    change(scene, |trail| {
        let from = trail.logging.last().map(|span| span.from);
        match trail.logging.last_mut().filter(|_| trail.id == id) {
            Some(span) if span.stopped.is_none() => {
                span.stopped = Some(Stopped { until: journal.end(), at: now });
            }
            // A start is a recorded call, so that two spans never begin with the same event.
            Some(_) if from < Some(journal.end()) => {
                trail.logging.push(LoggingSpan { from: journal.end(), started_at: now, stopped: None });
            }
            Some(_) | None => {}
        }
    });
}

fn change(scene: &Scene, mut change: impl FnMut(&mut Trail)) {
    scene.trails.send_modify(|trails| {
        let mut changed = Vec::clone(trails);
        changed.iter_mut().for_each(&mut change);
        *trails = Arc::new(changed);
    });
}

//! Topics and log groups in memory, whose faults a test decides on.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cairn_environment::Environment;
use cairn_model::Timestamp;

use crate::TargetError;

/// Topics and log groups in memory, the faults of their endpoints, and hands that reach into them. They outlive
/// crashes of the process under test, since clones share them. Probabilities are per mille and drawn from the
/// environment's randomness, so that a seed replays them.
#[derive(Debug, Clone)]
pub struct SimulatedEndpoints {
    environment: Environment,
    state: Arc<Mutex<State>>,
}

/// A message as a topic received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its text.
    pub message: String,
    /// The idempotency key beside it.
    pub key: Option<String>,
}

/// One `PutLogEvents` as a stream received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutBatch {
    /// The time of its events.
    pub at: Timestamp,
    /// Their messages.
    pub lines: Vec<String>,
}

#[derive(Debug, Default)]
struct State {
    topics: BTreeMap<String, Vec<Published>>,
    groups: BTreeMap<String, BTreeMap<String, Vec<PutBatch>>>,
    faults: Faults,
}

#[derive(Debug, Clone, Copy, Default)]
struct Faults {
    fail: u64,
    time_out: u64,
    delay: Duration,
}

impl SimulatedEndpoints {
    pub(crate) fn new(environment: &Environment) -> Self {
        Self { environment: environment.clone(), state: Arc::default() }
    }

    /// Makes a topic.
    pub fn create_topic(&self, arn: &str) {
        self.state().topics.entry(arn.to_owned()).or_default();
    }

    /// Removes a topic and its messages.
    pub fn delete_topic(&self, arn: &str) {
        self.state().topics.remove(arn);
    }

    /// Makes a log group, by the ARN that ends in `:*`.
    pub fn create_group(&self, arn: &str) {
        self.state().groups.entry(arn.to_owned()).or_default();
    }

    /// Removes a log group and its streams.
    pub fn delete_group(&self, arn: &str) {
        self.state().groups.remove(arn);
    }

    /// What a topic received, in order.
    pub fn published(&self, arn: &str) -> Vec<Published> {
        self.state().topics.get(arn).cloned().unwrap_or_default()
    }

    /// The names of a log group's streams.
    pub fn streams(&self, group: &str) -> Vec<String> {
        self.state().groups.get(group).map(|streams| streams.keys().cloned().collect()).unwrap_or_default()
    }

    /// What a stream received, in order.
    pub fn batches(&self, group: &str, stream: &str) -> Vec<PutBatch> {
        let state = self.state();
        state.groups.get(group).and_then(|streams| streams.get(stream)).cloned().unwrap_or_default()
    }

    /// Calls fail with this probability and do nothing.
    pub fn fail(&self, per_mille: u64) {
        self.state().faults.fail = per_mille;
    }

    /// Calls do their work with this probability and are never answered.
    pub fn time_out_after_the_work(&self, per_mille: u64) {
        self.state().faults.time_out = per_mille;
    }

    /// Answers take this long.
    pub fn answer_after(&self, delay: Duration) {
        self.state().faults.delay = delay;
    }

    /// No more faults.
    pub fn calm(&self) {
        self.state().faults = Faults::default();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn call<T>(&self, work: impl FnOnce(&mut State) -> Result<T, TargetError>) -> Result<T, TargetError> {
        let faults = self.state().faults;
        let hits = |per_mille| self.environment.random.below(1_000) < per_mille;
        if hits(faults.fail) {
            return Err(refused("InternalFailure", 500));
        }
        let done = work(&mut self.state());
        if hits(faults.time_out) {
            return std::future::pending().await;
        }
        if !faults.delay.is_zero() {
            self.environment.clock.sleep(faults.delay).await;
        }
        done
    }

    pub(crate) async fn publish(&self, topic: &str, message: &str, key: Option<&str>) -> Result<(), TargetError> {
        let published = Published { message: message.to_owned(), key: key.map(str::to_owned) };
        self.call(|state| {
            let topic = state.topics.get_mut(topic).ok_or_else(|| refused("NotFound", 404))?;
            topic.push(published);
            Ok(())
        })
        .await
    }

    pub(crate) async fn create_stream(&self, group: &str, stream: &str) -> Result<(), TargetError> {
        self.call(|state| {
            let streams = state.groups.get_mut(group).ok_or_else(|| refused("ResourceNotFoundException", 400))?;
            if streams.contains_key(stream) {
                return Err(refused("ResourceAlreadyExistsException", 400));
            }
            streams.insert(stream.to_owned(), Vec::new());
            Ok(())
        })
        .await
    }

    pub(crate) async fn put_events(
        &self,
        (group, stream): (&str, &str),
        at: Timestamp,
        lines: &[String],
    ) -> Result<usize, TargetError> {
        let batch = PutBatch { at, lines: lines.to_vec() };
        self.call(|state| {
            let stream = state.groups.get_mut(group).and_then(|streams| streams.get_mut(stream));
            stream.ok_or_else(|| refused("ResourceNotFoundException", 400))?.push(batch);
            Ok(0)
        })
        .await
    }
}

fn refused(code: &str, status: u16) -> TargetError {
    TargetError::Refused { code: code.to_owned(), status }
}

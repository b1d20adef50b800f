//! An append that nobody waits for, to be asked later how it ended.

use cairn_model::SequenceRange;
use tokio::sync::oneshot::{self, error::TryRecvError};

use crate::AppendError;

type Ended = Result<SequenceRange, AppendError>;

/// An append that was handed over by [`Journal::append_soon`](crate::Journal::append_soon). Its entries are appended
/// also when it is dropped.
#[derive(Debug)]
pub struct PendingAppend(State);

#[derive(Debug)]
enum State {
    OnItsWay(oneshot::Receiver<Ended>),
    Ended(Ended),
}

impl PendingAppend {
    pub(crate) fn new(answer: oneshot::Receiver<Ended>) -> Self {
        Self(State::OnItsWay(answer))
    }

    pub(crate) fn ended(range: SequenceRange) -> Self {
        Self(State::Ended(Ok(range)))
    }

    /// How it ended, where the entries are durable from then on; none while it is on its way.
    ///
    /// # Errors
    /// [`AppendError`] says what is known of the entries.
    pub fn outcome(&mut self) -> Option<Ended> {
        if let State::OnItsWay(answer) = &mut self.0 {
            let ended = match answer.try_recv() {
                Ok(ended) => ended,
                Err(TryRecvError::Empty) => return None,
                Err(TryRecvError::Closed) => unanswered(),
            };
            self.0 = State::Ended(ended);
        }
        match &self.0 {
            State::OnItsWay(_) => None,
            State::Ended(ended) => Some(ended.clone()),
        }
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// [`AppendError`] says what is known of the entries.
    pub async fn wait(self) -> Ended {
        match self.0 {
            State::OnItsWay(answer) => answer.await.unwrap_or_else(|_| unanswered()),
            State::Ended(ended) => ended,
        }
    }
}

/// A writer that is gone without an answer may have written the entries.
fn unanswered() -> Ended {
    Err(AppendError::Poisoned)
}

//! Whether somebody still waits for an answer.

use tokio::sync::watch;

/// Kept by whoever waits: when it is dropped, they are gone.
#[derive(Debug)]
pub(crate) struct Waiting(watch::Sender<()>);

/// Who waits for the answer to a request.
#[derive(Debug, Clone)]
pub(crate) struct Asker(watch::Receiver<()>);

impl Waiting {
    /// Somebody who waits, and what they are to the one who answers.
    pub(crate) fn begin() -> (Self, Asker) {
        let (waiting, asker) = watch::channel(());
        (Self(waiting), Asker(asker))
    }

    /// They wait no longer.
    pub(crate) fn end(self) {
        drop(self.0);
    }
}

impl Asker {
    /// What comes of `work`; none when it ended where it was because nobody waits any more.
    pub(crate) async fn while_waiting<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.gone() => None,
        }
    }

    /// Waits until nobody waits for the answer any more.
    async fn gone(&self) {
        let mut waiting = self.0.clone();
        while waiting.changed().await.is_ok() {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn work_ends_between_two_pieces_when_its_asker_is_gone() {
        let (waiting, asker) = Waiting::begin();
        let done = Arc::new(AtomicUsize::new(0));
        let mut waiting = Some(waiting);
        let pieces = async {
            for piece in 1..=100 {
                done.store(piece, Ordering::Relaxed);
                if piece == 3 {
                    waiting.take().unwrap().end();
                }
                tokio::task::yield_now().await;
            }
        };
        assert_eq!(asker.while_waiting(pieces).await, None);
        assert_eq!(done.load(Ordering::Relaxed), 3);
        let (_waiting, asker) = Waiting::begin();
        assert_eq!(asker.while_waiting(async { 7 }).await, Some(7));
    }
}

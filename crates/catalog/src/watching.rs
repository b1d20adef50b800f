//! The catalogue as whoever watches over trails sees it: what is to be told, and what was seen.

use std::sync::Arc;

use sqlx::SqliteConnection;
use tokio::sync::watch;

use crate::catalog::Shared;
use crate::commit::Occasion;
use crate::{Catalog, CatalogError, Notice, Observation, Problem, Trail, notice, problems};

/// What is done under the catalogue's lock.
enum Work {
    Told(String),
    Observed(Box<Trail>, Vec<Observation>),
    Tidy,
}

impl Catalog {
    /// What is to be told, oldest first, renewed after each change.
    pub fn notices(&self) -> watch::Receiver<Arc<Vec<Notice>>> {
        self.shared.notices.subscribe()
    }

    /// Takes away a notice that was told; one that is not there is fine.
    ///
    /// # Errors
    /// [`CatalogError`] when the storage fails; the notice stays.
    pub async fn told(&self, notice_id: &str) -> Result<(), CatalogError> {
        self.work(Work::Told(notice_id.to_owned())).await
    }

    /// What is known to be wrong with a trail's destination and files, oldest first.
    ///
    /// # Errors
    /// [`CatalogError`] when the storage fails.
    pub async fn problems(&self, trail_id: &str) -> Result<Vec<Problem>, CatalogError> {
        let mut guard = self.shared.connection.lock().await;
        problems::load(guard.as_mut().ok_or(CatalogError::Closed)?, trail_id).await
    }

    /// Takes up what was seen of a trail: what is wrong now and was not, or is not any more, becomes a notice in the
    /// same transaction.
    ///
    /// # Errors
    /// [`CatalogError`] when the storage fails; then nothing was taken up.
    pub async fn observe(&self, trail: &Trail, observations: Vec<Observation>) -> Result<(), CatalogError> {
        self.work(Work::Observed(Box::new(trail.clone()), observations)).await
    }

    /// Ends the requests that nobody approved in time, each with a notice, and forgets what was seen of trails that are
    /// not there any more.
    ///
    /// # Errors
    /// [`CatalogError`] when the storage fails.
    pub async fn tidy_requests(&self) -> Result<(), CatalogError> {
        self.work(Work::Tidy).await
    }

    /// To its end even if the caller goes away: what is committed must reach the image.
    async fn work(&self, work: Work) -> Result<(), CatalogError> {
        let catalog = self.clone();
        let run = self.environment.tasks.spawn(async move {
            let Shared { connection, notices, .. } = &*catalog.shared;
            let mut guard = connection.lock().await;
            let left = catalog.run(guard.as_mut().ok_or(CatalogError::Closed)?, work).await?;
            notices.send_replace(Arc::new(left));
            Ok(())
        });
        run.await.unwrap_or(Err(CatalogError::Closed))
    }

    async fn run(&self, connection: &mut SqliteConnection, work: Work) -> Result<Vec<Notice>, CatalogError> {
        let (settings, environment) = (&self.shared.settings, &self.environment);
        let occasion = Occasion { cause: None, settings, environment, now: environment.clock.now() };
        match work {
            Work::Told(id) => {
                notice::remove(connection, &id).await?;
                notice::load(connection).await
            }
            Work::Observed(trail, observations) => occasion.observe(connection, &trail, &observations).await,
            Work::Tidy => occasion.tidy(connection).await,
        }
    }
}

//! One change in one transaction: the trail, the notice of what it takes away, and the requests that wait.

use cairn_environment::Environment;
use cairn_model::Timestamp;
use sqlx::{Connection, SqliteConnection};

use crate::change::{Change, Effect};
use crate::protection::{self, Verdict};
use crate::{CatalogError, losses, notice, rows};
use crate::{CatalogSettings, Cause, ChangeError, Loss, Matter, Notice, NoticedTrail, PendingRequest, Trail};

/// What a change is made with.
#[derive(Debug)]
pub(crate) struct Occasion<'a> {
    pub(crate) cause: Option<Cause>,
    pub(crate) settings: &'a CatalogSettings,
    pub(crate) environment: &'a Environment,
    pub(crate) now: Timestamp,
}

/// The catalogue after a transaction.
#[derive(Debug)]
pub(crate) struct Committed {
    pub(crate) trails: Vec<Trail>,
    pub(crate) notices: Vec<Notice>,
    /// The change did not take place: it waits.
    pub(crate) waiting: Option<PendingRequest>,
}

impl Occasion<'_> {
    /// Decides on the change and makes what comes of it durable.
    pub(crate) async fn commit(
        &self,
        connection: &mut SqliteConnection,
        change: Change,
    ) -> Result<Committed, ChangeError> {
        let mut transaction = connection.begin().await.map_err(CatalogError::from)?;
        let before = rows::load(&mut transaction).await?;
        let effect = change.decide(&before, self.settings)?;
        let waiting = match losses_of(&effect, &before) {
            Some((was, after, losses)) => self.guard(&mut transaction, (was, after), losses).await?,
            None => None,
        };
        match effect {
            Effect::Put(_) if waiting.is_some() => {}
            Effect::Put(trail) => rows::put(&mut transaction, &trail).await?,
            Effect::Remove(id) => rows::remove(&mut transaction, &id).await?,
        }
        let (trails, notices) = (rows::load(&mut transaction).await?, notice::load(&mut transaction).await?);
        transaction.commit().await.map_err(CatalogError::from)?;
        Ok(Committed { trails, notices, waiting })
    }

    /// Notes the losses. When the trail is protected and nobody has approved them, gives the request that waits.
    async fn guard(
        &self,
        connection: &mut SqliteConnection,
        (was, after): (&Trail, &Trail),
        losses: Vec<Loss>,
    ) -> Result<Option<PendingRequest>, CatalogError> {
        let Some(protected) = self.settings.protected_trails.iter().find(|trails| trails.cover(was)) else {
            self.note(connection, was, Matter::Narrowed { losses, approved: None }).await?;
            return Ok(None);
        };
        self.expire_requests(connection, std::slice::from_ref(was)).await?;
        let waiting = protection::load(connection).await?;
        let new = (self.now, self.environment.random.uuid());
        match protection::judge(protected.approval, after, self.cause.as_ref(), &waiting, new) {
            Verdict::Waiting(request) => Ok(Some(request)),
            Verdict::Asked(request) => {
                protection::add(connection, &request).await?;
                self.note(connection, was, Matter::Requested { losses, request: request.clone() }).await?;
                Ok(Some(request))
            }
            Verdict::Approved(request) => {
                protection::remove(connection, &request.id).await?;
                self.note(connection, was, Matter::Narrowed { losses, approved: Some(request) }).await?;
                Ok(None)
            }
        }
    }

    /// Takes away the requests about `trails` that are over, and notes each. Requests about no trail any more go too.
    pub(crate) async fn expire_requests(
        &self,
        connection: &mut SqliteConnection,
        trails: &[Trail],
    ) -> Result<(), CatalogError> {
        for request in protection::load(connection).await? {
            let Some(trail) = trails.iter().find(|trail| trail.id == request.trail) else { continue };
            if self.now >= request.expires_at() {
                protection::remove(connection, &request.id).await?;
                let matter = Matter::Expired { request };
                notice::add(connection, &self.notice(None, trail, matter)).await?;
            }
        }
        Ok(())
    }

    async fn note(&self, connection: &mut SqliteConnection, trail: &Trail, matter: Matter) -> Result<(), CatalogError> {
        notice::add(connection, &self.notice(self.cause.clone(), trail, matter)).await
    }

    fn notice(&self, cause: Option<Cause>, trail: &Trail, matter: Matter) -> Notice {
        Notice { id: self.environment.random.uuid(), at: self.now, cause, trail: NoticedTrail::from(trail), matter }
    }
}

/// What an effect takes away from a trail, with the trail before and after; none where it takes nothing.
fn losses_of<'t>(effect: &'t Effect, before: &'t [Trail]) -> Option<(&'t Trail, &'t Trail, Vec<Loss>)> {
    let Effect::Put(after) = effect else { return None };
    let was = before.iter().find(|trail| trail.id == after.id)?;
    let losses = losses(was, after);
    (!losses.is_empty()).then_some((was, &**after, losses))
}

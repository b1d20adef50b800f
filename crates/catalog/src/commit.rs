//! One change in one transaction: the trail, the notice of what it takes away, and the requests that wait.

use cairn_environment::Environment;
use cairn_model::Timestamp;
use sqlx::{Connection, SqliteConnection};

use crate::change::{Change, Effect, View};
use crate::problems::News;
use crate::protection::{self, Verdict};
use crate::{CatalogError, Observation, loss, losses, notice, organization_rows, problems, rows};
use crate::{
    CatalogSettings, Cause, ChangeError, Loss, Matter, Notice, NoticedTrail, OrganizationError, Organizations,
    PendingRequest, Trail,
};

/// Trails and organizations as they are in memory.
#[derive(Debug)]
pub(crate) struct Image {
    pub(crate) trails: Vec<Trail>,
    pub(crate) organizations: Organizations,
}

impl Image {
    /// Reads all of it.
    pub(crate) async fn load(connection: &mut SqliteConnection) -> Result<Self, CatalogError> {
        let trails = rows::load(connection).await?;
        Ok(Self { trails, organizations: organization_rows::load(connection).await? })
    }
}

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
    pub(crate) image: Image,
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
        let Image { trails: before, organizations: known } = Image::load(&mut transaction).await?;
        let view = View { trails: &before, organizations: &known, settings: self.settings };
        let effect = change.decide(view)?;
        let narrowed: Vec<Narrowing<'_>> = losses_of(&effect, &before).into_iter().collect();
        let waiting = self.guard(&mut transaction, narrowed).await?;
        let mut organizations = known.clone();
        match effect {
            Effect::Put(_) | Effect::Follow(..) if waiting.is_some() => {}
            Effect::Put(trail) => rows::put(&mut transaction, &trail).await?,
            Effect::Follow(trail, now) => {
                rows::put(&mut transaction, &trail).await?;
                if !organizations.follow_trail(&trail, now) {
                    return Err(ChangeError::Conflict);
                }
            }
            Effect::Remove(id) => {
                rows::remove(&mut transaction, &id).await?;
                organizations.forget_trail(&id);
            }
        }
        organization_rows::put(&mut transaction, &known, &organizations).await?;
        let image = Image::load(&mut transaction).await?;
        let notices = notice::load(&mut transaction).await?;
        transaction.commit().await.map_err(CatalogError::from)?;
        Ok(Committed { image, notices, waiting })
    }

    /// Changes organizations, and trails with them: one that is an organization trail no longer becomes an ordinary
    /// one, which takes something away from it.
    pub(crate) async fn commit_organizations<C>(
        &self,
        connection: &mut SqliteConnection,
        change: C,
    ) -> Result<Committed, OrganizationError>
    where
        C: FnOnce(&mut Organizations) -> Result<(), OrganizationError>,
    {
        let mut transaction = connection.begin().await.map_err(CatalogError::from)?;
        let Image { trails, organizations: known } = Image::load(&mut transaction).await?;
        let mut organizations = known.clone();
        change(&mut organizations)?;
        let converted = organizations.converted(&trails);
        let (had, has) = (known.delivered(&trails), organizations.delivered(&trails));
        let narrowed = trails.iter().filter(|trail| trail.deleted_at.is_none()).map(|was| {
            let after = converted.iter().find(|trail| trail.id == was.id).unwrap_or(was);
            let mut lost = losses(was, after);
            if after.organization.is_some() {
                lost.extend(loss::of_members(was, &had, &has));
            }
            Narrowing { was, after, losses: lost }
        });
        let narrowed = narrowed.filter(|narrowing| !narrowing.losses.is_empty()).collect();
        let waiting = self.guard(&mut transaction, narrowed).await?;
        if waiting.is_none() {
            organization_rows::put(&mut transaction, &known, &organizations).await?;
            for trail in converted {
                rows::put(&mut transaction, &trail).await?;
            }
        }
        let image = Image::load(&mut transaction).await?;
        let notices = notice::load(&mut transaction).await?;
        transaction.commit().await.map_err(CatalogError::from)?;
        Ok(Committed { image, notices, waiting })
    }

    /// Notes the losses. When one of the trails is protected and nobody has approved them, gives a request that waits;
    /// then nothing takes place, so that nothing else is noted and no approval is used up.
    async fn guard(
        &self,
        connection: &mut SqliteConnection,
        narrowed: Vec<Narrowing<'_>>,
    ) -> Result<Option<PendingRequest>, CatalogError> {
        let mut judged = Vec::with_capacity(narrowed.len());
        for narrowing in narrowed {
            let verdict = self.judge(connection, &narrowing).await?;
            judged.push((narrowing, verdict));
        }
        let waiting = judged.iter().find_map(|(_, verdict)| match verdict {
            Some(Verdict::Asked(request) | Verdict::Waiting(request)) => Some(request.clone()),
            Some(Verdict::Approved(_)) | None => None,
        });
        for (Narrowing { was, losses, .. }, verdict) in judged {
            match verdict {
                Some(Verdict::Asked(request)) => {
                    protection::add(connection, &request).await?;
                    self.note(connection, was, Matter::Requested { losses, request }).await?;
                }
                Some(Verdict::Waiting(_)) => {}
                Some(Verdict::Approved(_)) | None if waiting.is_some() => {}
                Some(Verdict::Approved(request)) => {
                    protection::remove(connection, &request.id).await?;
                    self.note(connection, was, Matter::Narrowed { losses, approved: Some(request) }).await?;
                }
                None => self.note(connection, was, Matter::Narrowed { losses, approved: None }).await?,
            }
        }
        Ok(waiting)
    }

    /// What becomes of a change of a protected trail; none for any other.
    async fn judge(
        &self,
        connection: &mut SqliteConnection,
        narrowing: &Narrowing<'_>,
    ) -> Result<Option<Verdict>, CatalogError> {
        let Narrowing { was, after, losses } = narrowing;
        let Some(protected) = self.settings.protected_trails.iter().find(|trails| trails.cover(was)) else {
            return Ok(None);
        };
        self.expire_requests(connection, std::slice::from_ref(*was)).await?;
        let waiting = protection::load(connection).await?;
        let new = (self.now, self.environment.random.uuid());
        let outcome = protection::outcome(after, losses);
        Ok(Some(protection::judge(protected.approval, (&after.id, outcome), self.cause.as_ref(), &waiting, new)))
    }

    /// Takes away the requests about `trails` that are over, and notes each.
    async fn expire_requests(&self, connection: &mut SqliteConnection, trails: &[Trail]) -> Result<(), CatalogError> {
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

    /// Takes up what was seen of `trail`, and notes what is new about it.
    pub(crate) async fn observe(
        &self,
        connection: &mut SqliteConnection,
        trail: &Trail,
        observations: &[Observation],
    ) -> Result<Vec<Notice>, CatalogError> {
        let mut transaction = connection.begin().await?;
        for news in problems::observe(&mut transaction, &trail.id, observations, self.now).await? {
            let matter = match news {
                News::Found(problem) => Matter::Found { problem },
                News::Resolved(problem) => Matter::Resolved { problem },
            };
            self.note(&mut transaction, trail, matter).await?;
        }
        let notices = notice::load(&mut transaction).await?;
        transaction.commit().await?;
        Ok(notices)
    }

    /// Ends the requests that are over, and forgets what belongs to trails that are not there any more.
    pub(crate) async fn tidy(&self, connection: &mut SqliteConnection) -> Result<Vec<Notice>, CatalogError> {
        let mut transaction = connection.begin().await?;
        let trails = rows::load(&mut transaction).await?;
        self.expire_requests(&mut transaction, &trails).await?;
        for request in protection::load(&mut transaction).await? {
            if !trails.iter().any(|trail| trail.id == request.trail) {
                protection::remove(&mut transaction, &request.id).await?;
            }
        }
        problems::forget_others(&mut transaction).await?;
        let notices = notice::load(&mut transaction).await?;
        transaction.commit().await?;
        Ok(notices)
    }

    async fn note(&self, connection: &mut SqliteConnection, trail: &Trail, matter: Matter) -> Result<(), CatalogError> {
        notice::add(connection, &self.notice(self.cause.clone(), trail, matter)).await
    }

    fn notice(&self, cause: Option<Cause>, trail: &Trail, matter: Matter) -> Notice {
        Notice { id: self.environment.random.uuid(), at: self.now, cause, trail: NoticedTrail::from(trail), matter }
    }
}

/// A change that takes something away from a trail.
#[derive(Debug)]
struct Narrowing<'t> {
    was: &'t Trail,
    after: &'t Trail,
    losses: Vec<Loss>,
}

/// What an effect takes away from a trail; none where it takes nothing.
fn losses_of<'t>(effect: &'t Effect, before: &'t [Trail]) -> Option<Narrowing<'t>> {
    let (Effect::Put(after) | Effect::Follow(after, _)) = effect else { return None };
    let was = before.iter().find(|trail| trail.id == after.id)?;
    let losses = losses(was, after);
    (!losses.is_empty()).then_some(Narrowing { was, after, losses })
}

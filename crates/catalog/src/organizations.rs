//! All organizations, and what can change about them. Each change looks at all of them as they are.

use std::time::Duration;

use cairn_model::{AccountId, Timestamp};

use crate::organization::{begin, end};
use crate::{
    AccountRequest, CLOUDTRAIL_PRINCIPAL, CatalogError, Delegation, FeatureSet, Handshake, HandshakeState, Joined,
    Member, Organization, PendingRequest, Stopped,
};

/// Every organization, deleted ones too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Organizations {
    pub(crate) all: Vec<Organization>,
}

/// How long an invitation is valid.
const INVITATION: Duration = Duration::from_hours(15 * 24);
/// How many events of the past an organization keeps of each kind: requests for accounts, invitations.
const PAST_MAX: usize = 1000;

/// Why a change of organizations was refused. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum OrganizationError {
    /// The caller's account is in no organization.
    #[error("the account is in no organization")]
    NotInUse,
    /// The account is in an organization already.
    #[error("the account is in an organization already")]
    AlreadyInOrganization,
    /// Only the management account may do that.
    #[error("only the management account may do that")]
    AccessDenied,
    /// Other accounts are in the organization.
    #[error("other accounts are in the organization")]
    NotEmpty,
    /// The account is not in the organization.
    #[error("the account is not in the organization")]
    AccountNotFound,
    /// The management account stays until the organization is deleted.
    #[error("the management account cannot leave")]
    ManagementCannotLeave,
    /// The account administers that service already.
    #[error("the account is registered already")]
    AlreadyRegistered,
    /// The account does not administer that service.
    #[error("the account is not registered")]
    NotRegistered,
    /// There is no such handshake.
    #[error("there is no such handshake")]
    HandshakeNotFound,
    /// The account was invited and has not answered yet.
    #[error("the account is invited already")]
    DuplicateHandshake,
    /// The handshake is in the wanted state already.
    #[error("the handshake is in that state already")]
    HandshakeInState,
    /// The handshake cannot come into the wanted state any more.
    #[error("the handshake is closed")]
    HandshakeClosed,
    /// A rule about invitations; `Reason` of `HandshakeConstraintViolationException`.
    #[error("{0}")]
    HandshakeConstraint(&'static str),
    /// A rule; `Reason` of `ConstraintViolationException`.
    #[error("{0}")]
    Constraint(&'static str),
    /// It would take something away from a protected trail, and waits for approval: the same call again, by whom or when
    /// the request says.
    #[error("a protected trail would record less: {}", .0.condition())]
    ApprovalPending(Box<PendingRequest>),
    /// The storage failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// `ConstraintViolationException` and `HandshakeConstraintViolationException`: too many accounts.
const TOO_MANY_ACCOUNTS: &str = "ACCOUNT_NUMBER_LIMIT_EXCEEDED";

type Changed<T = ()> = Result<T, OrganizationError>;

impl Organizations {
    /// The organization that `account` is in.
    pub fn of(&self, account: AccountId) -> Option<&Organization> {
        self.live().find(|organization| organization.member(account).is_some())
    }

    /// The organization with that id, unless it was deleted.
    pub fn find(&self, id: &str) -> Option<&Organization> {
        self.live().find(|organization| organization.id == id)
    }

    /// A handshake and the organization that sent it, for one of its two parties.
    ///
    /// # Errors
    /// [`OrganizationError::HandshakeNotFound`], and [`OrganizationError::AccessDenied`] for anybody else.
    pub fn handshake(&self, id: &str, account: AccountId) -> Changed<(&Organization, &Handshake)> {
        let found = self.all.iter().find_map(|organization| {
            let handshake = organization.handshakes.iter().find(|handshake| handshake.id == id)?;
            Some((organization, handshake))
        });
        let (organization, handshake) = found.ok_or(OrganizationError::HandshakeNotFound)?;
        if handshake.account == account || organization.management_account == account {
            return Ok((organization, handshake));
        }
        Err(OrganizationError::AccessDenied)
    }

    /// The invitations to `account`, oldest first.
    pub fn invitations(&self, account: AccountId) -> impl Iterator<Item = (&Organization, &Handshake)> {
        self.live().flat_map(move |organization| {
            let own = organization.handshakes.iter().filter(move |handshake| handshake.account == account);
            own.map(move |handshake| (organization, handshake))
        })
    }

    /// The organization whose management account `account` is.
    ///
    /// # Errors
    /// [`OrganizationError::NotInUse`] and [`OrganizationError::AccessDenied`].
    pub fn managed_by(&self, account: AccountId) -> Changed<&Organization> {
        let organization = self.of(account).ok_or(OrganizationError::NotInUse)?;
        if organization.management_account == account { Ok(organization) } else { Err(OrganizationError::AccessDenied) }
    }

    fn live(&self) -> impl Iterator<Item = &Organization> {
        self.all.iter().filter(|organization| organization.deleted_at.is_none())
    }

    fn of_mut(&mut self, account: AccountId) -> Changed<&mut Organization> {
        let is_it = |organization: &&mut Organization| {
            organization.deleted_at.is_none() && organization.member(account).is_some()
        };
        self.all.iter_mut().find(is_it).ok_or(OrganizationError::NotInUse)
    }

    fn managed_by_mut(&mut self, account: AccountId) -> Changed<&mut Organization> {
        self.managed_by(account)?;
        self.of_mut(account)
    }

    /// Makes an organization of which `management` is the first account. `ids` are its own and its root's.
    ///
    /// # Errors
    /// [`OrganizationError::AlreadyInOrganization`]
    pub fn create(
        &mut self,
        ids: (String, String),
        feature_set: FeatureSet,
        management: NewMember,
        now: Stopped,
    ) -> Changed {
        let account = management.account;
        if self.of(account).is_some() {
            return Err(OrganizationError::AlreadyInOrganization);
        }
        let mut organization = Organization {
            id: ids.0,
            root_id: ids.1,
            feature_set,
            management_account: account,
            created_at: now.at,
            deleted_at: None,
            members: Vec::new(),
            service_access: std::collections::BTreeMap::new(),
            delegations: Vec::new(),
            account_requests: Vec::new(),
            handshakes: Vec::new(),
            trails: std::collections::BTreeMap::new(),
        };
        join(&mut organization, management, Joined::Invited, now);
        self.all.push(organization);
        Ok(())
    }

    /// Deletes the organization of `by`. Its trails become ordinary ones of the management account.
    ///
    /// # Errors
    /// [`OrganizationError::NotEmpty`], and those of [`Organizations::managed_by`].
    pub fn delete(&mut self, by: AccountId, now: Stopped) -> Changed {
        let organization = self.managed_by_mut(by)?;
        if organization.current().count() > 1 {
            return Err(OrganizationError::NotEmpty);
        }
        organization.end_trails(now);
        organization.members.iter_mut().for_each(|member| end(&mut member.memberships, now));
        organization.deleted_at = Some(now.at);
        Ok(())
    }

    /// Invites an account into the organization of `by`. The handshake with the id `id` is answered by the account.
    ///
    /// # Errors
    /// [`OrganizationError`] when it is in the organization or was invited already, and those of
    /// [`Organizations::managed_by`].
    pub fn invite(
        &mut self,
        by: AccountId,
        (id, account): (String, AccountId),
        notes: Option<String>,
        now: Timestamp,
    ) -> Changed {
        let organization = self.managed_by_mut(by)?;
        if organization.member(account).is_some() {
            return Err(OrganizationError::HandshakeConstraint("ALREADY_IN_AN_ORGANIZATION"));
        }
        let open =
            |handshake: &Handshake| handshake.account == account && handshake.state_at(now) == HandshakeState::Open;
        if organization.handshakes.iter().any(open) {
            return Err(OrganizationError::DuplicateHandshake);
        }
        let expires_at = now.plus(INVITATION);
        let state = HandshakeState::Open;
        organization.handshakes.push(Handshake { id, account, notes, requested_at: now, expires_at, state });
        keep_newest(&mut organization.handshakes);
        Ok(())
    }

    /// The invited account `by` joins.
    ///
    /// # Errors
    /// [`OrganizationError`] when the handshake cannot be accepted, or the account is in an organization.
    pub fn accept(&mut self, by: NewMember, id: &str, accounts_max: usize, now: Stopped) -> Changed {
        let in_one = self.of(by.account).is_some();
        let organization = self.answer(by.account, id, HandshakeState::Accepted, now.at)?;
        if in_one {
            return Err(OrganizationError::HandshakeConstraint("ALREADY_IN_AN_ORGANIZATION"));
        }
        if organization.current().count() >= accounts_max {
            return Err(OrganizationError::HandshakeConstraint(TOO_MANY_ACCOUNTS));
        }
        join(organization, by, Joined::Invited, now);
        Ok(())
    }

    /// The invited account `by` refuses.
    ///
    /// # Errors
    /// [`OrganizationError`] when the handshake cannot be declined.
    pub fn decline(&mut self, by: AccountId, id: &str, now: Timestamp) -> Changed {
        self.answer(by, id, HandshakeState::Declined, now).map(drop)
    }

    fn answer(
        &mut self,
        by: AccountId,
        id: &str,
        wanted: HandshakeState,
        now: Timestamp,
    ) -> Changed<&mut Organization> {
        let (_, handshake) = self.handshake(id, by)?;
        if handshake.account != by {
            return Err(OrganizationError::AccessDenied);
        }
        let state = handshake.state_at(now);
        if state == wanted {
            return Err(OrganizationError::HandshakeInState);
        }
        if state != HandshakeState::Open {
            return Err(OrganizationError::HandshakeClosed);
        }
        let sent = |organization: &&mut Organization| organization.handshakes.iter().any(|sent| sent.id == id);
        let organization = self.all.iter_mut().find(sent).filter(|organization| organization.deleted_at.is_none());
        let organization = organization.ok_or(OrganizationError::HandshakeClosed)?;
        organization.handshakes.iter_mut().filter(|sent| sent.id == id).for_each(|sent| sent.state = wanted);
        Ok(organization)
    }

    /// Adds a new account to the organization of `by`. A failure that the request itself is answered with later is
    /// part of the request.
    ///
    /// # Errors
    /// [`OrganizationError::Constraint`] when there are too many, and those of [`Organizations::managed_by`].
    pub fn create_account(
        &mut self,
        by: AccountId,
        (request_id, new): (String, NewMember),
        accounts_max: usize,
        now: Stopped,
    ) -> Changed {
        let known_email = self.live().flat_map(Organization::current).any(|member| member.email == new.email);
        let known_account = self.all.iter().flat_map(|of| &of.members).any(|member| member.account == new.account);
        let organization = self.managed_by_mut(by)?;
        if organization.current().count() >= accounts_max {
            return Err(OrganizationError::Constraint(TOO_MANY_ACCOUNTS));
        }
        let result = match (known_email, known_account) {
            (true, _) => Err("EMAIL_ALREADY_EXISTS".to_owned()),
            (false, true) => Err("INTERNAL_FAILURE".to_owned()),
            (false, false) => Ok(new.account),
        };
        let request =
            AccountRequest { id: request_id, name: new.name.clone(), requested_at: now.at, result: result.clone() };
        organization.account_requests.push(request);
        keep_newest(&mut organization.account_requests);
        if result.is_ok() {
            join(organization, new, Joined::Created, now);
        }
        Ok(())
    }

    /// Takes an account out of the organization of `by`: another one as the management account, or itself.
    ///
    /// # Errors
    /// [`OrganizationError`] when it is not in it, is the management account or a delegated administrator.
    pub fn remove_account(&mut self, by: AccountId, account: AccountId, now: Stopped) -> Changed {
        let organization = if by == account { self.of_mut(by)? } else { self.managed_by_mut(by)? };
        if organization.member(account).is_none() {
            return Err(OrganizationError::AccountNotFound);
        }
        if organization.management_account == account {
            return Err(OrganizationError::ManagementCannotLeave);
        }
        if organization.delegations.iter().any(|delegation| delegation.account == account) {
            return Err(OrganizationError::Constraint("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG"));
        }
        let leaving = organization.members.iter_mut().filter(|member| member.account == account);
        leaving.for_each(|member| end(&mut member.memberships, now));
        Ok(())
    }

    /// Gives a service trusted access. One that has it keeps its date.
    ///
    /// # Errors
    /// [`OrganizationError::Constraint`] without all features, and those of [`Organizations::managed_by`].
    pub fn enable_service(&mut self, by: AccountId, service_principal: String, now: Timestamp) -> Changed {
        let organization = self.managed_by_mut(by)?;
        if organization.feature_set != FeatureSet::All {
            return Err(OrganizationError::Constraint("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE"));
        }
        organization.service_access.entry(service_principal).or_insert(now);
        Ok(())
    }

    /// Takes trusted access from a service. Without CloudTrail's, organization trails become ordinary ones.
    ///
    /// # Errors
    /// [`OrganizationError::Constraint`] while accounts administer the service, and those of
    /// [`Organizations::managed_by`].
    pub fn disable_service(&mut self, by: AccountId, service_principal: &str, now: Stopped) -> Changed {
        let organization = self.managed_by_mut(by)?;
        if organization.delegations.iter().any(|delegation| delegation.service_principal == service_principal) {
            return Err(OrganizationError::Constraint("DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE"));
        }
        organization.service_access.remove(service_principal);
        if service_principal == CLOUDTRAIL_PRINCIPAL {
            organization.end_trails(now);
        }
        Ok(())
    }

    /// Makes an account administer a service, of which `delegated_max` accounts may.
    ///
    /// # Errors
    /// [`OrganizationError`] says which rule it breaks.
    pub fn register(&mut self, by: AccountId, delegation: Delegation, delegated_max: usize) -> Changed {
        let organization = self.managed_by_mut(by)?;
        let Delegation { account, service_principal, .. } = &delegation;
        if organization.member(*account).is_none() {
            return Err(OrganizationError::AccountNotFound);
        }
        if organization.management_account == *account {
            return Err(OrganizationError::Constraint("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR"));
        }
        if !organization.service_access.contains_key(service_principal) {
            return Err(OrganizationError::Constraint("SERVICE_ACCESS_NOT_ENABLED"));
        }
        if organization.is_delegated(*account, service_principal) {
            return Err(OrganizationError::AlreadyRegistered);
        }
        let of_service = organization.delegations.iter().filter(|other| other.service_principal == *service_principal);
        if of_service.count() >= delegated_max {
            let reason = "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED";
            return Err(OrganizationError::Constraint(reason));
        }
        organization.delegations.push(delegation);
        Ok(())
    }

    /// Ends that an account administers a service.
    ///
    /// # Errors
    /// [`OrganizationError`] when it does not.
    pub fn deregister(&mut self, by: AccountId, account: AccountId, service_principal: &str) -> Changed {
        let organization = self.managed_by_mut(by)?;
        if organization.member(account).is_none() {
            return Err(OrganizationError::AccountNotFound);
        }
        if !organization.is_delegated(account, service_principal) {
            return Err(OrganizationError::NotRegistered);
        }
        organization
            .delegations
            .retain(|delegation| delegation.account != account || delegation.service_principal != service_principal);
        Ok(())
    }
}

/// An account that joins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// The address of its owner.
    pub email: String,
}

fn join(organization: &mut Organization, new: NewMember, joined: Joined, now: Stopped) {
    let NewMember { account, name, email } = new;
    if let Some(earlier) = organization.members.iter_mut().find(|member| member.account == account) {
        begin(&mut earlier.memberships, now);
        earlier.joined = joined;
        return;
    }
    let mut memberships = Vec::new();
    begin(&mut memberships, now);
    let done = std::collections::BTreeMap::new();
    organization.members.push(Member { account, name, email, joined, memberships, done });
}

fn keep_newest<T>(list: &mut Vec<T>) {
    list.drain(..list.len().saturating_sub(PAST_MAX));
}

//! Sign-in by password: from what a person sends to credentials, or to a refusal that says no more than it must.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use cairn_environment::Environment;
use cairn_iam::{Iam, IamError, PasswordState, Person, User};
use cairn_identity::{Caller, Directory, Holder, NewSession, Renewable, Session, TemporaryCredentials, Vouched};
use cairn_journal::AppendError;
use cairn_model::{AccountId, Timestamp};
use cairn_outbound::Outbound;
use cairn_recorder::Recorder;
use serde_json::Value;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::attempts::{Attempts, Who};
use crate::event::{FAILED, MfaUse, unproved_root, unproved_user};
use crate::handed_over::Handover;
use crate::oidc::Providers;
use crate::{BreakGlass, BreakGlassUse, OidcProvider, SignInEvent, TokenError};

/// Attempts that are looked at, or wait for that, at once. Each holds its request in memory.
const AT_ONCE_MAX: usize = 64;
/// How long to wait when there are as many.
const CROWDED: Duration = Duration::from_secs(1);
/// The longest session of a root, as in AWS.
const ROOT_SESSION: Duration = Duration::from_hours(1);

/// What holds for sign-ins.
#[derive(Debug, Clone)]
pub struct SignInSettings {
    /// How long credentials count.
    pub session: Duration,
    /// For how long after the sign-in they can be renewed.
    pub renewable: Duration,
    /// Of which accounts events may stand in the history for attempts that failed: those that the settings name.
    pub accounts: BTreeSet<AccountId>,
    /// Whose use is a finding.
    pub break_glass: BreakGlass,
    /// The identity providers of accounts, as the settings name them.
    pub providers: Vec<OidcProvider>,
    /// The way to identity providers that calls made; without one they are not believed.
    pub way_to_made_providers: Option<Outbound>,
}

impl Default for SignInSettings {
    fn default() -> Self {
        Self {
            session: Duration::from_hours(1),
            renewable: Duration::from_hours(12),
            accounts: BTreeSet::new(),
            break_glass: BreakGlass::default(),
            providers: Vec::new(),
            way_to_made_providers: None,
        }
    }
}

/// What a person sends.
#[derive(Clone)]
pub struct Attempt {
    /// The number of an account, or its alias; `None` for the default one.
    pub account: Option<String>,
    /// `None` for the account's root.
    pub user_name: Option<String>,
    /// The password.
    pub password: Zeroizing<String>,
    /// The code of an MFA device.
    pub mfa_code: Option<String>,
    /// The password that is to take the place of the other one.
    pub new_password: Option<Zeroizing<String>>,
    /// Where it comes from.
    pub source: IpAddr,
    /// `LoginTo`: the page that is signed in to.
    pub login_to: String,
    /// When it came.
    pub at: Timestamp,
}

/// What came of an attempt.
#[derive(Debug)]
pub struct Attempted {
    /// The events to record before anything is answered, the last one about the attempt itself.
    pub events: Vec<SignInEvent>,
    /// What to answer.
    pub result: Result<SignedIn, Refused>,
}

/// A person who is in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who it is.
    pub caller: Caller,
    /// What it signs calls with.
    pub credentials: TemporaryCredentials,
    /// Whether it showed an MFA code.
    pub with_mfa: bool,
    /// Whether its use is a finding.
    pub breaks_glass: bool,
    /// Until when the credentials can be renewed, where they can.
    pub renewable_until: Option<Timestamp>,
}

/// Why nobody is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Account, name, password or code is wrong.
    Failed,
    /// The password is right, and there is an MFA device.
    MfaCodeRequired,
    /// The password is right, and must be changed.
    PasswordChangeRequired,
    /// The password is right, and too old.
    PasswordExpired,
    /// The new password is not as it must be: why.
    NewPasswordRefused(String),
    /// It is too early: how long to wait.
    TooMany(Duration),
    /// Something of ours failed.
    Unavailable,
    /// The identity provider cannot be reached.
    ProviderUnavailable,
    /// The identity provider vouches for this person, who gets no role here.
    NoRole,
}

/// Signs people in. Clones are the same.
#[derive(Debug, Clone)]
pub struct SignIn(pub(crate) Arc<Parts>);

#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) iam: Iam,
    pub(crate) directory: Directory,
    pub(crate) settings: SignInSettings,
    pub(crate) attempts: Attempts,
    pub(crate) providers: Providers,
    pub(crate) handover: Handover,
    places: Semaphore,
    recorder: Recorder,
    pub(crate) environment: Environment,
}

/// The person that an attempt is about, whether or not there is one.
struct Claimed<'a> {
    attempt: &'a Attempt,
    /// The account that was named.
    account: Option<AccountId>,
    person: Person<'a>,
    user: Option<Arc<User>>,
}

impl SignIn {
    /// Signs in the people in `iam`, with sessions of `directory`. Findings go to `recorder`.
    pub fn new(
        iam: Iam,
        directory: Directory,
        recorder: Recorder,
        settings: SignInSettings,
        environment: &Environment,
    ) -> Self {
        let (attempts, places) = (Attempts::default(), Semaphore::new(AT_ONCE_MAX));
        let mut settings = settings;
        let (declared, way) = (std::mem::take(&mut settings.providers), settings.way_to_made_providers.take());
        let providers = Providers::new(declared, iam.clone(), way, environment);
        let (handover, environment) = (Handover::default(), environment.clone());
        Self(Arc::new(Parts { iam, directory, settings, attempts, providers, handover, places, recorder, environment }))
    }

    /// Whose use is a finding.
    pub fn break_glass(&self) -> &BreakGlass {
        &self.0.settings.break_glass
    }

    /// Tells of the use of somebody whose every use is a finding: durable when this returns.
    ///
    /// # Errors
    /// When it cannot be recorded. Then nobody is to be let in.
    pub async fn tell(&self, used: &BreakGlassUse<'_>) -> Result<(), AppendError> {
        let finding = BreakGlass::finding(used, self.0.environment.random.uuid());
        self.0.recorder.record_service_event(&finding).await
    }

    /// The identity providers of an account that stand in the settings.
    pub fn providers(&self, account: AccountId) -> Vec<Arc<OidcProvider>> {
        self.0.providers.of(account).cloned().collect()
    }

    /// Whom an identity token vouches for, in an account.
    ///
    /// # Errors
    /// [`TokenError`]
    pub async fn vouched(&self, account: AccountId, token: &str, now: Timestamp) -> Result<Vouched, TokenError> {
        self.0.providers.vouched(account, token, now).await
    }

    /// Looks at an attempt.
    pub async fn attempt(&self, attempt: &Attempt) -> Attempted {
        let claimed = self.0.claimed(attempt);
        let name = match claimed.person {
            Person::Root => None,
            Person::User(name) => Some(name.to_lowercase()),
        };
        let account = claimed.account.map(|account| account.to_string());
        let account = account.or_else(|| attempt.account.clone());
        let who = self.0.attempts.who((account, name), attempt.source);
        let now = self.0.environment.clock.instant();
        if let Err(wait) = self.0.attempts.begin(who, now) {
            return self.0.refuse(&claimed, Refused::TooMany(wait), MfaUse::None);
        }
        let Ok(_place) = self.0.places.try_acquire() else {
            self.0.attempts.take_back(who, now);
            return self.0.refuse(&claimed, Refused::TooMany(CROWDED), MfaUse::None);
        };
        self.0.examine(&claimed, who).await
    }

    /// Ends a session for good, and gives the event of that; `None` for a token that is none.
    pub async fn end(&self, access_key_id: &str, token: &str) -> Option<Result<SignInEvent, Refused>> {
        let (caller, expires) = self.0.directory.session_of(access_key_id, token)?;
        // Other tokens of the same credentials may count for longer.
        let renewable = caller.session.as_ref().and_then(|session| session.renewable);
        let last = renewable.map_or(expires, |renewable| renewable.until.max(expires));
        let ended = self.0.iam.end_session(access_key_id, last).await;
        let event = || SignInEvent::plain(caller.account, caller.user_identity(), "Logout");
        Some(ended.map(|()| event()).map_err(|error| unavailable(&error)))
    }

    /// The event of an attempt whose request says nothing that could be looked at.
    pub fn unreadable(&self) -> SignInEvent {
        let account = AccountId::DEFAULT;
        let identity = unproved_user(account, None);
        SignInEvent::failure(account, identity, FAILED, ("", MfaUse::None))
    }
}

impl Parts {
    fn claimed<'a>(&self, attempt: &'a Attempt) -> Claimed<'a> {
        let account = match attempt.account.as_deref() {
            None => Some(AccountId::DEFAULT),
            Some(text) => AccountId::parse(text).ok().or_else(|| self.iam.account_of_alias(text)),
        };
        let person = attempt.user_name.as_deref().map_or(Person::Root, Person::User);
        let user = match person {
            Person::Root => None,
            Person::User(name) => account.and_then(|account| self.iam.user(account, name)),
        };
        Claimed { attempt, account, person, user }
    }

    async fn examine(&self, claimed: &Claimed<'_>, who: Who) -> Attempted {
        let attempt = claimed.attempt;
        let login = claimed.account.and_then(|account| self.iam.login(account, claimed.person));
        let is_right = self.iam.matches(login.as_ref(), &attempt.password).await;
        let (Some(account), Some(login), true) = (claimed.account, login, is_right) else {
            return self.refuse(claimed, Refused::Failed, MfaUse::None);
        };
        let state = self.iam.password_state(account, claimed.person, &login);
        let refused = match (state, &attempt.new_password) {
            (PasswordState::Expired, _) => Some(Refused::PasswordExpired),
            (PasswordState::MustChange, None) => Some(Refused::PasswordChangeRequired),
            (PasswordState::MustChange | PasswordState::Usable, _) => None,
        };
        if let Some(refused) = refused {
            self.attempts.take_back(who, self.environment.clock.instant());
            return self.refuse(claimed, refused, MfaUse::None);
        }
        let shown = match self.check_mfa(claimed).await {
            Ok(shown) => shown,
            Err((refused, used)) => {
                if refused != Refused::Failed {
                    self.attempts.take_back(who, self.environment.clock.instant());
                }
                return self.refuse(claimed, refused, used);
            }
        };
        let used = shown.as_deref().map_or(MfaUse::None, MfaUse::Shown);
        let mut events = Vec::new();
        if let Some(new) = &attempt.new_password {
            if let Err(error) = self.iam.choose_password(account, claimed.person, new).await {
                self.attempts.take_back(who, self.environment.clock.instant());
                return self.refuse(claimed, not_chosen(error), used);
            }
            events.push(SignInEvent::plain(account, claimed.unproved(account), "PasswordUpdated"));
        }
        self.attempts.succeed(who, self.environment.clock.instant());
        let (last, result) = match self.admit(claimed, account, shown.is_some()).await {
            Ok(signed_in) => {
                let identity = signed_in.caller.user_identity();
                (SignInEvent::success(account, identity, &attempt.login_to, used), Ok(signed_in))
            }
            Err(refused) => (claimed.failure(account, used), Err(refused)),
        };
        metrics::counter!("cairn_sign_ins_total", "outcome" => if result.is_ok() { "success" } else { "failure" })
            .increment(1);
        events.push(last);
        Attempted { events, result }
    }

    /// The serial number of the device whose code was shown; `None` for somebody who has none.
    async fn check_mfa(&self, claimed: &Claimed<'_>) -> Result<Option<String>, (Refused, MfaUse<'static>)> {
        let Some(owner) = claimed.device_owner() else { return Ok(None) };
        let devices = self.iam.mfa_devices_of_user(&owner);
        if devices.is_empty() {
            return Ok(None);
        }
        let Some(code) = &claimed.attempt.mfa_code else { return Err((Refused::MfaCodeRequired, MfaUse::None)) };
        for device in devices {
            match self.iam.check_mfa_code(&owner, &device.serial, code).await {
                Ok(true) => return Ok(Some(device.serial.clone())),
                Ok(false) => {}
                Err(error) => return Err((unavailable(&error), MfaUse::Failed)),
            }
        }
        Err((Refused::Failed, MfaUse::Failed))
    }

    /// Gives credentials to somebody who proved everything.
    async fn admit(&self, claimed: &Claimed<'_>, account: AccountId, with_mfa: bool) -> Result<SignedIn, Refused> {
        let user_id = claimed.user.as_ref().map(|user| user.id.as_str());
        let caller = self.directory.person(account, user_id).ok_or(Refused::Failed)?;
        self.iam.note_signed_in(account, claimed.person).await.map_err(|error| unavailable(&error))?;
        let (longest, renewable) =
            if caller.is_root() { (ROOT_SESSION, Duration::ZERO) } else { (Duration::MAX, self.settings.renewable) };
        let at = claimed.attempt.at;
        let mut session = Session::new(at, at.plus(self.settings.session.min(longest)));
        let renewable_until = Some(at.plus(renewable)).filter(|until| *until > session.expires);
        let password_chosen_at = self.iam.login(account, claimed.person).map(|login| login.changed_at);
        session.renewable = renewable_until.map(|until| Renewable { until, password_chosen_at });
        session.authenticated_with_mfa = with_mfa.then_some(at);
        session.chain = caller.chain_of_next();
        let holder = user_id.map_or(Holder::Root, |id| Holder::User(id.to_owned()));
        let new = NewSession { account, holder, session, policies: Vec::new(), policy_arns: Vec::new() };
        let credentials = self.directory.issue(new).map_err(|_| Refused::Unavailable)?;
        let breaks_glass = self.settings.break_glass.includes_person(&caller);
        Ok(SignedIn { caller, credentials, with_mfa, breaks_glass, renewable_until })
    }

    fn refuse(&self, claimed: &Claimed<'_>, refused: Refused, used: MfaUse<'_>) -> Attempted {
        let outcome = match &refused {
            Refused::Failed => "failure",
            Refused::MfaCodeRequired => "mfa-code-required",
            Refused::PasswordChangeRequired | Refused::PasswordExpired | Refused::NewPasswordRefused(_) => "password",
            Refused::TooMany(_) => "too-many",
            Refused::Unavailable | Refused::ProviderUnavailable | Refused::NoRole => "unavailable",
        };
        metrics::counter!("cairn_sign_ins_total", "outcome" => outcome).increment(1);
        // What strangers invent does not make histories of accounts that are not there.
        let is_known = |account: &AccountId| {
            *account == AccountId::DEFAULT || self.settings.accounts.contains(account) || claimed.user.is_some()
        };
        let event = match (claimed.account.filter(is_known), &refused, claimed.device_owner()) {
            (Some(account), Refused::MfaCodeRequired, Some(owner)) => {
                let devices = self.iam.mfa_devices_of_user(&owner).len();
                SignInEvent::check_mfa(account, claimed.unproved(account), devices)
            }
            (Some(account), _, _) => claimed.failure(account, used),
            (None, _, _) => {
                let (account, login_to) = (AccountId::DEFAULT, &claimed.attempt.login_to);
                SignInEvent::failure(account, unproved_user(account, None), FAILED, (login_to, used))
            }
        };
        Attempted { events: vec![event], result: Err(refused) }
    }
}

impl Claimed<'_> {
    /// The id under which the person has MFA devices.
    fn device_owner(&self) -> Option<String> {
        match self.person {
            Person::Root => self.account.map(|account| account.to_string()),
            Person::User(_) => self.user.as_ref().map(|user| user.id.clone()),
        }
    }

    fn unproved(&self, account: AccountId) -> Value {
        match self.person {
            Person::Root => unproved_root(account),
            Person::User(_) => unproved_user(account, self.user.as_deref()),
        }
    }

    fn failure(&self, account: AccountId, used: MfaUse<'_>) -> SignInEvent {
        SignInEvent::failure(account, self.unproved(account), FAILED, (&self.attempt.login_to, used))
    }
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attempt").field("account", &self.account).field("source", &self.source).finish_non_exhaustive()
    }
}

fn not_chosen(error: IamError) -> Refused {
    if let IamError::PasswordPolicyViolation(reason) | IamError::AccessDenied(reason) = error {
        Refused::NewPasswordRefused(reason)
    } else {
        unavailable(&error)
    }
}

fn unavailable(error: &IamError) -> Refused {
    tracing::error!(%error, "a sign-in failed");
    Refused::Unavailable
}

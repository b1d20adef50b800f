//! The accounts' credentials, and who signed a request.

use std::collections::HashMap;
use std::sync::Arc;

use cairn_model::{Region, Timestamp};
use cairn_signing::{Authorization, Payload, Placement, Refusal, Request, SecretKey, Signature};

use crate::key_cache::KeyCache;
use crate::{Caller, Credential, Directory};

/// Every credential that this server knows.
#[derive(Debug)]
pub struct Identity {
    /// Those of the settings, by their access key ids.
    given: HashMap<Arc<str>, Bearer>,
    directory: Option<Directory>,
    /// Stands in for the secret of an unknown key, so that a guess takes as long as a wrong signature.
    dummy: SecretKey,
    keys: KeyCache,
}

/// Whoever a key stands for.
#[derive(Debug, Clone)]
struct Bearer {
    caller: Caller,
    secret: Arc<SecretKey>,
}

/// A request whose signature holds.
#[derive(Debug, Clone)]
pub struct Verified {
    /// Who signed.
    pub caller: Caller,
    /// For which Region.
    pub region: Region,
    /// For which service: `cloudtrail`, `sts`, `s3`, …
    pub service: String,
    /// Where the signature stood.
    pub placement: Placement,
    /// The signature itself.
    pub signature: Signature,
    /// The secret that signed, for the chunk signatures of S3 bodies.
    pub secret: Arc<SecretKey>,
}

impl Identity {
    /// Knows these credentials. Of two with the same access key id the later one counts.
    pub fn new(credentials: Vec<Credential>) -> Self {
        let bearer = |Credential { caller, secret_access_key }: Credential| {
            (Arc::clone(&caller.access_key_id), Bearer { caller, secret: Arc::new(secret_access_key) })
        };
        let dummy = SecretKey::new("0000000000000000000000000000000000000000");
        let given = credentials.into_iter().map(bearer).collect();
        Self { given, directory: None, dummy, keys: KeyCache::new() }
    }

    /// Knows the users, roles and sessions of a directory too.
    #[must_use]
    pub fn with_directory(self, directory: Directory) -> Self {
        Self { directory: Some(directory), ..self }
    }

    fn long_term(&self, access_key_id: &str) -> Option<Bearer> {
        if let Some(bearer) = self.given.get(access_key_id) {
            return Some(bearer.clone());
        }
        let (caller, secret) = self.directory.as_ref()?.of_key(access_key_id)?;
        Some(Bearer { caller, secret })
    }

    /// Whoever a key with a session token stands for, and when the session ends.
    fn session(&self, access_key_id: &str, session_token: &str) -> Option<(Bearer, Timestamp)> {
        let directory = self.directory.as_ref()?;
        let opened = directory.open(access_key_id, session_token)?;
        let caller = directory.of_session(&opened)?;
        let expires = if directory.is_ended(access_key_id) { opened.session.created } else { opened.session.expires };
        Some((Bearer { caller, secret: Arc::clone(&opened.secret) }, expires))
    }

    /// Checks a request's signature.
    ///
    /// # Errors
    /// A [`Refusal`]; [`Refusal::UnknownKey`] also for a session token that was not issued here, was changed, or
    /// belongs to another key, and for a session whose user or role is gone.
    pub fn verify(
        &self,
        authorization: &Authorization<'_>,
        request: &Request<'_>,
        payload: Payload<'_>,
        now: Timestamp,
    ) -> Result<Verified, Refusal> {
        let id = &*authorization.access_key_id;
        let (bearer, expires) = match &authorization.session_token {
            None => (self.long_term(id), None),
            Some(token) => self.session(id, token).map_or((None, None), |(bearer, at)| (Some(bearer), Some(at))),
        };
        let secret = bearer.as_ref().map_or(&self.dummy, |bearer| &bearer.secret);
        let (key, region) = self.keys.get(bearer.as_ref().map(|_| id), secret, &authorization.scope)?;
        // The dummy's signature can be made by anyone, so that even a match of it is a refusal.
        let verified = authorization.verify(request, payload, &key, now);
        let (Bearer { caller, secret }, signature) = match (bearer, verified) {
            (Some(bearer), Ok(signature)) => (bearer, signature),
            (None, Ok(_) | Err(Refusal::Mismatch)) => return Err(Refusal::UnknownKey),
            (_, Err(refusal)) => return Err(refusal),
        };
        if expires.is_some_and(|expires| expires <= now) {
            return Err(Refusal::ExpiredToken);
        }
        let service = authorization.scope.service.to_string();
        if let Some(directory) = &self.directory {
            directory.note_use(&caller, &service, &region, now);
        }
        Ok(Verified { caller, region, service, placement: authorization.placement, signature, secret })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cairn_environment::Environment;
    use cairn_iam::{Holder, Iam, IamLimits, KeyStatus};
    use cairn_kms::MasterKey;
    use cairn_model::AccountId;
    use cairn_signing::Signer;

    use super::*;
    use crate::{NewSession, Session, TemporaryCredentials};

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_795_000_000);

    fn identity() -> Identity {
        let second = AccountId::parse("222222222222").unwrap();
        Identity::new(vec![
            Credential::root(AccountId::DEFAULT, "AKIAFIRST", SecretKey::new("first secret")),
            Credential::root(second, "AKIASECOND", SecretKey::new("second secret")),
        ])
    }

    fn verify(identity: &Identity, key: &str, secret: &str, extra: Option<(&str, &str)>) -> Result<Verified, Refusal> {
        let region = Region::parse("eu-west-1").unwrap();
        let secret = SecretKey::new(secret);
        let signer = Signer { access_key_id: key, secret_access_key: &secret, region: &region, service: "sts" };
        let mut headers: Vec<(&str, &[u8])> = vec![("host", b"127.0.0.1:4580")];
        headers.extend(extra.map(|(name, value)| (name, value.as_bytes())));
        let added = signer.sign(&Request { method: "POST", path: "/", query: "", headers: &headers }, b"body", NOW);
        headers.extend(added.iter().map(|(name, value)| (*name, value.as_bytes())));
        let request = Request { method: "POST", path: "/", query: "", headers: &headers };
        let authorization = Authorization::read(&request).unwrap();
        identity.verify(&authorization, &request, Payload::Body(b"body"), NOW.plus(Duration::from_secs(2)))
    }

    #[test]
    fn the_account_comes_from_the_key_and_the_region_from_the_scope() {
        let identity = identity();
        for _ in 0..2 {
            let verified = verify(&identity, "AKIASECOND", "second secret", None).unwrap();
            assert_eq!(verified.caller.account.as_str(), "222222222222");
            assert_eq!((verified.region.as_str(), &*verified.service), ("eu-west-1", "sts"));
        }
    }

    #[test]
    fn unknown_keys_wrong_secrets_and_session_tokens_are_refused() {
        let identity = identity();
        let refused = |key: &str, secret: &str, extra| verify(&identity, key, secret, extra).unwrap_err();
        assert_eq!(refused("AKIAFIRST", "second secret", None), Refusal::Mismatch);
        assert_eq!(refused("AKIATHIRD", "first secret", None), Refusal::UnknownKey);
        assert_eq!(refused("AKIATHIRD", identity.dummy.expose(), None), Refusal::UnknownKey);
        let token = Some(("x-amz-security-token", "token"));
        assert_eq!(refused("AKIAFIRST", "first secret", token), Refusal::UnknownKey);
        assert_eq!(refused("AKIAFIRST", identity.dummy.expose(), token), Refusal::UnknownKey);
    }

    struct House {
        iam: Iam,
        directory: Directory,
        identity: Identity,
        _folder: tempfile::TempDir,
    }

    async fn house() -> House {
        let environment = Environment::real();
        let folder = tempfile::tempdir().unwrap();
        let master = MasterKey::generate(&environment.random);
        let path = folder.path().join("iam.sqlite");
        let iam = Iam::open(&path, &master, IamLimits::default(), &environment).await.unwrap();
        let directory = Directory::new(iam.clone(), master, environment.random);
        let identity = identity().with_directory(directory.clone());
        House { iam, directory, identity, _folder: folder }
    }

    #[tokio::test]
    async fn a_users_key_counts_while_it_is_active_and_with_the_policies_of_the_moment() {
        let House { iam, identity, .. } = &house().await;
        let account = AccountId::DEFAULT;
        iam.create_user(account, ("/ops/", "omar"), &[], None).await.unwrap();
        let key = iam.create_access_key(account, "omar").await.unwrap();
        let verified = || verify(identity, &key.id, key.secret.expose(), None);
        let caller = verified().unwrap().caller;
        assert_eq!(caller.arn(), "arn:aws:iam::123456789012:user/ops/omar");
        assert_eq!(caller.permissions.identity.len(), 0);
        let user = Holder::User("omar".to_owned());
        iam.attach_policy(account, &user, "arn:aws:iam::aws:policy/AdministratorAccess").await.unwrap();
        assert_eq!(verified().unwrap().caller.permissions.identity.len(), 1);
        let (_, last_use) = iam.key_last_used(&key.id).unwrap();
        let last_use = last_use.unwrap();
        assert_eq!((&*last_use.service, &*last_use.region), ("sts", "eu-west-1"));
        assert_eq!(verify(identity, &key.id, "another", None).unwrap_err(), Refusal::Mismatch);
        iam.update_access_key(account, "omar", &key.id, KeyStatus::Inactive).await.unwrap();
        assert_eq!(verified().unwrap_err(), Refusal::UnknownKey);
    }

    #[tokio::test]
    async fn a_session_counts_with_its_own_token_until_it_ends_or_its_user_is_gone() {
        let House { iam, directory, identity, .. } = &house().await;
        let account = AccountId::DEFAULT;
        let user = iam.create_user(account, ("/", "nina"), &[], None).await.unwrap();
        let issue = |expires| {
            let (holder, session) = (crate::Holder::User(user.id.clone()), Session::new(NOW, expires));
            let new = NewSession { account, holder, session, policies: Vec::new(), policy_arns: Vec::new() };
            directory.issue(new).unwrap()
        };
        let (one, other) = (issue(NOW.plus(Duration::from_hours(1))), issue(NOW.plus(Duration::from_secs(1))));
        let verify = |made: &TemporaryCredentials, token: Option<&str>| {
            let token = token.map(|token| ("x-amz-security-token", token));
            verify(identity, &made.access_key_id, made.secret_access_key.expose(), token)
        };
        let caller = verify(&one, Some(&one.session_token)).unwrap().caller;
        assert_eq!(caller.arn(), "arn:aws:iam::123456789012:user/nina");
        assert_eq!(caller.session.unwrap().created, NOW);
        assert_eq!(verify(&one, None).unwrap_err(), Refusal::UnknownKey);
        assert_eq!(verify(&one, Some(&other.session_token)).unwrap_err(), Refusal::UnknownKey);
        assert_eq!(verify(&other, Some(&other.session_token)).unwrap_err(), Refusal::ExpiredToken);
        let ended = issue(NOW.plus(Duration::from_hours(1_000_000)));
        assert!(verify(&ended, Some(&ended.session_token)).is_ok());
        let (caller, expires) = directory.session_of(&ended.access_key_id, &ended.session_token).unwrap();
        assert_eq!(caller.arn(), "arn:aws:iam::123456789012:user/nina");
        iam.end_session(&ended.access_key_id, expires).await.unwrap();
        assert_eq!(verify(&ended, Some(&ended.session_token)).unwrap_err(), Refusal::ExpiredToken);
        assert_eq!(directory.account_of(&one.access_key_id), Some(account));
        iam.delete_user(account, "nina").await.unwrap();
        assert_eq!(verify(&one, Some(&one.session_token)).unwrap_err(), Refusal::UnknownKey);
    }

    #[tokio::test]
    async fn limits_that_are_gone_allow_nothing() {
        let House { iam, directory, identity, .. } = &house().await;
        let account = AccountId::DEFAULT;
        let user = iam.create_user(account, ("/", "nina"), &[], None).await.unwrap();
        let new = NewSession {
            account,
            holder: crate::Holder::Federated { name: "guest".into(), user_id: Some(user.id.clone()) },
            session: Session::new(NOW, NOW.plus(Duration::from_hours(1))),
            policies: Vec::new(),
            policy_arns: vec!["arn:aws:iam::123456789012:policy/gone".to_owned()],
        };
        let made = directory.issue(new).unwrap();
        let token = Some(("x-amz-security-token", &*made.session_token));
        let secret = made.secret_access_key.expose();
        let caller = verify(identity, &made.access_key_id, secret, token).unwrap().caller;
        assert_eq!(*caller.permissions.session, [Arc::clone(&directory.nothing)]);
    }
}

//! The accounts' credentials, and who signed a request.

use std::collections::HashMap;
use std::sync::Arc;

use cairn_model::{Region, Timestamp};
use cairn_signing::{Authorization, Payload, Placement, Refusal, Request, SecretKey};

use crate::key_cache::KeyCache;
use crate::{Caller, Credential};

/// Every credential that this server knows.
#[derive(Debug)]
pub struct Identity {
    holders: Vec<Holder>,
    by_access_key_id: HashMap<Arc<str>, usize>,
    /// Stands in for the secret of an unknown key, so that a guess takes as long as a wrong signature.
    dummy: SecretKey,
    keys: KeyCache,
}

#[derive(Debug)]
struct Holder {
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
    /// The secret that signed, for the chunk signatures of S3 bodies.
    pub secret: Arc<SecretKey>,
}

impl Identity {
    /// Knows these credentials. Of two with the same access key id the later one counts.
    pub fn new(credentials: Vec<Credential>) -> Self {
        let mut by_access_key_id = HashMap::with_capacity(credentials.len());
        let mut holders = Vec::with_capacity(credentials.len());
        for Credential { caller, secret_access_key } in credentials {
            by_access_key_id.insert(Arc::clone(&caller.access_key_id), holders.len());
            holders.push(Holder { caller, secret: Arc::new(secret_access_key) });
        }
        let dummy = SecretKey::new("0000000000000000000000000000000000000000");
        Self { holders, by_access_key_id, dummy, keys: KeyCache::new() }
    }

    /// The caller that an access key id stands for, and its secret. Proves nothing.
    pub fn find(&self, access_key_id: &str) -> Option<(&Caller, &Arc<SecretKey>)> {
        let holder = self.holders.get(*self.by_access_key_id.get(access_key_id)?)?;
        Some((&holder.caller, &holder.secret))
    }

    /// Checks a request's signature.
    ///
    /// # Errors
    /// A [`Refusal`]; [`Refusal::UnknownKey`] also for a key that comes with a session token, which nobody has issued.
    pub fn verify(
        &self,
        authorization: &Authorization<'_>,
        request: &Request<'_>,
        payload: Payload<'_>,
        now: Timestamp,
    ) -> Result<Verified, Refusal> {
        let place = self.by_access_key_id.get(&*authorization.access_key_id).copied();
        let place = place.filter(|_| authorization.session_token.is_none());
        let holder = place.and_then(|place| self.holders.get(place));
        let secret = holder.map_or(&self.dummy, |holder| &holder.secret);
        let (key, region) = self.keys.get(place, secret, &authorization.scope)?;
        // The dummy's signature can be made by anyone, so that even a match of it is a refusal.
        let holder = match (holder, authorization.verify(request, payload, &key, now)) {
            (Some(holder), Ok(())) => holder,
            (None, Ok(()) | Err(Refusal::Mismatch)) => return Err(Refusal::UnknownKey),
            (_, Err(refusal)) => return Err(refusal),
        };
        Ok(Verified {
            caller: holder.caller.clone(),
            region,
            service: authorization.scope.service.to_string(),
            placement: authorization.placement,
            secret: Arc::clone(&holder.secret),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cairn_model::AccountId;
    use cairn_signing::Signer;

    use super::*;

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
        assert_eq!(identity.find("AKIAFIRST").unwrap().0.account, AccountId::DEFAULT);
        assert!(identity.find("AKIATHIRD").is_none());
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
}

//! The identity providers of accounts, and the tokens that they vouch with.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use cairn_environment::Environment;
use cairn_iam::Iam;
use cairn_identity::{Vouched, WebIdentity};
use cairn_model::{AccountId, Timestamp};
use cairn_outbound::Outbound;
use serde_json::Value;

use super::begun::BegunSealer;
use super::console_client::ConsoleClient;
use super::discovery::KeptDiscovery;
use super::key_set::KeySet;
use super::token::{Claims, Token, TokenError};

/// The claim with session tags. Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html>
const TAGS_CLAIM: &str = "https://aws.amazon.com/tags";
/// The claim with a source identity.
const SOURCE_IDENTITY_CLAIM: &str = "https://aws.amazon.com/source_identity";

/// An identity provider that an account believes.
#[derive(Debug, Clone)]
pub struct OidcProvider {
    /// Which account.
    pub account: AccountId,
    /// The issuer: `https://login.example.com/realms/staff`, as tokens have it.
    pub issuer: String,
    /// For whom its tokens must be made: the claims `aud` or `azp`.
    pub client_ids: Vec<String>,
    /// The way to it.
    pub outbound: Outbound,
    /// How people sign in to the console through it, where they may.
    pub console: Option<ConsoleClient>,
}

impl OidcProvider {
    /// The issuer without its scheme, as ARNs and condition keys have it.
    pub fn name(&self) -> &str {
        self.issuer.split_once("://").map_or(&*self.issuer, |(_, name)| name).trim_end_matches('/')
    }

    /// `arn:aws:iam::123456789012:oidc-provider/login.example.com/realms/staff`
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:oidc-provider/{}", self.account, self.name())
    }
}

/// A provider, with what it said of itself as far as that is known.
#[derive(Debug)]
pub(super) struct KnownProvider {
    pub(super) provider: Arc<OidcProvider>,
    keys: KeySet,
    pub(super) discovery: KeptDiscovery,
}

impl KnownProvider {
    fn new(provider: OidcProvider) -> Self {
        Self { provider: Arc::new(provider), keys: KeySet::default(), discovery: KeptDiscovery::default() }
    }

    /// Whether the provider signed a token that is of now.
    pub(super) async fn check(
        &self,
        token: &Token<'_>,
        now: Timestamp,
        environment: &Environment,
    ) -> Result<(), TokenError> {
        let key = self.keys.key(&self.provider, token, environment).await?;
        token.verify(&key)?;
        token.claims.check_times(now)
    }

    /// Whom a token vouches for that was checked.
    pub(super) fn vouched(&self, claims: &Claims, audience: String) -> Result<Vouched, TokenError> {
        let provider = &self.provider;
        Ok(Vouched {
            provider_name: provider.name().to_owned(),
            identity: WebIdentity { provider: provider.arn(), subject: claims.subject()?.to_owned(), audience },
            audiences: claims.texts("aud"),
            methods: claims.texts("amr"),
            tags: tags(claims)?,
            transitive_tag_keys: transitive_tag_keys(claims),
            source_identity: claims.text(SOURCE_IDENTITY_CLAIM).map(str::to_owned),
        })
    }
}

/// All providers, with their keys as far as they are known.
#[derive(Debug)]
pub(crate) struct Providers {
    /// Those of the settings.
    known: Vec<Arc<KnownProvider>>,
    iam: Iam,
    /// The way to those that calls made, where these are believed at all.
    way_to_made: Option<Outbound>,
    /// Those that calls made, by their ARNs, as far as they were asked for.
    made: Mutex<HashMap<String, Arc<KnownProvider>>>,
    pub(super) begun: BegunSealer,
    pub(super) environment: Environment,
}

impl Providers {
    /// Those of the settings, and those that calls make in `iam`, where there is a way to them.
    pub(crate) fn new(
        providers: Vec<OidcProvider>,
        iam: Iam,
        way_to_made: Option<Outbound>,
        environment: &Environment,
    ) -> Self {
        let known = providers.into_iter().map(|provider| Arc::new(KnownProvider::new(provider))).collect();
        let begun = BegunSealer::new(&environment.random);
        Self { known, iam, way_to_made, made: Mutex::default(), begun, environment: environment.clone() }
    }

    /// Those of the settings.
    pub(super) fn declared(&self) -> impl Iterator<Item = &KnownProvider> {
        self.known.iter().map(|known| &**known)
    }

    /// The provider of an account that has this issuer.
    fn find(&self, account: AccountId, issuer: &str) -> Option<Arc<KnownProvider>> {
        let is_meant = |provider: &OidcProvider| provider.account == account && provider.issuer == issuer;
        let found = self.known.iter().find(|known| is_meant(&known.provider));
        found.cloned().or_else(|| self.find_made(account, issuer))
    }

    /// The same among those that calls made. Its keys stay known until it is changed.
    fn find_made(&self, account: AccountId, issuer: &str) -> Option<Arc<KnownProvider>> {
        let outbound = self.way_to_made.clone()?;
        let found = self.iam.identity_provider_of(account, issuer)?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let known = made.get(&found.arn());
        if let Some(known) = known.filter(|known| known.provider.client_ids == found.client_ids) {
            return Some(Arc::clone(known));
        }
        let (issuer, client_ids) = (found.url.clone(), found.client_ids.clone());
        let provider = OidcProvider { account, issuer, client_ids, outbound, console: None };
        let known = Arc::new(KnownProvider::new(provider));
        made.insert(found.arn(), Arc::clone(&known));
        Some(known)
    }

    /// Those of an account that stand in the settings.
    pub(crate) fn of(&self, account: AccountId) -> impl Iterator<Item = &Arc<OidcProvider>> {
        self.known.iter().map(|known| &known.provider).filter(move |provider| provider.account == account)
    }

    /// Whom a token vouches for, in an account.
    ///
    /// # Errors
    /// [`TokenError`]
    pub(crate) async fn vouched(&self, account: AccountId, token: &str, now: Timestamp) -> Result<Vouched, TokenError> {
        let token = Token::read(token)?;
        let issuer = token.claims.issuer()?;
        let found = self.find(account, issuer);
        let known = found.ok_or_else(|| TokenError::UnknownIssuer(issuer.to_owned()))?;
        known.check(&token, now, &self.environment).await?;
        let audience = token.claims.audience(&known.provider.client_ids)?;
        known.vouched(&token.claims, audience)
    }
}

fn tags(claims: &Claims) -> Result<BTreeMap<String, String>, TokenError> {
    let Some(tags) = claims.get(TAGS_CLAIM).and_then(|claim| claim.get("principal_tags")) else {
        return Ok(BTreeMap::new());
    };
    let wrong = || TokenError::Claim("the session tags are not an object of lists of one text");
    let pair = |(key, value): (&String, &Value)| {
        let value = match value.as_array().map(Vec::as_slice) {
            Some([one]) => one.as_str(),
            Some(_) => None,
            None => value.as_str(),
        };
        Ok((key.clone(), value.ok_or_else(wrong)?.to_owned()))
    };
    tags.as_object().ok_or_else(wrong)?.iter().map(pair).collect()
}

fn transitive_tag_keys(claims: &Claims) -> BTreeSet<String> {
    let keys = claims.get(TAGS_CLAIM).and_then(|claim| claim.get("transitive_tag_keys")).and_then(Value::as_array);
    keys.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA384,
        RsaKeyPair,
    };
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use cairn_outbound::AddressPolicy;
    use serde_json::json;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_795_000_000);
    const ACCOUNT: AccountId = AccountId::DEFAULT;

    /// The keys of an issuer.
    struct Keys {
        ec: EcdsaKeyPair,
        ed: Ed25519KeyPair,
        rsa: RsaKeyPair,
    }

    fn base64(bytes: impl AsRef<[u8]>) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    impl Keys {
        fn new() -> Self {
            Self {
                ec: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
                ed: Ed25519KeyPair::generate().unwrap(),
                rsa: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
            }
        }

        fn published(&self) -> Value {
            let (ec, rsa) = (self.ec.public_key().as_ref(), self.rsa.public_key().as_ref());
            json!({"keys": [
                {"kty": "EC", "kid": "ec", "use": "sig", "crv": "P-256", "x": base64(&ec[1..33]), "y": base64(&ec[33..])},
                {"kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": base64(self.ed.public_key())},
                // The modulus stands at the end of the DER form, before the exponent 65537.
                {"kty": "RSA", "kid": "rsa", "n": base64(&rsa[rsa.len() - 261..rsa.len() - 5]), "e": "AQAB"},
                {"kty": "RSA", "kid": "for-encryption", "use": "enc", "n": "AQAB", "e": "AQAB"},
                {"kty": "oct", "kid": "secret", "k": "c2VjcmV0"},
                {"kty": 7},
            ]})
        }

        fn sign(&self, algorithm: &str, kid: &str, claims: &Value) -> String {
            let header = json!({"alg": algorithm, "typ": "JWT", "kid": kid}).to_string();
            let signed = format!("{}.{}", base64(header), base64(claims.to_string()));
            let (message, random) = (signed.as_bytes(), SystemRandom::new());
            let mut of_rsa = vec![0; 256];
            let signature = match algorithm {
                "ES256" => self.ec.sign(&random, message).unwrap().as_ref().to_vec(),
                "EdDSA" => self.ed.sign(message).as_ref().to_vec(),
                "PS384" => {
                    self.rsa.sign(&RSA_PSS_SHA384, &random, message, &mut of_rsa).unwrap();
                    of_rsa
                }
                _ => {
                    self.rsa.sign(&RSA_PKCS1_SHA256, &random, message, &mut of_rsa).unwrap();
                    of_rsa
                }
            };
            format!("{signed}.{}", base64(signature))
        }
    }

    /// An issuer on this machine.
    struct Issuer {
        url: String,
        keys: Arc<Keys>,
        fetched: Arc<AtomicUsize>,
        providers: Providers,
        iam: Iam,
        _folder: tempfile::TempDir,
    }

    async fn serve(listener: TcpListener, url: String, keys: Arc<Keys>, fetched: Arc<AtomicUsize>) {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 4096];
            let read = socket.read(&mut head).await.unwrap();
            let is_discovery = String::from_utf8_lossy(&head[..read]).contains("/.well-known/openid-configuration");
            fetched.fetch_add(usize::from(!is_discovery), Ordering::SeqCst);
            let body =
                if is_discovery { json!({"issuer": url, "jwks_uri": format!("{url}/keys")}) } else { keys.published() };
            let body = body.to_string();
            let length = body.len();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
    }

    async fn issuer() -> Issuer {
        let environment = Environment::real();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (keys, fetched) = (Arc::new(Keys::new()), Arc::new(AtomicUsize::new(0)));
        drop(environment.tasks.spawn(serve(listener, url.clone(), Arc::clone(&keys), Arc::clone(&fetched))));
        let provider = OidcProvider {
            account: ACCOUNT,
            issuer: url.clone(),
            client_ids: vec!["cairn".to_owned()],
            outbound: Outbound::new(AddressPolicy::Anywhere, &environment).unwrap(),
            console: None,
        };
        let folder = tempfile::tempdir().unwrap();
        let master = cairn_kms::MasterKey::generate(&environment.random);
        let path = folder.path().join("iam.sqlite");
        let iam = Iam::open(&path, &master, cairn_iam::IamLimits::default(), &environment).await.unwrap();
        let guarded = Outbound::new(AddressPolicy::Guarded, &environment).unwrap();
        let providers = Providers::new(vec![provider], iam.clone(), Some(guarded), &environment);
        Issuer { url, keys, fetched, providers, iam, _folder: folder }
    }

    impl Issuer {
        fn claims(&self) -> Value {
            let now = NOW.unix_seconds();
            json!({"iss": self.url, "aud": "cairn", "sub": "nina", "iat": now, "exp": now + 300})
        }

        async fn vouched(&self, token: &str) -> Result<Vouched, TokenError> {
            self.providers.vouched(ACCOUNT, token, NOW).await
        }
    }

    #[tokio::test]
    async fn tokens_of_every_kind_of_key_are_believed_and_the_keys_fetched_once() {
        let issuer = issuer().await;
        for (algorithm, kid) in [("ES256", "ec"), ("EdDSA", "ed"), ("RS256", "rsa"), ("PS384", "rsa")] {
            let token = issuer.keys.sign(algorithm, kid, &issuer.claims());
            let vouched = issuer.vouched(&token).await.unwrap();
            assert_eq!(vouched.identity.subject, "nina");
            assert_eq!(vouched.identity.audience, "cairn");
            let name = issuer.url.strip_prefix("http://").unwrap();
            assert_eq!(vouched.identity.provider, format!("arn:aws:iam::123456789012:oidc-provider/{name}"));
            // The last character of a signature may have bits that count for nothing.
            let (signed, signature) = token.rsplit_once('.').unwrap();
            let first = if signature.starts_with('A') { "B" } else { "A" };
            let changed = format!("{signed}.{first}{}", signature.get(1..).unwrap());
            assert_eq!(issuer.vouched(&changed).await, Err(TokenError::WrongSignature), "{algorithm}");
        }
        assert_eq!(issuer.fetched.load(Ordering::SeqCst), 1);
        // Nobody makes it ask again by inventing keys.
        for kid in ["other", "for-encryption", "secret", "ed"] {
            let token = issuer.keys.sign("RS256", kid, &issuer.claims());
            assert_eq!(issuer.vouched(&token).await, Err(TokenError::UnknownKey), "{kid}");
        }
        assert_eq!(issuer.fetched.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn signatures_that_anyone_can_make_are_refused() {
        let issuer = issuer().await;
        let malformed = |error: Result<Vouched, TokenError>| matches!(error, Err(TokenError::Malformed(_)));
        for algorithm in ["none", "None", "HS256", "HS512", "RS1", ""] {
            let token = issuer.keys.sign(algorithm, "rsa", &issuer.claims());
            assert!(malformed(issuer.vouched(&token).await), "{algorithm}");
        }
        let good = issuer.keys.sign("ES256", "ec", &issuer.claims());
        let parts: Vec<&str> = good.split('.').collect();
        let critical = base64(json!({"alg": "ES256", "kid": "ec", "crit": ["b64"]}).to_string());
        for bad in [
            String::new(),
            "a.b".to_owned(),
            format!("{}.{}", parts[0], parts[1]),
            format!("{good}.x"),
            format!("{}=.{}.{}", parts[0], parts[1], parts[2]),
            format!("{critical}.{}.{}", parts[1], parts[2]),
            "x".repeat(20_001),
        ] {
            assert!(malformed(issuer.vouched(&bad).await), "{bad}");
        }
        let unsigned = format!("{}.{}.", parts[0], parts[1]);
        assert_eq!(issuer.vouched(&unsigned).await, Err(TokenError::WrongSignature));
        // The same key, used as another kind of key.
        let confused = issuer.keys.sign("PS384", "rsa", &issuer.claims());
        let header = base64(json!({"alg": "RS384", "kid": "rsa"}).to_string());
        let (_, rest) = confused.split_once('.').unwrap();
        assert_eq!(issuer.vouched(&format!("{header}.{rest}")).await, Err(TokenError::WrongSignature));
    }

    #[tokio::test]
    async fn claims_are_held_to_their_rules() {
        let issuer = issuer().await;
        let now = NOW.unix_seconds();
        let with = |name: &str, value: Value| {
            let mut claims = issuer.claims();
            claims[name] = value;
            issuer.keys.sign("ES256", "ec", &claims)
        };
        let claim = |error: Result<Vouched, TokenError>| matches!(error, Err(TokenError::Claim(_)));
        for (name, value) in [
            ("exp", json!("soon")),
            ("exp", Value::Null),
            ("iat", Value::Null),
            ("iat", json!(now + 61)),
            ("nbf", json!(now + 61)),
            ("nbf", json!("now")),
            ("sub", json!("")),
            ("sub", json!("s".repeat(256))),
            ("sub", json!("a\nb")),
            ("sub", json!(7)),
            ("iss", json!(7)),
            ("https://aws.amazon.com/tags", json!({"principal_tags": {"team": ["a", "b"]}})),
        ] {
            let token = with(name, value.clone());
            assert!(claim(issuer.vouched(&token).await), "{name} {value}");
        }
        for good in [with("nbf", json!(now + 59)), with("exp", json!(now - 59)), with("aud", json!(["other", "cairn"]))]
        {
            assert!(issuer.vouched(&good).await.is_ok());
        }
        let expired = issuer.vouched(&with("exp", json!(now - 60))).await;
        assert_eq!(expired, Err(TokenError::Expired { now, expired: now - 60 }));
        for (name, value) in [("aud", json!("other")), ("aud", json!([])), ("azp", json!("other"))] {
            assert_eq!(issuer.vouched(&with(name, value)).await, Err(TokenError::WrongAudience));
        }
        let elsewhere = with("iss", json!("https://other.example"));
        let unknown = TokenError::UnknownIssuer("https://other.example".to_owned());
        assert_eq!(issuer.vouched(&elsewhere).await, Err(unknown));
        let other = AccountId::parse("222222222222").unwrap();
        let good = issuer.keys.sign("ES256", "ec", &issuer.claims());
        let refused = issuer.providers.vouched(other, &good, NOW).await.map(drop);
        assert_eq!(refused, Err(TokenError::UnknownIssuer(issuer.url.clone())));
        let tagged = with(
            "https://aws.amazon.com/tags",
            json!({"principal_tags": {"team": ["ops"]}, "transitive_tag_keys": ["team"]}),
        );
        let vouched = issuer.vouched(&tagged).await.unwrap();
        assert_eq!(vouched.tags, BTreeMap::from([("team".to_owned(), "ops".to_owned())]));
        assert_eq!(vouched.transitive_tag_keys, BTreeSet::from(["team".to_owned()]));
    }

    #[tokio::test]
    async fn an_issuer_that_is_away_is_said_to_be() {
        let mut issuer = issuer().await;
        let token = issuer.keys.sign("ES256", "ec", &issuer.claims());
        let environment = Environment::real();
        let guarded = Outbound::new(AddressPolicy::Guarded, &environment).unwrap();
        let provider = OidcProvider {
            account: ACCOUNT,
            issuer: issuer.url.clone(),
            client_ids: vec!["cairn".to_owned()],
            outbound: guarded,
            console: None,
        };
        issuer.providers = Providers::new(vec![provider], issuer.iam.clone(), None, &environment);
        for _ in 0..2 {
            assert!(matches!(issuer.vouched(&token).await, Err(TokenError::Unreachable(_))));
        }
        assert_eq!(issuer.fetched.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn a_provider_that_a_call_made_is_believed_but_never_looked_for_on_this_machine() {
        let issuer = issuer().await;
        let url = issuer.url.replace("http:", "https:");
        let claims = json!({"iss": url, "aud": "two", "sub": "nina", "iat": NOW.unix_seconds()});
        let token = issuer.keys.sign("ES256", "ec", &claims);
        assert_eq!(issuer.vouched(&token).await, Err(TokenError::UnknownIssuer(url.clone())));
        let clients = (vec!["two".to_owned()], Vec::new());
        let made = issuer.iam.create_identity_provider((ACCOUNT, &url), clients, &[]).await.unwrap();
        assert!(matches!(issuer.vouched(&token).await, Err(TokenError::Unreachable(_))));
        assert_eq!(issuer.fetched.load(Ordering::SeqCst), 0);
        let found =
            |issuer: &Issuer| issuer.providers.find(ACCOUNT, &url).map(|known| known.provider.client_ids.clone());
        issuer.iam.add_client_id(ACCOUNT, &made.arn(), "three").await.unwrap();
        assert_eq!(found(&issuer).unwrap(), ["two", "three"]);
        issuer.iam.delete_identity_provider(ACCOUNT, &made.arn()).await.unwrap();
        assert_eq!(found(&issuer), None);
    }
}

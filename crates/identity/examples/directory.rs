//! Measures the directory on one core: signatures, decisions, the start with many users, and prints one line of JSON.

use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cairn_environment::{Clock, Environment};
use cairn_iam::{Declaration, DeclaredGroup, DeclaredKey, DeclaredUser, Document, Grants, Iam, IamLimits};
use cairn_identity::{Credential, Identity};
use cairn_kms::MasterKey;
use cairn_model::{AccountId, Region, Timestamp};
use cairn_policy::{Context, Policies, Policy, PolicyKind, Principal, Request as Question, decide};
use cairn_signing::{Authorization, Payload, Request, SecretKey, Signer};
use clap::Parser;
use sha2::{Digest, Sha256};

/// How fast the directory is
#[derive(Debug, Parser)]
struct Arguments {
    /// How many users there are, each with two keys
    #[arg(long, default_value_t = 100_000)]
    users: usize,
    /// For how long, for each kind
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// A folder that is there, for the database
    #[arg(long)]
    folder: PathBuf,
}

const NOW: Timestamp = Timestamp::from_unix_seconds(1_795_000_000);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let environment = Environment::real();
    let meter = Meter { clock: environment.clock.clone(), span: Duration::from_secs(arguments.seconds) };
    let (verifications, hashes) = signatures(&meter)?;
    let (decisions, allowed) = decisions(&meter)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let loaded = runtime.block_on(load(&arguments.folder, arguments.users, &meter, &environment))?;
    let line = serde_json::json!({
        "verifications_per_second": verifications,
        "hashes_of_the_same_bytes_per_second": hashes,
        "decisions_per_second": decisions,
        "allowed_in_ten": allowed,
        "users": arguments.users,
        "load_seconds": loaded.seconds,
        "key_look_up_nanoseconds": loaded.look_up_nanoseconds,
    });
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

struct Meter {
    clock: Clock,
    span: Duration,
}

impl Meter {
    /// How often a second `work` is done.
    fn rate(&self, mut work: impl FnMut()) -> u64 {
        let (begin, mut count) = (self.clock.instant(), 0_u64);
        loop {
            for _ in 0..64 {
                work();
            }
            count += 64;
            let took = self.clock.instant().duration_since(begin);
            if took >= self.span {
                let rate = u128::from(count) * 1_000_000_000 / took.as_nanos().max(1);
                return u64::try_from(rate).unwrap_or(u64::MAX);
            }
        }
    }
}

/// Verifications of a lookup as the AWS CLI signs it, with a key that was derived before; and hashes of the same bytes, once
/// as SHA-256 and once as HMAC of the text that is signed: what no verification can do without.
fn signatures(meter: &Meter) -> Result<(u64, u64), Box<dyn Error>> {
    let secret = SecretKey::new("bench/secret+of/forty+characters00000000");
    let identity = Identity::new(vec![Credential::root(AccountId::DEFAULT, "AKIABENCH00000000001", secret.clone())]);
    let region = Region::parse("eu-central-1")?;
    let signer = Signer {
        access_key_id: "AKIABENCH00000000001",
        secret_access_key: &secret,
        region: &region,
        service: "cloudtrail",
    };
    let body =
        br#"{"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "DeleteTrail"}], "MaxResults": 50}"#;
    let target: &[u8] = b"com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents";
    let mut headers: Vec<(&str, &[u8])> = vec![
        ("accept-encoding", b"identity"),
        ("content-length", b"103"),
        ("content-type", b"application/x-amz-json-1.1"),
        ("host", b"cloudtrail.eu-central-1.example.com:4580"),
        ("user-agent", b"aws-cli/1.46.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.12.3"),
        ("x-amz-target", target),
    ];
    let added = signer.sign(&Request { method: "POST", path: "/", query: "", headers: &headers }, body, NOW);
    headers.extend(added.iter().map(|(name, value)| (*name, value.as_bytes())));
    let verify = || -> Result<(), Box<dyn Error>> {
        let request = Request { method: "POST", path: "/", query: "", headers: &headers };
        let authorization = Authorization::read(&request).map_err(|refusal| format!("{refusal:?}"))?;
        let verified = identity.verify(&authorization, &request, Payload::Body(body), NOW);
        verified.map(|verified| drop(black_box(verified))).map_err(|refusal| format!("{refusal:?}").into())
    };
    verify()?;
    let mut failures = 0_u32;
    let verifications = meter.rate(|| failures += u32::from(verify().is_err()));
    if failures > 0 {
        return Err("a signature was refused".into());
    }
    let canonical: Vec<u8> = headers.iter().flat_map(|(name, value)| [name.as_bytes(), *value].concat()).collect();
    let hashes = meter.rate(|| {
        black_box(Sha256::digest(black_box(&body[..])));
        black_box(Sha256::digest(black_box(&canonical)));
        // An HMAC of the text that is signed: four blocks and the two of its key.
        black_box(Sha256::digest(black_box([0_u8; 200])));
        black_box(Sha256::digest(black_box([0_u8; 96])));
    });
    Ok((verifications, hashes))
}

/// Statements as teams have them: wildcards in actions and resources, some conditions, a denial at the end.
fn policy(number: usize) -> String {
    let bucket = format!("arn:aws:s3:::team-{number}-*");
    serde_json::json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": [&bucket, format!("{bucket}/*")]},
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": format!("{bucket}/${{aws:username}}/*"),
         "Condition": {"StringEquals": {"s3:x-amz-server-side-encryption": "AES256"}}},
        {"Effect": "Allow", "Action": ["cloudtrail:Describe*", "cloudtrail:Get*", "cloudtrail:LookupEvents"],
         "Resource": format!("arn:aws:cloudtrail:*:123456789012:trail/team-{number}-*"),
         "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}}},
        {"Effect": "Allow", "Action": "sts:AssumeRole",
         "Resource": format!("arn:aws:iam::*:role/team-{number}/*"), "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
        {"Effect": "Deny", "NotAction": ["s3:*", "cloudtrail:*", "sts:*", "iam:Get*"], "Resource": "*",
         "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}}},
    ]})
    .to_string()
}

/// Decisions about a user with ten policies of five statements, and how many of the ten questions are allowed.
fn decisions(meter: &Meter) -> Result<(u64, usize), Box<dyn Error>> {
    let parsed = (0..10).map(|number| Policy::parse(&policy(number), PolicyKind::Identity, 10_000).map(Arc::new));
    let identity = parsed.collect::<Result<Vec<_>, _>>()?;
    let account = AccountId::DEFAULT;
    let user = Principal::User { account, arn: "arn:aws:iam::123456789012:user/alice".to_owned() };
    let mut known = Context::new();
    user.describe(&mut known);
    known.set("aws:username", "alice").set("aws:SourceIp", "10.1.2.3").set("aws:RequestedRegion", "eu-central-1");
    known.set("aws:MultiFactorAuthPresent", "true").set("s3:x-amz-server-side-encryption", "AES256");
    let asked = [
        ("s3:GetObject", "arn:aws:s3:::team-9-logs/2026/11/22/one.json.gz"),
        ("s3:GetObject", "arn:aws:s3:::other-logs/2026/11/22/one.json.gz"),
        ("s3:PutObject", "arn:aws:s3:::team-5-data/alice/report.csv"),
        ("s3:PutObject", "arn:aws:s3:::team-5-data/bob/report.csv"),
        ("s3:DeleteObject", "arn:aws:s3:::team-5-data/alice/report.csv"),
        ("cloudtrail:GetTrailStatus", "arn:aws:cloudtrail:eu-west-1:123456789012:trail/team-7-main"),
        ("cloudtrail:StopLogging", "arn:aws:cloudtrail:eu-west-1:123456789012:trail/team-7-main"),
        ("sts:AssumeRole", "arn:aws:iam::210987654321:role/team-3/audit"),
        ("iam:CreateUser", "arn:aws:iam::123456789012:user/eve"),
        ("s3:ListBucket", "arn:aws:s3:::team-0-data"),
    ];
    let policies = Policies { identity: &identity, ..Policies::default() };
    let is_allowed = |(action, resource): (&str, &str)| {
        decide(&Question::new(&user, action, resource, &known), &policies).is_allowed()
    };
    let allowed = asked.into_iter().filter(|asked| is_allowed(*asked)).count();
    let mut next = asked.into_iter().cycle();
    let rate = meter.rate(|| {
        black_box(next.next().is_some_and(|asked| is_allowed(black_box(asked))));
    });
    Ok((rate, allowed))
}

struct Loaded {
    seconds: f64,
    look_up_nanoseconds: u64,
}

/// Writes so many users, opens the database anew as a start does, and looks keys up.
async fn load(folder: &Path, users: usize, meter: &Meter, environment: &Environment) -> Result<Loaded, Box<dyn Error>> {
    let path = folder.join("iam.sqlite");
    let master = MasterKey::generate(&environment.random);
    let limits = IamLimits::default();
    let iam = Iam::open(&path, &master, limits, environment).await?;
    let inline = [("reads".to_owned(), Document::identity(&policy(1))?)].into();
    let grants = Grants { inline, ..Grants::default() };
    let groups = vec![DeclaredGroup { name: "people".into(), path: "/".into(), grants }];
    let users_declared = (0..users).map(user).collect();
    let (roles, policies) = (Vec::new(), Vec::new());
    // Declared, because that is one transaction.
    let all = Declaration { account: AccountId::DEFAULT, users: users_declared, groups, roles, policies };
    iam.declare("bench.toml", &[all]).await?;
    drop(iam);
    let begin = meter.clock.instant();
    let iam = Iam::open(&path, &master, limits, environment).await?;
    let seconds = meter.clock.instant().duration_since(begin).as_secs_f64();
    let ids: Vec<String> = (0..users).step_by(7).map(|number| key_id(number, 1)).collect();
    if ids.iter().any(|id| iam.key(id).is_none()) {
        return Err("a key is gone".into());
    }
    let mut next = ids.iter().cycle();
    let rate = meter.rate(|| drop(black_box(next.next().and_then(|id| iam.key(id)))));
    Ok(Loaded { seconds, look_up_nanoseconds: 1_000_000_000 / rate.max(1) })
}

fn key_id(user: usize, key: usize) -> String {
    format!("AKIA{user:014}{key:02}")
}

fn user(number: usize) -> DeclaredUser {
    let key = |key: usize| DeclaredKey {
        id: key_id(number, key),
        secret: SecretKey::new(format!("bench/secret+of/forty+characters{number:08}")),
    };
    DeclaredUser {
        name: format!("user-{number:06}"),
        path: "/many/".to_owned(),
        tags: vec![("team".to_owned(), format!("team-{}", number % 50))],
        groups: vec!["people".to_owned()],
        grants: Grants { attached: ["arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned()].into(), ..Grants::default() },
        keys: vec![key(1), key(2)],
    }
}

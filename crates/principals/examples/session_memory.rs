//! What remembered sessions take: `cargo run -p cairn-principals --example session_memory -- 200000`.
//!
//! Learns that many sessions of roles in a temporary folder and prints bytes of memory and of disk for each, how long a
//! lesson took among many, and how long finding a key takes. With `tagged` after the number each session has two tags
//! and a source identity.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cairn_environment::Environment;
use cairn_model::{AccountId, Timestamp};
use cairn_principals::{Lesson, Principals, PrincipalsSettings};
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The server's allocator: with others the holes that short-lived values leave may count for more.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Lessons that wait together for one transaction.
const AT_ONCE: usize = 512;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::print_stdout, reason = "its output is its purpose")]
async fn main() -> Outcome<()> {
    let sessions: usize = std::env::args().nth(1).unwrap_or_else(|| "200000".into()).parse()?;
    let environment = Environment::real();
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("principals.sqlite");
    let principals = Principals::open(&path, PrincipalsSettings::default(), &environment).await?;
    let tagged = std::env::args().nth(2).is_some_and(|word| word == "tagged");
    learn_all(&principals, &environment, (0, sessions / 2), tagged).await?;
    let (before, started) = (resident_bytes()?, environment.clock.instant());
    learn_all(&principals, &environment, (sessions / 2, sessions), tagged).await?;
    let took = environment.clock.instant() - started;
    let each = u32::try_from(sessions)?;
    println!("memory: {} bytes a session", resident_bytes()?.saturating_sub(before) / (sessions - sessions / 2));
    println!("disk: {} bytes a session", std::fs::metadata(&path)?.len() / u64::from(each));
    println!("learning: {:?} a lesson, {AT_ONCE} at once", took * 2 / each);
    let started = environment.clock.instant();
    let found = (0..sessions).filter(|number| principals.find(&key(*number)).is_some()).count();
    println!("finding: {:?} a key, {found} found", (environment.clock.instant() - started) / each);
    principals.close().await?;
    let started = environment.clock.instant();
    drop(Principals::open(&path, PrincipalsSettings::default(), &environment).await?);
    println!("opening again: {:?}", environment.clock.instant() - started);
    Ok(())
}

/// Learns the sessions with these numbers, many at once.
async fn learn_all(
    principals: &Principals,
    environment: &Environment,
    (from, to): (usize, usize),
    tagged: bool,
) -> Outcome<()> {
    let next = Arc::new(AtomicUsize::new(from));
    let mut running = Vec::new();
    for _ in 0..AT_ONCE {
        let (principals, next) = (principals.clone(), Arc::clone(&next));
        running.push(environment.tasks.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= to {
                    return Ok::<_, Box<dyn Error + Send + Sync>>(());
                }
                learn(&principals, number, tagged).await?;
            }
        }));
    }
    for task in running {
        task.await??;
    }
    Ok(())
}

fn key(number: usize) -> String {
    format!("ASIAQ{number:015}")
}

/// Each session is of one of a hundred roles, and begun by one of a thousand keys.
async fn learn(principals: &Principals, number: usize, tagged: bool) -> Outcome<()> {
    let (role, caller, session) = (number % 100, number % 1000, format!("botocore-session-{number:010}"));
    let role_arn = format!("arn:aws:iam::123456789012:role/service/Role{role}");
    let mut request = json!({"roleArn": role_arn, "roleSessionName": session});
    if tagged {
        request["sourceIdentity"] = json!(format!("person{caller}@example.com"));
        let ticket = json!({"key": "ticket", "value": format!("OPS-{number}")});
        request["tags"] = json!([{"key": "team", "value": "storage"}, ticket]);
    }
    let answer = json!({"credentials": {"accessKeyId": key(number), "expiration": "2030-01-01T00:00:00Z"},
        "assumedRoleUser": {"assumedRoleId": format!("AROAQ{role:016}:{session}"),
            "arn": format!("arn:aws:sts::123456789012:assumed-role/Role{role}/{session}")}});
    let lesson = Lesson {
        event_source: "sts.amazonaws.com",
        event_name: "AssumeRole",
        caller_key: Some(&format!("AKIAQ{caller:015}")),
        request: Some(&request),
        answer: &answer,
        event_id: &format!("6f1f2a52-6f0c-4c6e-9d51-{number:012}"),
        at: Timestamp::from_unix_seconds(1_900_000_000),
        account: AccountId::DEFAULT,
    };
    Ok(principals.learn(&lesson).await?)
}

/// What the process holds in memory, as Linux says.
fn resident_bytes() -> Outcome<usize> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kilobytes: usize = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024)
}

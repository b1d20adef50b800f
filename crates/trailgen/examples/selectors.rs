//! Measures decisions of selectors on one core over generated events, and prints one line of JSON.

use std::hint::black_box;
use std::io::Write;
use std::time::Duration;

use cairn_environment::Environment;
use cairn_model::EventFields;
use cairn_model::selectors::{EventSelectors, Matcher, SelectorLimits, Subject};
use cairn_trailgen::{Files, Options};
use clap::Parser;

/// Five selectors as audit trails have them.
const ADVANCED: &str = r#"[
 {"Name":"management events without the noise of keys","FieldSelectors":[
  {"Field":"eventCategory","Equals":["Management"]},
  {"Field":"eventSource","NotEquals":["kms.amazonaws.com","rdsdata.amazonaws.com"]}]},
 {"Name":"writes to buckets, without the logs","FieldSelectors":[
  {"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]},
  {"Field":"readOnly","Equals":["false"]},
  {"Field":"resources.ARN","NotStartsWith":["arn:aws:s3:::logs-","arn:aws:s3:::tmp-"],"NotEndsWith":[".tmp"]}]},
 {"Name":"deletions wherever they are","FieldSelectors":[
  {"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]},
  {"Field":"eventName","StartsWith":["Delete"],"Equals":["RestoreObject"]}]},
 {"Name":"functions, not those that services call","FieldSelectors":[
  {"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::Lambda::Function"]},
  {"Field":"eventType","NotEquals":["AwsServiceEvent"]}]},
 {"Name":"tables by hand","FieldSelectors":[
  {"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::DynamoDB::Table"]},
  {"Field":"userIdentity.arn","NotStartsWith":["arn:aws:sts::"]}]}
]"#;

const BASIC: &str = r#"[
 {"ReadWriteType":"WriteOnly"},
 {"ReadWriteType":"ReadOnly","ExcludeManagementEventSources":["kms.amazonaws.com"]},
 {"ReadWriteType":"WriteOnly","IncludeManagementEvents":false,"DataResources":[{"Type":"AWS::S3::Object",
  "Values":["arn:aws:s3:::audit/","arn:aws:s3:::backups/2026","arn:aws:s3:::billing/"]}]},
 {"IncludeManagementEvents":false,"DataResources":[{"Type":"AWS::Lambda::Function","Values":["arn:aws:lambda"]}]},
 {"IncludeManagementEvents":false,"DataResources":[{"Type":"AWS::DynamoDB::Table","Values":["arn:aws:dynamodb"]}]}
]"#;

/// How fast selectors decide
#[derive(Debug, Parser)]
struct Arguments {
    /// How many events to decide about, again and again: as few as stay near the processor, where fields are that have
    /// just been read
    #[arg(long, default_value_t = 2_000)]
    events: u64,
    /// For how long, for each kind
    #[arg(long, default_value_t = 3)]
    seconds: u64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let texts = records(arguments.events);
    let events = texts.iter().map(|text| EventFields::parse(text.as_bytes())).collect::<Result<Vec<_>, _>>()?;
    let limits = SelectorLimits::default();
    let advanced = EventSelectors::check(&[], &serde_json::from_str::<Vec<_>>(ADVANCED)?, &limits)?.matcher();
    let basic = EventSelectors::check(&serde_json::from_str::<Vec<_>>(BASIC)?, &[], &limits)?.matcher();
    let span = Duration::from_secs(arguments.seconds);
    let decide = |matcher: &Matcher| rate(span, &events, |event| matcher.matches(&Subject::of(event)));
    let (advanced_rate, advanced_kept) = decide(&advanced);
    let (basic_rate, basic_kept) = decide(&basic);
    let (with_reading, _) = rate(span, &texts, |text| {
        EventFields::parse(text.as_bytes()).is_ok_and(|event| advanced.matches(&Subject::of(&event)))
    });
    let line = serde_json::json!({
        "events": texts.len(),
        "advanced_decisions_per_second": advanced_rate,
        "advanced_kept": advanced_kept,
        "basic_decisions_per_second": basic_rate,
        "basic_kept": basic_kept,
        "advanced_decisions_per_second_with_reading": with_reading,
    });
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// Generated records of every category.
fn records(events: u64) -> Vec<String> {
    let (mut files, mut texts) = (Files::new(Options { events, ..Options::default() }), Vec::new());
    while files.next_with(|record| texts.push(record.to_owned())).is_some() {}
    texts
}

/// Decisions a second of processor time over all items, again and again, and how many of the items were asked for.
fn rate<T>(span: Duration, items: &[T], decide: impl Fn(&T) -> bool) -> (u64, usize) {
    let clock = Environment::real().clock;
    let kept = items.iter().filter(|item| decide(item)).count();
    let (begin, ticks, mut rounds) = (clock.instant(), processor_ticks(), 0_u64);
    while clock.instant().duration_since(begin) < span {
        for item in items {
            black_box(decide(black_box(item)));
        }
        rounds += 1;
    }
    // Where the system does not tell, the time that passed stands for it: that can only be longer.
    let passed = clock.instant().duration_since(begin).as_nanos();
    let took = processor_ticks().zip(ticks).map_or(passed, |(end, begin)| u128::from(end - begin) * TICK_NANOSECONDS);
    let decisions = u128::from(rounds) * u128::try_from(items.len()).unwrap_or(0) * 1_000_000_000;
    (u64::try_from(decisions.checked_div(took).unwrap_or(0)).unwrap_or(u64::MAX), kept)
}

/// A hundredth of a second, on every Linux.
const TICK_NANOSECONDS: u128 = 10_000_000;

/// Processor time of this process so far (proc(5), `utime` and `stime`).
fn processor_ticks() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    let user: u64 = fields.nth(11)?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

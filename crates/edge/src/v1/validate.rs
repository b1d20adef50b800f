//! `POST /v1/trails/validate`: everything that a trail has delivered is proved again, while whoever asked looks on.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use cairn_api::{ApiError, ErrorCode};
use cairn_buckets::S3Body;
use cairn_catalog::Trail;
use cairn_environment::Environment;
use cairn_identity::Verified;
use cairn_model::{Region, Timestamp};
use cairn_objects::Bucket;
use cairn_verify::{Progress, PublicKey, Report, TrailFilter, VerifyError, VerifyOptions};
use futures_util::stream;
use http::{HeaderValue, Response, header};
use http_body::Frame;
use http_body_util::{Either, StreamBody};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::request::read;
use crate::answer::Reply;
use crate::front::Visit;
use crate::outcome::Pending;
use crate::routes::Served;

/// How often it is said how far a run has come.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(500);
/// How long a run may take; what is larger is for `cairn verify`.
const TIME_MAX: Duration = Duration::from_mins(15);
/// Runs at once, of all trails.
const RUNS_MAX: usize = 4;
/// Findings that are shown.
const FINDINGS_MAX: usize = 1_000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request {
    trail: String,
    start: Option<i64>,
    end: Option<i64>,
}

/// The trails that are being verified.
#[derive(Debug, Clone, Default)]
pub(crate) struct Runs(Arc<Mutex<BTreeSet<String>>>);

/// The place of one run, given back when it is dropped.
#[derive(Debug)]
struct Place {
    runs: Runs,
    trail: String,
}

/// A run that may begin.
struct Run {
    bucket: Bucket,
    options: VerifyOptions,
    until: Timestamp,
    place: Place,
    environment: Environment,
}

pub(crate) async fn serve(visit: Visit<'_>, verified: &Verified, body: &[u8]) -> Served {
    let parameters = serde_json::from_slice(body).ok();
    let result = begin(visit, verified, body).await.map(Pending::from);
    Served { parameters, result }
}

async fn begin(visit: Visit<'_>, verified: &Verified, body: &[u8]) -> Result<Reply, ApiError> {
    let request: Request = read(body)?;
    let trail = visit.context(verified).permitted_trail("cairn:ValidateTrail", &request.trail)?;
    let (delivery, environment) = (&visit.front.services.delivery, &visit.front.environment);
    let bucket = delivery.bucket_of(&trail).await.ok_or_else(|| {
        let message = format!("the bucket {} does not exist", trail.s3_bucket_name);
        ApiError::new(ErrorCode::S3BucketDoesNotExistException, message)
    })?;
    let place = visit.front.runs.take(&trail.id)?;
    let now = environment.clock.now();
    let keys = delivery.public_keys(&Region::all(), Timestamp::default(), now).await?;
    let keys = keys.into_iter().map(|key| PublicKey { value: key.value.to_vec(), fingerprint: key.fingerprint });
    let account = verified.caller.account;
    let own_part = account != trail.account || trail.organization.is_none();
    let time = |seconds: Option<i64>| seconds.map(Timestamp::from_unix_seconds);
    let end = time(request.end);
    let options = VerifyOptions {
        prefix: trail.s3_key_prefix.clone().unwrap_or_default(),
        filter: TrailFilter {
            account: own_part.then(|| account.as_str().to_owned()),
            region: None,
            trail: Some(trail.name.as_str().to_owned()),
        },
        keys: keys.collect(),
        start: time(request.start),
        end,
        expect_until: expected_until(&trail, end.unwrap_or(now)),
    };
    let run = Run { bucket, options, until: end.unwrap_or(now), place, environment: environment.clone() };
    Ok(streamed(visit, run))
}

/// A trail that does not log, or makes no digests, owes none for the present.
fn expected_until(trail: &Trail, end: Timestamp) -> Option<Timestamp> {
    (trail.is_logging() && trail.log_file_validation.is_some()).then_some(end)
}

/// An answer whose lines come while the run goes on. The run ends when nobody reads them any more.
fn streamed(visit: Visit<'_>, run: Run) -> Reply {
    let (lines, read) = mpsc::channel::<Value>(1);
    drop(visit.front.environment.tasks.spawn(run.go(lines)));
    let next = |mut read: mpsc::Receiver<Value>| async move {
        let line = read.recv().await?;
        let frame = Frame::data(Bytes::from(format!("{line}\n")));
        Some((Ok::<_, Infallible>(frame), read))
    };
    let body = S3Body::http_body_unsync(StreamBody::new(Box::pin(stream::unfold(read, next))));
    let mut reply = Response::new(Either::Right(body));
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    visit.arrival.dialect.stamp(reply.headers_mut(), &visit.arrival.request_id);
    reply
}

impl Run {
    async fn go(self, lines: mpsc::Sender<Value>) {
        let Self { bucket, options, until, place, environment } = self;
        let (start, progress) = (options.start, Progress::default());
        let shown = |progress: &Progress| json!({ "progress": { "digests": progress.digests(), "logFiles": progress.log_files() } });
        let ended = {
            let deadline = environment.clock.instant() + TIME_MAX;
            let mut run = std::pin::pin!(cairn_verify::run_watched(bucket, options, &progress));
            loop {
                tokio::select! {
                    biased;
                    () = lines.closed() => return,
                    () = environment.tasks.stopping() => return,
                    ended = &mut run => break Some(ended),
                    () = environment.clock.sleep(PROGRESS_INTERVAL) => {
                        if environment.clock.instant() >= deadline {
                            break None;
                        }
                        // A reader who is behind will be told the next time.
                        let _told = lines.try_send(shown(&progress));
                    }
                }
            }
        };
        drop(place);
        let last = match ended {
            Some(Ok(report)) => json!({ "result": result(&report, start, until) }),
            Some(Err(error)) => failed(&error),
            None => {
                let message = "It takes too long: ask for less time, or run `cairn verify`.";
                json!({ "error": { "code": ErrorCode::RequestTimeoutException.as_str(), "message": message } })
            }
        };
        let _told = lines.send(last).await;
    }
}

fn failed(error: &VerifyError) -> Value {
    json!({ "error": { "code": ErrorCode::ServiceUnavailable.as_str(), "message": error.to_string() } })
}

fn result(report: &Report, start: Option<Timestamp>, end: Timestamp) -> Value {
    let findings = report.findings.iter().take(FINDINGS_MAX).map(|finding| {
        json!({
            "key": finding.object,
            "message": finding.detail,
            "grade": finding.grade,
            "problem": finding.problem,
        })
    });
    let of = |valid: usize, total: usize| json!({ "valid": valid, "invalid": total.saturating_sub(valid) });
    json!({
        "isValid": report.exit_code() == 0,
        "verdict": match report.exit_code() {
            0 => "clean",
            1 => "tampered",
            _ => "incomplete",
        },
        "digests": of(report.digests_valid, report.digests_total),
        "logFiles": of(report.logs_valid, report.logs_total),
        "logFilesNotYetListed": report.logs_not_yet_listed,
        "events": report.events,
        "findings": findings.collect::<Vec<_>>(),
        "findingsLeftOut": report.findings.len().saturating_sub(FINDINGS_MAX),
        "start": start.map(Timestamp::unix_seconds),
        "end": end.unix_seconds(),
    })
}

impl Runs {
    fn take(&self, trail: &str) -> Result<Place, ApiError> {
        let refused = |message: &str| Err(ApiError::new(ErrorCode::ConflictException, message));
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if running.contains(trail) {
            return refused("The trail is being verified already.");
        }
        if running.len() >= RUNS_MAX {
            return refused("Several trails are being verified already. Try again later.");
        }
        running.insert(trail.to_owned());
        Ok(Place { runs: self.clone(), trail: trail.to_owned() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.runs.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.trail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trail_is_verified_once_at_a_time_and_not_many_are() {
        let runs = Runs::default();
        let place = runs.take("a").unwrap();
        assert_eq!(runs.take("a").unwrap_err().code, ErrorCode::ConflictException);
        let others: Vec<_> = ["b", "c", "d"].map(|trail| runs.take(trail).unwrap()).into();
        assert!(runs.take("e").unwrap_err().message.contains("Several"));
        drop(place);
        assert!(runs.take("a").is_ok());
        assert_eq!(others.len(), 3);
    }
}

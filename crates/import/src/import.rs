//! The import: files are grouped into requests, several of which are under way at the same time.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use cairn_environment::Environment;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::client::{Answer, Client, Report};
use crate::group::{Group, SourceFile};
use crate::reader::{Found, Read, Reader};
use crate::resume::{DoneBefore, Resume};
use crate::{FileProblem, ImportSettings, Progress, Summary};

const PROBLEMS_MAX: usize = 1000;

/// Why an import ended early. What was sent until then stays; starting it again goes on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The source cannot be listed.
    #[error("{place} cannot be read: {reason}")]
    Source {
        /// The path or URL.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// The server cannot be reached, or went away.
    #[error("the server at {endpoint_url} does not answer: {reason}")]
    Server {
        /// Where it should be.
        endpoint_url: String,
        /// What is wrong.
        reason: String,
    },
    /// The server refuses the requests: a wrong key, a missing permission.
    #[error("the server refuses the import: {code}: {message}")]
    Refused {
        /// AWS's error code.
        code: String,
        /// Its text.
        message: String,
    },
    /// The resume file cannot be read or written.
    #[error("the resume file {path}: {reason}")]
    Resume {
        /// Where it is.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

/// Imports all log files of the source. `progress` is called after each request, from one task.
///
/// # Errors
/// [`ImportError`]. Files and records that cannot be read are not errors: the summary lists them.
pub async fn import(
    settings: ImportSettings,
    environment: &Environment,
    progress: impl FnMut(&Progress) + Send,
) -> Result<Summary, ImportError> {
    let client = Client::new(&settings, environment)?;
    let (resume, done_before) = match &settings.resume {
        Some(path) => Resume::open(path, &settings).map(|(resume, before)| (Some(resume), before))?,
        None => (None, DoneBefore::default()),
    };
    let found = Arc::new(Found::default());
    let (out, incoming) = mpsc::channel(1);
    let request_bytes = settings.request_bytes;
    let reader = Reader { found: Arc::clone(&found), done_before, out, request_bytes, group: Group::default() };
    let source = settings.source.clone();
    let reading = {
        let environment = environment.clone();
        async move { reader.run(source, &environment).await }
    };
    let reading = environment.tasks.spawn(reading);
    let clock = environment.clock.clone();
    let started = clock.instant();
    let run = Run {
        found,
        client: &client,
        requests_in_flight: settings.requests_in_flight.max(1),
        resume,
        summary: Summary::default(),
        bytes: 0,
        progress,
        elapsed_since: started,
        now: move || clock.instant(),
    };
    let summary = run.receive(incoming).await?;
    match reading.await {
        Ok(read) => read.map(|()| summary),
        Err(_) => Err(ImportError::Source { place: "the source".to_owned(), reason: "reading it ended early".into() }),
    }
}

/// An import under way.
struct Run<'a, P, N> {
    found: Arc<Found>,
    client: &'a Client,
    requests_in_flight: usize,
    resume: Option<Resume>,
    summary: Summary,
    /// Bytes of the files that are done.
    bytes: u64,
    progress: P,
    elapsed_since: Instant,
    now: N,
}

/// Where in a file a problem is; all absent when it is the file's.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    member_offset: Option<u64>,
    document: Option<u64>,
    record: Option<u64>,
}

/// A request that has ended.
type Sent = (Group, Result<Answer, ImportError>);

impl<'a, P: FnMut(&Progress) + Send, N: Fn() -> Instant + Send> Run<'a, P, N> {
    async fn receive(mut self, mut incoming: mpsc::Receiver<Read>) -> Result<Summary, ImportError> {
        let mut under_way: FuturesUnordered<BoxFuture<'a, Sent>> = FuturesUnordered::new();
        let mut is_reading = true;
        while is_reading || !under_way.is_empty() {
            tokio::select! {
                read = incoming.recv(), if is_reading && under_way.len() < self.requests_in_flight => match read {
                    Some(Read::Group(group)) => under_way.push(self.send(group)),
                    Some(Read::Failed(file, reason)) => self.problem(&file, Place::default(), reason),
                    Some(Read::Done(file)) => self.done(&file)?,
                    None => is_reading = false,
                },
                Some((group, answer)) = under_way.next(), if !under_way.is_empty() => match answer? {
                    Answer::Report(report) => self.report(&group, report)?,
                    Answer::Unacceptable(reason) if group.pieces.len() == 1 => self.unacceptable(&group, &reason)?,
                    // One of them is the cause; the others go in.
                    Answer::Unacceptable(_) => group.apart().for_each(|alone| under_way.push(self.send(alone))),
                },
            }
        }
        self.summary.files_skipped = self.found.skipped.load(Ordering::Acquire);
        self.summary.files_done_before = self.found.done_before.load(Ordering::Acquire);
        self.summary.elapsed = (self.now)().duration_since(self.elapsed_since);
        Ok(self.summary)
    }

    fn send(&self, group: Group) -> BoxFuture<'a, Sent> {
        let client = self.client;
        Box::pin(async move {
            let answer = client.send(group.body()).await;
            (group, answer)
        })
    }

    fn report(&mut self, group: &Group, report: Report) -> Result<(), ImportError> {
        let summary = &mut self.summary;
        summary.accepted += report.accepted;
        summary.duplicates += report.duplicates;
        summary.conflicts += report.conflicts;
        summary.rejected += report.rejected;
        summary.digests += report.digests;
        summary.events += report.accepted + report.duplicates + report.conflicts;
        for problem in report.problems {
            if let Some((piece, before)) = group.piece_at(problem.offset) {
                let document = problem.document.map(|document| document + piece.documents_before);
                let member_offset = Some(before).filter(|before| *before > 0);
                let place = Place { member_offset, document, record: problem.record };
                self.problem(&piece.file, place, problem.reason);
            }
        }
        self.answered(group)
    }

    fn unacceptable(&mut self, group: &Group, reason: &str) -> Result<(), ImportError> {
        for piece in &group.pieces {
            piece.file.fail();
            self.problem(&piece.file, Place::default(), reason.to_owned());
        }
        self.answered(group)
    }

    fn answered(&mut self, group: &Group) -> Result<(), ImportError> {
        for piece in &group.pieces {
            if piece.file.closed() {
                self.done(&piece.file)?;
            }
        }
        let found = &self.found;
        let now = Progress {
            files: self.summary.files + self.summary.files_failed,
            files_found: found.files.load(Ordering::Relaxed),
            listing_complete: found.complete.load(Ordering::Acquire),
            events: self.summary.events,
            bytes: self.bytes,
            bytes_found: found.bytes.load(Ordering::Relaxed),
            elapsed: (self.now)().duration_since(self.elapsed_since),
        };
        (self.progress)(&now);
        Ok(())
    }

    fn done(&mut self, file: &SourceFile) -> Result<(), ImportError> {
        self.bytes += file.size;
        if file.has_failed() {
            self.summary.files_failed += 1;
            return Ok(());
        }
        self.summary.files += 1;
        self.resume.as_mut().map_or(Ok(()), |resume| resume.done(file))
    }

    fn problem(&mut self, file: &SourceFile, place: Place, reason: String) {
        if self.summary.problems.len() < PROBLEMS_MAX {
            let Place { member_offset, document, record } = place;
            self.summary.problems.push(FileProblem {
                file: file.name.clone(),
                member_offset,
                document,
                record,
                reason,
            });
        }
    }
}

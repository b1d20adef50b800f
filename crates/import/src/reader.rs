//! Reads the files of the source and groups them into requests.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_objects::Bucket;
use tokio::sync::mpsc::Sender;

use crate::group::{Group, Piece, SourceFile};
use crate::listing::{Listed, list_bucket, list_folder};
use crate::pieces::{Content, cut};
use crate::resume::DoneBefore;
use crate::{ImportError, Source};

/// What the reader hands on.
#[derive(Debug)]
pub(crate) enum Read {
    /// A request's worth of pieces.
    Group(Group),
    /// A file that could not be read to its end, and why.
    Failed(Arc<SourceFile>, String),
    /// A file whose last piece was answered before all of it was read, or that has none.
    Done(Arc<SourceFile>),
}

/// How much was found; shared with whoever shows the progress.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) files: AtomicU64,
    pub(crate) bytes: AtomicU64,
    pub(crate) complete: AtomicBool,
    pub(crate) done_before: AtomicU64,
    pub(crate) skipped: AtomicU64,
}

/// Reads a source from its beginning to its end, and ends early when nobody receives any more.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) found: Arc<Found>,
    pub(crate) done_before: DoneBefore,
    pub(crate) out: Sender<Read>,
    /// Bytes at which a group is full.
    pub(crate) request_bytes: usize,
    pub(crate) group: Group,
}

/// The receiver is gone: the import has ended.
#[derive(Debug)]
struct Gone;

impl Reader {
    /// Reads everything.
    ///
    /// # Errors
    /// [`ImportError::Source`] when the source cannot be listed.
    pub(crate) async fn run(self, source: Source, environment: &Environment) -> Result<(), ImportError> {
        match source {
            Source::Folder(root) => {
                let found = environment.tasks.blocking(move || list_folder(&root)).await?;
                environment.tasks.blocking(move || self.files(found)).await;
                Ok(())
            }
            Source::Bucket { bucket, prefix } => self.objects(&bucket, &prefix, environment).await,
        }
    }

    fn files(mut self, mut listed: Vec<Listed>) {
        self.select(&mut listed);
        self.found.complete.store(true, Ordering::Release);
        for listed in listed {
            let opened = File::open(Path::new(&listed.name));
            let opened = opened.map(|file| BufReader::with_capacity(1 << 16, file)).map_err(|error| error.to_string());
            if self.file(listed, opened).is_err() {
                return;
            }
        }
        self.finish();
    }

    async fn objects(mut self, bucket: &Bucket, prefix: &str, environment: &Environment) -> Result<(), ImportError> {
        let mut last: Option<String> = None;
        loop {
            let mut listed = list_bucket(bucket, prefix, last.as_deref()).await?;
            let Some(end) = listed.last() else { break };
            last = Some(end.name.clone());
            self.select(&mut listed);
            for listed in listed {
                let read = read_object(bucket, &listed).await;
                let work = move || {
                    let read = read.as_ref().map(|bytes| &bytes[..]).map_err(Clone::clone);
                    let went = self.file(listed, read);
                    (self, went)
                };
                let went;
                (self, went) = environment.tasks.blocking(work).await;
                if went.is_err() {
                    return Ok(());
                }
            }
        }
        self.found.complete.store(true, Ordering::Release);
        environment.tasks.blocking(move || self.finish()).await;
        Ok(())
    }

    /// Keeps the files that no earlier run has done.
    fn select(&self, listed: &mut Vec<Listed>) {
        let before = listed.len();
        listed.retain(|file| !self.done_before.has(file));
        let count = |files: usize| u64::try_from(files).unwrap_or(0);
        self.found.done_before.fetch_add(count(before - listed.len()), Ordering::Relaxed);
        self.found.files.fetch_add(count(listed.len()), Ordering::Relaxed);
        self.found.bytes.fetch_add(listed.iter().map(|file| file.size).sum(), Ordering::Relaxed);
    }

    /// Cuts a file and adds its pieces to the group; sends the group when it is full.
    fn file(&mut self, listed: Listed, opened: Result<impl BufRead, String>) -> Result<(), Gone> {
        let file = SourceFile::new(listed.name, listed.size, listed.modified_ms);
        let mut went = Ok(());
        let read = opened.and_then(|opened| {
            cut(opened, file.size, |packed| {
                file.opened();
                let piece =
                    Piece { file: Arc::clone(&file), bytes: packed.bytes, documents_before: packed.documents_before };
                went = self.add(piece);
                went.is_ok()
            })
        });
        went?;
        match read {
            Ok(Content::Other) => {
                self.found.skipped.fetch_add(1, Ordering::Relaxed);
                self.found.files.fetch_sub(1, Ordering::Relaxed);
                self.found.bytes.fetch_sub(file.size, Ordering::Relaxed);
                return Ok(());
            }
            Ok(Content::Gzip | Content::Json) => {}
            Err(reason) => {
                file.fail();
                self.send(Read::Failed(Arc::clone(&file), reason))?;
            }
        }
        if file.closed() { self.send(Read::Done(file)) } else { Ok(()) }
    }

    fn add(&mut self, piece: Piece) -> Result<(), Gone> {
        let size = self.group.size();
        if size > 0 && size + piece.bytes.len() > self.request_bytes {
            let full = std::mem::take(&mut self.group);
            self.send(Read::Group(full))?;
        }
        self.group.pieces.push(piece);
        Ok(())
    }

    fn finish(mut self) {
        let last = std::mem::take(&mut self.group);
        if !last.pieces.is_empty() {
            // Whether anyone still receives it makes no difference now.
            self.send(Read::Group(last)).unwrap_or(());
        }
    }

    fn send(&mut self, read: Read) -> Result<(), Gone> {
        self.out.blocking_send(read).map_err(|_| Gone)
    }
}

/// The bytes of an object. An empty one is not asked for: trails leave such markers under keys that end in a slash,
/// which a client of S3 may not be able to name.
async fn read_object(bucket: &Bucket, listed: &Listed) -> Result<Bytes, String> {
    if listed.size == 0 {
        return Ok(Bytes::new());
    }
    bucket.get(&listed.name).await.map(|object| object.bytes).map_err(|error| error.to_string())
}

//! How far a request's body has come, told by the body itself to those who wait for the answer.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::task::AtomicWaker;

/// What is known of a request's body while it is sent.
#[derive(Debug)]
pub(crate) struct Flow {
    /// Bytes that the upstream has been given.
    bytes: AtomicU64,
    /// Counts every step, so that whoever waits sees whether there was one.
    steps: AtomicU64,
    stage: AtomicU8,
    copy: Mutex<Copied>,
    /// Whether the body may be asked for: not before the upstream wants it, where the client waits for that.
    open: AtomicBool,
    given_up: AtomicBool,
    body: AtomicWaker,
}

/// The beginning of a body.
#[derive(Debug, Default)]
pub(crate) struct Copied {
    bytes: Vec<u8>,
    bytes_max: usize,
    is_cut: bool,
}

/// Where a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The upstream has not taken what there is.
    Sending,
    /// The client has not sent what comes next.
    Waiting,
    /// All of it was given to the upstream.
    Done,
    /// The client broke off, or sent what is no body.
    Broken,
}

impl Flow {
    /// A body whose first `copy_bytes_max` bytes are kept, and which waits at its beginning when `is_gated`.
    pub(crate) fn new(copy_bytes_max: usize, is_gated: bool) -> Self {
        Self {
            bytes: AtomicU64::new(0),
            steps: AtomicU64::new(0),
            stage: AtomicU8::new(0),
            copy: Mutex::new(Copied::new(copy_bytes_max)),
            open: AtomicBool::new(!is_gated),
            given_up: AtomicBool::new(false),
            body: AtomicWaker::new(),
        }
    }

    pub(crate) fn moved(&self, data: &Bytes) {
        self.bytes.fetch_add(u64::try_from(data.len()).unwrap_or(0), Ordering::Relaxed);
        self.copy.lock().unwrap_or_else(PoisonError::into_inner).add(data);
        self.set(Stage::Sending);
    }

    pub(crate) fn set(&self, stage: Stage) {
        let number = match stage {
            Stage::Sending => 0,
            Stage::Waiting => 1,
            Stage::Done => 2,
            Stage::Broken => 3,
        };
        if self.stage.swap(number, Ordering::AcqRel) != number || stage == Stage::Sending {
            self.steps.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Acquire) {
            0 => Stage::Sending,
            1 => Stage::Waiting,
            2 => Stage::Done,
            _ => Stage::Broken,
        }
    }

    pub(crate) fn steps(&self) -> u64 {
        self.steps.load(Ordering::Relaxed)
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// What was kept of the body.
    pub(crate) fn take_copy(&self) -> Copied {
        std::mem::take(&mut self.copy.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets the body begin.
    pub(crate) fn open(&self) {
        self.open.store(true, Ordering::Release);
        self.body.wake();
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// Ends the body where it is: nobody needs the rest.
    pub(crate) fn give_up(&self) {
        self.given_up.store(true, Ordering::Release);
        self.body.wake();
    }

    pub(crate) fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Acquire)
    }

    /// Waits until the body may begin or is given up.
    pub(crate) fn poll_open(&self, cx: &Context<'_>) -> Poll<()> {
        let is_ready = || self.open.load(Ordering::Acquire) || self.is_given_up();
        self.body.register(cx.waker());
        if is_ready() { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Copied {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { bytes: Vec::new(), bytes_max, is_cut: false }
    }

    pub(crate) fn add(&mut self, data: &[u8]) {
        let room = self.bytes_max - self.bytes.len();
        self.is_cut |= data.len() > room;
        self.bytes.extend_from_slice(data.get(..room).unwrap_or(data));
    }

    /// Whether no more would be kept.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes.len() >= self.bytes_max
    }

    /// Bytes follow that were not offered, unless the body is over.
    pub(crate) fn cut_unless(&mut self, is_over: bool) {
        self.is_cut |= !is_over;
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether bytes of the body are missing in the copy.
    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut
    }
}

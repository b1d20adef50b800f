//! Bodies: read whole within limits of size, time and memory, or watched while they stream.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use cairn_environment::Clock;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyFault {
    #[error("The body of the request is larger than {limit} bytes.")]
    TooLarge {
        /// Bytes that it may have.
        limit: u64,
    },
    #[error("The body of the request did not arrive in time.")]
    TimedOut,
    #[error("The body of the request is malformed or ended too early.")]
    Broken,
    #[error("The body of the request is not the one that was signed.")]
    WrongHash,
}

/// A body that is all there, and the memory that was set aside for it.
#[derive(Debug)]
pub(crate) struct WholeBody {
    pub(crate) bytes: Bytes,
    _memory: Option<OwnedSemaphorePermit>,
}

/// Reads bodies whole.
#[derive(Debug)]
pub(crate) struct BodyReader {
    clock: Clock,
    timeout: Duration,
    /// Kibibytes that bodies may take together.
    memory: Arc<Semaphore>,
    memory_max: u32,
}

/// Bodies up to this size are not counted.
const SMALL: u64 = 64 << 10;

impl BodyReader {
    pub(crate) fn new(clock: Clock, timeout: Duration, bytes_max: usize) -> Self {
        let memory_max = u32::try_from(bytes_max >> 10).unwrap_or(u32::MAX).max(1);
        let memory = Arc::new(Semaphore::new(usize::try_from(memory_max).unwrap_or(Semaphore::MAX_PERMITS)));
        Self { clock, timeout, memory, memory_max }
    }

    /// The whole of `body`, which may have `limit` bytes.
    pub(crate) async fn read<B>(&self, body: B, limit: usize) -> Result<WholeBody, BodyFault>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let limit_bytes = u64::try_from(limit).unwrap_or(u64::MAX);
        let expected = body.size_hint().exact();
        if expected.is_some_and(|expected| expected > limit_bytes) {
            return Err(BodyFault::TooLarge { limit: limit_bytes });
        }
        if expected == Some(0) {
            return Ok(WholeBody { bytes: Bytes::new(), _memory: None });
        }
        let work = async {
            let memory = self.set_aside(expected.unwrap_or(limit_bytes)).await?;
            let bytes = collect(body, expected, limit).await?;
            Ok(WholeBody { bytes, _memory: memory })
        };
        self.clock.timeout(self.timeout, work).await.unwrap_or(Err(BodyFault::TimedOut))
    }

    async fn set_aside(&self, bytes: u64) -> Result<Option<OwnedSemaphorePermit>, BodyFault> {
        if bytes <= SMALL {
            return Ok(None);
        }
        let kibibytes = u32::try_from(bytes >> 10).unwrap_or(u32::MAX).min(self.memory_max);
        let permit = Arc::clone(&self.memory).acquire_many_owned(kibibytes).await;
        permit.map(Some).map_err(|_| BodyFault::Broken)
    }
}

async fn collect<B>(mut body: B, expected: Option<u64>, limit: usize) -> Result<Bytes, BodyFault>
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyFault::Broken)?.into_data() else { continue };
        if first.len() + all.len() + data.len() > limit {
            return Err(BodyFault::TooLarge { limit: u64::try_from(limit).unwrap_or(u64::MAX) });
        }
        if first.is_empty() && all.is_empty() {
            first = data;
            continue;
        }
        if all.is_empty() {
            all.reserve(
                expected.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(0).max(first.len() + data.len()),
            );
            all.extend_from_slice(&std::mem::take(&mut first));
        }
        all.extend_from_slice(&data);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// What was wrong with a streamed body, for whoever gave it away.
pub(crate) type FaultSlot = Arc<OnceLock<BodyFault>>;

/// A body on its way into an object, watched for size, pauses and its signed hash.
pub(crate) struct WatchedBody<B> {
    inner: B,
    limit: u64,
    seen: u64,
    signed_hash: Option<(String, Sha256)>,
    clock: Clock,
    pause_max: Duration,
    pause: Option<Pause>,
    fault: FaultSlot,
}

type Pause = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;

impl<B> WatchedBody<B> {
    /// Watches `inner`; `signed_hash` is the hash of the whole content, in hex, if the signature has one.
    pub(crate) fn new(inner: B, limit: u64, signed_hash: Option<&str>, clock: &Clock, pause_max: Duration) -> Self {
        let signed_hash = signed_hash.map(|hash| (hash.to_owned(), Sha256::new()));
        let (clock, fault) = (clock.clone(), FaultSlot::default());
        Self { inner, limit, seen: 0, signed_hash, clock, pause_max, pause: None, fault }
    }

    /// Where a fault will stand once there is one.
    pub(crate) fn fault(&self) -> FaultSlot {
        Arc::clone(&self.fault)
    }

    fn check(&mut self, data: &Bytes) -> Result<(), BodyFault> {
        self.seen += u64::try_from(data.len()).unwrap_or(u64::MAX);
        if let Some((_, hash)) = &mut self.signed_hash {
            hash.update(data);
        }
        if self.seen > self.limit { Err(BodyFault::TooLarge { limit: self.limit }) } else { Ok(()) }
    }

    fn check_end(&mut self) -> Result<(), BodyFault> {
        let differs = |(signed, hash): (String, Sha256)| hex::encode(hash.finalize()) != signed;
        if self.signed_hash.take().is_some_and(differs) { Err(BodyFault::WrongHash) } else { Ok(()) }
    }

    fn failed<T>(&mut self, fault: BodyFault) -> Result<T, BodyFault> {
        Err(*self.fault.get_or_init(|| fault))
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for WatchedBody<B> {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        let body = &mut *self;
        let Poll::Ready(frame) = Pin::new(&mut body.inner).poll_frame(cx) else {
            let (clock, span) = (body.clock.clone(), body.pause_max);
            let pause = body.pause.get_or_insert_with(|| Box::pin(async move { clock.sleep(span).await }));
            ready!(pause.as_mut().poll(cx));
            return Poll::Ready(Some(body.failed(BodyFault::TimedOut)));
        };
        body.pause = None;
        Poll::Ready(match frame {
            None => match body.check_end() {
                Ok(()) => None,
                Err(fault) => Some(body.failed(fault)),
            },
            Some(Err(_)) => Some(body.failed(BodyFault::Broken)),
            Some(Ok(frame)) => match frame.data_ref().map_or(Ok(()), |data| body.check(data)) {
                Ok(()) => Some(Ok(frame)),
                Err(fault) => Some(body.failed(fault)),
            },
        })
    }

    fn is_end_stream(&self) -> bool {
        // The last poll compares the hash, so the end is not told before.
        self.signed_hash.is_none() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use cairn_environment::Environment;
    use cairn_model::Timestamp;
    use http_body_util::{Full, StreamBody};

    use super::*;

    fn clock() -> Clock {
        Environment::simulated(1, Timestamp::from_unix_seconds(0)).0.clock
    }

    fn frames(parts: &[&'static str]) -> impl Body<Data = Bytes> + Unpin + use<> {
        let frames: Vec<Result<_, std::convert::Infallible>> =
            parts.iter().map(|part| Ok(Frame::data(Bytes::from_static(part.as_bytes())))).collect();
        StreamBody::new(futures_util::stream::iter(frames))
    }

    #[tokio::test(start_paused = true)]
    async fn bodies_are_read_up_to_their_limit() {
        let reader = BodyReader::new(clock(), Duration::from_secs(1), 1 << 20);
        let read = async |parts, limit| reader.read(frames(parts), limit).await.map(|body| body.bytes);
        assert_eq!(read(&["abc", "def"], 6).await, Ok(Bytes::from_static(b"abcdef")));
        assert_eq!(read(&["abc"], 6).await, Ok(Bytes::from_static(b"abc")));
        assert_eq!(read(&[], 6).await, Ok(Bytes::new()));
        assert_eq!(read(&["abc", "defg"], 6).await, Err(BodyFault::TooLarge { limit: 6 }));
        let full = Full::new(Bytes::from_static(b"1234567"));
        assert_eq!(reader.read(full, 6).await.map(|body| body.bytes), Err(BodyFault::TooLarge { limit: 6 }));
    }

    #[tokio::test(start_paused = true)]
    async fn slow_bodies_are_given_up() {
        let reader = BodyReader::new(clock(), Duration::from_secs(1), 1 << 20);
        let stuck = StreamBody::new(futures_util::stream::pending::<Result<Frame<Bytes>, std::convert::Infallible>>());
        assert_eq!(reader.read(stuck, 6).await.map(|body| body.bytes), Err(BodyFault::TimedOut));
        let stuck = StreamBody::new(futures_util::stream::pending::<Result<Frame<Bytes>, std::convert::Infallible>>());
        let watched = WatchedBody::new(stuck, 6, None, &clock(), Duration::from_secs(1));
        let fault = watched.fault();
        assert_eq!(watched.collect().await.err(), Some(BodyFault::TimedOut));
        assert_eq!(fault.get(), Some(&BodyFault::TimedOut));
    }

    #[tokio::test(start_paused = true)]
    async fn a_streamed_body_must_be_the_signed_one() {
        let hash = cairn_signing::payload_hash(b"abcdef");
        let watch = |parts, limit, hash| WatchedBody::new(frames(parts), limit, hash, &clock(), Duration::from_secs(1));
        assert!(watch(&["abc", "def"], 6, Some(&*hash)).collect().await.is_ok());
        assert_eq!(watch(&["abc", "deg"], 6, Some(&*hash)).collect().await.err(), Some(BodyFault::WrongHash));
        assert_eq!(watch(&["abc", "def"], 5, None).collect().await.err(), Some(BodyFault::TooLarge { limit: 5 }));
    }
}

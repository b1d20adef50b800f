//! A body on its way from one side to the other. It holds no more than one read in memory, and that only while the
//! taking side is the slower one.

use std::io;
use std::mem::MaybeUninit;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use cairn_guard::{BadBody, Body};
use tokio::io::ReadBuf;

use crate::copied::Copied;
use crate::room::{BYTES_MAX, Room};
use crate::side::{ENDED, Side};

/// Bytes that one read asks for, at first and at least: more when all of it can be passed on at once, less when it
/// cannot.
const READ_BYTES: usize = 16 << 10;
const READ_BYTES_MIN: usize = 4 << 10;

/// Bytes that are copied behind a head, so that both are written at once.
const JOINED_BYTES: usize = 16 << 10;

/// How a body goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Byte by byte, its framing included.
    AsItCame,
    /// Without its chunks, for whoever does not know them; its end is that of the connection.
    Content,
    /// In chunks, where its end was that of a connection.
    Chunks,
}

/// Whom a body that does not move waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WaitsFor {
    Source,
    Sink,
}

/// Why a body came to no end.
#[derive(Debug)]
pub(crate) enum PassFault {
    /// What came is no body, or ended too early.
    Source(String),
    /// It cannot be passed on.
    Sink(io::Error),
}

/// A body that is passed on.
#[derive(Debug)]
pub(crate) struct Passage {
    body: Body,
    form: Form,
    /// Whether the last piece stays here until it is asked for.
    holds_end: bool,
    /// Bytes at the front of the source's inbox that belong to the body and are to go on.
    ready: usize,
    /// Content that was read before it was to be passed on, and is not counted yet.
    ahead: u64,
    read_bytes: usize,
    room: Room,
    /// Bytes of content that were passed on, framing not included.
    pub(crate) bytes: u64,
    pub(crate) copy: Copied,
    /// Counts everything that moved, so that whoever waits sees whether something did.
    pub(crate) steps: u64,
    pub(crate) waits_for: WaitsFor,
}

impl Passage {
    /// A body whose first bytes go into `copy`.
    pub(crate) fn new(body: Body, form: Form, copy: Copied, room: Room) -> Self {
        Self {
            body,
            form,
            holds_end: false,
            ready: 0,
            ahead: 0,
            read_bytes: READ_BYTES,
            room,
            bytes: 0,
            copy,
            steps: 0,
            waits_for: WaitsFor::Source,
        }
    }

    /// The same, and its last piece is passed on by [`Passage::release`] only.
    pub(crate) fn holding_its_end(self) -> Self {
        Self { holds_end: true, ..self }
    }

    /// Whether all of it came.
    pub(crate) fn is_over(&self) -> bool {
        self.body.is_over()
    }

    /// Reads on until the copy is full or the body is over; nothing is passed on.
    pub(crate) fn poll_ahead(&mut self, cx: &mut Context<'_>, source: &mut Side) -> Poll<Result<(), String>> {
        loop {
            let rest = source.inbox.get(self.ready..).unwrap_or_default();
            let (copy, ahead) = (&mut self.copy, &mut self.ahead);
            let walked = self.body.walk(rest, &mut |content| {
                copy.add(content);
                *ahead += size(content);
            });
            self.ready += walked.map_err(|bad| bad.to_string())?;
            if self.is_over() || self.copy.is_full() {
                return Poll::Ready(Ok(()));
            }
            ready!(source.poll_more(cx))?;
        }
    }

    /// Moves the body on until it is over, and waits for whoever is slower.
    pub(crate) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        source: &mut Side,
        sink: &mut Side,
    ) -> Poll<Result<(), PassFault>> {
        loop {
            if self.ready == 0 && !source.inbox.is_empty() && !self.is_over() {
                self.take_inbox(source, sink).map_err(|bad| PassFault::Source(bad.to_string()))?;
            }
            let is_over = self.is_over();
            if is_over && self.holds_end {
                return Poll::Ready(Ok(()));
            }
            self.waits_for = WaitsFor::Sink;
            ready!(self.poll_send(cx, source, sink)).map_err(PassFault::Sink)?;
            if is_over {
                return sink.poll_flush(cx).map_err(PassFault::Sink);
            }
            self.waits_for = WaitsFor::Source;
            if source.inbox.is_empty() {
                ready!(self.poll_read(cx, source, sink))?;
            }
        }
    }

    /// The last piece, behind what still waits to be sent, of a body that was held back.
    pub(crate) fn release(&mut self, source: &mut Side) -> Bytes {
        let mut last = source.inbox.split_to(self.ready.min(source.inbox.len()));
        self.ready = 0;
        source.inbox = source.inbox[..].into();
        if self.form == Form::Chunks {
            last.extend_from_slice(b"0\r\n\r\n");
        }
        last.freeze()
    }

    /// Sends what is ready to go.
    fn poll_send(&mut self, cx: &mut Context<'_>, source: &mut Side, sink: &mut Side) -> Poll<io::Result<()>> {
        if self.ready > 0 {
            self.bytes += std::mem::take(&mut self.ahead);
        }
        if self.ready > 0 && self.ready <= JOINED_BYTES && !sink.out.is_empty() {
            sink.out.extend_from_slice(&source.inbox.split_to(self.ready));
            self.ready = 0;
        }
        if !sink.out.is_empty() {
            ready!(sink.poll_drain(cx))?;
            self.steps += 1;
        }
        while self.ready > 0 {
            let count = ready!(sink.poll_write(cx, source.inbox.get(..self.ready).unwrap_or_default()))?;
            source.inbox.advance(count);
            self.ready -= count;
            self.steps += 1;
        }
        if source.inbox.is_empty() && (self.is_over() || !self.is_fast()) {
            // Streams that wait hold no memory.
            source.inbox = BytesMut::new();
        }
        Poll::Ready(Ok(()))
    }

    /// Finds out how much of what has come belongs to the body.
    fn take_inbox(&mut self, source: &mut Side, sink: &mut Side) -> Result<(), BadBody> {
        let (copy, bytes, form) = (&mut self.copy, &mut self.bytes, self.form);
        let count = self.body.walk(&source.inbox, &mut |content| {
            copy.add(content);
            *bytes += size(content);
            match form {
                Form::AsItCame => {}
                Form::Content => sink.out.extend_from_slice(content),
                Form::Chunks => {
                    sink.out.extend_from_slice(format!("{:x}\r\n", content.len()).as_bytes());
                    sink.out.extend_from_slice(content);
                    sink.out.extend_from_slice(b"\r\n");
                }
            }
        })?;
        match form {
            Form::AsItCame => self.ready = count,
            Form::Content | Form::Chunks => source.inbox.advance(count),
        }
        Ok(())
    }

    /// Reads once, and passes on what it can without keeping it.
    fn poll_read(&mut self, cx: &mut Context<'_>, source: &mut Side, sink: &mut Side) -> Poll<Result<(), PassFault>> {
        let read = match self.form {
            Form::AsItCame if self.is_fast() => self.poll_much(cx, source),
            Form::AsItCame => self.poll_little(cx, source, sink),
            Form::Content | Form::Chunks => source.poll_fill(cx).map_err(|error| of_source(&error)),
        };
        let Poll::Ready(count) = read else {
            // TLS keeps back what fills no record.
            return match sink.poll_flush(cx) {
                Poll::Ready(Err(error)) => Poll::Ready(Err(PassFault::Sink(error))),
                Poll::Ready(Ok(())) | Poll::Pending => Poll::Pending,
            };
        };
        self.steps += 1;
        match (count?, self.body) {
            (0, Body::UntilClose) => self.body = Body::NONE,
            (0, _) => return Poll::Ready(Err(PassFault::Source(ENDED.to_owned()))),
            _ => {}
        }
        Poll::Ready(Ok(()))
    }

    /// Passes a little on as it comes, and keeps only what is not taken.
    fn poll_little(
        &mut self,
        cx: &mut Context<'_>,
        source: &mut Side,
        sink: &mut Side,
    ) -> Poll<Result<usize, PassFault>> {
        let read_bytes = self.read_bytes.min(self.room.bytes());
        let mut space = [const { MaybeUninit::<u8>::uninit() }; READ_BYTES];
        let mut read = ReadBuf::uninit(space.get_mut(..read_bytes).unwrap_or_default());
        ready!(source.poll_read(cx, &mut read)).map_err(|error| of_source(&error))?;
        let (bytes, copy, passed) = (read.filled(), &mut self.copy, &mut self.bytes);
        let walked = self.body.walk(bytes, &mut |content| {
            copy.add(content);
            *passed += size(content);
        });
        let count = walked.map_err(|bad| PassFault::Source(bad.to_string()))?;
        let of_body = bytes.get(..count).unwrap_or_default();
        let is_held = self.holds_end && self.is_over();
        let mut sent = 0;
        while let Some(rest @ [_, ..]) = of_body.get(sent..).filter(|_| !is_held) {
            match sink.poll_write(cx, rest) {
                Poll::Ready(Ok(count)) => sent += count,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(PassFault::Sink(error))),
                Poll::Pending => break,
            }
        }
        source.inbox.extend_from_slice(bytes.get(sent..).unwrap_or_default());
        self.ready = count - sent;
        if sent < count && !is_held {
            self.read_bytes = (read_bytes / 2).max(READ_BYTES_MIN);
        } else if bytes.len() == read_bytes {
            self.read_bytes = read_bytes * 2;
        }
        Poll::Ready(Ok(bytes.len()))
    }

    /// Gathers all that is there, so that a fast stream goes on in large pieces and few tasks are woken for it.
    fn poll_much(&mut self, cx: &mut Context<'_>, source: &mut Side) -> Poll<Result<usize, PassFault>> {
        let read_bytes = self.read_bytes.min(self.room.bytes());
        source.inbox.reserve(read_bytes);
        while source.inbox.len() < read_bytes {
            match source.poll_fill_room(cx).map_err(|error| of_source(&error))? {
                Poll::Ready(0) => return Poll::Ready(Ok(source.inbox.len())),
                Poll::Ready(_) => {}
                Poll::Pending if source.inbox.is_empty() => return Poll::Pending,
                Poll::Pending => return Poll::Ready(Ok(source.inbox.len())),
            }
        }
        self.read_bytes = (read_bytes * 2).min(BYTES_MAX);
        Poll::Ready(Ok(source.inbox.len()))
    }

    /// Whether the stream is fast, and there is room for it to be.
    fn is_fast(&self) -> bool {
        self.read_bytes.min(self.room.bytes()) > READ_BYTES
    }
}

fn of_source(error: &io::Error) -> PassFault {
    PassFault::Source(error.to_string())
}

fn size(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Waker;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    fn passage(body: Body, form: Form) -> Passage {
        Passage::new(body, form, Copied::new(4), Room::default())
    }

    /// Passes `input` on, held back at its end, through a sink that takes little at a time: what went before and after
    /// its release, and the passage.
    async fn passed(body: Body, form: Form, input: &[u8]) -> (Vec<u8>, Vec<u8>, Passage) {
        let ((mut near, from), (to, mut far)) = (duplex(1 << 20), duplex(64));
        near.write_all(input).await.unwrap();
        drop(near);
        let (mut source, mut sink) = (Side::new(from), Side::new(to));
        let mut passage = passage(body, form).holding_its_end();
        let passing = async {
            poll_fn(|cx| passage.poll(cx, &mut source, &mut sink)).await.unwrap();
            let last = passage.release(&mut source);
            let held = [&sink.out.split()[..], &last].concat();
            drop(sink);
            held
        };
        let mut before = Vec::new();
        let (held, read) = tokio::join!(passing, far.read_to_end(&mut before));
        read.unwrap();
        (before, held, passage)
    }

    #[tokio::test]
    async fn a_body_of_any_size_arrives_whole_and_its_end_is_held_back() {
        for size in [1, 5, 16 << 10, (16 << 10) + 1, 300_000] {
            let input: Vec<u8> = (0..size).map(|number: u32| number.to_le_bytes()[0]).collect();
            let (before, held, passage) = passed(Body::Length(u64::from(size)), Form::AsItCame, &input).await;
            assert!(!held.is_empty() && [before, held].concat() == input, "{size}");
            assert_eq!((passage.bytes, passage.copy.bytes()), (u64::from(size), &input[..4.min(input.len())]));
        }
    }

    #[tokio::test]
    async fn chunks_go_on_as_they_came_or_as_content_and_others_become_chunks() {
        let chunks = b"3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: 1\r\n\r\n";
        let (before, held, passage) = passed(Body::EXTENSIBLE_CHUNKS, Form::AsItCame, chunks).await;
        assert_eq!((&[before, held].concat()[..], passage.bytes), (&chunks[..], 5));
        let (before, held, passage) = passed(Body::EXTENSIBLE_CHUNKS, Form::Content, chunks).await;
        assert_eq!((&[before, held].concat()[..], passage.bytes), (&b"abcde"[..], 5));
        let (before, held, passage) = passed(Body::UntilClose, Form::Chunks, b"abcde").await;
        assert_eq!((&before[..], &held[..], passage.bytes), (&b"5\r\nabcde\r\n"[..], &b"0\r\n\r\n"[..], 5));
    }

    /// A passage between two sides, and the far ends of both.
    fn between() -> (Side, Side, DuplexStream, DuplexStream) {
        let ((near, from), (to, far)) = (duplex(1 << 20), duplex(1 << 20));
        (Side::new(from), Side::new(to), near, far)
    }

    #[tokio::test]
    async fn a_body_that_ends_early_or_is_none_is_a_fault_of_its_source() {
        for (body, input) in
            [(Body::Length(9), &b"abc"[..]), (Body::CHUNKS, b"3\r\nabcX"), (Body::CHUNKS, b"3\r\nabc\r\n")]
        {
            let (mut source, mut sink, mut near, mut far) = between();
            near.write_all(input).await.unwrap();
            drop(near);
            let mut passage = passage(body, Form::AsItCame);
            let fault = poll_fn(|cx| passage.poll(cx, &mut source, &mut sink)).await.unwrap_err();
            assert!(matches!(fault, PassFault::Source(_)), "{fault:?}");
            drop(sink);
            let mut got = Vec::new();
            far.read_to_end(&mut got).await.unwrap();
            assert!(input.starts_with(&got));
        }
    }

    #[tokio::test]
    async fn what_was_read_ahead_goes_first_and_what_follows_the_body_stays() {
        let (mut source, mut sink, mut near, mut far) = between();
        near.write_all(b"abcdefGET").await.unwrap();
        let mut passage = passage(Body::Length(6), Form::AsItCame);
        poll_fn(|cx| passage.poll_ahead(cx, &mut source)).await.unwrap();
        assert_eq!((passage.copy.bytes(), passage.bytes), (&b"abcd"[..], 0));
        sink.out.extend_from_slice(b"head ");
        poll_fn(|cx| passage.poll(cx, &mut source, &mut sink)).await.unwrap();
        let mut got = [0; 11];
        far.read_exact(&mut got).await.unwrap();
        assert_eq!((&got, &source.inbox[..], passage.bytes), (b"head abcdef", &b"GET"[..], 6));
    }

    #[tokio::test]
    async fn a_body_that_does_not_move_says_whom_it_waits_for_and_holds_little() {
        let ((mut near, from), (to, _far)) = (duplex(1 << 20), duplex(64));
        let (mut source, mut sink) = (Side::new(from), Side::new(to));
        let mut passage = passage(Body::Length(1 << 30), Form::AsItCame);
        let mut cx = Context::from_waker(Waker::noop());
        assert!(passage.poll(&mut cx, &mut source, &mut sink).is_pending());
        assert_eq!((passage.waits_for, passage.steps), (WaitsFor::Source, 0));
        near.write_all(&vec![7; 1 << 20]).await.unwrap();
        assert!(passage.poll(&mut cx, &mut source, &mut sink).is_pending());
        assert_eq!(passage.waits_for, WaitsFor::Sink);
        assert!(passage.steps > 0 && source.inbox.len() <= READ_BYTES);
    }
}

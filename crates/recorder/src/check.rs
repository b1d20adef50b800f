//! Checks the records of a text: what is an event goes on, the rest is reported with its place.

use bytes::Bytes;
use cairn_model::{AccountId, Document, EventFields, EventKey, Origin, Outline, split_documents};
use sha2::{Digest, Sha256};

use crate::unpack::{Part, Unpacker};
use crate::{IngestError, IngestReport, Problem, RecorderSettings};

/// Sources that only Cairn itself records live events of: nobody forges its own audit.
const RESERVED_SOURCES: [&str; 3] = ["cloudtrail.amazonaws.com", "cloudtrail-data.amazonaws.com", "guard.cairn"];

/// What the journal may add to each event, at most.
pub(crate) const ENTRY_BYTES: usize = 128;

/// An event that may be taken in.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) event: Bytes,
    pub(crate) key: EventKey,
    pub(crate) outline: Outline,
    pub(crate) place: Place,
}

/// Where a record stands in a request. Members, documents and records count from 0.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place {
    pub(crate) member: u64,
    pub(crate) offset: u64,
    pub(crate) document: Option<u64>,
    pub(crate) record: Option<u64>,
}

/// The next events of a request: those of one or more whole texts.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) is_last: bool,
}

impl Chunk {
    /// The same events in pieces of about `bytes_max`, each of which one append can carry. At least one piece.
    pub(crate) fn into_pieces(self, bytes_max: usize) -> Vec<Vec<Candidate>> {
        let (mut pieces, mut piece, mut bytes) = (Vec::new(), Vec::new(), 0);
        for candidate in self.candidates {
            let size = candidate.event.len() + ENTRY_BYTES;
            if bytes + size > bytes_max && !piece.is_empty() {
                pieces.push(std::mem::take(&mut piece));
                bytes = 0;
            }
            bytes += size;
            piece.push(candidate);
        }
        pieces.push(piece);
        pieces
    }
}

/// Reads a request chunk by chunk. It computes and never waits.
#[derive(Debug)]
pub(crate) struct Checker {
    unpacker: Unpacker,
    account: AccountId,
    origin: Origin,
    settings: RecorderSettings,
    /// Rejected records and digests so far; the rest of the report is not the checker's.
    pub(crate) report: IngestReport,
}

impl Place {
    pub(crate) fn problem(self, reason: String) -> Problem {
        Problem { member: self.member, offset: self.offset, document: self.document, record: self.record, reason }
    }
}

impl Checker {
    pub(crate) fn new(unpacker: Unpacker, account: AccountId, origin: Origin, settings: &RecorderSettings) -> Self {
        Self { unpacker, account, origin, settings: settings.clone(), report: IngestReport::default() }
    }

    /// The next events: whole texts, until there are about `append_bytes` of them.
    ///
    /// # Errors
    /// When a limit is passed; what came before stays taken in.
    pub(crate) fn next_chunk(&mut self) -> Result<Chunk, IngestError> {
        let (mut chunk, mut text_bytes) = (Chunk::default(), 0);
        while text_bytes < self.settings.append_bytes {
            let Some(part) = self.unpacker.next()? else {
                chunk.is_last = true;
                break;
            };
            text_bytes += part.text.as_ref().map_or(0, Bytes::len);
            self.part(&part, &mut chunk);
        }
        Ok(chunk)
    }

    fn part(&mut self, part: &Part, chunk: &mut Chunk) {
        let mut place = Place { member: part.member, offset: part.offset, ..Place::default() };
        let text = match &part.text {
            Ok(text) => text,
            Err(reason) => return self.reject(place, reason.clone()),
        };
        let is_utf8 = simdutf8::basic::from_utf8(text).is_ok();
        for (number, document) in (0..).zip(split_documents(text, self.settings.json)) {
            place.document = Some(number);
            place.record = None;
            match document {
                Err(error) => self.reject(place, error.to_string()),
                Ok(Document::Digest) => self.report.digests += 1,
                Ok(Document::Events(ranges)) => {
                    for (number, range) in (0..).zip(ranges) {
                        place.record = Some(number);
                        let event = text.slice(range);
                        let event = if is_utf8 { Ok(event) } else { checked_utf8(event) };
                        match event.and_then(|event| self.check(event, place)) {
                            Ok(candidate) => chunk.candidates.push(candidate),
                            Err(reason) => self.reject(place, reason),
                        }
                    }
                }
            }
        }
    }

    fn check(&self, event: Bytes, place: Place) -> Result<Candidate, String> {
        let fields = EventFields::parse(&event).map_err(|error| error.to_string())?;
        let completed = match self.origin {
            Origin::Imported | Origin::Intent => None,
            Origin::Live => self.check_live(&fields, &event)?,
        };
        let outlined = |fields: &EventFields<'_>, event: &Bytes| {
            let key = EventKey::of(self.account, fields, event);
            (key, Outline::of(event, fields, key))
        };
        let (key, outline) = match &completed {
            None => outlined(&fields, &event),
            Some(event) => outlined(&EventFields::parse(event).map_err(|error| error.to_string())?, event),
        };
        Ok(Candidate { event: completed.unwrap_or(event), key, outline, place })
    }

    /// What a new event must keep to, and its bytes if members had to be added. An event that names no `eventID` gets
    /// one that follows from its bytes, so that sending it again does not make a second event of it.
    fn check_live(&self, fields: &EventFields<'_>, event: &Bytes) -> Result<Option<Bytes>, String> {
        if let Some(source) = fields.event_source.as_deref().filter(|source| RESERVED_SOURCES.contains(source)) {
            return Err(format!("eventSource {source} is reserved: only Cairn records its own calls"));
        }
        match fields.recipient_account_id.as_deref() {
            Some(recipient) if recipient != self.account.as_str() => {
                return Err(format!("recipientAccountId {recipient} is not the caller's account {}", self.account));
            }
            Some(_) if fields.event_id.is_some() => return Ok(None),
            _ => {}
        }
        let mut completed = event.strip_suffix(b"}").unwrap_or(event).trim_ascii_end().to_vec();
        if fields.event_id.is_none() {
            completed.extend_from_slice(format!(r#","eventID":"{}""#, id_of_bytes(self.account, event)).as_bytes());
        }
        if fields.recipient_account_id.is_none() {
            completed.extend_from_slice(format!(r#","recipientAccountId":"{}""#, self.account).as_bytes());
        }
        completed.push(b'}');
        Ok(Some(completed.into()))
    }

    fn reject(&mut self, place: Place, reason: String) {
        self.report.rejected += 1;
        self.report.add_problem(place.problem(reason), self.settings.problems_max);
    }
}

fn checked_utf8(event: Bytes) -> Result<Bytes, String> {
    match std::str::from_utf8(&event) {
        Ok(_) => Ok(event),
        Err(error) => Err(format!("not UTF-8 at byte {} of the record", error.valid_up_to())),
    }
}

/// A UUID (version 8, RFC 9562) made of the SHA-256 of the account and the bytes.
fn id_of_bytes(account: AccountId, event: &[u8]) -> String {
    let digest = Sha256::new().chain_update(account.as_str()).chain_update(event).finalize();
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(digest) {
        *to = from;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid().as_hyphenated().to_string()
}

//! A sealed file as the lines of a log stream, and the batches in which they are sent.

use libdeflater::Decompressor;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Bytes of an event above which it is not sent, as AWS does (reference section 5.9).
const LINE_BYTES_MAX: usize = 256 << 10;
/// Bytes of one `PutLogEvents`, counted as the service counts.
const BATCH_BYTES_MAX: usize = 1 << 20;
/// What an event counts besides its text.
const EVENT_OVERHEAD: usize = 26;
/// Events of one `PutLogEvents`.
const BATCH_EVENTS_MAX: usize = 10_000;
/// The largest file that is unpacked. Sealed files are far below it.
const FILE_BYTES_MAX: usize = 1 << 30;

/// The unpacked text of a sealed file.
#[derive(Debug)]
pub(crate) struct LogLines(Vec<u8>);

/// What is sent in one request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct LineBatch {
    /// Compact events in their order; none when every event that was left is too large.
    pub(crate) lines: Vec<String>,
    /// Events that were taken from the file for it, those that are too large among them.
    pub(crate) taken: usize,
    /// Events that are too large.
    pub(crate) too_large: usize,
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow, rename = "Records")]
    records: Vec<&'a RawValue>,
}

impl LogLines {
    /// Unpacks a sealed file. `None` when it is none.
    pub(crate) fn unpack(member: &[u8]) -> Option<Self> {
        // The last four bytes of a gzip member are the size of its content.
        let size = member.last_chunk::<4>().map(|size| u32::from_le_bytes(*size))?;
        let size = usize::try_from(size).ok().filter(|size| *size <= FILE_BYTES_MAX)?;
        let mut content = vec![0; size];
        let written = Decompressor::new().gzip_decompress(member, &mut content).ok()?;
        (written == size).then_some(Self(content))
    }

    /// The batches of what follows the first `sent` events: always the same ones for the same beginning.
    pub(crate) fn batches(&self, sent: usize) -> Option<Vec<LineBatch>> {
        let file: File<'_> = serde_json::from_slice(&self.0).ok()?;
        let mut batches: Vec<LineBatch> = Vec::new();
        let (mut batch, mut bytes) = (LineBatch::default(), 0);
        for record in file.records.into_iter().skip(sent) {
            let line = compact(record.get());
            if line.len() > LINE_BYTES_MAX {
                batch.taken += 1;
                batch.too_large += 1;
                continue;
            }
            let size = line.len() + EVENT_OVERHEAD;
            if bytes + size > BATCH_BYTES_MAX || batch.lines.len() == BATCH_EVENTS_MAX {
                batches.push(std::mem::take(&mut batch));
                bytes = 0;
            }
            bytes += size;
            batch.taken += 1;
            batch.lines.push(line);
        }
        if batch.taken > 0 {
            batches.push(batch);
        }
        Some(batches)
    }
}

/// A JSON text without the white space between its parts; numbers and texts stay as they were written.
fn compact(json: &str) -> String {
    let (mut line, mut quoted, mut escaped) = (String::with_capacity(json.len()), false, false);
    for character in json.chars() {
        if quoted {
            quoted = escaped || character != '"';
            escaped = !escaped && character == '\\';
        } else if matches!(character, ' ' | '\t' | '\n' | '\r') {
            continue;
        } else {
            quoted = character == '"';
        }
        line.push(character);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gzip;

    fn lines(records: &[String]) -> LogLines {
        let content = format!("{{\"Records\":[{}]}}", records.join(","));
        LogLines::unpack(&gzip::one_member(content.as_bytes())).unwrap()
    }

    #[test]
    fn a_line_is_compact_and_keeps_texts_and_numbers_as_they_were() {
        let event = "{ \"a b\" : \"c \\\" d\\\\\" ,\n\t\"n\" : 1.0e+05, \"u\": \"ü \\n\" }";
        assert_eq!(compact(event), r#"{"a b":"c \" d\\","n":1.0e+05,"u":"ü \n"}"#);
        let batches = lines(&[event.to_owned(), "{}".to_owned()]).batches(0).unwrap();
        assert_eq!(batches.len(), 1);
        assert_eq!(batches[0].lines, [compact(event), "{}".to_owned()]);
    }

    #[test]
    fn batches_stay_below_every_limit_and_are_the_same_from_wherever_they_begin() {
        let events: Vec<String> = (0..30_001).map(|n| format!("{{\"n\":{n}}}")).collect();
        let file = lines(&events);
        let all = file.batches(0).unwrap();
        assert_eq!(all.iter().map(|batch| batch.taken).collect::<Vec<_>>(), [10_000, 10_000, 10_000, 1]);
        assert_eq!(file.batches(20_000).unwrap()[..], all[2..]);
        assert_eq!(file.batches(30_001).unwrap(), []);
        // Five events of 262,000 bytes: three fit into a mebibyte with their overhead, four do not.
        let large = format!("\"{}\"", "x".repeat(262_142));
        let batches = lines(&vec![large; 5]).batches(0).unwrap();
        assert_eq!(batches.iter().map(|batch| batch.lines.len()).collect::<Vec<_>>(), [3, 2]);
    }

    #[test]
    fn an_event_above_the_limit_is_left_out_and_counted() {
        let fits = format!("\"{}\"", "x".repeat((256 << 10) - 2));
        let too_large = format!("\"{}\"", "x".repeat((256 << 10) - 1));
        let [batch] = &lines(&[fits.clone(), too_large.clone()]).batches(0).unwrap()[..] else { panic!("one batch") };
        assert_eq!((batch.lines.len(), batch.taken, batch.too_large), (1, 2, 1));
        assert_eq!(batch.lines[0], fits);
        let [batch] = &lines(&[too_large]).batches(0).unwrap()[..] else { panic!("one batch") };
        assert_eq!((batch.lines.len(), batch.taken), (0, 1));
    }

    #[test]
    fn what_is_no_sealed_file_is_none() {
        assert!(LogLines::unpack(b"").is_none());
        assert!(LogLines::unpack(b"not a gzip member").is_none());
        let other = LogLines::unpack(&gzip::one_member(b"[]")).unwrap();
        assert!(other.batches(0).is_none());
    }
}

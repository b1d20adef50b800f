//! The way into the journal: calls that become events, and events that others bring.

mod call;
mod check;
mod encoding;
mod event;
mod gzip;
mod in_flight;
mod ingest;
mod intake;
mod quarantine;
mod recorder;
mod report;
mod settings;
mod unpack;

pub use call::{Call, CallResource, TlsDetails};
pub use encoding::{ContentEncoding, UnknownEncoding};
pub use ingest::{IngestError, IngestRequest};
pub use recorder::Recorder;
pub use report::{IngestReport, Problem};
pub use settings::RecorderSettings;

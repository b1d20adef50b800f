//! The way into the journal: calls that become events, and events that others bring.

mod call;
mod encoding;
mod ingest;
mod recorder;
mod report;
mod settings;

pub use call::{Call, CallResource, TlsDetails};
pub use encoding::{ContentEncoding, UnknownEncoding};
pub use ingest::{IngestError, IngestRequest};
pub use recorder::Recorder;
pub use report::{IngestReport, Problem};
pub use settings::RecorderSettings;

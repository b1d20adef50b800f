//! The way into the journal: calls that become events, and events that others bring.

mod call;
mod check;
mod encoding;
mod event;
mod flood;
mod gzip;
mod held;
mod in_flight;
mod ingest;
mod intake;
mod intents;
mod quarantine;
mod recorder;
mod report;
mod service_event;
mod settings;
mod unpack;

pub use call::{Call, CallRecord, CallResource, EventType, ResourceArn, TlsDetails};
pub use encoding::{ContentEncoding, UnknownEncoding};
pub use flood::{Flood, RefusedRequests};
pub use held::Held;
pub use ingest::{IngestError, IngestRequest};
pub use intents::{Intent, PendingEnd, ResumeError};
pub use recorder::Recorder;
pub use report::{IngestReport, Problem};
pub use service_event::ServiceEvent;
pub use settings::RecorderSettings;

//! The front door: one port for every service, HTTP within limits, signatures checked, every request recorded.

mod answer;
mod arrival;
mod body;
mod chunks;
mod connection;
mod edge;
mod events;
mod flood;
mod front;
mod guard;
mod head;
mod held;
mod object;
mod operation;
mod outcome;
mod probe;
mod proxies;
mod refusal;
mod settings;
mod targets;

pub use edge::{BindError, Edge, EdgeParts};
pub use probe::Probes;
pub use proxies::{InvalidProxyRange, ProxyRange};
pub use settings::EdgeSettings;

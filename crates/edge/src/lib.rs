//! The front door: one port for every service, HTTP within limits, signatures checked, every request recorded.

mod answer;
mod arrival;
mod asker;
mod body;
mod connection;
mod console;
mod edge;
mod events;
mod front;
mod history;
mod line;
mod object;
mod openapi;
mod operation;
mod outcome;
mod people_route;
mod probe;
mod refusal;
mod replays;
mod role;
mod routes;
mod server_view;
mod settings;
mod sign_in;
mod sign_in_with_provider;
mod targets;
mod throttle;
mod v1;
mod web_identity;

pub use cairn_guard::{InvalidProxyRange, ProxyRange};
pub use edge::{BindError, Edge, EdgeParts};
pub use probe::Probes;
pub use server_view::{
    AddedMicros, CheckStatus, CheckView, FollowerView, GatewayView, IdentityView, ServerView, SettingView, StatusView,
    StorageView,
};
pub use settings::EdgeSettings;
pub use v1::known_actions::known_actions;

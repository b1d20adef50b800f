//! What stands before an HTTP server: heads that are judged, bodies that are followed to their end, proxies that are
//! believed or not, the line of those who wait, and the last words to a client whose bytes are no request.

mod answer_head;
mod body;
mod chunks;
mod farewell;
mod guard;
mod head;
mod listening;
mod proxies;
mod request_head;

pub use answer_head::{AnswerHead, BadAnswer, Line};
pub use body::{BadBody, Body};
pub use chunks::Chunks;
pub use farewell::{last_answer, linger};
pub use guard::{Guard, Turn};
pub use head::{BadHead, HEADERS_MAX};
pub use listening::listen;
pub use proxies::{InvalidProxyRange, ProxyRange, came_by_https, client_address};
pub use request_head::RequestHead;

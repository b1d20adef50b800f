//! A request as the gateway saw it: its head and the beginning of its body.

use http::{HeaderMap, Method};

/// The head of a request and the beginning of its body.
#[derive(Debug, Clone, Copy)]
pub struct RequestView<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path as it was sent, still percent-encoded.
    pub path: &'a str,
    /// The query as it was sent, without the question mark.
    pub query: Option<&'a str>,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// Service and Region of the `SigV4` credential scope, from the header or a presigned query, if there is any.
    pub scope: Option<Scope<'a>>,
    /// What was kept of the body.
    pub body: BodyView<'a>,
}

/// The part of a credential scope that says where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The signing name: `s3`, `iam`, `monitoring`.
    pub service: &'a str,
    /// `eu-west-1`
    pub region: &'a str,
}

/// What was kept of a body. Chunk framing (`Transfer-Encoding` and `aws-chunked`) and `Content-Encoding` are taken off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BodyView<'a> {
    /// The bytes from the beginning on.
    pub bytes: &'a [u8],
    /// Whether these are all bytes of the body.
    pub is_whole: bool,
}

/// How much of a body the record needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BodyNeed {
    /// Nothing: the body is content, such as an S3 object.
    Nothing,
    /// The beginning, as much of it as the gateway keeps.
    Beginning,
}

/// Where an S3 upstream looks for the bucket of a request. The caller chooses the host, so only the upstream can say
/// what it makes of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BucketPlace<'a> {
    /// In the path alone.
    #[default]
    Path,
    /// In the host, where that lies below this domain, else in the path: `s3.example.com`.
    Below(&'a str),
}

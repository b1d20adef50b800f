//! A request as the gateway saw it: its head and the beginning of its body.

use http::{HeaderMap, Method};

use crate::call::identify;

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

/// Where an S3 upstream looks for the bucket of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BucketPlace<'a> {
    /// In the host where that looks like an S3 endpoint below a bucket's name (`photos.s3.eu-west-1.amazonaws.com`,
    /// `photos.s3.localhost`), else in the path. The caller chooses the host: an upstream that reads the path alone
    /// does something else than such a record says, so whoever knows the upstream should say one of the others.
    #[default]
    Guessed,
    /// In the path alone.
    Path,
    /// In the host, where that lies below this domain, else in the path: `s3.example.com`.
    Below(&'a str),
}

/// Whether the parameters of a request are (also) in its body. Told from the head alone; the body may be empty.
pub fn request_need(head: &RequestView<'_>) -> BodyNeed {
    identify(head).request_need()
}

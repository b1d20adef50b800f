//! The beginning of a body, copied aside for the record.

/// The beginning of a body.
#[derive(Debug, Default)]
pub(crate) struct Copied {
    bytes: Vec<u8>,
    bytes_max: usize,
    is_cut: bool,
}

impl Copied {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { bytes: Vec::new(), bytes_max, is_cut: false }
    }

    pub(crate) fn add(&mut self, data: &[u8]) {
        let room = self.bytes_max - self.bytes.len();
        self.is_cut |= data.len() > room;
        self.bytes.extend_from_slice(data.get(..room).unwrap_or(data));
    }

    /// Whether no more would be kept.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes.len() >= self.bytes_max
    }

    /// Bytes follow that were not offered, unless the body is over.
    pub(crate) fn cut_unless(&mut self, is_over: bool) {
        self.is_cut |= !is_over;
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether bytes of the body are missing in the copy.
    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut
    }
}

//! What a server answers.

use std::io;

/// The answer of an HTTP server, redirections followed.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The status: 200 where all is well.
    pub status: u16,
    /// The content.
    pub content: Vec<u8>,
}

/// The answer of a host that gets nothing from other machines.
pub(super) fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "this build may not get files over HTTP")
}

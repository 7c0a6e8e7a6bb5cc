//! Bytes in both directions, with or without TLS.

use tokio::io::{AsyncRead, AsyncWrite};

/// Connection that is read and written.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

//! The HTTP client, as the library wants it.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

use crate::outbound::{BoundedClient, OutboundError};

/// Client for requests to providers.
#[derive(Clone, Debug)]
pub(super) struct Http(Arc<BoundedClient>);

impl Http {
    pub(super) fn new(timeout: Duration) -> Self {
        Self(Arc::new(BoundedClient::new(timeout)))
    }
}

impl AsyncHttpClient<'_> for Http {
    type Error = OutboundError;
    type Future = BoxFuture<'static, Result<HttpResponse, OutboundError>>;

    fn call(&self, request: HttpRequest) -> Self::Future {
        let outbound = Arc::clone(&self.0);
        async move { outbound.send(request).await }.boxed()
    }
}

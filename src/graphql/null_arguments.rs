//! Arguments that are null where no null may stand.
//!
//! A variable whose type has null may stand there if it has a default, and be given as null all the same. The field then
//! fails by itself: GraphQL specification, sections 6.4.1 and 6.4.4. The library fails the field around it too, however
//! nullable the field is. An extension mends that. It costs time at each field, so that only requests with such a variable
//! are executed with it.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{
    Response, ServerError, ServerResult, Value,
    async_trait::async_trait,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute, NextResolve, ResolveInfo},
};

/// Makes nullable fields null that fail, and no field around them.
pub(super) struct NullArguments;

impl ExtensionFactory for NullArguments {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::<FailedFields>::default()
    }
}

/// The errors of nullable fields of one request.
#[derive(Default)]
struct FailedFields(Mutex<Vec<ServerError>>);

impl FailedFields {
    fn with<T>(&self, change: impl FnOnce(&mut Vec<ServerError>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Extension for FailedFields {
    async fn execute(&self, ctx: &ExtensionContext<'_>, name: Option<&str>, next: NextExecute<'_>) -> Response {
        let mut response = next.run(ctx, name).await;
        response.errors.extend(self.with(std::mem::take));
        response
    }

    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let is_nullable = !info.return_type.ends_with('!');
        match next.run(ctx, info).await {
            Err(error) if is_nullable => {
                self.with(|errors| errors.push(error));
                Ok(Some(Value::Null))
            }
            outcome => outcome,
        }
    }
}

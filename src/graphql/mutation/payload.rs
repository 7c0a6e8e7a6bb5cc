//! Payloads of mutations.

/// Defines a payload of one nullable record and the user's errors, with its way from a domain result; and where a write may
/// be refused because of another record, with that one, by the loader's key for it.
macro_rules! payload {
    ($(#[$doc:meta])* $payload:ident { $(#[$field_doc:meta])* $field:ident: $type:ident($model:ty) }) => {
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        pub(crate) struct $payload {
            $(#[$field_doc])*
            $field: Option<$type>,
            /// Errors that the user can put right; empty on success.
            user_errors: Vec<crate::graphql::types::UserError>,
        }

        crate::graphql::mutation::payload::from_result!($payload, $field: $type($model));
    };
    (
        $(#[$doc:meta])* $payload:ident {
            $(#[$field_doc:meta])* $field:ident: $type:ident($model:ty),
            $(#[$current_doc:meta])* current: $key:ident
        }
    ) => {
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        #[graphql(complex)]
        pub(crate) struct $payload {
            $(#[$field_doc])*
            $field: Option<$type>,
            /// Errors that the user can put right; empty on success.
            user_errors: Vec<crate::graphql::types::UserError>,
        }

        #[async_graphql::ComplexObject]
        impl $payload {
            $(#[$current_doc])*
            async fn current(&self, ctx: &async_graphql::Context<'_>) -> crate::graphql::error::Nullable<$type> {
                let id = crate::graphql::types::current(&self.user_errors)?;
                ctx.load_one($key(id)).await.map(|record| record.map($type)).transpose()
            }
        }

        crate::graphql::mutation::payload::from_result!($payload, $field: $type($model));
    };
}

/// The way from a domain result to a payload.
macro_rules! from_result {
    ($payload:ident, $field:ident: $type:ident($model:ty)) => {
        impl $payload {
            /// In a box: the future of every mutation is as large as that of the largest, and moved about as a whole.
            pub(super) fn from_result<'a>(
                result: impl Future<Output = crate::domain::Result<$model>> + Send + 'a,
            ) -> futures_util::future::BoxFuture<'a, crate::graphql::error::Nullable<Self>> {
                use futures_util::FutureExt;
                let payload = result.map(|result| {
                    Some(crate::graphql::types::into_outcome(result).map(|outcome| match outcome {
                        Ok(record) => Self { $field: Some($type(record)), user_errors: Vec::new() },
                        Err(user_errors) => Self { $field: None, user_errors },
                    }))
                });
                payload.boxed()
            }
        }
    };
}

pub(super) use {from_result, payload};

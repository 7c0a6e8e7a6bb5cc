//! Validation apart from execution: the library does both at once, but between them Liaison leaves out the arguments
//! whose variables were not given (see [`super::omitted_variables`]), and a document that was found valid is not validated again.

use std::sync::Arc;

use async_graphql::{
    Response, ServerError, ValidationMode, ValidationResult,
    async_trait::async_trait,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation},
    parser::types::ExecutableDocument,
};

use super::variable_positions::Usages;
use crate::graphql::{Schema, builder};

/// The schema twice: to validate and to execute.
pub(crate) struct Schemas {
    validating: Schema,
    validating_for_strangers: Schema,
    executing: Schema,
    usages: Usages,
}

impl Schemas {
    /// The schemas that this text describes.
    pub(crate) fn new(sdl: &str) -> Self {
        let validating = || builder(ValidationMode::Strict).extension(StopBeforeExecution);
        Self {
            validating: validating().finish(),
            validating_for_strangers: validating().disable_suggestions().finish(),
            executing: builder(ValidationMode::Fast).finish(),
            usages: Usages::new(sdl),
        }
    }

    /// Refuses a document that is not valid. Strangers are told only what is wrong with a value:
    /// otherwise they could ask which names the schema has.
    pub(crate) async fn validate(
        &self,
        request: async_graphql::Request,
        document: &ExecutableDocument,
        is_stranger: bool,
    ) -> Result<(), Response> {
        let schema = if is_stranger { &self.validating_for_strangers } else { &self.validating };
        let mut errors = schema.execute(request).await.errors;
        if errors.is_empty() {
            errors.extend(self.usages.check(document).err());
        }
        if errors.is_empty() {
            return Ok(());
        }
        if is_stranger && !errors.iter().all(is_about_value) {
            let message = "The document does not fit the schema. Sign in to be told where.";
            errors = vec![ServerError::new(message, None)];
        }
        Err(Response::from_errors(errors))
    }

    /// The schema for documents that are known to be valid.
    pub(crate) fn executing(&self) -> &Schema {
        &self.executing
    }
}

/// True of a value that an argument does not take. What strangers may select has arguments that are no secret.
pub(crate) fn is_about_value(error: &ServerError) -> bool {
    error.message.starts_with("Invalid value for argument")
}

/// Ends a request after its validation, without an error where there was none.
struct StopBeforeExecution;

impl ExtensionFactory for StopBeforeExecution {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait]
impl Extension for StopBeforeExecution {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        next.run(ctx).await?;
        Err(Vec::new())
    }
}

//! JSON that an import keeps as text while it runs. What cannot be read is an error, because rows would be lost otherwise.

use sea_orm::DbErr;
use serde::{Serialize, de::DeserializeOwned};

use crate::domain::error::Result;

/// A value as text.
pub(super) fn text(value: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string(value).map_err(|cause| DbErr::Json(cause.to_string()))?)
}

/// A value that was kept as text.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    Ok(serde_json::from_str(text).map_err(|cause| DbErr::Json(cause.to_string()))?)
}

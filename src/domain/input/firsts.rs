//! The first value of a list as a field of its own.

use sea_orm::{ActiveModelTrait, ActiveValue, DbErr, ModelTrait, Value};

use super::{lists, set_points};
use crate::{
    card::ContactPoint,
    domain::described::{self, Described},
    resources::{PointRule, Rule},
};

/// The columns to be written to a record whose lists are more than their first values, where a row sets only those: the
/// new first value takes the place of the present one, and null removes it. None when no list stands in the way.
pub(crate) fn with_whole_lists<E: Described>(
    stored: &E::Model,
    row: &E::ActiveModel,
) -> Result<Option<E::ActiveModel>, DbErr> {
    let mut whole: Option<E::ActiveModel> = None;
    for (list, described) in E::RESOURCE.inputs() {
        let (Rule::Points(_, rule), Some(first)) = (described.rule, E::RESOURCE.first_of(list)) else { continue };
        let columns = described::column::<E>(first.column).zip(described::column::<E>(list.column));
        let Some((first_column, list_column)) = columns else { continue };
        let (ActiveValue::Set(value), false) = (row.get(first_column), row.get(list_column).is_set()) else { continue };
        if let Value::Json(Some(points)) = stored.get(list_column) {
            let points: Vec<ContactPoint> = serde_json::from_value(*points).unwrap_or_default();
            let row = whole.get_or_insert_with(|| row.clone());
            set_points::<E>(row, list, replace_first(points, value, rule))?;
        }
    }
    Ok(whole)
}

/// The list with another first value, which keeps the label, or without the first.
fn replace_first(mut points: Vec<ContactPoint>, value: Value, rule: PointRule) -> Vec<ContactPoint> {
    let (Value::String(Some(value)), Some(first)) = (value, points.first_mut()) else {
        return points.into_iter().skip(1).collect();
    };
    first.value = value;
    lists::distinct(points, rule)
}

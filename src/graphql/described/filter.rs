//! Filter inputs, and the domain's filter trees that they stand for.

use std::{borrow::Cow, marker::PhantomData};

use async_graphql::{
    InputType, InputValueError, InputValueResult, Name, Value,
    indexmap::IndexMap,
    registry::{InputObjectBuilder, MetaInputValue, Registry},
};

use crate::{
    domain::{
        described::Described,
        filter::{Filter, Operator, Test},
    },
    entity::interaction,
    graphql::{
        enums::InteractionType,
        filter::{DateTimeFilter, IdFilter, MetadataFilter, Operators, RecordStatusFilter, StringFilter, TagFilter},
    },
    resources::{ColumnKind, Field, Related, RelatedTest, Resource},
};

/// The filter of a resource's lists.
pub(crate) struct Where<E>(pub(crate) Filter, PhantomData<fn() -> E>);

impl<E: Described> InputType for Where<E> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        name(E::RESOURCE).into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        register(E::RESOURCE, registry);
        Self::qualified_type_name()
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        parse(E::RESOURCE, value).map(|filter| Self(filter, PhantomData))
    }

    fn to_value(&self) -> Value {
        // No filter is the default of an argument, which is all that this would be written for.
        Value::Null
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

fn name(resource: &Resource) -> String {
    format!("{}Filter", resource.type_name)
}

/// Adds the type to the schema. It is there before its fields are, so that it may have fields of its own type.
fn register(resource: &'static Resource, registry: &mut Registry) {
    let (name, Some(filter)) = (name(resource), resource.filter) else { return };
    if registry.types.contains_key(&name) {
        return;
    }
    let build = |fields| InputObjectBuilder::new(name.clone(), fields).description(Some(filter.doc.to_owned())).build();
    registry.types.insert(name.clone(), build(IndexMap::new()));
    let mut fields = IndexMap::new();
    let mut add = |field: &str, ty: String, doc: &str| {
        let mut meta = MetaInputValue::new(field, ty);
        meta.description = Some(doc.to_owned());
        fields.insert(field.to_owned(), meta);
    };
    if filter.is_tree {
        add("and", format!("[{name}!]"), "All of these filters match; an empty list matches everything.");
        add("or", format!("[{name}!]"), "At least one of these filters matches; an empty list matches nothing.");
        add("not", name.clone(), "This filter does not match.");
    }
    for (field, described) in resource.filters() {
        add(field.name, tested_type(field, registry), described.doc);
    }
    for RelatedTest { name: field, doc, test } in filter.related {
        let ty = match test {
            Related::Any(relation) => {
                let to = resource.relation(relation).map_or(resource, |relation| relation.to());
                register(to, registry);
                self::name(to)
            }
            Related::Empty(_) => <Option<bool> as InputType>::create_type_info(registry),
            Related::FieldOf(..) => <Option<StringFilter> as InputType>::create_type_info(registry),
        };
        add(field, ty, doc);
    }
    registry.types.insert(name.clone(), build(fields));
}

/// The type by which a filter tests a field.
fn tested_type(field: &Field, registry: &mut Registry) -> String {
    match field.kind {
        ColumnKind::Id => Option::<IdFilter>::create_type_info(registry),
        ColumnKind::Status => Option::<RecordStatusFilter>::create_type_info(registry),
        ColumnKind::InteractionType => Option::<Vec<InteractionType>>::create_type_info(registry),
        ColumnKind::Time => Option::<DateTimeFilter>::create_type_info(registry),
        ColumnKind::Flag => <Option<bool> as InputType>::create_type_info(registry),
        ColumnKind::Texts => Option::<TagFilter>::create_type_info(registry),
        ColumnKind::Json => Option::<Vec<MetadataFilter>>::create_type_info(registry),
        _ => Option::<StringFilter>::create_type_info(registry),
    }
}

/// Reads a filter over the records of a resource; `T` is the type that errors name.
fn parse<T: InputType>(resource: &'static Resource, value: Option<Value>) -> Result<Filter, InputValueError<T>> {
    let Some(Value::Object(mut given)) = value else {
        return Err(InputValueError::expected_type(value.unwrap_or_default()));
    };
    let mut take = |name: &str| given.swap_remove(&Name::new(name)).filter(|value| *value != Value::Null);
    let each = |value: Value| -> Result<Vec<Filter>, InputValueError<T>> {
        let parts = if let Value::List(parts) = value { parts } else { vec![value] };
        parts.into_iter().map(|part| parse(resource, Some(part))).collect()
    };
    let mut all = Vec::new();
    let Some(filter) = resource.filter else { return Ok(Filter::All(all)) };
    if filter.is_tree {
        all.extend(take("and").map(each).transpose()?.map(Filter::All));
        all.extend(take("or").map(each).transpose()?.map(Filter::Any));
        let inner = take("not").map(|inner| parse(resource, Some(inner))).transpose()?;
        all.extend(inner.map(|inner| Filter::Not(Box::new(inner))));
    }
    for (field, _) in resource.filters() {
        if let Some(value) = take(field.name) {
            if resource.list_of(field).is_some() {
                let texts = StringFilter::parse(Some(value)).map(StringFilter::tests);
                all.push(Filter::Is(Test::Item(field, texts.map_err(InputValueError::propagate)?)));
                continue;
            }
            all.push(tests(operators(field, value)?, |operator| Test::Field(field, operator)));
        }
    }
    for related in filter.related {
        if let Some(value) = take(related.name) {
            all.extend(related_test(resource, related.test, value)?);
        }
    }
    Ok(Filter::All(all))
}

/// Reads the operators that a filter has for a field.
fn operators<T: InputType>(field: &Field, value: Value) -> Result<Vec<Operator>, InputValueError<T>> {
    fn read<F: Operators, T: InputType>(value: Value) -> Result<Vec<Operator>, InputValueError<T>> {
        F::parse(Some(value)).map(F::operators).map_err(InputValueError::propagate)
    }
    match field.kind {
        ColumnKind::Id => read::<IdFilter, T>(value),
        ColumnKind::Status => read::<RecordStatusFilter, T>(value),
        ColumnKind::Time => read::<DateTimeFilter, T>(value),
        ColumnKind::Flag => read::<bool, T>(value),
        ColumnKind::Texts => read::<TagFilter, T>(value),
        ColumnKind::InteractionType => read::<Vec<InteractionType>, T>(value),
        ColumnKind::Json => {
            let tests = Vec::<MetadataFilter>::parse(Some(value)).map_err(InputValueError::propagate)?;
            tests.into_iter().map(MetadataFilter::test).collect::<Result<_, _>>().map_err(InputValueError::custom)
        }
        _ => read::<StringFilter, T>(value),
    }
}

/// Reads a test that looks at related records; none where the description names no such relation.
fn related_test<T: InputType>(
    resource: &'static Resource,
    test: Related,
    value: Value,
) -> Result<Option<Filter>, InputValueError<T>> {
    let flag = |value| bool::parse(Some(value)).map_err(InputValueError::propagate);
    Ok(match test {
        Related::Any(name) => match resource.relation(name) {
            Some(relation) => Some(Filter::Is(Test::Any(relation, Box::new(parse(relation.to(), Some(value))?)))),
            None => None,
        },
        Related::Empty(name) => match resource.relation(name) {
            Some(relation) => Some(Filter::Is(Test::Empty(relation, flag(value)?))),
            None => None,
        },
        Related::FieldOf(name, field) => {
            let relation = resource.relation(name);
            match relation.and_then(|relation| Some((relation, relation.to().field(field)?))) {
                Some((relation, field)) => {
                    Some(tests(operators(field, value)?, |operator| Test::FieldOf(relation, field, operator)))
                }
                None => None,
            }
        }
    })
}

/// All operators given must hold.
fn tests(operators: Vec<Operator>, test: impl Fn(Operator) -> Test) -> Filter {
    Filter::All(operators.into_iter().map(|operator| Filter::Is(test(operator))).collect())
}

/// The words of interaction types, as their column holds them.
impl Operators for Vec<InteractionType> {
    fn operators(self) -> Vec<Operator> {
        use sea_orm::ActiveEnum;
        vec![Operator::OneOf(
            self.into_iter().map(|kind| interaction::InteractionKind::from(kind).to_value()).collect(),
        )]
    }
}

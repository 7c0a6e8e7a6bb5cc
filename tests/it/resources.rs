//! The descriptions of the resources, the entities and the schema say the same.

use std::collections::BTreeMap;

use async_graphql::parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use liaison::{
    entity::{company, contact, interaction, membership, user},
    graphql,
    resources::{
        COMPANY, CONTACT, ColumnKind, Field, INTERACTION, MEMBERSHIP, RESOURCES, Reach, Relation, Resource, USER,
    },
};
use sea_orm::{ColumnTrait, ColumnType, EntityTrait, IdenStatic, Iterable};

/// Columns that no field of the API reads or writes.
const INTERNAL: &[(&str, &[&str])] = &[
    ("Contact", &["prior_status", "undone_at"]),
    ("Company", &["prior_status", "undone_at"]),
    ("User", &["updated_at"]),
];

/// Fields of types that their own resolvers answer.
const RESOLVED: &[(&str, &[&str])] =
    &[("Contact", &["card", "duplicates", "history"]), ("Company", &["history"]), ("Interaction", &["parties"])];

/// Fields of inputs that are checked by code of their own.
const CHECKED_ALONE: &[(&str, &[&str])] =
    &[("MembershipInput", &["isPrimary", "position"]), ("InteractionInput", &["parties"])];

/// What is listed for a type.
fn listed(list: &[(&str, &[&'static str])], name: &str) -> Vec<String> {
    let found = list.iter().find(|(listed, _)| *listed == name);
    found.map(|(_, names)| names.iter().map(|&name| name.to_owned()).collect()).unwrap_or_default()
}

/// A column: whether it may be null, and its type.
struct Column {
    is_nullable: bool,
    ty: ColumnType,
}

fn columns<E: EntityTrait>() -> BTreeMap<String, Column> {
    let column = |column: E::Column| {
        let definition = column.def();
        let ty = definition.get_column_type().clone();
        (column.as_str().to_owned(), Column { is_nullable: definition.is_null(), ty })
    };
    E::Column::iter().map(column).collect()
}

fn columns_of(resource: &Resource) -> BTreeMap<String, Column> {
    match resource.type_name {
        "Contact" => columns::<contact::Entity>(),
        "Company" => columns::<company::Entity>(),
        "Membership" => columns::<membership::Entity>(),
        "Interaction" => columns::<interaction::Entity>(),
        "User" => columns::<user::Entity>(),
        other => panic!("no entity is named here for {other}"),
    }
}

fn is_stored_as(kind: ColumnKind, ty: &ColumnType) -> bool {
    match kind {
        ColumnKind::Id => matches!(ty, ColumnType::Uuid),
        ColumnKind::Text => matches!(ty, ColumnType::String(_) | ColumnType::Text),
        ColumnKind::Status | ColumnKind::Role | ColumnKind::InteractionType => {
            matches!(ty, ColumnType::Text | ColumnType::Enum { .. })
        }
        ColumnKind::Time => matches!(ty, ColumnType::TimestampWithTimeZone),
        ColumnKind::Int => matches!(ty, ColumnType::Integer),
        ColumnKind::Flag => matches!(ty, ColumnType::Boolean),
        ColumnKind::Json | ColumnKind::Points | ColumnKind::Addresses | ColumnKind::Texts => {
            matches!(ty, ColumnType::JsonBinary)
        }
        ColumnKind::PartialDate => matches!(ty, ColumnType::String(_) | ColumnType::Text),
    }
}

#[test]
fn fields_and_columns_are_the_same() {
    for resource in RESOURCES {
        let name = resource.type_name;
        let mut columns = columns_of(resource);
        for field in resource.fields {
            let column = columns.remove(field.column);
            let column = column.unwrap_or_else(|| panic!("{name}.{}: no column {}", field.name, field.column));
            assert_eq!(column.is_nullable, field.is_nullable, "{name}.{}: whether it may be null", field.name);
            assert!(is_stored_as(field.kind, &column.ty), "{name}.{}: {:?} as {:?}", field.name, field.kind, column.ty);
            if let Some(items) = field.items {
                let keys = columns.remove(items.column);
                let keys = keys.unwrap_or_else(|| panic!("{name}.{}: no column {}", field.name, items.column));
                assert!(keys.is_nullable && matches!(keys.ty, ColumnType::JsonBinary), "{name}.{}", items.column);
            }
            let texts = field.folded.map(|folded| folded.column).into_iter().chain(field.lower).chain(field.digits);
            for made in texts {
                let made_column = columns.remove(made);
                let made_column = made_column.unwrap_or_else(|| panic!("{name}.{}: no column {made}", field.name));
                assert_eq!(made_column.is_nullable, field.is_nullable, "{name}.{made}: whether it may be null");
            }
        }
        for one in resource.relations.iter().filter_map(Relation::one_record) {
            columns.remove(one.this);
        }
        let rest: Vec<String> = columns.into_keys().collect();
        assert_eq!(rest, listed(INTERNAL, name), "{name}: columns that no field describes");
    }
}

#[test]
fn orders_and_relations_name_columns_that_there_are() {
    for resource in RESOURCES {
        let columns = columns_of(resource);
        for key in resource.orders().map(|(_, key)| key).chain(resource.order.iter().copied()) {
            assert!(columns.contains_key(key.column), "{}: ordered by {}", resource.type_name, key.column);
            assert_eq!(columns[key.column].is_nullable, key.is_nullable, "{}.{}", resource.type_name, key.column);
        }
        for relation in resource.relations {
            let place = format!("{}.{}", resource.type_name, relation.name);
            if let Some(one) = relation.one_record() {
                let theirs = columns_of(relation.to());
                assert!(columns.contains_key(one.this), "{place}: from {}", one.this);
                assert!(
                    theirs.contains_key(one.that) && one.flag.is_none_or(|flag| theirs.contains_key(flag)),
                    "{place}"
                );
            }
            if let Some(many) = relation.many() {
                let theirs = columns_of(relation.to());
                assert!(theirs.contains_key(many.by), "{place}: by {}", many.by);
                assert!(many.order.iter().all(|key| theirs.contains_key(key.column)), "{place}: its order");
                let has_live =
                    |live: &str| relation.to().relation(live).is_some_and(|owner| owner.to().trash.is_some());
                assert!(many.live.is_none_or(has_live), "{place}: {:?} is never in the trash", many.live);
            }
        }
    }
}

/// The schema's fields by type, each with its type; and the values of enums.
fn schema() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut schema = BTreeMap::new();
    for definition in parse_schema(graphql::sdl()).unwrap().definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let members: BTreeMap<String, String> = match definition.node.kind {
            TypeKind::Object(object) => {
                let fields = object.fields.into_iter().map(|field| field.node);
                fields.map(|field| (field.name.node.to_string(), field.ty.node.to_string())).collect()
            }
            TypeKind::InputObject(input) => {
                let fields = input.fields.into_iter().map(|field| field.node);
                fields.map(|field| (field.name.node.to_string(), field.ty.node.to_string())).collect()
            }
            TypeKind::Enum(values) => {
                values.values.into_iter().map(|value| (value.node.value.node.to_string(), String::new())).collect()
            }
            TypeKind::Scalar | TypeKind::Interface(_) | TypeKind::Union(_) => continue,
        };
        schema.insert(definition.node.name.node.to_string(), members);
    }
    schema
}

/// The type by which the API shows a field.
fn shown_type(field: &Field) -> String {
    let name = match field.kind {
        ColumnKind::Id => "ID",
        ColumnKind::Text => "String",
        ColumnKind::Status => "RecordStatus",
        ColumnKind::Role => "Role",
        ColumnKind::InteractionType => "InteractionType",
        ColumnKind::Time => "DateTime",
        ColumnKind::Int => "Int",
        ColumnKind::Flag => "Boolean",
        ColumnKind::Json => "JSON",
        ColumnKind::PartialDate => "PartialDate",
        // Never null, though the column of a list may be.
        ColumnKind::Points => return "[ContactPoint!]!".to_owned(),
        ColumnKind::Addresses => return "[PostalAddress!]!".to_owned(),
        ColumnKind::Texts => return "[String!]!".to_owned(),
    };
    if field.is_nullable { name.to_owned() } else { format!("{name}!") }
}

#[test]
fn types_show_what_is_described() {
    let schema = schema();
    for resource in RESOURCES {
        let name = resource.type_name;
        let fields = resource.fields.iter().filter(|field| !field.doc.is_empty());
        let mut described: BTreeMap<String, String> =
            fields.map(|field| (field.name.to_owned(), shown_type(field))).collect();
        for relation in resource.relations {
            let to = relation.to().type_name;
            let ty = match &relation.reach {
                Reach::One(one) if one.is_promised => format!("{to}!"),
                Reach::One(_) => to.to_owned(),
                Reach::Few(_) => format!("[{to}!]!"),
                Reach::Page(_) | Reach::Resolver => format!("{to}Connection!"),
            };
            described.insert(relation.name.to_owned(), ty);
        }
        let mut shown = schema[name].clone();
        for resolved in listed(RESOLVED, name) {
            assert!(shown.remove(&resolved).is_some(), "{name}.{resolved} is not in the schema");
        }
        assert_eq!(shown, described, "{name}");
    }
}

#[test]
fn inputs_take_what_is_described() {
    let schema = schema();
    for resource in RESOURCES {
        let name = format!("{}Input", resource.type_name);
        let mut taken: Vec<String> =
            schema.get(&name).map(|fields| fields.keys().cloned().collect()).unwrap_or_default();
        let alone = listed(CHECKED_ALONE, &name);
        taken.retain(|field| !alone.contains(field));
        let mut described: Vec<String> = resource.inputs().map(|(field, _)| field.name.to_owned()).collect();
        described.sort();
        assert_eq!(taken, described, "{name}");
        // A change that a mutation makes is recorded, or its history would have gaps.
        let bare: Vec<&str> = resource
            .inputs()
            .map(|(field, _)| field)
            .filter(|field| !field.is_recorded)
            .map(|field| field.name)
            .collect();
        let expected: &[&str] = if name == "InteractionInput" { &["body"] } else { &[] };
        assert_eq!(bare, expected, "{name}: fields whose changes are not recorded");
    }
}

#[test]
fn filters_test_what_is_described() {
    let schema = schema();
    for resource in RESOURCES {
        let name = format!("{}Filter", resource.type_name);
        let tested = schema.get(&name).cloned().unwrap_or_default();
        let mut described = BTreeMap::new();
        for (field, _) in resource.filters() {
            let ty = match field.kind {
                ColumnKind::Id => "IDFilter",
                ColumnKind::Text => "StringFilter",
                ColumnKind::Status => "RecordStatusFilter",
                ColumnKind::InteractionType => "[InteractionType!]",
                ColumnKind::Time => "DateTimeFilter",
                ColumnKind::Flag => "Boolean",
                ColumnKind::Texts => "TagFilter",
                ColumnKind::Json => "[MetadataFilter!]",
                ColumnKind::Role
                | ColumnKind::Int
                | ColumnKind::Points
                | ColumnKind::Addresses
                | ColumnKind::PartialDate => panic!("no filter tests {:?}", field.kind),
            };
            described.insert(field.name.to_owned(), ty.to_owned());
            assert!(
                field.kind != ColumnKind::Text || field.folded.is_some(),
                "{name}.{} has no folded key",
                field.name
            );
        }
        if let Some(filter) = resource.filter {
            for part in ["and", "or"].into_iter().filter(|_| filter.is_tree) {
                described.insert(part.to_owned(), format!("[{name}!]"));
            }
            described.extend(filter.is_tree.then(|| ("not".to_owned(), name.clone())));
            for test in filter.related {
                let ty = match test.name {
                    "membership" => "MembershipFilter",
                    "companyName" | "industry" => "StringFilter",
                    _ => "Boolean",
                };
                described.insert(test.name.to_owned(), ty.to_owned());
            }
        }
        assert_eq!(tested, described, "{name}");
    }
}

#[test]
fn orders_compare_what_is_described() {
    let schema = schema();
    for resource in RESOURCES {
        let name = format!("{}OrderField", resource.type_name);
        let compared: Vec<String> =
            schema.get(&name).map(|values| values.keys().cloned().collect()).unwrap_or_default();
        let constant = |name: &str| {
            name.chars().fold(String::new(), |mut constant, letter| {
                constant.extend(letter.is_uppercase().then_some('_'));
                constant.extend(letter.to_uppercase());
                constant
            })
        };
        let mut described: Vec<String> = resource.orders().map(|(field, _)| constant(field.name)).collect();
        described.sort();
        assert_eq!(compared, described, "{name}");
    }
}

#[test]
fn names_in_cursors_differ() {
    for resource in [&CONTACT, &COMPANY, &MEMBERSHIP, &INTERACTION, &USER] {
        let mut names: Vec<&str> = resource.orders().map(|(_, key)| key.name).chain(["id"]).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{}: two orders have one name", resource.type_name);
    }
}

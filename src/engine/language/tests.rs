//! Judged cases: documents and variables that the specification allows, and such as it forbids.

use async_graphql::{
    Pos, Value, Variables,
    parser::types::{DocumentOperations, Selection},
};
use serde_json::json;

use super::*;

const SDL: &str = "
    scalar JSON
    scalar Even
    enum Order { NAME EMAIL }
    input Either @oneOf { id: ID text: String }
    input Filter { text: String ids: [ID!] size: Int! = 3 and: [Filter!] order: Order data: JSON }
    input Input { name: String! filter: Filter }
    interface Node { id: ID! }
    type Person implements Node { id: ID! name: String! age: Int friend: Person friends(first: Int = 5): [Person!]! }
    type Company implements Node { id: ID! name: String status: Order }
    type Query {
        person(id: ID): Person
        people(ids: [ID!], filter: Filter, order: [Order!] = [NAME], limit: Int! = 8, either: Either, data: JSON, even: [Even]): [Person!]!
        node: Node
    }
    type Mutation { save(input: Input!): Person }
    type Subscription { changes(after: String): Person other: Person }
";

const LIMITS: TextLimits = TextLimits { tokens_max: 10_000, nesting_max: 100, operations_max: 20 };

fn is_even(value: &Value) -> Result<(), &'static str> {
    let is_even = matches!(value, Value::Number(number) if number.as_i64().is_some_and(|number| number % 2 == 0));
    if is_even { Ok(()) } else { Err("An even number is expected.") }
}

fn language() -> Language {
    Language::new(SDL, &[("Even", is_even)]).unwrap()
}

/// The faults of a document, of syntax or by validation.
fn faults(text: &str) -> Vec<Fault> {
    let language = language();
    match language.parse(text, &LIMITS) {
        Ok(parsed) => language.validate(&parsed.source).err().unwrap_or_default(),
        Err(Refusal::Syntax(fault)) => vec![fault],
        Err(Refusal::TooLarge { what, most }) => panic!("{text}: more than {most} {what}"),
    }
}

fn parsed(text: &str) -> ExecutableDocument {
    language().parse(text, &LIMITS).unwrap_or_else(|refusal| panic!("{text}: {refusal:?}")).document
}

/// The variables of a document's only operation once they are coerced, or the messages that say why they are not.
fn coerced(text: &str, variables: serde_json::Value) -> Result<serde_json::Value, Vec<String>> {
    assert_eq!(faults(text), [], "{text}");
    let document = parsed(text);
    let DocumentOperations::Single(operation) = &document.operations else { panic!("one operation") };
    let mut variables = Variables::from_json(variables);
    add_defaults(&operation.node, &mut variables);
    match language().coerce(&operation.node, &mut variables) {
        Ok(()) => Ok(serde_json::to_value(variables).unwrap()),
        Err(faults) => Err(faults.into_iter().map(|fault| fault.message).collect()),
    }
}

#[test]
fn the_own_schema_is_valid() {
    assert_eq!(Language::new(&crate::graphql::sdl(), &[]).err(), None);
    assert!(Language::new("type Query { a: Nothing }", &[]).is_err());
}

#[test]
fn what_the_specification_allows_is_valid() {
    for text in [
        "query Q($b: Boolean!) { __typename @include(if: $b) }",
        "query Q($b: Boolean = true) { node @skip(if: $b) { id } }",
        r#"{ person(id: "\uD83D\uDE00 \u{1F600} \u{41}") { id } }"#,
        r#"{ person(id: """a \""" b""") { id } }"#,
        "\"Described\" query Q(\"Described\" $id: ID) { person(id: $id) { ...F } } \"Described\" fragment F on Person { id }",
        "{ a: person(id: 1) { id } a: person(id: 1) { name } }",
        "{ node { ... on Person { x: age } ...F } } fragment F on Company { y: name }",
        "{ person(id: 99999999999999999999) { id } }",
        "query($n: Int) { people(limit: $n) { id } }",
        "query($n: Int = 1) { people(limit: $n) { id } }",
        "query($n: Int = null, $id: ID = null) { people(limit: $n) { id } person(id: $id) { id } }",
        "query($id: ID!) { people(ids: [$id, 5], filter: { ids: [$id], and: { text: null } }) { id } }",
        "query($id: ID!) { people(either: { id: $id }) { id } }",
        "query($d: JSON, $t: String) { people(data: { a: [1, ENUM, $d], b: $t, c: null }) { id } }",
        "subscription { changes { id } changes { id name } }",
        "subscription { ...F } fragment F on Subscription { changes { id } }",
        "{ __schema { types { name isOneOf specifiedByURL } directives { name args(includeDeprecated: true) { name } } } }",
        "{ people(limit: 2147483647) { id } }",
        "query($n: Even) { people(even: [2, null, $n]) { id } a: people(even: 4) { id } }",
        "query A { node { id } } query B { node { id } }",
        "{ # a comment, with commas\n,,, node, { id }\u{feff} }",
    ] {
        assert_eq!(faults(text), [], "{text}");
    }
}

#[test]
fn what_the_specification_forbids_is_not() {
    for text in [
        "",
        "{",
        "{ }",
        "{ node { } }",
        "{ node { id } } fragment F on Person { }",
        "{ node { ... on Person { } } }",
        "{ person(id: \"\\u{110000}\") { id } }",
        "{ person(id: \"\\uD83D\") { id } }",
        "{ person(id: 01) { id } }",
        "type T { a: Int } { node { id } }",
        "query Q { node { id } } query Q { node { id } }",
        "{ node { id } } query Q { node { id } }",
        "{ node { id } } { node { id } }",
        "{ nothing }",
        "{ person(id: 1) }",
        "{ person { name { a } } }",
        "{ person { name } person { name: id } }",
        "query($v: ID!) { person(id: $v) { ...F a: id } } fragment F on Person { a: name }",
        "{ node { ... on Person { x: name } ... on Company { x: status } } }",
        "{ node { ... on Person { x: name } ... on Company { x: id } } }",
        "{ person { friends(first: 1) { id } } person { friends(first: 2) { id } } }",
        "{ ...F } fragment F on Query { ...F }",
        "{ ...F } fragment F on Person { id }",
        "{ node { id } } fragment F on Person { id }",
        "{ ...Nothing }",
        "{ node { ... on Nothing { id } } }",
        "{ node { ... on Order { id } } }",
        "{ person { ... on Company { id } } }",
        "{ person(nothing: 1) { id } }",
        "{ person(id: 1, id: 1) { id } }",
        "mutation { save { id } }",
        "mutation { save(input: {}) { id } }",
        "mutation { save(input: { name: null }) { id } }",
        "mutation { save(input: { name: \"a\", name: \"b\" }) { id } }",
        "mutation { save(input: { name: \"a\", nme: \"b\" }) { id } }",
        "{ people(data: { a: 1, a: 2 }) { id } }",
        "{ people(data: { a: $nothing }) { id } }",
        "{ ...F } fragment F on Query { people(data: { a: [{ b: $nothing }] }) { id } }",
        "query($a: ID) { people(data: { a: [$a, $nothing] }) { id } }",
        "{ people(limit: 1.0) { id } }",
        "{ people(limit: 2147483648) { id } }",
        "{ people(limit: null) { id } }",
        "{ people(order: PHONE) { id } }",
        "{ people(even: 3) { id } }",
        "{ people(even: [2, \"a\"]) { id } }",
        "{ people(even: [[2]]) { id } }",
        "query($n: Even = 1) { people(even: [$n]) { id } }",
        "{ people(order: \"NAME\") { id } }",
        "{ people(either: { id: 1, text: \"\" }) { id } }",
        "{ people(either: { id: null }) { id } }",
        "query($a: ID) { people(either: { id: $a }) { id } }",
        "query($a: String) { people(limit: $a) { id } }",
        "query($a: [ID]) { people(ids: $a) { id } }",
        "query($a: ID) { people(ids: [$a]) { id } }",
        "query($a: ID!) { people(ids: $a) { id } }",
        "query($a: Boolean) { node @include(if: $a) { id } }",
        "query($a: Boolean = null) { node @include(if: $a) { id } }",
        "query($a: ID = null) { people(ids: [$a]) { id } }",
        "query($a: Int! = null) { people(limit: $a) { id } }",
        "query($a: Person) { node { id } }",
        "query($a: Nothing) { node { id } }",
        "query($a: ID, $a: ID) { person(id: $a) { id } }",
        "query($a: ID) { node { id } }",
        "query($a: Int = \"a\") { people(limit: $a) { id } }",
        "query($a: Int = 2147483648) { people(limit: $a) { id } }",
        "query($a: ID, $b: ID = $a) { person(id: $b) { id } }",
        "{ person(id: $a) { id } }",
        "{ node @nothing { id } }",
        "{ node @skip { id } }",
        "{ node @skip(if: true) @skip(if: true) { id } }",
        "query @skip(if: true) { node { id } }",
        "{ node { ... @defer { id } } }",
        "subscription { changes { id } other { id } }",
        "subscription { changes { id } changes(after: \"a\") { id } }",
        "subscription { changes @include(if: true) { id } }",
        "subscription { __typename }",
        "{ __schema { directives { isDeprecated } } }",
        "{ __schema { directives(includeDeprecated: true) { name } } }",
    ] {
        assert_ne!(faults(text), [], "{text}");
    }
}

#[test]
fn faults_have_places_in_lines_and_characters() {
    for (text, line, column) in [
        ("{\n  node {\r\n    nme } }", 3, 5),
        ("{ a: person(id: \"ü\u{2028}é\") { nme } }", 1, 26),
        ("{ node { id }", 1, 14),
        ("# ü\r{ node { } }", 2, 3),
    ] {
        let place = faults(text).first().and_then(|fault| fault.place);
        assert_eq!(place, Some(Pos { line, column }), "{text}");
    }
}

#[test]
fn messages_are_few_and_hold_no_texts_of_the_document() {
    let many = (0..500).map(|number| format!("a{number}")).collect::<Vec<_>>().join(" ");
    assert_eq!(faults(&format!("{{ {many} }}")).len(), 10);
    for text in [
        "{ person(id: \"secret) { id } }",
        "{ person(\"secret\") { id } }",
        "mutation { save(input: \"secret\") { id } }",
    ] {
        let faults = faults(text);
        assert!(!faults.is_empty() && faults.iter().all(|fault| !fault.message.contains("secret")), "{faults:?}");
    }
}

#[test]
fn texts_beyond_the_limits_are_too_large() {
    let refusal = |text: &str| match language().parse(text, &LIMITS) {
        Err(Refusal::TooLarge { what, .. }) => what,
        _ => "",
    };
    let operations =
        |count| (0..count).map(|number| format!("query Q{number} {{ node {{ id }} }}")).collect::<Vec<_>>().join(" ");
    assert_eq!(refusal(&operations(20)), "");
    assert_eq!(refusal(&operations(21)), "operations");
    assert_eq!(refusal(&format!("{{ {} }}", "node { id } ".repeat(2000))), "tokens, commas and blanks");
    assert_eq!(refusal(&format!("{{ node {} id }}", ",".repeat(10_000))), "tokens, commas and blanks");
    assert_eq!(refusal(&"{ node ".repeat(1000)), "brackets in each other");
    assert_eq!(refusal(&format!("{{ people(data: {}", "[".repeat(1000))), "brackets in each other");
    assert_eq!(refusal(&format!("{{ people(data: {}", "{ a: ".repeat(1000))), "brackets in each other");
    assert_eq!(refusal(&format!("query($a: {}", "[".repeat(1000))), "brackets in each other");
}

#[test]
fn values_become_those_of_the_executing_library() {
    let value = |literal: &str| {
        let document = parsed(&format!("{{ people(data: {literal}, ids: {literal}, limit: {literal}) {{ id }} }}"));
        let DocumentOperations::Single(operation) = document.operations else { panic!("one operation") };
        let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else { panic!("a field") };
        field.node.arguments.iter().map(|(_, value)| value.node.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(value("99999999999999999999"), ["1e+20", "\"99999999999999999999\"", "1e+20"]);
    assert_eq!(
        value("18446744073709551615"),
        ["18446744073709551615", "\"18446744073709551615\"", "18446744073709551615"]
    );
    assert_eq!(value("-0"), ["0", "\"-0\"", "0"]);
    assert_eq!(value("[1, [2]]"), ["[1, [2]]", "[\"1\", [\"2\"]]", "[1, [2]]"]);
    assert_eq!(value(r#""\uD83D\uDE00\u{1F600}\u{41}""#)[0], "\"😀😀A\"");
    assert_eq!(value("\"\"\"\n  a \\\"\"\" b\n    c\n\"\"\"")[0], "\"a \\\"\\\"\\\" b\\n  c\"");
    assert_eq!(value("{ a: ENUM, b: $v }")[0], "{a: ENUM, b: $v}");
}

#[test]
fn variables_become_values_of_their_types() {
    let query = "query($id: ID, $ids: [ID!], $n: Int! = 8, $f: Filter, $o: [Order!] = NAME, $e: Either, $d: JSON) {
        person(id: $id) { id } people(ids: $ids, limit: $n, filter: $f, order: $o, either: $e, data: $d) { id } }";
    let defaults = json!({ "n": 8, "o": ["NAME"] });
    for (given, expected) in [
        (json!({}), json!({})),
        (json!({ "id": 5, "ids": 6, "n": 1.0 }), json!({ "id": "5", "ids": ["6"], "n": 1 })),
        (json!({ "id": u64::MAX, "ids": [1.0, "a"] }), json!({ "id": "18446744073709551615", "ids": ["1", "a"] })),
        (json!({ "n": -0.0, "id": null, "ids": null }), json!({ "n": 0, "id": null, "ids": null })),
        (json!({ "n": i32::MIN, "d": [1.5, { "a": null }] }), json!({ "n": i32::MIN, "d": [1.5, { "a": null }] })),
        (
            json!({ "f": { "ids": 7, "and": { "size": 2.0, "text": null }, "order": "EMAIL", "data": 1.0 } }),
            json!({ "f": { "ids": ["7"], "and": [{ "size": 2, "text": null }], "order": "EMAIL", "data": 1.0 } }),
        ),
        (json!({ "e": { "id": 1 }, "o": "EMAIL" }), json!({ "e": { "id": "1" }, "o": ["EMAIL"] })),
        (json!({ "unknown": [1] }), json!({ "unknown": [1] })),
    ] {
        let mut all = defaults.clone();
        all.as_object_mut().unwrap().extend(expected.as_object().unwrap().clone());
        assert_eq!(coerced(query, given.clone()), Ok(all), "{given}");
    }
}

#[test]
fn variables_of_another_type_are_refused_with_their_path() {
    let query = "query($id: ID!, $n: Int, $f: Filter, $e: Either, $o: [Order], $even: [Even]) {
        person(id: $id) { id } people(limit: $n, filter: $f, either: $e) { id } b: people(filter: { order: NAME }) { id } ...F
        } fragment F on Query { c: people(data: { a: $o }, even: $even) { id } }";
    for (given, expected) in [
        (json!({}), r#"The variable "$id" must have a value."#),
        (json!({ "id": null }), r#"The variable "$id" must not be null."#),
        (json!({ "id": true }), r#"The variable "$id" must be of type ID, but is true or false."#),
        (
            json!({ "id": 1.5 }),
            r#"The variable "$id" must be of type ID, and its number has a fraction or too many digits."#,
        ),
        (
            json!({ "id": 1e300 }),
            r#"The variable "$id" must be of type ID, and its number has a fraction or too many digits."#,
        ),
        (
            json!({ "n": 2_147_483_648_u64 }),
            r#"The variable "$n" must be of type Int: a whole number of at most 32 bits."#,
        ),
        (json!({ "n": 1.5 }), r#"The variable "$n" must be of type Int: a whole number of at most 32 bits."#),
        (json!({ "n": "1" }), r#"The variable "$n" must be of type Int, but is a text."#),
        (
            json!({ "f": { "and": [{}, { "ids": ["a", null] }] } }),
            r#"The variable "$f.and[1].ids[1]" must not be null."#,
        ),
        (json!({ "f": { "size": null } }), r#"The variable "$f.size" must not be null."#),
        (json!({ "f": { "nme": 1 } }), r#"The variable "$f.nme" is not a field of Filter."#),
        (json!({ "f": [] }), r#"The variable "$f" must be of type Filter, but is a list."#),
        (json!({ "f": { "order": "PHONE" } }), r#"The variable "$f.order" must be one of the names of Order."#),
        (json!({ "f": { "order": 1 } }), r#"The variable "$f.order" must be of type Order, but is a number."#),
        (json!({ "e": {} }), r#"The variable "$e" must have exactly one field."#),
        (json!({ "e": { "id": "a", "text": "b" } }), r#"The variable "$e" must have exactly one field."#),
        (json!({ "e": { "id": null } }), r#"The variable "$e.id" must not be null."#),
        (json!({ "even": [2, 3] }), r#"The variable "$even[1]" is not of type Even. An even number is expected."#),
        (json!({ "o": ["NAME", "PHONE"] }), r#"The variable "$o[1]" must be one of the names of Order."#),
    ] {
        let mut all = json!({ "id": "a" });
        all.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
        if given == json!({}) {
            all = given.clone();
        }
        assert_eq!(coerced(query, all), Err(vec![expected.to_owned()]), "{given}");
    }
    let many: Vec<_> = (0..100).map(|_| json!({ "nme": 1 })).collect();
    assert_eq!(coerced(query, json!({ "id": "a", "f": { "and": many } })).unwrap_err().len(), 10);
    let deep = (0..200).fold(json!({}), |inner, _| json!({ "and": [inner] }));
    assert!(coerced(query, json!({ "id": "a", "f": deep })).unwrap_err()[0].ends_with("is nested too deeply."));
}

#[test]
fn a_variable_that_a_directive_looks_at_is_no_null() {
    let query = "query($b: Boolean = true) { ...F } fragment F on Query { node @include(if: $b) { id } }";
    assert_eq!(coerced(query, json!({})), Ok(json!({ "b": true })));
    assert_eq!(coerced(query, json!({ "b": false })), Ok(json!({ "b": false })));
    assert_eq!(coerced(query, json!({ "b": null })), Err(vec!["The variable \"$b\" must not be null.".to_owned()]));
}

#[test]
fn repeated_root_fields_of_a_subscription_are_one() {
    let document = parsed("subscription { changes { id } changes { name } }");
    let DocumentOperations::Single(operation) = document.operations else { panic!("one operation") };
    let items = &operation.node.selection_set.node.items;
    let Selection::Field(field) = &items[0].node else { panic!("a field") };
    assert_eq!((items.len(), field.node.selection_set.node.items.len()), (1, 2));
}

#[test]
fn variables_that_must_not_be_null_though_their_type_has_null_are_told() {
    for (text, names) in [
        (
            "query($a: Int, $b: ID, $c: Int!) { people(limit: $a) { id } person(id: $b) { friends(first: $c) { id } } }",
            &["a"][..],
        ),
        ("query($a: Int = 1) { ...F } fragment F on Query { people(filter: { size: $a }) { id } }", &["a"]),
        ("query($a: ID = 1) { people(ids: [$a]) { id } }", &["a"]),
        ("query($a: [ID!]) { people(ids: $a) { id } }", &[]),
    ] {
        let parsed = language().parse(text, &LIMITS).unwrap_or_else(|refusal| panic!("{text}: {refusal:?}"));
        assert_eq!(parsed.not_null, names, "{text}");
    }
}

//! Labels of addresses and numbers, in the words of the API, of JSContact and of vCard.
//!
//! The API has one free text, e.g. "work", "home fax" or "Ferienhaus". JSContact has contexts and features, vCard has types;
//! both have free labels besides. The well-known words become contexts, features and types; every other text stays a label.

use serde_json::{Map, Value};

/// A well-known word: in a label, as a context or feature of JSContact, and as a type of vCard.
struct Word {
    label: &'static str,
    jscontact: &'static str,
    vcard: &'static str,
}

const CONTEXTS: &[Word] = &[
    Word { label: "work", jscontact: "work", vcard: "work" },
    Word { label: "home", jscontact: "private", vcard: "home" },
];

const FEATURES: &[Word] = &[
    Word { label: "mobile", jscontact: "mobile", vcard: "cell" },
    Word { label: "fax", jscontact: "fax", vcard: "fax" },
    Word { label: "pager", jscontact: "pager", vcard: "pager" },
    Word { label: "video", jscontact: "video", vcard: "video" },
    Word { label: "text", jscontact: "text", vcard: "text" },
    Word { label: "textphone", jscontact: "textphone", vcard: "textphone" },
    Word { label: "main", jscontact: "main-number", vcard: "main-number" },
];

/// Types that say nothing about the purpose of an address or number.
const PLAIN_TYPES: &[&str] = &["pref", "internet", "voice"];

/// The context and the feature that a label means; none for a free text.
fn words(label: &str, has_features: bool) -> Option<(Option<&'static Word>, Option<&'static Word>)> {
    let find = |words: &'static [Word], text: &str| words.iter().find(|word| word.label == text);
    let (first, second) = label.split_once(' ').map_or((label, None), |(first, second)| (first, Some(second)));
    let context = find(CONTEXTS, first);
    let feature = if has_features { find(FEATURES, second.unwrap_or(first)) } else { None };
    match (context, second, feature) {
        (Some(context), None, _) => Some((Some(context), None)),
        (Some(context), Some(_), Some(feature)) => Some((Some(context), Some(feature))),
        (None, None, Some(feature)) => Some((None, Some(feature))),
        _ => None,
    }
}

/// The label of a context and a feature.
fn joined(context: Option<&Word>, feature: Option<&Word>) -> Option<String> {
    match (context, feature) {
        (Some(context), Some(feature)) => Some(format!("{} {}", context.label, feature.label)),
        (Some(word), None) | (None, Some(word)) => Some(word.label.to_owned()),
        (None, None) => None,
    }
}

/// The label in lower case where it consists of well-known words, e.g. "work" for Google's "Work"; otherwise as it is.
pub(super) fn tidy(label: &str) -> Option<String> {
    let label = label.trim();
    let label = label.strip_prefix("* ").unwrap_or(label);
    if label.is_empty() || label == "*" {
        return None;
    }
    let lower = label.to_lowercase();
    Some(if words(&lower, true).is_some() || lower == "other" { lower } else { label.to_owned() })
}

/// Takes the label out of an item of JSContact. Contexts and features that no label can express stay in the item.
pub(super) fn take_from_item(item: &mut Map<String, Value>, has_features: bool) -> Option<String> {
    if let Some(Value::String(label)) = item.get("label")
        && !label.is_empty()
    {
        let label = label.clone();
        item.remove("label");
        return Some(label);
    }
    let names = |item: &Map<String, Value>, key: &str| -> Vec<String> {
        let Some(Value::Object(set)) = item.get(key) else { return Vec::new() };
        set.iter().filter(|(_, is_set)| **is_set == Value::Bool(true)).map(|(name, _)| name.clone()).collect()
    };
    let find = |words: &'static [Word], names: &[String]| {
        words.iter().find(|word| names.iter().any(|name| name == word.jscontact))
    };
    let contexts = names(item, "contexts");
    let features = if has_features { names(item, "features") } else { Vec::new() };
    let (context, feature) = (find(CONTEXTS, &contexts), find(FEATURES, &features));
    let is_whole = |key: &str, names: &[String], is_found: bool| {
        names.len() == usize::from(is_found)
            && item.get(key).is_none_or(|set| set.as_object().is_some_and(|set| set.len() == names.len()))
    };
    if is_whole("contexts", &contexts, context.is_some()) && is_whole("features", &features, feature.is_some()) {
        item.remove("contexts");
        if has_features {
            item.remove("features");
        }
    }
    joined(context, feature)
}

/// Puts the label into an item of JSContact.
pub(super) fn put_into_item(item: &mut Map<String, Value>, label: Option<&str>, has_features: bool) {
    let Some(label) = label else { return };
    let set = |word: &Word| Value::Object(Map::from_iter([(word.jscontact.to_owned(), Value::Bool(true))]));
    match words(label, has_features) {
        Some((context, feature)) => {
            context.map(|word| item.insert("contexts".to_owned(), set(word)));
            feature.map(|word| item.insert("features".to_owned(), set(word)));
        }
        None => {
            item.insert("label".to_owned(), label.into());
        }
    }
}

/// The label that types of vCard make, and the types that it leaves out.
pub(super) fn from_types(types: &[String], has_features: bool) -> (Option<String>, Vec<String>) {
    let mut left = telling(types);
    let mut take = |words: &'static [Word]| {
        let is = |word: &Word, name: &str| word.vcard == name || word.label == name;
        let at = left.iter().position(|name| words.iter().any(|word| is(word, name)))?;
        let name = left.remove(at);
        words.iter().find(|word| is(word, &name))
    };
    let context = take(CONTEXTS);
    let feature = if has_features { take(FEATURES) } else { None };
    let label = joined(context, feature).or_else(|| (!left.is_empty()).then(|| left.remove(0)));
    (label, left)
}

/// The types that say something about the purpose, in lower case.
pub(super) fn telling(types: &[String]) -> Vec<String> {
    let mut left: Vec<String> = types.iter().map(|name| name.to_ascii_lowercase()).collect();
    left.retain(|name| !name.is_empty() && !PLAIN_TYPES.contains(&name.as_str()));
    left.dedup();
    left
}

/// The types of vCard that a label means; none for a free text.
pub(super) fn to_types(label: &str, has_features: bool) -> Option<Vec<&'static str>> {
    let (context, feature) = words(label, has_features)?;
    Some([context, feature].into_iter().flatten().map(|word| word.vcard).collect())
}

/// The label of Apple's property for labels, whose well-known words stand in `_$!<` and `>!$_`.
pub(super) fn from_apple(label: &str) -> String {
    let known = label.strip_prefix("_$!<").and_then(|rest| rest.strip_suffix(">!$_"));
    known.map_or_else(|| label.to_owned(), str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{from_apple, from_types, put_into_item, take_from_item, tidy, to_types};

    #[test]
    fn labels_are_the_same_in_all_formats() {
        for label in
            ["work", "home", "mobile", "work fax", "home mobile", "main", "Ferienhaus", "Work", "work work", "a b"]
        {
            let mut item = serde_json::Map::new();
            put_into_item(&mut item, Some(label), true);
            assert_eq!(take_from_item(&mut item, true).as_deref(), Some(label));
            assert!(item.is_empty(), "{label}");
            if let Some(types) = to_types(label, true) {
                let types: Vec<String> = types.into_iter().map(str::to_owned).collect();
                assert_eq!(from_types(&types, true), (Some(label.to_owned()), Vec::new()));
            }
        }
        assert_eq!(to_types("mobile", false), None);
    }

    #[test]
    fn features_that_no_label_can_express_stay_in_the_item() {
        let item = json!({ "contexts": { "work": true }, "features": { "voice": true, "mobile": true } });
        let mut left = item.as_object().cloned().unwrap();
        assert_eq!(take_from_item(&mut left, true).as_deref(), Some("work mobile"));
        assert_eq!(json!(left), item);
    }

    #[test]
    fn words_of_other_programs_are_tidied() {
        assert_eq!(tidy("* Work").as_deref(), Some("work"));
        assert_eq!(tidy("Work Fax").as_deref(), Some("work fax"));
        assert_eq!(tidy("Ferienhaus").as_deref(), Some("Ferienhaus"));
        assert_eq!(tidy(" "), None);
        assert_eq!(from_apple("_$!<HomePage>!$_"), "homepage");
        let types = ["IPHONE", "CELL", "VOICE", "pref"].map(str::to_owned);
        assert_eq!(from_types(&types, true), (Some("mobile".to_owned()), vec!["iphone".to_owned()]));
        assert_eq!(from_types(&["OTHER".to_owned()], true), (Some("other".to_owned()), Vec::new()));
    }
}

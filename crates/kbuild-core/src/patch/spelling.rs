//! Values of a JSON patch that is written as JSON: whether each scalar is spelled as Go would.
//!
//! The reference keeps these values as text, and a `test` compares this text with the JSON that Go makes of the resource:
//! `1.0` is not `1`, and `"<"` is not `"\u003c"`.

use std::collections::HashMap;

use kbuild_yaml::{Node, Value, write_json};
use serde_json::value::RawValue;

/// An object of JSON whose values are still text.
type Raws<'a> = HashMap<String, &'a RawValue>;

/// For each operation of `text`, which was read as `operations`: true where the value has a scalar in another spelling
/// than Go's.
pub(super) fn odd_values(text: &[u8], operations: &[Node]) -> Vec<bool> {
    let Ok(raws) = serde_json::from_slice::<Vec<Option<Raws>>>(text) else { return Vec::new() };
    let is_odd = |(raw, node): (&Option<Raws>, &Node)| {
        let raw = raw.as_ref().and_then(|raw| raw.get("value"));
        raw.zip(node.get("value")).is_some_and(|(raw, node)| is_odd(raw, node))
    };
    raws.iter().zip(operations).map(is_odd).collect()
}

fn is_odd(raw: &RawValue, node: &Node) -> bool {
    match &node.value {
        Value::Mapping(mapping) => serde_json::from_str::<Raws>(raw.get()).is_ok_and(|raws| {
            let mut entries = mapping.iter();
            entries.any(|entry| {
                let raw = raws.get(entry.key.text.as_str());
                raw.is_some_and(|raw| is_odd(raw, &entry.value))
            })
        }),
        Value::Sequence(items) => serde_json::from_str::<Vec<&RawValue>>(raw.get())
            .is_ok_and(|raws| raws.iter().zip(items).any(|(raw, item)| is_odd(raw, item))),
        Value::Scalar(_) => {
            let mut text = String::new();
            write_json(node, &mut text).is_err() || text != raw.get()
        }
    }
}

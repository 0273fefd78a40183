//! Values of a JSON patch that is written as JSON: whether each scalar is spelled as Go would.
//!
//! The reference keeps these values as text, and a `test` compares this text with the JSON that Go makes of the resource:
//! `1.0` is not `1`, and `"<"` is not `"\u003c"`.

use std::borrow::Cow;
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

/// A patch in JSON with the escapes that YAML does not have written as YAML has them: `\\/`, and characters in two halves.
pub(crate) fn with_escapes_of_yaml(text: &[u8]) -> Cow<'_, [u8]> {
    let is_foreign = |two: &[u8]| matches!(two, b"\\/" | br"\u");
    if !text.windows(2).any(is_foreign) {
        return text.into();
    }
    let mut written = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.iter().position(|&byte| byte == b'\\') {
        written.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let length = match (rest.get(1), half(rest), half(rest.get(6..).unwrap_or_default())) {
            (Some(b'/'), ..) => {
                written.push(b'/');
                2
            }
            (_, Some(high @ 0xD800..0xDC00), Some(low @ 0xDC00..0xE000)) => {
                let character = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                written.extend_from_slice(format!("\\U{character:08X}").as_bytes());
                12
            }
            // Half a character.
            (_, Some(0xD800..0xE000), _) => {
                written.extend_from_slice(br"\uFFFD");
                6
            }
            _ => {
                written.extend_from_slice(&rest[..rest.len().min(2)]);
                2
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    written.extend_from_slice(rest);
    written.into()
}

/// The number in the escape that stands here: `\u` and four digits.
fn half(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(br"\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits)
        .ok()
        .filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_json_become_escapes_of_yaml() {
        for (json, yaml) in [
            (r#"["\/a\\/b"]"#, r#"["/a\\/b"]"#),
            (r#"["\ud83d\ude00 \u00e9"]"#, r#"["\U0001F600 \u00e9"]"#),
            (r#"["\ud83d x \ude00"]"#, r#"["\uFFFD x \uFFFD"]"#),
            (r#"["\ud83d\ud83d\ude00\u12"]"#, r#"["\uFFFD\U0001F600\u12"]"#),
            (r#"["\n\"\\"]"#, r#"["\n\"\\"]"#),
        ] {
            let written = with_escapes_of_yaml(json.as_bytes());
            assert_eq!(std::str::from_utf8(&written).unwrap(), yaml, "{json}");
        }
    }
}

//! Prints a document as JSON, byte for byte as the reference hashes and patches it.

use std::fmt::Write as _;

use crate::canonical::{Canonical, canonical, text_of_key};
use crate::number::{Number, push_json_float};
use crate::{Entry, Mapping, Node, Value, WriteError};

/// Writes `node` as JSON without spaces at the end of `out`.
///
/// Keys are sorted by their bytes; `<`, `>` and `&` are escaped; numbers and dates get their canonical form. On an error,
/// `out` may hold a part of the document.
pub fn write_json(node: &Node, out: &mut String) -> Result<(), WriteError> {
    write_value(node, true, out)
}

fn write_value(node: &Node, root: bool, out: &mut String) -> Result<(), WriteError> {
    match &node.value {
        Value::Mapping(mapping) => write_mapping(mapping, root, out),
        Value::Sequence(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_value(item, false, out)?;
            }
            out.push(']');
            Ok(())
        }
        Value::Scalar(scalar) => {
            match canonical(scalar.into(), node.place)? {
                Canonical::Null => out.push_str("null"),
                Canonical::Bool(value) => out.push_str(if value { "true" } else { "false" }),
                Canonical::Digits(digits) => out.push_str(digits),
                Canonical::Number(Number::Int(value)) => {
                    // Writing into a string cannot fail.
                    let _ = write!(out, "{value}");
                }
                Canonical::Number(Number::Float(value)) => push_json_float(value, out),
                Canonical::Text(text) => push_string(&text, out),
            }
            Ok(())
        }
    }
}

fn write_mapping(mapping: &Mapping, root: bool, out: &mut String) -> Result<(), WriteError> {
    let mut entries: Vec<&Entry> = mapping.iter().collect();
    if !entries.is_sorted_by(|left, right| left.key.text <= right.key.text) {
        entries.sort_by(|left, right| left.key.text.cmp(&right.key.text));
    }
    out.push('{');
    for (at, entry) in entries.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        push_string(&text_of_key(&entry.key, root)?, out);
        out.push(':');
        write_value(&entry.value, false, out)?;
    }
    out.push('}');
    Ok(())
}

/// Appends `text` as a JSON string, with the escapes that make it safe within HTML and JavaScript.
pub(crate) fn push_string(text: &str, out: &mut String) {
    out.push('"');
    let mut start = 0;
    for (at, character) in text.char_indices() {
        if !matches!(
            character,
            '\0'..='\x1F' | '"' | '\\' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}'
        ) {
            continue;
        }
        out.push_str(&text[start..at]);
        start = at + character.len_utf8();
        out.push('\\');
        match character {
            '"' | '\\' => out.push(character),
            '\n' => out.push('n'),
            '\r' => out.push('r'),
            '\t' => out.push('t'),
            '\x08' => out.push('b'),
            '\x0C' => out.push('f'),
            _ => {
                // Writing into a string cannot fail.
                let _ = write!(out, "u{:04x}", u32::from(character));
            }
        }
    }
    out.push_str(&text[start..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Key, Node, Scalar, ScalarType};

    #[track_caller]
    fn check(node: &Node, expected: &str) {
        let mut json = String::new();
        write_json(node, &mut json).unwrap();
        assert_eq!(json, expected);
    }

    fn plain(text: &str) -> Node {
        Node::new(Value::Scalar(Scalar::from_plain(text)))
    }

    #[test]
    fn keys_by_bytes() {
        let mut mapping = Mapping::new();
        for key in ["a10", "a2", "é", "B", "_"] {
            mapping.insert(key, Node::null());
        }
        check(&mapping.into(), r#"{"B":null,"_":null,"a10":null,"a2":null,"é":null}"#);
    }

    #[test]
    fn strings() {
        check(
            &Node::string("a<b>&\"\\\u{2028}\n\t\x08\x0C\x01\x7F😀"),
            "\"a\\u003cb\\u003e\\u0026\\\"\\\\\\u2028\\n\\t\\b\\f\\u0001\x7F😀\"",
        );
    }

    #[test]
    fn numbers() {
        let texts = [
            "0644",
            "1_000",
            "1.0",
            "1e21",
            "1e-7",
            "18446744073709551615",
            "18446744073709551616",
            "-0.0",
            "True",
            "~",
        ];
        let items = texts.into_iter().map(plain).collect();
        check(
            &Node::sequence(items),
            "[420,1000,1,1e+21,1e-7,18446744073709551615,18446744073709552000,-0,true,null]",
        );
    }

    #[test]
    fn refusals() {
        let mut out = String::new();
        assert!(write_json(&plain(".inf"), &mut out).is_err());
        let mut mapping = Mapping::new();
        mapping.push(Key::typed("1", ScalarType::Int), Node::null());
        check(&mapping.clone().into(), r#"{"1":null}"#);
        assert!(write_json(&Node::sequence(vec![mapping.into()]), &mut out).is_err());
    }
}

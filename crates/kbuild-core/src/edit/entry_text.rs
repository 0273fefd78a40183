//! The text of new entries, written as the reference writes kustomizations.

use kbuild_yaml::{Node, Scalar, ScalarType, Value, write};

use crate::error::Error;

/// An entry of a mapping, `indent` columns from the left: lines that end with line feeds.
pub(super) fn field_lines(key: &str, value: &Node, indent: usize) -> Result<String, Error> {
    let mut mapping = Node::mapping();
    if let Some(mapping) = mapping.as_mapping_mut() {
        mapping.insert(key, value.clone());
    }
    lines(&mapping, indent)
}

/// An item of a list, its dash `indent` columns from the left: lines that end with line feeds.
pub(super) fn item_lines(value: &Node, indent: usize) -> Result<String, Error> {
    lines(&Node::sequence(vec![value.clone()]), indent)
}

fn lines(node: &Node, indent: usize) -> Result<String, Error> {
    let mut text = String::new();
    write(node, &mut text)?;
    Ok(indented(&text, indent))
}

/// Puts blanks before all lines that are not empty.
pub(super) fn indented(text: &str, indent: usize) -> String {
    if indent == 0 {
        return text.to_owned();
    }
    let margin = " ".repeat(indent);
    text.split_inclusive('\n')
        .flat_map(|line| if line == "\n" { ["", line] } else { [margin.as_str(), line] })
        .collect()
}

/// A scalar in the quotes that `old` has, where its text allows it.
pub(super) fn in_quotes_of(old: &str, scalar: &Scalar) -> Option<String> {
    let text = &scalar.text;
    if scalar.kind != ScalarType::Str || !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    match old.as_bytes().first() {
        Some(b'"') => Some(double_quoted(text)),
        Some(b'\'') => Some(format!("'{}'", text.replace("'", "''"))),
        _ => None,
    }
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_control() || letter == '\u{FEFF}' => {
                quoted.push_str(&format!("\\U{:08X}", u32::from(letter)))
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// A value in flow style, on one line; keys of mappings keep their order. `json` quotes all strings.
pub(super) fn flow(value: &Node, json: bool) -> Result<String, Error> {
    let list = |items: Vec<String>| items.join(", ");
    Ok(match &value.value {
        Value::Sequence(items) => {
            let items = items.iter().map(|item| flow(item, json)).collect::<Result<_, _>>()?;
            format!("[{}]", list(items))
        }
        Value::Mapping(mapping) => {
            let entry = |entry: &kbuild_yaml::Entry| {
                let key = flow_scalar(&Scalar::string(entry.key.text.clone()), json)?;
                Ok(format!("{key}: {}", flow(&entry.value, json)?))
            };
            let entries = mapping.iter().map(entry).collect::<Result<_, Error>>()?;
            format!("{{{}}}", list(entries))
        }
        Value::Scalar(scalar) => flow_scalar(scalar, json)?,
    })
}

fn flow_scalar(scalar: &Scalar, json: bool) -> Result<String, Error> {
    let text = &scalar.text;
    match scalar.kind {
        ScalarType::Str => {
            let is_word = |byte: u8| {
                byte.is_ascii_alphanumeric()
                    || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'=' | b'@' | b'+')
            };
            if json || !text.bytes().all(is_word) {
                return Ok(double_quoted(text));
            }
            let mut written = String::new();
            write(&Node::string(text.clone()), &mut written)?;
            Ok(written.trim_end().to_owned())
        }
        ScalarType::Null => Ok("null".to_owned()),
        _ => Ok(text.to_string()),
    }
}

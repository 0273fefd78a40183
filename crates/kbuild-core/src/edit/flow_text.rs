//! Changes within flow collections: `[a, b]` and `{a: b}`. What stays keeps its text, lines and quotes.

use std::ops::Range;

use kbuild_yaml::{Entry, Mapping, Node, Value};

use super::align::{Step, align};
use super::entry_text::{flow, in_quotes_of};
use super::lines::{flow_end, quoted_end};
use super::tree::same;
use crate::error::Error;

/// The text of a flow collection, in which `old` has become `new`. `json` quotes all that is new.
pub(super) fn flow_changed(raw: &str, old: &Node, new: &Node, json: bool) -> Result<String, Error> {
    let json = json || (raw.starts_with('{') && raw[1..].trim_start().starts_with('"'));
    let changed = match (&old.value, &new.value) {
        _ if new.is_empty() => None,
        (Value::Sequence(old), Value::Sequence(new)) if raw.starts_with('[') => {
            sequence(raw, old, new, json)?
        }
        (Value::Mapping(old), Value::Mapping(new)) if raw.starts_with('{') => {
            mapping(raw, old, new, json)?
        }
        _ => None,
    };
    match changed {
        Some(text) => Ok(text),
        None => flow(new, json),
    }
}

/// A piece of the new text.
struct Piece {
    text: String,
    /// Which of the old pieces it was, if it was one.
    old: Option<usize>,
}

fn sequence(raw: &str, old: &[Node], new: &[Node], json: bool) -> Result<Option<String>, Error> {
    let Some(spans) = pieces(raw).filter(|spans| spans.len() == old.len()) else { return Ok(None) };
    let json =
        json || (!spans.is_empty() && spans.iter().all(|span| raw[span.start..].starts_with('"')));
    let mut result = Vec::with_capacity(new.len());
    for step in align(old, new) {
        result.push(match step {
            Step::Keep(index) => {
                Piece { text: raw[spans[index].clone()].to_owned(), old: Some(index) }
            }
            Step::Change(index, to) => Piece {
                text: value(&raw[spans[index].clone()], &old[index], &new[to], json)?,
                old: Some(index),
            },
            Step::Insert(index) => Piece { text: flow(&new[index], json)?, old: None },
            Step::Delete(_) => continue,
        });
    }
    Ok(joined(raw, &spans, &result))
}

fn mapping(raw: &str, old: &Mapping, new: &Mapping, json: bool) -> Result<Option<String>, Error> {
    let Some(spans) = pieces(raw).filter(|spans| spans.len() == old.len()) else { return Ok(None) };
    let mut result = Vec::with_capacity(new.len());
    for (index, (span, entry)) in spans.iter().zip(old).enumerate() {
        let text = &raw[span.clone()];
        let Some(new) = new.get(&entry.key.text) else { continue };
        if same(&entry.value, new) {
            result.push(Piece { text: text.to_owned(), old: Some(index) });
            continue;
        }
        let Some(at) = value_start(text) else { return Ok(None) };
        let changed = value(&text[at..], &entry.value, new, json)?;
        result.push(Piece { text: format!("{}{changed}", &text[..at]), old: Some(index) });
    }
    for entry in new.iter().filter(|entry| !old.contains_key(&entry.key.text)) {
        let alone = Node::from(Mapping::from_iter([Entry::clone(entry)]));
        let text = flow(&alone, json)?;
        result.push(Piece { text: text[1..text.len() - 1].to_owned(), old: None });
    }
    Ok(joined(raw, &spans, &result))
}

fn value(raw: &str, old: &Node, new: &Node, json: bool) -> Result<String, Error> {
    if let Some(text) = new.as_scalar().and_then(|scalar| in_quotes_of(raw, scalar)) {
        return Ok(text);
    }
    flow_changed(raw, old, new, json)
}

/// Puts the pieces together with what stood between the old ones.
fn joined(raw: &str, spans: &[Range<usize>], pieces: &[Piece]) -> Option<String> {
    let (first, last) = (spans.first()?, spans.last()?);
    let usual = match spans {
        [.., before, last] => plain_separator(&raw[before.end..last.start]),
        _ => ", ".to_owned(),
    };
    let mut text = raw[..first.start].to_owned();
    for (index, piece) in pieces.iter().enumerate() {
        match piece.old {
            _ if index == 0 => {}
            Some(old) if old > 0 => text.push_str(&raw[spans[old - 1].end..spans[old].start]),
            _ => text.push_str(&usual),
        }
        text.push_str(&piece.text);
    }
    text.push_str(&raw[last.end..]);
    Some(text)
}

/// What stands between two pieces, without comments.
fn plain_separator(text: &str) -> String {
    match (text.contains('#'), text.rfind('\n')) {
        (false, _) => text.to_owned(),
        (true, Some(line)) => format!(",{}", &text[line..]),
        (true, None) => ", ".to_owned(),
    }
}

/// Where the items or entries of a flow collection stand.
fn pieces(raw: &str) -> Option<Vec<Range<usize>>> {
    let bytes = raw.as_bytes();
    let mut spans = Vec::new();
    let mut index = 1;
    let mut current: Option<Range<usize>> = None;
    while index + 1 < bytes.len() {
        let byte = bytes[index];
        let at_start =
            matches!(bytes[index - 1], b'[' | b'{' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n');
        let next = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                index += 1;
                continue;
            }
            b'#' if at_start && bytes[index - 1] != b':' => {
                index += raw[index..].find('\n')?;
                continue;
            }
            b',' => {
                spans.push(current.take()?);
                index += 1;
                continue;
            }
            b'?' if current.is_none() => return None,
            b'"' | b'\'' if at_start => quoted_end(raw, index)?,
            b'[' | b'{' => flow_end(raw, index)?,
            _ => index + 1,
        };
        current = Some(current.map_or(index, |current| current.start)..next);
        index = next;
    }
    spans.extend(current);
    Some(spans)
}

/// Where the value begins in an entry.
fn value_start(entry: &str) -> Option<usize> {
    let key_end = if entry.starts_with(['"', '\'']) { quoted_end(entry, 0)? } else { 0 };
    let colon = key_end
        + entry[key_end..]
            .find(": ")
            .or_else(|| entry[key_end..].find(':').filter(|_| key_end > 0))?;
    let value = entry[colon + 1..].trim_start();
    let at = entry.len() - value.len();
    (!value.is_empty() && !value.starts_with(['&', '*', '!', '#'])).then_some(at)
}

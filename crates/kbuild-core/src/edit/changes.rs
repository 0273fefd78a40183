//! Turns the difference between two trees into the smallest exchange of text.

use std::ops::Range;

use kbuild_yaml::{Mapping, Node, Value};

use super::align::{Step, align};
use super::entry_text::{field_lines, in_quotes_of, item_lines};
use super::fields::{RENAMED, position};
use super::flow_text::flow_changed;
use super::layout::{Layout, Part, Shape, fits, part};
use super::tree::{Values, same};
use crate::code::Code;
use crate::error::Error;

/// How fine the exchanged pieces are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Grain {
    /// Single values and entries.
    Values,
    /// Whole fields of the kustomization.
    Fields,
    /// Whole fields, and all those that may have an anchor or an alias: it is written out.
    Anchors,
}

/// The text in which `old` has become `new`. None where the structure of the text does not fit `old`.
pub(super) fn changed(
    text: &str,
    layout: &Layout,
    old: &Node,
    new: &Node,
    grain: Grain,
) -> Result<Option<String>, Error> {
    let line_break = if text.split_inclusive('\n').next().is_some_and(|line| line.ends_with("\r\n"))
    {
        "\r\n"
    } else {
        "\n"
    };
    let list_indent = list_indent(layout);
    let mut changes = Changes { text, line_break, list_indent, grain, pieces: Vec::new() };
    let done = match (&layout.root, &old.value, &new.value) {
        (Shape::Mapping { parts, .. }, Value::Mapping(old), Value::Mapping(new)) => {
            changes.document(parts, old, new, layout.end)?
        }
        (Shape::Text(span), Value::Mapping(old), Value::Mapping(new)) if span.is_empty() => {
            changes.document(&[], old, new, layout.end)?
        }
        (Shape::Text(span), Value::Mapping(_), Value::Mapping(new)) => {
            let mut entries: Vec<_> = new.iter().cloned().collect();
            entries.sort_by_key(|entry| position(&entry.key.text));
            changes.flow(span, old, &Mapping::from_iter(entries).into())?;
            true
        }
        _ => false,
    };
    Ok(done.then(|| changes.apply()))
}

/// How far the lists of this file stand to the right of their keys.
fn list_indent(layout: &Layout) -> usize {
    let Shape::Mapping { indent, parts } = &layout.root else { return 0 };
    let lists = parts.iter().find_map(|part| match &part.shape {
        Shape::Sequence { indent: list, .. } => Some(list - indent.min(list)),
        _ => None,
    });
    lists.unwrap_or(0)
}

struct Changes<'a> {
    text: &'a str,
    line_break: &'static str,
    list_indent: usize,
    grain: Grain,
    pieces: Vec<(Range<usize>, String)>,
}

impl Changes<'_> {
    /// The fields of the kustomization itself. New ones come last, in the reference's order.
    fn document(
        &mut self,
        parts: &[Part],
        old: &Mapping,
        new: &Mapping,
        end: usize,
    ) -> Result<bool, Error> {
        if !fits(parts, old) {
            return Ok(false);
        }
        let mut added: Vec<_> =
            new.iter().filter(|entry| !old.contains_key(&entry.key.text)).collect();
        added.sort_by_key(|entry| position(&entry.key.text));
        for entry in old {
            let Some(part) = part(parts, &entry.key.text) else { return Ok(false) };
            match new.get(&entry.key.text) {
                Some(value) if same(&entry.value, value) && !self.has_anchor(part) => {}
                Some(value) => self.value(part, &entry.value, value, 0)?,
                None => {
                    let successor = added.iter().position(|new| {
                        RENAMED.contains(&(entry.key.text.as_str(), new.key.text.as_str()))
                            && same(&entry.value, &new.value)
                    });
                    match successor {
                        Some(index) => {
                            let successor = added.remove(index);
                            self.pieces
                                .push((part.start..part.name_end, successor.key.text.to_string()));
                        }
                        // A field may stand there twice.
                        None => parts
                            .iter()
                            .filter(|part| part.name == entry.key.text)
                            .for_each(|part| self.delete(part)),
                    }
                }
            }
        }
        for entry in added {
            self.insert(end, &self.field(&entry.key.text, &entry.value, 0)?);
        }
        Ok(true)
    }

    /// True where anchors and aliases are to be written out, and this may be or have one.
    fn has_anchor(&self, part: &Part) -> bool {
        self.grain == Grain::Anchors && self.text[part.after..part.end].contains(['&', '*'])
    }

    /// The lines of a field of the kustomization or, further in, of an entry.
    fn field(&self, key: &str, value: &Node, indent: usize) -> Result<String, Error> {
        let lines = field_lines(key, value, indent)?;
        match &value.value {
            Value::Sequence(items) if !items.is_empty() && self.list_indent > 0 => {
                let margin = " ".repeat(self.list_indent);
                let mut moved = String::new();
                for (index, line) in lines.split_inclusive('\n').enumerate() {
                    if index > 0 && line != "\n" {
                        moved += &margin;
                    }
                    moved += line;
                }
                Ok(moved)
            }
            _ => Ok(lines),
        }
    }

    /// A value that changes. `indent` is the column of what it belongs to.
    fn value(&mut self, part: &Part, old: &Node, new: &Node, indent: usize) -> Result<(), Error> {
        let known = self.pieces.len();
        let done = match (&part.shape, &old.value, &new.value) {
            _ if self.grain != Grain::Values => false,
            (Shape::Mapping { indent, parts }, Value::Mapping(old), Value::Mapping(new))
                if !new.is_empty() =>
            {
                self.mapping(parts, old, new, *indent)?
            }
            (Shape::Sequence { indent, parts }, Value::Sequence(old), Value::Sequence(new))
                if !new.is_empty() =>
            {
                // What is put in first goes before the comments of the item that was first.
                let begin = self.text[part.after..]
                    .find('\n')
                    .map_or(part.after, |length| part.after + length + 1);
                self.sequence(parts, old, new, *indent, begin)?
            }
            (Shape::Text(span), _, _) => self.text(part, span, old, new, indent)?,
            _ => false,
        };
        if done {
            return Ok(());
        }
        self.pieces.truncate(known);
        self.rewrite(part, new, indent)
    }

    fn mapping(
        &mut self,
        parts: &[Part],
        old: &Mapping,
        new: &Mapping,
        indent: usize,
    ) -> Result<bool, Error> {
        if !fits(parts, old) || parts.len() != old.len() {
            return Ok(false);
        }
        let (old_values, new_values) = (Values::of(old), Values::of(new));
        let stays = |part: &Part| new_values.get(&part.name).is_some();
        let Some(first) = parts.iter().position(stays) else { return Ok(false) };
        if first > 0 && !self.begins_line(parts[0].start) {
            // The first line stays, as it holds the dash; the first key that stays moves up to it.
            self.pieces.push((parts[0].start..parts[first].start, String::new()));
        } else {
            parts[..first].iter().for_each(|part| self.delete(part));
        }
        for part in &parts[first..] {
            match (old_values.get(&part.name), new_values.get(&part.name)) {
                (Some(old), Some(new)) if same(old, new) => {}
                (Some(old), Some(new)) => self.value(part, old, new, indent)?,
                _ => self.delete(part),
            }
        }
        let mut added: Vec<_> =
            new.iter().filter(|entry| old_values.get(&entry.key.text).is_none()).collect();
        added.sort_by(|one, other| one.key.text.cmp(&other.key.text));
        for entry in added {
            let before = parts
                .iter()
                .rev()
                .find(|part| stays(part) && part.name.as_str() < entry.key.text.as_str());
            let Some(before) = before.or(parts.last()) else { return Ok(false) };
            self.insert(before.end, &field_lines(&entry.key.text, &entry.value, indent)?);
        }
        Ok(true)
    }

    fn sequence(
        &mut self,
        parts: &[Part],
        old: &[Node],
        new: &[Node],
        indent: usize,
        begin: usize,
    ) -> Result<bool, Error> {
        if parts.len() != old.len()
            || parts
                .first()
                .is_none_or(|first| !self.begins_line(first.start) || first.start < begin)
        {
            return Ok(false);
        }
        let mut end = begin;
        for step in align(old, new) {
            match step {
                Step::Keep(index) => end = parts[index].end,
                Step::Change(index, new_index) => {
                    self.value(&parts[index], &old[index], &new[new_index], indent)?;
                    end = parts[index].end;
                }
                Step::Delete(index) => {
                    self.delete(&parts[index]);
                    end = parts[index].end;
                }
                Step::Insert(index) => self.insert(end, &item_lines(&new[index], indent)?),
            }
        }
        Ok(true)
    }

    /// A value that is one piece of text: a scalar, a flow collection or nothing.
    fn text(
        &mut self,
        part: &Part,
        span: &Range<usize>,
        old: &Node,
        new: &Node,
        indent: usize,
    ) -> Result<bool, Error> {
        let raw = &self.text[span.clone()];
        let is_block = raw.starts_with(['|', '>', '&', '!', '*']);
        match &new.value {
            _ if is_block => Ok(false),
            Value::Scalar(scalar) => {
                let text = match in_quotes_of(raw, scalar) {
                    Some(text) => text,
                    None => match self.one_line(part, new)? {
                        Some(text) => text,
                        None => return Ok(false),
                    },
                };
                let blank = if span.start == part.after { " " } else { "" };
                self.pieces.push((span.clone(), format!("{blank}{text}")));
                Ok(true)
            }
            _ if new.is_empty() => Ok(false),
            _ if old.is_empty() => {
                // An empty value makes room for a block below; a comment behind it stays.
                let line = &self.text[span.end..part.end];
                let from = if line.trim().is_empty() { part.after } else { span.start };
                self.pieces.push((from..span.end, String::new()));
                let lines = if part.name.is_empty() {
                    return Ok(false);
                } else {
                    self.field(&part.name, new, indent)?
                };
                let Some((_, below)) = lines.split_once('\n') else { return Ok(false) };
                self.insert(part.end, below);
                Ok(true)
            }
            _ if raw.starts_with(['[', '{']) => self.flow(span, old, new).map(|()| true),
            _ => Ok(false),
        }
    }

    fn flow(&mut self, span: &Range<usize>, old: &Node, new: &Node) -> Result<(), Error> {
        let text = flow_changed(&self.text[span.clone()], old, new, false)?;
        self.pieces.push((span.clone(), text));
        Ok(())
    }

    /// The text of a scalar where it fits on a line.
    fn one_line(&self, part: &Part, value: &Node) -> Result<Option<String>, Error> {
        let key = if part.name.is_empty() { "a" } else { &part.name };
        let lines = field_lines(key, value, 0)?;
        let mut lines = lines.lines();
        match (lines.next(), lines.next()) {
            (Some(line), None) if line.len() > key.len() && line.starts_with(key) => {
                Ok(Some(line[key.len() + 1..].trim_start().to_owned()))
            }
            _ => Ok(None),
        }
    }

    /// Writes a whole entry anew. Its name and what stands before it stay.
    fn rewrite(&mut self, part: &Part, new: &Node, indent: usize) -> Result<(), Error> {
        let lines = if part.name.is_empty() {
            item_lines(new, indent)?
        } else {
            self.field(&part.name, new, indent)?
        };
        let value = match part.name.is_empty() {
            true => lines[indent..].strip_prefix('-'),
            false => {
                let mut key = String::new();
                kbuild_yaml::write(&Node::string(part.name.clone()), &mut key)?;
                lines[indent..].strip_prefix(key.trim_end()).and_then(|rest| rest.strip_prefix(':'))
            }
        };
        let Some(value) = value else { return Err(not_editable()) };
        let mut value = self.with_line_breaks(value);
        if !self.text[part.after..part.end].ends_with('\n') {
            value.truncate(value.trim_end().len());
        }
        self.pieces.push((part.after..part.end, value));
        Ok(())
    }

    fn delete(&mut self, part: &Part) {
        let start = self.line_start(part.start);
        self.pieces.push((start..part.end, String::new()));
    }

    /// Puts lines in at the beginning of a line or at the end of the text.
    fn insert(&mut self, at: usize, lines: &str) {
        let mut text = self.with_line_breaks(lines);
        if at > 0 && !self.text[..at].ends_with('\n') && self.text[..at] != *"\u{FEFF}" {
            // The last line of the file had no line break; it gets none now unless that is part of a text.
            if !lines.contains(['|', '>']) {
                text.truncate(text.len() - self.line_break.len());
            }
            text.insert_str(0, self.line_break);
        }
        self.pieces.push((at..at, text));
    }

    fn with_line_breaks(&self, lines: &str) -> String {
        if self.line_break == "\n" {
            lines.to_owned()
        } else {
            lines.replace('\n', self.line_break)
        }
    }

    fn line_start(&self, position: usize) -> usize {
        self.text[..position].rfind('\n').map_or(0, |index| index + 1)
    }

    fn begins_line(&self, position: usize) -> bool {
        self.text[self.line_start(position)..position].bytes().all(|byte| byte == b' ')
    }

    fn apply(mut self) -> String {
        self.pieces.sort_by_key(|(range, _)| (range.start, range.end));
        let mut result = String::with_capacity(self.text.len() + 256);
        let mut position = 0;
        for (range, text) in &self.pieces {
            if range.start >= position {
                result.push_str(&self.text[position..range.start]);
                result.push_str(text);
                position = range.end;
            }
        }
        result.push_str(&self.text[position..]);
        result
    }
}

/// The text is written in a way that no part of it can be exchanged in.
pub(super) fn not_editable() -> Error {
    Error::new(
        Code::NOT_EDITABLE,
        "the kustomization is written in a way that cannot be edited in place",
    )
    .hint_with("write it with a field on each line, without tags, anchors and aliases")
}

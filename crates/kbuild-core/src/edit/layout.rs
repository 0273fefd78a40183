//! Where the fields and entries of a YAML text stand, byte by byte.
//!
//! The reader's tree says what a text means; this says which bytes say it. It sees blocks (mappings and lists whose
//! entries have lines of their own) and takes everything else as one piece of text. Where it is wrong, the edited text
//! reads back differently from what was intended, and the edit is refused.

use std::collections::HashSet;
use std::ops::Range;

use kbuild_yaml::Mapping;

use super::lines::{Lines, flow_end, quoted_end};
use super::tree::Values;

/// The structure of a text.
#[derive(Debug)]
pub(super) struct Layout {
    /// The document itself.
    pub(super) root: Shape,
    /// Where another field of the document would begin: behind its last line that is not blank.
    pub(super) end: usize,
}

/// How a value is written.
#[derive(Debug)]
pub(super) enum Shape {
    /// A mapping whose keys stand level with each other, `indent` columns from the left.
    Mapping { indent: usize, parts: Vec<Part> },
    /// A list whose dashes stand level with each other, `indent` columns from the left.
    Sequence { indent: usize, parts: Vec<Part> },
    /// Anything else, from its first byte to its last. Empty where a null is left out.
    Text(Range<usize>),
}

/// An entry of a mapping or an item of a list.
#[derive(Debug)]
pub(super) struct Part {
    /// The key; empty for an item.
    pub(super) name: String,
    /// The first byte of the key, or the dash.
    pub(super) start: usize,
    /// Behind the key.
    pub(super) name_end: usize,
    /// Behind the colon, or the dash.
    pub(super) after: usize,
    /// Behind the last line of the value, its line break included.
    pub(super) end: usize,
    /// How the value is written.
    pub(super) shape: Shape,
}

/// The part that counts for a key: the last of those that have it.
pub(super) fn part<'p>(parts: &'p [Part], key: &str) -> Option<&'p Part> {
    parts.iter().rev().find(|part| part.name == key)
}

/// True when the parts of the text have the keys of the mapping.
pub(super) fn fits(parts: &[Part], mapping: &Mapping) -> bool {
    let values = Values::of(mapping);
    let names: HashSet<&str> = parts.iter().map(|part| &*part.name).collect();
    names.iter().all(|name| values.get(name).is_some())
        && mapping.iter().all(|entry| names.contains(&*entry.key.text))
}

impl Layout {
    /// Looks at a text. None where its structure is not one that a part could be exchanged in.
    pub(super) fn of(text: &str) -> Option<Layout> {
        let lines = Lines::of_document(text)?;
        let end = (0..lines.len())
            .rev()
            .find(|line| !lines.is_blank(*line))
            .map_or(lines.first(), |line| lines.next(line));
        let Some(first) = lines.next_content(0) else {
            return Some(Layout { root: Shape::Text(end..end), end });
        };
        let column = lines.indent(first);
        let mut finder = Finder { lines };
        let (root, next) = finder.node(first, column, -1)?;
        finder.lines.next_content(next).is_none().then_some(Layout { root, end })
    }
}

struct Finder<'a> {
    lines: Lines<'a>,
}

/// A column as a signed number: the parent of a document's own mapping stands left of column 0.
fn signed(column: usize) -> isize {
    isize::try_from(column).unwrap_or(isize::MAX)
}

impl Finder<'_> {
    /// The value that begins in `column` of `line`, and the line after it. `parent` is the column of what it belongs to.
    fn node(&mut self, line: usize, column: usize, parent: isize) -> Option<(Shape, usize)> {
        let position = self.lines.start(line) + column;
        if self.lines.is_dash(position, line) {
            self.sequence(line, column)
        } else if self.key(position, line)?.is_some() {
            self.mapping(line, column)
        } else {
            self.text(position, line, parent, false)
        }
    }

    fn mapping(&mut self, first: usize, indent: usize) -> Option<(Shape, usize)> {
        let mut parts = Vec::new();
        let mut line = first;
        loop {
            let start = self.lines.start(line) + indent;
            let (name, name_end, after) = self.key(start, line)??;
            let (shape, next) = self.value(line, after, indent, true)?;
            parts.push(Part { name, start, name_end, after, end: self.lines.start(next), shape });
            match self.following(next, indent)? {
                Some(next) if !self.lines.is_dash(self.lines.start(next) + indent, next) => {
                    line = next
                }
                Some(_) => return None,
                None => return Some((Shape::Mapping { indent, parts }, next)),
            }
        }
    }

    fn sequence(&mut self, first: usize, indent: usize) -> Option<(Shape, usize)> {
        let mut parts = Vec::new();
        let mut line = first;
        loop {
            let start = self.lines.start(line) + indent;
            let (shape, next) = self.value(line, start + 1, indent, false)?;
            let end = self.lines.start(next);
            parts.push(Part {
                name: String::new(),
                start,
                name_end: start,
                after: start + 1,
                end,
                shape,
            });
            match self.following(next, indent)? {
                Some(next) if self.lines.is_dash(self.lines.start(next) + indent, next) => {
                    line = next
                }
                _ => return Some((Shape::Sequence { indent, parts }, next)),
            }
        }
    }

    /// The next line with content if it stands in column `indent`; none if it stands left of that.
    fn following(&self, line: usize, indent: usize) -> Option<Option<usize>> {
        match self.lines.next_content(line) {
            Some(next) if self.lines.indent(next) == indent => Some(Some(next)),
            Some(next) if self.lines.indent(next) > indent => None,
            _ => Some(None),
        }
    }

    /// The value behind a colon or a dash that belongs to column `indent`.
    fn value(
        &mut self,
        line: usize,
        after: usize,
        indent: usize,
        in_mapping: bool,
    ) -> Option<(Shape, usize)> {
        let Some(position) = self.lines.skip_blanks(after, line) else {
            return match self.lines.next_content(line + 1) {
                Some(next) if self.lines.indent(next) > indent => {
                    let column = self.lines.indent(next);
                    self.node(next, column, signed(indent))
                }
                Some(next)
                    if in_mapping
                        && self.lines.indent(next) == indent
                        && self.lines.is_dash(self.lines.start(next) + indent, next) =>
                {
                    self.sequence(next, indent)
                }
                _ => Some((Shape::Text(after..after), line + 1)),
            };
        };
        if in_mapping {
            return self.text(position, line, signed(indent), true);
        }
        let column = position - self.lines.start(line);
        self.node(line, column, signed(indent))
    }

    /// A value that is neither a block mapping nor a block list.
    fn text(
        &mut self,
        position: usize,
        line: usize,
        parent: isize,
        in_mapping: bool,
    ) -> Option<(Shape, usize)> {
        let text = self.lines.text();
        let end = match text.as_bytes().get(position)? {
            b'|' | b'>' => return Some(self.block(position, line, parent)),
            b'[' | b'{' => flow_end(text, position)?,
            b'"' | b'\'' => quoted_end(text, position)?,
            b'&' | b'!' => return Some(self.rest(position, line, parent, in_mapping)),
            _ => return Some(self.plain(position, line, parent)),
        };
        let last = self.lines.line_of(end, line)?;
        match self.lines.skip_blanks(end, last) {
            None => Some((Shape::Text(position..end), last + 1)),
            Some(_) => None,
        }
    }

    /// A block scalar: the lines that are blank or stand right of its parent.
    fn block(&self, position: usize, line: usize, parent: isize) -> (Shape, usize) {
        let header = &self.lines.content(line)[position - self.lines.start(line)..];
        let header = header.split('#').next().unwrap_or_default();
        let keeps_all = header.contains('+');
        let digit = header.chars().find_map(|letter| letter.to_digit(10));
        let mut indent = digit.map(|digit| parent.max(0) + isize::try_from(digit).unwrap_or(0));
        let (mut last, mut next) = (line, line + 1);
        while next < self.lines.len() {
            let column = signed(self.lines.indent(next));
            if self.lines.is_blank(next) {
                if keeps_all {
                    last = next;
                }
            } else if column > parent && column >= *indent.get_or_insert(column) {
                last = next;
            } else {
                break;
            }
            next += 1;
        }
        (Shape::Text(position..self.lines.end(last)), last + 1)
    }

    /// A plain scalar, which may go on in the lines below.
    fn plain(&self, position: usize, line: usize, parent: isize) -> (Shape, usize) {
        let (mut end, mut ended) = self.lines.plain_end(position, line);
        let (mut last, mut next) = (line, line + 1);
        while !ended && next < self.lines.len() {
            if !self.lines.is_blank(next) {
                if signed(self.lines.indent(next)) <= parent || self.lines.is_comment(next) {
                    break;
                }
                (end, ended) =
                    self.lines.plain_end(self.lines.start(next) + self.lines.indent(next), next);
                last = next;
            }
            next += 1;
        }
        (Shape::Text(position..end), last + 1)
    }

    /// A value with a tag or an anchor: all up to the next line that cannot belong to it.
    fn rest(
        &self,
        position: usize,
        line: usize,
        parent: isize,
        in_mapping: bool,
    ) -> (Shape, usize) {
        let (mut last, mut next) = (line, line + 1);
        while let Some(content) = self.lines.next_content(next) {
            let column = signed(self.lines.indent(content));
            let dash =
                self.lines.is_dash(self.lines.start(content) + self.lines.indent(content), content);
            if column < parent || (column == parent && !(in_mapping && dash)) {
                break;
            }
            last = content;
            next = content + 1;
        }
        (Shape::Text(position..self.lines.end(last)), last + 1)
    }

    /// The key that begins at `position`: its text, and the positions behind it and behind its colon. `Some(None)` where
    /// there is no key; none where there is one that is written in an unusual way.
    #[expect(
        clippy::option_option,
        reason = "the outer one gives up on the text, the inner one says that there is no key"
    )]
    fn key(&self, position: usize, line: usize) -> Option<Option<(String, usize, usize)>> {
        let text = self.lines.text();
        let end = self.lines.end(line);
        let content = &text[position..end];
        let name_end = match content.as_bytes().first() {
            Some(b'?') if content.len() == 1 || content.starts_with("? ") => return None,
            Some(b'"' | b'\'') => match quoted_end(text, position) {
                Some(name_end) if name_end <= end => name_end,
                _ => return Some(None),
            },
            Some(
                b'[' | b'{' | b'|' | b'>' | b'#' | b'&' | b'!' | b'*' | b'%' | b'@' | b'`' | b','
                | b']' | b'}',
            )
            | None => {
                return Some(None);
            }
            _ => match plain_key(content) {
                Some(length) => position + length,
                None => return Some(None),
            },
        };
        let behind = text[name_end..end].trim_start_matches([' ', '\t']);
        let colon = end - behind.len();
        if !behind.starts_with(':')
            || !matches!(behind.as_bytes().get(1), None | Some(b' ' | b'\t'))
        {
            return Some(None);
        }
        Some(Some((unquoted(&text[position..name_end]), name_end, colon + 1)))
    }
}

/// The length of the plain key that a line begins with.
fn plain_key(content: &str) -> Option<usize> {
    let bytes = content.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b':' if matches!(bytes.get(index + 1), None | Some(b' ' | b'\t')) => {
                return Some(content[..index].trim_end_matches([' ', '\t']).len());
            }
            b'#' if index > 0 && matches!(bytes[index - 1], b' ' | b'\t') => return None,
            _ => {}
        }
    }
    None
}

fn unquoted(key: &str) -> String {
    match key.as_bytes().first() {
        Some(b'\'') => key[1..key.len() - 1].replace("''", "'"),
        Some(b'"') => key[1..key.len() - 1].to_owned(),
        _ => key.to_owned(),
    }
}

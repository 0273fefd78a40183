//! Places as users see them: the file, the line, and the part of the line that matters.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::rc::Rc;

use kbuild_yaml::{Place, SourceId};

use crate::host::Host;
use crate::path::hide_passwords;
use crate::source::Sources;

/// A part of a line of a file. Lines and columns are counted from 1, columns and lengths in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    file: String,
    line: u32,
    /// Whether the reader gave the column, and not the search for a part of the line.
    exact: bool,
    column: u32,
    length: u32,
    text: Option<String>,
}

impl Span {
    /// The file, as the user would name it: a path relative to where the build was started, or a URL.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line, unless the whole file is meant.
    pub fn line(&self) -> Option<u32> {
        (self.line > 0).then_some(self.line)
    }

    /// The column at which the part begins, where it is known.
    pub fn column(&self) -> Option<u32> {
        (self.column > 0).then_some(self.column)
    }

    /// How long the part is; 0 where that is not known.
    pub fn length(&self) -> u32 {
        self.length
    }

    /// The whole line, without its end, where the file could be read again.
    pub fn line_text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Reads the line where that has not been done.
    pub(super) fn read(&mut self, host: &dyn Host, mark: Option<&str>) {
        if self.line > 0
            && self.text.is_none()
            && let Some(text) = Text::read(host, &self.file)
            && let Some(line) = text.numbered(self.line)
        {
            self.show(line, mark);
        }
    }

    fn show(&mut self, line: &str, mark: Option<&str>) {
        let column = if self.exact { self.column } else { 0 };
        (self.column, self.length) = part(line, column, mark);
        self.text = Some(hide_passwords(line));
    }

    pub(super) fn file_and_line(&self) -> String {
        match self.line {
            0 => self.file.clone(),
            line => format!("{}:{line}", self.file),
        }
    }
}

impl fmt::Display for Span {
    /// `file:line:column`, the column only where the reader of the file gave it.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file_and_line())?;
        if self.exact && self.line > 0 { write!(out, ":{}", self.column) } else { Ok(()) }
    }
}

/// The names and texts of files, read again when there is something to say of them.
pub(crate) struct Texts<'a> {
    sources: &'a Sources,
    host: Option<&'a dyn Host>,
    read: HashMap<SourceId, Option<Rc<Text>>>,
}

/// A text, and where its lines begin.
struct Text {
    content: String,
    starts: Vec<usize>,
}

impl Text {
    fn read(host: &dyn Host, name: &str) -> Option<Text> {
        let bytes = host.read(Path::new(name)).ok()?;
        String::from_utf8(bytes).ok().map(Text::new)
    }

    /// A line, counted from 1, unless it is too long to be shown.
    fn numbered(&self, line: u32) -> Option<&str> {
        let line = self.line(usize::try_from(line).ok()?.checked_sub(1)?)?;
        (line.len() <= MAX_LINE).then_some(line)
    }

    fn new(content: String) -> Text {
        let ends = content.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(ends).collect();
        Text { content, starts }
    }

    /// A line without its end, counted from 0. The end of a text may be what is wrong with it, so there is one more.
    fn line(&self, index: usize) -> Option<&str> {
        if index == self.starts.len() {
            return Some("");
        }
        let rest = self.content.get(*self.starts.get(index)?..)?;
        let line = rest.split('\n').next().unwrap_or_default();
        Some(line.strip_suffix('\r').unwrap_or(line))
    }
}

impl<'a> Texts<'a> {
    pub(crate) fn new(sources: &'a Sources, host: Option<&'a dyn Host>) -> Texts<'a> {
        Texts { sources, host, read: HashMap::new() }
    }

    /// What is at a place; nothing where the place is not known.
    pub(super) fn span(&mut self, place: Place, column: u32, mark: Option<&str>) -> Option<Span> {
        let place = self.sources.resolve(place);
        let file = self.sources.name(place.source)?.to_owned();
        let exact = column > 0;
        let mut span = Span { file, line: place.line, exact, column, length: 0, text: None };
        if let Some(line) = self.line(place) {
            span.show(&line, mark);
        }
        Some(span)
    }

    fn line(&mut self, place: Place) -> Option<String> {
        if place.line == 0 {
            return None;
        }
        self.text(place.source)?.numbered(place.line).map(str::to_owned)
    }

    fn text(&mut self, source: SourceId) -> Option<Rc<Text>> {
        if let Some(known) = self.read.get(&source) {
            return known.clone();
        }
        let name = self.sources.name(source)?;
        let text = self.host.and_then(|host| Text::read(host, name)).map(Rc::new);
        self.read.insert(source, text.clone());
        text
    }
}

/// Longer lines are not shown.
const MAX_LINE: usize = 2000;

/// Column and length of the part of a line that matters: the marked text, what begins at the column, or the whole line
/// but for indentation, the dash of a list and a comment.
fn part(line: &str, column: u32, mark: Option<&str>) -> (u32, u32) {
    let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    if column > 0 {
        let before = usize::try_from(column - 1).unwrap_or(usize::MAX);
        let rest: String = line.chars().skip(before).collect();
        let word = rest.split([' ', '\t', ',']).next().unwrap_or_default();
        return (column, count(word).max(1));
    }
    let marked = mark.filter(|mark| !mark.is_empty()).and_then(|mark| {
        find_word(line, mark).map(|at| (count(line.get(..at).unwrap_or_default()) + 1, count(mark)))
    });
    if let Some(marked) = marked {
        return marked;
    }
    let mut content = line.trim_start();
    while let Some(after) = content.strip_prefix("- ") {
        content = after.trim_start();
    }
    let start = line.len() - content.len();
    let without_comment = content.find(" #").map_or(content, |at| &content[..at]).trim_end();
    (count(&line[..start]) + 1, count(without_comment))
}

/// Where a text stands in a line: as a word of its own, if there is one.
fn find_word(line: &str, wanted: &str) -> Option<usize> {
    let is_part = |letter: Option<char>| {
        letter.is_some_and(|letter| {
            letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/')
        })
    };
    let mut found = line.match_indices(wanted).filter(|(at, _)| {
        let before = line.get(..*at).and_then(|text| text.chars().next_back());
        let after = line.get(at + wanted.len()..).and_then(|text| text.chars().next());
        !is_part(before) && !is_part(after)
    });
    found.next().map(|(at, _)| at).or_else(|| line.find(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_that_matters() {
        assert_eq!(part("  - name: x # why", 0, None), (5, 7));
        assert_eq!(part("namePrefx: x", 0, Some("namePrefx")), (1, 9));
        assert_eq!(part("- resources: [a.yaml, a]", 0, Some("a")), (23, 1));
        assert_eq!(part("a: [b, c", 4, None), (4, 2));
        assert_eq!(part("a:", 3, None), (3, 1));
        assert_eq!(part("", 0, None), (1, 0));
    }
}

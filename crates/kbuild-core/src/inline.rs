//! Texts that stand within a file: patches and configurations. Their lines are lines of that file.

use std::collections::HashMap;

use kbuild_yaml::{Node, Place, ReadError, SourceId, Tree, Value, lines};

use crate::error::Error;
use crate::kustomization::Text;

/// The literal blocks of the files that may hold such texts.
#[derive(Default)]
pub(crate) struct Blocks(HashMap<SourceId, HashMap<u32, u32>>);

impl Blocks {
    /// Notes where the blocks of a file are, and how far each is indented.
    pub(crate) fn note(&mut self, source: SourceId, content: &[u8]) {
        let mut blocks = HashMap::new();
        // Most files have none.
        let content = if content.contains(&b'|') { content } else { &[] };
        let mut lines = lines(content).zip(1..);
        while let Some((line, number)) = lines.next() {
            if !line.contains(&b'|') || !opens_block(line) {
                continue;
            }
            let first = lines.clone().find(|(line, _)| !line.trim_ascii().is_empty());
            let indentation =
                first.map_or(0, |(line, _)| line.len() - line.trim_ascii_start().len());
            blocks.insert(number, u32::try_from(indentation).unwrap_or(0));
        }
        self.0.insert(source, blocks);
    }

    /// Where the lines of a text are.
    pub(crate) fn lines_of(&self, text: &Text) -> Lines {
        let Place { source, line } = text.place;
        match self.0.get(&source) {
            Some(blocks) => match blocks.get(&line) {
                Some(&indentation) => Lines::Below { line, indentation },
                None => Lines::At(text.place),
            },
            // Nobody looked at that file. Most texts of several lines are blocks.
            None if text.contains('\n') => Lines::Below { line, indentation: 0 },
            None => Lines::At(text.place),
        }
    }
}

/// True for a line that ends with the indicator of a literal block.
fn opens_block(line: &[u8]) -> bool {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let mut last = None;
    for word in words.by_ref() {
        if word.starts_with(b"#") {
            break;
        }
        last = Some(word);
    }
    match last {
        Some([b'|', header @ ..]) => {
            header.len() <= 2 && header.iter().all(|byte| matches!(byte, b'+' | b'-' | b'1'..=b'9'))
        }
        _ => false,
    }
}

/// Where the lines of a text are.
#[derive(Clone, Copy)]
pub(crate) enum Lines {
    /// The text is a file of its own.
    Own,
    /// Below a line, so far to the right.
    Below { line: u32, indentation: u32 },
    /// All at one place: the text is in quotes, or folded.
    At(Place),
}

impl Lines {
    /// The same, so many lines further down.
    pub(crate) fn skipping(self, skipped: u32) -> Lines {
        match self {
            Lines::Below { line, indentation } => {
                Lines::Below { line: line + skipped, indentation }
            }
            other => other,
        }
    }

    /// Moves what was read in the text to where it stands in the file.
    pub(crate) fn place(self, node: &mut Node) {
        if !matches!(self, Lines::Own) {
            relocate(node, &|place| self.moved(place));
        }
    }

    /// The same for a document in compact form.
    pub(crate) fn place_tree(self, tree: &mut Tree) {
        if !matches!(self, Lines::Own) {
            tree.move_places(&|place| self.moved(place));
        }
    }

    fn moved(self, place: Place) -> Place {
        match self {
            Lines::Own => place,
            // What has no place gets none.
            Lines::Below { .. } if place == Place::default() => place,
            Lines::Below { line: above, .. } => Place { line: place.line + above, ..place },
            Lines::At(place) => place,
        }
    }

    /// What is wrong with the text.
    pub(crate) fn error(self, mut error: ReadError, source: SourceId) -> Error {
        match self {
            Lines::Own => Error::read(&error, source),
            Lines::Below { line, indentation } => {
                error.move_down(line);
                error.column += indentation;
                Error::read(&error, source)
            }
            Lines::At(place) => Error::read(&error, source).moved_to(place),
        }
    }

    /// The place of a line of the text.
    pub(crate) fn line(self, source: SourceId, line: u32) -> Place {
        match self {
            Lines::Own => Place { source, line },
            Lines::Below { line: above, .. } => Place { source, line: line + above },
            Lines::At(place) => place,
        }
    }
}

/// Changes all places of a tree.
pub(crate) fn relocate(node: &mut Node, to: &dyn Fn(Place) -> Place) {
    node.place = to(node.place);
    match &mut node.value {
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter_mut().for_each(|item| relocate(item, to)),
        Value::Mapping(mapping) => {
            for entry in mapping.iter_mut() {
                entry.key.set_place(to(entry.key.place()));
                relocate(&mut entry.value, to);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_by_their_indicators() {
        let mut blocks = Blocks::default();
        let source = SourceId(7);
        let file =
            "a: |-\n    b: 1\nc:\n- |  # why\n\n  d: 2\n- \"x\\ny\"\n- >-\n  |\n  z\n- |2-\n   e\n";
        blocks.note(source, file.as_bytes());
        let indentation = |line| {
            let text = Text { text: "a\nb".into(), place: Place { source, line } };
            match blocks.lines_of(&text) {
                Lines::Below { indentation, .. } => Some(indentation),
                _ => None,
            }
        };
        assert_eq!(
            [1, 2, 4, 7, 8, 11].map(indentation),
            [Some(4), None, Some(2), None, None, Some(3)]
        );
    }
}

//! Prints a document as YAML, byte for byte as the reference prints resources.

mod block;
mod certain;
mod leaf;
mod letters;
mod look;
mod order;
mod printer;
mod scalar;

pub use look::is_printable;
pub use printer::Printer;
pub use scalar::double_quoted;

pub(crate) use look::{
    LONGEST_SIMPLE_KEY, holds_indicator, is_break, is_key_printed_as_it_is, is_printed_as_it_is,
    is_sexagesimal, is_word_of_ascii, plain_scalar_of,
};

use crate::canonical::key_text;
use crate::tree::{Children, NONE, NodeRef, Shape, Slot, Text, Tree};
use crate::{Node, Place};
use order::Few;
use printer::Texts;

/// Why a document cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct WriteError {
    /// Where the offending key or value stands.
    pub place: Place,
    /// What is wrong with it.
    pub message: String,
}

/// Writes `node` as one YAML document at the end of `out`, as [`NodeRef::write`] does.
///
/// # Errors
/// As that.
pub fn write(node: &Node, out: &mut String) -> Result<(), WriteError> {
    Tree::from(node).root().write(out)
}

impl NodeRef<'_> {
    /// Writes it as one YAML document at the end of `out`, a final newline included.
    ///
    /// Keys are sorted in natural order (`a2` before `a10`), items of a list stand level with its key, long lines are folded
    /// after column 80, numbers and dates get their canonical form. On an error, `out` may hold a part of the document.
    ///
    /// # Errors
    /// Something in it has no form in JSON, by way of which the reference prints it.
    pub fn write(self, out: &mut String) -> Result<(), WriteError> {
        let mut printer = Printer::default();
        let result = printer.print(self);
        out.push_str(&printer.into_text());
        result
    }

    /// Writes as [`write`](NodeRef::write) does, and notes where a comment may stand behind each value: the byte in `out`,
    /// and the place that the value came from. The text is not changed by it.
    ///
    /// # Errors
    /// As [`write`](NodeRef::write).
    pub fn write_with_places(
        self,
        out: &mut String,
        places: &mut Vec<(usize, Place)>,
    ) -> Result<(), WriteError> {
        let (mut printer, first) = (Printer::default(), places.len());
        let result = printer.print_with_places(self, places);
        places.iter_mut().skip(first).for_each(|(at, _)| *at += out.len());
        out.push_str(&printer.into_text());
        result
    }
}

struct Writer<'a> {
    out: &'a mut Printer,
    /// What the nodes are of that are written.
    tree: &'a Tree,
    texts: Texts<'a>,
    /// Where comments may stand, if somebody asks for it.
    places: Option<&'a mut Vec<(usize, Place)>>,
}

/// Whether something could be written. It fits into a register: most calls write a line, and what they return is looked at.
type Written = Result<(), Box<WriteError>>;

/// How deep a mapping stands.
#[derive(Clone, Copy)]
struct Level {
    indent: usize,
    /// The keys of a document's own mapping may be of any type; keys further down may not.
    root: bool,
}

impl<'a> Writer<'a> {
    fn new(
        out: &'a mut Printer,
        tree: &'a Tree,
        places: Option<&'a mut Vec<(usize, Place)>>,
    ) -> Writer<'a> {
        Writer { out, tree, texts: Texts::new(tree.texts()), places }
    }

    fn root(mut self, node: &Slot) -> Result<(), WriteError> {
        let written = match node.shape {
            Shape::Mapping if node.first_child() != NONE => {
                self.mapping(node, Level { indent: 0, root: true }, false)
            }
            Shape::Sequence if node.first_child() != NONE => self.sequence(node, 0, false),
            _ => self.leaf(node, 2),
        };
        written.map_err(|error| *error)
    }

    /// Writes the entries; the first one stands on the current line where `inline` is set.
    fn mapping(&mut self, mapping: &Slot, level: Level, inline: bool) -> Written {
        let tree = self.tree;
        let (one, mut few);
        let entries: &[&Slot] = match tree.slot_at(mapping.first_child()) {
            Some(alone) if alone.next == NONE => {
                one = [alone];
                &one
            }
            _ => {
                few = Few::default();
                if !few.fill(tree, mapping) {
                    return self.large_mapping(mapping, level, inline);
                }
                few.entries()
            }
        };
        let mut indent = if inline { 0 } else { level.indent };
        for entry in entries {
            self.entry(entry, level, indent)?;
            indent = level.indent;
        }
        Ok(())
    }

    #[inline(never)]
    fn large_mapping(&mut self, mapping: &Slot, level: Level, inline: bool) -> Written {
        let mut indent = if inline { 0 } else { level.indent };
        for entry in Children::of(self.tree, mapping).in_order() {
            self.entry(entry.slot(), level, indent)?;
            indent = level.indent;
        }
        Ok(())
    }

    #[inline(always)]
    fn entry(&mut self, entry: &Slot, level: Level, indent: usize) -> Written {
        if let Some(key) = entry.key_as_is() {
            let key = self.texts.chunk(key);
            if let Some(word) = self.word(entry) {
                if self.out.push_entry(indent, key, self.texts.chunk(word)) {
                    return Ok(());
                }
            } else if self.out.push_key(indent, key, start_of_value(entry, false)) {
                return self.value(entry, level.indent, false);
            }
        }
        self.unusual_entry(entry, level, indent)
    }

    /// Writes an entry whose key or word is long, stands at the end of the texts of the tree, or has to be looked at.
    #[inline(never)]
    fn unusual_entry(&mut self, entry: &Slot, level: Level, indent: usize) -> Written {
        let key = entry.key_as_is();
        if let Some(key) = key {
            let short_key = self.texts.chunk_anywhere(key);
            if let Some(word) = self.word(entry) {
                if !self.out.push_entry(indent, short_key, self.texts.chunk_anywhere(word)) {
                    let key = self.tree.bytes(key);
                    self.out.push_long_entry(indent, key, self.tree.bytes(word));
                }
                return Ok(());
            }
            if self.out.push_key(indent, short_key, start_of_value(entry, false)) {
                return self.value(entry, level.indent, false);
            }
        }
        self.out.indent(indent);
        let short = match key {
            Some(key) => {
                self.out.push_bytes(self.tree.bytes(key));
                true
            }
            None => self.unusual_key(entry, level)?,
        };
        self.out.push_byte(b':');
        self.out.push_byte(start_of_value(entry, !short));
        self.value(entry, level.indent, !short)
    }

    /// Writes the key up to its colon; false where it had to be written as a long key, with a `?` and on its own lines.
    #[inline(never)]
    fn unusual_key(&mut self, entry: &Slot, level: Level) -> Result<bool, Box<WriteError>> {
        let place = self.tree.place(entry.key_place);
        let text = key_text(self.tree.str(entry.key), entry.key_kind, place, level.root)?;
        let (text, look) = look::look_at_key(text, place)?;
        let short = text.len() <= LONGEST_SIMPLE_KEY && !look.multiline;
        if short {
            self.text(&text, look, None);
        } else {
            self.out.push_str("? ");
            self.text(&text, look, Some(level.indent + 2));
            self.end_line();
            self.out.indent(level.indent);
        }
        Ok(short)
    }

    /// The text of a scalar that is printed as it is.
    #[inline]
    fn word(&self, node: &Slot) -> Option<Text> {
        node.as_is().filter(|_| self.places.is_none())
    }

    /// Writes what follows the colon of a key, or a dash, and [one byte](start_of_value). A list or mapping starts on the same
    /// line where `inline` is set.
    fn value(&mut self, node: &Slot, indent: usize, inline: bool) -> Written {
        match node.shape {
            Shape::Mapping if node.first_child() != NONE => {
                self.mapping(node, Level { indent: indent + 2, root: false }, inline)
            }
            Shape::Sequence if node.first_child() != NONE => {
                self.sequence(node, if inline { indent + 2 } else { indent }, inline)
            }
            _ => self.leaf(node, indent + 2),
        }
    }

    /// Writes the items; the first one stands on the current line where `inline` is set.
    fn sequence(&mut self, list: &Slot, indent: usize, mut inline: bool) -> Written {
        let tree = self.tree;
        let mut next = list.first_child();
        while let Some(item) = tree.slot_at(next) {
            next = item.next;
            self.out.push_dash(if std::mem::take(&mut inline) { 0 } else { indent });
            match self.word(item) {
                Some(word) if self.out.push_word(self.texts.chunk(word)) => {}
                _ => self.value(item, indent, true)?,
            }
        }
        Ok(())
    }
}

/// What stands between the colon of a key, or a dash, and a value.
#[inline]
fn start_of_value(node: &Slot, inline: bool) -> u8 {
    if inline || node.first_child() == NONE { b' ' } else { b'\n' }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Key, Mapping, Scalar, ScalarType, Value};

    fn printed(node: &Node) -> String {
        let mut out = String::new();
        write(node, &mut out).unwrap();
        out
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut mapping = Mapping::new();
        mapping.insert("a", Node::string(text));
        assert_eq!(printed(&mapping.into()), format!("a: {expected}\n"), "{text:?}");
    }

    #[track_caller]
    fn check_plain(text: &str, expected: &str) {
        let node = Node::new(Value::Scalar(Scalar::from_plain(text)));
        assert_eq!(printed(&node), format!("{expected}\n"), "{text:?}");
    }

    #[test]
    fn quotes_where_they_are_needed() {
        check("plain text", "plain text");
        check("", "\"\"");
        check("yes", "\"yes\"");
        check("0644", "\"0644\"");
        check("1:30", "\"1:30\"");
        check("a: b", "'a: b'");
        check("it's: a", "'it''s: a'");
        check(" a", "' a'");
        check("a\tb", "\"a\\tb\"");
        check("\u{1F600}", "\"\\U0001F600\"");
        check("\u{FEFF}ab", "\"\\uFEFF\\x61\\x62\"");
        check("=", "=");
    }

    #[test]
    fn blocks() {
        check("a\nb\n", "|\n  a\n  b");
        check("a\nb", "|-\n  a\n  b");
        check(" a\n\n", "|2+\n   a\n");
        check("a \nb", "\"a \\nb\"");
    }

    #[test]
    fn next_lines_are_folded() {
        check("a \u{85} b", "a b");
        check("a\u{85}\u{85}b", "|-\n  a\n  b");
        check("\u{85}a", "' a'");
    }

    #[test]
    fn long_lines() {
        let word = "x".repeat(78);
        check(&format!("{word} y z  w v"), &format!("{word}\n  y z  w v"));
        check(&format!("{}: b c", "x".repeat(80)), &format!("'{}:\n  b c'", "x".repeat(80)));
    }

    #[test]
    fn texts_at_the_end_of_a_tree_are_written_as_others() {
        for (length, behind) in (1..70).flat_map(|length| [(length, 0), (length, 40)]) {
            let (key, word) = ("k".repeat(length), "w".repeat(70 - length));
            let mut tree = Tree::default();
            tree.set_mapping(Tree::ROOT);
            for last in ["a", &key] {
                let (entry, _) = tree.find_or_push(Tree::ROOT, last);
                tree.set_string(entry, &word);
            }
            let (list, _) = tree.find_or_push(Tree::ROOT, "z");
            tree.set_sequence(list);
            let item = tree.push_item(list);
            tree.set_string(item, &key);
            let (unused, text) = (tree.new_node(), "u".repeat(behind));
            tree.set_string(unused, &text);
            let mut out = String::new();
            tree.root().write(&mut out).unwrap();
            assert_eq!(out, format!("a: {word}\n{key}: {word}\nz:\n- {key}\n"));
        }
    }

    #[test]
    fn canonical_scalars() {
        check_plain("0x1F", "31");
        check_plain("1_000", "1000");
        check_plain("1.0", "1");
        check_plain("1e21", "1e+21");
        check_plain("18446744073709551616", "1.8446744073709552e+19");
        check_plain("1e400", "1e400");
        check_plain("TRUE", "true");
        check_plain("~", "null");
        check_plain("2020-01-01", "\"2020-01-01T00:00:00Z\"");
    }

    #[test]
    fn shapes() {
        assert_eq!(printed(&Node::mapping()), "{}\n");
        assert_eq!(printed(&Node::sequence(vec![])), "[]\n");
        let pair =
            Node::sequence(vec![Node::int(1), Node::sequence(vec![Node::int(2), Node::mapping()])]);
        assert_eq!(printed(&pair), "- 1\n- - 2\n  - {}\n");
        let mut mapping = Mapping::new();
        mapping.insert("k".repeat(129), pair.clone());
        mapping.insert("a", pair);
        let long_key = "k".repeat(129);
        assert_eq!(
            printed(&mapping.into()),
            format!("a:\n- 1\n- - 2\n  - {{}}\n? {long_key}\n: - 1\n  - - 2\n    - {{}}\n")
        );
    }

    #[test]
    fn refusals() {
        let refused = |node: Node| {
            let place = Place { line: 7, ..Place::default() };
            let error =
                write(&Node::sequence(vec![node.at(place)]), &mut String::new()).unwrap_err();
            assert_eq!(error.place, place);
            error.message
        };
        assert!(refused(Node::string("a\u{80}")).contains("U+0080"));
        assert!(refused(Node::new(Value::Scalar(Scalar::from_plain(".inf")))).contains("`.inf`"));
        let not_a_number = Scalar { text: "a".into(), kind: ScalarType::Int, plain: true };
        assert!(refused(Node::new(Value::Scalar(not_a_number))).contains("an integer"));
        let mut mapping = Mapping::new();
        mapping.push(Key::typed("1", ScalarType::Int), Node::null());
        assert_eq!(printed(&mapping.clone().into()), "\"1\": null\n");
        assert!(write(&Node::sequence(vec![mapping.into()]), &mut String::new()).is_err());
    }
}

//! Whether a document can be printed, without printing it.

use super::look::{LONGEST_JSON_KEY, is_usual};
use crate::canonical::canonical;
use crate::tree::{Shape, Slot, Tree};
use crate::{ScalarRef, ScalarType};

/// The longest key that has a form in JSON whatever it holds: a byte of it takes six characters there at most.
const SHORT_KEY: usize = LONGEST_JSON_KEY / 6;

impl Tree {
    /// True where [printing](crate::Printer::print) all of it certainly works, as for nearly all documents. It may work for
    /// others.
    pub fn is_certainly_printable(&self) -> bool {
        self.slots().iter().all(|slot| self.is_printable_key(slot) && self.is_printable_value(slot))
    }

    fn is_printable_key(&self, slot: &Slot) -> bool {
        slot.is_key_as_is() || {
            let key = self.str(slot.key);
            slot.key_kind == ScalarType::Str && key.len() <= SHORT_KEY && is_usual(key)
        }
    }

    fn is_printable_value(&self, slot: &Slot) -> bool {
        let Shape::Scalar(kind) = slot.shape else { return true };
        if slot.is_as_is() {
            return true;
        }
        let text = self.str(slot.text());
        match kind {
            ScalarType::Str => is_usual(text),
            ScalarType::Null => true,
            ScalarType::Bool | ScalarType::Int | ScalarType::Float | ScalarType::Timestamp => {
                let scalar = ScalarRef { text, kind, plain: slot.is_plain() };
                canonical(scalar, self.place(slot.place)).is_ok()
            }
            ScalarType::Binary => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Key, Mapping, Node, Scalar, ScalarType, SourceId, Tree, Value, read_resources};

    #[track_caller]
    fn check(text: &str, certain: bool) {
        let tree = read_resources(text.as_bytes(), SourceId(1)).unwrap().remove(0).tree;
        assert_eq!(tree.is_certainly_printable(), certain, "{text}");
    }

    #[test]
    fn most_documents_are_certain() {
        check("a: [b, 1, 0x1F, 1.5, true, null, ~, {}, [], 2020-01-01, 'x y', \"\"]\n", true);
        check("a b: |\n  text\n\n  more\n'': 1\n", true);
        for text in ["a: \u{e4}\n", "\u{e4}: 1\n", "1: b\n", "a: !!binary Yg==\n", "a: .inf\n"] {
            check(text, false);
        }
        check(&format!("{}: b\n", "k".repeat(500)), false);
    }

    #[test]
    fn what_is_certain_can_be_printed() {
        let kinds = [
            ScalarType::Str,
            ScalarType::Int,
            ScalarType::Float,
            ScalarType::Bool,
            ScalarType::Null,
            ScalarType::Timestamp,
            ScalarType::Binary,
        ];
        let long = "k".repeat(1100);
        let texts = [
            "",
            "x",
            "1",
            "-0",
            "0x1F",
            "0x",
            "1.5",
            ".inf",
            "-.inf",
            ".nan",
            "1e999",
            "true",
            "null",
            "~",
            "2020-01-01",
            "2020-13-45",
            "Yg==",
            "Y",
            "\u{80}",
            "\u{85}",
            "\u{e4}",
            "\t",
            "\n",
            &long,
        ];
        let mut certain = 0;
        for (kind, text, plain) in kinds.iter().flat_map(|kind| {
            texts.iter().flat_map(move |text| [(*kind, *text, true), (*kind, *text, false)])
        }) {
            let scalar = Node::new(Value::Scalar(Scalar { text: text.into(), kind, plain }));
            let mut below = Mapping::new();
            below.push(Key::typed(text, kind), Node::null());
            for node in [
                scalar.clone(),
                Node::sequence(vec![scalar, Node::int(1)]),
                Node::sequence(vec![below.into()]),
            ] {
                let tree = Tree::from(&node);
                let printed = tree.root().write(&mut String::new());
                assert!(
                    printed.is_ok() || !tree.is_certainly_printable(),
                    "{kind:?} {text:?} {plain}"
                );
                certain += usize::from(tree.is_certainly_printable());
            }
        }
        assert!(certain > 100, "{certain}");
    }
}

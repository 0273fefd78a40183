//! The content of a resource, and what is known of its form.

use std::ops::{Deref, DerefMut};

use kbuild_yaml::{Document, Node};

use crate::patch::PatchError;
use crate::patch::json::JsonPatch;
use crate::patch::normalize::restyle;

/// The content of a resource. Whoever changes it changes a [`Node`]; what is known of its form is forgotten then.
///
/// The reference takes a resource through JSON for a JSON patch. What that does to the values is done at once, but most
/// resources hold values that it does nothing to, and it need not be looked for in all of them again and again. What it
/// does to the styles of strings is done before the next change: only changes hang on it.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    node: Node,
    /// True where all scalars but keys certainly have their [JSON form](kbuild_yaml::is_json_form).
    is_json_form: bool,
    /// True where strings may have other styles than after the way through JSON, which they have been on. Their values have
    /// the JSON form then.
    awaits_styles: bool,
}

impl Content {
    /// Applies a patch as the reference does: to JSON, of which YAML is made again. After an error it may be half done.
    ///
    /// # Errors
    /// An operation cannot be carried out, or a value cannot go through JSON.
    pub(crate) fn patch_as_json(
        &mut self,
        patch: &JsonPatch,
        annotated: bool,
    ) -> Result<(), PatchError> {
        let is_json_form = std::mem::replace(&mut self.is_json_form, false);
        self.awaits_styles = is_json_form && patch.writes_json_forms;
        if self.awaits_styles {
            patch.carry_out(&mut self.node, annotated)?;
        } else {
            patch.apply(&mut self.node, annotated)?;
        }
        self.is_json_form = true;
        Ok(())
    }

    /// Makes a change that neither writes scalars nor asks for their styles.
    pub(crate) fn restructure<T>(&mut self, change: impl FnOnce(&mut Node) -> T) -> T {
        change(&mut self.node)
    }

    /// A copy of a part of it, with the styles that its strings have.
    pub(crate) fn copy_of(&self, part: &Node) -> Node {
        let mut copy = part.clone();
        if self.awaits_styles {
            restyle(&mut copy);
        }
        copy
    }
}

impl Deref for Content {
    type Target = Node;

    /// The node as far as its values go: the styles of strings may be old ones.
    fn deref(&self) -> &Node {
        &self.node
    }
}

impl DerefMut for Content {
    fn deref_mut(&mut self) -> &mut Node {
        if std::mem::take(&mut self.awaits_styles) {
            restyle(&mut self.node);
        }
        self.is_json_form = false;
        &mut self.node
    }
}

impl From<Node> for Content {
    fn from(node: Node) -> Content {
        Document::from(node).into()
    }
}

impl From<Document> for Content {
    fn from(Document { node, is_json_form }: Document) -> Content {
        Content { node, is_json_form, awaits_styles: false }
    }
}

#[cfg(test)]
mod tests {
    use kbuild_yaml::{Dialect, SourceId, read_documents, read_resources};

    use super::*;

    fn content(text: &str) -> Content {
        read_resources(text.as_bytes(), SourceId(1)).unwrap().remove(0).into()
    }

    fn patched(text: &str, value: &str) -> Content {
        let patch = format!("[{{op: add, path: /new, value: {value}}}]");
        let patch = read_documents(patch.as_bytes(), SourceId(2), Dialect::Config).unwrap();
        let mut content = content(text);
        content.patch_as_json(&JsonPatch::parse(&patch[0]).unwrap(), false).unwrap();
        content
    }

    #[test]
    fn styles_are_put_off_where_values_stay() {
        let mut one = patched("quoted: 'a'\ncolon: 'a: b'\nplain: yes\nport: 80\n", "x");
        let mut other = patched("quoted: 'a'\ncolon: 'a: b'\nplain: yes\nport: 080\n", "x");
        assert!(one.awaits_styles && one.is_json_form);
        assert!(!other.awaits_styles && other.is_json_form);
        assert!(one.copy_of(&one.node).get("quoted").is_some_and(is_plain));
        // A change needs them.
        for content in [&mut one, &mut other] {
            content.get_mut("port").unwrap().clone_from(&Node::null());
            assert!(!content.awaits_styles && !content.is_json_form);
        }
        assert_eq!(one.node, other.node);
        for (field, plain) in [("quoted", true), ("colon", false), ("plain", false), ("new", true)]
        {
            assert_eq!(is_plain(one.node.get(field).unwrap()), plain, "{field}");
        }
    }

    #[test]
    fn a_patch_whose_values_change_on_the_way_looks_at_all() {
        let content = patched("quoted: 'a'\n", "1000000");
        assert!(!content.awaits_styles);
        assert_eq!(content.get("new").and_then(Node::text), Some("1e+06"));
        assert!(content.get("quoted").is_some_and(is_plain));
    }

    fn is_plain(node: &Node) -> bool {
        node.as_scalar().is_some_and(|scalar| scalar.plain)
    }
}

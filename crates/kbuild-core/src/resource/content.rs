//! The content of a resource, and what is known of its form.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};

use kbuild_yaml::{Document, Node, NodeId, NodeRef, Refolded, Tree, is_written_plainly};

use super::head::Head;
use crate::patch::PatchError;
use crate::patch::json::JsonPatch;

/// The content of a resource. Whoever changes it changes a [`Tree`]; what is known of its form is forgotten then.
///
/// The reference takes a resource through JSON for a JSON patch. What that does to the values is done at once, but most
/// resources hold values that it does nothing to, and it need not be looked for in all of them again and again. What it
/// does to the styles of strings is done before the next change: only changes hang on it.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    tree: Tree,
    /// True where all scalars but keys certainly have their [JSON form](kbuild_yaml::is_json_form).
    is_json_form: bool,
    /// True where strings may have other styles than after the way through JSON, which they have been on. Their values have
    /// the JSON form then.
    awaits_styles: bool,
    head: Head,
    type_changes: u32,
    /// Folded blocks that are other texts once they went through JSON, by rising nodes. Where the reference writes them anew before, they have
    /// the text that stands in the file.
    refolded: Option<Box<Folds>>,
}

/// Folded blocks, by rising nodes. Hardly any resource has some, so that there is no more than a pointer to them.
#[derive(Clone, Debug)]
struct Folds(Vec<Refolded>);

impl Content {
    fn new(mut tree: Tree, is_json_form: bool, refolded: Vec<Refolded>) -> Content {
        let head = Head::new(&tree);
        tree.watch(head.metadata, [head.api_version, head.kind]);
        let refolded = folds(refolded);
        Content { tree, is_json_form, awaits_styles: false, head, type_changes: 0, refolded }
    }

    /// Where the values are that say which resource it is, and its annotations.
    #[inline]
    pub(crate) fn head(&self) -> Head {
        match self.head.changes == self.tree.changes() {
            true => {
                debug_assert_eq!(self.head, self.look_for_head(), "a change was not counted");
                self.head
            }
            false => self.look_for_head(),
        }
    }

    /// One of these values, without the others.
    #[inline]
    pub(crate) fn of_head(&self, get: impl Fn(&Head) -> NodeId) -> NodeId {
        match self.head.changes == self.tree.changes() {
            true => get(&self.head),
            false => get(&self.look_for_head()),
        }
    }

    #[inline(never)]
    fn look_for_head(&self) -> Head {
        Head::new(&self.tree)
    }

    /// How often the type of the resource may have become another one.
    #[inline]
    pub(crate) fn type_changes(&self) -> u32 {
        self.type_changes
    }

    /// Makes sure that the next one who asks for the [`head`](Content::head) need not look for it.
    #[inline]
    pub(crate) fn settle_head(&mut self) {
        if self.head.changes != self.tree.changes() {
            self.find_head();
        }
    }

    fn find_head(&mut self) {
        let (head, is_same_type) = self.head.found_again(&self.tree);
        self.head = head;
        if !is_same_type {
            self.type_changes = self.type_changes.wrapping_add(1);
        }
        self.tree.watch(self.head.metadata, [self.head.api_version, self.head.kind]);
    }

    /// Adds a copy of the only entry of a tree to a mapping that has none of its key. Where that are the metadata, the head is known
    /// afterwards.
    pub(crate) fn push_field(&mut self, mapping: NodeId, entry: &Tree) -> Option<NodeId> {
        self.settle_head();
        let field = self.push_all(mapping, entry)?;
        if mapping == self.head.metadata {
            self.head.has_got(field, &self.tree);
        }
        Some(field)
    }

    /// Puts away what changes have left behind, where that is more than what is in use, and makes sure of the head. Nodes may
    /// be others afterwards.
    #[inline]
    pub(crate) fn settle(&mut self) {
        if self.tree.is_wasteful() {
            self.tidy();
        }
        self.settle_head();
    }

    #[cold]
    fn tidy(&mut self) {
        let tree = self.tree.root().to_tree();
        self.refolded = folds(moved(self.refolded(), self.root(), tree.root()));
        self.tree = tree;
        self.find_head();
    }

    /// A part of it by itself, as it stands in the file.
    pub(crate) fn part(&self, part: NodeRef<'_>) -> Document {
        let tree = part.to_tree();
        let refolded = moved(self.refolded(), part, tree.root());
        Document { tree, is_json_form: false, refolded }
    }

    /// It with the texts of folded blocks that stand in the file: those that the reference has where it does not print and read
    /// a resource first.
    pub(crate) fn unfolded(&self) -> Cow<'_, Content> {
        if self.is_unfolded() {
            return Cow::Borrowed(self);
        }
        let mut content = self.clone();
        self.refolded().iter().for_each(|one| unfold(&mut content.tree, one));
        Cow::Owned(content)
    }

    fn refolded(&self) -> &[Refolded] {
        self.refolded.as_ref().map_or(&[], |folds| &folds.0)
    }

    /// True for a content without folded blocks that have other texts than in the file.
    pub(crate) fn is_unfolded(&self) -> bool {
        self.refolded.is_none()
    }

    /// Gives the folded blocks among the values of a mapping the texts that stand in the file.
    pub(crate) fn unfold(&mut self, values: NodeId) {
        if self.is_unfolded() {
            return;
        }
        let mut next = self.tree.first_child(values);
        while let Some(value) = next {
            next = self.tree.next_sibling(value);
            let known = self.refolded.as_ref().map_or(&[][..], |folds| &folds.0);
            if let Some(one) = refolded_at(known, value) {
                unfold(&mut self.tree, one);
            }
        }
    }

    /// True where all scalars but keys certainly have their [JSON form](kbuild_yaml::is_json_form).
    pub(crate) fn is_json_form(&self) -> bool {
        self.is_json_form
    }

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
        self.refolded = None;
        self.awaits_styles = is_json_form && patch.writes_json_forms;
        if self.awaits_styles {
            patch.carry_out(&mut self.tree, annotated)?;
        } else {
            patch.apply(&mut self.tree, annotated)?;
        }
        self.is_json_form = true;
        Ok(())
    }

    /// Makes a change that neither writes scalars nor asks for their styles.
    pub(crate) fn restructure<T>(&mut self, change: impl FnOnce(&mut Tree) -> T) -> T {
        change(&mut self.tree)
    }

    /// A copy of a part of it, with the styles that its strings have.
    pub(crate) fn copy_of(&self, part: NodeRef<'_>) -> Tree {
        let mut copy = part.to_tree();
        if self.awaits_styles {
            copy.restyle(is_plain);
        }
        copy
    }
}

/// Folded blocks, if there are any.
fn folds(refolded: Vec<Refolded>) -> Option<Box<Folds>> {
    (!refolded.is_empty()).then(|| Box::new(Folds(refolded)))
}

/// The folded blocks below `from`, where they are below its copy `to`.
fn moved(refolded: &[Refolded], from: NodeRef<'_>, to: NodeRef<'_>) -> Vec<Refolded> {
    fn add(all: &[Refolded], from: NodeRef<'_>, to: NodeRef<'_>, moved: &mut Vec<Refolded>) {
        if let Some(one) = refolded_at(all, from.id()) {
            moved.push(Refolded { node: to.id(), ..one.clone() });
        }
        from.children().zip(to.children()).for_each(|(from, to)| add(all, from, to, moved));
    }
    let mut moved = Vec::new();
    if !refolded.is_empty() {
        add(refolded, from, to, &mut moved);
        moved.sort_unstable_by_key(|one| one.node);
    }
    moved
}

/// What is known of a node that is a folded block.
fn refolded_at(refolded: &[Refolded], node: NodeId) -> Option<&Refolded> {
    let found = refolded.binary_search_by_key(&node, |one| one.node).ok();
    found.and_then(|at| refolded.get(at))
}

/// Gives a folded block the text that stands in the file, unless it has got another one.
fn unfold(tree: &mut Tree, Refolded { node, before, after }: &Refolded) {
    if tree.at(*node).text() == Some(after.as_str()) {
        tree.set_string(*node, before);
    }
}

/// True for a string that is written without quotes when it comes back from JSON.
fn is_plain(string: NodeRef<'_>) -> bool {
    string.is_printed_as_it_is() || string.as_str().is_some_and(is_written_plainly)
}

impl Deref for Content {
    type Target = Tree;

    /// The tree as far as its values go: the styles of strings may be old ones.
    fn deref(&self) -> &Tree {
        &self.tree
    }
}

impl DerefMut for Content {
    fn deref_mut(&mut self) -> &mut Tree {
        if std::mem::take(&mut self.awaits_styles) {
            self.tree.restyle(is_plain);
        }
        self.is_json_form = false;
        &mut self.tree
    }
}

impl From<Node> for Content {
    fn from(node: Node) -> Content {
        Document::from(node).into()
    }
}

impl From<Tree> for Content {
    fn from(tree: Tree) -> Content {
        Content::new(tree, false, Vec::new())
    }
}

impl From<Document> for Content {
    fn from(Document { tree, is_json_form, refolded }: Document) -> Content {
        Content::new(tree, is_json_form, refolded)
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
        assert!(one.copy_of(one.root()).root().get("quoted").is_some_and(shows_plain));
        // A change needs them.
        for content in [&mut one, &mut other] {
            let port = content.find(Tree::ROOT, "port").unwrap();
            content.set_null(port);
            assert!(!content.awaits_styles && !content.is_json_form);
        }
        assert_eq!(one.root(), other.root());
        for (field, plain) in [("quoted", true), ("colon", false), ("plain", false), ("new", true)]
        {
            assert_eq!(shows_plain(one.root().get(field).unwrap()), plain, "{field}");
        }
    }

    #[test]
    fn a_patch_whose_values_change_on_the_way_looks_at_all() {
        let content = patched("quoted: 'a'\n", "1000000");
        assert!(!content.awaits_styles);
        assert_eq!(content.root().get("new").and_then(NodeRef::text), Some("1e+06"));
        assert!(content.root().get("quoted").is_some_and(shows_plain));
    }

    #[test]
    fn what_changes_leave_behind_is_put_away() {
        const FOLDED: &str = "metadata:\n  name: a\n  annotations:\n    b: >\n      c\n       d\n";
        let mut content = content(&format!("{FOLDED}spec: {{text: x}}\n"));
        let note =
            |content: &Content| content.at(content.head().annotations).get("b").unwrap().id();
        let text = |content: &Content| content.at(note(content)).text().unwrap().to_owned();
        let mut most = 0;
        for round in 0..10_000 {
            content.settle();
            let spec = content.find(Tree::ROOT, "spec").unwrap();
            let (field, _) = content.find_or_push(spec, "text");
            content.set_string(field, &format!("{round}{}", "text".repeat(round % 100)));
            most = most.max(content.weight());
        }
        assert!(most < 20_000, "{most}");
        content.settle();
        assert_eq!(content.at(content.head().name).text(), Some("a"));
        // The folded block is known all the same.
        assert_eq!(text(&content), "c\n\n d\n");
        content.unfold(content.head().annotations);
        assert_eq!(text(&content), "c\n d\n");
    }

    fn shows_plain(node: NodeRef<'_>) -> bool {
        node.as_scalar().is_some_and(|scalar| scalar.plain)
    }
}

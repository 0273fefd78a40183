//! An operation of a JSON patch.

use std::fmt;

use kbuild_yaml::{MAX_DEPTH, Node, NodeId, NodeRef, Place, ScalarType, Tree, Value};

use super::PatchError;
use super::lists::Lists;
use super::normalize::{same_json, to_json};
use super::pointer::{self, Pointer};
use crate::code::Code;
use crate::growth::Growth;

/// One operation. What is wrong with it shows when it is applied, as in the reference: a patch without targets may
/// hold anything.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) verb: Option<Verb>,
    /// The name of the operation as written, for errors.
    name: String,
    pub(super) path: Option<Pointer>,
    pub(super) from: Option<Pointer>,
    pub(super) value: Option<Tree>,
    /// True where the value equals only what an operation of this patch has written: see
    /// [`odd_values`](super::spelling::odd_values).
    pub(super) odd: bool,
    pub(super) place: Place,
    /// Counted from 0, as the paths of a patch count.
    index: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Add,
    Remove,
    Replace,
    Move,
    Copy,
    Test,
}

/// A resource while a patch is carried out.
pub(super) struct Document<'t> {
    pub(super) tree: &'t mut Tree,
    pub(super) lists: Lists,
    /// By how many levels moves may have made it deeper since that was looked at.
    pub(super) deepened: usize,
    /// Counts what is copied.
    pub(super) growth: &'t Growth,
}

/// How many levels that may be before all of the document is looked at, which takes time.
const DEEPENED: usize = 64;

impl Document<'_> {
    fn child(&mut self, holder: NodeId, key: &str) -> Option<NodeId> {
        self.lists.child(self.tree.at(holder), key).map(NodeRef::id)
    }

    /// Puts a node that is nowhere in the document yet in the place of another one.
    fn replace(&mut self, old: NodeId, value: NodeId) {
        self.lists.forget(old);
        self.tree.move_value(old, value);
    }
}

/// True for a path to the annotations, or to what they are in.
pub(super) fn holds_annotations(path: &str) -> bool {
    matches!(path, "" | "/metadata" | "/metadata/annotations")
}

impl Operation {
    pub(super) fn parse(index: usize, node: &Node) -> Result<Operation, PatchError> {
        if !node.is_null() && node.as_mapping().is_none() {
            let message = format!(
                "operation {index} of the JSON patch is {}, not a mapping",
                node.describe()
            );
            return Err(PatchError::new(Code::BAD_JSON_PATCH, message, node.place));
        }
        let text = |key: &str| node.get(key).and_then(Node::as_str);
        let value = match node.get("value") {
            None => None,
            Some(value) => {
                let mut value = value.clone();
                to_text(&mut value);
                to_json(&mut value)?;
                Some(Tree::from(&value))
            }
        };
        Ok(Operation {
            verb: text("op").and_then(Verb::parse),
            name: node.get("op").and_then(Node::text).unwrap_or("none").to_owned(),
            path: text("path").map(Pointer::new),
            from: text("from").map(Pointer::new),
            value,
            odd: false,
            place: node.place,
            index,
        })
    }

    pub(super) fn apply(&self, document: &mut Document<'_>) -> Result<(), PatchError> {
        let Some(verb) = self.verb else {
            return Err(self
                .refuse(format_args!("unknown operation `{}`", self.name))
                .hint("the operations are `add`, `remove`, `replace`, `move`, `copy` and `test`"));
        };
        match verb {
            Verb::Add => {
                let path = self.path()?;
                let value = self.value(document);
                self.add(document, path, value)
            }
            Verb::Remove => self.take(document, self.path()?).map(|_| ()),
            Verb::Replace => self.replace(document, self.path()?),
            Verb::Test => self.test(document, self.path()?),
            Verb::Move => {
                let value = self.take(document, self.from()?)?;
                self.add(document, self.path()?, value)
            }
            Verb::Copy => {
                let from = self.from()?;
                let (holder, key) = self.holder(document, from)?;
                // A field that is not there copies as null; an element that is not there does not.
                let value = match document.child(holder, key) {
                    Some(value) => {
                        self.check_growth(document, value)?;
                        document.tree.copy_of(value)
                    }
                    None if document.tree.at(holder).is_mapping() => self.null(document),
                    None => return Err(self.missing(document, from)),
                };
                self.add(document, self.path()?, value)
            }
        }
    }

    /// The value, as a node that is nowhere in the document yet.
    fn value(&self, document: &mut Document<'_>) -> NodeId {
        match &self.value {
            Some(value) => document.tree.graft_from(value.root()),
            None => self.null(document),
        }
    }

    /// A null that is spelled out.
    fn null(&self, document: &mut Document<'_>) -> NodeId {
        let null = document.tree.new_node();
        document.tree.set_scalar(null, "null", ScalarType::Null, true);
        document.tree.set_place(null, self.place);
        null
    }

    /// Puts a node that is nowhere in the document yet where `path` leads to.
    fn add(
        &self,
        document: &mut Document<'_>,
        path: &Pointer,
        value: NodeId,
    ) -> Result<(), PatchError> {
        let (holder, key) = self.holder(document, path)?;
        self.check_depth(document, path, value)?;
        let here = document.tree.at(holder);
        if here.is_mapping() {
            self.set(document, holder, key, value);
            return Ok(());
        }
        if here.is_sequence() {
            if key == "-" {
                document.lists.append(document.tree, holder, value);
                return Ok(());
            }
            // One more place than there are elements: the end.
            if let Some(index) = pointer::index(key, document.lists.count(here) + 1) {
                document.lists.insert(document.tree, holder, index, value);
                return Ok(());
            }
        }
        Err(self.missing(document, path))
    }

    /// Refuses to copy a value when too much is copied.
    fn check_growth(&self, document: &Document<'_>, value: NodeId) -> Result<(), PatchError> {
        document.growth.add(document.tree.at(value).weight()).map_err(|message| PatchError {
            code: Code::LIMIT,
            ..self.refuse(format_args!("{message}"))
        })
    }

    /// Refuses a value that would stand too deep. Of what is moved it is enough to look from time to time, so that something
    /// large can be moved often.
    fn check_depth(
        &self,
        document: &mut Document<'_>,
        path: &Pointer,
        value: NodeId,
    ) -> Result<(), PatchError> {
        if let (Some(Verb::Move), Some(from)) = (self.verb, &self.from) {
            document.deepened += path.len().saturating_sub(from.len());
            if document.deepened <= DEEPENED {
                return Ok(());
            }
            self.check_moves(document)?;
        }
        match document.tree.is_deeper(value, MAX_DEPTH.saturating_sub(path.len())) {
            true => Err(self.too_deep()),
            false => Ok(()),
        }
    }

    /// Refuses a document that moves have made too deep.
    pub(super) fn check_moves(&self, document: &mut Document<'_>) -> Result<(), PatchError> {
        if std::mem::take(&mut document.deepened) > 0
            && document.tree.is_deeper(Tree::ROOT, MAX_DEPTH)
        {
            return Err(self.too_deep());
        }
        Ok(())
    }

    fn too_deep(&self) -> PatchError {
        self.refuse(format_args!("the resource would be nested deeper than {MAX_DEPTH} levels"))
    }

    /// Takes out what `path` leads to.
    fn take(&self, document: &mut Document<'_>, path: &Pointer) -> Result<NodeId, PatchError> {
        let (holder, key) = self.holder(document, path)?;
        let Some(child) = document.child(holder, key) else {
            return Err(self.missing(document, path));
        };
        document.lists.take_out(document.tree, holder, key, child);
        Ok(child)
    }

    fn replace(&self, document: &mut Document<'_>, path: &Pointer) -> Result<(), PatchError> {
        if path.is_empty() {
            let value = self.value.as_ref().filter(|value| value.root().is_mapping());
            let Some(value) = value else {
                return Err(
                    self.refuse(format_args!("a whole resource can be replaced only by a mapping"))
                );
            };
            document.tree.copy_from(Tree::ROOT, value.root());
            document.lists.forget(Tree::ROOT);
            return Ok(());
        }
        let (holder, key) = self.holder(document, path)?;
        let item = match document.tree.at(holder).is_mapping() {
            true => None,
            false => match document.child(holder, key) {
                None => return Err(self.missing(document, path)),
                item => item,
            },
        };
        let value = self.value(document);
        self.check_depth(document, path, value)?;
        match item {
            Some(item) => document.replace(item, value),
            None => self.set(document, holder, key, value),
        }
        Ok(())
    }

    fn test(&self, document: &mut Document<'_>, path: &Pointer) -> Result<(), PatchError> {
        let found = if path.is_empty() {
            Some(Tree::ROOT)
        } else {
            let (holder, key) = self.holder(document, path)?;
            let found = document.child(holder, key);
            if found.is_none() && document.tree.at(holder).is_sequence() {
                return Err(self.missing(document, path));
            }
            found
        };
        let found = found.map(|found| document.tree.at(found)).filter(|node| !node.is_null());
        let wanted = self.value.as_ref().map(Tree::root).filter(|node| !node.is_null());
        match (found, wanted) {
            // A test without a value is one for nothing.
            (None, None) => Ok(()),
            (Some(found), Some(wanted)) if self.odd && same_json(found, wanted) => Err(self
                .refuse(format_args!("`{path}` is the value of the test in another spelling"))
                .hint("a patch in JSON is compared as text: write numbers as 1 and 0.5, `<`, `>` and `&` as `\\u003c`, `\\u003e` and `\\u0026`, and other characters without escapes")),
            (Some(found), Some(wanted)) if same_json(found, wanted) => Ok(()),
            (Some(found), Some(wanted)) if !found.is_scalar() && !wanted.is_scalar() => {
                Err(self.refuse(format_args!("`{path}` differs from the value of the test")))
            }
            _ => Err(self.refuse(format_args!(
                "`{path}` is {}, not {}",
                shown(found),
                shown(wanted)
            ))),
        }
    }

    pub(super) fn tests_annotations(&self) -> bool {
        self.verb == Some(Verb::Test)
            && self.value.is_some()
            && self.path.as_deref().is_some_and(holds_annotations)
    }

    pub(super) fn replaces_annotations(&self) -> bool {
        self.verb.is_some_and(|verb| verb != Verb::Test)
            && self.path.as_deref().is_some_and(holds_annotations)
    }

    pub(super) fn refuse_annotations(&self) -> PatchError {
        let path = self.path.as_deref().unwrap_or_default();
        self.refuse(format_args!("`{path}` differs from the value of the test"))
            .hint("while a patch is applied, the annotations hold notes of the build itself: test one annotation, not all of them")
    }

    /// Puts a node that is nowhere in the document yet into a field of a mapping.
    fn set(&self, document: &mut Document<'_>, mapping: NodeId, name: &str, value: NodeId) {
        match document.child(mapping, name) {
            Some(old) => document.replace(old, value),
            None => {
                document.tree.attach(mapping, name, self.place, value);
                document.lists.added(mapping, name, value);
            }
        }
    }

    fn holder<'p>(
        &self,
        document: &mut Document<'_>,
        path: &'p Pointer,
    ) -> Result<(NodeId, &'p str), PatchError> {
        let found = path.holder(document.tree, &mut document.lists);
        found.ok_or_else(|| self.missing(document, path))
    }

    fn path(&self) -> Result<&Pointer, PatchError> {
        self.path
            .as_ref()
            .ok_or_else(|| self.refuse(format_args!("`path` is missing, or is not a string")))
    }

    fn from(&self) -> Result<&Pointer, PatchError> {
        self.from
            .as_ref()
            .ok_or_else(|| self.refuse(format_args!("`from` is missing, or is not a string")))
    }

    fn missing(&self, document: &Document<'_>, path: &str) -> PatchError {
        self.refuse(format_args!("the resource has nothing at `{path}`"))
            .hint(pointer::explain(document.tree.root(), path))
    }

    fn refuse(&self, message: fmt::Arguments<'_>) -> PatchError {
        PatchError::new(
            Code::JSON_PATCH_FAILED,
            format!("operation {} (`{}`) of the JSON patch: {message}", self.index, self.name),
            self.place,
        )
    }
}

impl Verb {
    fn parse(text: &str) -> Option<Verb> {
        Some(match text {
            "add" => Verb::Add,
            "remove" => Verb::Remove,
            "replace" => Verb::Replace,
            "move" => Verb::Move,
            "copy" => Verb::Copy,
            "test" => Verb::Test,
            _ => return None,
        })
    }
}

/// JSON has no dates: a date in a patch is text as it stands there.
fn to_text(node: &mut Node) {
    use kbuild_yaml::ScalarType::{Str, Timestamp};
    match &mut node.value {
        Value::Mapping(mapping) => mapping.iter_mut().for_each(|entry| to_text(&mut entry.value)),
        Value::Sequence(items) => items.iter_mut().for_each(to_text),
        Value::Scalar(scalar) if scalar.kind == Timestamp => scalar.kind = Str,
        Value::Scalar(_) => {}
    }
}

/// A value in the words of an error: two that look alike are told apart by their types.
fn shown(node: Option<NodeRef<'_>>) -> String {
    use kbuild_yaml::ScalarType::{Float, Int, Str};
    let Some(node) = node else { return "nothing".to_owned() };
    match node.as_scalar() {
        Some(scalar) if scalar.kind == Str => format!("the string `{}`", scalar.text),
        Some(scalar) if matches!(scalar.kind, Int | Float) => format!("the number {}", scalar.text),
        Some(scalar) => scalar.text.to_owned(),
        None => node.describe().to_owned(),
    }
}

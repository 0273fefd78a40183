//! JSON patch: a list of operations on paths (RFC 6902, as the library of the reference reads it).

use std::fmt;

use kbuild_yaml::{EcoString, Node, NodeId, NodeRef, Place, ScalarType, Tree, Value};

use super::PatchError;
use super::normalize::{is_normal, normalize, prepare, same_json, to_json};
use super::pointer::{self, holder};
use super::spelling::odd_values;
use crate::code::Code;

/// A list of operations.
#[derive(Clone, Debug)]
pub struct JsonPatch {
    operations: Vec<Operation>,
    /// True when the values of all operations have the form that they have after JSON, but for their styles.
    pub(crate) writes_json_forms: bool,
}

/// One operation. What is wrong with it shows when it is applied, as in the reference: a patch without targets may
/// hold anything.
#[derive(Clone, Debug)]
struct Operation {
    verb: Option<Verb>,
    /// The name of the operation as written, for errors.
    name: String,
    path: Option<EcoString>,
    from: Option<EcoString>,
    value: Option<Tree>,
    /// True where the value equals only what an operation of this patch has written: see [`odd_values`].
    odd: bool,
    place: Place,
    /// Counted from 0, as the paths of a patch count.
    index: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Add,
    Remove,
    Replace,
    Move,
    Copy,
    Test,
}

impl JsonPatch {
    /// Reads a patch: a list of mappings with `op`, `path`, and `value` or `from`.
    pub fn parse(node: &Node) -> Result<JsonPatch, PatchError> {
        if node.is_null() {
            return Ok(JsonPatch { operations: Vec::new(), writes_json_forms: true });
        }
        let Value::Sequence(items) = &node.value else {
            let message =
                format!("a JSON patch is a list of operations, but this is {}", node.describe());
            return Err(PatchError::new(Code::BAD_JSON_PATCH, message, node.place));
        };
        let operations =
            items.iter().enumerate().map(|(index, item)| Operation::parse(index, item));
        let operations: Vec<Operation> = operations.collect::<Result<_, _>>()?;
        let mut values = operations.iter().filter_map(|operation| operation.value.as_ref());
        let writes_json_forms = values.all(|value| is_normal(value.root()));
        Ok(JsonPatch { operations, writes_json_forms })
    }

    /// Reads a patch that is written as JSON; `node` is what `text` was read as.
    pub(crate) fn parse_json(node: &Node, text: &[u8]) -> Result<JsonPatch, PatchError> {
        let mut patch = JsonPatch::parse(node)?;
        let items = node.as_sequence().map(Vec::as_slice).unwrap_or_default();
        let mut wrote_odd = false;
        for (operation, odd) in patch.operations.iter_mut().zip(odd_values(text, items)) {
            operation.odd = odd && !wrote_odd;
            wrote_odd |= odd && operation.verb != Some(Verb::Test);
        }
        Ok(patch)
    }

    /// True for a patch without operations.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// True when no operation changes what a resource is called, or of which type it is.
    pub(crate) fn keeps_identity(&self) -> bool {
        let is_harmless = |path: &EcoString| {
            let below = path.strip_prefix('/').unwrap_or_default();
            match below.split_once('/').unwrap_or((below, "")) {
                ("metadata", field) => {
                    field.starts_with("labels/") || field.starts_with("annotations/")
                }
                (first, _) => !matches!(first, "" | "apiVersion" | "kind"),
            }
        };
        self.operations.iter().all(|operation| {
            operation.path.is_some()
                && operation.path.iter().chain(&operation.from).all(is_harmless)
        })
    }

    /// True when an operation takes all annotations away, or puts others in their place.
    pub(crate) fn forgets_annotations(&self) -> bool {
        let moves_them = |operation: &Operation| {
            operation.verb == Some(Verb::Move)
                && operation.from.as_deref().is_some_and(holds_annotations)
        };
        self.operations
            .iter()
            .any(|operation| operation.replaces_annotations() || moves_them(operation))
    }

    /// Where the first operation stands.
    pub fn place(&self) -> Place {
        self.operations.first().map(|operation| operation.place).unwrap_or_default()
    }

    /// Carries out the operations one after the other, and gives all values the form that they have after JSON. After an error
    /// `target` may hold the results of some.
    ///
    /// # Errors
    /// An operation cannot be carried out, or a value cannot go through JSON.
    pub(crate) fn apply(&self, target: &mut Tree, annotated: bool) -> Result<(), PatchError> {
        prepare(target)?;
        self.carry_out(target, annotated)?;
        normalize(target)
    }

    /// Carries out the operations alone.
    ///
    /// `annotated` says that the reference keeps notes of its own among the annotations: these are then equal to no value
    /// of a test.
    pub(crate) fn carry_out(
        &self,
        target: &mut Tree,
        mut annotated: bool,
    ) -> Result<(), PatchError> {
        for operation in &self.operations {
            if annotated && operation.tests_annotations() {
                return Err(operation.refuse_annotations());
            }
            annotated = annotated && !operation.replaces_annotations();
            operation.apply(target)?;
        }
        Ok(())
    }
}

/// True for a path to the annotations, or to what they are in.
fn holds_annotations(path: &str) -> bool {
    matches!(path, "" | "/metadata" | "/metadata/annotations")
}

impl Operation {
    fn parse(index: usize, node: &Node) -> Result<Operation, PatchError> {
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
            path: text("path").map(EcoString::from),
            from: text("from").map(EcoString::from),
            value,
            odd: false,
            place: node.place,
            index,
        })
    }

    fn apply(&self, document: &mut Tree) -> Result<(), PatchError> {
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
                let value = match pointer::child(document.at(holder), &key).map(NodeRef::id) {
                    Some(value) => document.copy_of(value),
                    None if document.at(holder).is_mapping() => self.null(document),
                    None => return Err(self.missing(document, from)),
                };
                self.add(document, self.path()?, value)
            }
        }
    }

    /// The value, as a node that is nowhere in the document yet.
    fn value(&self, document: &mut Tree) -> NodeId {
        match &self.value {
            Some(value) => document.graft_from(value.root()),
            None => self.null(document),
        }
    }

    /// A null that is spelled out.
    fn null(&self, document: &mut Tree) -> NodeId {
        let null = document.new_node();
        document.set_scalar(null, "null", ScalarType::Null, true);
        document.set_place(null, self.place);
        null
    }

    /// Puts a node that is nowhere in the document yet where `path` leads to.
    fn add(&self, document: &mut Tree, path: &str, value: NodeId) -> Result<(), PatchError> {
        let (holder, key) = self.holder(document, path)?;
        match document.at(holder).as_sequence() {
            None => {
                if document.at(holder).is_mapping() {
                    self.set(document, holder, &key, value);
                    return Ok(());
                }
            }
            Some(_) if key == "-" => {
                document.append_item(holder, value);
                return Ok(());
            }
            Some(items) => {
                // One more place than there are elements: the end.
                if let Some(index) = pointer::index(&key, items.count() + 1) {
                    document.insert_item(holder, index, value);
                    return Ok(());
                }
            }
        }
        Err(self.missing(document, path))
    }

    /// Takes out what `path` leads to.
    fn take(&self, document: &mut Tree, path: &str) -> Result<NodeId, PatchError> {
        let (holder, key) = self.holder(document, path)?;
        let Some(child) = pointer::child(document.at(holder), &key).map(NodeRef::id) else {
            return Err(self.missing(document, path));
        };
        document.take_out(holder, child);
        Ok(child)
    }

    fn replace(&self, document: &mut Tree, path: &str) -> Result<(), PatchError> {
        if path.is_empty() {
            let value = self.value.as_ref().filter(|value| value.root().is_mapping());
            let Some(value) = value else {
                return Err(
                    self.refuse(format_args!("a whole resource can be replaced only by a mapping"))
                );
            };
            document.copy_from(Tree::ROOT, value.root());
            return Ok(());
        }
        let (holder, key) = self.holder(document, path)?;
        if document.at(holder).is_mapping() {
            let value = self.value(document);
            self.set(document, holder, &key, value);
            return Ok(());
        }
        match pointer::child(document.at(holder), &key).map(NodeRef::id) {
            Some(item) => {
                let value = self.value(document);
                document.move_value(item, value);
                Ok(())
            }
            None => Err(self.missing(document, path)),
        }
    }

    fn test(&self, document: &Tree, path: &str) -> Result<(), PatchError> {
        let found = if path.is_empty() {
            Some(document.root())
        } else {
            let (holder, key) = self.holder(document, path)?;
            let found = pointer::child(document.at(holder), &key);
            if found.is_none() && document.at(holder).is_sequence() {
                return Err(self.missing(document, path));
            }
            found
        };
        let found = found.filter(|node| !node.is_null());
        let wanted = self.value.as_ref().map(Tree::root).filter(|node| !node.is_null());
        match (found, wanted) {
            // The reference panics.
            (None, None) if self.value.is_none() => Err(self
                .refuse(format_args!("the test of `{path}` has no value"))
                .hint("write value: null to test that nothing is there")),
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

    fn tests_annotations(&self) -> bool {
        self.verb == Some(Verb::Test)
            && self.value.is_some()
            && self.path.as_deref().is_some_and(holds_annotations)
    }

    fn replaces_annotations(&self) -> bool {
        self.verb.is_some_and(|verb| verb != Verb::Test)
            && self.path.as_deref().is_some_and(holds_annotations)
    }

    fn refuse_annotations(&self) -> PatchError {
        let path = self.path.as_deref().unwrap_or_default();
        self.refuse(format_args!("`{path}` differs from the value of the test"))
            .hint("while a patch is applied, the annotations hold notes of the build itself: test one annotation, not all of them")
    }

    /// Puts a node that is nowhere in the document yet into a field of a mapping.
    fn set(&self, document: &mut Tree, mapping: NodeId, name: &str, value: NodeId) {
        match document.find(mapping, name) {
            Some(old) => document.move_value(old, value),
            None => document.attach(mapping, name, self.place, value),
        }
    }

    fn holder(&self, document: &Tree, path: &str) -> Result<(NodeId, String), PatchError> {
        holder(document, path).ok_or_else(|| self.missing(document, path))
    }

    fn path(&self) -> Result<&str, PatchError> {
        self.path
            .as_deref()
            .ok_or_else(|| self.refuse(format_args!("`path` is missing, or is not a string")))
    }

    fn from(&self) -> Result<&str, PatchError> {
        self.from
            .as_deref()
            .ok_or_else(|| self.refuse(format_args!("`from` is missing, or is not a string")))
    }

    fn missing(&self, document: &Tree, path: &str) -> PatchError {
        self.refuse(format_args!("the resource has nothing at `{path}`"))
            .hint(pointer::explain(document.root(), path))
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

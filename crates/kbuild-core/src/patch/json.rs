//! JSON patch: a list of operations on paths (RFC 6902, as the library of the reference reads it).

use std::fmt;

use kbuild_yaml::{EcoString, Key, Node, Place, Value};

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
    value: Option<Node>,
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
        let writes_json_forms = values.all(is_normal);
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
    pub(crate) fn apply(&self, target: &mut Node, annotated: bool) -> Result<(), PatchError> {
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
        target: &mut Node,
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
                Some(value)
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

    fn apply(&self, document: &mut Node) -> Result<(), PatchError> {
        let Some(verb) = self.verb else {
            return Err(self
                .refuse(format_args!("unknown operation `{}`", self.name))
                .hint("the operations are `add`, `remove`, `replace`, `move`, `copy` and `test`"));
        };
        let value = || self.value.clone().unwrap_or_else(|| spelled_null(self.place));
        match verb {
            Verb::Add => self.add(document, self.path()?, value()),
            Verb::Remove => self.take(document, self.path()?).map(|_| ()),
            Verb::Replace => self.replace(document, self.path()?, value()),
            Verb::Test => self.test(document, self.path()?),
            Verb::Move => {
                let value = self.take(document, self.from()?)?;
                self.add(document, self.path()?, value)
            }
            Verb::Copy => {
                let from = self.from()?;
                let (holder, key) = self.holder(document, from)?;
                // A field that is not there copies as null; an element that is not there does not.
                let value = match pointer::child(holder, &key) {
                    Some(value) => value.clone(),
                    None if holder.as_mapping().is_some() => spelled_null(self.place),
                    None => return Err(self.missing(document, from)),
                };
                self.add(document, self.path()?, value)
            }
        }
    }

    fn add(&self, document: &mut Node, path: &str, value: Node) -> Result<(), PatchError> {
        let (holder, key) = self.holder(document, path)?;
        match &mut holder.value {
            Value::Mapping(mapping) => {
                self.set(mapping, key, value);
                return Ok(());
            }
            Value::Sequence(items) => {
                // One more place than there are elements: the end.
                let index = if key == "-" {
                    Some(items.len())
                } else {
                    pointer::index(&key, items.len() + 1)
                };
                if let Some(index) = index {
                    items.insert(index, value);
                    return Ok(());
                }
            }
            Value::Scalar(_) => {}
        }
        Err(self.missing(document, path))
    }

    fn take(&self, document: &mut Node, path: &str) -> Result<Node, PatchError> {
        let (holder, key) = self.holder(document, path)?;
        let taken = match &mut holder.value {
            Value::Mapping(mapping) => mapping.remove(&key),
            Value::Sequence(items) => {
                pointer::index(&key, items.len()).map(|index| items.remove(index))
            }
            Value::Scalar(_) => None,
        };
        taken.ok_or_else(|| self.missing(document, path))
    }

    fn replace(&self, document: &mut Node, path: &str, value: Node) -> Result<(), PatchError> {
        if path.is_empty() {
            if value.as_mapping().is_none() {
                return Err(
                    self.refuse(format_args!("a whole resource can be replaced only by a mapping"))
                );
            }
            *document = value;
            return Ok(());
        }
        let (holder, key) = self.holder(document, path)?;
        match &mut holder.value {
            Value::Mapping(mapping) => {
                self.set(mapping, key, value);
                return Ok(());
            }
            Value::Sequence(items) => {
                if let Some(item) =
                    pointer::index(&key, items.len()).and_then(|index| items.get_mut(index))
                {
                    *item = value;
                    return Ok(());
                }
            }
            Value::Scalar(_) => {}
        }
        Err(self.missing(document, path))
    }

    fn test(&self, document: &mut Node, path: &str) -> Result<(), PatchError> {
        let found = if path.is_empty() {
            Some(&*document)
        } else {
            let (holder, key) = self.holder(document, path)?;
            let is_list = holder.as_sequence().is_some();
            let found = pointer::child(holder, &key);
            if found.is_none() && is_list {
                return Err(self.missing(document, path));
            }
            found
        };
        let found = found.filter(|node| !node.is_null());
        let wanted = self.value.as_ref().filter(|node| !node.is_null());
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
            (Some(found), Some(wanted))
                if found.as_scalar().is_none() && wanted.as_scalar().is_none() =>
            {
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

    fn set(&self, mapping: &mut kbuild_yaml::Mapping, name: String, value: Node) {
        match mapping.get_mut(&name) {
            Some(old) => *old = value,
            None => mapping.push(Key::new(name).at(self.place), value),
        }
    }

    fn holder<'a>(
        &self,
        document: &'a mut Node,
        path: &str,
    ) -> Result<(&'a mut Node, String), PatchError> {
        // Looked up twice, so that the error may look at the document.
        if holder(document, path).is_none() {
            return Err(self.missing(document, path));
        }
        holder(document, path).ok_or_else(|| self.refuse(format_args!("nothing holds `{path}`")))
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

    fn missing(&self, document: &Node, path: &str) -> PatchError {
        self.refuse(format_args!("the resource has nothing at `{path}`"))
            .hint(pointer::explain(document, path))
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
fn shown(node: Option<&Node>) -> String {
    use kbuild_yaml::ScalarType::{Float, Int, Str};
    let Some(node) = node else { return "nothing".to_owned() };
    match node.as_scalar() {
        Some(scalar) if scalar.kind == Str => format!("the string `{}`", scalar.text),
        Some(scalar) if matches!(scalar.kind, Int | Float) => format!("the number {}", scalar.text),
        Some(scalar) => scalar.text.to_string(),
        None => node.describe().to_owned(),
    }
}

fn spelled_null(place: Place) -> Node {
    use kbuild_yaml::{Scalar, ScalarType};
    Node::new(Value::Scalar(Scalar { text: "null".into(), kind: ScalarType::Null, plain: true }))
        .at(place)
}

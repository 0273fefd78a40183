//! JSON patch: a list of operations on paths (RFC 6902, as the library of the reference reads it).

use kbuild_yaml::{Node, Place, Tree, Value};

use super::PatchError;
use super::lists::Lists;
use super::normalize::{is_normal, normalize, prepare};
use super::operation::{Document, Operation, Verb, holds_annotations};
use super::pointer::Pointer;
use super::spelling::odd_values;
use crate::code::Code;
use crate::growth::Growth;

/// A list of operations.
#[derive(Clone, Debug)]
pub struct JsonPatch {
    operations: Vec<Operation>,
    /// True when the values of all operations have the form that they have after JSON, but for their styles.
    pub(crate) writes_json_forms: bool,
    /// True when no operation changes what a resource is called, or of which type it is.
    pub(crate) keeps_identity: bool,
    /// True when an operation may have to do with the metadata.
    pub(crate) touches_metadata: bool,
    /// Counts what operations copy.
    pub(crate) growth: Growth,
}

impl JsonPatch {
    /// Reads a patch: a list of mappings with `op`, `path`, and `value` or `from`.
    pub fn parse(node: &Node) -> Result<JsonPatch, PatchError> {
        if node.is_null() {
            return Ok(JsonPatch::of(Vec::new()));
        }
        let Value::Sequence(items) = &node.value else {
            let message =
                format!("a JSON patch is a list of operations, but this is {}", node.describe());
            return Err(PatchError::new(Code::BAD_JSON_PATCH, message, node.place));
        };
        let operations =
            items.iter().enumerate().map(|(index, item)| Operation::parse(index, item));
        Ok(JsonPatch::of(operations.collect::<Result<_, _>>()?))
    }

    fn of(operations: Vec<Operation>) -> JsonPatch {
        let mut values = operations.iter().filter_map(|operation| operation.value.as_ref());
        let writes_json_forms = values.all(|value| is_normal(value.root()));
        JsonPatch {
            writes_json_forms,
            keeps_identity: operations.iter().all(keeps_identity),
            touches_metadata: operations.iter().any(touches_metadata),
            operations,
            growth: Growth::default(),
        }
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
        let (lists, growth) = (Lists::default(), &self.growth);
        let mut document = Document { tree: target, lists, deepened: 0, growth };
        let mut last_move = None;
        for operation in &self.operations {
            if annotated && operation.tests_annotations() {
                return Err(operation.refuse_annotations());
            }
            annotated = annotated && !operation.replaces_annotations();
            operation.apply(&mut document)?;
            last_move = Some(operation).filter(|one| one.verb == Some(Verb::Move)).or(last_move);
        }
        last_move.map_or(Ok(()), |last| last.check_moves(&mut document))
    }
}

/// True for an operation that changes neither what a resource is called, nor of which type it is.
fn keeps_identity(operation: &Operation) -> bool {
    let is_harmless = |path: &Pointer| {
        let below = path.strip_prefix('/').unwrap_or_default();
        match below.split_once('/').unwrap_or((below, "")) {
            ("metadata", field) => {
                field.starts_with("labels/") || field.starts_with("annotations/")
            }
            (first, _) => !matches!(first, "" | "apiVersion" | "kind"),
        }
    };
    operation.path.is_some() && operation.path.iter().chain(&operation.from).all(is_harmless)
}

/// True for an operation that may have to do with the metadata.
fn touches_metadata(operation: &Operation) -> bool {
    // What stands before the first slash is not looked at.
    let does = |path: &Pointer| {
        path.split_once('/')
            .is_none_or(|(_, steps)| steps.split('/').next().is_none_or(|step| step == "metadata"))
    };
    operation.path.iter().chain(&operation.from).any(does)
}

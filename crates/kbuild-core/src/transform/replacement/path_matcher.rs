//! Finds all fields that the path of a target stands for, and makes them where that is asked.

use kbuild_yaml::{Dialect, Key, Node, Place, Scalar, SourceId, Value, read_documents};

use super::field_path::{
    FieldPath, ItemSelector, Position, Step, StepKind, items, malformed, node_at_mut,
};
use crate::error::Error;

/// What the last field of a path is when it has to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Create {
    /// Nothing is made.
    No,
    Scalar,
    Sequence,
    Mapping,
}

impl Create {
    /// The shape of a value.
    pub(super) fn like(value: &Node) -> Create {
        match &value.value {
            Value::Scalar(_) => Create::Scalar,
            Value::Sequence(_) => Create::Sequence,
            Value::Mapping(_) => Create::Mapping,
        }
    }

    fn empty(self) -> Node {
        match self {
            Create::Sequence => Node::sequence(Vec::new()),
            Create::Mapping => Node::mapping(),
            Create::No | Create::Scalar => Node::new(Value::Scalar(Scalar::from_plain(""))),
        }
    }
}

/// The fields that a path stands for.
#[derive(Debug, Default)]
pub(super) struct Matches {
    pub(super) positions: Vec<Position>,
    /// Fields that the reference finds, and sets, where nothing of it shows: below a null, and in a text within a text.
    pub(super) unseen: usize,
}

impl Matches {
    pub(super) fn len(&self) -> usize {
        self.positions.len() + self.unseen
    }
}

/// Finds the fields of `root` that `steps`, a part of `path`, stand for.
///
/// # Errors
/// The path does not fit what is there.
pub(super) fn match_path(
    root: &mut Node,
    path: &FieldPath,
    steps: &[Step],
    create: Create,
) -> Result<Matches, Error> {
    let mut matcher =
        PathMatcher { path, create, matches: Matches::default(), position: Position::new() };
    matcher.step(root, steps)?;
    Ok(matcher.matches)
}

struct PathMatcher<'a> {
    path: &'a FieldPath,
    create: Create,
    matches: Matches,
    /// Where the walk is.
    position: Position,
}

impl PathMatcher<'_> {
    fn step(&mut self, node: &mut Node, steps: &[Step]) -> Result<(), Error> {
        let Some((step, rest)) = steps.split_first() else {
            self.matches.positions.push(self.position.clone());
            return Ok(());
        };
        match &step.kind {
            StepKind::Field => self.field(node, step, rest),
            StepKind::Index(index) => self.index(node, *index, rest),
            StepKind::Items(selector) => self.items(node, selector, rest, step),
            StepKind::Malformed => Err(self.path.error(malformed(&step.text))),
            StepKind::Every => {
                self.check_list(node)?;
                for at in 0..node.as_sequence().map_or(0, Vec::len) {
                    self.below(node, at, rest)?;
                }
                Ok(())
            }
        }
    }

    /// Goes on at a child of `node`.
    fn below(&mut self, node: &mut Node, at: usize, rest: &[Step]) -> Result<(), Error> {
        let Some(child) = node_at_mut(node, &[at]) else { return Ok(()) };
        self.position.push(at);
        let result = self.step(child, rest);
        self.position.pop();
        result
    }

    fn field(&mut self, node: &mut Node, step: &Step, rest: &[Step]) -> Result<(), Error> {
        if node.is_null() {
            if self.create != Create::No {
                self.matches.unseen += 1;
            }
            return Ok(());
        }
        let kind = node.describe();
        let place = node.place;
        let Some(mapping) = node.as_mapping_mut().filter(|_| !step.text.is_empty()) else {
            return Err(self.misfit(
                format!("{} is looked for in {kind}, which has no fields", quoted(&step.text)),
                place,
            ));
        };
        let at = match mapping.position(&step.text) {
            Some(at) => at,
            None if self.create == Create::No => return Ok(()),
            None => {
                let made = made_for(rest, self.create);
                mapping.push(Key::plain(step.text.as_str()), made);
                mapping.len() - 1
            }
        };
        match mapping.iter_mut().nth(at) {
            Some(entry) if !rest.is_empty() && entry.value.as_scalar().is_some() => {
                let text =
                    entry.value.as_scalar().map(|scalar| scalar.text.clone()).unwrap_or_default();
                let place = entry.value.place;
                self.text(&text, rest, place)
            }
            _ => self.below(node, at, rest),
        }
    }

    /// Follows the path into a text that holds YAML. What is changed there is lost, so only errors count.
    fn text(&mut self, text: &str, rest: &[Step], place: Place) -> Result<(), Error> {
        let mut parsed = parse(text).map_err(|why| self.misfit(why, place))?;
        let inner = match_path(&mut parsed, self.path, rest, self.create)
            .map_err(|error| error.at(place))?;
        self.matches.unseen += inner.len();
        Ok(())
    }

    fn index(&mut self, node: &mut Node, index: usize, rest: &[Step]) -> Result<(), Error> {
        self.check_list(node)?;
        let found = node.as_sequence().map_or(0, Vec::len);
        if index == found && self.create != Create::No {
            let made = made_for(rest, self.create);
            match node.as_sequence_mut() {
                Some(items) => items.push(made),
                None => {
                    self.matches.unseen += 1;
                    return Ok(());
                }
            }
        } else if index >= found {
            let are =
                if found == 1 { "is only 1 item" } else { &format!("are only {found} items") };
            return Err(self.misfit(format!("item {index} is wanted, and there {are}"), node.place));
        }
        self.below(node, index, rest)
    }

    fn items(
        &mut self,
        node: &mut Node,
        selector: &ItemSelector,
        rest: &[Step],
        step: &Step,
    ) -> Result<(), Error> {
        self.check_list(node)?;
        let before = self.matches.len();
        self.selected(node, selector, rest)?;
        if self.create == Create::No || self.matches.len() > before {
            return Ok(());
        }
        let value = Node::new(Value::Scalar(Scalar::from_plain(selector.value.as_str())));
        let made = if selector.field.is_empty() {
            value
        } else {
            let mut item = kbuild_yaml::Mapping::new();
            item.push(Key::plain(selector.field.as_str()), value);
            item.into()
        };
        let place = node.place;
        let Some(items) = node.as_sequence_mut() else {
            self.matches.unseen += 1;
            return Ok(());
        };
        items.push(made);
        self.selected(node, selector, rest)?;
        if self.matches.len() == before {
            return Err(
                self.misfit(format!("an item made for {} would not match it", step.text), place)
            );
        }
        Ok(())
    }

    fn selected(
        &mut self,
        node: &mut Node,
        selector: &ItemSelector,
        rest: &[Step],
    ) -> Result<(), Error> {
        for at in 0..node.as_sequence().map_or(0, Vec::len) {
            let Some(item) = node_at_mut(node, &[at]) else { continue };
            let pattern = selector.pattern.as_ref().map_err(|why| {
                self.path
                    .error(format!("\"{}\" is not a regular expression: {why}", selector.value))
            })?;
            let compared =
                if selector.field.is_empty() { Some(&*item) } else { item.get(&selector.field) };
            if !compared.is_some_and(|value| pattern.is_match(&shown(value))) {
                continue;
            }
            let rest = if selector.field.is_empty() { &[] } else { rest };
            self.below(node, at, rest)?;
        }
        Ok(())
    }

    fn check_list(&self, node: &Node) -> Result<(), Error> {
        items(node).map(|_| ()).map_err(|why| self.misfit(why, node.place))
    }

    fn misfit(&self, why: String, place: Place) -> Error {
        self.path
            .error(format!("the field path {} does not fit: {why}", quoted(&self.path.text)))
            .related("the field", place)
    }
}

/// What to make for a field that the rest of a path leads into.
fn made_for(rest: &[Step], create: Create) -> Node {
    match rest.first() {
        Some(next) if next.kind.is_in_list() => Create::Sequence.empty(),
        Some(next) if !next.text.is_empty() => Create::Mapping.empty(),
        _ => create.empty(),
    }
}

/// Reads the first document of a text within a resource.
///
/// # Errors
/// What is wrong with the text. An empty text is no document.
pub(super) fn parse(text: &str) -> Result<Node, String> {
    let documents = read_documents(text.as_bytes(), SourceId::default(), Dialect::Resource)
        .map_err(|error| format!("the text cannot be read as YAML: {}", error.message))?;
    match documents.into_iter().next() {
        Some(document) => Ok(document),
        // The reader leaves null documents out.
        None if matches!(text.trim(), "~" | "null" | "Null" | "NULL") => {
            Ok(Node::new(Value::Scalar(Scalar::from_plain(text.trim()))))
        }
        None => Err("the text is empty".to_owned()),
    }
}

/// A value as it stands in a document, which is what the expression of an item selector is compared with.
fn shown(node: &Node) -> String {
    match node.as_scalar() {
        Some(scalar) if scalar.plain => {
            let is_text = scalar.kind == kbuild_yaml::ScalarType::Str;
            if is_text && Scalar::from_plain(scalar.text.clone()).kind != scalar.kind {
                format!("\"{}\"", scalar.text)
            } else {
                scalar.text.trim().to_owned()
            }
        }
        Some(scalar) => format!("\"{}\"", scalar.text),
        None => {
            let mut text = String::new();
            // A value that cannot be written matches nothing but the empty expression.
            let _ = kbuild_yaml::write(node, &mut text);
            text.trim().to_owned()
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

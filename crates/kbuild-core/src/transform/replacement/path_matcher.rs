//! Finds all fields that the path of a target stands for, and makes them where that is asked.

use kbuild_yaml::{
    Dialect, NodeId, NodeRef, Place, Scalar, ScalarType, SourceId, Tree, ValueRef, read_resources,
    resolve,
};

use super::field_path::{
    FieldPath, ItemSelector, Position, Step, StepKind, count, items, malformed,
};
use crate::error::Error;
use crate::field::path::check_length;

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
    pub(super) fn like(value: NodeRef<'_>) -> Create {
        match value.value() {
            ValueRef::Scalar(_) => Create::Scalar,
            ValueRef::Sequence(_) => Create::Sequence,
            ValueRef::Mapping(_) => Create::Mapping,
        }
    }

    fn make(self, tree: &mut Tree, node: NodeId) {
        match self {
            Create::Sequence => tree.set_sequence(node),
            Create::Mapping => tree.set_mapping(node),
            Create::No | Create::Scalar => tree.set_plain(node, ""),
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

/// Finds the fields of a tree that `steps`, a part of `path`, stand for.
///
/// # Errors
/// The path does not fit what is there.
pub(super) fn match_path(
    tree: &mut Tree,
    path: &FieldPath,
    steps: &[Step],
    create: Create,
) -> Result<Matches, Error> {
    check_length(path.steps.len(), path.place)?;
    let mut matcher =
        PathMatcher { tree, path, create, matches: Matches::default(), position: Position::new() };
    matcher.step(Tree::ROOT, steps)?;
    Ok(matcher.matches)
}

struct PathMatcher<'a> {
    tree: &'a mut Tree,
    path: &'a FieldPath,
    create: Create,
    matches: Matches,
    /// Where the walk is.
    position: Position,
}

impl PathMatcher<'_> {
    fn step(&mut self, node: NodeId, steps: &[Step]) -> Result<(), Error> {
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
                self.every(node, |matcher, at, item| matcher.below(item, at, rest))
            }
        }
    }

    /// Goes through the items of a list.
    fn every(
        &mut self,
        list: NodeId,
        mut each: impl FnMut(&mut Self, usize, NodeId) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let first = self.tree.at(list).as_sequence().and_then(|mut items| items.next());
        let (mut next, mut at) = (first.map(NodeRef::id), 0);
        while let Some(item) = next {
            next = self.tree.next_sibling(item);
            each(self, at, item)?;
            at += 1;
        }
        Ok(())
    }

    /// Goes on at `child`, which is the child of this number.
    fn below(&mut self, child: NodeId, at: usize, rest: &[Step]) -> Result<(), Error> {
        self.position.push(at);
        let result = self.step(child, rest);
        self.position.pop();
        result
    }

    fn field(&mut self, node: NodeId, step: &Step, rest: &[Step]) -> Result<(), Error> {
        let here = self.tree.at(node);
        if here.is_null() {
            if self.create != Create::No {
                self.matches.unseen += 1;
            }
            return Ok(());
        }
        let Some(mut values) = here.as_mapping().filter(|_| !step.text.is_empty()) else {
            let (field, kind) = (quoted(&step.text), here.describe());
            return Err(self.misfit(
                format!("{field} is looked for in {kind}, which has no fields"),
                here.place(),
            ));
        };
        let found = values.by_ref().enumerate().find(|(_, value)| value.has_key(&step.text));
        let (at, field) = match found.map(|(at, value)| (at, value.id())) {
            Some(found) => found,
            None if self.create == Create::No => return Ok(()),
            None => {
                let at = here.children().count();
                let kind = resolve(&step.text, Dialect::Resource);
                let field = self.tree.push_entry(node, &step.text, kind, Place::default());
                made_for(rest, self.create).make(self.tree, field);
                (at, field)
            }
        };
        let value = self.tree.at(field);
        match value.as_scalar().filter(|_| !rest.is_empty()) {
            Some(nothing) if value.is_null() && nothing.text.is_empty() => {
                let why = format!("{} is empty", step.text);
                Err(self.misfit(why, value.place()).hint_with("write {} there, an empty mapping"))
            }
            Some(scalar) => {
                let (text, place) = (scalar.text.to_owned(), value.place());
                self.text(&text, rest, place)
            }
            None => self.below(field, at, rest),
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

    fn index(&mut self, node: NodeId, index: usize, rest: &[Step]) -> Result<(), Error> {
        let here = self.tree.at(node);
        let found = count(here).map_err(|why| self.misfit(why, here.place()))?;
        if index == found && self.create != Create::No {
            if here.is_null() {
                self.matches.unseen += 1;
                return Ok(());
            }
            let made = self.tree.push_item(node);
            made_for(rest, self.create).make(self.tree, made);
            return self.below(made, index, rest);
        }
        match here.children().nth(index).map(NodeRef::id) {
            Some(item) => self.below(item, index, rest),
            None => {
                let are =
                    if found == 1 { "is only 1 item" } else { &format!("are only {found} items") };
                let why = format!("item {index} is wanted, and there {are}");
                Err(self.misfit(why, here.place()))
            }
        }
    }

    fn items(
        &mut self,
        node: NodeId,
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
        let here = self.tree.at(node);
        let place = here.place();
        if here.is_null() {
            self.matches.unseen += 1;
            return Ok(());
        }
        let made = self.tree.push_item(node);
        let value = match selector.field.as_str() {
            "" => made,
            field => {
                self.tree.set_mapping(made);
                let kind = resolve(field, Dialect::Resource);
                self.tree.push_entry(made, field, kind, Place::default())
            }
        };
        self.tree.set_untagged(value, &selector.value);
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
        node: NodeId,
        selector: &ItemSelector,
        rest: &[Step],
    ) -> Result<(), Error> {
        self.every(node, |matcher, at, item| {
            let pattern = selector.pattern.as_ref().map_err(|why| {
                let pattern = &selector.value;
                matcher.path.error(format!("\"{pattern}\" is not a regular expression: {why}"))
            })?;
            let here = matcher.tree.at(item);
            let compared =
                if selector.field.is_empty() { Some(here) } else { here.get(&selector.field) };
            if !compared.is_some_and(|value| pattern.is_match(&shown(value))) {
                return Ok(());
            }
            let rest = if selector.field.is_empty() { &[] } else { rest };
            matcher.below(item, at, rest)
        })
    }

    fn check_list(&self, node: NodeId) -> Result<(), Error> {
        let here = self.tree.at(node);
        items(here).map(|_| ()).map_err(|why| self.misfit(why, here.place()))
    }

    fn misfit(&self, why: String, place: Place) -> Error {
        self.path
            .error(format!("the field path {} does not fit: {why}", quoted(&self.path.text)))
            .related("the field", place)
    }
}

/// What to make for a field that the rest of a path leads into.
fn made_for(rest: &[Step], create: Create) -> Create {
    match rest.first() {
        Some(next) if next.kind.is_in_list() => Create::Sequence,
        Some(next) if !next.text.is_empty() => Create::Mapping,
        _ => create,
    }
}

/// Reads the first document of a text within a resource.
///
/// # Errors
/// What is wrong with the text. An empty text is no document.
pub(super) fn parse(text: &str) -> Result<Tree, String> {
    let documents = read_resources(text.as_bytes(), SourceId::default())
        .map_err(|error| format!("the text cannot be read as YAML: {}", error.message))?;
    match documents.into_iter().next() {
        Some(document) => Ok(document.tree),
        // The reader leaves null documents out.
        None if matches!(text.trim(), "~" | "null" | "Null" | "NULL") => {
            let mut tree = Tree::default();
            tree.set_plain(Tree::ROOT, text.trim());
            Ok(tree)
        }
        None => Err("the text is empty".to_owned()),
    }
}

/// A value as it stands in a document, which is what the expression of an item selector is compared with.
fn shown(node: NodeRef<'_>) -> String {
    match node.as_scalar() {
        Some(scalar) if scalar.plain => {
            let is_text = scalar.kind == ScalarType::Str;
            if is_text && Scalar::from_plain(scalar.text).kind != scalar.kind {
                format!("\"{}\"", scalar.text)
            } else {
                scalar.text.trim().to_owned()
            }
        }
        Some(scalar) => format!("\"{}\"", scalar.text),
        None => {
            let mut text = String::new();
            // A value that cannot be written matches nothing but the empty expression.
            let _ = node.write(&mut text);
            text.trim().to_owned()
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

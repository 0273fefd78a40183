//! The targets of a replacement: the fields that get the value.

use kbuild_yaml::{Dialect, MAX_DEPTH, NodeId, NodeRef, ScalarType, Tree, resolve};

use super::any_name;
use super::field_path::{FieldPath, Position, node_at};
use super::path_matcher::{Create, match_path};
use super::source::{DEFAULT_PATH, Value, hint_at_field};
use super::text_within::set_in_text;
use crate::code::Code;
use crate::error::Error;
use crate::growth::Growth;
use crate::identity::selector::Selector;
use crate::kustomization::{FieldOptions, TargetSelector, Text};
use crate::resource::{Parts, Resource, ResourceSet, Slots};
use crate::source::Trail;
use crate::transform::selection;

/// Some fields of some resources.
pub(super) struct TargetFields {
    select: Selector,
    rejects: Rejects,
    paths: Vec<FieldPath>,
    options: FieldOptions,
}

/// Resources to leave alone. What it says of names and what it says of labels are two tests, and either is enough.
struct Reject {
    selector: Selector,
    has_names: bool,
    has_labels: bool,
}

/// All resources to leave alone.
struct Rejects {
    all: Vec<Reject>,
    /// Where those stand that name one resource and say nothing of labels, by that name.
    by_name: Slots,
    /// Where the others stand.
    others: Vec<usize>,
}

impl Rejects {
    fn new(all: Vec<Reject>) -> Rejects {
        let (mut by_name, mut others) = (Slots::default(), Vec::new());
        for (index, reject) in all.iter().enumerate() {
            match reject.selector.name.exact().filter(|_| !reject.has_labels) {
                Some(name) => {
                    by_name.add(&name, index);
                }
                None => others.push(index),
            }
        }
        Rejects { all, by_name, others }
    }

    fn hold(&self, resource: &Resource) -> bool {
        let fits = |index: &usize| self.all.get(*index).is_some_and(|reject| reject.fits(resource));
        self.others.iter().any(fits)
            || any_name(resource, |name| self.by_name.get(&name.name).iter().any(fits))
    }
}

impl Reject {
    fn fits(&self, resource: &Resource) -> bool {
        (self.has_names && names_match(&self.selector, resource))
            || (self.has_labels && labels_match(&self.selector, resource))
    }
}

impl TargetFields {
    /// Compiles a target.
    ///
    /// # Errors
    /// A target without `select`, or something in a selector that cannot be read.
    pub(super) fn new(target: &TargetSelector) -> Result<TargetFields, Error> {
        let Some(select) = &target.select else {
            return Err(Error::new(Code::BAD_REPLACEMENT, "a target must select resources")
                .at(target.place)
                .hint_with("say which resources get the value: select: {kind: Deployment}"));
        };
        let reject = target.reject.iter().map(|reject| {
            let parts =
                [&reject.group, &reject.version, &reject.kind, &reject.name, &reject.namespace];
            Ok(Reject {
                selector: Selector::new(reject)?,
                has_names: parts.into_iter().any(|part| !part.is_empty()),
                has_labels: !reject.label_selector.is_empty()
                    || !reject.annotation_selector.is_empty(),
            })
        });
        let default = [Text { text: DEFAULT_PATH.into(), place: target.place }];
        let paths =
            if target.field_paths.is_empty() { &default } else { target.field_paths.as_slice() };
        Ok(TargetFields {
            select: Selector::new(select)?,
            rejects: Rejects::new(reject.collect::<Result<_, Error>>()?),
            paths: paths.iter().map(FieldPath::new).collect(),
            options: target.options.clone(),
        })
    }

    /// Puts the value into all fields.
    ///
    /// # Errors
    /// A selected resource lacks a field, or the value cannot be put there.
    pub(super) fn set(
        &self,
        resources: &mut ResourceSet,
        value: &mut Value,
        growth: &Growth,
    ) -> Result<(), Error> {
        let mut selected = Vec::new();
        let Selector { name, namespace, kind, .. } = &self.select;
        for slot in resources.candidates(name, namespace, kind) {
            if resources.get(slot).is_some_and(|resource| self.selects(resource)) {
                selected.push(slot);
                resources.edit(slot, |resource| {
                    self.paths.iter().try_for_each(|path| {
                        resource
                            .traced(path.place, |resource| {
                                self.set_path(resource, slot, path, value, growth)
                            })
                            .map_err(|error| error.in_resource(resource.describe()))
                    })
                })?;
            }
        }
        if selected.is_empty() {
            let message = format!(
                "the value is copied nowhere: there is no resource with {}{}",
                self.select,
                if self.rejects.all.is_empty() { "" } else { " that is not rejected" }
            );
            let code = Code::REPLACEMENT_WITHOUT_MATCH;
            let warning = selection::nothing(code, message, resources, &self.select);
            resources.warn(warning);
        }
        selection::warn_of_pattern(resources, &self.select, &selected);
        Ok(())
    }

    fn selects(&self, resource: &Resource) -> bool {
        names_match(&self.select, resource)
            && labels_match(&self.select, resource)
            && !self.rejects.hold(resource)
    }

    fn set_path(
        &self,
        resource: &mut Resource,
        slot: usize,
        path: &FieldPath,
        value: &mut Value,
        growth: &Growth,
    ) -> Result<(), Error> {
        let too_much = |why| path.error_of(Code::LIMIT, why).mark(&*path.text);
        let create = if self.options.create { Create::like(value.tree.root()) } else { Create::No };
        let new = value.tree.root();
        let is_in_text =
            set_in_text(&mut resource.content, new, path, &self.options, create, growth);
        if is_in_text.map_err(too_much)? {
            value.refresh(slot, resource.node());
            return Ok(());
        }
        let matches = match_path(&mut resource.content, path, &path.steps, create)?;
        if matches.len() == 0 {
            let error = path
                .error_of(
                    Code::NO_REPLACEMENT_TARGET,
                    format!("there is no field {} to replace", path.text),
                )
                .mark(&*path.text);
            let error = hint_at_field(error, resource.node(), &path.steps);
            return Err(error.hint_with("say options: {create: true} to make it"));
        }
        let trail = resource.trail.clone();
        for position in &matches.positions {
            value.refresh(slot, resource.node());
            value.detach_below(slot, position);
            let Some(field) = node_at(resource.node(), position).map(NodeRef::id) else {
                continue;
            };
            let levels = MAX_DEPTH.saturating_sub(position.len());
            if value.tree.is_deeper(Tree::ROOT, levels) {
                let message =
                    format!("the resource would be nested deeper than {MAX_DEPTH} levels");
                return Err(path.error(message));
            }
            let Parts { content: tree, shared, .. } = &mut **resource;
            growth
                .add(copied(tree.at(field), value.tree.root(), &self.options))
                .map_err(too_much)?;
            set_value(tree, field, value.tree.root(), &self.options, &trail).map_err(|why| {
                Error::new(Code::BAD_REPLACEMENT_OPTIONS, why).at(self.options.place)
            })?;
            quote_nothing_in_brackets(tree, position, field);
            // Later steps may put it right, so that only the end can tell.
            if !trail.is_kept() && is_of_another_kind(tree.at(field)) {
                tree.set_place(field, path.place);
            }
            check_null(tree.at(field)).map_err(|why| path.error(why))?;
            shared.follow_one(tree, position);
        }
        value.refresh(slot, resource.node());
        Ok(())
    }
}

fn names_match(selector: &Selector, resource: &Resource) -> bool {
    any_name(resource, |name| {
        selector.kind.matches(name.kind)
            && selector.name.matches(name.name)
            && selector.namespace.matches(name.namespace)
            && selector.group.matches(name.group)
            && selector.version.matches(name.version)
    })
}

fn labels_match(selector: &Selector, resource: &Resource) -> bool {
    (selector.labels.is_any() || selector.labels.matches(|key| resource.label(key)))
        && (selector.annotations.is_any()
            || selector.annotations.matches(|key| resource.annotation(key)))
}

impl Value {
    /// Takes over what the field of the source has become.
    fn refresh(&mut self, slot: usize, root: NodeRef<'_>) {
        let Some((_, position)) = self.live.as_ref().filter(|(source, _)| *source == slot) else {
            return;
        };
        match node_at(root, position) {
            Some(node) if node != self.tree.root() => self.tree = node.to_tree(),
            Some(_) => {}
            None => self.live = None,
        }
    }

    /// Lets go of the field of the source when what holds it is about to be replaced.
    fn detach_below(&mut self, slot: usize, replaced: &Position) {
        let is_within = |(source, position): &(usize, Position)| {
            *source == slot && position.len() > replaced.len() && position.starts_with(replaced)
        };
        self.live.take_if(|live| is_within(live));
    }
}

/// Puts a value into a field. A scalar keeps its type and gets the text; anything else becomes the value.
///
/// # Errors
/// A delimiter is given, and the field is no scalar.
pub(super) fn set_value(
    tree: &mut Tree,
    field: NodeId,
    value: NodeRef<'_>,
    options: &FieldOptions,
    trail: &Trail,
) -> Result<(), String> {
    let here = tree.at(field);
    let Some(scalar) = here.as_scalar() else {
        if !options.delimiter.is_empty() {
            let what = here.describe();
            return Err(format!("only text can be split at a delimiter, and the target is {what}"));
        }
        tree.copy_from(field, value);
        return Ok(());
    };
    let text = value.as_scalar().map_or("", |value| value.text);
    let spliced = (!options.delimiter.is_empty()).then(|| spliced(scalar.text, text, options));
    let text = spliced.as_deref().unwrap_or(text);
    // What no document holds has no type of its own.
    let is_untagged = scalar.plain && (here.is_untagged() || trail.is_nowhere(here.place()));
    let plain = scalar.plain;
    let kind = if is_untagged { resolve(text, Dialect::Resource) } else { scalar.kind };
    match spliced {
        None => tree.set_scalar_from(field, value, kind, plain),
        Some(text) => tree.set_scalar(field, &text, kind, plain),
    }
    if is_untagged {
        tree.untag(field);
    }
    Ok(())
}

/// How many bytes are written when a value is put into a field. A whole text is no more than it was in its source.
pub(super) fn copied(field: NodeRef<'_>, value: NodeRef<'_>, options: &FieldOptions) -> usize {
    let length = |node: NodeRef<'_>| node.text().map_or(0, str::len);
    match (field.is_scalar(), options.delimiter.is_empty()) {
        (true, true) => 0,
        (true, false) => length(field) + length(value) + options.delimiter.len(),
        (false, _) => value.weight(),
    }
}

/// A text with one of its parts replaced. Before the first part and behind the last one is where new parts go.
fn spliced(old: &str, text: &str, options: &FieldOptions) -> String {
    let delimiter = options.delimiter.as_str();
    let mut parts: Vec<&str> = old.split(delimiter).collect();
    match usize::try_from(options.index) {
        Err(_) => parts.insert(0, text),
        Ok(index) => match parts.get_mut(index) {
            Some(part) => *part = text,
            None => parts.push(text),
        },
    }
    parts.join(delimiter)
}

/// Makes an empty string of a null without a text that stands within brackets: there the reference has to print quotes.
fn quote_nothing_in_brackets(tree: &mut Tree, position: &[usize], field: NodeId) {
    let here = tree.at(field);
    if !here.is_null() || here.as_scalar().is_none_or(|null| !null.text.is_empty()) {
        return;
    }
    let mut above = Some(tree.root());
    let mut is_flow = false;
    for index in position {
        is_flow |= above.is_some_and(NodeRef::is_flow);
        above = above.and_then(|node| node.children().nth(*index));
    }
    if is_flow {
        tree.set_string(field, "");
    }
}

/// True where a number, say, got a text that is none: whoever refuses it should name the one who wrote it.
fn is_of_another_kind(field: NodeRef<'_>) -> bool {
    field.as_scalar().is_some_and(|scalar| {
        scalar.kind != ScalarType::Str && resolve(scalar.text, Dialect::Resource) != scalar.kind
    })
}

/// Refuses a null that got a text: it is a null still.
fn check_null(field: NodeRef<'_>) -> Result<(), String> {
    match field.as_scalar().filter(|scalar| scalar.kind == ScalarType::Null) {
        Some(null) if resolve(null.text, Dialect::Resource) != ScalarType::Null => {
            Err(format!("the field is null, and \"{}\" cannot be put into a null", null.text))
        }
        _ => Ok(()),
    }
}

//! What there is to say of targets: those that select nothing, and those that select more than they seem to.

use super::answers::Answers;
use super::each::Which;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::identity::selector::Selector;
use crate::nearest::{did_you_mean, nearest};
use crate::resource::{Resource, ResourceSet};

/// A target that resources are held against one after the other.
pub(super) struct Selecting<'a> {
    target: &'a Selector,
    /// Whether it is for a type.
    types: Answers,
}

impl<'a> Selecting<'a> {
    pub(super) fn new(target: &'a Selector) -> Selecting<'a> {
        Selecting { target, types: Answers::default() }
    }

    /// True when the target selects this resource.
    pub(super) fn selects(&mut self, which: Which, resource: &Resource) -> bool {
        self.types.get(which, || self.target.selects_type(resource.gvk_ref()))
            && self.target.selects_one(resource)
    }
}

/// The slots that the target of a patch selects.
pub(super) fn to_patch(resources: &mut ResourceSet, target: &Selector) -> Vec<usize> {
    let slots = resources.select(target);
    if slots.is_empty() {
        warn_of_none(resources, target);
    }
    warn_of_pattern(resources, target, &slots);
    slots
}

/// Says so where the target of a patch selects nothing.
pub(super) fn warn_of_none(resources: &mut ResourceSet, target: &Selector) {
    let message = format!("the patch changes nothing: there is no resource with {target}");
    let warning = nothing(Code::PATCH_WITHOUT_MATCH, message, resources, target);
    resources.warn(warning);
}

/// A warning of a target that selects nothing, with the name that may have been meant.
pub(super) fn nothing(
    code: Code,
    message: String,
    resources: &mut ResourceSet,
    target: &Selector,
) -> Diagnostic {
    let warning = Diagnostic::warning(code, message);
    let Some(name) = target.name.text() else { return of_kind_alone(warning, resources, target) };
    let warning = warning.at(target.name_place).mark(name);
    if !resources.may_search() {
        return warning;
    }
    let of_kind = || resources.iter().filter(|resource| target.kind.matches(resource.kind()));
    if let Some(same) = of_kind().find(|resource| target.name.matches(resource.name())) {
        let namespace = match same.namespace() {
            "" => String::new(),
            namespace => format!(" in the namespace {namespace}"),
        };
        return warning.hint_with(format!("there is a {}/{}{namespace}", same.kind(), same.name()));
    }
    if of_kind().next().is_none() {
        return warning.hint_with(no_such_kind(resources, target));
    }
    match nearest(name, of_kind().map(Resource::name)) {
        Some(near) => warning.hint_with(did_you_mean(name, near)),
        None => warning,
    }
}

/// The same for a target without a name.
fn of_kind_alone(
    warning: Diagnostic,
    resources: &mut ResourceSet,
    target: &Selector,
) -> Diagnostic {
    let warning = warning.at(target.place);
    let Some(kind) = target.kind.text() else { return warning };
    let warning = warning.mark(kind);
    let there_are = !resources.may_search()
        || resources.iter().any(|resource| target.kind.matches(resource.kind()));
    if there_are { warning } else { warning.hint_with(no_such_kind(resources, target)) }
}

fn no_such_kind(resources: &ResourceSet, target: &Selector) -> String {
    let kinds = resources.iter().map(Resource::kind);
    match target.kind.text().and_then(|kind| nearest(kind, kinds)) {
        Some(near) => format!("did you mean {near}?"),
        None => "this layer and its bases have no resource of this kind".to_owned(),
    }
}

/// Says so where a name that could be a plain one has matched another, because a dot stands for any character.
pub(super) fn warn_of_pattern(resources: &mut ResourceSet, target: &Selector, slots: &[usize]) {
    let Some(name) = target.name.could_be_name() else { return };
    let is_called_so = |resource: &Resource| resource.has_or_had_name(name);
    let others = || {
        slots.iter().filter_map(|slot| resources.get(*slot)).filter(|other| !is_called_so(other))
    };
    let Some(other) = others().next() else { return };
    let more = match others().count() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let message = format!(
        "the name {name} is a regular expression, in which a dot is any character: it selects {} too{more}",
        other.name()
    );
    let warning = Diagnostic::warning(Code::SELECTOR_IS_A_PATTERN, message)
        .at(target.name_place)
        .mark(name)
        .related_to("selected too", other.name_place())
        .hint_with(format!("write {} to mean this name alone", name.replace('.', "\\.")));
    resources.warn(warning);
}

//! Brings what a function or plugin printed into the resources of a build.

use indexmap::IndexSet;
use kbuild_yaml::{Place, Tree};

use super::annotated::remove;
use crate::code::Code;
use crate::error::Error;
use crate::identity::ResourceId;
use crate::resource::{Behavior, Parts, Resource, ResourceSet};

type Ids = IndexSet<ResourceId, foldhash::fast::RandomState>;

/// A generator asks with these annotations for what the fields of a built-in one say.
const NEEDS_HASH: &str = "kustomize.config.k8s.io/needs-hash";
const BEHAVIOR: &str = "kustomize.config.k8s.io/behavior";

/// The resources that a generator printed, with what it asks for them.
///
/// # Errors
/// Two of one id, or an annotation that is not understood.
pub(super) fn generated(mut output: Vec<Resource>) -> Result<Vec<Resource>, Error> {
    let mut seen = Ids::default();
    for resource in &mut output {
        once(&mut seen, resource, resource.id())?;
        if let Some(text) = remove(resource, NEEDS_HASH) {
            resource.lineage.needs_hash |=
                parse_bool(&text).ok_or_else(|| {
                    Error::new(Code::BAD_FUNCTION_OUTPUT, format!(
                    "the annotation {NEEDS_HASH} must be \"true\" or \"false\", not \"{text}\""
                ))
                .at(resource.place())
                })?;
        }
        let behavior = remove(resource, BEHAVIOR);
        resource.lineage.behavior = Some(Behavior::new(behavior.as_deref().unwrap_or_default()));
        resource.rewrite_strings("annotations");
    }
    Ok(output)
}

/// Takes over what a transformer printed. Resources stay where they are; new ones come last.
///
/// # Errors
/// Two of one id.
pub(super) fn update(
    resources: &mut ResourceSet,
    output: Vec<Resource>,
    place: Place,
) -> Result<(), Error> {
    let mut seen = Ids::default();
    for mut resource in output {
        let id = once(&mut seen, &resource, resources.id_of(&resource))?;
        match resources.with_current_id(&id).as_slice() {
            [] => resources.append(resource)?,
            [slot] => resources.edit(*slot, |old| {
                for var in old.lineage.vars() {
                    resource.lineage.add_var(var.clone());
                }
                resource.brought_by = old.brought_by;
                resource.schema = old.schema.take();
                // The user knows the file that it came from, not what went through the function.
                let from = old.place();
                resource.content.restructure(|tree| tree.set_place(Tree::ROOT, from));
                resource.trail.clone_from(&old.trail);
                let Parts { content, trail, .. } = &mut *resource;
                trail.compare_values(old.node(), content, place);
                *old = resource;
                Ok(())
            })?,
            [first, ..] => {
                let error = Error::new(
                    Code::BAD_FUNCTION_OUTPUT,
                    format!("several resources are the {id} that it prints"),
                );
                return Err(match resources.get(*first) {
                    Some(other) => error.related(other.describe(), other.place()),
                    None => error,
                });
            }
        }
    }
    resources.retain(|resource| seen.contains(&resource.id()));
    // What a resource was called before may have changed with it.
    resources.forget_index();
    Ok(())
}

fn once(seen: &mut Ids, resource: &Resource, id: ResourceId) -> Result<ResourceId, Error> {
    if seen.insert(id.clone()) {
        Ok(id)
    } else {
        Err(Error::new(Code::BAD_FUNCTION_OUTPUT, format!("it prints {id} twice"))
            .at(resource.place()))
    }
}

fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

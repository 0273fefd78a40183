//! The vars of a layer and of all below it.

use std::collections::BTreeMap;

use kbuild_yaml::{EcoString, Place};

use crate::code::Code;
use crate::error::Error;
use crate::identity::ResourceId;
use crate::identity::resource_id::effective_namespace;
use crate::kustomization::Var;
use crate::resource::ResourceSet;

/// Vars by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vars {
    by_name: BTreeMap<EcoString, Var>,
}

impl Vars {
    pub(crate) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Var> {
        self.by_name.values()
    }

    /// Changes the places of all vars.
    pub(crate) fn move_places(&mut self, moved: &dyn Fn(Place) -> Place) {
        self.by_name.values_mut().for_each(|var| var.place = moved(var.place));
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Var> {
        self.by_name.get(name)
    }

    /// Adds the vars of a kustomization, and notes in the resources which of them they give their values to.
    ///
    /// # Errors
    /// A var that is there already, or that several resources could give its value to.
    pub(crate) fn add(&mut self, vars: &[Var], resources: &mut ResourceSet) -> Result<(), Error> {
        for var in vars {
            tie(var, resources)?;
        }
        vars.iter().try_for_each(|var| self.insert(var.clone()))
    }

    /// Adds the vars of a base.
    ///
    /// # Errors
    /// A var that is there already.
    pub(crate) fn merge(&mut self, base: Vars) -> Result<(), Error> {
        base.by_name.into_values().try_for_each(|var| self.insert(var))
    }

    fn insert(&mut self, var: Var) -> Result<(), Error> {
        if let Some(first) = self.by_name.get(&var.name) {
            return Err(Error::new(
                Code::VAR_TWICE,
                format!("{} is defined twice", var.describe()),
            )
            .at(var.place)
            .related("the first one", first.place)
            .hint_with("give them different names, or define it once in a base that both share"));
        }
        self.by_name.insert(var.name.clone(), var);
        Ok(())
    }
}

fn tie(var: &Var, resources: &mut ResourceSet) -> Result<(), Error> {
    let slots = if var.namespace.is_empty() {
        let mut slots = resources.with_any_name(&var.object_name);
        slots.retain(|slot| {
            let is = |id: ResourceId| id.gvk == var.gvk && id.name == var.object_name;
            resources
                .get(*slot)
                .is_some_and(|resource| resource.previous_ids().chain([resource.id()]).any(is))
        });
        slots
    } else {
        let namespace = effective_namespace(&var.namespace, false);
        resources.with_any_id(&ResourceId {
            gvk: var.gvk.clone(),
            name: var.object_name.clone(),
            namespace,
        })
    };
    match slots.as_slice() {
        [] => Ok(()),
        [slot] => resources.edit(*slot, |resource| {
            resource.lineage.add_var(var.name.clone());
            Ok(())
        }),
        several => {
            let mut error = Error::new(
                Code::AMBIGUOUS_VAR,
                format!("several resources could give {} its value", var.describe()),
            )
            .at(var.place);
            for resource in several.iter().filter_map(|slot| resources.get(*slot)) {
                error = error.related(resource.describe(), resource.place());
            }
            Err(error.hint_with("say which namespace is meant: objref: {namespace: …}"))
        }
    }
}

//! Lays overrides over a kustomization. Every value that they bring comes from the flag that asks for it.

use std::collections::HashMap;

use kbuild_yaml::{Node, Place};

use super::Overrides;
use crate::edit::{KustomizationFile, List, PairKind, check_keys, counted, image_of};
use crate::error::Error;
use crate::remote::without_password;
use crate::source::Sources;

impl Overrides {
    /// Changes a kustomization; what asks for the changes is added to the sources.
    ///
    /// # Errors
    /// Something that is to be set is malformed.
    pub(super) fn apply(
        &self,
        file: &mut KustomizationFile,
        sources: &mut Sources,
    ) -> Result<(), Error> {
        let mut flag = |name: &str, value: &str| {
            let value = if value.is_empty() { "\"\"".to_owned() } else { without_password(value) };
            Place { source: sources.add(format!("{name} {value}")), line: 0 }
        };
        if let Some(namespace) = &self.namespace {
            file.set_namespace(namespace);
            file.claim("namespace", flag("--set-namespace", namespace));
        }
        if let Some(prefix) = &self.name_prefix {
            file.set_name_prefix(prefix);
            file.claim("namePrefix", flag("--set-name-prefix", prefix));
        }
        if let Some(suffix) = &self.name_suffix {
            file.set_name_suffix(suffix);
            file.claim("nameSuffix", flag("--set-name-suffix", suffix));
        }
        if !self.images.is_empty() {
            let places = named(&self.images, image_of, |image| flag("--set-image", image))?;
            file.set_images(&self.images)?;
            file.claim_items("images", name, &places.by_name);
            file.claim("images", places.first);
        }
        if !self.replicas.is_empty() {
            let places = named(&self.replicas, counted, |count| flag("--set-replicas", count))?;
            file.set_replicas(&self.replicas)?;
            file.claim_items("replicas", name, &places.by_name);
            file.claim("replicas", places.first);
        }
        if !self.labels.is_empty() {
            let places = keyed(PairKind::Label, &self.labels, |it| flag("--set-label", it))?;
            file.add_labels_without_selectors(&self.labels, false, true)?;
            file.claim_labels(&places.by_name);
            file.claim("labels", places.first);
        }
        if !self.annotations.is_empty() {
            let pairs = &self.annotations;
            let places = keyed(PairKind::Annotation, pairs, |it| flag("--set-annotation", it))?;
            file.set_pairs(PairKind::Annotation, pairs)?;
            file.claim_annotations(&places.by_name);
            file.claim("commonAnnotations", places.first);
        }
        if !self.components.is_empty() {
            let entry = |path: &String| flag("--add-component", path);
            let places = named(&self.components, Ok, entry)?;
            file.add_to(List::Components, &self.components);
            file.claim_items("components", path, &places.by_name);
            file.claim("components", places.first);
        }
        for patch in &self.patches {
            let place = flag("--add-patch", &patch.path);
            file.add_patch(patch).map_err(|error| error.at(place))?;
            file.claim("patches", place);
        }
        Ok(())
    }
}

/// The flags of one kind.
struct Places<'a> {
    /// By what they are about; of several the last one counts.
    by_name: HashMap<&'a str, Place>,
    first: Place,
}

fn named<'a>(
    values: &'a [String],
    name: impl Fn(&'a str) -> Result<&'a str, Error>,
    mut place: impl FnMut(&'a String) -> Place,
) -> Result<Places<'a>, Error> {
    let mut places = Places { by_name: HashMap::new(), first: Place::default() };
    for value in values {
        let place = place(value);
        let name = name(value).map_err(|error| error.at(place))?;
        places.add(name, place);
    }
    Ok(places)
}

fn keyed<'a>(
    kind: PairKind,
    pairs: &'a [(String, String)],
    mut place: impl FnMut(&str) -> Place,
) -> Result<Places<'a>, Error> {
    let mut places = Places { by_name: HashMap::new(), first: Place::default() };
    for pair in pairs {
        let (key, value) = pair;
        let place = match value.as_str() {
            "" => place(key),
            value => place(&format!("{key}:{value}")),
        };
        check_keys(kind, std::slice::from_ref(pair)).map_err(|error| error.at(place))?;
        places.add(key, place);
    }
    Ok(places)
}

impl<'a> Places<'a> {
    fn add(&mut self, name: &'a str, place: Place) {
        if self.first == Place::default() {
            self.first = place;
        }
        self.by_name.insert(name, place);
    }
}

fn name(item: &Node) -> &str {
    item.get("name").and_then(Node::text).unwrap_or_default()
}

fn path(item: &Node) -> &str {
    item.text().unwrap_or_default()
}

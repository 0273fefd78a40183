//! OpenAPI definitions of custom resources, as `crds` names them: which of their fields hold names, labels and
//! annotations.

use std::sync::Arc;

use kbuild_yaml::{Dialect, EcoString, Node, Place, read_documents};

use super::Location;
use crate::build::Build;
use crate::code::Code;
use crate::config::{NameReference, TransformerConfig};
use crate::error::Error;
use crate::field::FieldSpec;
use crate::identity::GroupVersionKind;
use crate::kustomization::Text;

/// How deep definitions may refer to each other; the reference goes on for ever.
const MAX_DEPTH: usize = 100;

/// Reads the files; none where there are none.
///
/// # Errors
/// A file that cannot be read or understood.
pub(crate) fn read_crds(
    build: &mut Build,
    location: &Location,
    entries: &[Text],
) -> Result<Option<Arc<TransformerConfig>>, Error> {
    if entries.is_empty() {
        return Ok(None);
    }
    let mut all = TransformerConfig::default();
    for entry in entries {
        let (content, source) = location.read_source(build, entry)?;
        let documents = read_documents(&content, source, Dialect::Config)
            .map_err(|error| Error::read(&error, source))?;
        let document = documents.into_iter().next().unwrap_or_else(Node::null);
        let place = Place { source, line: 0 };
        let config =
            from_definitions(&document).map_err(|error| error.at(place).through(entry.place))?;
        all.add(&config, entry.place)?;
    }
    Ok(Some(Arc::new(all)))
}

fn from_definitions(definitions: &Node) -> Result<TransformerConfig, Error> {
    let Some(mapping) = definitions.as_mapping() else {
        return Err(Error::new(
            Code::BAD_CRD_DEFINITIONS,
            format!(
                "the definitions of custom resources must be a mapping from names to schemas, not {}",
                definitions.describe()
            ),
        ));
    };
    let mut config = TransformerConfig::default();
    for entry in mapping {
        let Some(properties) = properties_of(&entry.value) else { continue };
        if ["kind", "apiVersion", "metadata"].iter().all(|field| properties.get(field).is_some()) {
            let kind = entry.key.text.rsplit('.').next().unwrap_or_default();
            let on = GroupVersionKind { kind: kind.into(), ..GroupVersionKind::default() };
            let mut found = TransformerConfig::default();
            let mut collect = Collect { definitions, on, config: &mut found };
            collect.properties(properties, &mut Vec::new())?;
            config.add(&found, entry.key.place())?;
        }
    }
    Ok(config)
}

fn properties_of(definition: &Node) -> Option<&Node> {
    let schema = definition
        .as_mapping()?
        .iter()
        .find(|entry| entry.key.text.eq_ignore_ascii_case("schema"))?;
    schema.value.get("properties")
}

/// Collects what the properties of one type say.
struct Collect<'a> {
    definitions: &'a Node,
    on: GroupVersionKind,
    config: &'a mut TransformerConfig,
}

impl Collect<'_> {
    fn properties(&mut self, properties: &Node, path: &mut Vec<EcoString>) -> Result<(), Error> {
        if path.len() > MAX_DEPTH {
            return Err(Error::new(
                Code::BAD_CRD_DEFINITIONS,
                "the definitions refer to each other in a circle",
            )
            .at(properties.place));
        }
        for entry in properties.as_mapping().into_iter().flatten() {
            path.push(entry.key.text.clone());
            self.property(&entry.value, path)?;
            path.pop();
        }
        Ok(())
    }

    fn property(&mut self, property: &Node, path: &mut Vec<EcoString>) -> Result<(), Error> {
        let extension = |name: &str| property.get(name).and_then(Node::as_str);
        let spec = self.spec(path);
        if extension("x-kubernetes-annotation").is_some() {
            self.config.common_annotations.change(|specs| specs.push(spec.clone()));
        }
        if extension("x-kubernetes-label-selector").is_some() {
            self.config.common_labels.change(|specs| specs.push(spec.clone()));
        }
        if extension("x-kubernetes-identity").is_some() {
            self.config.name_prefix.change(|specs| specs.push(spec));
        }
        let version = extension("x-kubernetes-object-ref-api-version");
        if let Some((version, kind)) = version.zip(extension("x-kubernetes-object-ref-kind")) {
            path.push(extension("x-kubernetes-object-ref-name-key").unwrap_or("name").into());
            let target = GroupVersionKind {
                group: EcoString::new(),
                version: version.into(),
                kind: kind.into(),
            };
            let reference = NameReference { target, referrers: vec![self.spec(path)] };
            path.pop();
            self.config.add_name_reference(&reference, property.place)?;
        }
        let Some(reference) = property.get("$ref").and_then(Node::as_str) else { return Ok(()) };
        let definitions = self.definitions;
        match definitions.get(reference).and_then(properties_of) {
            Some(properties) => self.properties(properties, path),
            None => Ok(()),
        }
    }

    fn spec(&self, path: &[EcoString]) -> FieldSpec {
        FieldSpec::new(self.on.clone(), &path.join("/"), false)
    }
}

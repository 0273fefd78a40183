//! OpenAPI definitions of custom resources, as `crds` names them: which of their fields hold names, labels and
//! annotations.

use std::sync::Arc;

use kbuild_yaml::{Dialect, EcoString, Node, Place, SourceId, read_documents};

use super::Location;
use super::definitions::check_definitions;
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
        let place = Place { source, line: 0 };
        let config = parse(&content, source)
            .and_then(|definitions| from_definitions(&definitions))
            .map_err(|error| error.at(place).through(entry.place))?;
        all.add(&config, entry.place)?;
    }
    Ok(Some(Arc::new(all)))
}

/// Reads a file and checks what is in it. What begins with `{` is JSON, anything else YAML.
fn parse(content: &[u8], source: SourceId) -> Result<Node, Error> {
    let is_json = content.first() == Some(&b'{');
    if is_json && let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(content) {
        let line = u32::try_from(error.line()).unwrap_or(0);
        let message =
            format!("definitions that begin with {{ must be JSON, and these are not: {error}");
        return Err(Error::new(Code::NOT_JSON, message).at(Place { source, line }));
    }
    let documents = read_documents(content, source, Dialect::Config)
        .map_err(|error| Error::read(&error, source))?;
    let definitions = documents.into_iter().next().unwrap_or_else(Node::null);
    match definitions.as_mapping() {
        Some(mapping) => check_definitions(mapping, is_json)?,
        None if definitions.is_null() && !content.is_empty() => {}
        None => {
            let message = match content.is_empty() {
                true => "the file is empty".to_owned(),
                false => format!(
                    "the definitions of custom resources must be a mapping from names to schemas, not {}",
                    definitions.describe()
                ),
            };
            return Err(Error::new(Code::BAD_CRD_DEFINITIONS, message));
        }
    }
    Ok(definitions)
}

fn from_definitions(definitions: &Node) -> Result<TransformerConfig, Error> {
    let mut config = TransformerConfig::default();
    for entry in definitions.as_mapping().into_iter().flatten() {
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

//! Files of transformer configurations, as `configurations` names them.

use std::sync::Arc;

use kbuild_yaml::{Dialect, Node, Place, ReadErrorKind, SourceId, read_documents};

use super::Location;
use crate::build::Build;
use crate::config::{FieldSpecs, NameReference, TransformerConfig};
use crate::error::Error;
use crate::identity::GroupVersionKind;
use crate::kustomization::{Fields, Input, Text, field_spec};

const FIELDS: &[&str] = &[
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "templateLabels",
    "volumeClaimTemplateLabels",
    "commonAnnotations",
    "nameReference",
    "varReference",
    "images",
    "replicas",
];

const NAME_REFERENCE: &[&str] = &["group", "version", "kind", "fieldSpecs"];

/// Reads the files and adds them to the defaults, which are what there is without files.
///
/// # Errors
/// A file that cannot be read or understood, or that contradicts another.
pub(crate) fn read_configurations(
    build: &mut Build,
    location: &Location,
    entries: &[Text],
) -> Result<Arc<TransformerConfig>, Error> {
    let Some(first) = entries.first() else { return Ok(Arc::clone(&build.config)) };
    let mut all = TransformerConfig::default();
    for entry in entries {
        let (content, source) = location.read_source(build, entry)?;
        let documents = read_documents(&content, source, Dialect::Config)
            .map_err(|error| Error::read(&error, source))?;
        let document = documents.into_iter().next().unwrap_or_else(Node::null);
        let config = check_keys(&content, source)
            .and_then(|()| from_node(Input::configuration(&document)))
            .map_err(|error| error.at(Place { source, line: 0 }).through(entry.place))?;
        all.add(&config, entry.place)?;
    }
    let mut config = TransformerConfig::clone(&build.config);
    config.add(&all, first.place)?;
    Ok(Arc::new(config))
}

/// Here a key may stand only once in a mapping, as in a resource. Only the first document counts.
fn check_keys(content: &[u8], source: SourceId) -> Result<(), Error> {
    let mut end = 0;
    let mut is_begun = false;
    for line in content.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b"---") && is_begun {
            break;
        }
        is_begun = is_begun || !line.starts_with(b"#") && !line.trim_ascii().is_empty();
        end += line.len();
    }
    match read_documents(&content[..end], source, Dialect::Resource) {
        Err(error) if error.kind == ReadErrorKind::DuplicateKey => Err(Error::read(&error, source)),
        _ => Ok(()),
    }
}

fn from_node(node: Input) -> Result<TransformerConfig, Error> {
    let fields = Fields::new(node, "a transformer configuration", FIELDS)?;
    let specs = |name: &str| fields.items(name, field_spec).map(FieldSpecs::from);
    let mut config = TransformerConfig {
        name_prefix: specs("namePrefix")?,
        name_suffix: specs("nameSuffix")?,
        namespace: specs("namespace")?,
        common_labels: specs("commonLabels")?,
        labels: specs("labels")?,
        template_labels: specs("templateLabels")?,
        volume_claim_template_labels: specs("volumeClaimTemplateLabels")?,
        common_annotations: specs("commonAnnotations")?,
        images: specs("images")?,
        replicas: specs("replicas")?,
        var_reference: specs("varReference")?,
        name_references: fields.items("nameReference", name_reference)?.into(),
    };
    config.sort();
    Ok(config)
}

fn name_reference(node: Input) -> Result<NameReference, Error> {
    let fields = Fields::new(node, "an entry of nameReference", NAME_REFERENCE)?;
    Ok(NameReference {
        target: GroupVersionKind {
            group: fields.id_string("group")?,
            version: fields.id_string("version")?,
            kind: fields.id_string("kind")?,
        },
        referrers: fields.items("fieldSpecs", field_spec)?,
    })
}

//! Patches as text: found, read, and told apart.

use kbuild_yaml::{Dialect, Node, Place, SourceId, read_documents};

use super::Layer;
use crate::code::Code;
use crate::error::Error;
use crate::kustomization::Text;
use crate::load::{parse_resources, resources_from_nodes};
use crate::patch::json::JsonPatch;
use crate::resource::Resource;

/// The text of a patch, and the source that its lines are counted in.
pub(super) struct PatchText {
    pub(super) content: Vec<u8>,
    source: SourceId,
    /// Where the patch is named or begins.
    place: Place,
    /// How many lines of the kustomization stand above an inline patch.
    offset: u32,
}

/// What a text turned out to be.
pub(super) enum ParsedPatch {
    /// Strategic merge patches; none in a text without documents.
    StrategicMerge(Vec<Resource>),
    /// Operations after RFC 6902.
    Json(JsonPatch),
}

impl PatchText {
    /// The patch in a file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn from_file(layer: &mut Layer, path: &Text) -> Result<PatchText, Error> {
        let (content, source) = layer.location.read_source(layer.build, path)?;
        Ok(PatchText { content, source, place: path.place, offset: 0 })
    }

    /// A patch that stands in the kustomization itself.
    pub(super) fn inline(text: &Text) -> PatchText {
        // The text of a block begins on the line below its indicator; that of anything else on the line itself.
        let offset =
            if text.contains('\n') { text.place.line } else { text.place.line.saturating_sub(1) };
        PatchText {
            content: text.as_bytes().to_vec(),
            source: text.place.source,
            place: text.place,
            offset,
        }
    }

    /// Tells a strategic merge patch from a JSON patch, and reads it.
    ///
    /// # Errors
    /// The text is neither.
    pub(super) fn parse(&self) -> Result<ParsedPatch, Error> {
        let documents = self.read(&self.content, Dialect::Resource)?;
        match documents.first() {
            Some(first) if first.as_sequence().is_some() => {
                self.parse_json().map(ParsedPatch::Json)
            }
            Some(first) if first.as_mapping().is_none() => Err(Error::new(
                Code::NEITHER_PATCH,
                format!(
                    "a patch is a list of operations or a part of a resource, not {}",
                    first.describe()
                ),
            )
            .at(self.place)
            .hint_with("to name a file, write path instead of patch")),
            _ => self.resources(documents).map(ParsedPatch::StrategicMerge),
        }
    }

    /// Reads the text as strategic merge patches.
    ///
    /// # Errors
    /// It holds something else.
    pub(super) fn parse_strategic(&self) -> Result<Vec<Resource>, Error> {
        let documents = self.read(&self.content, Dialect::Resource)?;
        self.resources(documents)
    }

    /// Reads the text as a JSON patch, written in YAML or in JSON.
    ///
    /// # Errors
    /// It holds something else.
    pub(super) fn parse_json(&self) -> Result<JsonPatch, Error> {
        let is_json = self.content.first() == Some(&b'[');
        let dialect = if is_json {
            // The reference takes this for JSON.
            if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&self.content) {
                let line = u32::try_from(error.line()).unwrap_or(1) + self.offset;
                return Err(Error::new(
                    Code::NOT_JSON,
                    format!("a patch that begins with [ must be JSON, and this is not: {error}"),
                )
                .at(Place { source: self.source, line })
                .hint_with(
                    "write the list of operations in YAML block style, each after a \"- \"",
                ));
            }
            Dialect::Resource
        } else {
            Dialect::Config
        };
        let documents = self.read(&self.content, dialect)?;
        let operations = documents.into_iter().next().unwrap_or_else(Node::null);
        let patch = match is_json {
            true => JsonPatch::parse_json(&operations, &self.content),
            false => JsonPatch::parse(&operations),
        };
        patch.map_err(|error| Error::from(error).at(self.place))
    }

    fn resources(&self, documents: Vec<Node>) -> Result<Vec<Resource>, Error> {
        resources_from_nodes(documents).map_err(|error| {
            error
                .at(self.place)
                .hint_with("a strategic merge patch names the kind and the name of what it patches; a JSON patch is a list")
        })
    }

    fn read(&self, content: &[u8], dialect: Dialect) -> Result<Vec<Node>, Error> {
        match read_documents(content, self.source, dialect) {
            Ok(mut documents) => {
                if self.offset > 0 {
                    documents.iter_mut().for_each(|node| shift(node, self.offset));
                }
                Ok(documents)
            }
            Err(mut error) => {
                error.move_down(self.offset);
                Err(Error::read(&error, self.source))
            }
        }
    }
}

/// Moves the lines of an inline text to where they stand in the kustomization.
fn shift(node: &mut Node, lines: u32) {
    node.place.line += lines;
    match &mut node.value {
        kbuild_yaml::Value::Scalar(_) => {}
        kbuild_yaml::Value::Sequence(items) => items.iter_mut().for_each(|item| shift(item, lines)),
        kbuild_yaml::Value::Mapping(mapping) => {
            for entry in mapping.iter_mut() {
                let place = entry.key.place();
                entry.key.set_place(Place { line: place.line + lines, ..place });
                shift(&mut entry.value, lines);
            }
        }
    }
}

/// Reads the entries of `patchesStrategicMerge`: each is a patch, or the path of a file that holds some.
///
/// # Errors
/// An entry that is neither.
pub(super) fn strategic_patches(
    layer: &mut Layer,
    entries: &[Text],
) -> Result<Vec<Resource>, Error> {
    let mut patches = Vec::new();
    for entry in entries {
        let inline = PatchText::inline(entry);
        match inline.parse_strategic() {
            Ok(found) => patches.extend(found),
            Err(error) if entry.contains('\n') => return Err(error),
            Err(_) => {
                let file = PatchText::from_file(layer, entry)?;
                patches.extend(parse_resources(&file.content, file.source)?);
            }
        }
    }
    Ok(patches)
}

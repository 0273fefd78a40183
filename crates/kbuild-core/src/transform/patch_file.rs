//! Patches as text: found, read, and told apart.

use kbuild_yaml::{
    Dialect, Document, Node, Place, ReadErrorKind, SourceId, read_documents,
    read_documents_with_duplicates, read_resources,
};

use super::Layer;
use crate::code::Code;
use crate::error::Error;
use crate::growth::Growth;
use crate::inline::Lines;
use crate::kustomization::{Patch, Text};
use crate::load::{keep_last_throughout, resources_from_documents};
use crate::patch::json::JsonPatch;
use crate::patch::spelling::with_escapes_of_yaml;
use crate::resource::Resource;

/// The text of a patch, and the source that its lines are counted in.
pub(super) struct PatchText {
    pub(super) content: Vec<u8>,
    source: SourceId,
    /// Where the patch is named or begins.
    place: Place,
    /// Where its lines are.
    lines: Lines,
    /// Counts what patches copy.
    growth: Growth,
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
        let growth = layer.build.growth.clone();
        Ok(PatchText { content, source, place: path.place, lines: Lines::Own, growth })
    }

    /// A patch that stands in the kustomization itself.
    pub(super) fn inline(layer: &Layer, text: &Text) -> PatchText {
        PatchText {
            content: text.as_bytes().to_vec(),
            source: text.place.source,
            place: text.place,
            lines: layer.build.blocks.lines_of(text),
            growth: layer.build.growth.clone(),
        }
    }

    /// The same without the white space around it.
    pub(super) fn trimmed(layer: &Layer, text: &Text) -> PatchText {
        let above = &text.text[..text.text.len() - text.text.trim_start().len()];
        let skipped = u32::try_from(above.matches('\n').count()).unwrap_or(0);
        let patch = PatchText::inline(layer, text);
        let content = text.text.trim().as_bytes().to_vec();
        PatchText { content, lines: patch.lines.skipping(skipped), ..patch }
    }

    /// The patch of an entry: `inline`, what it holds itself, or the file that it names.
    ///
    /// # Errors
    /// It has neither or both, or the file cannot be read.
    pub(super) fn of_entry(
        layer: &mut Layer,
        entry: &Patch,
        inline: Option<PatchText>,
    ) -> Result<PatchText, Error> {
        let error = |code, message: &str| Err(Error::new(code, message).at(entry.place));
        match (inline, entry.path.is_empty()) {
            (Some(patch), true) => Ok(patch),
            (None, false) => PatchText::from_file(layer, &entry.path),
            (None, true) => error(Code::EMPTY_PATCH, "a patch needs a path or a patch"),
            (Some(_), false) => {
                error(Code::PATCH_TWICE, "a patch has either a path or a patch, not both")
            }
        }
    }

    /// Tells a strategic merge patch from a JSON patch, and reads it.
    ///
    /// # Errors
    /// The text is neither.
    pub(super) fn parse(&self) -> Result<ParsedPatch, Error> {
        let (documents, repeats_keys) = self.read_resources()?;
        match documents.first().map(|document| document.tree.root()) {
            // A list of nothing is no patch at all, and so needs no target.
            Some(first) if first.is_sequence() && !first.is_empty() => {
                self.parse_json().map(ParsedPatch::Json)
            }
            Some(first) if first.is_scalar() => Err(Error::new(
                Code::NEITHER_PATCH,
                format!(
                    "a patch is a list of operations or a part of a resource, not {}",
                    first.describe()
                ),
            )
            .at(self.place)
            .hint_with("to name a file, write path instead of patch")),
            _ => self.resources(documents, repeats_keys).map(ParsedPatch::StrategicMerge),
        }
    }

    /// Reads the text as strategic merge patches.
    ///
    /// # Errors
    /// It holds something else.
    pub(super) fn parse_strategic(&self) -> Result<Vec<Resource>, Error> {
        let (documents, repeats_keys) = self.read_resources()?;
        self.resources(documents, repeats_keys)
    }

    /// Reads the text as a JSON patch, written in YAML or in JSON.
    ///
    /// # Errors
    /// It holds something else.
    pub(super) fn parse_json(&self) -> Result<JsonPatch, Error> {
        let is_json = self.content.first() == Some(&b'[');
        let operations = if is_json {
            // The reference takes this for JSON.
            if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&self.content) {
                let line = u32::try_from(error.line()).unwrap_or(1);
                return Err(Error::new(
                    Code::NOT_JSON,
                    format!("a patch that begins with [ must be JSON, and this is not: {error}"),
                )
                .at(self.lines.line(self.source, line))
                .hint_with(
                    "write the list of operations in YAML block style, each after a \"- \"",
                ));
            }
            let (documents, repeats_keys) = self.read_resources()?;
            let mut first = documents.first().map(|document| document.tree.root().to_node());
            first.iter_mut().filter(|_| repeats_keys).for_each(keep_last_throughout);
            first
        } else {
            let documents = read_documents(&self.content, self.source, Dialect::Config);
            let documents = documents.map_err(|error| self.lines.error(error, self.source))?;
            let mut first = documents.into_iter().next();
            first.iter_mut().for_each(|operations| self.lines.place(operations));
            first
        };
        let operations = operations.unwrap_or_else(Node::null);
        let patch = match is_json {
            true => JsonPatch::parse_json(&operations, &self.content),
            false => JsonPatch::parse(&operations),
        };
        let mut patch = patch.map_err(|error| Error::from(error).at(self.place))?;
        patch.growth = self.growth.clone();
        Ok(patch)
    }

    fn resources(
        &self,
        documents: Vec<Document>,
        repeats_keys: bool,
    ) -> Result<Vec<Resource>, Error> {
        let mut patches = resources_from_documents(documents).map_err(|error| {
            error
                .at(self.place)
                .hint_with("a strategic merge patch names the kind and the name of what it patches; a JSON patch is a list")
        })?;
        patches.iter_mut().for_each(|patch| patch.repeats_keys = repeats_keys);
        Ok(patches)
    }

    /// Reads the documents, in which keys may stand twice, and says whether any do.
    fn read_resources(&self) -> Result<(Vec<Document>, bool), Error> {
        let content = match self.content.first() {
            Some(b'[') => with_escapes_of_yaml(&self.content),
            _ => self.content.as_slice().into(),
        };
        let (documents, repeats_keys) = match read_resources(&content, self.source) {
            Err(error) if error.kind == ReadErrorKind::DuplicateKey => {
                let documents = read_documents_with_duplicates(&content, self.source);
                (documents.map(|all| all.into_iter().map(Document::from).collect()), true)
            }
            documents => (documents, false),
        };
        let mut documents: Vec<Document> =
            documents.map_err(|error| self.lines.error(error, self.source))?;
        documents.iter_mut().for_each(|document| self.lines.place_tree(&mut document.tree));
        Ok((documents, repeats_keys))
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
        let inline = PatchText::inline(layer, entry);
        match inline.parse_strategic() {
            Ok(found) => patches.extend(found),
            Err(error) if entry.contains('\n') => return Err(error),
            Err(_) => {
                let file = PatchText::from_file(layer, entry)?;
                patches.extend(file.parse_strategic()?);
            }
        }
    }
    Ok(patches)
}

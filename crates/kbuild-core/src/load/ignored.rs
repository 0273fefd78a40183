//! What a kustomization says without effect, as the reference passes over it in silence.

use std::collections::{HashMap, HashSet};

use kbuild_yaml::{Node, Place, SourceId, lines, read_documents_with_duplicates};

use crate::build::Build;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::kustomization::{BUILD_METADATA, Kustomization};
use crate::nearest::nearest;

/// Warns of fields that stand twice, of which the last counts, and of a second document.
pub(super) fn warn_of_ignored_lines(build: &mut Build, content: &[u8], source: SourceId) {
    let mut fields: HashMap<&[u8], u32> = HashMap::new();
    let mut twice = Vec::new();
    let mut end = None;
    let mut lines = lines(content).zip(1..);
    for (line, number) in lines.by_ref() {
        if is_marker(line) && !fields.is_empty() {
            end = Some(number);
            break;
        }
        let Some(field) = field_of(line) else { continue };
        if let Some(before) = fields.insert(field, number) {
            twice.push((field, before, number));
        }
    }
    if !twice.is_empty() {
        warn_of_repeated(build, content, source, &twice);
    }
    let is_followed = lines.any(|(line, _)| !is_blank(line) && !is_marker(line));
    if let Some(line) = end.filter(|_| is_followed) {
        let message = "what stands below this line is not read: a kustomization is one document";
        build.warn(Diagnostic::warning(Code::IGNORED, message).at(Place { source, line }));
    }
}

/// Warns of fields that stand on two lines, unless these only look like fields: they may be lines of a text.
fn warn_of_repeated(
    build: &mut Build,
    content: &[u8],
    source: SourceId,
    twice: &[(&[u8], u32, u32)],
) {
    let documents = read_documents_with_duplicates(content, source).unwrap_or_default();
    let root = documents.first().and_then(Node::as_mapping);
    let keys: HashSet<u32> =
        root.into_iter().flatten().map(|entry| entry.key.place().line).collect();
    for (field, before, line) in twice {
        if !keys.contains(before) || !keys.contains(line) {
            continue;
        }
        let field = String::from_utf8_lossy(field);
        let message = format!("{field} stands twice, and only the last one counts");
        let last = Diagnostic::warning(Code::IGNORED, message).at(Place { source, line: *line });
        let before = Place { source, line: *before };
        let last = last.related_to("this one is not read", before);
        build.warn(last.hint_with("make one of the two"));
    }
}

/// True for the line between two documents.
fn is_marker(line: &[u8]) -> bool {
    line.strip_prefix(b"---").is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
}

/// True for a line that says nothing.
fn is_blank(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.is_empty() || line.starts_with(b"#") || line == b"..."
}

/// The field that a line of a mapping without indentation begins with.
fn field_of(line: &[u8]) -> Option<&[u8]> {
    let length = line.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    match (length, line.get(length), line.get(length + 1)) {
        (1.., Some(b':'), None | Some(b' ' | b'\r')) => line.get(..length),
        _ => None,
    }
}

/// Warns of what `buildMetadata` asks for and nobody knows.
pub(super) fn warn_of_unknown_metadata(build: &mut Build, kustomization: &Kustomization) {
    for option in &kustomization.build_metadata {
        if BUILD_METADATA.contains(&&**option) {
            continue;
        }
        let message = format!("buildMetadata knows no {}", option.text);
        let warning = Diagnostic::warning(Code::IGNORED, message).at(option.place);
        build.warn(match nearest(option, BUILD_METADATA.iter().copied()) {
            Some(near) => warning.hint_with(format!("did you mean {near}?")),
            None => warning.hint_with(format!("it may hold {}", BUILD_METADATA.join(", "))),
        });
    }
}

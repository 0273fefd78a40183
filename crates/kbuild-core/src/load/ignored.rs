//! What a kustomization says without effect, as the reference passes over it in silence.

use std::collections::HashMap;

use kbuild_yaml::{Place, SourceId};

use crate::build::Build;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::kustomization::Kustomization;
use crate::nearest::nearest;

/// What `buildMetadata` may hold.
const BUILD_METADATA: [&str; 3] = ["managedByLabel", "originAnnotations", "transformerAnnotations"];

/// Warns of fields that stand twice, of which the last counts, and of a second document.
pub(super) fn warn_of_ignored_lines(build: &mut Build, content: &[u8], source: SourceId) {
    let mut fields: HashMap<&[u8], u32> = HashMap::new();
    for (line, number) in content.split(|&byte| byte == b'\n').zip(1..) {
        let place = Place { source, line: number };
        if line.starts_with(b"---") && !fields.is_empty() {
            let message =
                "what stands below this line is not read: a kustomization is one document";
            build.warn(Diagnostic::warning(Code::IGNORED, message).at(place));
            return;
        }
        let Some(field) = field_of(line) else { continue };
        let Some(before) = fields.insert(field, number) else { continue };
        let field = String::from_utf8_lossy(field);
        let message = format!("{field} stands twice, and only the last one counts");
        let last = Diagnostic::warning(Code::IGNORED, message).at(place);
        let before = Place { source, line: before };
        build
            .warn(last.related_to("this one is not read", before).hint_with("make one of the two"));
    }
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
        build.warn(match nearest(option, BUILD_METADATA) {
            Some(near) => warning.hint_with(format!("did you mean {near}?")),
            None => warning.hint_with(format!("it may hold {}", BUILD_METADATA.join(", "))),
        });
    }
}

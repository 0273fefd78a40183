//! The output with a comment behind each value that says where it comes from.

use kbuild_yaml::{NodeRef, Place};

use crate::error::Error;
use crate::rendered::Rendered;
use crate::resource::Resource;

impl Rendered {
    /// As [`to_yaml`](Rendered::to_yaml), with the file and line that wrote a value last as a comment behind the value.
    ///
    /// With [`Options::provenance`](crate::Options::provenance) that holds for all values; without it, some that were changed
    /// show where they come from instead.
    ///
    /// # Errors
    /// As [`to_yaml`](Rendered::to_yaml).
    pub fn to_annotated_yaml(&self) -> Result<String, Error> {
        let mut out = String::new();
        for (index, resource) in self.resources().iter().enumerate() {
            if index > 0 {
                out.push_str("---\n");
            }
            self.annotate(resource, resource.node(), &mut out)?;
        }
        Ok(out)
    }

    /// As [`to_files`](Rendered::to_files), with the comments of [`to_annotated_yaml`](Rendered::to_annotated_yaml).
    ///
    /// # Errors
    /// As [`to_yaml`](Rendered::to_yaml).
    pub fn to_annotated_files(&self) -> Result<Vec<(String, String)>, Error> {
        self.files_with(Rendered::annotate)
    }

    fn annotate(
        &self,
        resource: &Resource,
        node: NodeRef<'_>,
        out: &mut String,
    ) -> Result<(), Error> {
        let (mut plain, mut places) = (String::new(), Vec::new());
        node.write_with_places(&mut plain, &mut places)
            .map_err(|error| self.unwritable(resource, error))?;
        let mut written = 0;
        for (end, place) in places {
            let Some(comment) = self.comment(place) else { continue };
            out.push_str(plain.get(written..end).unwrap_or_default());
            out.push_str(&comment);
            written = end;
        }
        out.push_str(plain.get(written..).unwrap_or_default());
        Ok(())
    }

    fn comment(&self, place: Place) -> Option<String> {
        let place = self.sources().resolve(place);
        let file = self.sources().name(place.source)?;
        // A name may hold what ends a line, and with it the comment.
        let is_odd = |letter: char| {
            letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{FEFF}')
        };
        let file = file.replace(is_odd, "?");
        Some(match place.line {
            0 => format!(" # {file}"),
            line => format!(" # {file}:{line}"),
        })
    }
}

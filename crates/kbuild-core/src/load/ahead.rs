//! Files of resources that are read before it is their turn, in several threads.
//!
//! Whatever is not as plain as can be is left alone, and so are all errors: it is read again when it is its turn, and
//! what there is to say of it is said then, in order.

use std::path::{Path, PathBuf};

use kbuild_yaml::SourceId;

use super::Location;
use super::documents::parse_resources;
use crate::build::Build;
use crate::host::{Host, PathKind};
use crate::kustomization::Text;
use crate::parallel::{in_pieces, worth};
use crate::path::join;
use crate::resource::Resource;

/// What was read ahead for the entries of `resources`.
#[derive(Default)]
pub(crate) struct Ahead {
    files: std::vec::IntoIter<Option<FileAhead>>,
}

/// A file that was read.
pub(crate) struct FileAhead {
    path: PathBuf,
    /// The number that the file has if all before it get theirs.
    source: SourceId,
    pub(crate) resources: Vec<Resource>,
}

impl Ahead {
    /// Reads the files that the first entries name, if they are many.
    pub(crate) fn read(build: &Build, location: &Location, entries: &[Text]) -> Ahead {
        let is_plain = |entry: &&Text| {
            let is_below = entry.split('/').all(|step| !matches!(step, "" | "." | ".."));
            is_below && (entry.ends_with(".yaml") || entry.ends_with(".yml"))
        };
        let count = entries.iter().take_while(is_plain).count();
        let entries = entries.get(..count).unwrap_or_default();
        let threads = worth(entries.len(), || build.host.threads());
        if threads < 2 {
            return Ahead::default();
        }
        let (host, root) = (build.host, location.root.as_path());
        let Ok(known) = u32::try_from(build.sources.len()) else { return Ahead::default() };
        let pieces = in_pieces(entries, threads, |first, piece| {
            let numbered = piece.iter().zip(first..);
            let file = |(entry, number): (&Text, usize)| {
                let source = known.checked_add(u32::try_from(number).ok()?)?.checked_add(1)?;
                read_file(host, root, entry, SourceId(source))
            };
            numbered.map(file).collect::<Vec<_>>()
        });
        let files: Vec<_> = pieces.into_iter().flat_map(Option::unwrap_or_default).collect();
        // A piece that is lost would shift all others.
        if files.len() == count { Ahead { files: files.into_iter() } } else { Ahead::default() }
    }

    /// What was read for the next entry, if that is what its turn would bring; with the number of the file, which it gets
    /// now.
    pub(crate) fn take(
        &mut self,
        build: &mut Build,
        location: &Location,
        entry: &Text,
    ) -> Option<Vec<Resource>> {
        let file = self.files.next()??;
        if usize::try_from(file.source.0) != Ok(build.sources.len() + 1) {
            return None;
        }
        build.named.note_file(&file.path);
        build.sources.add(join(&location.shown, entry).display().to_string());
        Some(file.resources)
    }
}

fn read_file(host: &dyn Host, root: &Path, entry: &Text, source: SourceId) -> Option<FileAhead> {
    // A file whose path is known without resolving links lies below the root.
    let (PathKind::File, Some(path)) = host.locate(root, entry) else { return None };
    let content = host.read(&path).ok()?;
    let resources = parse_resources(&content, source).ok()?;
    Some(FileAhead { path, source, resources })
}

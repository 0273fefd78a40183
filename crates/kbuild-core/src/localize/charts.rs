//! The folders of charts.

use std::path::{Path, PathBuf};

use kbuild_yaml::{EcoString, Node};

use super::place::relative;
use super::references::{Localizer, Root, text_of};
use crate::code::Code;
use crate::error::Error;
use crate::host::PathKind;
use crate::kustomization::Text;
use crate::path::{clean, join};

/// Where charts are unless a kustomization says otherwise.
const DEFAULT: &str = "charts";

impl Localizer<'_, '_> {
    /// Copies the folder of charts that an entry names, where it is there: helm may be about to make it.
    ///
    /// # Errors
    /// It leads out of the scope, is no folder, or cannot be read.
    pub(super) fn chart_home(&mut self, root: Root, entry: &Text) -> Result<String, Error> {
        if Path::new(&*entry.text).is_absolute() {
            return Err(Error::new(
                Code::ABSOLUTE_PATH,
                format!("the folder {} is given as an absolute path", entry.text),
            )
            .hint_with("write it relative to this kustomization, so that the tree can be moved"));
        }
        let own = &root.location.root;
        let path = relative(own, &join(own, entry));
        if self.build.host.kind(&own.join(&path)) == PathKind::Missing {
            return text_of(&path);
        }
        let named = Text { text: EcoString::from(text_of(&path)?), place: entry.place };
        let home = root.location.directory(self.build, &named)?;
        self.refuse_outside_scope(entry, &home)?;
        // A link counts as the folder that it leads to, but for the one that nobody has to name.
        let copy = if path == Path::new(DEFAULT) { path } else { relative(own, &home.root) };
        self.copy(&home.root, &home.shown, clean(&root.folder.join(&copy)))?;
        text_of(&copy)
    }

    /// Copies the folder of charts that a kustomization uses without naming it.
    ///
    /// # Errors
    /// As [`chart_home`](Localizer::chart_home).
    pub(super) fn default_chart_home(
        &mut self,
        root: Root,
        kustomization: &Node,
    ) -> Result<(), Error> {
        let needs = |node: &Node| node.get("chartHome").is_none();
        let globals = kustomization.get("helmGlobals");
        let old = kustomization.get("helmChartInflationGenerator").and_then(Node::as_sequence);
        let is_used = match globals {
            Some(globals) => needs(globals),
            None => kustomization.get("helmCharts").is_some(),
        };
        if is_used || old.is_some_and(|charts| charts.iter().any(needs)) {
            let place = globals.unwrap_or(kustomization).place;
            self.chart_home(root, &Text { text: DEFAULT.into(), place })
                .map_err(|error| error.at(place))?;
        }
        Ok(())
    }

    /// Copies a folder with all that is in it, but for links.
    fn copy(&mut self, source: &Path, shown: &Path, target: PathBuf) -> Result<(), Error> {
        if !self.done.insert((source.to_path_buf(), target.clone())) {
            return Ok(());
        }
        let mut waiting = vec![(source.to_path_buf(), shown.to_path_buf(), target)];
        while let Some((source, shown, target)) = waiting.pop() {
            for name in self.build.host.list(&source) {
                let (path, shown, target) =
                    (source.join(&name), shown.join(&name), target.join(&name));
                if self.build.host.canonicalize(&path).ok().as_ref() != Some(&path) {
                    continue;
                }
                match self.build.host.kind(&path) {
                    PathKind::Directory => waiting.push((path, shown, target)),
                    PathKind::File => {
                        let shown = shown.display().to_string();
                        let content = self.build.read(&path, &shown)?;
                        self.files.put(target, shown, content)?;
                    }
                    PathKind::Missing => {}
                }
            }
            self.files.put_folder(target)?;
        }
        Ok(())
    }
}

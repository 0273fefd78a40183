//! Watches folders with kustomizations, and renders anew those that a change affects:
//! `watch [--once] [--progress] DIR…`
//!
//! It looks at nothing but what the builds have asked for: files that were read, folders that were listed, and paths at
//! which nothing was. That works across bases and components anywhere, and for builds that fail as well.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use kbuild_core::{DiskHost, InputKind, Observer, Options, render_with_inputs};

/// How often to look.
const PAUSE: Duration = Duration::from_millis(300);

/// What can be seen of a path without reading it: when it changed, and how long it is. None where nothing is.
type Stamp = Option<(SystemTime, u64)>;

/// A folder, and what its last build depends on.
struct Watched {
    folder: PathBuf,
    options: Options,
    seen: BTreeMap<PathBuf, Stamp>,
}

impl Watched {
    fn new(folder: PathBuf, options: Options) -> Watched {
        Watched { folder, options, seen: BTreeMap::new() }
    }

    /// What has changed since the last build; nothing before the first one.
    fn changed(&self) -> Vec<&PathBuf> {
        self.seen
            .iter()
            .filter(|(path, seen)| stamp(path) != **seen)
            .map(|(path, _)| path)
            .collect()
    }

    /// Renders the folder and remembers what that depends on. A file that changes meanwhile shows at the next look, as the
    /// time of the build is taken before.
    fn render(&mut self) -> Result<String, String> {
        let before: BTreeMap<PathBuf, Stamp> =
            self.seen.keys().map(|path| (path.clone(), stamp(path))).collect();
        let (rendered, inputs) = render_with_inputs(&DiskHost::new(), &self.folder, &self.options);
        let is_path =
            |kind| matches!(kind, InputKind::File | InputKind::Folder | InputKind::Missing);
        let paths = inputs.iter().filter(|input| is_path(input.kind)).map(|input| &input.name);
        self.seen = paths
            .map(|path| {
                let path = PathBuf::from(path);
                let seen = before.get(&path).copied().unwrap_or_else(|| stamp(&path));
                (path, seen)
            })
            .collect();
        rendered.and_then(|rendered| rendered.to_yaml()).map_err(|error| error.to_string())
    }
}

fn stamp(path: &PathBuf) -> Stamp {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH), metadata.len()))
}

fn show(watched: &mut Watched) -> io::Result<()> {
    match watched.render() {
        Ok(yaml) => io::stdout().write_all(yaml.as_bytes()),
        Err(error) => writeln!(io::stderr(), "{error}"),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (flags, folders): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let mut options = Options::default();
    if flags.iter().any(|flag| flag == "--progress") {
        options.observer = Observer::new(|event| {
            let _ = writeln!(io::stderr(), "# {event}");
        });
    }
    let mut all: Vec<Watched> =
        folders.into_iter().map(|folder| Watched::new(folder.into(), options.clone())).collect();
    for watched in &mut all {
        show(watched)?;
    }
    while !all.is_empty() && !flags.iter().any(|flag| flag == "--once") {
        std::thread::sleep(PAUSE);
        for watched in &mut all {
            if let Some(path) = watched.changed().first() {
                writeln!(io::stdout(), "# {} changed", path.display())?;
                show(watched)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const BASE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: base}\n";

    fn write(folder: &Path, path: &str, content: &str) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    #[test]
    fn changes_of_what_a_build_asked_for_are_seen() {
        let folder = tempfile::TempDir::new().unwrap();
        let folder = folder.path();
        write(folder, "app/kustomization.yaml", "resources: [../base]\n");
        let mut app = Watched::new(folder.join("app"), Options::default());
        assert!(app.changed().is_empty());
        assert!(app.render().is_err());
        // What was missing appears.
        assert!(app.changed().is_empty());
        write(folder, "base/kustomization.yaml", "resources: [cm.yaml]\n");
        write(folder, "base/cm.yaml", BASE);
        assert!(!app.changed().is_empty());
        assert!(app.render().unwrap().contains("name: base"));
        // What was read changes, and what was not does not matter.
        assert!(app.changed().is_empty());
        write(folder, "base/other.yaml", BASE);
        assert!(app.changed().is_empty(), "{:?}", app.changed());
        write(folder, "base/cm.yaml", &BASE.replace("base", "another"));
        assert_eq!(app.changed().len(), 1);
        assert!(app.render().unwrap().contains("name: another"));
        // A second kustomization file would be a mistake.
        write(folder, "base/Kustomization", "");
        assert!(!app.changed().is_empty());
        assert!(app.render().is_err());
    }
}

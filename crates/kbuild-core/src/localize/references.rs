//! What a kustomization names, field by field, and its way into the copy.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kbuild_yaml::{Node, Place, Value, write};

use super::files::Files;
use super::form::anew;
use super::place::{self, relative};
use super::require_revision;
use crate::build::Build;
use crate::code::Code;
use crate::error::Error;
use crate::generate::file_source;
use crate::host::PathKind;
use crate::inline::Lines;
use crate::kustomization::Text;
use crate::load::{
    Found, Location, parse_inline_resources, parse_resources, prefetch, read_document,
};
use crate::path::clean;
use crate::remote::{RepositorySpec, is_url, without_password};
use crate::resource::{Resource, ResourceSet};

/// What a text names.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Names {
    /// A file.
    File,
    /// A file, perhaps with a key before it.
    FileSource,
    /// A file that holds resources, unless the text is one itself.
    Patch,
    /// A folder with a kustomization.
    Folder,
    /// A file of resources, or a folder with a kustomization.
    Resource,
    /// A folder of charts.
    ChartHome,
    /// A file with configurations of generators or transformers, unless the text is one itself.
    Plugin,
}

/// The fields that name something, and what.
const FIELDS: &[(&str, Names)] = &[
    ("openapi/path", Names::File),
    ("resources", Names::Resource),
    ("bases", Names::Folder),
    ("components", Names::Folder),
    ("configurations", Names::File),
    ("crds", Names::File),
    ("configMapGenerator/env", Names::File),
    ("configMapGenerator/envs", Names::File),
    ("configMapGenerator/files", Names::FileSource),
    ("secretGenerator/env", Names::File),
    ("secretGenerator/envs", Names::File),
    ("secretGenerator/files", Names::FileSource),
    ("helmChartInflationGenerator/values", Names::File),
    ("helmChartInflationGenerator/chartHome", Names::ChartHome),
    ("helmCharts/valuesFile", Names::File),
    ("helmCharts/additionalValuesFiles", Names::File),
    ("helmGlobals/chartHome", Names::ChartHome),
    ("patches/path", Names::File),
    ("patchesJson6902/path", Names::File),
    ("patchesStrategicMerge", Names::Patch),
    ("replacements/path", Names::File),
    ("generators", Names::Plugin),
    ("transformers", Names::Plugin),
    ("validators", Names::Plugin),
];

/// Collects the files of a copy.
pub(super) struct Localizer<'a, 'b> {
    pub(super) build: &'a mut Build<'b>,
    /// The folder that folders on this machine may be named in, links resolved.
    scope: PathBuf,
    pub(super) files: Files,
    /// What is in the copy already: the folder, and where it went.
    pub(super) done: BTreeSet<(PathBuf, PathBuf)>,
}

/// A kustomization on its way into the copy.
#[derive(Clone, Copy)]
pub(super) struct Root<'a> {
    pub(super) location: &'a Location<'a>,
    /// Its folder in the copy.
    pub(super) folder: &'a Path,
}

impl<'a, 'b> Localizer<'a, 'b> {
    pub(super) fn new(build: &'a mut Build<'b>, scope: PathBuf) -> Localizer<'a, 'b> {
        Localizer { build, scope, files: Files::default(), done: BTreeSet::new() }
    }

    /// What was collected.
    ///
    /// # Errors
    /// Two things that cannot both be in one copy.
    pub(super) fn finish(self) -> Result<Files, Error> {
        self.files.check()?;
        Ok(self.files)
    }

    /// Copies a kustomization, and what it names, to a folder of the copy.
    ///
    /// # Errors
    /// Something that it names cannot be copied.
    pub(super) fn root(&mut self, location: &Location, folder: &Path) -> Result<(), Error> {
        let done = (location.root.clone(), folder.to_path_buf());
        if self.done.contains(&done) {
            return Ok(());
        }
        let (document, name) = read_document(self.build, location)?;
        let place = Place { line: 0, ..document.place };
        let mut kustomization = anew(&document).map_err(|error| error.at(place))?;
        let folders = ["resources", "bases", "components"];
        let named: Vec<Text> = folders
            .iter()
            .filter_map(|field| kustomization.get(field)?.as_sequence())
            .flatten()
            .map(|entry| Text { text: entry.text().unwrap_or_default().into(), place: entry.place })
            .collect();
        prefetch(self.build, location, named.iter());
        let root = Root { location, folder };
        for (field, names) in FIELDS {
            each(&mut kustomization, field, &mut |node| {
                let text = Text { text: node.text().unwrap_or_default().into(), place: node.place };
                let localized = self.localized(root, &text, *names)?;
                node.value = Node::string(localized).value;
                Ok(())
            })?;
        }
        self.default_chart_home(root, &kustomization)?;
        let mut content = String::new();
        write(&kustomization, &mut content)?;
        let origin = location.shown.join(name).display().to_string();
        self.files.put(folder.join(name), origin, content.into_bytes())?;
        self.done.insert(done);
        Ok(())
    }

    /// Copies what a text names, and says what names the copy.
    ///
    /// # Errors
    /// It cannot be copied.
    pub(super) fn localized(
        &mut self,
        root: Root,
        entry: &Text,
        names: Names,
    ) -> Result<String, Error> {
        if entry.is_empty() {
            // Whether something has to be there, the build knows.
            return Ok(String::new());
        }
        let localized = match names {
            Names::File => self.file(root, entry),
            Names::FileSource => self.file_source(root, entry),
            Names::Patch => self.patch(root, entry),
            Names::Folder => self.folder(root, entry),
            Names::Resource => self.resource(root, entry),
            Names::ChartHome => self.chart_home(root, entry),
            Names::Plugin => self.plugins(root, entry),
        };
        localized.map_err(|error| error.at(entry.place))
    }

    fn file(&mut self, root: Root, entry: &Text) -> Result<String, Error> {
        let content = root.location.read(self.build, entry)?;
        self.put(root, entry, content)
    }

    /// Puts the content of the file that an entry names into the copy.
    pub(super) fn put(
        &mut self,
        root: Root,
        entry: &Text,
        content: Vec<u8>,
    ) -> Result<String, Error> {
        let (path, origin) = if is_url(entry) {
            let shown = without_password(entry);
            self.refuse_taken_folder(root, &shown)?;
            let path = place::of_file(entry).ok_or_else(|| no_host(&shown))?;
            (path, shown)
        } else {
            let (real, shown) = root.location.file(self.build, entry)?;
            (relative(&root.location.root, &real), shown)
        };
        let localized = text_of(&path)?;
        self.files.put(clean(&root.folder.join(path)), origin, content)?;
        Ok(localized)
    }

    fn file_source(&mut self, root: Root, entry: &Text) -> Result<String, Error> {
        let (key, path) = file_source(entry)?;
        let localized = self.file(root, &path)?;
        // The key of a link is the name of the link, which is not copied.
        let keeps_key = localized.rsplit('/').next() == Some(&key);
        if !entry.contains('=') && keeps_key {
            Ok(localized)
        } else {
            Ok(format!("{key}={localized}"))
        }
    }

    fn patch(&mut self, root: Root, entry: &Text) -> Result<String, Error> {
        match inline_resources(entry)? {
            Some(_) => Ok(entry.text.to_string()),
            None => {
                self.resources_in(root, entry)?;
                self.file(root, entry)
            }
        }
    }

    fn resource(&mut self, root: Root, entry: &Text) -> Result<String, Error> {
        if !is_url(entry) && self.is_folder(root, entry) {
            return self.folder(root, entry);
        }
        match root.location.resource(self.build, entry)? {
            Found::File(file) => {
                let shown = file.shown.clone();
                let content = file.read(self.build.host, entry)?;
                let source = self.build.sources.add(shown);
                unique(parse_resources(&content, source)?)
                    .map_err(|error| error.through(entry.place))?;
                self.put(root, entry, content)
            }
            Found::Directory(base) => self.enter(root, entry, &base),
        }
    }

    /// True for a folder on this machine, and for one in a repository unless its URL may be that of a file.
    pub(super) fn is_folder(&self, root: Root, entry: &Text) -> bool {
        match self.build.host.kind(&root.location.root.join(&*entry.text)) {
            PathKind::File => false,
            PathKind::Directory => true,
            PathKind::Missing => !is_url(entry) && RepositorySpec::parse(entry).is_some(),
        }
    }

    pub(super) fn folder(&mut self, root: Root, entry: &Text) -> Result<String, Error> {
        if let Some(spec) = RepositorySpec::parse(entry) {
            require_revision(&spec)?;
        }
        let base = root.location.directory(self.build, entry)?;
        self.enter(root, entry, &base)
    }

    /// Copies the kustomization that an entry names.
    fn enter(&mut self, root: Root, entry: &Text, base: &Location) -> Result<String, Error> {
        let path = match &base.repository {
            Some(repository) => {
                require_revision(&repository.spec)?;
                self.refuse_taken_folder(root, &repository.spec.shown())?;
                let inside = base.root.strip_prefix(&repository.root).unwrap_or(Path::new(""));
                place::of_root(&repository.spec, inside)
                    .ok_or_else(|| no_host(&repository.spec.shown()))?
            }
            None => {
                self.refuse_outside_scope(entry, base)?;
                relative(&root.location.root, &base.root)
            }
        };
        let localized = text_of(&path)?;
        let folder = clean(&root.folder.join(path));
        self.root(base, &folder).map_err(|error| error.through(entry.place))?;
        Ok(localized)
    }

    /// What lies in a repository is bounded by that, and checked by then.
    pub(super) fn refuse_outside_scope(&self, entry: &Text, base: &Location) -> Result<(), Error> {
        if base.containing_repository().is_some() || base.root.starts_with(&self.scope) {
            return Ok(());
        }
        Err(Error::new(
            Code::OUTSIDE_SCOPE,
            format!(
                "{} is not in {}, which bounds what is copied",
                entry.text,
                self.scope.display()
            ),
        )
        .hint_with("name a folder that holds both with --scope"))
    }

    /// What comes from other machines would be mixed with what is there.
    fn refuse_taken_folder(&self, root: Root, shown: &str) -> Result<(), Error> {
        let taken = root.location.root.join(place::FOLDER);
        if self.build.host.kind(&taken) == PathKind::Missing {
            return Ok(());
        }
        Err(Error::new(
            Code::CANNOT_LOCALIZE,
            format!(
                "there is a {} in {} already, which is where {shown} would go",
                place::FOLDER,
                root.location.shown.display()
            ),
        )
        .hint_with("give it another name"))
    }

    /// The resources in the file that an entry names.
    pub(super) fn resources_in(
        &mut self,
        root: Root,
        entry: &Text,
    ) -> Result<Vec<Resource>, Error> {
        let (content, source) = root.location.read_source(self.build, entry)?;
        unique(parse_resources(&content, source)?).map_err(|error| error.through(entry.place))
    }
}

/// The resources that a text holds; none if it is a path.
///
/// # Errors
/// It has several lines, as no path has, and no resources.
pub(super) fn inline_resources(entry: &Text) -> Result<Option<Vec<Resource>>, Error> {
    match parse_inline_resources(entry, Lines::At(entry.place)) {
        Ok(resources) => unique(resources).map(Some),
        Err(error) if entry.contains('\n') => Err(error),
        Err(_) => Ok(None),
    }
}

fn unique(resources: Vec<Resource>) -> Result<Vec<Resource>, Error> {
    let mut set = ResourceSet::default();
    resources.into_iter().try_for_each(|resource| set.append(resource))?;
    Ok(set.into_resources())
}

/// Changes the texts at a path below a node, in all items of the lists on the way.
///
/// # Errors
/// What `change` says, or something at the path that is neither a text nor a list of texts.
pub(super) fn each(
    node: &mut Node,
    path: &str,
    change: &mut dyn FnMut(&mut Node) -> Result<(), Error>,
) -> Result<(), Error> {
    if node.is_null() {
        return Ok(());
    }
    let (place, found) = (node.place, node.describe());
    match &mut node.value {
        Value::Sequence(items) => items.iter_mut().try_for_each(|item| each(item, path, change)),
        Value::Scalar(_) if path.is_empty() => change(node),
        Value::Mapping(mapping) if !path.is_empty() => {
            let (step, rest) = path.split_once('/').unwrap_or((path, ""));
            // The configuration of a plugin may spell its fields in whatever case.
            let mut named =
                mapping.iter_mut().filter(|entry| entry.key.text.eq_ignore_ascii_case(step));
            named.try_for_each(|entry| each(&mut entry.value, rest, change))
        }
        _ => Err(Error::new(Code::WRONG_TYPE, format!("{found} stands where a path should be"))
            .at(place)),
    }
}

fn no_host(shown: &str) -> Error {
    Error::new(
        Code::CANNOT_LOCALIZE,
        format!("{shown} has no host that a folder could be named after"),
    )
}

/// The path as a kustomization writes it.
pub(super) fn text_of(path: &Path) -> Result<String, Error> {
    match path.to_str() {
        Some(text) => Ok(text.to_owned()),
        None => {
            Err(Error::new(Code::NOT_TEXT, format!("the path {} is not UTF-8", path.display())))
        }
    }
}

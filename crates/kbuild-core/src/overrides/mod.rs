//! What a program or a command line wants otherwise than a kustomization says, without touching it.

mod apply;

use std::path::Path;

use kbuild_yaml::{Node, Place, write};

use crate::build::{Build, Change};
use crate::cache::Cache;
use crate::code::Code;
use crate::composition::{Composition, compose_with};
use crate::edit::{KustomizationFile, PatchEntry};
use crate::error::Error;
use crate::host::{Host, OverlayHost, PathKind, Recorder};
use crate::options::Options;
use crate::remote::{RepositorySpec, without_password};
use crate::render::render_with;
use crate::rendered::Rendered;
use crate::source::Sources;

/// The name that a kustomization file gets where there is none.
const FILE_NAME: &str = "kustomization.yaml";

/// The names that a kustomization file may have.
const FILE_NAMES: [&str; 3] = [FILE_NAME, "kustomization.yml", "Kustomization"];

/// What to change of a kustomization for one build, in memory: namespace, prefixes, images, replicas and so on.
///
/// Each field means what the command `kustomize edit` of this name makes of the file; [`kustomization`](Overrides::kustomization)
/// is the file that it would make. Errors, warnings and provenance of what is changed have, in the place of a file, the flag
/// of the command that asks for it, as `--set-image nginx:1.27`; those of everything else name the lines of the file.
///
/// ```
/// use kbuild_core::{MemoryHost, Options, Overrides};
///
/// let host = MemoryHost::from_iter([
///     ("app/kustomization.yaml", "# what runs\nresources: [pod.yaml]\n"),
///     ("app/pod.yaml", "
/// apiVersion: v1
/// kind: Pod
/// metadata: {name: web}
/// spec: {containers: [{name: web, image: nginx}]}
/// "),
/// ]);
/// let mut overrides = Overrides::default();
/// overrides.namespace = Some("prd".to_owned());
/// overrides.images.push("nginx=nginx:1.27".to_owned());
/// let rendered = overrides.render(&host, "app", &Options::default())?;
/// assert!(rendered.to_yaml()?.contains("image: nginx:1.27"));
/// assert_eq!(rendered.resources()[0].namespace(), "prd");
/// assert!(overrides.kustomization(&host, "app")?.starts_with("# what runs\nresources: [pod.yaml]\n"));
/// # Ok::<(), kbuild_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Overrides {
    /// The namespace of all resources. An empty one takes that of the kustomization out.
    pub namespace: Option<String>,
    /// What to put before all names. An empty text takes that of the kustomization out.
    pub name_prefix: Option<String>,
    /// What to put behind all names. An empty text takes that of the kustomization out.
    pub name_suffix: Option<String>,
    /// Images: `name=new`, `name=new:tag`, `name:tag`, `name@digest` and so on.
    pub images: Vec<String>,
    /// Numbers of replicas: `name=count`.
    pub replicas: Vec<String>,
    /// Labels to set, though not in selectors and templates.
    pub labels: Vec<(String, String)>,
    /// Annotations to set.
    pub annotations: Vec<(String, String)>,
    /// Components to add: folders as seen from the kustomization's, or URLs.
    pub components: Vec<String>,
    /// Patches to add.
    pub patches: Vec<PatchEntry>,
}

impl Overrides {
    /// True where nothing is to be changed.
    pub fn is_empty(&self) -> bool {
        let Overrides { namespace, name_prefix, name_suffix, .. } = self;
        [namespace, name_prefix, name_suffix].iter().all(|text| text.is_none())
            && [&self.images, &self.replicas, &self.components].iter().all(|list| list.is_empty())
            && [&self.labels, &self.annotations].iter().all(|pairs| pairs.is_empty())
            && self.patches.is_empty()
    }

    /// Builds the kustomization in a directory as if it said what is to be changed.
    ///
    /// # Errors
    /// As [`render()`](crate::render()), and what [`kustomization`](Overrides::kustomization) says.
    pub fn render(
        &self,
        host: &dyn Host,
        path: impl AsRef<Path>,
        options: &Options,
    ) -> Result<Rendered, Error> {
        self.render_cached(host, path.as_ref(), options, None)
    }

    /// As [`render`](Overrides::render), with what other builds have built before.
    ///
    /// # Errors
    /// As [`render`](Overrides::render).
    pub(crate) fn render_cached(
        &self,
        host: &dyn Host,
        path: &Path,
        options: &Options,
        cache: Option<&Cache>,
    ) -> Result<Rendered, Error> {
        self.check_path(path)?;
        let recorder = Recorder::new(host, options);
        let change = |document, sources: &mut Sources| self.changed(document, sources);
        let build = Build::new(&recorder, options, cache);
        let rendered = render_with(self.laid_over(build, &change), path)?;
        Ok(rendered.with_inputs(recorder.into_inputs()))
    }

    /// What the kustomization in a directory is composed of, as if it said what is to be changed.
    ///
    /// # Errors
    /// As [`compose()`](crate::compose()), and what [`kustomization`](Overrides::kustomization) says.
    pub fn compose(
        &self,
        host: &dyn Host,
        path: impl AsRef<Path>,
        options: &Options,
    ) -> Result<Composition, Error> {
        self.check_path(path.as_ref())?;
        let recorder = Recorder::new(host, options);
        let change = |document, sources: &mut Sources| self.changed(document, sources);
        let build = Build::new(&recorder, options, None);
        compose_with(self.laid_over(build, &change), path.as_ref())
    }

    /// The text of the kustomization that these changes amount to. What they have nothing to do with stays as it is, comments
    /// and order among it.
    ///
    /// # Errors
    /// There is no kustomization in this folder, or it cannot be read; what is to be changed is malformed.
    pub fn kustomization(
        &self,
        host: &dyn Host,
        folder: impl AsRef<Path>,
    ) -> Result<String, Error> {
        let mut file = KustomizationFile::read(host, folder.as_ref())?;
        if self.is_empty() {
            return Ok(file.text().to_owned());
        }
        let mut sources = Sources::default();
        self.apply(&mut file, &mut sources).map_err(|error| error.locate(&sources, None))?;
        // A text that cannot be changed in place, for its anchors, say, is written anew.
        file.to_text().or_else(|_| printed(file.content()))
    }

    fn laid_over<'a>(&self, mut build: Build<'a>, change: &'a Change<'a>) -> Build<'a> {
        build.change = Some(change).filter(|_| !self.is_empty());
        build
    }

    /// The document of the kustomization, changed.
    fn changed(&self, document: Node, sources: &mut Sources) -> Result<Node, Error> {
        let place = Place { line: 0, ..document.place };
        let mut file = KustomizationFile::of_document(document)?;
        self.apply(&mut file, sources)?;
        Ok(file.into_content(place))
    }

    fn check_path(&self, path: &Path) -> Result<(), Error> {
        if self.is_empty() { Ok(()) } else { on_this_host(path) }
    }
}

/// The host with another text for the kustomization of a folder, which need not be there.
pub(crate) fn with_kustomization<'a>(
    host: &'a dyn Host,
    folder: &Path,
    text: impl Into<Vec<u8>>,
) -> OverlayHost<&'a dyn Host> {
    let mut overlay = OverlayHost::new(host);
    let is_there = |name: &&str| host.kind(&folder.join(name)) != PathKind::Missing;
    let known: Vec<&str> = FILE_NAMES.into_iter().filter(is_there).collect();
    known.iter().for_each(|name| overlay.remove(folder.join(name)));
    overlay.insert(folder.join(known.first().unwrap_or(&FILE_NAME)), text);
    overlay
}

/// Refuses what is on another machine: nobody can lay anything over that.
///
/// # Errors
/// It is the URL of a repository.
pub(crate) fn on_this_host(folder: &Path) -> Result<(), Error> {
    let text = folder.to_string_lossy();
    if RepositorySpec::parse(&text).is_none() {
        return Ok(());
    }
    let message = format!("{} is not on this machine", without_password(&text));
    Err(Error::new(
        Code::BAD_ARGUMENT,
        format!("{message}, and only the kustomization of a folder that is can be changed"),
    )
    .hint_with("name the URL under resources of a kustomization of your own"))
}

/// A kustomization as YAML.
///
/// # Errors
/// It holds what cannot be written.
pub(crate) fn printed(kustomization: &Node) -> Result<String, Error> {
    let mut text = String::new();
    write(kustomization, &mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::MemoryHost;
    use crate::render::render;

    const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
";

    fn host(kustomization: &str) -> MemoryHost {
        MemoryHost::from_iter([
            ("app/kustomization.yml", kustomization),
            ("app/deployment.yaml", DEPLOYMENT),
            (
                "app/patch.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {paused: true}\n",
            ),
            (
                "debug/kustomization.yaml",
                "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {debug: 'yes'}\n",
            ),
        ])
    }

    fn all() -> Overrides {
        let pair = |key: &str, value: &str| vec![(key.to_owned(), value.to_owned())];
        Overrides {
            namespace: Some("prd".into()),
            name_prefix: Some("a-".into()),
            name_suffix: Some("-z".into()),
            images: vec!["nginx=mirror/nginx:1.27".into()],
            replicas: vec!["web=3".into()],
            labels: pair("team", "blue"),
            annotations: pair("note", "1"),
            components: vec!["../debug".into()],
            patches: vec![PatchEntry { path: "patch.yaml".into(), ..PatchEntry::default() }],
        }
    }

    const EXPECTED: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    debug: \"yes\"
    note: \"1\"
  labels:
    team: blue
  name: a-web-z
  namespace: prd
spec:
  paused: true
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      annotations:
        debug: \"yes\"
        note: \"1\"
      labels:
        app: web
    spec:
      containers:
      - image: mirror/nginx:1.27
        name: web
";

    #[test]
    fn everything_is_changed_without_touching_the_folder() {
        let host = host("# of the team\nresources:\n- deployment.yaml # all of it\n");
        let rendered = all().render(&host, "app", &Options::default()).unwrap();
        assert_eq!(rendered.to_yaml().unwrap(), EXPECTED);
        insta::assert_snapshot!(all().kustomization(&host, "app").unwrap(), @r#"
        # of the team
        resources:
        - deployment.yaml # all of it
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namePrefix: a-
        nameSuffix: -z
        namespace: prd
        labels:
        - pairs:
            team: blue
        commonAnnotations:
          note: "1"
        patches:
        - path: patch.yaml
        images:
        - name: nginx
          newName: mirror/nginx
          newTag: "1.27"
        replicas:
        - count: 3
          name: web
        components:
        - ../debug
        "#);
    }

    #[test]
    fn the_text_is_what_is_built() {
        let host = host("resources: [deployment.yaml]\n");
        let text = all().kustomization(&host, "app").unwrap();
        let written = with_kustomization(&host, Path::new("app"), text);
        let rendered = render(&written, "app", &Options::default()).unwrap();
        assert_eq!(rendered.to_yaml().unwrap(), EXPECTED);
    }

    #[test]
    fn texts_that_cannot_be_edited_are_written_anew() {
        let host = host("resources: !!seq [&a deployment.yaml]\nnamePrefix: !!str b-\n");
        let rendered = all().render(&host, "app", &Options::default()).unwrap();
        assert_eq!(rendered.to_yaml().unwrap(), EXPECTED);
    }

    #[test]
    fn nothing_to_change_changes_nothing() {
        let text = "resources: [deployment.yaml]\n";
        assert_eq!(Overrides::default().kustomization(&host(text), "app").unwrap(), text);
        assert!(!all().is_empty());
    }

    #[test]
    fn what_the_file_says_keeps_its_lines_and_the_rest_names_its_flag() {
        let text = "# of the team\nimages: [{name: old, newTag: '1'}, {name: nginx, newTag: '2'}]\nresources:\n- deployment.yaml\n";
        let host = host(text);
        let mut overrides = Overrides {
            namespace: Some("prd".into()),
            images: vec!["one:1".into(), "nginx:3".into(), "two=three".into()],
            ..Overrides::default()
        };
        let options = Options { provenance: true, ..Options::default() };
        let rendered = overrides.render(&host, "app", &options).unwrap();
        let places = rendered.warnings().iter().map(|warning| warning.span().unwrap().to_string());
        let expected = ["app/kustomization.yml:2", "--set-image one:1", "--set-image two=three"];
        assert_eq!(places.collect::<Vec<_>>(), expected);
        let resource = &rendered.resources()[0];
        let writer = |path: &str| {
            let leaf = rendered.leaves(resource, path).unwrap().remove(0);
            rendered.provenance(leaf.node).pop().unwrap().file.unwrap()
        };
        let image = "spec.template.spec.containers[name=web].image";
        assert_eq!(writer(image), "--set-image nginx:3");
        assert_eq!(writer("metadata.namespace"), "--set-namespace prd");
        overrides.components = vec!["https://me:secret@git.example/a//b".into()];
        let error = overrides.render(&host, "app", &options).unwrap_err().to_string();
        assert!(error.contains("--add-component https://me:***@git"), "{error}");
        assert!(overrides.compose(&host, "app", &options).is_ok());
    }

    #[test]
    fn what_cannot_be_changed_says_so() {
        let said = |overrides: &Overrides, path: &str| {
            let host = host("resources: [deployment.yaml]\n");
            overrides.render(&host, path, &Options::default()).unwrap_err().to_string()
        };
        let bad = Overrides { images: vec!["nginx".into()], ..Overrides::default() };
        assert!(said(&bad, "app").contains("does not say what to set of an image"));
        assert!(said(&bad, "app").contains("--> --set-image nginx"));
        assert!(bad.kustomization(&host(""), "app").unwrap_err().to_string().contains("--set-im"));
        let plain = said(&Overrides::default(), "none");
        assert_eq!(said(&all(), "none"), plain);
        assert!(said(&all(), "https://git.example/a/b.git//c?ref=v1").contains("is not on this"));
    }
}

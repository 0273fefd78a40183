//! Hosts that fail, lie and change their mind: every build ends with resources or with an error, and leaves nothing behind.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests reach the disk, and fail where they cannot go on"
)]

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use kbuild_core::{Code, Host, MemoryHost, Options, PathKind, render};

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n";

/// A tree that reads files in every way that there is.
fn tree() -> MemoryHost {
    let crd = r#"{"x.Thing": {"Schema": {"properties": {"ref": {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "ConfigMap"}}}}}"#;
    MemoryHost::from_iter([
        (
            "app/kustomization.yaml",
            "resources: [../base, cm.yaml]\ncomponents: [../part]\npatches: [{path: patch.yaml}]\nreplacements: [{path: replacement.yaml}]\nconfigurations: [config.yaml]\ncrds: [crd.json]\nopenapi: {path: schema.json}\ntransformers: [prefix.yaml, ../transformers]\nvalidators: [none.yaml]\ngenerators: [made.yaml]\nconfigMapGenerator: [{name: g, files: [data.txt], envs: [data.env]}]\n",
        ),
        ("app/cm.yaml", CONFIG_MAP),
        ("app/patch.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {a: b}\n"),
        (
            "app/replacement.yaml",
            "source: {kind: ConfigMap, name: cm}\ntargets: [{select: {kind: Service}, fieldPaths: [spec.x], options: {create: true}}]\n",
        ),
        ("app/config.yaml", "namePrefix: [{path: metadata/name, kind: Thing}]\n"),
        ("app/crd.json", crd),
        ("app/schema.json", "{\"definitions\": {}}"),
        (
            "app/prefix.yaml",
            "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: x}\nprefix: p-\nfieldSpecs: [{path: metadata/name}]\n",
        ),
        ("app/none.yaml", "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: x}\n"),
        (
            "app/made.yaml",
            "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: made}\nfiles: [data.txt]\n",
        ),
        ("app/data.txt", "data\n"),
        ("app/data.env", "c=d\n"),
        ("base/kustomization.yaml", "resources: [svc.yaml, ../deep]\n"),
        (
            "base/svc.yaml",
            "apiVersion: v1\nkind: Service\nmetadata: {name: svc}\nspec: {ports: [{port: 80}]}\n",
        ),
        (
            "deep/kustomization.yaml",
            "namePrefix: d-\nsecretGenerator: [{name: s, literals: [a=b]}]\n",
        ),
        (
            "part/kustomization.yaml",
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nlabels: [{pairs: {a: b}}]\n",
        ),
        ("transformers/kustomization.yaml", "resources: [suffix.yaml]\n"),
        (
            "transformers/suffix.yaml",
            "apiVersion: builtin\nkind: SuffixTransformer\nmetadata: {name: x}\nsuffix: -s\nfieldSpecs: [{path: metadata/name, kind: Service}]\n",
        ),
    ])
}

/// What a host does instead of what it should.
type Twist<T> = Box<dyn Fn(&Path, usize, &dyn Fn() -> T) -> T + Send + Sync>;

/// Files in memory, with answers that are twisted: each twist gets the path, the number of the question and the answer.
struct Odd {
    files: MemoryHost,
    asked: AtomicUsize,
    read: Twist<io::Result<Vec<u8>>>,
    kind: Twist<PathKind>,
    canonical: Twist<io::Result<PathBuf>>,
    list: Twist<Vec<String>>,
}

impl Odd {
    fn new(files: MemoryHost) -> Odd {
        Odd {
            files,
            asked: AtomicUsize::new(0),
            read: Box::new(|_, _, answer| answer()),
            kind: Box::new(|_, _, answer| answer()),
            canonical: Box::new(|_, _, answer| answer()),
            list: Box::new(|_, _, answer| answer()),
        }
    }

    fn count(&self) -> usize {
        self.asked.fetch_add(1, Ordering::Relaxed)
    }
}

impl Host for Odd {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        (self.read)(path, self.count(), &|| self.files.read(path))
    }

    fn kind(&self, path: &Path) -> PathKind {
        (self.kind)(path, self.count(), &|| self.files.kind(path))
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        (self.canonical)(path, self.count(), &|| self.files.canonicalize(path))
    }

    fn list(&self, path: &Path) -> Vec<String> {
        (self.list)(path, self.count(), &|| self.files.list(path))
    }
}

/// Builds, prints, and shows errors and warnings to the end.
fn build(host: &dyn Host) -> Result<String, String> {
    let rendered = render(host, "app", &Options::default()).map_err(|error| error.to_string())?;
    rendered.warnings().iter().for_each(|warning| drop(warning.to_string()));
    rendered.to_yaml().map_err(|error| error.to_string())
}

#[test]
fn every_question_may_fail() {
    let whole = build(&tree()).unwrap();
    let host = Odd::new(tree());
    assert_eq!(build(&host).unwrap(), whole);
    let questions = host.asked.load(Ordering::Relaxed);
    assert!(questions > 50, "{questions}");
    let mut failed = 0;
    for number in 0..questions {
        for kind in [io::ErrorKind::PermissionDenied, io::ErrorKind::NotFound, io::ErrorKind::Other]
        {
            let mut host = Odd::new(tree());
            host.read = Box::new(
                move |_, at, answer| if at == number { Err(kind.into()) } else { answer() },
            );
            host.kind = Box::new(
                move |_, at, answer| if at == number { PathKind::Missing } else { answer() },
            );
            host.canonical = Box::new(
                move |_, at, answer| if at == number { Err(kind.into()) } else { answer() },
            );
            host.list =
                Box::new(move |_, at, answer| if at == number { Vec::new() } else { answer() });
            match build(&host) {
                Ok(built) => assert_eq!(built, whole, "question {number}"),
                Err(error) => {
                    failed += 1;
                    assert!(error.lines().next().is_some_and(|line| line.len() > 10), "{error}");
                }
            }
        }
    }
    assert!(failed > questions, "{failed} of {questions}");
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    let host = tree();
    let mut folders = vec![PathBuf::from("/")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for name in host.list(&folder) {
            let path = folder.join(name);
            let is_folder = host.kind(&path) == PathKind::Directory;
            if is_folder { folders.push(path) } else { files.push(path) }
        }
    }
    assert_eq!(files.len(), 18);
    for file in files {
        let mut host = Odd::new(tree());
        let refused = file.clone();
        host.read = Box::new(move |path, _, answer| {
            let is_it = Path::new("/").join(path).ends_with(refused.strip_prefix("/").unwrap());
            if is_it { Err(io::ErrorKind::PermissionDenied.into()) } else { answer() }
        });
        let error = build(&host).unwrap_err();
        let name = file.file_name().unwrap().to_str().unwrap();
        let first = error.lines().next().unwrap();
        assert!(
            first.contains(name) && first.ends_with("cannot be read: permission denied"),
            "{error}"
        );
    }
}

#[test]
fn a_folder_that_may_not_be_entered_is_not_one_without_a_kustomization() {
    let mut host = Odd::new(tree());
    let is_within = |path: &Path| path.components().any(|step| step.as_os_str() == "base");
    let is_below = move |path: &Path| is_within(path) && !path.ends_with("base");
    host.kind = Box::new(move |path, _, answer| match is_below(path) {
        true => PathKind::Missing,
        false => answer(),
    });
    host.canonical = Box::new(move |path, _, answer| match is_below(path) {
        true => Err(io::ErrorKind::PermissionDenied.into()),
        false => answer(),
    });
    host.list = Box::new(move |path, _, answer| match is_within(path) {
        true => Vec::new(),
        false => answer(),
    });
    let error = render(&host, "app", &Options::default()).unwrap_err();
    let expected = "base/kustomization.yaml cannot be read: permission denied";
    assert_eq!((error.code(), error.message()), (Code::CANNOT_READ, expected));
    assert_eq!((error.file(), error.line()), (Some("app/kustomization.yaml"), Some(1)));
}

#[test]
fn what_vanishes_and_what_appears_is_no_reason_to_panic() {
    // Every file and folder is there, and nothing can be read; or something else is at every path.
    for kind in [PathKind::File, PathKind::Directory, PathKind::Missing] {
        for gone in [true, false] {
            let mut host = Odd::new(tree());
            host.kind = Box::new(
                move |path, at, answer| {
                    if at < 2 || path.ends_with("app") { answer() } else { kind }
                },
            );
            host.canonical = Box::new(|path, _, _| Ok(path.to_owned()));
            host.read = Box::new(move |_, _, answer| match gone {
                true => Err(io::ErrorKind::NotFound.into()),
                false => answer(),
            });
            host.list = Box::new(|_, _, _| vec!["kustomization.yaml".into(), "a\u{1b}".into()]);
            build(&host).unwrap_err();
        }
    }
}

#[test]
fn what_changes_while_it_is_read_is_read_once() {
    // A file is another one each time; errors show lines of it, which by then are elsewhere or nowhere.
    let texts: [&[u8]; 6] = [
        b"a: b\n\n\n\n\n\n\nc: [\n",
        b"",
        b"\xff\xfe\x00",
        b"a: b\r",
        "\u{feff}\u{e9}\u{e9}\u{e9}\n".as_bytes(),
        b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: 3\n",
    ];
    for file in ["cm.yaml", "patch.yaml", "kustomization.yaml", "replacement.yaml", "data.env"] {
        for first in 0..texts.len() {
            let mut host = Odd::new(tree());
            let times = AtomicUsize::new(first);
            host.read = Box::new(move |path, _, answer| match path.ends_with(file) {
                true => Ok(texts[times.fetch_add(1, Ordering::Relaxed) % texts.len()].to_vec()),
                false => answer(),
            });
            let _ = build(&host);
        }
    }
}

#[test]
fn what_has_no_end_is_refused() {
    let mut host = Odd::new(tree());
    host.read = Box::new(|path, _, answer| match path.ends_with("cm.yaml") {
        true => Ok(vec![b'a'; 1 << 20]),
        false => answer(),
    });
    let mut options = Options::default();
    options.limits.input_bytes = 1 << 20;
    let error = render(&host, "app", &options).unwrap_err();
    assert!(error.message().contains("more than 1048576 bytes, its limit"), "{error}");
    // Folders without end: each is in the one before.
    let mut host = Odd::new(MemoryHost::new());
    host.kind = Box::new(|path, _, _| match path.extension() {
        Some(_) if path.ends_with("kustomization.yaml") => PathKind::File,
        Some(_) => PathKind::Missing,
        None => PathKind::Directory,
    });
    host.canonical = Box::new(|path, _, _| Ok(path.to_owned()));
    host.read = Box::new(|_, _, _| Ok(b"resources: [more]\n".to_vec()));
    assert_eq!(
        render(&host, "app", &Options::default()).unwrap_err().code(),
        Code::NESTED_TOO_DEEP
    );
}

#[test]
fn ten_thousand_files_in_one_folder() {
    let mut host = MemoryHost::new();
    let names: Vec<String> = (0..10_000).map(|number| format!("cm-{number}")).collect();
    let mut list = String::from("namePrefix: p-\nresources:\n");
    for name in &names {
        host.insert(
            format!("app/{name}.yaml"),
            CONFIG_MAP.replace("name: cm", &format!("name: {name}")),
        );
        list += &format!("- {name}.yaml\n");
    }
    host.insert("app/kustomization.yaml", list.clone());
    assert_eq!(render(&host, "app", &Options::default()).unwrap().resources().len(), 10_000);
    host.insert("app/kustomization.yaml", list.replace("- cm-", "- cn-"));
    assert_eq!(render(&host, "app", &Options::default()).unwrap_err().diagnostics().count(), 50);
}

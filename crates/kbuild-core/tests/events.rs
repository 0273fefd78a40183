//! What an observer hears of a build: everything that begins, in order, and that it has ended.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read files, and fail where they cannot"
)]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use kbuild_core::{
    Builder, Code, DiskHost, Event, Fetched, Finished, Host, MemoryHost, Observer, Options,
    PathKind, Program, Task, TemporaryFolder, render,
};

/// What was heard, one line for each event.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    lines: Vec<String>,
    /// The tasks that have begun and not ended.
    open: Vec<String>,
}

impl Log {
    /// Notes everything, and fails where tasks are not nested.
    fn observer(&self) -> Observer {
        let log = self.clone();
        Observer::new(move |event| {
            let mut state = log.0.lock().unwrap();
            let depth = state.open.len();
            match event {
                Event::Begun(task) => {
                    assert_eq!(depth == 0, matches!(task, Task::Build { .. }), "{event}");
                    state.open.push(task.to_string());
                }
                Event::Finished { task, .. } | Event::Failed(task) => {
                    assert_eq!(state.open.pop(), Some(task.to_string()));
                }
                _ => assert!(depth > 0, "{event} outside of a build"),
            }
            let depth = depth.min(state.open.len());
            state.lines.push(format!("{}{event}", "  ".repeat(depth)));
        })
    }

    /// What was heard since this was asked for the last time.
    fn take(&self) -> String {
        let mut state = self.0.lock().unwrap();
        assert_eq!(state.open, Vec::<String>::new());
        let mut lines = std::mem::take(&mut state.lines).join("\n");
        lines.push('\n');
        lines
    }
}

fn observed() -> (Log, Options) {
    let log = Log::default();
    let mut options = Options::default();
    options.observer = log.observer();
    (log, options)
}

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n";

fn files() -> MemoryHost {
    MemoryHost::from_iter([
        ("base/kustomization.yaml", "resources: [cm.yaml]\nsecretGenerator: [{name: key}]\n"),
        ("base/cm.yaml", CONFIG_MAP),
        (
            "note/kustomization.yaml",
            "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\ncommonAnnotations: {a: b}\n",
        ),
        (
            "prd/kustomization.yaml",
            "resources: [../base]\ncomponents: [../note]\nnamespace: prd\npatches:\n- {path: p.yaml, target: {kind: ConfigMap}}\n- {path: p.yaml, target: {kind: Secret}}\n",
        ),
        ("prd/p.yaml", "- {op: add, path: /metadata/labels, value: {c: d}}"),
        ("dev/kustomization.yaml", "resources: [../base]\nnamePrefix: dev-\n"),
    ])
}

#[test]
fn layers_are_nested() {
    let (log, options) = observed();
    render(&files(), "prd", &options).unwrap();
    insta::assert_snapshot!(log.take(), @r"
    build of prd
      kustomization prd
        read /prd/kustomization.yaml, 152 bytes
        kustomization base
          read /base/kustomization.yaml, 52 bytes
          read /base/cm.yaml, 53 bytes
          step secretGenerator key
        kustomization base: done, 2 resources
        component note
          read /note/kustomization.yaml, 87 bytes
          step commonAnnotations
        component note: done, 2 resources
        read /prd/p.yaml, 50 bytes
        read /prd/p.yaml, 50 bytes
        step patches
        step namespace
      kustomization prd: done, 2 resources
      step content hash
      step nameReference
      step vars
    build of prd: done, 2 resources
    ");
}

#[test]
fn a_base_that_was_built_before_is_said_to_be() {
    let log = Log::default();
    let builder = Builder::new(files());
    builder.build("dev").unwrap();
    let builder = builder.observed(log.observer());
    builder.build("prd").unwrap();
    let heard = log.take();
    assert!(heard.contains("\n    kustomization base: built before, 2 resources\n"), "{heard}");
    assert!(!heard.contains("read /base"), "{heard}");
    builder.forget();
    builder.build("prd").unwrap();
    assert!(log.take().contains("\n    kustomization base: done, 2 resources\n"));
}

#[test]
fn a_build_that_fails_leaves_nothing_open() {
    let (log, options) = observed();
    let mut host = files();
    host.insert("base/kustomization.yaml", "resources: [missing.yaml, cm.yaml]\n");
    render(&host, "prd", &options).unwrap_err();
    insta::assert_snapshot!(log.take(), @r"
    build of prd
      kustomization prd
        read /prd/kustomization.yaml, 152 bytes
        kustomization base
          read /base/kustomization.yaml, 35 bytes
          read /base/cm.yaml, 53 bytes
        kustomization base: failed
      kustomization prd: failed
    build of prd: failed
    ");
    render(&host, "nowhere", &options).unwrap_err();
    insta::assert_snapshot!(log.take(), @r"
    build of nowhere
    build of nowhere: failed
    ");
}

#[test]
fn an_observer_can_give_the_build_up() {
    let is_cancelled = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&is_cancelled);
    let mut options = Options::default();
    options.cancelled = Some(kbuild_core::Cancelled::when(move || asked.load(Ordering::Relaxed)));
    options.observer = Observer::new(move |event| {
        if let Event::Step { field: "patches", .. } = event {
            is_cancelled.store(true, Ordering::Relaxed);
        }
    });
    let error = render(&files(), "prd", &options).unwrap_err();
    assert_eq!(error.code(), Code::CANCELLED, "{error}");
}

#[test]
fn every_case_ends_all_that_it_begins() {
    let mut targets = Vec::new();
    find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata"), &mut targets);
    let (log, options) = observed();
    for target in &targets {
        let is_built = render(&DiskHost::new(), target, &options).is_ok();
        let heard = log.take();
        let last = heard.lines().last().unwrap();
        let ending = if is_built { ": done, " } else { ": failed" };
        assert!(last.starts_with("build of ") && last.contains(ending), "{heard}");
    }
}

/// The folders with a kustomization.
fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("kustomization.yaml") {
            found.push(folder.to_owned());
        } else if path.is_dir() && !path.is_symlink() {
            find(&path, found);
        }
    }
}

#[test]
fn builds_at_once_have_observers_of_their_own() {
    let builder = Builder::new(files());
    let alone = |name| {
        let (log, options) = observed();
        render(&files(), name, &options).unwrap();
        log.take()
    };
    let alone = [("dev", alone("dev")), ("prd", alone("prd"))];
    std::thread::scope(|scope| {
        for (name, alone) in alone.iter().cycle().take(8) {
            let builder = &builder;
            scope.spawn(move || {
                for _ in 0..50 {
                    let log = Log::default();
                    builder.observed(log.observer()).build(name).unwrap();
                    // What is below a base that was built before is all that may be missing.
                    let mut rest = alone.lines();
                    for line in log.take().lines().filter(|line| !line.contains("built before")) {
                        assert!(rest.any(|other| other == line), "{line}");
                    }
                }
            });
        }
    });
}

/// Files in memory, a web with two files of resources and a broken one, a helm, and functions that change nothing.
#[derive(Clone)]
struct World {
    files: MemoryHost,
    is_online: Arc<AtomicBool>,
}

impl Host for World {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.read(path)
    }
    fn kind(&self, path: &Path) -> PathKind {
        self.files.kind(path)
    }
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.files.canonicalize(path)
    }
    fn list(&self, path: &Path) -> Vec<String> {
        self.files.list(path)
    }
    fn temporary_folder(&self) -> io::Result<TemporaryFolder> {
        DiskHost::new().with_programs().temporary_folder()
    }
    fn run(&self, program: &Program) -> io::Result<Finished> {
        let output = match program.arguments.first().map(String::as_str) {
            Some("version") => b"v3.17.3".to_vec(),
            Some("template") => CONFIG_MAP.replace("app", "chart").into_bytes(),
            _ => program.input.clone(),
        };
        Ok(Finished { status: Some(0), output, errors: Vec::new() })
    }
    fn fetch(&self, url: &str) -> io::Result<Fetched> {
        if !self.is_online.load(Ordering::Relaxed) {
            return Err(io::Error::other("nobody is there"));
        }
        let name = url.rsplit('/').next().unwrap_or_default();
        let content = CONFIG_MAP.replace("app", name).into_bytes();
        Ok(Fetched { status: 200, content })
    }
}

#[test]
fn charts_functions_and_fetches_are_tasks() {
    let (log, mut options) = observed();
    options.helm.enabled = true;
    options.enable_alpha_plugins = true;
    let function = "apiVersion: example.com/v1\nkind: Check\nmetadata:\n  name: all\n  annotations:\n    config.kubernetes.io/function: 'container: {image: check}'\n";
    let files = MemoryHost::from_iter([
        (
            "kustomization.yaml",
            "resources: ['https://me:secret@example.com/one']\nhelmCharts: [{name: demo, releaseName: r}]\ntransformers: [check.yaml]\n",
        ),
        ("charts/demo/values.yaml", "a: b\n"),
        ("check.yaml", function),
    ]);
    let host = World { files, is_online: Arc::new(AtomicBool::new(true)) };
    render(&host, ".", &options).unwrap();
    insta::assert_snapshot!(log.take(), @r"
    build of .
      kustomization .
        read /kustomization.yaml, 119 bytes
        fetch of https://me:***@example.com/one
        fetch of https://me:***@example.com/one: done
        chart demo
          read /charts/demo/values.yaml, 5 bytes
        chart demo: done, 1 resource
        read /check.yaml, 139 bytes
        step Check all
        function Check/all
        function Check/all: done, 2 resources
      kustomization .: done, 2 resources
      step content hash
      step nameReference
      step vars
    build of .: done, 2 resources
    ");
}

#[test]
fn fetches_may_overlap_and_are_tried_again_by_the_next_build() {
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let notes = Arc::clone(&heard);
    let observer = Observer::new(move |event| notes.lock().unwrap().push(event.to_string()));
    let urls: String = (0..20).map(|n| format!("- https://example.com/n{n}\n")).collect();
    let files = MemoryHost::from_iter([("kustomization.yaml", format!("resources:\n{urls}"))]);
    let host = World { files, is_online: Arc::default() };
    let is_online = Arc::clone(&host.is_online);
    let builder = Builder::new(host).observed(observer);
    let fetches = |ending: &str| {
        let mut heard = std::mem::take(&mut *heard.lock().unwrap());
        assert!(heard.last().unwrap().starts_with("build of ."));
        heard.retain(|line| line.starts_with("fetch of"));
        for number in 0..20 {
            let task = format!("fetch of https://example.com/n{number}");
            let about: Vec<&String> =
                heard.iter().filter(|line| line.split(": ").next() == Some(&task)).collect();
            assert_eq!(about, [&task, &format!("{task}: {ending}")]);
        }
        heard.len()
    };
    builder.build(".").unwrap_err();
    assert_eq!(fetches("failed"), 40);
    is_online.store(true, Ordering::Relaxed);
    assert_eq!(builder.build(".").unwrap().resources().len(), 20);
    assert_eq!(fetches("done"), 40);
    is_online.store(false, Ordering::Relaxed);
    assert_eq!(builder.build(".").unwrap().resources().len(), 20);
    assert!(!heard.lock().unwrap().iter().any(|line| line.starts_with("fetch")));
    builder.forget_remote();
    builder.build(".").unwrap_err();
}

#[test]
fn a_build_that_was_given_up_or_reads_too_much_says_so_once() {
    let mut options = Options::default();
    options.cancelled = Some(kbuild_core::Cancelled::when(|| true));
    let error = render(&files(), "prd", &options).unwrap_err();
    assert_eq!((error.code(), error.diagnostics().count()), (Code::CANCELLED, 1), "{error}");

    let mut options = Options::default();
    options.limits.input_bytes = 200;
    let error = render(&files(), "prd", &options).unwrap_err();
    assert_eq!((error.code(), error.diagnostics().count()), (Code::LIMIT, 1), "{error}");
    assert_eq!(error.to_string(), "the build has read more than 200 bytes, its limit");
}

#[test]
fn drawing_a_message_is_no_reading() {
    let mut host = files();
    host.insert(
        "prd/kustomization.yaml",
        "resources: [../base]\nimages: [{name: none, newTag: x}]\n",
    );
    let mut options = Options::default();
    options.inputs = true;
    let rendered = render(&host, "prd", &options).unwrap();
    assert_eq!(rendered.warnings().len(), 1);
    assert!(
        rendered.inputs().iter().all(|input| input.name.starts_with('/')),
        "{:?}",
        rendered.inputs()
    );
}

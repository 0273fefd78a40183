//! Several threads give what one gives: the same resources, and the same words where something is wrong.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails where anything is refused, and writes files"
)]

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kbuild_core::{Cancelled, Code, DiskHost, MemoryHost, Options, render};

/// Files with a Deployment, a Service and a ConfigMap that the Deployment refers to, in a base and an overlay.
fn host(files: usize, overlay: &str) -> MemoryHost {
    let mut host = MemoryHost::new();
    let mut base = "resources:\n".to_owned();
    for number in 0..files {
        let _ = writeln!(base, "- app-{number}.yaml");
        host.insert(format!("base/app-{number}.yaml"), app(number));
    }
    host.insert("base/kustomization.yaml", base);
    host.insert("overlay/kustomization.yaml", format!("resources: [../base]\n{overlay}"));
    host
}

fn app(number: usize) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: app-{number}, namespace: space-{number}}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: main\n        image: example.com/app:{number}\n        envFrom: [{{configMapRef: {{name: settings-{number}}}}}]\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings-{number}, namespace: space-{number}}}\ndata: {{number: \"{number}\"}}\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: app-{number}, namespace: space-{number}}}\nspec: {{ports: [{{port: 80}}]}}\n"
    )
}

const OVERLAY: &str = r#"namespace: prd
namePrefix: prd-
labels: [{pairs: {env: prd}, includeSelectors: true}]
commonAnnotations: {owner: team}
images: [{name: example.com/app, newTag: v2}, {name: example-com/app, newTag: v3}, {name: other, newTag: v4}]
replicas: [{name: app-7, count: 3}]
patches:
- target: {kind: Deployment}
  patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: any}, spec: {paused: true}}'
- target: {kind: Service}
  patch: '[{"op": "add", "path": "/spec/type", "value": "ClusterIP"}]'
- target: {kind: Job}
  patch: '[{"op": "remove", "path": "/spec"}]'
"#;

/// All that a build says, in so many threads; none for as many as it thinks best.
fn said(host: &MemoryHost, threads: Option<usize>) -> String {
    let mut options = Options::default();
    options.threads = threads.and_then(NonZeroUsize::new);
    match render(host, "overlay", &options) {
        Ok(rendered) => {
            let warnings: String =
                rendered.warnings().iter().map(|warning| format!("{warning}\n")).collect();
            format!("{warnings}{}", rendered.to_yaml().unwrap_or_else(|error| error.to_string()))
        }
        Err(error) => {
            let mut text = String::new();
            error.diagnostics().for_each(|diagnostic| {
                let _ = writeln!(text, "{diagnostic}");
            });
            text
        }
    }
}

/// What one thread says, after a check that others say the same.
fn agreed(host: &MemoryHost) -> String {
    let one = said(host, Some(1));
    for threads in [None, Some(2), Some(3), Some(16)] {
        for _ in 0..3 {
            assert!(said(host, threads) == one, "{threads:?} threads say something else");
        }
    }
    one
}

#[test]
fn the_same_resources_and_warnings() {
    let text = agreed(&host(700, OVERLAY));
    assert_eq!(text.matches("\n---\n").count(), 2099);
    assert!(text.contains("name: prd-settings-699\n"), "{text}");
    let first: Vec<&str> = text.lines().take(4).collect();
    assert!(first[0].contains("there is no resource with kind Job"), "{first:?}");
}

#[test]
fn one_large_file() {
    let mut host = MemoryHost::new();
    let all: Vec<String> = (0..700).map(app).collect();
    host.insert("overlay/all.yaml", all.join("---\n"));
    host.insert("overlay/kustomization.yaml", format!("resources: [all.yaml]\n{OVERLAY}"));
    assert_eq!(agreed(&host).matches("\n---\n").count(), 2099);
    for (broken, said) in [("a: [\n", "all.yaml:14702"), ("a: &a 1\nb: *a\n", "no kind")] {
        host.insert("overlay/all.yaml", format!("{}---\n{broken}", all.join("---\n")));
        let text = agreed(&host);
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn the_same_errors_of_files() {
    let mut host = host(700, OVERLAY);
    host.insert("base/app-5.yaml", "a: b: c\n");
    host.insert("base/app-300.yaml", "kind: ConfigMap\n");
    host.insert("base/app-699.yaml", app(1));
    let text = agreed(&host);
    for file in ["app-5.yaml", "app-300.yaml", "app-1.yaml"] {
        assert!(text.contains(file), "{text}");
    }
}

/// A folder with files, some of which are bases that are called as files are.
struct Mixed(tempfile::TempDir);

impl Mixed {
    fn new(files: usize, is_base: impl Fn(usize) -> bool, more: &str) -> Mixed {
        let folder = Mixed(tempfile::tempdir().unwrap());
        let mut kustomization = format!("sortOptions: {{order: fifo}}\n{more}resources:\n");
        for number in 0..files {
            let _ = writeln!(kustomization, "- app-{number}.yaml");
            match is_base(number) {
                true => {
                    let base = format!("app-{number}.yaml");
                    folder.write(&format!("{base}/kustomization.yaml"), "resources: [app.yaml]\n");
                    folder.write(&format!("{base}/app.yaml"), &app(number));
                }
                false => folder.write(&format!("app-{number}.yaml"), &app(number)),
            }
        }
        folder.write("kustomization.yaml", &kustomization);
        folder
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// What one thread says, after a check that others say the same.
    fn agreed(&self) -> String {
        let said = |threads| {
            let mut options = Options::default();
            options.threads = NonZeroUsize::new(threads);
            let rendered = render(&DiskHost::new(), self.0.path(), &options);
            rendered.map_or_else(|error| error.to_string(), |rendered| rendered.to_yaml().unwrap())
        };
        let one = said(1);
        assert!([2, 3, 16].iter().all(|threads| said(*threads) == one), "{one}");
        one
    }
}

#[test]
fn folders_and_duplicates_among_files() {
    let folder = Mixed::new(200, |number| number % 70 == 69, "");
    let text = folder.agreed();
    let at = |number| text.find(&format!("name: app-{number}\n")).unwrap();
    assert!(at(68) < at(69) && at(69) < at(70) && at(139) < at(140), "{text}");
    // One is there twice, in a file and in a base.
    folder.write("app-139.yaml/app.yaml", &app(3));
    assert!(folder.agreed().contains("is there twice"));
}

#[test]
fn what_stands_behind_a_first_folder_is_found() {
    let patch = "patches: [{patch: '{apiVersion: v1, kind: Service, metadata: {name: app-150, namespace: space-150}, spec: {type: None}}'}]\n";
    let text = Mixed::new(200, |number| number == 0, patch).agreed();
    assert_eq!(text.matches("type: None\n").count(), 1, "{text}");
    let folder = Mixed::new(200, |number| number == 0, "");
    folder.write("app-150.yaml", &app(120));
    assert!(folder.agreed().contains("is there twice"));
}

#[test]
fn the_schema_of_a_folder_holds_for_what_stands_behind_it() {
    let folder = Mixed::new(100, |number| number == 3, "namespace: prd\n");
    for number in (0..100).filter(|number| *number != 3) {
        let node =
            format!("apiVersion: example.com/v1\nkind: Node\nmetadata: {{name: n{number}}}\n");
        folder.write(&format!("app-{number}.yaml"), &node);
    }
    folder.write(
        "app-3.yaml/kustomization.yaml",
        "resources: [app.yaml]\nopenapi: {path: schema.json}\n",
    );
    folder.write("app-3.yaml/schema.json", r#"{"definitions": {"v1.Node": {"x-kubernetes-group-version-kind": [{"group": "example.com", "kind": "Node", "version": "v1"}]}}, "paths": {"/apis/example.com/v1/nodes/{name}": {"get": {"x-kubernetes-action": "get", "x-kubernetes-group-version-kind": {"group": "example.com", "kind": "Node", "version": "v1"}}}}}"#);
    // They live in no namespace; what is in the base does.
    assert_eq!(folder.agreed().matches("namespace: prd\n").count(), 3);
}

#[test]
fn the_same_errors_of_transformers() {
    // Two patches refuse resources, and what comes after them is not reached.
    let patches = "patches:\n- {target: {kind: Service}, patch: '[{\"op\": \"remove\", \"path\": \"/spec/none\"}]'}\n- {target: {kind: Deployment}, patch: '[{\"op\": \"test\", \"path\": \"/spec/paused\", \"value\": true}]'}\nimages: [{name: a, newTag: b}]\nnamespace: prd\n";
    let text = agreed(&host(300, patches));
    assert!(text.contains("Service") && text.contains("Deployment"), "{text}");
    // All are put into one namespace, and the last is called as one before it.
    let mut twice = host(300, "namespace: prd\nnamePrefix: x-\n");
    twice.insert("base/app-299.yaml", app(17).replace("space-17", "elsewhere"));
    let text = agreed(&twice);
    assert!(text.contains("is there twice"), "{text}");
}

#[test]
fn more_errors_than_anybody_reads() {
    let mut host = host(700, OVERLAY);
    for number in 200..400 {
        host.insert(format!("base/app-{number}.yaml"), "a: b: c\n");
    }
    let text = agreed(&host);
    assert!(text.contains("app-249.yaml") && !text.contains("app-250.yaml"), "{text}");
}

#[test]
fn a_build_that_is_given_up_once_is_given_up() {
    let host = host(700, OVERLAY);
    let build = |threads, given_up_at: usize| {
        let asked = Arc::new(AtomicUsize::new(0));
        let asking = Arc::clone(&asked);
        let mut options = Options::default();
        options.threads = NonZeroUsize::new(threads);
        options.cancelled =
            Some(Cancelled::when(move || asking.fetch_add(1, Ordering::Relaxed) == given_up_at));
        let code = render(&host, "overlay", &options).err().map(|error| error.code());
        (code, asked.load(Ordering::Relaxed))
    };
    for threads in [1, 4] {
        let (code, asked) = build(threads, usize::MAX);
        assert!(code.is_none() && asked > 700, "{code:?} {asked}");
        // The last times that it is asked, the resources are being changed.
        for given_up_at in asked - 6..asked {
            assert_eq!(build(threads, given_up_at).0, Some(Code::CANCELLED), "{given_up_at}");
        }
    }
}

#[test]
fn a_build_that_is_given_up() {
    let host = host(700, OVERLAY);
    for threads in [1, 4] {
        let mut options = Options::default();
        options.threads = NonZeroUsize::new(threads);
        options.cancelled = Some(Cancelled::when(|| true));
        let error = render(&host, "overlay", &options).err();
        assert_eq!(error.map(|error| error.code()), Some(Code::CANCELLED));
    }
}

//! Many builds with one builder give what each gives alone.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read files, and fail where they cannot"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kbuild_core::{
    Builder, DiskHost, Error, Host, MemoryHost, Options, Overrides, PathKind, Rendered, render,
};

const THREADS: usize = 8;
const ROUNDS: usize = 6;

/// What a build says: its output and warnings, or its errors.
fn said(result: Result<Rendered, Error>) -> String {
    let printed = result.and_then(|rendered| {
        let warnings = rendered.warnings().iter().map(|warning| format!("{warning}\n"));
        let warnings: String = warnings.collect();
        Ok(format!("{}{warnings}", rendered.to_yaml()?))
    });
    printed.unwrap_or_else(|error| error.to_string())
}

#[test]
fn every_case_on_eight_threads() {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let mut targets = Vec::new();
    find(&testdata, &mut targets);
    let alone: Vec<String> = targets
        .iter()
        .map(|target| said(render(&DiskHost::new(), target, &Options::default())))
        .collect();
    let builder = Builder::new(DiskHost::new());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (builder, next, targets, alone) = (&builder, &next, &targets, &alone);
            scope.spawn(move || {
                loop {
                    // Each thread goes through them in an order of its own.
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= targets.len() * ROUNDS {
                        return;
                    }
                    let index = (number * (2 * thread + 1)) % targets.len();
                    let together = said(builder.build(&targets[index]));
                    assert_eq!(together, alone[index], "{}", targets[index].display());
                }
            });
        }
    });
    assert!(targets.len() * ROUNDS > 3000, "{}", targets.len());
}

/// Reads from memory, and counts how often.
struct Counting(MemoryHost, Arc<AtomicUsize>);

impl Host for Counting {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.read(path)
    }
    fn kind(&self, path: &Path) -> PathKind {
        self.0.kind(path)
    }
    fn canonicalize(&self, path: &Path) -> std::io::Result<PathBuf> {
        self.0.canonicalize(path)
    }
    fn list(&self, path: &Path) -> Vec<String> {
        self.0.list(path)
    }
}

#[test]
fn overrides_share_bases_and_nothing_else() {
    let config_map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n";
    let host = MemoryHost::from_iter([
        ("base/kustomization.yaml", "resources: [cm.yaml]\n"),
        ("base/cm.yaml", config_map),
        ("app/kustomization.yaml", "resources: [../base]\nnamePrefix: a-\n"),
        ("all/kustomization.yaml", "resources: [../app]\n"),
    ]);
    let reads = Arc::new(AtomicUsize::new(0));
    let builder = Builder::new(Counting(host, Arc::clone(&reads)));
    let name = |rendered: Result<Rendered, Error>| {
        let rendered = rendered.unwrap();
        let resource = &rendered.resources()[0];
        format!("{}/{}", resource.namespace(), resource.name())
    };
    let mut overrides = Overrides::default();
    for number in 0..10 {
        overrides.namespace = Some(format!("ns{number}"));
        assert_eq!(name(builder.build_with("app", &overrides)), format!("ns{number}/a-app"));
        let text = format!("namePrefix: p{number}-\nresources: [../base]\n");
        assert_eq!(name(builder.build_text("app", text)), format!("/p{number}-app"));
    }
    // The base once, and the kustomization each time that it is changed.
    assert_eq!(reads.load(Ordering::Relaxed), 2 + 10);
    assert_eq!(name(builder.build("all")), "/a-app");
    let mut tree = kbuild_core::yaml::Node::mapping();
    let resources = vec![kbuild_core::yaml::Node::string("../app")];
    let sequence = kbuild_core::yaml::Node::sequence(resources);
    tree.as_mapping_mut().unwrap().insert("resources", sequence);
    assert_eq!(name(builder.build_node("new/folder/..", &tree)), "/a-app");
}

#[test]
fn what_cannot_be_written_names_who_uses_the_base_now() {
    let host = MemoryHost::from_iter([
        ("base/kustomization.yaml", "resources: [a.yaml]\n"),
        ("base/a.yaml", "apiVersion: v1\nkind: A\nmetadata: {name: a}\nspec: .inf\n"),
        ("one/kustomization.yaml", "resources: [../base]\n"),
        ("two/kustomization.yaml", "# of the team\nresources:\n- ../base\n"),
    ]);
    let builder = Builder::new(host.clone());
    for (folder, line) in [("one", 1), ("two", 3), ("one", 1)] {
        let said = |rendered: Rendered| {
            rendered.to_yaml().unwrap_err().with_lines(&host).first().to_string()
        };
        let text = said(builder.build(folder).unwrap());
        assert_eq!(text, said(render(&host, folder, &Options::default()).unwrap()));
        assert!(text.contains("--> base/a.yaml:4"), "{text}");
        let chain =
            format!("from base/kustomization.yaml:1\n  from {folder}/kustomization.yaml:{line}");
        assert!(text.contains(&chain), "{text}");
    }
}

/// The folders with a kustomization.
fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    if entries.iter().any(|path| path.ends_with("kustomization.yaml")) {
        found.push(folder.to_owned());
    }
    for entry in entries.iter().filter(|path| path.is_dir() && !path.is_symlink()) {
        find(entry, found);
    }
}

#[test]
fn a_base_that_leads_round_in_a_circle_for_one_user_is_refused_there_whoever_came_before() {
    let config_map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let host = MemoryHost::from_iter([
        ("other/kustomization.yaml", "resources: [../base]\n"),
        ("area/overlay/kustomization.yaml", "resources: [../../base]\n"),
        ("base/kustomization.yaml", "resources: [../middle]\n"),
        // What this names holds the overlay above, and nobody else's folder.
        ("middle/kustomization.yaml", "resources: [../area]\n"),
        ("area/kustomization.yaml", "resources: [cm.yaml]\n"),
        ("area/cm.yaml", config_map),
    ]);
    let alone = said(render(&host, "area/overlay", &Options::default()));
    assert!(alone.contains("round in a circle"), "{alone}");
    let builder = Builder::new(host);
    assert_eq!(builder.build("other").unwrap().resources().len(), 1);
    assert_eq!(said(builder.build("area/overlay")), alone);
}

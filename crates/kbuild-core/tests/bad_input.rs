//! Bad input that is too large or too odd to check in: every kind gets one clear error, and nothing else happens.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

use kbuild_core::yaml::MAX_DEPTH;
use kbuild_core::{DiskHost, Error, LoadRestrictor, MemoryHost, Options, render};

const KUSTOMIZATION: &str = "resources: [a.yaml]\n";

/// Builds one resource file and expects an error at a place in it that says `message`.
fn check(resource: impl Into<Vec<u8>>, line: u32, message: &str) {
    let mut host = MemoryHost::new();
    host.insert("kustomization.yaml", KUSTOMIZATION);
    host.insert("a.yaml", resource);
    let error = refused(&host);
    assert!(error.message().contains(message), "{error}");
    assert_eq!((error.file(), error.line()), (Some("a.yaml"), Some(line)), "{error}");
}

fn refused(host: &MemoryHost) -> Error {
    match render(host, ".", &Options::default()) {
        Err(error) => error,
        Ok(rendered) => rendered.to_yaml().expect_err("it is built and printed"),
    }
}

#[test]
fn ten_thousand_levels_of_flow_lists() {
    check("[".repeat(10_000), 1, "nested");
    check(format!("a: {}{}", "[".repeat(10_000), "]".repeat(10_000)), 1, "nested");
}

#[test]
fn ten_thousand_levels_of_mappings() {
    let levels: String = (0..10_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    check(levels, 201, "nested");
    assert_eq!(MAX_DEPTH, 200);
    check("{a: ".repeat(10_000), 1, "nested");
    check("- ".repeat(10_000) + "a", 1, "nested");
}

#[test]
fn the_deepest_documents_are_built_and_printed() {
    const LEVELS: usize = MAX_DEPTH - 2;
    let deep =
        |open: &str, close: &str| format!("{}1{}", open.repeat(LEVELS), close.repeat(LEVELS));
    let resource = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Deep\nmetadata: {{name: {name}}}\nlist: {}\nmap: {}\n",
            deep("[", "]"),
            deep("{a: ", "}")
        )
    };
    let patch = "- op: add\n  path: /added\n  value: 1\n";
    let host = MemoryHost::from_iter([
        ("kustomization.yaml", "resources: [a.yaml]\nnamespace: ns\nnamePrefix: p-\ncommonLabels: {a: b}\nimages: [{name: a, newTag: b}]\npatches:\n- path: merge.yaml\n- path: json.yaml\n  target: {kind: Deep}\n".to_owned()),
        ("a.yaml", resource("a")),
        ("merge.yaml", resource("a")),
        ("json.yaml", patch.to_owned()),
    ]);
    let rendered = render(&host, ".", &Options::default()).unwrap();
    assert!(rendered.to_yaml().unwrap().contains("added: 1\n"));
}

#[test]
fn an_alias_bomb() {
    let mut bomb = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let references = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb += &format!("a{level}: &a{level} [{references}]\n");
    }
    let mut host = MemoryHost::new();
    host.insert("kustomization.yaml", KUSTOMIZATION);
    host.insert("a.yaml", bomb);
    let error = refused(&host);
    assert!(error.message().contains("alias"), "{error}");
    assert!(error.line().is_some());
}

#[test]
fn an_anchor_that_holds_itself() {
    check("a: &a [*a]\n", 1, "a");
}

#[test]
fn binary_junk() {
    let junk: Vec<u8> =
        (0..4096u32).map(|at| u8::try_from((at * 7919) % 256).unwrap_or(0) | 0x80).collect();
    check(junk, 1, "UTF-8");
    check(vec![0; 4096], 1, "control character");
}

#[test]
fn binary_junk_as_a_kustomization() {
    let host = MemoryHost::from_iter([("kustomization.yaml", vec![0xff_u8; 100])]);
    let error = refused(&host);
    assert_eq!((error.file(), error.line()), (Some("kustomization.yaml"), Some(1)), "{error}");
}

#[test]
fn nesting_without_end() {
    let mut host = MemoryHost::new();
    for level in 0..2000 {
        let next = format!("resources: [../l{}]\n", level + 1);
        host.insert(format!("l{level}/kustomization.yaml"), next);
    }
    let error = match render(&host, "l0", &Options::default()) {
        Err(error) => error,
        Ok(_) => panic!("it is built"),
    };
    assert!(error.message().contains("nested"), "{error}");
}

/// What a build of these files is refused for, with limits of a hundredth and less: it takes no time.
fn refused_early(files: Vec<(String, String)>, folder: &str) -> Error {
    let mut options = Options::default();
    options.limits.copied_bytes /= 1000;
    options.limits.repeated_bases /= 100;
    options.limits.resources /= 100;
    let error = render(&MemoryHost::from_iter(files), folder, &options).expect_err("it is built");
    assert_eq!(error.code().to_string(), "KB1021", "{error}");
    error
}

fn with_config_map(kustomization: &str, data: &str) -> Vec<(String, String)> {
    let resource = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: cm}}\n{data}\n");
    vec![
        ("kustomization.yaml".to_owned(), format!("{KUSTOMIZATION}{kustomization}")),
        ("a.yaml".to_owned(), resource),
    ]
}

/// Each replacement puts the field into itself.
#[test]
fn replacements_that_double_a_field() {
    for (data, target) in [
        ("data: {a: x-x}", "[data.a], options: {delimiter: '-', index: 0}"),
        ("data: {a: 'k: x'}", "[data.a.k]"),
        ("data: {a: {b: c}}", "[data.a.NEW], options: {create: true}"),
    ] {
        let source = "source: {kind: ConfigMap, fieldPath: data.a}";
        let one = format!(
            "- {source}\n  targets:\n  - {{select: {{kind: ConfigMap}}, fieldPaths: {target}}}\n"
        );
        let all: String = (0..60).map(|at| one.replace("NEW", &format!("n{at}"))).collect();
        let replacements = format!("replacements:\n{all}");
        let error = refused_early(with_config_map(&replacements, data), ".");
        assert_eq!(error.file(), Some("kustomization.yaml"), "{error}");
        assert!(error.message().contains("write more than"), "{error}");
        assert!(error.line().is_some(), "{error}");
    }
}

#[test]
fn copies_of_a_json_patch_that_double_a_mapping() {
    let copies: String =
        (0..60).map(|at| format!("    - {{op: copy, from: /data, path: /data/a{at}}}\n")).collect();
    let patches = format!("patches:\n- target: {{kind: ConfigMap}}\n  patch: |\n{copies}");
    let error = refused_early(with_config_map(&patches, "data: {a: b}"), ".");
    assert_eq!(error.file(), Some("kustomization.yaml"), "{error}");
    assert!(error.message().contains("(`copy`)") && error.line() > Some(4), "{error}");
}

#[test]
fn vars_that_make_a_text_too_large() {
    let vars = "vars: [{name: A, objref: {apiVersion: v1, kind: ConfigMap, name: cm}, fieldref: {fieldpath: data.a}}]\nconfigurations: [c.yaml]\n";
    let data = format!("data: {{a: {}, b: {}}}", "x".repeat(1000), "-$(A)".repeat(100));
    let mut files = with_config_map(vars, &data);
    files.push(("c.yaml".to_owned(), "varReference: [{path: data/b}]\n".to_owned()));
    let mut options = Options::default();
    options.limits.copied_bytes = 10_000;
    let error = render(&MemoryHost::from_iter(files), ".", &options).unwrap_err();
    assert_eq!(error.code().to_string(), "KB1021", "{error}");
    assert_eq!((error.file(), error.line()), (Some("a.yaml"), Some(4)), "{error}");
}

/// Each level names the next one twice.
#[test]
fn bases_that_are_named_again_and_again() {
    let mut files = Vec::new();
    for level in 0..18 {
        for side in ["a", "b"] {
            let next = format!("resources: [../a{0}, ../b{0}]\nnameSuffix: -{side}\n", level + 1);
            files.push((format!("{side}{level}/kustomization.yaml"), next));
        }
    }
    for side in ["a", "b"] {
        let text = "configMapGenerator: [{name: x}]\n";
        files.push((format!("{side}18/kustomization.yaml"), text.replace('x', side)));
    }
    let error = refused_early(files, "a0");
    assert!(error.message().contains("built anew more than 100 times"), "{error}");
    assert_eq!(error.diagnostics().count(), 1, "{error}");
    assert!(error.line().is_some(), "{error}");
}

/// They count as they are loaded.
#[test]
fn more_resources_than_a_build_may_have() {
    let one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\n---\n";
    let many: String = (0..2500).map(|at| one.replace("cm", &format!("cm{at}"))).collect();
    let mut files = vec![
        ("base/kustomization.yaml".to_owned(), KUSTOMIZATION.to_owned()),
        ("base/a.yaml".to_owned(), many),
    ];
    for at in 0..5 {
        let text = format!("resources: [../base]\nnameSuffix: -x{at}\n");
        files.push((format!("o{at}/kustomization.yaml"), text));
    }
    let text = "resources: [../o0, ../o1, ../o2, ../o3, ../o4, ../nowhere]\n";
    files.push(("all/kustomization.yaml".to_owned(), text.to_owned()));
    let error = refused_early(files, "all");
    assert!(error.message().contains("more than 10000 resources"), "{error}");
}

#[cfg(unix)]
mod links {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_out_of_the_root() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("in");
        fs::create_dir(&inside).unwrap();
        fs::write(inside.join("kustomization.yaml"), KUSTOMIZATION).unwrap();
        fs::write(
            folder.path().join("secret.yaml"),
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n",
        )
        .unwrap();
        symlink("../secret.yaml", inside.join("a.yaml")).unwrap();
        let error = render(&DiskHost::new(), &inside, &Options::default()).unwrap_err();
        assert!(error.message().starts_with("a.yaml is a link that leads out of"), "{error}");
        assert!(error.file().unwrap().ends_with("in/kustomization.yaml"));
        assert_eq!(error.line(), Some(1));

        let mut options = Options::default();
        options.load_restrictor = LoadRestrictor::None;
        assert_eq!(render(&DiskHost::new(), &inside, &options).unwrap().resources().len(), 1);
    }

    #[test]
    fn a_link_to_itself() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("kustomization.yaml"), KUSTOMIZATION).unwrap();
        symlink("a.yaml", folder.path().join("a.yaml")).unwrap();
        let error = render(&DiskHost::new(), folder.path(), &Options::default()).unwrap_err();
        assert!(error.message().contains("a.yaml"), "{error}");
    }

    #[test]
    fn a_link_to_the_folder_itself() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("kustomization.yaml"), "resources: [again]\n").unwrap();
        symlink(".", folder.path().join("again")).unwrap();
        let error = render(&DiskHost::new(), folder.path(), &Options::default()).unwrap_err();
        assert!(error.message().contains("circle"), "{error}");
    }
}

#[test]
fn of_many_mistakes_fifty_are_told() {
    let one = |kind: &str, number: usize| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {kind}-{number}}}\n")
    };
    let many =
        |kind: &str| (0..200).map(|number| one(kind, number)).collect::<Vec<_>>().join("---\n");
    let host = MemoryHost::from_iter([
        ("kustomization.yaml", "resources: [a.yaml]\npatches: [{path: p.yaml}]\n".to_owned()),
        ("a.yaml", many("thing")),
        ("p.yaml", many("other")),
    ]);
    let error = refused(&host);
    assert!(error.is_full() && error.diagnostics().count() == 50);
    assert!(error.to_string().ends_with("these errors came up first, and there may be more"));
}

/// A merge writes `n` with quotes. That alone does not make the patch the one who wrote it.
#[test]
fn a_mistake_is_in_the_same_place_with_provenance() {
    let head = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n";
    let host = MemoryHost::from_iter([
        ("kustomization.yaml", "resources: [a.yaml]\npatches: [{path: p.yaml}]\n".to_owned()),
        ("a.yaml", format!("{head}spec:\n  n\n")),
        ("p.yaml", head.to_owned()),
    ]);
    let mut options = Options::default();
    for provenance in [false, true] {
        options.provenance = provenance;
        let error = render(&host, ".", &options).unwrap_err();
        assert_eq!((error.file(), error.line()), (Some("a.yaml"), Some(6)), "{error}");
    }
}

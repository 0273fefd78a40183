//! Texts before and after an edit.

use std::path::Path;

use super::*;
use crate::host::MemoryHost;

const HEAD: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

/// Edits a text that begins with the two lines of its type, which neither `before` nor `after` shows.
#[track_caller]
fn check(before: &str, edit: impl FnOnce(&mut KustomizationFile), after: &str) {
    check_whole(&format!("{HEAD}{before}"), edit, &format!("{HEAD}{after}"));
}

#[track_caller]
fn check_whole(before: &str, edit: impl FnOnce(&mut KustomizationFile), after: &str) {
    let mut file = KustomizationFile::parse("kustomization.yaml", before).unwrap();
    edit(&mut file);
    assert_eq!(file.to_text().unwrap(), after);
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn add(entries: &[&str]) -> impl FnOnce(&mut KustomizationFile) {
    move |file| {
        file.add_to(List::Resources, &strings(entries));
    }
}

fn remove(patterns: &[&str]) -> impl FnOnce(&mut KustomizationFile) {
    move |file| {
        assert!(file.remove_from(List::Resources, &strings(patterns)).unwrap());
    }
}

fn image(arguments: &[&str]) -> impl FnOnce(&mut KustomizationFile) {
    move |file| file.set_images(&strings(arguments)).unwrap()
}

fn label(arguments: &[&str]) -> impl FnOnce(&mut KustomizationFile) {
    let pairs = parse_pairs(PairKind::Label, &strings(arguments)).unwrap();
    move |file| file.add_pairs(PairKind::Label, &pairs, true).unwrap()
}

fn namespace(namespace: &'static str) -> impl FnOnce(&mut KustomizationFile) {
    move |file| file.set_namespace(namespace)
}

#[test]
fn a_resource_is_added_behind_the_last_one() {
    check("", add(&["a.yaml"]), "resources:\n- a.yaml\n");
    check("resources:\n- a.yaml\n", add(&["b.yaml", "a.yaml"]), "resources:\n- a.yaml\n- b.yaml\n");
    check(
        "resources:   # what there is\n  # the app\n  - a.yaml   # first\n\n  # the rest\n  - \"b.yaml\"\n# - c.yaml\n\n# where\nnamespace: x\n",
        add(&["d.yaml"]),
        "resources:   # what there is\n  # the app\n  - a.yaml   # first\n\n  # the rest\n  - \"b.yaml\"\n  - d.yaml\n# - c.yaml\n\n# where\nnamespace: x\n",
    );
    check("resources:\n- a.yaml\n\n\nnamespace: x", add(&["b.yaml"]), "resources:\n- a.yaml\n- b.yaml\n\n\nnamespace: x");
    check("namespace: x\nresources:\n- a.yaml", add(&["b.yaml"]), "namespace: x\nresources:\n- a.yaml\n- b.yaml");
    check("Resources:\n- a.yaml\n", add(&["b.yaml"]), "Resources:\n- a.yaml\n- b.yaml\n");
}

#[test]
fn lists_that_are_written_otherwise() {
    check("resources: [a.yaml] # one\n# end\n", add(&["b.yaml"]), "resources: [a.yaml, b.yaml] # one\n# end\n");
    check("resources: [a.yaml,\n  'b.yaml'\n]\n", add(&["c d"]), "resources: [a.yaml, b.yaml, \"c d\"]\n");
    check("resources: []\nnamespace: x\n", add(&["a.yaml"]), "resources:\n- a.yaml\nnamespace: x\n");
    check("resources: [ ]  # none\nnamespace: x\n", add(&["a.yaml"]), "resources:   # none\n- a.yaml\nnamespace: x\n");
    check("resources:\nnamespace: x\n", add(&["a.yaml"]), "resources:\n- a.yaml\nnamespace: x\n");
    check("resources: ~\n", add(&["a.yaml"]), "resources:\n- a.yaml\n");
    check("resources:\n-\n  a.yaml\n", add(&["b.yaml"]), "resources:\n-\n  a.yaml\n- b.yaml\n");
    check("resources: &r\n- a.yaml # gone\n", add(&["b.yaml"]), "resources:\n- a.yaml\n- b.yaml\n");
}

#[test]
fn new_lists_stand_where_the_other_lists_stand() {
    check(
        "resources:\n  - a.yaml\n",
        |file| {
            file.add_to(List::Components, &strings(&["c"]));
        },
        "resources:\n  - a.yaml\ncomponents:\n  - c\n",
    );
    check("resources:\n  - a.yaml\n", image(&["a=b:1"]), "resources:\n  - a.yaml\nimages:\n  - name: a\n    newName: b\n    newTag: \"1\"\n");
}

#[test]
fn entries_are_removed_with_the_comment_behind_them() {
    check("resources:\n# one\n- a.yaml # first\n# two\n- b.yaml\n", remove(&["a.yaml"]), "resources:\n# one\n# two\n- b.yaml\n");
    check("resources:\n- a.yaml\n- b.yaml\n- c.yml\nnamespace: x\n", remove(&["*.yaml"]), "resources:\n- c.yml\nnamespace: x\n");
    check("resources:\n- a.yaml\nnamespace: x\n", remove(&["a.yaml"]), "namespace: x\n");
    check("namespace: x\nresources:\n- a.yaml", remove(&["a.yaml"]), "namespace: x\n");
    check("resources: [a.yaml, b.yaml]\n", remove(&["a.yaml"]), "resources: [b.yaml]\n");
    check("resources: [a.yaml]\n", remove(&["a.yaml"]), "");
}

#[test]
fn line_breaks_and_the_end_of_the_file_stay() {
    let windows = |text: &str| format!("{HEAD}{text}").replace('\n', "\r\n");
    check_whole(
        &windows("resources:\n- a.yaml # one\n\nnamespace: x\n"),
        |file| {
            add(&["b.yaml"])(file);
            image(&["i:v1"])(file);
            namespace("w")(file);
        },
        &windows("resources:\n- a.yaml # one\n- b.yaml\n\nnamespace: w\nimages:\n- name: i\n  newTag: v1\n"),
    );
    check("namespace: x", namespace("w"), "namespace: w");
    check("resources: [a]", namespace("w"), "resources: [a]\nnamespace: w");
    check("resources: [a]\n\n# end\n\n", namespace("w"), "resources: [a]\n\n# end\nnamespace: w\n\n");
    check("resources: [a]\n---\nmore: text\n", namespace("w"), "resources: [a]\nnamespace: w\n---\nmore: text\n");
    check("resources: [a]\n...\n", namespace("w"), "resources: [a]\nnamespace: w\n...\n");
}

#[test]
fn files_that_say_little() {
    check_whole("", namespace("w"), &format!("{HEAD}namespace: w\n").replace(HEAD, HEAD));
    check_whole("# to do\n", add(&["a"]), &format!("# to do\n{HEAD}resources:\n- a\n"));
    check_whole("---\n# to do", add(&["a"]), &format!("---\n# to do\n{}resources:\n- a", HEAD));
    check_whole("\u{FEFF}", add(&["a"]), &format!("\u{FEFF}{HEAD}resources:\n- a\n"));
    check_whole("{}\n", add(&["a"]), "{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, resources: [a]}\n");
    check_whole(
        "{\n \"resources\": [\"a\"]\n}\n",
        add(&["b"]),
        "{\"resources\": [\"a\", \"b\"], \"apiVersion\": \"kustomize.config.k8s.io/v1beta1\", \"kind\": \"Kustomization\"}\n",
    );
    check_whole("kind: Component\n", namespace("w"), "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nnamespace: w\n");
    check_whole("# top\n---\nresources: [a]\n", namespace("w"), &format!("# top\n---\nresources: [a]\n{HEAD}namespace: w\n"));
}

#[test]
fn scalars_keep_their_place_and_their_quotes() {
    check("namespace:   x   # where\n", namespace("w"), "namespace:   w   # where\n");
    check("namespace: \"x\" # where\n", namespace("w"), "namespace: \"w\" # where\n");
    check("namespace: 'x'\n", namespace("it's"), "namespace: 'it''s'\n");
    check("namespace: x\n", namespace("12"), "namespace: \"12\"\n");
    check("namespace:\n  x # where\n", namespace("w"), "namespace:\n  w # where\n");
    check("namespace: >-\n  x\nresources: [a]\n", namespace("w"), "namespace: w\nresources: [a]\n");
    check("namespace:\nresources: [a]\n", namespace("x"), "namespace: x\nresources: [a]\n");
    check("namespace: # where\n", namespace("x"), "namespace: x # where\n");
    check("namespace: x # where\nresources: [a]\n", namespace(""), "resources: [a]\n");
    check("\"namespace\" : x\n", namespace("w"), "\"namespace\" : w\n");
    check("namespace: x\n", namespace("x"), "namespace: x\n");
}

#[test]
fn prefixes_and_suffixes() {
    check("resources: [a]\n", |file| file.set_name_prefix("dev-"), "resources: [a]\nnamePrefix: dev-\n");
    check("namePrefix: a- # b\n", |file| file.set_name_prefix("c-"), "namePrefix: c- # b\n");
    check("nameSuffix: -a\n", |file| file.set_name_suffix("-b"), "nameSuffix: -b\n");
    check("nameSuffix: -a\n", |file| file.set_name_suffix(""), "");
}

#[test]
fn images_are_set() {
    check("", image(&["b:1", "a=c@sha256:2"]), "images:\n- digest: sha256:2\n  name: a\n  newName: c\n- name: b\n  newTag: \"1\"\n");
    check(
        "images:\n# web\n- name: a   # the app\n  newTag: v1   # bumped by a robot\n# db\n- name: z\n  newTag: v3\n",
        image(&["a:v2", "m:v1"]),
        "images:\n# web\n- name: a   # the app\n  newTag: v2   # bumped by a robot\n- name: m\n  newTag: v1\n# db\n- name: z\n  newTag: v3\n",
    );
    check("images:\n- newTag: 'v1'\n  name: a\n", image(&["a=b:2"]), "images:\n- newTag: '2'\n  name: a\n  newName: b\n");
    check("images:\n- digest: d\n  name: a\n", image(&["a:v1"]), "images:\n- name: a\n  newTag: v1\n");
    check("images:\n- name: a\n  newName: b\n  newTag: v1\n", image(&["a=*:v2"]), "images:\n- name: a\n  newName: b\n  newTag: v2\n");
    check("images:\n- name: a\n  newName: b\n  newTag: v1\n", image(&["a=c"]), "images:\n- name: a\n  newName: c\n");
    check("images:\n- name: z\n- name: b\n", image(&["c:v1"]), "images:\n- name: z\n- name: b\n- name: c\n  newTag: v1\n");
    check("images: [{name: a, newTag: v1}] # all\n", image(&["a:v2"]), "images: [{name: a, newTag: v2}] # all\n");
    check("images:\n- {name: a, newTag: v1} # a\n- {name: b}\n", image(&["a:v2"]), "images:\n- {name: a, newTag: v2} # a\n- {name: b}\n");
    check("images:\n-\n  name: a\n  newTag: v1\n", image(&["a:v2"]), "images:\n-\n  name: a\n  newTag: v2\n");
    check("imageTags:\n- name: a # x\n  newTag: v1\n", image(&["b:v2"]), "images:\n- name: a\n  newTag: v1\n- name: b\n  newTag: v2\n");
}

#[test]
fn replicas_are_set() {
    let set = |arguments: &'static [&'static str]| move |file: &mut KustomizationFile| file.set_replicas(&strings(arguments)).unwrap();
    check("", set(&["b=1", "a=0"]), "replicas:\n- count: 0\n  name: a\n- count: 1\n  name: b\n");
    check("replicas:\n- name: a\n  count: 1 # few\n", set(&["a=3"]), "replicas:\n- name: a\n  count: 3 # few\n");
    let mut file = KustomizationFile::parse("k", "").unwrap();
    assert!(file.set_replicas(&strings(&["a"])).is_err());
    assert!(file.set_replicas(&strings(&["a=b"])).is_err());
}

#[test]
fn labels_and_annotations() {
    check("", label(&["b:1", "a:x y"]), "commonLabels:\n  a: x y\n  b: \"1\"\n");
    check("commonLabels:\n  # who\n  team: a # us\n\nnamespace: x\n", label(&["team:b", "app:c"]), "commonLabels:\n  # who\n  team: b # us\n  app: c\n\nnamespace: x\n");
    check("commonLabels:\n    a: x\n    c: z\n", label(&["b:w"]), "commonLabels:\n    a: x\n    b: w\n    c: z\n");
    check("commonLabels: {a: x}\n", label(&["b:w"]), "commonLabels: {a: x, b: w}\n");
    check("commonLabels: {}\n", label(&["b:w"]), "commonLabels:\n  b: w\n");
    check(
        "commonLabels:\n  a: x # 1\n  b: w # 2\n",
        |file| file.remove_pairs(PairKind::Label, &strings(&["a"]), false).unwrap(),
        "commonLabels:\n  b: w # 2\n",
    );
    check(
        "commonAnnotations:\n  a: x\nnamespace: x\n",
        |file| file.remove_pairs(PairKind::Annotation, &strings(&["a", "b"]), true).unwrap(),
        "namespace: x\n",
    );
    let mut file = KustomizationFile::parse("k", "commonLabels: {a: x}\n").unwrap();
    let pairs = parse_pairs(PairKind::Label, &strings(&["a:y"])).unwrap();
    assert!(file.add_pairs(PairKind::Label, &pairs, false).is_err());
    assert!(file.remove_pairs(PairKind::Annotation, &strings(&["a"]), false).is_err());
    assert!(file.remove_pairs(PairKind::Label, &strings(&["b"]), false).is_err());
    assert!(parse_pairs(PairKind::Label, &strings(&[":b"])).is_err());
    assert_eq!(parse_pairs(PairKind::Label, &strings(&["a", "b:\"c:d\""])).unwrap()[1].1, "c:d");
    let malformed = [("a b".to_owned(), String::new())];
    assert!(file.set_pairs(PairKind::Annotation, &malformed).is_err());
}

#[test]
fn labels_without_selectors() {
    let labels = |pairs: &[&str], templates: bool| {
        let pairs = parse_pairs(PairKind::Label, &strings(pairs)).unwrap();
        move |file: &mut KustomizationFile| file.add_labels_without_selectors(&pairs, templates, true).unwrap()
    };
    check("", labels(&["a:b", "c:d"], false), "labels:\n- pairs:\n    a: b\n    c: d\n");
    check("", labels(&["a:b"], true), "labels:\n- includeTemplates: true\n  pairs:\n    a: b\n");
    check(
        "labels:\n- includeSelectors: true\n  pairs:\n    x: w\n# plain\n- pairs:\n    a: b # c\n",
        labels(&["a:z", "d:e"], false),
        "labels:\n- includeSelectors: true\n  pairs:\n    x: w\n# plain\n- pairs:\n    a: z # c\n    d: e\n",
    );
}

fn config_map(literals: &[&str]) -> GeneratorSources {
    GeneratorSources { name: "c".to_owned(), literals: strings(literals), ..GeneratorSources::default() }
}

fn host() -> MemoryHost {
    MemoryHost::from_iter([
        ("kustomization.yaml", ""), ("a.txt", "a"), ("b.txt", "b"), ("x.env", "A=b\n"), ("patch.yaml", "a: b\n"),
        ("d.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  a.b: x-$(V)\n  args: [--host=$(V), $(V)] # here\n"),
    ])
}

#[test]
fn generators_are_added_and_set() {
    let add = |sources: GeneratorSources| {
        move |file: &mut KustomizationFile| {
            file.add_generator(&host(), Path::new("."), GeneratorKind::ConfigMap, &sources).unwrap();
        }
    };
    check("", add(config_map(&["a=b"])), "configMapGenerator:\n- literals:\n  - a=b\n  name: c\n");
    check(
        "configMapGenerator:\n- name: c # mine\n  literals:\n  # first\n  - a=b # x\n- name: d\n  literals: [x=y]\n",
        add(config_map(&["c=d"])),
        "configMapGenerator:\n- name: c # mine\n  literals:\n  # first\n  - a=b # x\n  - c=d\n- name: d\n  literals: [x=y]\n",
    );
    let files = GeneratorSources { files: strings(&["*.txt", "k=a.txt"]), namespace: "ns".to_owned(), ..config_map(&[]) };
    check("", add(files), "configMapGenerator:\n- files:\n  - a.txt\n  - b.txt\n  - k=a.txt\n  name: c\n  namespace: ns\n");
    let env = GeneratorSources { env_file: "x.env".to_owned(), behavior: "merge".to_owned(), ..config_map(&[]) };
    check("", add(env), "configMapGenerator:\n- behavior: merge\n  envs:\n  - x.env\n  name: c\n");
    let no_hash = GeneratorSources { disable_name_suffix_hash: true, ..config_map(&["a=b"]) };
    check("", add(no_hash), "configMapGenerator:\n- literals:\n  - a=b\n  name: c\n  options:\n    disableNameSuffixHash: true\n");
    check(
        "generatorOptions: {labels: {x: w}}\n",
        add(config_map(&["a=b"])),
        "generatorOptions: {labels: {x: w}}\nconfigMapGenerator:\n- literals:\n  - a=b\n  name: c\n  options:\n    labels:\n      x: w\n",
    );
    let set = |sources: GeneratorSources, namespace: &'static str| {
        move |file: &mut KustomizationFile| {
            file.set_generator(&host(), Path::new("."), GeneratorKind::ConfigMap, &sources, namespace).unwrap();
        }
    };
    check(
        "configMapGenerator:\n- literals:\n  - a=b # x\n  - c=d\n  name: c\n",
        set(config_map(&["a=1"]), "ns"),
        "configMapGenerator:\n- literals:\n  - a=1 # x\n  - c=d\n  name: c\n  namespace: ns\n",
    );
    check(
        "configMapGenerator:\n- name: c\n  literals: [a=b]\n- name: d # 4\n  literals: [a=b]\n",
        |file| assert!(file.remove_generators(GeneratorKind::ConfigMap, &strings(&["c"]), "default").unwrap().is_empty()),
        "configMapGenerator:\n- name: d # 4\n  literals: [a=b]\n",
    );
}

#[test]
fn what_cannot_be_generated_is_not_added() {
    let fails = |sources: GeneratorSources| {
        let mut file = KustomizationFile::parse("k", "").unwrap();
        let error = file.add_generator(&host(), Path::new("."), GeneratorKind::ConfigMap, &sources).unwrap_err();
        error.to_string()
    };
    assert!(fails(config_map(&[])).contains("nothing to generate from"));
    assert!(fails(config_map(&["a"])).contains('a'));
    assert!(fails(config_map(&["a=b", "a=c"])).contains('a'));
    assert!(fails(GeneratorSources { env_file: "no.env".to_owned(), ..config_map(&[]) }).contains("no.env"));
    assert!(fails(GeneratorSources { files: strings(&["k=*.txt"]), ..config_map(&[]) }).contains("2"));
    assert!(fails(GeneratorSources { behavior: "add".to_owned(), ..config_map(&["a=b"]) }).contains("add"));
    let mut file = KustomizationFile::parse("k", "configMapGenerator: [{name: c, literals: [a=b]}]\n").unwrap();
    let mut set = |sources| file.set_generator(&host(), Path::new("."), GeneratorKind::ConfigMap, &sources, "").is_err();
    assert!(set(config_map(&["x=y"])));
    assert!(set(config_map(&[])));
    assert!(set(GeneratorSources { name: "d".to_owned(), ..config_map(&["a=c"]) }));
    assert!(file.remove_generators(GeneratorKind::Secret, &strings(&["c"]), "").is_err());
}

#[test]
fn patches_are_added_and_removed() {
    let patch = PatchEntry { path: "p.yaml".to_owned(), kind: "Deployment".to_owned(), ..PatchEntry::default() };
    let text = PatchEntry { patch: "- op: remove\n  path: /a\n".to_owned(), name: "n".to_owned(), ..PatchEntry::default() };
    check("", |file| assert!(file.add_patch(&patch).unwrap()), "patches:\n- path: p.yaml\n  target:\n    kind: Deployment\n");
    check(
        "patches:\n- path: p.yaml # x\n",
        |file| assert!(file.add_patch(&text).unwrap()),
        "patches:\n- path: p.yaml # x\n- patch: |\n    - op: remove\n      path: /a\n  target:\n    name: \"n\"\n",
    );
    let before = "patches:\n# one\n- path: p.yaml\n  target: {kind: Deployment}\n# two\n- patch: |\n    # not a comment\n    - op: remove\n      path: /a\n\n  target:\n    name: m\n";
    check(before, |file| assert!(!file.add_patch(&patch).unwrap()), before);
    check(
        before,
        |file| assert!(file.remove_patch(&patch).unwrap()),
        "patches:\n# one\n# two\n- patch: |\n    # not a comment\n    - op: remove\n      path: /a\n\n  target:\n    name: m\n",
    );
    let mut file = KustomizationFile::parse("k", before).unwrap();
    assert!(!file.remove_patch(&text).unwrap());
    assert!(file.add_patch(&PatchEntry::default()).is_err());
    assert!(file.add_patch(&PatchEntry { path: "p".to_owned(), patch: "q".to_owned(), ..PatchEntry::default() }).is_err());
}

#[test]
fn an_entry_behind_a_block_scalar() {
    check(
        "patches:\n- patch: |-\n    # in it\n    a: b\n  # behind it\n\n# the name\nnamePrefix: a-\n",
        |file| {
            file.add_patch(&PatchEntry { path: "p".to_owned(), ..PatchEntry::default() }).unwrap();
            file.set_name_prefix("b-");
        },
        "patches:\n- patch: |-\n    # in it\n    a: b\n- path: p\n  # behind it\n\n# the name\nnamePrefix: b-\n",
    );
}

#[test]
fn build_metadata() {
    check("", |file| file.add_build_metadata(&strings(&["originAnnotations"])).unwrap(), "buildMetadata:\n- originAnnotations\n");
    check(
        "buildMetadata: [originAnnotations, managedByLabel]\n",
        |file| file.remove_build_metadata(&strings(&["originAnnotations"])).unwrap(),
        "buildMetadata: [managedByLabel]\n",
    );
    check(
        "buildMetadata:\n- originAnnotations # o\n",
        |file| file.set_build_metadata(&strings(&["managedByLabel", "originAnnotations"])).unwrap(),
        "buildMetadata:\n- managedByLabel\n- originAnnotations # o\n",
    );
    let mut file = KustomizationFile::parse("k", "buildMetadata: [originAnnotations]\n").unwrap();
    assert!(file.add_build_metadata(&strings(&["originAnnotations"])).is_err());
    assert!(file.set_build_metadata(&strings(&["originAnotations"])).unwrap_err().hint().unwrap().contains("originAnnotations"));
}

#[test]
fn deprecated_fields_are_renamed_where_they_stand() {
    check("bases:\n# here\n- ../a # it\nnamespace: x\n", namespace("w"), "resources:\n# here\n- ../a # it\nnamespace: w\n");
    check("bases:\n- ../a\nresources:\n- b # it\n", namespace("w"), "resources:\n- b # it\n- ../a\nnamespace: w\n");
    check(
        "configMapGenerator:\n- name: c # it\n  env: x.env\n",
        namespace("w"),
        "configMapGenerator:\n- name: c # it\n  envs:\n  - x.env\nnamespace: w\n",
    );
    check(
        "helmChartInflationGenerator:\n- chartName: c\n  chartVersion: 1.0.0\n  chartHome: h\n",
        namespace("w"),
        "namespace: w\nhelmCharts:\n- name: c\n  version: 1.0.0\nhelmGlobals:\n  chartHome: h\n",
    );
}

#[test]
fn fix_takes_deprecated_fields_over() {
    let fix = |file: &mut KustomizationFile| file.fix(&host(), Path::new(".")).unwrap();
    check(
        "patchesJson6902:\n- path: patch.yaml # it\n  target: {kind: A, name: b}\ncommonLabels:\n  a: b\n",
        fix,
        "patches:\n- path: patch.yaml # it\n  target: {kind: A, name: b}\nlabels:\n- includeSelectors: true\n  pairs:\n    a: b\n",
    );
    check(
        "patchesStrategicMerge:\n- patch.yaml\n- |\n  a: b\n",
        fix,
        "patches:\n- path: patch.yaml\n- patch: |\n    a: b\n",
    );
    let mut file = KustomizationFile::parse("k", "commonLabels: {a: b}\nlabels: [{pairs: {a: c}}]\n").unwrap();
    assert!(file.fix(&host(), Path::new(".")).is_err());
}

#[test]
fn vars_become_replacements() {
    let mut file = KustomizationFile::parse(
        "k",
        format!("{HEAD}resources: [d.yaml]\nvars:\n- name: V\n  objref: {{kind: Service, name: s, apiVersion: v1}}\n"),
    )
    .unwrap();
    let changed = file.convert_vars(&host(), Path::new(".")).unwrap();
    assert_eq!(changed.len(), 1);
    assert!(changed[0].content.ends_with("  a.b: x-V_PLACEHOLDER\n  args: [--host=V_PLACEHOLDER, V_PLACEHOLDER] # here\n"));
    let select = "    select:\n      group: apps\n      kind: Deployment\n      name: d\n      version: v1\n";
    assert_eq!(
        file.to_text().unwrap(),
        format!(
            "{HEAD}resources: [d.yaml]\nreplacements:\n- source:\n    kind: Service\n    name: s\n    version: v1\n  targets:\n  \
             - fieldPaths:\n    - spec.[a.b]\n    options:\n      delimiter: '-'\n      index: 1\n{select}  \
             - fieldPaths:\n    - spec.args.0\n    options:\n      delimiter: =\n      index: 1\n{select}  \
             - fieldPaths:\n    - spec.args.1\n{select}"
        )
    );
}

#[test]
fn what_is_no_kustomization_is_not_edited() {
    let refused = |text: &str| KustomizationFile::parse("k.yaml", text).unwrap_err().to_string();
    assert!(refused("resource: [a]\n").contains("resources"));
    assert!(refused("a: b: c\n").contains("k.yaml"));
    assert!(refused("- a\n").contains("mapping"));
    // The alias would lose its anchor.
    let mut file = KustomizationFile::parse("k.yaml", "resources: &r [a]\ncomponents: *r\n").unwrap();
    add(&["b"])(&mut file);
    assert!(file.to_text().unwrap_err().to_string().contains("cannot be edited in place"));
    // Two fields with one name: if one goes, the other comes back.
    let mut file = KustomizationFile::parse("k.yaml", "namespace: a\nnamespace: b\n").unwrap();
    namespace("c")(&mut file);
    assert!(file.to_text().unwrap().starts_with("namespace: a\nnamespace: c\n"));
    namespace("")(&mut file);
    assert!(file.to_text().is_err());
}

#[test]
fn files_are_found() {
    let host = MemoryHost::from_iter([("a/kustomization.yml", "namespace: x\n"), ("b/Kustomization", ""), ("b/kustomization.yaml", ""), ("c/d", "")]);
    let name = |folder: &str| KustomizationFile::name_in(&host, Path::new(folder));
    assert_eq!(name("a").unwrap(), "kustomization.yml");
    assert!(name("b").unwrap_err().to_string().contains("more than one"));
    assert!(name("c").unwrap_err().to_string().contains("no kustomization file"));
    assert!(KustomizationFile::read(&host, Path::new("a")).is_ok());
}

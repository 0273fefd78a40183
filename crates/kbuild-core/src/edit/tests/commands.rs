//! What each command makes of a text.

use super::*;

#[test]
fn prefixes_and_suffixes() {
    check(
        "resources: [a]\n",
        |file| file.set_name_prefix("dev-"),
        "resources: [a]\nnamePrefix: dev-\n",
    );
    check("namePrefix: a- # b\n", |file| file.set_name_prefix("c-"), "namePrefix: c- # b\n");
    check("nameSuffix: -a\n", |file| file.set_name_suffix("-b"), "nameSuffix: -b\n");
    check("nameSuffix: -a\n", |file| file.set_name_suffix(""), "");
}

#[test]
fn images_are_set() {
    check(
        "",
        image(&["b:1", "a=c@sha256:2"]),
        "images:\n- digest: sha256:2\n  name: a\n  newName: c\n- name: b\n  newTag: \"1\"\n",
    );
    check(
        "images:\n# web\n- name: a   # the app\n  newTag: v1   # bumped by a robot\n# db\n- name: z\n  newTag: v3\n",
        image(&["a:v2", "m:v1"]),
        "images:\n# web\n- name: a   # the app\n  newTag: v2   # bumped by a robot\n- name: m\n  newTag: v1\n# db\n- name: z\n  newTag: v3\n",
    );
    check(
        "images:\n- newTag: 'v1'\n  name: a\n",
        image(&["a=b:2"]),
        "images:\n- newTag: '2'\n  name: a\n  newName: b\n",
    );
    check(
        "images:\n- digest: d\n  name: a\n",
        image(&["a:v1"]),
        "images:\n- name: a\n  newTag: v1\n",
    );
    check(
        "images:\n- name: a\n  newName: b\n  newTag: v1\n",
        image(&["a=*:v2"]),
        "images:\n- name: a\n  newName: b\n  newTag: v2\n",
    );
    check(
        "images:\n- name: a\n  newName: b\n  newTag: v1\n",
        image(&["a=c"]),
        "images:\n- name: a\n  newName: c\n",
    );
    check(
        "images:\n- name: z\n- name: b\n",
        image(&["c:v1"]),
        "images:\n- name: z\n- name: b\n- name: c\n  newTag: v1\n",
    );
    check(
        "images: [{name: a, newTag: v1}] # all\n",
        image(&["a:v2"]),
        "images: [{name: a, newTag: v2}] # all\n",
    );
    check(
        "images:\n- {name: a, newTag: v1} # a\n- {name: b}\n",
        image(&["a:v2"]),
        "images:\n- {name: a, newTag: v2} # a\n- {name: b}\n",
    );
    check(
        "images:\n-\n  name: a\n  newTag: v1\n",
        image(&["a:v2"]),
        "images:\n-\n  name: a\n  newTag: v2\n",
    );
    check(
        "imageTags:\n- name: a # x\n  newTag: v1\n",
        image(&["b:v2"]),
        "images:\n- name: a\n  newTag: v1\n- name: b\n  newTag: v2\n",
    );
}

#[test]
fn replicas_are_set() {
    let set = |arguments: &'static [&'static str]| {
        move |file: &mut KustomizationFile| file.set_replicas(&strings(arguments)).unwrap()
    };
    check("", set(&["b=1", "a=0"]), "replicas:\n- count: 0\n  name: a\n- count: 1\n  name: b\n");
    check(
        "replicas:\n- name: a\n  count: 1 # few\n",
        set(&["a=3"]),
        "replicas:\n- name: a\n  count: 3 # few\n",
    );
    let mut file = KustomizationFile::parse("k", "").unwrap();
    assert!(file.set_replicas(&strings(&["a"])).is_err());
    assert!(file.set_replicas(&strings(&["a=b"])).is_err());
}

#[test]
fn labels_and_annotations() {
    check("", label(&["b:1", "a:x y"]), "commonLabels:\n  a: x y\n  b: \"1\"\n");
    check(
        "commonLabels:\n  # who\n  team: a # us\n\nnamespace: x\n",
        label(&["team:b", "app:c"]),
        "commonLabels:\n  # who\n  team: b # us\n  app: c\n\nnamespace: x\n",
    );
    check(
        "commonLabels:\n    a: x\n    c: z\n",
        label(&["b:w"]),
        "commonLabels:\n    a: x\n    b: w\n    c: z\n",
    );
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
        move |file: &mut KustomizationFile| {
            file.add_labels_without_selectors(&pairs, templates, true).unwrap()
        }
    };
    check("", labels(&["a:b", "c:d"], false), "labels:\n- pairs:\n    a: b\n    c: d\n");
    check("", labels(&["a:b"], true), "labels:\n- includeTemplates: true\n  pairs:\n    a: b\n");
    check(
        "labels:\n- includeSelectors: true\n  pairs:\n    x: w\n# plain\n- pairs:\n    a: b # c\n",
        labels(&["a:z", "d:e"], false),
        "labels:\n- includeSelectors: true\n  pairs:\n    x: w\n# plain\n- pairs:\n    a: z # c\n    d: e\n",
    );
}

#[test]
fn generators_are_added_and_set() {
    let add = |sources: GeneratorSources| {
        move |file: &mut KustomizationFile| {
            file.add_generator(&host(), Path::new("."), GeneratorKind::ConfigMap, &sources)
                .unwrap();
        }
    };
    check("", add(config_map(&["a=b"])), "configMapGenerator:\n- literals:\n  - a=b\n  name: c\n");
    check(
        "configMapGenerator:\n- name: c # mine\n  literals:\n  # first\n  - a=b # x\n- name: d\n  literals: [x=y]\n",
        add(config_map(&["c=d"])),
        "configMapGenerator:\n- name: c # mine\n  literals:\n  # first\n  - a=b # x\n  - c=d\n- name: d\n  literals: [x=y]\n",
    );
    let files = GeneratorSources {
        files: strings(&["*.txt", "k=a.txt"]),
        namespace: "ns".to_owned(),
        ..config_map(&[])
    };
    check(
        "",
        add(files),
        "configMapGenerator:\n- files:\n  - a.txt\n  - b.txt\n  - k=a.txt\n  name: c\n  namespace: ns\n",
    );
    let env = GeneratorSources {
        env_file: "x.env".to_owned(),
        behavior: "merge".to_owned(),
        ..config_map(&[])
    };
    check("", add(env), "configMapGenerator:\n- behavior: merge\n  envs:\n  - x.env\n  name: c\n");
    let no_hash = GeneratorSources { disable_name_suffix_hash: true, ..config_map(&["a=b"]) };
    check(
        "",
        add(no_hash),
        "configMapGenerator:\n- literals:\n  - a=b\n  name: c\n  options:\n    disableNameSuffixHash: true\n",
    );
    check(
        "generatorOptions: {labels: {x: w}}\n",
        add(config_map(&["a=b"])),
        "generatorOptions: {labels: {x: w}}\nconfigMapGenerator:\n- literals:\n  - a=b\n  name: c\n  options:\n    labels:\n      x: w\n",
    );
    let set = |sources: GeneratorSources, namespace: &'static str| {
        move |file: &mut KustomizationFile| {
            file.set_generator(
                &host(),
                Path::new("."),
                GeneratorKind::ConfigMap,
                &sources,
                namespace,
            )
            .unwrap();
        }
    };
    check(
        "configMapGenerator:\n- literals:\n  - a=b # x\n  - c=d\n  name: c\n",
        set(config_map(&["a=1"]), "ns"),
        "configMapGenerator:\n- literals:\n  - a=1 # x\n  - c=d\n  name: c\n  namespace: ns\n",
    );
    check(
        "configMapGenerator:\n- name: c\n  literals: [a=b]\n- name: d # 4\n  literals: [a=b]\n",
        |file| {
            assert!(
                file.remove_generators(GeneratorKind::ConfigMap, &strings(&["c"]), "default")
                    .unwrap()
                    .is_empty()
            )
        },
        "configMapGenerator:\n- name: d # 4\n  literals: [a=b]\n",
    );
}

#[test]
fn what_cannot_be_generated_is_not_added() {
    let fails = |sources: GeneratorSources| {
        let mut file = KustomizationFile::parse("k", "").unwrap();
        let error = file
            .add_generator(&host(), Path::new("."), GeneratorKind::ConfigMap, &sources)
            .unwrap_err();
        error.to_string()
    };
    assert!(fails(config_map(&[])).contains("nothing to generate from"));
    assert!(fails(config_map(&["a"])).contains('a'));
    assert!(fails(config_map(&["a=b", "a=c"])).contains('a'));
    assert!(
        fails(GeneratorSources { env_file: "no.env".to_owned(), ..config_map(&[]) })
            .contains("no.env")
    );
    assert!(
        fails(GeneratorSources { files: strings(&["k=*.txt"]), ..config_map(&[]) }).contains("2")
    );
    assert!(
        fails(GeneratorSources { behavior: "add".to_owned(), ..config_map(&["a=b"]) })
            .contains("add")
    );
    let mut file =
        KustomizationFile::parse("k", "configMapGenerator: [{name: c, literals: [a=b]}]\n")
            .unwrap();
    let mut set = |sources| {
        file.set_generator(&host(), Path::new("."), GeneratorKind::ConfigMap, &sources, "").is_err()
    };
    assert!(set(config_map(&["x=y"])));
    assert!(set(config_map(&[])));
    assert!(set(GeneratorSources { name: "d".to_owned(), ..config_map(&["a=c"]) }));
    assert!(file.remove_generators(GeneratorKind::Secret, &strings(&["c"]), "").is_err());
}

#[test]
fn patches_are_added_and_removed() {
    let patch = PatchEntry {
        path: "p.yaml".to_owned(),
        kind: "Deployment".to_owned(),
        ..PatchEntry::default()
    };
    let text = PatchEntry {
        patch: "- op: remove\n  path: /a\n".to_owned(),
        name: "n".to_owned(),
        ..PatchEntry::default()
    };
    check(
        "",
        |file| assert!(file.add_patch(&patch).unwrap()),
        "patches:\n- path: p.yaml\n  target:\n    kind: Deployment\n",
    );
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
    assert!(
        file.add_patch(&PatchEntry {
            path: "p".to_owned(),
            patch: "q".to_owned(),
            ..PatchEntry::default()
        })
        .is_err()
    );
}

#[test]
fn build_metadata() {
    check(
        "",
        |file| file.add_build_metadata(&strings(&["originAnnotations"])).unwrap(),
        "buildMetadata:\n- originAnnotations\n",
    );
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
    assert!(
        file.set_build_metadata(&strings(&["originAnotations"]))
            .unwrap_err()
            .hint()
            .unwrap()
            .contains("originAnnotations")
    );
}

#[test]
fn deprecated_fields_are_renamed_where_they_stand() {
    check(
        "bases:\n# here\n- ../a # it\nnamespace: x\n",
        namespace("w"),
        "resources:\n# here\n- ../a # it\nnamespace: w\n",
    );
    check(
        "bases:\n- ../a\nresources:\n- b # it\n",
        namespace("w"),
        "resources:\n- b # it\n- ../a\nnamespace: w\n",
    );
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
    let mut file =
        KustomizationFile::parse("k", "commonLabels: {a: b}\nlabels: [{pairs: {a: c}}]\n").unwrap();
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
    assert!(changed[0].content.ends_with(
        "  a.b: x-V_PLACEHOLDER\n  args: [--host=V_PLACEHOLDER, V_PLACEHOLDER] # here\n"
    ));
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
fn files_are_found() {
    let host = MemoryHost::from_iter([
        ("a/kustomization.yml", "namespace: x\n"),
        ("b/Kustomization", ""),
        ("b/kustomization.yaml", ""),
        ("c/d", ""),
    ]);
    let name = |folder: &str| KustomizationFile::name_in(&host, Path::new(folder));
    assert_eq!(name("a").unwrap(), "kustomization.yml");
    assert!(name("b").unwrap_err().to_string().contains("more than one"));
    assert!(name("c").unwrap_err().to_string().contains("no kustomization file"));
    assert!(KustomizationFile::read(&host, Path::new("a")).is_ok());
}

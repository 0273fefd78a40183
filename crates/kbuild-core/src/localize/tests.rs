//! Trees in memory, and what is copied of them.

use std::path::Path;

use super::*;
use crate::host::MemoryHost;

const CM: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n";

/// Localizes `app` of a tree.
fn run(files: &[(&str, &str)], scope: &str) -> Result<Localized, Error> {
    let host = MemoryHost::from_iter(files.iter().copied());
    let mut options =
        LocalizeOptions { destination: Some("out".into()), ..LocalizeOptions::default() };
    options.scope = (!scope.is_empty()).then(|| scope.into());
    localize(&host, "app", &options)
}

/// The files of the copy of `app`, and their content.
#[track_caller]
fn copied(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let localized = run(files, "").unwrap();
    let text = |content: &[u8]| String::from_utf8(content.to_vec()).unwrap();
    localized.files().map(|(path, content)| (path.display().to_string(), text(content))).collect()
}

/// Checks which files are copied, and that the kustomization becomes `expected`.
#[track_caller]
fn check(kustomization: &str, others: &[(&str, &str)], expected: &str, paths: &[&str]) {
    let mut files = vec![("app/kustomization.yaml", kustomization)];
    files.extend(others);
    let copied = copied(&files);
    let found = copied.iter().find(|(path, _)| path == "kustomization.yaml").unwrap();
    assert_eq!(found.1, expected);
    let found: Vec<&str> = copied
        .iter()
        .map(|(path, _)| path.as_str())
        .filter(|path| *path != "kustomization.yaml")
        .collect();
    assert_eq!(found, paths);
}

#[track_caller]
fn fails(files: &[(&str, &str)], scope: &str, message: &str) {
    let error = run(files, scope).unwrap_err().to_string();
    assert!(error.contains(message), "{error}");
}

#[test]
fn each_field_that_names_files_has_them_copied() {
    check(
        "# gone\nresources: [./cm.yaml]\nconfigurations: [conf.yaml]\ncrds: [crd.json]\nopenapi: {path: x/../schema.json}\n",
        &[
            ("app/cm.yaml", CM),
            ("app/conf.yaml", "{}\n"),
            ("app/crd.json", "{}"),
            ("app/schema.json", "{}"),
            ("app/x/unused", ""),
        ],
        "configurations:\n- conf.yaml\ncrds:\n- crd.json\nopenapi:\n  path: schema.json\nresources:\n- cm.yaml\n",
        &["cm.yaml", "conf.yaml", "crd.json", "schema.json"],
    );
    check(
        "patches: [{path: p.yaml, options: {}}, {patch: '- op: x'}]\npatchesJson6902: [{path: /app/j.yaml, target: {kind: A}}]\nreplacements: [{path: r.yaml}]\n",
        &[("app/p.yaml", ""), ("app/j.yaml", "[]"), ("app/r.yaml", "[]")],
        "patches:\n- options: {}\n  path: p.yaml\n- patch: '- op: x'\npatchesJson6902:\n- path: j.yaml\n  target:\n    kind: A\nreplacements:\n- path: r.yaml\n",
        &["j.yaml", "p.yaml", "r.yaml"],
    );
    check(
        "configMapGenerator: [{name: a, files: [./f, k=./f], envs: [e], env: e2}]\nsecretGenerator: [{name: b, files: ['x.y=g'], literals: [a=b], type: Opaque}]\n",
        &[("app/f", "1"), ("app/e", "A=1"), ("app/e2", "B=1"), ("app/g", "2")],
        "configMapGenerator:\n- env: e2\n  envs:\n  - e\n  files:\n  - f\n  - k=f\n  name: a\nsecretGenerator:\n- files:\n  - x.y=g\n  literals:\n  - a=b\n  name: b\n  type: Opaque\n",
        &["e", "e2", "f", "g"],
    );
    check(
        "patchesStrategicMerge:\n- p.yaml\n- |\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: cm}\n",
        &[("app/p.yaml", CM)],
        "patchesStrategicMerge:\n- p.yaml\n- |\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: cm}\n",
        &["p.yaml"],
    );
}

#[test]
fn folders_are_copied_with_what_they_name() {
    let files = [
        (
            "app/kustomization.yml",
            "bases: [base/]\ncomponents: [./comp]\nresources: [base/../other]\n",
        ),
        ("app/base/Kustomization", "resources: [cm.yaml]\n"),
        ("app/base/cm.yaml", CM),
        ("app/base/unused.yaml", CM),
        (
            "app/comp/kustomization.yaml",
            "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nresources: [../base]\n",
        ),
        ("app/other/kustomization.yaml", "namePrefix: x-\nresources: [../base]\n"),
    ];
    let copied = copied(&files);
    let texts: Vec<String> = copied.iter().map(|(path, text)| format!("{path}: {text}")).collect();
    assert_eq!(
        texts,
        [
            "base/Kustomization: resources:\n- cm.yaml\n",
            &format!("base/cm.yaml: {CM}"),
            "comp/kustomization.yaml: apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources:\n- ../base\n",
            "kustomization.yml: bases:\n- base\ncomponents:\n- comp\nresources:\n- other\n",
            "other/kustomization.yaml: namePrefix: x-\nresources:\n- ../base\n",
        ]
    );
}

#[test]
fn the_scope_bounds_folders_and_keeps_their_places() {
    let files = [
        ("app/kustomization.yaml", "resources: [../b/../base]\n"),
        ("base/kustomization.yaml", "resources: [cm.yaml]\n"),
        ("base/cm.yaml", CM),
        ("b/unused", ""),
    ];
    fails(&files, "", "../b/../base is not in /app");
    fails(&files, "base", "app is not in the scope base");
    fails(&files, "b/unused", "the scope b/unused is not a folder");
    let localized = run(&files, "/").unwrap();
    assert_eq!(localized.kustomization(), Path::new("app"));
    let paths: Vec<_> = localized.files().map(|(path, _)| path.to_str().unwrap()).collect();
    assert_eq!(paths, ["app/kustomization.yaml", "base/cm.yaml", "base/kustomization.yaml"]);
    let (_, text) = localized.files().next().unwrap();
    assert_eq!(text, b"resources:\n- ../base\n");
}

#[test]
fn kustomizations_are_written_anew() {
    check(
        "Kind: Kustomization\napiversion: kustomize.config.k8s.io/v1beta1\nnamePrefix: ''\nresources: []\nmetadata: {}\ncommonLabels: {b: '1', a: x}\ngeneratorOptions: {disableNameSuffixHash: yes, immutable: false}\nreplicas: [{name: a, count: 0}]\nvars: [{name: V, objref: {kind: A}}]\nsortOptions: {order: legacy, legacySortOptions: {orderFirst: [A]}}\nlabels: [{pairs: {c: d}, includeTemplates: false, fields: [{path: a/b, create: true}]}]\nreplacements: [{sourceValue: '', targets: [{fieldPaths: [a], options: {index: 0, create: on}}]}]\n",
        &[],
        "apiVersion: kustomize.config.k8s.io/v1beta1\ncommonLabels:\n  a: x\n  b: \"1\"\ngeneratorOptions:\n  disableNameSuffixHash: true\nkind: Kustomization\nlabels:\n- fields:\n  - create: true\n    path: a/b\n  pairs:\n    c: d\nmetadata: {}\nreplacements:\n- sourceValue: \"\"\n  targets:\n  - fieldPaths:\n    - a\n    options:\n      create: true\n    select: null\nreplicas:\n- count: 0\n  name: a\nsortOptions:\n  legacySortOptions:\n    orderFirst:\n    - A\n    orderLast: null\n  order: legacy\nvars:\n- fieldref: {}\n  name: V\n  objref:\n    kind: A\n    name: \"\"\n",
        &[],
    );
    check(
        "resources: ['']\ncomponents: [null]\ntransformers: ['']\nconfigMapGenerator: [{files: ['']}]\n",
        &[],
        "components:\n- \"\"\nconfigMapGenerator:\n- files:\n  - \"\"\nresources:\n- \"\"\ntransformers:\n- \"\"\n",
        &[],
    );
}

#[test]
fn configurations_of_built_ins_have_their_files_copied() {
    check(
        "generators:\n- g.yaml\n- |\n  kind: SecretGenerator\n  apiVersion: builtin\n  metadata: {name: inline}\n  env: ./e\n  files: [k=./f]\ntransformers: [t.yaml]\nvalidators: [v.yaml]\n",
        &[
            (
                "app/g.yaml",
                "kind: ConfigMapGenerator\napiVersion: builtin\nmetadata: {name: g}\nenvs: [./e]\nfiles:\n- './f' # one\n",
            ),
            (
                "app/t.yaml",
                "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: a}\npath: x/../p.yaml\n---\napiVersion: builtin\nkind: PatchJson6902Transformer\nmetadata: {name: b}\npath: j.yaml\n---\napiVersion: builtin\nkind: PatchStrategicMergeTransformer\nmetadata: {name: c}\npaths: [./s.yaml]\n---\napiVersion: example.com/v1\nkind: PatchTransformer\nmetadata: {name: d}\npath: ./missing.yaml\n",
            ),
            (
                "app/v.yaml",
                "apiVersion: builtin\nkind: ReplacementTransformer\nmetadata: {name: a}\nreplacements: [{path: ./r.yaml}]\n",
            ),
            ("app/e", "A=1"),
            ("app/f", "1"),
            ("app/p.yaml", CM),
            ("app/j.yaml", "[]"),
            ("app/s.yaml", CM),
            ("app/r.yaml", "[]"),
        ],
        "generators:\n- g.yaml\n- |\n  apiVersion: builtin\n  env: e\n  files:\n  - k=f\n  kind: SecretGenerator\n  metadata:\n    name: inline\ntransformers:\n- t.yaml\nvalidators:\n- v.yaml\n",
        &["e", "f", "g.yaml", "j.yaml", "p.yaml", "r.yaml", "s.yaml", "t.yaml", "v.yaml"],
    );
    let files = copied(&[
        ("app/kustomization.yaml", "transformers: [t.yaml]\n"),
        (
            "app/t.yaml",
            "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: a}\npath: ./p.yaml\n---\napiVersion: x/v1\nkind: A\nmetadata: {name: b}\n",
        ),
        ("app/p.yaml", CM),
    ]);
    assert_eq!(
        files[2].1,
        "apiVersion: builtin\nkind: PatchTransformer\nmetadata:\n  name: a\npath: p.yaml\n---\napiVersion: x/v1\nkind: A\nmetadata:\n  name: b\n"
    );
}

#[test]
fn charts_are_copied_whole() {
    let charts = [
        ("app/charts/web/values.yaml", "a: 1\n"),
        ("app/charts/web/Chart.yaml", "name: web\n"),
        ("app/home/db/Chart.yaml", "name: db\n"),
        ("app/v.yaml", "a: 2\n"),
        ("app/w.yaml", "a: 3\n"),
    ];
    check(
        "helmCharts:\n- name: web\n  valuesFile: ./charts/web/values.yaml\n  additionalValuesFiles: [./w.yaml]\n  valuesInline: {b: yes, a: null, c: [1.50, 0x10]}\n  includeCRDs: false\n",
        &charts,
        "helmCharts:\n- additionalValuesFiles:\n  - w.yaml\n  name: web\n  valuesFile: charts/web/values.yaml\n  valuesInline:\n    a: null\n    b: true\n    c:\n    - 1.5\n    - 16\n",
        &["charts/web/Chart.yaml", "charts/web/values.yaml", "w.yaml"],
    );
    check(
        "helmGlobals: {chartHome: ./home/}\n",
        &charts,
        "helmGlobals:\n  chartHome: home\n",
        &["home/db/Chart.yaml"],
    );
    check(
        "helmGlobals: {}\n",
        &charts,
        "helmGlobals: {}\n",
        &["charts/web/Chart.yaml", "charts/web/values.yaml"],
    );
    // What is not there yet, helm may make.
    check(
        "helmGlobals: {chartHome: ../b/../new}\n",
        &charts,
        "helmGlobals:\n  chartHome: ../new\n",
        &[],
    );
    check(
        "helmChartInflationGenerator:\n- chartName: db\n  chartHome: home\n  values: v.yaml\n  valuesLocal: {}\n",
        &charts,
        "helmChartInflationGenerator:\n- chartHome: home\n  chartName: db\n  values: v.yaml\n",
        &["home/db/Chart.yaml", "v.yaml"],
    );
    let plugin = "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: a}\nname: web\nvaluesFile: ./v.yaml\n";
    let mut files = vec![("app/g.yaml", plugin)];
    files.extend(charts);
    check(
        "generators: [g.yaml]\n",
        &files,
        "generators:\n- g.yaml\n",
        &["charts/web/Chart.yaml", "charts/web/values.yaml", "g.yaml", "v.yaml"],
    );
    for (home, message) in
        [("/app/home", "absolute path"), ("v.yaml", "is a file"), ("../outside", "is not in /app")]
    {
        let kustomization = format!("helmGlobals: {{chartHome: {home}}}\n");
        let mut files = vec![("app/kustomization.yaml", kustomization.as_str()), ("outside/a", "")];
        files.extend(charts);
        fails(&files, "", message);
    }
}

#[test]
fn what_cannot_be_copied_is_refused_with_its_place() {
    for (kustomization, message) in [
        (
            "resources: [none.yaml]",
            "none.yaml is neither a file, a folder nor a URL\n  --> app/kustomization.yaml:1",
        ),
        ("patches:\n- path: ../cm.yaml\n", "../cm.yaml is not in app or below it"),
        ("resources: [text.yaml]\n", "a resource must be a mapping"),
        ("resources: [twice.yaml]\n", "cm"),
        ("resources: [folder]\n", "there is no kustomization file in app/folder"),
        ("resources: [../app]\n", "this goes round in a circle"),
        ("nameprefix: a\nsuffix: b\n", "a kustomization has no field \"suffix\""),
        ("crds: [folder]\n", "folder is a folder, and a file is expected here"),
        ("configMapGenerator: [{files: [a=b=c]}]\n", "has more than one \"=\""),
        (
            "resources:\n- file:///srv/shop//web\n",
            "file:///srv/shop//web does not say which revision is meant\n  --> app/kustomization.yaml:2",
        ),
        ("components: ['https://code.example/a/b']\n", "does not say which revision is meant"),
        ("transformers: [folder]\n", "there is no kustomization file in app/folder"),
        (
            "transformers:\n- |\n  apiVersion: builtin\n  kind: PatchTransformer\n",
            "the resource has no metadata.name",
        ),
        (
            "transformers:\n- |\n  apiVersion: builtin\n  kind: PatchTransformer\n  metadata: {name: a}\n  path: none.yaml\n",
            "none.yaml is neither a file, a folder nor a URL\n  --> app/kustomization.yaml:2",
        ),
        (
            "transformers:\n- |\n  apiVersion: builtin\n  kind: PatchTransformer\n  metadata: {name: a}\n  path: {a: b}\n",
            "a mapping stands where a path should be",
        ),
    ] {
        let files = [
            ("app/kustomization.yaml", kustomization),
            ("app/text.yaml", "text"),
            ("app/twice.yaml", &format!("{CM}---\n{CM}")),
            ("app/folder/cm.yaml", CM),
            ("cm.yaml", CM),
        ];
        fails(&files, "", message);
    }
}

#[test]
fn the_destination_is_new_and_in_a_folder_that_is_there() {
    let host =
        MemoryHost::from_iter([("app/kustomization.yaml", "namePrefix: a-\n"), ("there/a", "")]);
    let to = |destination: &str| {
        let options =
            LocalizeOptions { destination: Some(destination.into()), ..LocalizeOptions::default() };
        localize(&host, "app", &options)
            .map(|localized| localized.destination().display().to_string())
    };
    assert_eq!(to("there/b").unwrap(), "there/b");
    assert_eq!(to("there").unwrap_err().code(), Code::DESTINATION_EXISTS);
    assert!(to("nowhere/b").unwrap_err().message().contains("is not in a folder that is there"));
    let by_default = localize(&host, "./app/", &LocalizeOptions::default()).unwrap();
    assert_eq!(by_default.destination(), Path::new("localized-app"));
    let host = MemoryHost::from_iter([("kustomization.yaml", "namePrefix: a-\n")]);
    let at_the_top = localize(&host, "/", &LocalizeOptions::default()).unwrap();
    assert_eq!(at_the_top.destination(), Path::new("localized"));
}

#[test]
fn copies_are_verified_without_being_written() {
    let files = [
        ("app/kustomization.yaml", "buildMetadata: [originAnnotations]\nresources: [../base]\n"),
        ("base/kustomization.yaml", "commonLabels: {a: b}\nresources: [cm.yaml]\n"),
        ("base/cm.yaml", CM),
    ];
    let host = MemoryHost::from_iter(files);
    let mut localized = run(&files, "/").unwrap();
    let warnings = localized.verify(&host).unwrap();
    assert_eq!(warnings.len(), 1);
    let mut changed = host.clone();
    changed.insert("base/cm.yaml", CM.replace("name: cm", "name: other"));
    let error = localized.verify(&changed).unwrap_err();
    assert!(error.message().contains("is another one in out"), "{error}");
    changed.insert("base/cm.yaml", format!("{CM}---\n{}", CM.replace("name: cm", "name: other")));
    let error = localized.verify(&changed).unwrap_err();
    assert!(error.message().contains("there are 1 resources instead of 2"), "{error}");
    let files = [("app/kustomization.yaml", "kind: Other\nresources: []\n")];
    let error = run(&files, "").unwrap().verify(&MemoryHost::from_iter(files)).unwrap_err();
    assert!(error.message().starts_with("the original cannot be built: the kind of"), "{error}");
}

#[test]
fn more_than_the_reference_copies() {
    check(
        "transformers: [t.yaml, folder/]\n",
        &[
            (
                "app/t.yaml",
                "apiVersion: builtin\nkind: ValueAddTransformer\nmetadata: {name: a}\ntargetFilePath: ./v.yaml\n---\napiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: b}\nPath: ./p.yaml\n",
            ),
            ("app/v.yaml", "[]"),
            ("app/p.yaml", CM),
            ("app/folder/kustomization.yaml", "resources: [u.yaml]\n"),
            (
                "app/folder/u.yaml",
                "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: a}\n",
            ),
        ],
        "transformers:\n- t.yaml\n- folder\n",
        &["folder/kustomization.yaml", "folder/u.yaml", "p.yaml", "t.yaml", "v.yaml"],
    );
}

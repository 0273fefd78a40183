//! What a hostile kustomization asks of its host: nothing that the options do not allow.

#![allow(clippy::unwrap_used, reason = "tests fail where they cannot go on")]

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use kbuild_core::{
    Fetched, Finished, Host, JailHost, LoadRestrictor, MemoryHost, Options, PathKind, Program,
    TemporaryFolder, render,
};

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n";

/// Files in memory; notes what was read and listed and what else was asked for, and refuses that.
#[derive(Default)]
struct Watched {
    files: MemoryHost,
    read: Mutex<Vec<PathBuf>>,
    listed: Mutex<Vec<PathBuf>>,
    asked: Mutex<Vec<String>>,
}

impl Watched {
    fn new(files: &[(&str, &str)]) -> Watched {
        let files = MemoryHost::from_iter(files.iter().copied());
        Watched { files, ..Watched::default() }
    }

    fn refuses(&self, options: &Options) -> String {
        render(self, "app", options).unwrap_err().to_string()
    }

    fn asks(&self, what: String) -> io::Error {
        self.asked.lock().unwrap().push(what);
        io::ErrorKind::PermissionDenied.into()
    }
}

impl Host for Watched {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.read.lock().unwrap().push(path.to_owned());
        self.files.read(path)
    }

    fn kind(&self, path: &Path) -> PathKind {
        self.files.kind(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.files.canonicalize(path)
    }

    fn list(&self, path: &Path) -> Vec<String> {
        self.listed.lock().unwrap().push(path.to_owned());
        self.files.list(path)
    }

    fn run(&self, program: &Program) -> io::Result<Finished> {
        Err(self.asks(format!("run {}", program.path.display())))
    }

    fn temporary_folder(&self) -> io::Result<TemporaryFolder> {
        Err(self.asks("temporary folder".to_owned()))
    }

    fn fetch(&self, url: &str) -> io::Result<Fetched> {
        Err(self.asks(format!("fetch {url}")))
    }
}

/// Every way to name a file.
const FIELDS: [&str; 20] = [
    "resources: [PATH]",
    "components: [PATH]",
    "patches: [{path: PATH, target: {kind: ConfigMap}}]",
    "patchesStrategicMerge: [PATH]",
    "patchesJson6902: [{path: PATH, target: {version: v1, kind: ConfigMap, name: cm}}]",
    "configMapGenerator: [{name: x, files: [PATH]}]",
    "configMapGenerator: [{name: x, files: [key=PATH]}]",
    "configMapGenerator: [{name: x, envs: [PATH]}]",
    "secretGenerator: [{name: x, files: [PATH]}]",
    "secretGenerator: [{name: x, envs: [PATH]}]",
    "configurations: [PATH]",
    "crds: [PATH]",
    "openapi: {path: PATH}",
    "replacements: [{path: PATH}]",
    "generators: [PATH]",
    "transformers: [PATH]",
    "validators: [PATH]",
    "generators: ['{apiVersion: builtin, kind: SecretGenerator, metadata: {name: x}, envs: [PATH]}']",
    "transformers: ['{apiVersion: builtin, kind: PatchTransformer, metadata: {name: x}, path: PATH}']",
    "transformers: ['{apiVersion: builtin, kind: PatchJson6902Transformer, metadata: {name: x}, target: {kind: ConfigMap, name: cm}, path: PATH}']",
];

fn field(field: &str, path: &str) -> String {
    let text = format!("resources: [cm.yaml]\n{}\n", field.replace("PATH", path));
    text.replace("resources: [cm.yaml]\nresources: [", "resources: [cm.yaml, ")
}

#[test]
fn files_outside_of_the_folder_are_never_read() {
    let paths = [
        "../secret.yaml",
        "/secret.yaml",
        "x/../../secret.yaml",
        "../app/../secret.yaml",
        "../../../secret.yaml",
    ];
    for path in paths {
        for name in FIELDS {
            let text = field(name, path);
            let host = Watched::new(&[
                ("app/kustomization.yaml", &text),
                ("app/cm.yaml", CONFIG_MAP),
                ("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: cm}\n"),
            ]);
            host.refuses(&Options::default());
            let read = host.read.lock().unwrap();
            let outside = read.iter().find(|path| path.ends_with("secret.yaml"));
            assert_eq!(outside, None, "{text}");
            assert!(host.asked.lock().unwrap().is_empty(), "{text}");
            // Nor where they may be read, if a jail is around it.
            let mut options = Options::default();
            options.load_restrictor = LoadRestrictor::None;
            let files = host.files.clone();
            let jail = JailHost::new(files, "app").unwrap();
            render(&jail, "app", &options).unwrap_err();
        }
    }
}

/// Neither files nor folders that an entry could not lead to are named as what was meant.
#[test]
fn names_outside_are_not_told() {
    for path in ["../keys/id_rsa_pro", "/keys/id_rsa_pro", "x/../../keys/id_rsa_pro"] {
        for name in FIELDS {
            let text = field(name, path);
            let host = Watched::new(&[
                ("app/kustomization.yaml", &text),
                ("app/cm.yaml", CONFIG_MAP),
                ("keys/id_rsa_prod", ""),
                ("keys/id_rsa_pr/notes", ""),
            ]);
            let error = host.refuses(&Options::default());
            assert!(!error.contains("did you mean"), "{text}{error}");
            let listed = host.listed.lock().unwrap().clone();
            // A base may be anywhere, by a relative path.
            let may_be_base =
                ["resources", "components", "generators: [P", "transformers: [P", "validators"]
                    .iter()
                    .any(|field| name.starts_with(field));
            if path.starts_with('/') || !may_be_base {
                assert!(listed.iter().all(|folder| folder.starts_with("/app")), "{text}{listed:?}");
                // It is the same where the file is there.
                if !may_be_base {
                    let mut there = Watched::new(&[]);
                    there.files = host.files.clone();
                    there.files.insert("keys/id_rsa_pro", "");
                    assert_eq!(there.refuses(&Options::default()), error, "{text}");
                }
            }
            let mut options = Options::default();
            options.load_restrictor = LoadRestrictor::None;
            let error = host.refuses(&options);
            let is_refused = error.contains("absolute path");
            assert!(error.contains("did you mean") || is_refused, "{text}{error}");
        }
    }
    let text = "resources: [../keys/bsae]\n";
    let host = Watched::new(&[
        ("app/kustomization.yaml", text),
        ("keys/base/kustomization.yaml", "resources: []\n"),
    ]);
    assert!(host.refuses(&Options::default()).contains("did you mean ../keys/base?"));
}

#[test]
fn urls_of_other_kinds_reach_neither_git_nor_servers() {
    for url in [
        "ext::sh -c id",
        "git::ext::sh -c id",
        "fd::7/a.git",
        "ftp://code.example/a.yaml",
        "gopher://code.example/a.yaml",
        "data:,a",
        "javascript:a",
        "file:///app/cm.yaml/..",
        "-oProxyCommand=id@host:a/b",
        "--upload-pack=id",
        "\\0http://code.example/a.yaml",
        "http:/code.example/a.yaml",
    ] {
        for name in FIELDS {
            // A repository of this machine is a repository, and among the resources it may stand.
            if url.starts_with("file")
                && (name.starts_with("resources") || name.starts_with("components"))
            {
                continue;
            }
            let text = field(name, &format!("\"{url}\"").replace("key=\"", "\"key="));
            let text = if name.contains("'{") || name.contains("key=") { continue } else { text };
            let host =
                Watched::new(&[("app/kustomization.yaml", &text), ("app/cm.yaml", CONFIG_MAP)]);
            host.refuses(&Options::default());
            let asked: Vec<String> = host.asked.lock().unwrap().clone();
            let is_asked = asked.iter().any(|what| what != "temporary folder");
            assert!(!is_asked, "{text}{asked:?}");
        }
    }
}

#[test]
fn builds_on_this_machine_alone_ask_for_nothing() {
    let mut options = Options::default();
    options.local_only = true;
    for url in [
        "http://169.254.169.254/latest/meta-data/",
        "https://code.example/a/b.git",
        "git@code.example:a/b.git",
        "github.com/acme/shop",
        "file:///srv/shop",
    ] {
        for name in [
            "resources: [PATH]",
            "components: [PATH]",
            "patches: [{path: PATH}]",
            "transformers: [PATH]",
        ] {
            let text = field(name, &format!("'{url}'"));
            let host =
                Watched::new(&[("app/kustomization.yaml", &text), ("app/cm.yaml", CONFIG_MAP)]);
            host.refuses(&options);
            assert!(host.asked.lock().unwrap().is_empty(), "{text}");
        }
    }
}

#[test]
fn programs_are_asked_for_with_options_alone() {
    let function = |spec: &str| {
        format!(
            "apiVersion: example.com/v1\nkind: Fn\nmetadata:\n  name: fn\n  annotations:\n    config.kubernetes.io/function: '{spec}'\n"
        )
    };
    for (kustomization, config) in [
        ("generators: [fn.yaml]\n", function("exec: {path: /bin/sh}")),
        ("transformers: [fn.yaml]\n", function("exec: {path: ../../bin/sh}")),
        ("validators: [fn.yaml]\n", function("container: {image: img, network: true}")),
        (
            "generators: [fn.yaml]\n",
            "apiVersion: a/v1\nkind: Fn\nmetadata: {name: fn}\n".to_owned(),
        ),
        ("helmCharts: [{name: demo, repo: 'https://code.example'}]\n", String::new()),
        ("helmChartInflationGenerator: [{chartName: demo}]\n", String::new()),
    ] {
        for exec in [false, true] {
            let host = Watched::new(&[
                ("app/kustomization.yaml", kustomization),
                ("app/fn.yaml", &config),
            ]);
            let mut options = Options::default();
            options.enable_exec = exec;
            options.functions.network = true;
            options.functions.plugin_home = Some("/plugins".into());
            host.refuses(&options);
            assert!(host.asked.lock().unwrap().is_empty(), "{kustomization}");
        }
    }
}

#[test]
fn aliases_are_bounded_in_every_file() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let references = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb += &format!("a{level}: &a{level} [{references}]\n");
    }
    for name in FIELDS {
        // Data of generators is no YAML.
        if name.contains("files:") || name.contains("envs:") {
            continue;
        }
        let text = field(name, "bomb.yaml");
        let files = [
            ("app/kustomization.yaml", &*text),
            ("app/cm.yaml", CONFIG_MAP),
            ("app/bomb.yaml", &bomb),
        ];
        Watched::new(&files).refuses(&Options::default());
    }
    let error = Watched::new(&[("app/kustomization.yaml", &bomb)]).refuses(&Options::default());
    assert!(error.contains("alias") || error.contains("unknown field"), "{error}");
    // Where the anchor is in use, each use counts.
    let text = format!(
        "resources: [cm.yaml]\npatches:\n- patch: |\n{}",
        bomb.lines().map(|line| format!("    {line}\n")).collect::<String>()
    );
    let files = [("app/kustomization.yaml", &*text), ("app/cm.yaml", CONFIG_MAP)];
    Watched::new(&files).refuses(&Options::default());
}

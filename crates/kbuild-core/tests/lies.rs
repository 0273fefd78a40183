//! Programs and servers that lie: every build ends with resources or with an error, and within its limits.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests reach the disk, and fail where they cannot go on"
)]

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use kbuild_core::{
    Cancelled, DiskHost, Fetched, Finished, Host, MemoryHost, Options, PathKind, Program,
    TemporaryFolder, render,
};

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n";

/// Runs nothing, answers what it is told, and remembers what it was asked.
struct Liar {
    files: MemoryHost,
    answer: fn(&Program) -> io::Result<Finished>,
    fetched: fn() -> io::Result<Fetched>,
    programs: Mutex<Vec<Program>>,
    folders: Mutex<Vec<PathBuf>>,
}

impl Liar {
    fn new(kustomization: &str, answer: fn(&Program) -> io::Result<Finished>) -> Liar {
        let mut files = MemoryHost::new();
        files.insert("app/cm.yaml", CONFIG_MAP);
        files.insert("app/kustomization.yaml", kustomization);
        files.insert("app/charts/demo/values.yaml", "a: b\n");
        files.insert("app/fn.yaml", "apiVersion: example.com/v1\nkind: Fn\nmetadata:\n  name: fn\n  annotations:\n    config.kubernetes.io/function: 'exec: {path: fn}'\n");
        let fetched = || Ok(Fetched { status: 404, content: Vec::new() });
        Liar { files, answer, fetched, programs: Mutex::default(), folders: Mutex::default() }
    }

    fn build(&self) -> Result<String, String> {
        let mut options = Options::default();
        options.helm.enabled = true;
        options.enable_alpha_plugins = true;
        options.enable_exec = true;
        options.cancelled = Some(Cancelled::when(|| false));
        let rendered = render(self, "app", &options).map_err(|error| error.to_string());
        let built = rendered.and_then(|it| it.to_yaml().map_err(|error| error.to_string()));
        let folders = self.folders.lock().unwrap();
        assert!(folders.iter().all(|folder| !folder.exists()), "{folders:?}");
        built
    }
}

impl Host for Liar {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.read(path)
    }

    fn kind(&self, path: &Path) -> PathKind {
        self.files.kind(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.files.canonicalize(path).or_else(|_| std::fs::canonicalize(path))
    }

    fn list(&self, path: &Path) -> Vec<String> {
        self.files.list(path)
    }

    fn run(&self, program: &Program) -> io::Result<Finished> {
        self.programs.lock().unwrap().push(program.clone());
        if program.arguments == ["version", "--short"] {
            return Ok(Finished {
                status: Some(0),
                output: b"v3.17.3".to_vec(),
                errors: Vec::new(),
            });
        }
        (self.answer)(program)
    }

    fn temporary_folder(&self) -> io::Result<TemporaryFolder> {
        let folder = DiskHost::new().with_programs().temporary_folder()?;
        self.folders.lock().unwrap().push(folder.path().to_owned());
        Ok(folder)
    }

    fn fetch(&self, _url: &str) -> io::Result<Fetched> {
        (self.fetched)()
    }
}

fn printed(output: &[u8]) -> io::Result<Finished> {
    Ok(Finished { status: Some(0), output: output.to_vec(), errors: Vec::new() })
}

#[test]
fn programs_that_lie_are_found_out() {
    let lies: [fn(&Program) -> io::Result<Finished>; 11] = [
        |_| printed(&vec![b'['; 1 << 20]),
        |_| printed(&vec![0xff; 1 << 20]),
        |_| printed(&vec![0; 1 << 20]),
        |_| printed("- ".repeat(1 << 18).as_bytes()),
        |_| printed("a: ".repeat(1 << 18).as_bytes()),
        |_| printed(b"&a [*a]"),
        |_| printed(b"kind: ConfigMap\nmetadata: [1]\n"),
        |_| printed(b"apiVersion: v1\nkind: {a: b}\nmetadata: {name: x}\n"),
        |_| Ok(Finished { status: None, output: Vec::new(), errors: b"\x1b[31m".to_vec() }),
        |_| Err(io::ErrorKind::TimedOut.into()),
        |_| Err(io::ErrorKind::Interrupted.into()),
    ];
    for kustomization in [
        "resources: [cm.yaml]\ntransformers: [fn.yaml]\n",
        "generators: [fn.yaml]\n",
        "resources: [cm.yaml]\nvalidators: [fn.yaml]\n",
        "helmCharts: [{name: demo}]\n",
    ] {
        for lie in lies {
            let error = Liar::new(kustomization, lie).build().unwrap_err();
            assert!(error.len() < 2000, "{kustomization}{error}");
        }
        let nothing = Liar::new(kustomization, |_| printed(b"")).build();
        let is_check = kustomization.contains("validators");
        assert_eq!(nothing.is_err(), is_check, "{kustomization}{nothing:?}");
    }
}

#[test]
fn programs_get_limits() {
    let git = |query: &str| format!("resources: ['ssh://git@code.example/a/b.git{query}']\n");
    for (kustomization, limit) in [
        (git(""), 27),
        (git("?timeout=5s"), 5),
        (git("?timeout=90"), 90),
        (git("?timeout=0"), 27),
        (git("?timeout=-1s"), 27),
        (git("?timeout=1e9"), 27),
        ("helmCharts: [{name: demo}]\n".to_owned(), 300),
        ("generators: [fn.yaml]\n".to_owned(), 300),
    ] {
        let host = Liar::new(&kustomization, |_| printed(b""));
        let _ = host.build();
        let programs = host.programs.lock().unwrap();
        assert!(!programs.is_empty());
        for program in programs.iter() {
            assert_eq!(program.time_limit, Duration::from_secs(limit), "{kustomization}");
            assert!(program.output_limit <= 256 << 20 && program.cancelled.is_some());
            assert_eq!(program.leaves_daemons, kustomization.contains("code.example"));
        }
    }
}

#[test]
fn servers_that_lie_are_found_out() {
    let answers: [fn() -> io::Result<Fetched>; 6] = [
        || Ok(Fetched { status: 200, content: vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] }),
        || Ok(Fetched { status: 200, content: b"<html>".repeat(1 << 18) }),
        || Ok(Fetched { status: 0, content: CONFIG_MAP.into() }),
        || Ok(Fetched { status: 204, content: vec![b'{'; 1 << 20] }),
        || Ok(Fetched { status: 65535, content: Vec::new() }),
        || Err(io::ErrorKind::ConnectionReset.into()),
    ];
    for field in [
        "resources: [URL]",
        "patches: [{path: URL}]",
        "openapi: {path: URL}",
        "transformers: [URL]",
    ] {
        for fetched in answers {
            let kustomization = field.replace("URL", "'https://code.example/a.yaml'");
            let mut host = Liar::new(&kustomization, |_| Err(io::ErrorKind::NotFound.into()));
            host.fetched = fetched;
            let error = host.build().unwrap_err();
            assert!(error.len() < 2000, "{error}");
        }
    }
}

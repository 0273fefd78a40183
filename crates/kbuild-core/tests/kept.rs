//! What a builder keeps from one build for others: as much as there is room for, and nothing that was forgotten.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests write files, and fail where they cannot"
)]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use kbuild_core::{
    Builder, Cancelled, Code, DiskHost, Error, Event, Fetched, Finished, Host, MemoryHost,
    Observer, Options, PathKind, Program, Rendered, Task, TemporaryFolder,
};

/// A builder whose builds note the tasks that they begin.
fn observed(host: impl Host + 'static, mut options: Options) -> (Builder, impl Fn() -> String) {
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let notes = Arc::clone(&heard);
    options.observer = Observer::new(move |event| match event {
        Event::Begun(Task::Kustomization { folder }) => {
            notes.lock().unwrap().push(folder.display().to_string());
        }
        Event::Begun(Task::Fetch { url }) => notes.lock().unwrap().push((*url).to_owned()),
        _ => {}
    });
    let take = move || std::mem::take(&mut *heard.lock().unwrap()).join(" ");
    (Builder::new(host).with_options(options), take)
}

fn yaml(built: Result<Rendered, Error>) -> String {
    built.and_then(|rendered| rendered.to_yaml()).unwrap()
}

fn config_map(text: &str) -> String {
    format!("apiVersion: v1\ndata:\n  text: {text}\nkind: ConfigMap\nmetadata:\n  name: app\n")
}

#[test]
fn what_was_used_longest_ago_is_built_again() {
    let mut host = MemoryHost::new();
    for name in ["a", "b", "c"] {
        host.insert(format!("{name}/kustomization.yaml"), "resources: [cm.yaml]\n");
        host.insert(format!("{name}/cm.yaml"), config_map(&name.repeat(100_000)));
        host.insert(format!("on-{name}/kustomization.yaml"), format!("resources: [../{name}]\n"));
    }
    let mut options = Options::default();
    options.limits.kept_bytes = 250_000;
    let (builder, begun) = observed(host, options);
    let build = |name: &str| {
        let output = yaml(builder.build(format!("on-{name}")));
        assert!(output == config_map(&name.repeat(100_000)), "{name}");
        begun()
    };
    assert_eq!(build("a"), "on-a a");
    assert_eq!(build("b"), "on-b b");
    assert_eq!(build("a"), "on-a");
    assert_eq!(build("c"), "on-c c");
    assert_eq!(build("a"), "on-a");
    assert_eq!(build("b"), "on-b b");
    assert_eq!(build("c"), "on-c c");
}

/// Reads from memory, and changes a file as soon as it has been read for the first time.
#[derive(Clone)]
struct Changing {
    files: Arc<Mutex<MemoryHost>>,
    builder: Arc<OnceLock<Builder>>,
}

impl Host for Changing {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut files = self.files.lock().unwrap();
        let content = files.read(path);
        if path.ends_with("cm.yaml") {
            files.insert(path, config_map("new"));
            self.builder.get().unwrap().forget();
        }
        content
    }
    fn kind(&self, path: &Path) -> PathKind {
        self.files.lock().unwrap().kind(path)
    }
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.files.lock().unwrap().canonicalize(path)
    }
    fn list(&self, path: &Path) -> Vec<String> {
        self.files.lock().unwrap().list(path)
    }
}

#[test]
fn what_is_forgotten_during_a_build_is_not_kept_at_its_end() {
    let files = MemoryHost::from_iter([
        ("app/kustomization.yaml", "resources: [../base]\n".to_owned()),
        ("base/kustomization.yaml", "resources: [cm.yaml]\n".to_owned()),
        ("base/cm.yaml", config_map("old")),
    ]);
    let host = Changing { files: Arc::new(Mutex::new(files)), builder: Arc::default() };
    let later = Arc::clone(&host.builder);
    let builder = later.get_or_init(|| Builder::new(host));
    assert_eq!(yaml(builder.build("app")), config_map("old"));
    assert_eq!(yaml(builder.build("app")), config_map("new"));
}

/// A web that takes its time, and tells of it.
struct Slow {
    files: MemoryHost,
    begun: Mutex<Sender<()>>,
    is_given_up: Arc<AtomicBool>,
}

impl Host for Slow {
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
    fn fetch(&self, _url: &str) -> io::Result<Fetched> {
        self.begun.lock().unwrap().send(()).unwrap();
        std::thread::sleep(Duration::from_millis(100));
        self.is_given_up.store(true, Ordering::Relaxed);
        Ok(Fetched { status: 200, content: config_map("far").into_bytes() })
    }
}

#[test]
fn a_build_that_is_given_up_takes_no_other_with_it() {
    let text = "resources: ['https://example.com/cm.yaml']\n";
    let files = MemoryHost::from_iter([("kustomization.yaml", text)]);
    let (sender, begun) = channel();
    let is_given_up = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&is_given_up);
    let builder = Builder::new(Slow { files, begun: Mutex::new(sender), is_given_up });
    let impatient = builder.cancelled(Cancelled::when(move || asked.load(Ordering::Relaxed)));
    std::thread::scope(|scope| {
        let given_up = scope.spawn(|| impatient.build(".").map(drop));
        begun.recv().unwrap();
        // It waits for what the other one fetches.
        assert_eq!(yaml(builder.build(".")), config_map("far"));
        let error = given_up.join().unwrap().unwrap_err();
        assert_eq!(error.code(), Code::CANCELLED, "{error}");
    });
    assert_eq!(begun.try_iter().count(), 1, "both have fetched, one after the other");
    assert_eq!(yaml(builder.build(".")), config_map("far"));
    assert_eq!(begun.try_iter().count(), 0);
}

/// A disk where git makes a repository of one ConfigMap out of every URL.
struct Forge(Arc<Mutex<Vec<PathBuf>>>);

impl Host for Forge {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        DiskHost::new().read(path)
    }
    fn kind(&self, path: &Path) -> PathKind {
        DiskHost::new().kind(path)
    }
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        DiskHost::new().canonicalize(path)
    }
    fn list(&self, path: &Path) -> Vec<String> {
        DiskHost::new().list(path)
    }
    fn temporary_folder(&self) -> io::Result<TemporaryFolder> {
        let folder = DiskHost::new().with_programs().temporary_folder()?;
        self.0.lock().unwrap().push(folder.path().to_owned());
        Ok(folder)
    }
    fn run(&self, program: &Program) -> io::Result<Finished> {
        let name =
            program.arguments.iter().find_map(|it| it.strip_prefix("https://example.com/acme/"));
        if let (Some(name), Some(folder)) = (name, &program.directory) {
            let generated = format!("configMapGenerator: [{{name: {name}}}]\n");
            fs::write(folder.join("kustomization.yaml"), generated)?;
        }
        Ok(Finished { status: Some(0), output: Vec::new(), errors: Vec::new() })
    }
}

#[test]
fn repositories_stay_as_long_as_a_build_uses_them() {
    let folder = tempfile::TempDir::new().unwrap();
    let write = |name: &str, repositories: &[&str]| {
        let entries: String = repositories
            .iter()
            .map(|name| format!("- https://example.com/acme/{name}?ref=v1\n"))
            .collect();
        let path = folder.path().join(name);
        fs::create_dir(&path).unwrap();
        fs::write(path.join("kustomization.yaml"), format!("resources:\n{entries}")).unwrap();
        path
    };
    let (one, two, both) = (write("one", &["a"]), write("two", &["b"]), write("both", &["a", "b"]));
    let folders: Arc<Mutex<Vec<PathBuf>>> = Arc::default();
    let present = || folders.lock().unwrap().iter().filter(|path| path.exists()).count();
    let mut options = Options::default();
    options.limits.kept_repositories = 1;
    let builder = Builder::new(Forge(Arc::clone(&folders))).with_options(options);
    let build = |path: &Path| {
        let before = folders.lock().unwrap().len();
        let count = builder.build(path).unwrap().resources().len();
        (count, folders.lock().unwrap().len() - before)
    };
    assert_eq!((build(&one), present()), ((1, 1), 1));
    assert_eq!((build(&one), present()), ((1, 0), 1));
    assert_eq!((build(&two), present()), ((1, 1), 1));
    // It needs more than are kept.
    assert_eq!((build(&both).0, present()), (2, 1));
    builder.forget();
    assert_eq!(present(), 1);
    builder.forget_remote();
    assert_eq!(present(), 0);
    assert_eq!((build(&both), present()), ((2, 2), 1));
}

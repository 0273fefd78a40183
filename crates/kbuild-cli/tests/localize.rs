//! `kbuild localize` on folders, repositories at `file://`, and files behind a server on this machine.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails where anything is refused, and says why it is skipped"
)]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use tempfile::TempDir;

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n";

/// A folder for repositories and kustomizations.
struct Project {
    folder: TempDir,
    path: PathBuf,
}

impl Project {
    fn new() -> Project {
        let folder = TempDir::new().unwrap();
        let path = folder.path().canonicalize().unwrap();
        Project { folder, path }
    }

    fn with(files: &[(&str, &str)]) -> Project {
        let project = Project::new();
        files.iter().for_each(|(path, content)| project.write(path, content));
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.path.join(path)
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// All files below a folder, as paths relative to it, in order.
    fn files(&self, folder: &str) -> Vec<String> {
        let root = self.path(folder);
        let mut found = Vec::new();
        let mut waiting = vec![root.clone()];
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_dir() {
                    waiting.push(entry.path());
                } else {
                    let path = entry.path().strip_prefix(&root).unwrap().to_path_buf();
                    found.push(path.display().to_string());
                }
            }
        }
        found.sort();
        found
    }

    /// What is in the folder itself.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.path).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("LC_ALL", "C");
        command
    }

    /// Whether it succeeds, and what it writes to standard error.
    fn localize(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = self.command(env!("CARGO_BIN_EXE_kbuild"));
        let output = command.arg("localize").args(arguments).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    }

    #[track_caller]
    fn localizes(&self, arguments: &[&str]) -> String {
        let (success, text) = self.localize(arguments);
        assert!(success, "{text}");
        text
    }

    /// Checks that the command fails with a message and leaves nothing behind.
    #[track_caller]
    fn fails(&self, arguments: &[&str], message: &str) {
        let before = self.names();
        let (success, text) = self.localize(arguments);
        assert!(!success && text.contains(message), "{text}");
        assert_eq!(self.names(), before);
    }

    fn git(&self, repository: &str, arguments: &[&str]) {
        let output = self
            .command("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-C", repository])
            .args(arguments)
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
    }

    /// Makes a folder a repository with the tag `v1`. False, with a message, where there is no git.
    fn repository(&self, name: &str) -> bool {
        if Command::new("git").arg("--version").output().is_err() {
            eprintln!("skipped: there is no git");
            return false;
        }
        self.git(name, &["init", "--quiet"]);
        self.git(name, &["add", "--all"]);
        self.git(name, &["commit", "--quiet", "--message", "first"]);
        self.git(name, &["tag", "v1"]);
        true
    }

    fn url(&self, repository: &str) -> String {
        format!("file://{}", self.path(repository).display())
    }

    /// Where a folder of a repository goes, as seen from what names it.
    fn place(&self, repository: &str, rest: &str) -> String {
        let path = self.path(repository);
        format!("localized-files/file-schemed{}/{rest}", path.display())
    }
}

/// A server with the same answer to everything that ends in `.yaml`.
fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap();
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
            let is_file = path.split('?').next().unwrap_or_default().ends_with(".yaml");
            // What a query asks for shows in the answer.
            let content = match path.split_once('?') {
                Some((_, query)) => format!("{answer}  namespace: {query}\n"),
                None => answer.to_owned(),
            };
            let (status, content) =
                if is_file { ("200 OK", content) } else { ("404 Not Found", String::new()) };
            let length = content.len();
            let _ = stream.write_all(
                format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{content}")
                    .as_bytes(),
            );
        }
    });
    url
}

#[test]
fn the_copy_gets_a_name_and_is_verified() {
    let project = Project::with(&[
        ("app/kustomization.yaml", "# why\nnamePrefix: a-\nresources:\n  - ./cm.yaml\n"),
        ("app/cm.yaml", CONFIG_MAP),
        ("app/unused.yaml", CONFIG_MAP),
    ]);
    let text = project.localizes(&["app"]);
    let copy = project.path("localized-app");
    let copy = copy.display();
    assert_eq!(
        text,
        format!(
            "VERIFICATION SUCCESS: `kustomize build` for app and {copy} are the same after localization.\nSUCCESS: localized \"app\" to directory {copy}\n"
        )
    );
    assert_eq!(project.files("localized-app"), ["cm.yaml", "kustomization.yaml"]);
    assert_eq!(
        project.read("localized-app/kustomization.yaml"),
        "namePrefix: a-\nresources:\n- cm.yaml\n"
    );
    assert_eq!(project.names(), ["app", "localized-app"]);
    project.fails(&["app"], "the destination localized-app is there already");
    let text = project.localizes(&["app", "app/copy", "--no-verify"]);
    assert_eq!(
        text,
        format!("SUCCESS: localized \"app\" to directory {}\n", project.path("app/copy").display())
    );
    assert_eq!(project.files("app/copy"), ["cm.yaml", "kustomization.yaml"]);
    project.fails(&["app", "no/such/folder"], "is not in a folder that is there");
    project.fails(&["nowhere"], "nowhere is neither a file, a folder nor a URL");
    project.fails(&["app", "b", "c"], "unexpected argument");
}

#[cfg(unix)]
#[test]
fn a_copy_has_the_permissions_of_any_new_folder() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::with(&[("app/kustomization.yaml", "namePrefix: a-\n")]);
    project.localizes(&["app", "copy"]);
    let mode = |path: &str| fs::metadata(project.path(path)).unwrap().permissions().mode();
    assert_eq!(mode("copy"), mode("app"));
    assert_eq!(mode("copy/kustomization.yaml"), mode("app/kustomization.yaml"));
}

#[test]
fn the_working_directory_is_the_default() {
    let project = Project::with(&[("kustomization.yaml", "namePrefix: a-\n")]);
    project.localizes(&[]);
    let name = format!("localized-{}", project.path.file_name().unwrap().to_str().unwrap());
    assert_eq!(project.files(&name), ["kustomization.yaml"]);
}

#[test]
fn a_scope_lets_folders_be_named_and_keeps_their_places() {
    let project = Project::with(&[
        ("all/overlays/dev/kustomization.yaml", "resources: [../../base]\n"),
        ("all/base/kustomization.yaml", "resources: [cm.yaml]\n"),
        ("all/base/cm.yaml", CONFIG_MAP),
        ("all/other/kustomization.yaml", "namePrefix: a-\n"),
    ]);
    let target = "all/overlays/dev";
    project.fails(&[target], "name a folder that holds both with --scope");
    project.fails(&[target, "--scope", "all/other"], "is not in the scope all/other");
    project.fails(&[target, "--scope=none"], "the scope none is not a folder");
    project.localizes(&[target, "--scope", "all"]);
    assert_eq!(
        project.files("localized-dev"),
        ["base/cm.yaml", "base/kustomization.yaml", "overlays/dev/kustomization.yaml"]
    );
}

#[test]
fn files_behind_urls_are_copied() {
    let url = server(CONFIG_MAP);
    let project = Project::with(&[(
        "app/kustomization.yaml",
        &format!(
            "resources: ['{url}/a/../cm.yaml']\npatches: [{{path: '{url}/patch.yaml'}}]\nconfigMapGenerator:\n- name: g\n  files: ['{url}/f.yaml', 'k={url}/g.yaml']\n"
        ),
    )]);
    project.localizes(&["app"]);
    assert_eq!(
        project.read("localized-app/kustomization.yaml"),
        "configMapGenerator:\n- files:\n  - localized-files/127.0.0.1/f.yaml\n  - k=localized-files/127.0.0.1/g.yaml\n  name: g\npatches:\n- path: localized-files/127.0.0.1/patch.yaml\nresources:\n- localized-files/127.0.0.1/cm.yaml\n"
    );
    assert_eq!(project.read("localized-app/localized-files/127.0.0.1/cm.yaml"), CONFIG_MAP);
    // Queries are not part of the path.
    let twice = format!("resources: ['{url}/cm.yaml?a', '{url}/cm.yaml?b']\n");
    project.write("twice/kustomization.yaml", &twice);
    project.fails(&["twice"], "would both become localized-files/127.0.0.1/cm.yaml");
    project.write("none/kustomization.yaml", &format!("crds: ['{url}/none']\n"));
    project.fails(&["none"], "status 404");
    project.write("app/localized-files/a", "");
    project.fails(&["app", "copy"], "there is a localized-files in app already");
}

#[test]
fn repositories_are_copied_with_what_they_name() {
    let project = Project::with(&[
        ("common.git/kustomization.yaml", "resources: [cm.yaml]\n"),
        ("common.git/cm.yaml", CONFIG_MAP),
    ]);
    let common = project.url("common.git");
    project
        .write("shop/web/kustomization.yaml", &format!("resources: [../db, '{common}?ref=v1']\n"));
    project.write("shop/db/kustomization.yaml", "namePrefix: db-\n");
    if !project.repository("common.git") {
        return;
    }
    project.repository("shop");
    let shop = project.url("shop");
    project.write("app/kustomization.yaml", &format!("resources:\n- {shop}//web?ref=v1\n"));
    project.localizes(&["app"]);
    let web = project.place("shop", "v1/web");
    let inner = project.place("common", "v1");
    assert_eq!(project.read("localized-app/kustomization.yaml"), format!("resources:\n- {web}\n"));
    assert_eq!(
        project.read(&format!("localized-app/{web}/kustomization.yaml")),
        format!("resources:\n- ../db\n- {inner}\n")
    );
    let files = project.files("localized-app");
    let expected = [
        format!("{}/kustomization.yaml", project.place("shop", "v1/db")),
        format!("{web}/kustomization.yaml"),
        format!("{web}/{inner}/cm.yaml"),
        format!("{web}/{inner}/kustomization.yaml"),
    ];
    assert!(expected.iter().all(|path| files.contains(path)), "{files:?}");
    assert_eq!(files.len(), 5);
    // The same, without the original at hand.
    fs::remove_dir_all(project.path("shop")).unwrap();
    let mut build = project.command(env!("CARGO_BIN_EXE_kbuild"));
    let output = build.arg("localized-app").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), CONFIG_MAP);
}

#[test]
fn a_repository_may_be_the_target() {
    let project = Project::with(&[
        ("shop.git/web/kustomization.yaml", "resources: [../base]\n"),
        ("shop.git/base/kustomization.yaml", "resources: [cm.yaml]\n"),
        ("shop.git/base/cm.yaml", CONFIG_MAP),
        ("shop.git/kustomization.yaml", "resources: [web]\n"),
    ]);
    if !project.repository("shop.git") {
        return;
    }
    project.git("shop.git", &["branch", "release/2"]);
    let url = project.url("shop.git");
    project.localizes(&[&format!("{url}/web?ref=v1")]);
    assert_eq!(
        project.files("localized-web-v1"),
        ["base/cm.yaml", "base/kustomization.yaml", "web/kustomization.yaml"]
    );
    project.localizes(&[&format!("{url}?ref=release/2")]);
    assert_eq!(project.files("localized-shop.git-release-2").len(), 4);
    project.fails(&[&url], "does not say which revision is meant");
    project.fails(&[&format!("{url}?ref=v1"), "copy", "--scope", "."], "the scope . is given for");
    project.fails(&[&format!("{url}?ref=none"), "copy"], "none");
    project.fails(&[&format!("{url}//none?ref=v1"), "copy"], "has no folder");
}

#[test]
fn repositories_without_a_revision_are_refused() {
    let project = Project::with(&[("shop/kustomization.yaml", "namePrefix: a-\n")]);
    if !project.repository("shop") {
        return;
    }
    let url = project.url("shop");
    project.write("app/kustomization.yaml", &format!("resources:\n- {url}\n"));
    project.fails(&["app"], "add ?ref= and a tag, a branch or a commit");
    project.write("app/kustomization.yaml", &format!("components:\n- {url}?submodules=0\n"));
    project.fails(&["app"], "does not say which revision is meant");
}

#[cfg(unix)]
#[test]
fn links_become_what_they_lead_to() {
    use std::os::unix::fs::symlink;
    let project = Project::with(&[
        (
            "app/kustomization.yaml",
            "resources: [base]\nconfigMapGenerator: [{name: a, files: [link]}]\n",
        ),
        ("app/file", "content"),
        ("app/real/kustomization.yaml", "resources: [cm.yaml]\n"),
        ("app/real/cm.yaml", CONFIG_MAP),
        ("outside", "secret"),
    ]);
    symlink("file", project.path("app/link")).unwrap();
    symlink("real", project.path("app/base")).unwrap();
    project.localizes(&["app"]);
    assert_eq!(
        project.read("localized-app/kustomization.yaml"),
        "configMapGenerator:\n- files:\n  - link=file\n  name: a\nresources:\n- real\n"
    );
    symlink("../outside", project.path("app/leak")).unwrap();
    project.write("app/kustomization.yaml", "configMapGenerator: [{name: a, files: [leak]}]\n");
    project.fails(&["app", "copy"], "leak is a link that leads out of app");
}

#[cfg(unix)]
#[test]
fn folders_of_charts_are_copied_without_links() {
    use std::os::unix::fs::symlink;
    let project = Project::with(&[
        (
            "app/kustomization.yaml",
            "helmCharts: [{name: web, valuesFile: charts/web/values.yaml}]\n",
        ),
        ("app/charts/web/values.yaml", "a: 1\n"),
        ("app/charts/web/Chart.yaml", "name: web\n"),
        ("linked/kustomization.yaml", "helmGlobals: {chartHome: home}\n"),
        ("linked/real/web/Chart.yaml", "name: web\n"),
        ("secret", "secret"),
    ]);
    fs::create_dir(project.path("app/charts/empty")).unwrap();
    symlink("../../secret", project.path("app/charts/leak")).unwrap();
    symlink("nowhere", project.path("app/charts/broken")).unwrap();
    project.fails(&["app"], "With --no-verify");
    project.localizes(&["app", "--no-verify"]);
    assert_eq!(
        project.files("localized-app"),
        ["charts/web/Chart.yaml", "charts/web/values.yaml", "kustomization.yaml"]
    );
    assert!(project.path("localized-app/charts/empty").is_dir());
    symlink("real", project.path("linked/home")).unwrap();
    project.localizes(&["linked"]);
    assert_eq!(
        project.read("localized-linked/kustomization.yaml"),
        "helmGlobals:\n  chartHome: real\n"
    );
    assert!(Path::new(&project.path("localized-linked/real/web/Chart.yaml")).exists());
}

#[test]
fn a_kustomization_that_does_not_build_is_not_copied_unless_asked_for() {
    let project = Project::with(&[
        ("app/kustomization.yaml", "resources: [cm.yaml]\npatches: [{path: p.yaml}]\n"),
        ("app/cm.yaml", CONFIG_MAP),
        ("app/p.yaml", &CONFIG_MAP.replace("name: cm", "name: other")),
    ]);
    project.fails(&["app"], "the original cannot be built");
    project.localizes(&["app", "--no-verify"]);
    assert_eq!(project.files("localized-app").len(), 3);
}

#[test]
fn warnings_about_the_original_are_shown_once() {
    let project = Project::with(&[
        ("app/kustomization.yaml", "bases: [base]\n"),
        ("app/base/kustomization.yaml", "namePrefix: a-\n"),
    ]);
    let text = project.localizes(&["app"]);
    assert_eq!(text.matches("'bases' is deprecated").count(), 1, "{text}");
    assert_eq!(project.read("localized-app/kustomization.yaml"), "bases:\n- base\n");
}

//! The command on repositories and files from elsewhere: `file://`, and a server on this machine.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails where anything is refused, and says why it is skipped"
)]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tempfile::TempDir;

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n";

/// A folder for repositories and kustomizations.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new() -> Project {
        Project { folder: TempDir::new().unwrap() }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn url(&self, repository: &str) -> String {
        format!("file://{}", self.path(repository).display())
    }

    /// A command with git set up as on a machine where nobody set it up, but for submodules in local folders.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("LC_ALL", "C")
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "protocol.file.allow")
            .env("GIT_CONFIG_VALUE_0", "always");
        command
    }

    fn git(&self, repository: &str, arguments: &[&str]) {
        let output = self
            .command("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-C", repository])
            .args(arguments)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// False, with a message, where there is no git.
    fn repository(&self, name: &str, files: &[(&str, &str)]) -> bool {
        if Command::new("git").arg("--version").output().is_err() {
            eprintln!("skipped: there is no git");
            return false;
        }
        for (path, content) in files {
            self.write(&format!("{name}/{path}"), content);
        }
        self.git(name, &["init", "--quiet"]);
        self.git(name, &["add", "--all"]);
        self.git(name, &["commit", "--quiet", "--message", "first"]);
        true
    }

    fn kbuild(&self, argument: &str) -> Output {
        self.command(env!("CARGO_BIN_EXE_kbuild")).arg(argument).output().unwrap()
    }
}

fn printed(output: &Output) -> (&str, &str) {
    (std::str::from_utf8(&output.stdout).unwrap(), std::str::from_utf8(&output.stderr).unwrap())
}

/// A server of one file, `/a/cm.yaml`, with a detour to it at `/a/old.yaml`; its URL, and how often it was asked.
fn server() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            counter.fetch_add(1, Ordering::Relaxed);
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap();
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let answer = match request.split(' ').nth(1) {
                Some("/a/cm.yaml") => {
                    format!("200 OK\r\nContent-Length: {}\r\n\r\n{CONFIG_MAP}", CONFIG_MAP.len())
                }
                Some("/a/old.yaml") => {
                    "302 Found\r\nLocation: /a/cm.yaml\r\nContent-Length: 0\r\n\r\n".to_owned()
                }
                _ => "404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
            };
            let _ = stream.write_all(
                format!("HTTP/1.1 {}", answer.replacen("\r\n", "\r\nConnection: close\r\n", 1))
                    .as_bytes(),
            );
        }
    });
    (url, asked)
}

#[test]
fn the_url_of_a_repository_is_built() {
    let project = Project::new();
    let files = [("web/kustomization.yaml", "resources: [cm.yaml]\n"), ("web/cm.yaml", CONFIG_MAP)];
    if !project.repository("shop", &files) {
        return;
    }
    let output = project.kbuild(&format!("{}//web", project.url("shop")));
    assert_eq!(printed(&output), (CONFIG_MAP, ""));
    let output = project.kbuild(&format!("git::{}//web", project.url("shop")));
    let (resources, warning) = printed(&output);
    assert_eq!(resources, CONFIG_MAP);
    assert!(warning.contains("the \"git::\" of git::file://"), "{warning}");
}

#[test]
fn a_build_within_a_hook_of_git_leaves_its_repository_alone() {
    let project = Project::new();
    if !project.repository(
        "shop",
        &[("kustomization.yaml", "resources: [cm.yaml]\n"), ("cm.yaml", CONFIG_MAP)],
    ) {
        return;
    }
    let mut command = project.command(env!("CARGO_BIN_EXE_kbuild"));
    let output = command
        .arg(project.url("shop"))
        .env("GIT_DIR", project.path("shop/.git"))
        .output()
        .unwrap();
    assert_eq!(printed(&output), (CONFIG_MAP, ""));
}

#[test]
fn submodules_are_fetched_too() {
    let project = Project::new();
    if !project.repository(
        "base",
        &[("kustomization.yaml", "resources: [cm.yaml]\n"), ("cm.yaml", CONFIG_MAP)],
    ) {
        return;
    }
    project.repository("shop", &[("kustomization.yaml", "resources: [base, relative]\n")]);
    project.git("shop", &["submodule", "--quiet", "add", &project.url("base"), "base"]);
    project.git("shop", &["commit", "--quiet", "--message", "second"]);
    let output = project.kbuild(&format!("{}//base", project.url("shop")));
    assert_eq!(printed(&output), (CONFIG_MAP, ""));
    let output = project.kbuild(&format!("{}//base?submodules=false", project.url("shop")));
    let (_, error) = printed(&output);
    assert!(error.contains("there is no kustomization file in"), "{error}");
    // Unless the machine allows it, a repository cannot make git read folders of this machine.
    let mut command = project.command(env!("CARGO_BIN_EXE_kbuild"));
    let output = command
        .env_remove("GIT_CONFIG_COUNT")
        .arg(format!("{}//base", project.url("shop")))
        .output()
        .unwrap();
    let (_, error) = printed(&output);
    assert!(
        error.contains("git submodule") && error.contains("transport 'file' not allowed"),
        "{error}"
    );
}

#[test]
fn files_behind_urls_are_resources() {
    let project = Project::new();
    let (url, asked) = server();
    project.write(
        "app/kustomization.yaml",
        &format!("resources:\n- {url}/a/cm.yaml\npatches:\n- path: {url}/a/cm.yaml\n"),
    );
    assert_eq!(printed(&project.kbuild("app")), (CONFIG_MAP, ""));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    project.write("app/kustomization.yaml", &format!("resources: ['{url}/a/old.yaml']\n"));
    assert_eq!(printed(&project.kbuild("app")), (CONFIG_MAP, ""));
}

#[test]
fn files_that_no_server_has_are_named() {
    let project = Project::new();
    let (url, _) = server();
    project.write("app/kustomization.yaml", &format!("resources:\n- {url}/none.yaml\n"));
    let output = project.kbuild("app");
    let (_, error) = printed(&output);
    let expected = format!(
        "error[KB1804]: {url}/none.yaml cannot be read: the server answers with status 404: it has no such file\n --> app/kustomization.yaml:2:3\n"
    );
    assert!(error.starts_with(&expected), "{error}");
    project.write("app/kustomization.yaml", "resources: ['http://127.0.0.1:1/none.yaml']\n");
    let output = project.kbuild("app");
    let (_, error) = printed(&output);
    assert!(
        error.starts_with("error[KB1804]: http://127.0.0.1:1/none.yaml cannot be read: ")
            && error.contains("refused"),
        "{error}"
    );
}

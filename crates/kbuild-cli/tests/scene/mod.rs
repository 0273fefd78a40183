//! A folder with a kustomization, programs that stand in for others, and temporary folders that are watched.

#![allow(dead_code, reason = "several test programs share this, and none needs all of it")]

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// After this a command hangs. The limits that tests set are far shorter.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is in it is gone when it is dropped.
pub struct Scene {
    folder: TempDir,
}

/// How a command ended.
pub struct Run {
    pub status: Option<i32>,
    pub out: String,
    pub err: String,
    pub took: Duration,
}

impl Scene {
    pub fn new(files: &[(&str, &str)]) -> Scene {
        let scene = Scene { folder: TempDir::new().unwrap() };
        for folder in ["tmp", "bin", "home"] {
            fs::create_dir(scene.path(folder)).unwrap();
        }
        for (path, content) in files {
            scene.write(path, content);
        }
        scene
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// A program, written for the shell. Those in `bin` come first in the `PATH`.
    pub fn script(&self, path: &str, script: &str) {
        self.write(path, format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(self.path(path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    pub fn link(&self, target: &str, path: &str) {
        std::os::unix::fs::symlink(target, self.path(path)).unwrap();
    }

    /// A command in the folder, with temporary folders of its own and git set up as where nobody set it up.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        let path = std::env::var("PATH").unwrap_or_default();
        command
            .current_dir(self.folder.path())
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("TMPDIR", self.path("tmp"))
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("LC_ALL", "C")
            .env_remove("CLICOLOR_FORCE")
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("KUSTOMIZE_PLUGIN_HOME");
        command
    }

    pub fn kbuild(&self, arguments: &[&str]) -> Run {
        self.run(self.command(env!("CARGO_BIN_EXE_kbuild")).args(arguments))
    }

    /// Runs a command to its end, and fails where that does not come.
    pub fn run(&self, command: &mut Command) -> Run {
        // Files, as what the command leaves behind would keep pipes open.
        let captured = |name: &str| Stdio::from(File::create(self.path(name)).unwrap());
        let start = Instant::now();
        let mut child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(captured("stdout"))
            .stderr(captured("stderr"))
            .spawn()
            .unwrap();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status.code();
            }
            if start.elapsed() > PATIENCE {
                let group = format!("-{}", child.id());
                Command::new("kill").args(["-9", "--", &group]).status().unwrap();
                panic!("{command:?} hangs: {}", self.read("stderr"));
            }
            thread::sleep(Duration::from_millis(5));
        };
        let text = |name: &str| String::from_utf8_lossy(&fs::read(self.path(name)).unwrap()).into();
        Run { status, out: text("stdout"), err: text("stderr"), took: start.elapsed() }
    }

    /// Checks that no temporary file is left, nor any program that was started from here.
    #[track_caller]
    pub fn is_clean(&self) {
        let left: Vec<_> = fs::read_dir(self.path("tmp")).unwrap().flatten().collect();
        assert!(left.is_empty(), "{left:?}");
        // What was stopped may need a moment.
        let start = Instant::now();
        while !self.programs().is_empty() {
            assert!(start.elapsed() < Duration::from_secs(5), "{:?}", self.programs());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The command lines of the programs that have the temporary folder of this scene; none where the system does not tell.
    fn programs(&self) -> Vec<String> {
        let mark = format!("TMPDIR={}", self.path("tmp").display()).into_bytes();
        let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
        let is_ours = |path: &PathBuf| {
            let environment = fs::read(path.join("environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable == mark)
        };
        let ours = processes.flatten().map(|entry| entry.path()).filter(is_ours);
        ours.map(|path| fs::read_to_string(path.join("cmdline")).unwrap_or_default()).collect()
    }
}

impl Run {
    /// Checks that the command printed nothing, and said what is expected.
    #[track_caller]
    pub fn fails(&self, expected: &str) {
        assert_eq!((self.status, &*self.out), (Some(1), ""), "{}", self.err);
        assert!(self.err.contains(expected), "{expected} is not in:\n{}", self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }

    #[track_caller]
    pub fn prints(&self, expected: &str) {
        assert_eq!((self.status, &*self.out), (Some(0), expected), "{}", self.err);
    }
}

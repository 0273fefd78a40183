//! Builds on hosts that are put together from others.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests read files, fail where they cannot, and say why they are skipped"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use kbuild_core::{
    Builder, DiskHost, GitTreeHost, Host, JailHost, LoadRestrictor, Options, render,
};
use tempfile::TempDir;

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n";

fn write(folder: &Path, path: &str, content: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// Commits all that is in a folder. False, with a message, where there is no git.
fn commit(folder: &Path) -> bool {
    for arguments in [
        ["init", "--quiet"].as_slice(),
        &["add", "--all"],
        &["-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "--quiet", "-mx"],
    ] {
        let git = Command::new("git")
            .current_dir(folder)
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .status();
        match git {
            Ok(status) => assert!(status.success(), "{arguments:?}"),
            Err(_) => {
                eprintln!("skipped: there is no git");
                return false;
            }
        }
    }
    true
}

#[test]
fn a_revision_is_built_in_many_threads() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "base/kustomization.yaml", "resources: [cm.yaml]\n");
    write(folder.path(), "base/cm.yaml", CONFIG_MAP);
    for number in 0..40 {
        let text = format!("resources: [../base]\nnamePrefix: p{number}-\n");
        write(folder.path(), &format!("app{number}/kustomization.yaml"), &text);
    }
    if !commit(folder.path()) {
        return;
    }
    fs::remove_dir_all(folder.path().join("base")).unwrap();
    let builder = Builder::new(GitTreeHost::open(folder.path(), "HEAD").unwrap());
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let builder = &builder;
            scope.spawn(move || {
                for number in (0..40).filter(|number| number % 8 == thread) {
                    let rendered = builder.build(format!("app{number}")).unwrap();
                    assert_eq!(rendered.resources()[0].name(), format!("p{number}-app"));
                }
            });
        }
    });
}

#[cfg(unix)]
#[test]
fn a_jail_holds_whatever_the_restrictor() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    write(path, "secret.yaml", CONFIG_MAP);
    write(path, "jail/shared/cm.yaml", CONFIG_MAP);
    std::os::unix::fs::symlink("../../secret.yaml", path.join("jail/shared/link.yaml")).unwrap();
    let mut options = Options::default();
    options.load_restrictor = LoadRestrictor::None;
    let host = JailHost::new(DiskHost::new(), path.join("jail")).unwrap();
    let build = |entry: &str| {
        write(path, "jail/app/kustomization.yaml", &format!("resources: [{entry}]\n"));
        let rendered = render(&host, path.join("jail/app"), &options);
        rendered.map(|rendered| rendered.resources().len()).map_err(|error| error.to_string())
    };
    assert_eq!(build("../shared/cm.yaml"), Ok(1));
    let absolute = path.join("secret.yaml").display().to_string();
    for entry in ["../../secret.yaml", "../shared/link.yaml", "../..", absolute.as_str()] {
        let error = build(entry).unwrap_err();
        assert!(error.contains("nothing outside of it may be read"), "{entry}: {error}");
    }
    let error = render(&host, path, &options).unwrap_err().to_string();
    assert!(error.contains("nothing outside of it may be read"), "{error}");
}

#[test]
fn what_is_cloned_can_be_read_in_a_jail() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    write(path, "remote/kustomization.yaml", "resources: [cm.yaml]\n");
    write(path, "remote/cm.yaml", CONFIG_MAP);
    if !commit(&path.join("remote")) {
        return;
    }
    let text = format!("resources: ['file://{}']\n", path.join("remote").display());
    write(path, "jail/kustomization.yaml", &text);
    let host = JailHost::new(DiskHost::new().with_programs(), path.join("jail")).unwrap();
    let rendered = render(&host, path.join("jail"), &Options::default()).unwrap();
    assert_eq!(rendered.resources()[0].name(), "app");
}

#[test]
fn files_are_read_whole_whatever_their_size() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    for size in [0, 1, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, 1 << 20] {
        let content: Vec<u8> = (0..=255).cycle().take(size).collect();
        fs::write(&path, &content).unwrap();
        assert!(DiskHost::new().read(&path).unwrap() == content, "{size}");
    }
}

/// The system says that they are empty, and makes them up as they are read.
#[cfg(target_os = "linux")]
#[test]
fn files_of_the_system_are_read_whole() {
    let Ok(expected) = fs::read("/proc/version") else { return };
    assert!(expected.len() > 1);
    assert_eq!(DiskHost::new().read(Path::new("/proc/version")).unwrap(), expected);
}

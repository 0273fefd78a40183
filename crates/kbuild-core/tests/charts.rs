//! Charts as a program that embeds the library sees them: nothing runs that its host does not run.

#![allow(clippy::unwrap_used, reason = "a test fails where anything is refused")]

use std::io;
use std::path::{Path, PathBuf};

use kbuild_core::{
    DiskHost, Finished, Host, MemoryHost, Options, PathKind, Program, TemporaryFolder, render,
};

/// A host with its files in memory, where helm does nothing but say its version.
struct Hanging(MemoryHost);

impl Host for Hanging {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }

    fn kind(&self, path: &Path) -> PathKind {
        self.0.kind(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.0.canonicalize(path)
    }

    fn list(&self, path: &Path) -> Vec<String> {
        self.0.list(path)
    }

    fn run(&self, program: &Program) -> io::Result<Finished> {
        if program.arguments == ["version", "--short"] {
            return Ok(Finished {
                status: Some(0),
                output: b"v3.17.3".to_vec(),
                errors: Vec::new(),
            });
        }
        let seconds = program.time_limit.as_secs();
        Err(io::Error::new(
            io::ErrorKind::TimedOut,
            format!("it takes longer than {seconds} seconds"),
        ))
    }

    fn temporary_folder(&self) -> io::Result<TemporaryFolder> {
        DiskHost::new().with_programs().temporary_folder()
    }
}

fn files() -> MemoryHost {
    MemoryHost::from_iter([
        ("app/kustomization.yaml", "helmCharts:\n- name: demo\n  releaseName: r\n"),
        ("app/charts/demo/values.yaml", "a: b\n"),
    ])
}

fn message(host: &dyn Host, options: &Options) -> String {
    render(host, "app", options).unwrap_err().to_string()
}

#[test]
fn helm_runs_where_the_options_and_the_host_allow_it() {
    let mut options = Options::default();
    insta::assert_snapshot!(message(&Hanging(files()), &options), @r"
    charts are inflated by helm, which was not allowed to run
      --> app/kustomization.yaml:2
      in chart demo
      help: allow it with --enable-helm
    ");
    options.helm.enabled = true;
    insta::assert_snapshot!(message(&files(), &options), @r"
    there is no temporary folder for helm: this build may not run programs
      --> app/kustomization.yaml:2
      in chart demo
    ");
}

#[test]
fn a_helm_that_hangs_is_stopped() {
    let mut options = Options::default();
    options.helm.enabled = true;
    let message = message(&Hanging(files()), &options);
    assert!(message.starts_with("`helm template r /app/charts/demo -f "), "{message}");
    assert!(
        message.contains("` cannot be run to its end: it takes longer than 300 seconds\n"),
        "{message}"
    );
}

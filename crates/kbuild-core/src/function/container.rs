//! Functions in containers, run by the `docker` or the `podman` of this machine.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use super::run::limited;
use super::spec::{ContainerSpec, Mount};
use crate::build::Build;
use crate::code::Code;
use crate::error::Error;
use crate::host::Program;
use crate::load::Location;
use crate::path::clean;

/// What runs containers; the first one that is there does it.
const RUNNERS: [&str; 2] = ["docker", "podman"];

/// Variables that tell a function how to report. A function cannot turn them off, the build can.
const DEFAULT_ENVIRONMENT: [&str; 2] = ["LOG_TO_STDERR=true", "STRUCTURED_RESULTS=true"];

/// Without a user of the build the container runs as this one.
const NOBODY: &str = "nobody";

/// The programs of which the first one that is there runs the function.
///
/// # Errors
/// The function asks for what the build does not allow.
pub(super) fn programs(
    build: &Build,
    location: &Location,
    name: &str,
    spec: &ContainerSpec,
) -> Result<Vec<Program>, Error> {
    let options = build.options;
    if spec.network && !options.functions.network {
        return Err(Error::new(
            Code::FUNCTION_NOT_ALLOWED,
            format!("the function {name} needs the network, which is not allowed"),
        )
        .hint_with("--network allows it"));
    }
    if spec.image.starts_with('-') {
        return Err(Error::new(
            Code::BAD_FUNCTION,
            format!("{}, which the function {name} runs in, is no image", spec.image),
        ));
    }
    for mount in &spec.mounts {
        check(mount, name)?;
        let real = build.host.canonicalize(&location.root.join(mount.source.as_str()));
        if real.is_ok_and(|real| !real.starts_with(&location.root)) {
            return Err(refused(
                mount,
                name,
                "that is a link to outside of the kustomization's folder",
            ));
        }
    }
    let given: Vec<Mount> =
        options.functions.mounts.iter().map(|text| Mount::from_flag(text)).collect();
    let mut arguments: Vec<String> =
        ["run", "--rm", "-i", "-a", "STDIN", "-a", "STDOUT", "-a", "STDERR", "--network"]
            .map(str::to_owned)
            .into();
    arguments.push(if spec.network { "host" } else { "none" }.to_owned());
    arguments.push("--user".to_owned());
    arguments.push(options.functions.user.as_deref().unwrap_or(NOBODY).to_owned());
    arguments.push("--security-opt=no-new-privileges".to_owned());
    for mount in spec.mounts.iter().chain(&given) {
        arguments.extend(["--mount".to_owned(), mount.to_flag(&location.root)]);
    }
    let declared: Vec<&str> = spec.environment.iter().map(|entry| entry.as_str()).collect();
    arguments.extend(environment(&declared, &options.functions.env));
    arguments.push(spec.image.to_string());
    let program = |runner: &str| {
        let mut program = limited(build, Program::new(runner));
        program.arguments.clone_from(&arguments);
        program.directory = Some(location.root.clone());
        program
    };
    Ok(RUNNERS.iter().map(|runner| program(runner)).collect())
}

/// A function that a kustomization brings along sees nothing of the machine but what is below that kustomization.
fn check(mount: &Mount, name: &str) -> Result<(), Error> {
    let path = clean(Path::new(mount.source.as_str()));
    if path.is_absolute() {
        return Err(refused(mount, name, "that is an absolute path"));
    }
    if path.components().next() == Some(Component::ParentDir) {
        return Err(refused(mount, name, "that is outside of the kustomization's folder"));
    }
    if [&mount.kind, &mount.source, &mount.target].iter().any(|part| part.contains(',')) {
        return Err(refused(mount, name, "a mount cannot hold a comma"));
    }
    Ok(())
}

fn refused(mount: &Mount, name: &str, what: &str) -> Error {
    Error::new(Code::BAD_FUNCTION, format!("the function {name} mounts {}, and {what}", mount.source)).hint_with(
        "mounts of a function are relative to the folder of the kustomization and stay below it; --mount gives it others",
    )
}

impl Mount {
    /// Reads the value of `--mount`; parts that it does not know do not count.
    fn from_flag(text: &str) -> Mount {
        let mut mount = Mount::default();
        for (key, value) in text.split(',').filter_map(|part| part.split_once('=')) {
            match key {
                "type" => mount.kind = value.into(),
                "src" | "source" => mount.source = value.into(),
                "dst" | "target" => mount.target = value.into(),
                "rw" if value == "true" => mount.writable = true,
                _ => {}
            }
        }
        mount
    }

    fn to_flag(&self, root: &Path) -> String {
        let source = clean(&root.join(self.source.as_str()));
        let mode = if self.writable { "" } else { ",readonly" };
        format!("type={},source={},target={}{mode}", self.kind, source.display(), self.target)
    }
}

/// The flags for the variables: those with a value by name, then those that are handed on from the build's environment.
fn environment(declared: &[&str], given: &[String]) -> Vec<String> {
    let mut values: BTreeMap<&str, &str> = BTreeMap::new();
    let mut handed_on: Vec<&str> = Vec::new();
    let all =
        declared.iter().copied().chain(DEFAULT_ENVIRONMENT).chain(given.iter().map(String::as_str));
    for entry in all {
        match entry.split_once('=') {
            Some((key, value)) => {
                values.insert(key, value);
            }
            None if handed_on.contains(&entry) => {}
            None => handed_on.push(entry),
        }
    }
    let values = values.into_iter().map(|(key, value)| format!("{key}={value}"));
    let all = values.chain(handed_on.into_iter().map(str::to_owned));
    all.flat_map(|entry| ["-e".to_owned(), entry]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_are_spelled_for_docker() {
        let flag = |text| Mount::from_flag(text).to_flag(Path::new("/app"));
        assert_eq!(
            flag("type=bind,src=data/../x,dst=/y"),
            "type=bind,source=/app/x,target=/y,readonly"
        );
        assert_eq!(flag("type=bind,source=/x,target=/y,rw=true"), "type=bind,source=/x,target=/y");
    }

    #[test]
    fn functions_see_nothing_above_them() {
        let mount = |source: &str| Mount { source: source.into(), ..Mount::default() };
        assert!(check(&mount("data/.."), "Fn/fn").is_ok());
        for source in ["/etc", "..", "data/../../x", "x,source=/etc"] {
            assert!(check(&mount(source), "Fn/fn").is_err(), "{source}");
        }
    }

    #[test]
    fn variables_of_the_build_win() {
        let flags = environment(
            &["A=1", "B", "LOG_TO_STDERR=false"],
            &["A=2".to_owned(), "B".to_owned(), "C".to_owned()],
        );
        let expected = [
            "-e",
            "A=2",
            "-e",
            "LOG_TO_STDERR=true",
            "-e",
            "STRUCTURED_RESULTS=true",
            "-e",
            "B",
            "-e",
            "C",
        ];
        assert_eq!(flags, expected);
    }
}

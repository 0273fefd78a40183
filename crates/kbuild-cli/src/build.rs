//! `kbuild build`: renders, then prints or writes.

use std::io::{self, Write};

use kbuild_core::{DiskHost, render};

use crate::arguments::BuildArguments;
use crate::output;

/// Turns the label on where the flag is not given, as in the reference.
const MANAGED_BY_LABEL: &str = "KUSTOMIZE_ENABLE_MANAGEDBY_LABEL";

pub(crate) fn run(arguments: &BuildArguments) -> Result<(), String> {
    let options = arguments.options(std::env::var(MANAGED_BY_LABEL).as_deref() == Ok("on"));
    let mut notes = String::new();
    if arguments.reorder.is_some() {
        notes += "Flag --reorder has been deprecated, use the new 'sortOptions' field in kustomization.yaml instead.\n";
    }
    if arguments.managed_by_label.is_some() {
        notes += "Flag --enable-managedby-label has been deprecated, The flag `enable-managedby-label` has been deprecated. Use the `managedByLabel` option in the `buildMetadata` field instead.\n";
    }
    let rendered =
        render(&DiskHost::new().with_programs().with_http(), &arguments.directory, &options)
            .map_err(|error| format!("{notes}error: {error}"))?;
    for warning in rendered.warnings() {
        notes += &format!("{warning}\n");
    }
    // A warning that nobody can read is no reason to fail.
    let _ = io::stderr().write_all(notes.as_bytes());
    let failed = |error: kbuild_core::Error| format!("error: {error}");
    match &arguments.output {
        None => output::print(&rendered.to_yaml().map_err(failed)?),
        Some(path) if path.is_dir() => {
            output::write_files(path, &rendered.to_files().map_err(failed)?)
        }
        Some(path) => output::write_file(path, &rendered.to_yaml().map_err(failed)?),
    }
}

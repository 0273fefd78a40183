//! `kbuild build`: renders, then prints or writes.

use std::io::{self, IsTerminal};

use kbuild_core::{DiskHost, Error, OutputError};

use crate::arguments::BuildArguments;
use crate::machine::Machine;
use crate::output;
use crate::report::{ErrorFormat, Failure};

pub(crate) fn run(arguments: &BuildArguments, format: ErrorFormat) -> Result<(), Failure> {
    let overrides = arguments.overrides.overrides()?;
    if arguments.print_kustomization {
        let host = DiskHost::new();
        return output::print(&overrides.kustomization(&host, &arguments.directory)?);
    }
    let mut options = arguments.render.options();
    options.provenance = arguments.annotate_source;
    if arguments.render.reorder.is_some() {
        format.warn(
            "Flag --reorder has been deprecated, use the new 'sortOptions' field in kustomization.yaml instead.",
        );
    }
    if arguments.render.managed_by_label.is_some() {
        format.warn("Flag --enable-managedby-label has been deprecated, The flag `enable-managedby-label` has been deprecated. Use the `managedByLabel` option in the `buildMetadata` field instead.");
    }
    let host = Machine::new();
    arguments.warnings.set(&host, &arguments.directory, &mut options)?;
    let rendered = overrides.render(&host, &arguments.directory, &options)?;
    format.report(rendered.warnings().iter());
    let annotated = arguments.annotate_source;
    let shown = |error: Error| error.with_lines(&host);
    let all = || {
        let text = if annotated { rendered.to_annotated_yaml() } else { rendered.to_yaml() };
        text.map_err(shown)
    };
    let files = || {
        let files = if annotated { rendered.to_annotated_files() } else { rendered.to_files() };
        files.map_err(shown)
    };
    let written = match arguments.output.as_deref().filter(|path| !path.as_os_str().is_empty()) {
        None if annotated || io::stdout().is_terminal() => output::print(&all()?),
        None => rendered.write_yaml(io::stdout().lock()).map_err(|error| match error {
            OutputError::Resource(error) => shown(error).into(),
            OutputError::Io(error) => output::not_printed(&error),
        }),
        Some(path) if path.is_dir() => output::write_files(path, &files()?),
        Some(path) => output::write_file(path, &all()?),
    };
    // The process ends here, and takes the memory along: to free it resource by resource would cost more than to print.
    std::mem::forget(rendered);
    written
}

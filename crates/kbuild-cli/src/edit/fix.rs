//! `kbuild edit fix`.

use clap::{ArgAction, Args};
use kbuild_core::{Options, render};

use super::session::{Session, note};
use crate::boolean::boolean;
use crate::output;
use crate::report::Failure;

#[derive(Debug, Args)]
pub(super) struct FixArguments {
    /// Turn vars into replacements too, which changes the files of the resources; keep a copy of them
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, action = ArgAction::Set, default_missing_value = "true", value_parser = boolean(), default_value_t = false, hide_default_value = true)]
    vars: bool,
}

impl FixArguments {
    pub(super) fn run(&self, session: &Session) -> Result<(), Failure> {
        let directory = session.named_directory();
        let build = || {
            render(&session.host, directory, &Options::default())
                .and_then(|rendered| rendered.to_yaml())
        };
        let before = build();
        let mut file = session.read()?;
        file.fix(&session.host, directory)?;
        let changed =
            if self.vars { file.convert_vars(&session.host, directory)? } else { Vec::new() };
        // Nothing is written before all of it is known to be possible.
        file.to_text()?;
        for changed in &changed {
            output::write_file(&changed.path, &changed.content)?;
        }
        session.write(&file)?;
        let mut report = String::from(
            "Fixed fields:\n  patchesJson6902 -> patches\n  patchesStrategicMerge -> patches\n  commonLabels -> labels\n",
        );
        if self.vars {
            report += "  vars -> replacements\n";
        } else {
            report += "vars are left as they are; --vars turns them into replacements, and changes the files that use them.\n";
        }
        output::print(&report)?;
        match (before, build()) {
            (_, Err(error)) => {
                note(&format!("warning: the fixed kustomization cannot be built: {error}"))
            }
            (Ok(before), Ok(after)) if before == after => {}
            (Ok(_), Ok(_)) => {
                note("warning: the fixed kustomization builds to something else than before")
            }
            (Err(_), Ok(_)) => {}
        }
        Ok(())
    }
}

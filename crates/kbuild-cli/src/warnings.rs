//! The flags about warnings, together with the `kbuild.yaml` that holds for the folder.

use std::path::Path;

use clap::Args;
use kbuild_core::{Code, Error, Host, Options, Settings};

#[derive(Debug, Default, Args)]
pub(crate) struct WarningArguments {
    /// Make errors of all warnings
    #[arg(long)]
    strict: bool,
    /// Silence a warning; may be given several times
    #[arg(long, value_name = "CODE", value_parser = warning)]
    allow: Vec<Code>,
    /// Warn of YAML files in the folders of kustomizations that none of them names
    #[arg(long)]
    unnamed_files: bool,
}

impl WarningArguments {
    /// Puts what the flags say into the options of the library, and what the nearest `kbuild.yaml` says.
    ///
    /// # Errors
    /// There is one that cannot be read.
    pub(crate) fn set(
        &self,
        host: &dyn Host,
        directory: &Path,
        options: &mut Options,
    ) -> Result<(), Error> {
        if let Some(settings) = Settings::find(host, directory)? {
            settings.set(options);
        }
        let mut settings = Settings::default();
        settings.strict = self.strict;
        settings.allow.clone_from(&self.allow);
        settings.unnamed_files = self.unnamed_files;
        settings.set(options);
        Ok(())
    }
}

fn warning(text: &str) -> Result<Code, String> {
    let code: Code = text.parse().map_err(|_| "there is no such code".to_owned())?;
    if code.is_warning() { Ok(code) } else { Err("it is the code of an error".to_owned()) }
}

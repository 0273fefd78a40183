//! `kbuild create`: makes a kustomization file.

use std::path::{Path, PathBuf};

use clap::{ArgAction, Args};
use kbuild_core::edit::{KustomizationFile, List, PairKind, detect_resources, find, parse_pairs};
use kbuild_core::{Code, DiskHost, Error};

use crate::boolean::boolean;
use crate::output;
use crate::report::Failure;

/// The name of a new file.
const FILE_NAME: &str = "kustomization.yaml";

#[derive(Debug, Args)]
pub(crate) struct CreateArguments {
    /// The folder to make it in
    #[arg(short = 'C', long = "directory", value_name = "DIR", default_value = ".")]
    directory: PathBuf,
    /// The resources, separated by commas
    #[arg(long, value_name = "PATH,…", value_delimiter = ',')]
    resources: Vec<String>,
    /// The namespace of all resources
    #[arg(long, default_value = "", hide_default_value = true)]
    namespace: String,
    /// Common annotations, separated by commas
    #[arg(long, value_name = "KEY:VALUE,…", value_delimiter = ',')]
    annotations: Vec<String>,
    /// Common labels, separated by commas
    #[arg(long, value_name = "KEY:VALUE,…", value_delimiter = ',')]
    labels: Vec<String>,
    /// What to put before all names
    #[arg(
        long,
        value_name = "PREFIX",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    nameprefix: String,
    /// What to put behind all names
    #[arg(
        long,
        value_name = "SUFFIX",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    namesuffix: String,
    /// Look for files with resources in the folder
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, action = ArgAction::Set, default_missing_value = "true", value_parser = boolean(), default_value_t = false, hide_default_value = true)]
    autodetect: bool,
    /// Look for them in the folders below too
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, action = ArgAction::Set, default_missing_value = "true", value_parser = boolean(), default_value_t = false, hide_default_value = true)]
    recursive: bool,
}

pub(crate) fn run(arguments: &CreateArguments) -> Result<(), Failure> {
    let text = arguments.text(&DiskHost::new())?;
    output::write_file(&arguments.directory.join(FILE_NAME), &text)
}

impl CreateArguments {
    fn text(&self, host: &DiskHost) -> Result<String, Error> {
        let directory: &Path = &self.directory;
        let given: Vec<String> =
            self.resources.iter().filter(|path| !path.is_empty()).cloned().collect();
        let mut resources = find(host, directory, &given)?;
        if directory.join(FILE_NAME).exists() || KustomizationFile::name_in(host, directory).is_ok()
        {
            return Err(Error::new(
                Code::THERE_ALREADY,
                format!("there is a kustomization file in {} already", directory.display()),
            ));
        }
        if self.autodetect {
            for found in detect_resources(host, directory, self.recursive)? {
                if !resources.contains(&found) {
                    resources.push(found);
                }
            }
        }
        let mut file = KustomizationFile::parse(FILE_NAME, "")?;
        file.add_to(List::Resources, &resources);
        file.set_namespace(&self.namespace);
        file.set_name_prefix(&self.nameprefix);
        file.set_name_suffix(&self.namesuffix);
        for (kind, pairs) in
            [(PairKind::Annotation, &self.annotations), (PairKind::Label, &self.labels)]
        {
            if !pairs.is_empty() {
                file.add_pairs(kind, &parse_pairs(kind, pairs)?, true)?;
            }
        }
        file.to_text()
    }
}

//! `kbuild edit remove`.

use crate::boolean::boolean;
use crate::report::Failure;
use clap::{ArgAction, Args, Subcommand};
use kbuild_core::edit::{GeneratorKind, List, PairKind};
use kbuild_core::{Code, Error};

use super::patch::PatchArguments;
use super::session::{Outcome, Session, note};

#[derive(Debug, Subcommand)]
pub(super) enum RemoveCommand {
    /// Remove resources
    Resource(Patterns),
    /// Remove components
    Component(Patterns),
    /// Remove transformers
    Transformer(Patterns),
    /// Remove a patch that has exactly these fields
    Patch(PatchArguments),
    /// Remove common labels
    Label(Keys),
    /// Remove common annotations
    Annotation(Keys),
    /// Remove options from buildMetadata
    Buildmetadata(super::set::BuildMetadata),
    /// Remove ConfigMaps to generate
    Configmap(Names),
    /// Remove Secrets to generate
    Secret(Names),
}

#[derive(Debug, Args)]
pub(super) struct Patterns {
    /// Entries as they are written, or patterns
    #[arg(value_name = "PATTERN", required = true)]
    patterns: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Keys {
    /// The keys, separated by commas
    #[arg(value_name = "KEY,…", value_delimiter = ',', required = true, num_args = 1, action = ArgAction::Set)]
    keys: Vec<String>,
    /// That one is not there is no error
    #[arg(short, long, value_name = "BOOL", num_args = 0..=1, require_equals = true, action = ArgAction::Set, default_missing_value = "true", value_parser = boolean(), default_value_t = false, hide_default_value = true)]
    ignore_non_existence: bool,
}

#[derive(Debug, Args)]
pub(super) struct Names {
    /// The names, separated by commas
    #[arg(value_name = "NAME,…", value_delimiter = ',', required = true, num_args = 1, action = ArgAction::Set)]
    names: Vec<String>,
    /// The namespace that they are in
    #[arg(long, default_value = "", hide_default_value = true)]
    namespace: String,
}

impl RemoveCommand {
    pub(super) fn run(&self, session: &Session) -> Result<(), Failure> {
        match self {
            RemoveCommand::Resource(patterns) => patterns.remove(session, List::Resources),
            RemoveCommand::Component(patterns) => patterns.remove(session, List::Components),
            RemoveCommand::Transformer(patterns) => patterns.remove(session, List::Transformers),
            RemoveCommand::Patch(patch) => session.edit(|file| {
                Ok(match file.remove_patch(&patch.entry())? {
                    true => Outcome::Write,
                    false => {
                        note("the patch is not in the kustomization");
                        Outcome::Leave
                    }
                })
            }),
            RemoveCommand::Label(keys) => keys.remove(session, PairKind::Label),
            RemoveCommand::Annotation(keys) => keys.remove(session, PairKind::Annotation),
            RemoveCommand::Buildmetadata(metadata) => session.edit(|file| {
                file.remove_build_metadata(&metadata.options).map(|()| Outcome::Write)
            }),
            RemoveCommand::Configmap(names) => names.remove(session, GeneratorKind::ConfigMap),
            RemoveCommand::Secret(names) => names.remove(session, GeneratorKind::Secret),
        }
    }
}

impl Patterns {
    fn remove(&self, session: &Session, list: List) -> Result<(), Failure> {
        session.edit(|file| {
            let found = file.remove_from(list, &self.patterns)?;
            Ok(if found { Outcome::Write } else { Outcome::Leave })
        })
    }
}

impl Keys {
    fn remove(&self, session: &Session, kind: PairKind) -> Result<(), Failure> {
        if self.keys.iter().any(String::is_empty) {
            return Err(Error::new(Code::BAD_ARGUMENT, "a key is empty").into());
        }
        session.edit(|file| {
            file.remove_pairs(kind, &self.keys, self.ignore_non_existence).map(|()| Outcome::Write)
        })
    }
}

impl Names {
    fn remove(&self, session: &Session, kind: GeneratorKind) -> Result<(), Failure> {
        session.edit(|file| {
            for name in file.remove_generators(kind, &self.names, &self.namespace)? {
                note(&format!("{} {name} is not in the kustomization", kind.entry()));
            }
            Ok(Outcome::Write)
        })
    }
}

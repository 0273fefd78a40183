//! `kbuild edit add`.

use crate::boolean::boolean;
use crate::report::Failure;
use clap::{ArgAction, Args, Subcommand};
use kbuild_core::edit::{GeneratorKind, List, PairKind, expand, find, parse_pairs};
use kbuild_core::{Code, Error};

use super::generator::{AddGenerator, AddSecret};
use super::patch::PatchArguments;
use super::session::{Outcome, Session, note};

#[derive(Debug, Subcommand)]
pub(super) enum AddCommand {
    /// Add files, folders or URLs to resources
    Resource(ResourceArguments),
    /// Add components
    Component(Paths),
    /// Add folders, separated by commas, to resources
    Base {
        /// The folders
        #[arg(value_name = "DIR,…", value_delimiter = ',', required = true, num_args = 1, action = ArgAction::Set)]
        paths: Vec<String>,
    },
    /// Add a patch
    Patch(PatchArguments),
    /// Add sources to a ConfigMap to generate
    Configmap(AddGenerator),
    /// Add sources to a Secret to generate
    Secret(AddSecret),
    /// Add common annotations
    Annotation(AnnotationArguments),
    /// Add common labels
    Label(LabelArguments),
    /// Add options to buildMetadata: originAnnotations, transformerAnnotations, managedByLabel
    Buildmetadata(super::set::BuildMetadata),
    /// Add files of transformer configurations to transformers
    Transformer(Paths),
    /// Add files of generator configurations to generators
    Generator(Paths),
    /// Add files to configurations
    Configuration(Paths),
}

#[derive(Debug, Args)]
pub(super) struct Paths {
    /// Paths, or patterns
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct ResourceArguments {
    /// Paths, patterns, or URLs
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
    /// Add them whether they exist or not
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, action = ArgAction::Set, default_missing_value = "true", value_parser = boolean(), default_value_t = false, hide_default_value = true)]
    no_verify: bool,
}

#[derive(Debug, Args)]
pub(super) struct AnnotationArguments {
    /// What to add
    #[arg(value_name = "KEY:VALUE", required = true)]
    pairs: Vec<String>,
    /// Overwrite those that are there
    #[arg(short, long, value_name = "BOOL", num_args = 0..=1, require_equals = true, action = ArgAction::Set, default_missing_value = "true", value_parser = boolean(), default_value_t = false, hide_default_value = true)]
    force: bool,
}

#[derive(Debug, Args)]
pub(super) struct LabelArguments {
    #[command(flatten)]
    common: AnnotationArguments,
    /// Add them to labels, which leaves selectors alone
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, action = ArgAction::Set, default_missing_value = "true", value_parser = boolean(), default_value_t = false, hide_default_value = true)]
    without_selector: bool,
    /// Set them in templates too; goes with --without-selector
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, action = ArgAction::Set, default_missing_value = "true", value_parser = boolean(), default_value_t = false, hide_default_value = true)]
    include_templates: bool,
}

impl AddCommand {
    pub(super) fn run(&self, session: &Session) -> Result<(), Failure> {
        match self {
            AddCommand::Resource(resource) if resource.no_verify => {
                add_to(session, List::Resources, &resource.paths)
            }
            AddCommand::Resource(resource) => {
                let found = find(&session.host, session.directory, &resource.paths)?;
                add_to(session, List::Resources, &found)
            }
            AddCommand::Component(paths) => {
                let found = find(&session.host, session.directory, &paths.paths)?;
                add_to(session, List::Components, &found)
            }
            AddCommand::Transformer(paths) => {
                add_matching(session, List::Transformers, &paths.paths)
            }
            AddCommand::Generator(paths) => add_matching(session, List::Generators, &paths.paths),
            AddCommand::Configuration(paths) => {
                add_matching(session, List::Configurations, &paths.paths)
            }
            AddCommand::Base { paths } => {
                if let Some(path) = paths.iter().find(|path| !session.directory.join(path).exists())
                {
                    return Err(Error::new(Code::NO_MATCH, format!("{path} does not exist")).into());
                }
                session.edit(|file| file.add_bases(paths).map(|()| Outcome::Write))
            }
            AddCommand::Patch(patch) => session.edit(|file| {
                let added = file.add_patch(&patch.entry());
                Ok(match added.map_err(|error| error.hint_with("give --path or --patch"))? {
                    true => Outcome::Write,
                    false => {
                        note("the patch is already in the kustomization");
                        Outcome::Leave
                    }
                })
            }),
            AddCommand::Configmap(generator) => {
                generator.run(session, GeneratorKind::ConfigMap, "")
            }
            AddCommand::Secret(secret) => secret.run(session),
            AddCommand::Annotation(annotation) => {
                let pairs = parse_pairs(PairKind::Annotation, &annotation.pairs)?;
                session.edit(|file| {
                    file.add_pairs(PairKind::Annotation, &pairs, annotation.force)
                        .map(|()| Outcome::Write)
                })
            }
            AddCommand::Label(label) => label.run(session),
            AddCommand::Buildmetadata(metadata) => session
                .edit(|file| file.add_build_metadata(&metadata.options).map(|()| Outcome::Write)),
        }
    }
}

impl LabelArguments {
    fn run(&self, session: &Session) -> Result<(), Failure> {
        if self.include_templates && !self.without_selector {
            return Err(Error::new(
                Code::BAD_ARGUMENT,
                "--include-templates needs --without-selector",
            )
            .into());
        }
        let pairs = parse_pairs(PairKind::Label, &self.common.pairs)?;
        let force = self.common.force;
        session.edit(|file| -> Result<Outcome, Error> {
            match self.without_selector {
                true => file.add_labels_without_selectors(&pairs, self.include_templates, force)?,
                false => file.add_pairs(PairKind::Label, &pairs, force)?,
            }
            Ok(Outcome::Write)
        })
    }
}

/// Adds the files that match patterns; that nothing matches is worth a note.
fn add_matching(session: &Session, list: List, patterns: &[String]) -> Result<(), Failure> {
    let mut found = Vec::new();
    for pattern in patterns {
        let files = expand(&session.host, session.directory, pattern)?;
        if files.is_empty() {
            note(&format!("{pattern} has no match"));
        }
        found.extend(files);
    }
    if found.is_empty() { Ok(()) } else { add_to(session, list, &found) }
}

fn add_to(session: &Session, list: List, entries: &[String]) -> Result<(), Failure> {
    session.edit(|file| {
        let own = kbuild_core::edit::KustomizationFile::name_in(
            &session.host,
            session.named_directory(),
        )?;
        let is_file = matches!(list, List::Resources | List::Components);
        let entries: Vec<String> =
            entries.iter().filter(|entry| !(is_file && *entry == own)).cloned().collect();
        for entry in file.add_to(list, &entries) {
            note(&format!("{} {entry} is already in the kustomization", list.entry()));
        }
        Ok(Outcome::Write)
    })
}

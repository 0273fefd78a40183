//! The sources of ConfigMaps and Secrets on the command line.

use crate::boolean::boolean;
use crate::report::Failure;
use clap::{ArgAction, Args};
use kbuild_core::edit::{GeneratorKind, GeneratorSources};

use super::session::{Outcome, Session, note};

#[derive(Debug, Args)]
pub(super) struct AddGenerator {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    /// A file, or a pattern, for one entry each; the key is the name of the file unless it is given
    #[arg(long, value_name = "[KEY=]PATH", value_delimiter = ',')]
    from_file: Vec<String>,
    /// A key and its value
    #[arg(long, value_name = "KEY=VALUE")]
    from_literal: Vec<String>,
    /// A file with a line of KEY=VALUE for each entry
    #[arg(long, value_name = "PATH", default_value = "", hide_default_value = true)]
    from_env_file: String,
    /// Put no hash behind the name
    #[arg(long = "disableNameSuffixHash", value_name = "BOOL", num_args = 0..=1, require_equals = true, action = ArgAction::Set, default_missing_value = "true", value_parser = boolean(), default_value_t = false, hide_default_value = true)]
    disable_name_suffix_hash: bool,
    /// Whether to create it, or to merge it with or replace one of a base: create, merge, replace
    #[arg(long, default_value = "", hide_default_value = true)]
    behavior: String,
    /// Its namespace
    #[arg(long, default_value = "", hide_default_value = true)]
    namespace: String,
}

/// Those of a Secret, which has a type.
#[derive(Debug, Args)]
pub(super) struct AddSecret {
    #[command(flatten)]
    sources: AddGenerator,
    /// The type of a new secret
    #[arg(long = "type", value_name = "TYPE", default_value = "Opaque")]
    secret_type: String,
}

impl AddSecret {
    pub(super) fn run(&self, session: &Session) -> Result<(), Failure> {
        self.sources.run(session, GeneratorKind::Secret, &self.secret_type)
    }
}

impl AddGenerator {
    /// Adds the sources; only a Secret has a type.
    pub(super) fn run(
        &self,
        session: &Session,
        kind: GeneratorKind,
        secret_type: &str,
    ) -> Result<(), Failure> {
        let sources = GeneratorSources {
            name: self.name.clone(),
            namespace: self.namespace.clone(),
            behavior: self.behavior.clone(),
            literals: self.from_literal.clone(),
            files: self.from_file.clone(),
            env_file: self.from_env_file.clone(),
            disable_name_suffix_hash: self.disable_name_suffix_hash,
            secret_type: secret_type.to_owned(),
        };
        session.edit(|file| {
            for pattern in
                file.add_generator(&session.host, session.named_directory(), kind, &sources)?
            {
                note(&format!("{pattern} has no match"));
            }
            Ok(Outcome::Write)
        })
    }
}

#[derive(Debug, Args)]
pub(super) struct SetGenerator {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    /// A key that it has, and the new value
    #[arg(long, value_name = "KEY=VALUE")]
    from_literal: Vec<String>,
    /// The namespace that it is in
    #[arg(long, default_value = "", hide_default_value = true)]
    namespace: String,
    /// The namespace to move it to
    #[arg(long, value_name = "NAMESPACE", default_value = "", hide_default_value = true)]
    new_namespace: String,
}

impl SetGenerator {
    pub(super) fn run(&self, session: &Session, kind: GeneratorKind) -> Result<(), Failure> {
        let sources = GeneratorSources {
            name: self.name.clone(),
            namespace: self.namespace.clone(),
            literals: self.from_literal.clone(),
            ..GeneratorSources::default()
        };
        session.edit(|file| {
            file.set_generator(
                &session.host,
                session.named_directory(),
                kind,
                &sources,
                &self.new_namespace,
            )?;
            Ok(Outcome::Write)
        })
    }
}

//! `kbuild edit set`.

use crate::report::Failure;
use clap::{ArgAction, Args, Subcommand};
use kbuild_core::Error;
use kbuild_core::edit::{GeneratorKind, KustomizationFile, PairKind, parse_pairs};

use super::generator::SetGenerator;
use super::session::{Outcome, Session};

#[derive(Debug, Subcommand)]
pub(super) enum SetCommand {
    /// Set names, tags and digests of images
    Image {
        /// IMAGE=NEWNAME, IMAGE:NEWTAG, IMAGE@DIGEST, IMAGE=NEWNAME:NEWTAG@DIGEST …; "*" keeps what is there
        #[arg(value_name = "IMAGE", required = true)]
        images: Vec<String>,
    },
    /// Set the namespace of all resources
    Namespace(Value),
    /// Set what is put before all names
    Nameprefix(Value),
    /// Set what is put behind all names; one that begins with a hyphen is written behind "--"
    Namesuffix(Value),
    /// Set numbers of replicas
    Replicas {
        /// A workload and the number
        #[arg(value_name = "NAME=COUNT", required = true)]
        replicas: Vec<String>,
    },
    /// Set common labels
    Label(Pairs),
    /// Set common annotations
    Annotation(Pairs),
    /// Set buildMetadata: originAnnotations, transformerAnnotations, managedByLabel
    Buildmetadata(BuildMetadata),
    /// Give literals of a ConfigMap to generate new values
    Configmap(SetGenerator),
    /// Give literals of a Secret to generate new values
    Secret(SetGenerator),
}

#[derive(Debug, Args)]
pub(super) struct Value {
    /// The value
    value: String,
}

#[derive(Debug, Args)]
pub(super) struct Pairs {
    /// What to set
    #[arg(value_name = "KEY:VALUE", required = true)]
    pairs: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct BuildMetadata {
    /// The options, separated by commas
    #[arg(value_name = "OPTION,…", value_delimiter = ',', required = true, num_args = 1, action = ArgAction::Set)]
    pub(super) options: Vec<String>,
}

impl SetCommand {
    pub(super) fn run(&self, session: &Session) -> Result<(), Failure> {
        let write = |change: &dyn Fn(&mut KustomizationFile) -> Result<(), Error>| {
            session.edit(|file| change(file).map(|()| Outcome::Write))
        };
        match self {
            SetCommand::Image { images } => write(&|file| file.set_images(images)),
            SetCommand::Replicas { replicas } => write(&|file| file.set_replicas(replicas)),
            SetCommand::Namespace(value) => write(&|file| {
                file.set_namespace(&value.value);
                Ok(())
            }),
            SetCommand::Nameprefix(value) => write(&|file| {
                file.set_name_prefix(&value.value);
                Ok(())
            }),
            SetCommand::Namesuffix(value) => write(&|file| {
                file.set_name_suffix(&value.value);
                Ok(())
            }),
            SetCommand::Label(pairs) => pairs.set(session, PairKind::Label),
            SetCommand::Annotation(pairs) => pairs.set(session, PairKind::Annotation),
            SetCommand::Buildmetadata(metadata) => {
                write(&|file| file.set_build_metadata(&metadata.options))
            }
            SetCommand::Configmap(generator) => generator.run(session, GeneratorKind::ConfigMap),
            SetCommand::Secret(generator) => generator.run(session, GeneratorKind::Secret),
        }
    }
}

impl Pairs {
    fn set(&self, session: &Session, kind: PairKind) -> Result<(), Failure> {
        let pairs = parse_pairs(kind, &self.pairs)?;
        session.edit(|file| file.set_pairs(kind, &pairs).map(|()| Outcome::Write))
    }
}

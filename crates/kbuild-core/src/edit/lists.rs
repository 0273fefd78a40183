//! Lists of strings: resources, components and the like.

use kbuild_yaml::Node;

use super::KustomizationFile;
use super::glob::Patterns;
use super::tree;
use crate::code::Code;
use crate::error::Error;
use crate::kustomization::BUILD_METADATA;
use crate::nearest::nearest;

/// A field that is a list of paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// `resources`
    Resources,
    /// `components`
    Components,
    /// `configurations`
    Configurations,
    /// `generators`
    Generators,
    /// `transformers`
    Transformers,
}

impl List {
    /// The name of the field.
    pub fn field(self) -> &'static str {
        match self {
            List::Resources => "resources",
            List::Components => "components",
            List::Configurations => "configurations",
            List::Generators => "generators",
            List::Transformers => "transformers",
        }
    }

    /// What an entry is called.
    pub fn entry(self) -> &'static str {
        match self {
            List::Resources => "resource",
            List::Components => "component",
            List::Configurations => "configuration",
            List::Generators => "generator",
            List::Transformers => "transformer",
        }
    }
}

impl KustomizationFile {
    /// Adds entries to a list. Returns those that it had already.
    pub fn add_to(&mut self, list: List, entries: &[String]) -> Vec<String> {
        let mut known: std::collections::HashSet<String> =
            tree::texts(&self.new, list.field()).into_iter().collect();
        let mut there = Vec::new();
        let mut added = Vec::new();
        for entry in entries {
            if known.insert(entry.clone()) {
                added.push(Node::string(entry.clone()))
            } else {
                there.push(entry.clone())
            }
        }
        if !added.is_empty()
            && let Some(items) = tree::list(&mut self.new, list.field())
        {
            items.extend(added);
        }
        there
    }

    /// Takes the entries out of a list that match one of the patterns. False where none does.
    ///
    /// # Errors
    /// A pattern is malformed.
    pub fn remove_from(&mut self, list: List, patterns: &[String]) -> Result<bool, Error> {
        let entries = tree::items(&self.new, list.field());
        let known = entries.len();
        let mut kept = Vec::new();
        if known > 0 {
            let patterns = Patterns::parse(patterns)?;
            let matches = |entry: &&Node| patterns.match_any(entry.text().unwrap_or_default());
            kept.extend(entries.iter().filter(|entry| !matches(entry)).cloned());
        }
        if kept.len() == known {
            return Ok(false);
        }
        tree::set_items(&mut self.new, list.field(), kept);
        Ok(true)
    }

    /// Adds bases, which are resources.
    ///
    /// # Errors
    /// A base is there already.
    pub fn add_bases(&mut self, paths: &[String]) -> Result<(), Error> {
        match self.add_to(List::Resources, paths).first() {
            Some(path) => Err(Error::new(
                Code::THERE_ALREADY,
                format!("base {path} is already in the kustomization"),
            )),
            None => Ok(()),
        }
    }

    /// Adds options to `buildMetadata`.
    ///
    /// # Errors
    /// An option is unknown or there already.
    pub fn add_build_metadata(&mut self, options: &[String]) -> Result<(), Error> {
        check_build_metadata(options)?;
        let mut known = tree::texts(&self.new, "buildMetadata");
        for option in options {
            if known.contains(option) {
                return Err(Error::new(
                    Code::THERE_ALREADY,
                    format!("buildMetadata option {option} is already in the kustomization"),
                ));
            }
            known.push(option.clone());
        }
        self.put_build_metadata(&known);
        Ok(())
    }

    /// Sets the options of `buildMetadata`.
    ///
    /// # Errors
    /// An option is unknown.
    pub fn set_build_metadata(&mut self, options: &[String]) -> Result<(), Error> {
        check_build_metadata(options)?;
        self.put_build_metadata(options);
        Ok(())
    }

    /// Takes options out of `buildMetadata`.
    ///
    /// # Errors
    /// An option is unknown.
    pub fn remove_build_metadata(&mut self, options: &[String]) -> Result<(), Error> {
        check_build_metadata(options)?;
        let mut known = tree::texts(&self.new, "buildMetadata");
        known.retain(|option| !options.contains(option));
        self.put_build_metadata(&known);
        Ok(())
    }

    fn put_build_metadata(&mut self, options: &[String]) {
        tree::set_items(
            &mut self.new,
            "buildMetadata",
            options.iter().map(|option| Node::string(option.clone())).collect(),
        );
    }

    /// Sets the namespace; an empty one takes the field out.
    pub fn set_namespace(&mut self, namespace: &str) {
        tree::set_text(&mut self.new, "namespace", namespace);
    }

    /// Sets what is put before all names; an empty text takes the field out.
    pub fn set_name_prefix(&mut self, prefix: &str) {
        tree::set_text(&mut self.new, "namePrefix", prefix);
    }

    /// Sets what is put behind all names; an empty text takes the field out.
    pub fn set_name_suffix(&mut self, suffix: &str) {
        tree::set_text(&mut self.new, "nameSuffix", suffix);
    }
}

fn check_build_metadata(options: &[String]) -> Result<(), Error> {
    match options.iter().find(|option| !BUILD_METADATA.contains(&option.as_str())) {
        None => Ok(()),
        Some(option) => {
            let error = Error::new(
                Code::BAD_ARGUMENT,
                format!("there is no buildMetadata option \"{option}\""),
            );
            Err(match nearest(option, BUILD_METADATA.iter().copied()) {
                Some(known) => error.hint_with(format!("did you mean {known}?")),
                None => error.hint_with(format!("there are {}", BUILD_METADATA.join(", "))),
            })
        }
    }
}

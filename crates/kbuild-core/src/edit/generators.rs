//! ConfigMaps and Secrets to generate.

use std::path::Path;

use kbuild_yaml::Node;

use super::KustomizationFile;
use super::check::check_generator;
use super::glob::expand;
use super::tree;
use crate::code::Code;
use crate::error::Error;
use crate::host::Host;

/// ConfigMaps or Secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneratorKind {
    /// `configMapGenerator`
    ConfigMap,
    /// `secretGenerator`
    Secret,
}

impl GeneratorKind {
    /// The field that lists them.
    pub fn field(self) -> &'static str {
        match self {
            GeneratorKind::ConfigMap => "configMapGenerator",
            GeneratorKind::Secret => "secretGenerator",
        }
    }

    /// What an entry is called.
    pub fn entry(self) -> &'static str {
        match self {
            GeneratorKind::ConfigMap => "configmap",
            GeneratorKind::Secret => "secret",
        }
    }
}

/// What a ConfigMap or a Secret is made from, as the command line says it; empty fields are left out.
#[derive(Clone, Debug, Default)]
pub struct GeneratorSources {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// `create`, `merge` or `replace`.
    pub behavior: String,
    /// `key=value` each.
    pub literals: Vec<String>,
    /// `[key=]path` each; patterns are expanded.
    pub files: Vec<String>,
    /// A file of `key=value` lines.
    pub env_file: String,
    /// Whether the name gets no hash.
    pub disable_name_suffix_hash: bool,
    /// The type of a new secret.
    pub secret_type: String,
}

impl KustomizationFile {
    /// Adds sources to the ConfigMap or Secret of this name, which is made where it is missing. Returns the patterns that
    /// match no file.
    ///
    /// # Errors
    /// The sources do not fit each other, or nothing can be generated from them.
    pub fn add_generator(
        &mut self,
        host: &dyn Host,
        directory: &Path,
        kind: GeneratorKind,
        sources: &GeneratorSources,
    ) -> Result<Vec<String>, Error> {
        let (files, unmatched) = expand_files(host, directory, &sources.files)?;
        check_sources(sources, &files, &unmatched)?;
        let entry = find_or_make(&mut self.new, kind, sources)?;
        extend(entry, "literals", &sources.literals);
        extend(entry, "files", &files);
        if !sources.env_file.is_empty() {
            extend(entry, "envs", std::slice::from_ref(&sources.env_file));
        }
        if sources.disable_name_suffix_hash {
            let mut options = Node::mapping();
            tree::set(&mut options, "disableNameSuffixHash", Node::bool(true));
            tree::set(entry, "options", options);
        }
        if !sources.behavior.is_empty() {
            tree::set_text(entry, "behavior", &sources.behavior);
        }
        self.finish_generator(host, directory, kind, &sources.name, &sources.namespace)?;
        Ok(unmatched)
    }

    /// Gives literals of a ConfigMap or Secret new values, or moves it to another namespace.
    ///
    /// # Errors
    /// There is no such entry, or it has no such key.
    pub fn set_generator(
        &mut self,
        host: &dyn Host,
        directory: &Path,
        kind: GeneratorKind,
        sources: &GeneratorSources,
        new_namespace: &str,
    ) -> Result<(), Error> {
        if sources.literals.is_empty() && new_namespace.is_empty() {
            return Err(Error::new(Code::BAD_ARGUMENT, "there is nothing to set")
                .hint_with("give --from-literal or --new-namespace"));
        }
        let Some(index) = find(&self.new, kind, &sources.name, &sources.namespace) else {
            return Err(Error::new(
                Code::NOT_THERE,
                format!("the kustomization has no {} {}", kind.entry(), sources.name),
            ));
        };
        let entry = entry_mut(&mut self.new, kind, index)?;
        if !sources.literals.is_empty() {
            let literals = updated(&tree::texts(entry, "literals"), &sources.literals)?;
            for (item, text) in tree::list(entry, "literals").into_iter().flatten().zip(literals) {
                if item.text() != Some(&text) {
                    *item = Node::string(text);
                }
            }
        }
        let namespace = if new_namespace.is_empty() {
            tree::text(entry, "namespace").to_owned()
        } else {
            new_namespace.to_owned()
        };
        tree::set_text(entry, "namespace", &namespace);
        self.finish_generator(host, directory, kind, &sources.name, &namespace)
    }

    /// Takes ConfigMaps or Secrets out. Returns the names that are not there.
    ///
    /// # Errors
    /// None of them is there.
    pub fn remove_generators(
        &mut self,
        kind: GeneratorKind,
        names: &[String],
        namespace: &str,
    ) -> Result<Vec<String>, Error> {
        let mut found = Vec::new();
        let mut kept = Vec::new();
        for entry in tree::items(&self.new, kind.field()) {
            let name = tree::text(entry, "name").to_owned();
            if names.contains(&name) && same_namespace(tree::text(entry, "namespace"), namespace) {
                found.push(name);
            } else {
                kept.push(entry.clone());
            }
        }
        if found.is_empty() {
            return Err(Error::new(
                Code::NOT_THERE,
                format!("the kustomization has no {} {}", kind.entry(), names.join(", ")),
            ));
        }
        tree::set_items(&mut self.new, kind.field(), kept);
        Ok(names.iter().filter(|name| !found.contains(name)).cloned().collect())
    }

    /// Gives the entry the options of all generators, as the reference does, and sees whether it can be generated.
    fn finish_generator(
        &mut self,
        host: &dyn Host,
        directory: &Path,
        kind: GeneratorKind,
        name: &str,
        namespace: &str,
    ) -> Result<(), Error> {
        let global = tree::field(&self.new, "generatorOptions").cloned();
        let Some(index) = find(&self.new, kind, name, namespace) else { return Ok(()) };
        let entry = entry_mut(&mut self.new, kind, index)?;
        if let Some(global) = global {
            let mut options = tree::field(entry, "options").cloned().unwrap_or_else(Node::mapping);
            merge_options(&mut options, &global);
            if !options.is_empty() {
                tree::set(entry, "options", options);
            }
        }
        check_generator(host, directory, kind, entry)
    }
}

fn check_sources(
    sources: &GeneratorSources,
    files: &[String],
    unmatched: &[String],
) -> Result<(), Error> {
    let has_env = !sources.env_file.is_empty();
    let has_others = !files.is_empty() || !sources.literals.is_empty();
    if !has_env && !has_others && !unmatched.is_empty() {
        return Err(no_match(&unmatched.join(", ")));
    }
    if !has_env && !has_others {
        return Err(Error::new(Code::BAD_ARGUMENT, "there is nothing to generate from")
            .hint_with("give --from-env-file, --from-file or --from-literal"));
    }
    if has_env && has_others {
        return Err(Error::new(
            Code::BAD_ARGUMENT,
            "--from-env-file cannot be combined with --from-file or --from-literal",
        ));
    }
    if !matches!(sources.behavior.as_str(), "" | "create" | "merge" | "replace") {
        return Err(Error::new(
            Code::BAD_ARGUMENT,
            format!("\"{}\" is no behavior", sources.behavior),
        )
        .hint_with("there are create, merge and replace"));
    }
    Ok(())
}

fn no_match(pattern: &str) -> Error {
    Error::new(Code::NO_MATCH, format!("{pattern} has no match"))
        .hint_with("--from-file names files, as seen from the folder of the kustomization")
}

/// Expands the patterns of `[key=]path` sources; also returns the patterns that match nothing.
fn expand_files(
    host: &dyn Host,
    directory: &Path,
    sources: &[String],
) -> Result<(Vec<String>, Vec<String>), Error> {
    let (mut files, mut unmatched) = (Vec::new(), Vec::new());
    for source in sources {
        let pieces: Vec<&str> = source.split('=').collect();
        let (key, pattern) = match pieces.as_slice() {
            [key, pattern] => (*key, *pattern),
            [pattern, ..] => ("", *pattern),
            [] => continue,
        };
        let found = expand(host, directory, pattern)?;
        if found.is_empty() {
            unmatched.push(pattern.to_owned());
        }
        match found.as_slice() {
            [] if !key.is_empty() => return Err(no_match(pattern)),
            _ if key.is_empty() => files.extend(found),
            [file] => files.push(format!("{key}={file}")),
            _ => {
                return Err(Error::new(
                    Code::BAD_ARGUMENT,
                    format!("{source} has to name one file, and names {}", found.len()),
                )
                .hint_with("a key stands for one file"));
            }
        }
    }
    Ok((files, unmatched))
}

fn same_namespace(one: &str, other: &str) -> bool {
    let named = |namespace: &str| {
        if namespace.is_empty() { "default".to_owned() } else { namespace.to_owned() }
    };
    named(one) == named(other)
}

fn find(node: &Node, kind: GeneratorKind, name: &str, namespace: &str) -> Option<usize> {
    let fits = |entry: &Node| {
        tree::text(entry, "name") == name
            && same_namespace(tree::text(entry, "namespace"), namespace)
    };
    tree::items(node, kind.field()).iter().position(fits)
}

fn entry_mut(node: &mut Node, kind: GeneratorKind, index: usize) -> Result<&mut Node, Error> {
    let entry = tree::list(node, kind.field()).and_then(|entries| entries.get_mut(index));
    entry.ok_or_else(|| Error::new(Code::WRONG_TYPE, format!("{} is not a list", kind.field())))
}

fn find_or_make<'a>(
    node: &'a mut Node,
    kind: GeneratorKind,
    sources: &GeneratorSources,
) -> Result<&'a mut Node, Error> {
    let index = match find(node, kind, &sources.name, &sources.namespace) {
        Some(index) => index,
        None => {
            let mut entry = Node::mapping();
            tree::set_text(&mut entry, "name", &sources.name);
            tree::set_text(&mut entry, "namespace", &sources.namespace);
            if kind == GeneratorKind::Secret {
                tree::set_text(&mut entry, "type", &sources.secret_type);
            }
            let Some(entries) = tree::list(node, kind.field()) else {
                return Err(Error::new(
                    Code::WRONG_TYPE,
                    format!("{} is not a list", kind.field()),
                ));
            };
            entries.push(entry);
            entries.len() - 1
        }
    };
    entry_mut(node, kind, index)
}

fn extend(entry: &mut Node, field: &str, texts: &[String]) {
    if !texts.is_empty()
        && let Some(items) = tree::list(entry, field)
    {
        items.extend(texts.iter().map(|text| Node::string(text.clone())));
    }
}

/// The literals with new values for some of their keys.
fn updated(literals: &[String], changes: &[String]) -> Result<Vec<String>, Error> {
    let mut known =
        literals.iter().map(|literal| key_value(literal)).collect::<Result<Vec<_>, _>>()?;
    for change in changes {
        let (key, value) = key_value(change)?;
        match known.iter_mut().find(|(known, _)| *known == key) {
            Some(entry) => entry.1 = value,
            None => {
                return Err(Error::new(
                    Code::NOT_THERE,
                    format!("there is no literal with the key {key}"),
                ));
            }
        }
    }
    Ok(known.into_iter().map(|(key, value)| format!("{key}={value}")).collect())
}

fn key_value(literal: &str) -> Result<(&str, &str), Error> {
    match literal.split_once('=') {
        Some((key, value)) if !value.contains('=') => Ok((key, value)),
        _ => Err(Error::new(
            Code::BAD_LITERAL,
            format!("the literal \"{literal}\" is not of the form KEY=VALUE, with one equals sign"),
        )),
    }
}

fn merge_options(options: &mut Node, global: &Node) {
    for field in ["labels", "annotations"] {
        let Some(pairs) = tree::field(global, field).and_then(Node::as_mapping) else { continue };
        let Some(own) = tree::pairs(options, field) else { continue };
        for entry in pairs {
            if !own.contains_key(&entry.key.text) {
                own.insert(entry.key.text.clone(), entry.value.clone());
            }
        }
    }
    for field in ["disableNameSuffixHash", "immutable"] {
        if tree::text(global, field) == "true" {
            tree::set(options, field, Node::bool(true));
        }
    }
}

//! Labels and annotations.

use std::collections::{HashMap, HashSet};

use kbuild_yaml::{EcoString, Key, Node};

use super::KustomizationFile;
use super::tree;
use crate::code::Code;
use crate::error::Error;

/// Labels or annotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairKind {
    /// `commonLabels`
    Label,
    /// `commonAnnotations`
    Annotation,
}

impl PairKind {
    fn field(self) -> &'static str {
        match self {
            PairKind::Label => "commonLabels",
            PairKind::Annotation => "commonAnnotations",
        }
    }

    fn entry(self) -> &'static str {
        match self {
            PairKind::Label => "label",
            PairKind::Annotation => "annotation",
        }
    }
}

/// Takes `key:value` arguments apart. A key alone has an empty value; quotes around a value are taken off.
///
/// # Errors
/// A key is missing.
pub fn parse_pairs(kind: PairKind, arguments: &[String]) -> Result<Vec<(String, String)>, Error> {
    let mut pairs: Vec<(String, String)> = Vec::with_capacity(arguments.len());
    for argument in arguments {
        let (key, value) = argument.split_once(':').unwrap_or((argument, ""));
        if argument.starts_with(':') {
            return Err(Error::new(
                Code::BAD_ARGUMENT,
                format!("{} \"{argument}\" has no key", kind.entry()),
            )
            .hint_with("write KEY:VALUE"));
        }
        let value =
            value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        pairs.push((key.to_owned(), value.to_owned()));
    }
    // Of several values for one key the last counts.
    let mut seen = HashSet::with_capacity(pairs.len());
    let is_last: Vec<bool> = pairs.iter().rev().map(|(key, _)| seen.insert(&**key)).collect();
    let pairs = pairs.iter().zip(is_last.iter().rev()).filter(|(_, is_last)| **is_last);
    Ok(pairs.map(|(pair, _)| pair.clone()).collect())
}

impl KustomizationFile {
    /// Adds common labels or annotations.
    ///
    /// # Errors
    /// One is there already, and `force` is not set.
    pub fn add_pairs(
        &mut self,
        kind: PairKind,
        pairs: &[(String, String)],
        force: bool,
    ) -> Result<(), Error> {
        write_pairs(&mut self.new, kind.field(), kind, pairs, force)
    }

    /// Sets common labels or annotations.
    ///
    /// # Errors
    /// The key of an annotation is malformed.
    pub fn set_pairs(&mut self, kind: PairKind, pairs: &[(String, String)]) -> Result<(), Error> {
        if kind == PairKind::Annotation {
            check_keys(kind, pairs)?;
        }
        write_pairs(&mut self.new, kind.field(), kind, pairs, true)
    }

    /// Takes common labels or annotations out.
    ///
    /// # Errors
    /// One is not there, and `ignore_missing` is not set.
    pub fn remove_pairs(
        &mut self,
        kind: PairKind,
        keys: &[String],
        ignore_missing: bool,
    ) -> Result<(), Error> {
        let field = kind.field();
        if tree::field(&self.new, field).is_none() {
            return if ignore_missing {
                Ok(())
            } else {
                Err(Error::new(Code::NOT_THERE, format!("the kustomization has no {field}")))
            };
        }
        let Some(mapping) = tree::pairs(&mut self.new, field) else { return Ok(()) };
        for key in keys {
            if mapping.remove(key).is_none() && !ignore_missing {
                return Err(Error::new(
                    Code::NOT_THERE,
                    format!("{} {key} is not in the kustomization", kind.entry()),
                ));
            }
        }
        if mapping.is_empty() {
            tree::remove(&mut self.new, field);
        }
        Ok(())
    }

    /// Adds labels that are not set in selectors, to the first entry of `labels` that is of this kind.
    ///
    /// # Errors
    /// One is there already, and `force` is not set.
    pub fn add_labels_without_selectors(
        &mut self,
        pairs: &[(String, String)],
        include_templates: bool,
        force: bool,
    ) -> Result<(), Error> {
        let is_true = |node: &Node, field: &str| tree::text(node, field) == "true";
        let fits = |label: &Node| {
            !is_true(label, "includeSelectors")
                && is_true(label, "includeTemplates") == include_templates
        };
        let Some(labels) = tree::list(&mut self.new, "labels") else { return Ok(()) };
        let index = match labels.iter().position(fits) {
            Some(index) => index,
            None => {
                let mut label = Node::mapping();
                if include_templates {
                    tree::set(&mut label, "includeTemplates", Node::bool(true));
                }
                labels.push(label);
                labels.len() - 1
            }
        };
        write_pairs(&mut labels[index], "pairs", PairKind::Label, pairs, force)
    }
}

/// Refuses keys that no object may have.
///
/// # Errors
/// There is one.
pub(crate) fn check_keys(kind: PairKind, pairs: &[(String, String)]) -> Result<(), Error> {
    let Some((key, _)) = pairs.iter().find(|(key, _)| !is_key(key)) else { return Ok(()) };
    let article = if kind == PairKind::Label { "a" } else { "an" };
    let message = format!("\"{key}\" cannot be the key of {article} {}", kind.entry());
    Err(Error::new(Code::BAD_ARGUMENT, message)
        .hint_with("write KEY:VALUE; a key has an optional prefix with a slash, and a name of up to 63 letters, digits, '-', '_' and '.'"))
}

fn write_pairs(
    node: &mut Node,
    field: &str,
    kind: PairKind,
    pairs: &[(String, String)],
    force: bool,
) -> Result<(), Error> {
    let Some(mapping) = tree::pairs(node, field) else { return Ok(()) };
    let known = mapping.iter().enumerate().map(|(at, entry)| (entry.key.text.clone(), at));
    let mut known: HashMap<EcoString, usize> = known.collect();
    for (key, value) in pairs {
        let at = known.get(key.as_str()).copied();
        match at.and_then(|at| mapping.iter_mut().nth(at)) {
            Some(_) if !force => {
                return Err(Error::new(
                    Code::THERE_ALREADY,
                    format!("{} {key} is already in the kustomization", kind.entry()),
                )
                .hint_with("--force overwrites it"));
            }
            Some(entry) if entry.value.text() == Some(value) => {}
            Some(entry) => entry.value = Node::string(value.clone()),
            None => {
                known.insert(key.as_str().into(), mapping.len());
                mapping.push(Key::new(key.as_str()), Node::string(value.clone()));
            }
        }
    }
    Ok(())
}

fn is_key(key: &str) -> bool {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let ends = |text: &str| {
        text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
            && text.bytes().next_back().is_some_and(|byte| byte.is_ascii_alphanumeric())
    };
    let within = |text: &str, more: &[u8]| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
    };
    let prefix_fits = prefix.is_none_or(|prefix| {
        prefix.len() <= 253
            && prefix.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && ends(prefix)
            && within(prefix, b"-.")
    });
    prefix_fits && name.len() <= 63 && ends(name) && within(name, b"-_.")
}

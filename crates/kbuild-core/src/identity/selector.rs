//! Selectors: which resources a patch applies to.

use std::fmt;

use kbuild_yaml::{EcoString, Place};

use super::label_selector::LabelSelector;
use super::pattern::Pattern;
use crate::code::Code;
use crate::error::Error;
use crate::kustomization::Target;

/// A target, ready to be matched.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    pub(crate) group: Pattern,
    pub(crate) version: Pattern,
    pub(crate) kind: Pattern,
    pub(crate) name: Pattern,
    pub(crate) namespace: Pattern,
    pub(crate) labels: LabelSelector,
    pub(crate) annotations: LabelSelector,
    /// The two selectors as they are written.
    texts: [EcoString; 2],
    /// Where it stands.
    pub(crate) place: Place,
    /// Where its name stands, if it has one, or itself.
    pub(crate) name_place: Place,
}

impl Selector {
    /// Compiles a target.
    ///
    /// # Errors
    /// A regular expression or a label selector that cannot be read, at the target's place.
    pub(crate) fn new(target: &Target) -> Result<Selector, Error> {
        Ok(Selector {
            group: pattern("group", &target.group, target.place)?,
            version: pattern("version", &target.version, target.place)?,
            kind: pattern("kind", &target.kind, target.place)?,
            name: pattern("name", &target.name, target.place)?,
            namespace: pattern("namespace", &target.namespace, target.place)?,
            labels: labels("labelSelector", &target.label_selector, target.place)?,
            annotations: labels("annotationSelector", &target.annotation_selector, target.place)?,
            texts: [target.label_selector.clone(), target.annotation_selector.clone()],
            place: target.place,
            name_place: match target.name.is_empty() {
                true => target.place,
                false => target.name_place,
            },
        })
    }
}

impl fmt::Display for Selector {
    /// What is asked for, as it is written.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (field, pattern) in [
            ("group", &self.group),
            ("version", &self.version),
            ("kind", &self.kind),
            ("name", &self.name),
            ("namespace", &self.namespace),
        ] {
            if let Some(text) = pattern.text() {
                write!(out, "{separator}{field} {text}")?;
                separator = ", ";
            }
        }
        for (what, text) in ["labels", "annotations"].iter().zip(&self.texts) {
            if !text.is_empty() {
                write!(out, "{separator}{what} {text}")?;
                separator = ", ";
            }
        }
        if separator.is_empty() { write!(out, "anything") } else { Ok(()) }
    }
}

fn pattern(field: &str, text: &str, place: Place) -> Result<Pattern, Error> {
    Pattern::new(text).map_err(|why| {
        Error::new(
            Code::BAD_SELECTOR,
            format!("target.{field} \"{text}\" is not a regular expression: {why}"),
        )
        .at(place)
        .mark(text)
    })
}

fn labels(field: &str, text: &str, place: Place) -> Result<LabelSelector, Error> {
    LabelSelector::parse(text).map_err(|why| {
        Error::new(Code::BAD_SELECTOR, format!("target.{field} \"{text}\" cannot be read: {why}"))
            .at(place)
            .mark(text)
    })
}

//! Texts before and after an edit.

mod commands;
mod styles;

use std::path::Path;

use super::*;
use crate::host::MemoryHost;

const HEAD: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

/// Edits a text that begins with the two lines of its type, which neither `before` nor `after` shows.
#[track_caller]
fn check(before: &str, edit: impl FnOnce(&mut KustomizationFile), after: &str) {
    check_whole(&format!("{HEAD}{before}"), edit, &format!("{HEAD}{after}"));
}

#[track_caller]
fn check_whole(before: &str, edit: impl FnOnce(&mut KustomizationFile), after: &str) {
    let mut file = KustomizationFile::parse("kustomization.yaml", before).unwrap();
    edit(&mut file);
    assert_eq!(file.to_text().unwrap(), after);
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn add(entries: &[&str]) -> impl FnOnce(&mut KustomizationFile) {
    move |file| {
        file.add_to(List::Resources, &strings(entries));
    }
}

fn remove(patterns: &[&str]) -> impl FnOnce(&mut KustomizationFile) {
    move |file| {
        assert!(file.remove_from(List::Resources, &strings(patterns)).unwrap());
    }
}

fn image(arguments: &[&str]) -> impl FnOnce(&mut KustomizationFile) {
    move |file| file.set_images(&strings(arguments)).unwrap()
}

fn label(arguments: &[&str]) -> impl FnOnce(&mut KustomizationFile) {
    let pairs = parse_pairs(PairKind::Label, &strings(arguments)).unwrap();
    move |file| file.add_pairs(PairKind::Label, &pairs, true).unwrap()
}

fn namespace(namespace: &'static str) -> impl FnOnce(&mut KustomizationFile) {
    move |file| file.set_namespace(namespace)
}

fn config_map(literals: &[&str]) -> GeneratorSources {
    GeneratorSources {
        name: "c".to_owned(),
        literals: strings(literals),
        ..GeneratorSources::default()
    }
}

fn host() -> MemoryHost {
    MemoryHost::from_iter([
        ("kustomization.yaml", ""),
        ("a.txt", "a"),
        ("b.txt", "b"),
        ("x.env", "A=b\n"),
        ("patch.yaml", "a: b\n"),
        (
            "d.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  a.b: x-$(V)\n  args: [--host=$(V), $(V)] # here\n",
        ),
    ])
}

//! The order of the output.

use std::cmp::Ordering;

use kbuild_yaml::EcoString;

use crate::build::Build;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::identity::GroupVersionKind;
use crate::kustomization::{LegacySortOptions, SortOptions, SortOrder};
use crate::options::Reorder;
use crate::resource::{Resource, ResourceSet};
use crate::tables::sort_order::{ORDER_FIRST, ORDER_LAST, rank};

/// Puts the resources in the order that the kustomization or the options ask for.
///
/// # Errors
/// `sortOptions` that contradict themselves.
pub(crate) fn sort(
    build: &mut Build,
    options: Option<&SortOptions>,
    resources: &mut ResourceSet,
) -> Result<(), Error> {
    match options {
        Some(options) => {
            if build.options.reorder != Reorder::Unspecified {
                let message = "Sorting order is set both in 'kustomization.yaml' ('sortOptions') and in a CLI flag ('--reorder'). Using the kustomization file over the CLI flag.";
                build.warn(Diagnostic::warning(Code::IGNORED, message).at(options.place));
            }
            if order_of(options)? == SortOrder::Legacy {
                sort_legacy(resources, options.legacy.as_ref());
            }
        }
        None if build.options.reorder != Reorder::None => sort_legacy(resources, None),
        None => {}
    }
    Ok(())
}

fn order_of(options: &SortOptions) -> Result<SortOrder, Error> {
    match &*options.order.text {
        "legacy" => Ok(SortOrder::Legacy),
        "fifo" if options.legacy.is_some() => Err(Error::new(
            Code::BAD_SORT_OPTIONS,
            "sortOptions has legacySortOptions, and its order is fifo, not legacy",
        )
        .at(options.place)),
        "fifo" => Ok(SortOrder::Fifo),
        "" => Err(Error::new(Code::BAD_SORT_OPTIONS, "sortOptions has no order")
            .at(options.place)
            .hint_with("say order: legacy or order: fifo")),
        other => Err(Error::new(
            Code::BAD_SORT_OPTIONS,
            format!("sortOptions.order is legacy or fifo, not {other}"),
        )
        .at(options.order.place)),
    }
}

fn sort_legacy(resources: &mut ResourceSet, options: Option<&LegacySortOptions>) {
    match options {
        Some(options) => sort_by_rank(resources, &options.order_first, &options.order_last),
        None => sort_by_rank(resources, ORDER_FIRST, ORDER_LAST),
    }
}

fn sort_by_rank<S: AsRef<str>>(resources: &mut ResourceSet, first: &[S], last: &[S]) {
    resources.sort_by_cached_key(|resource| Key::new(resource, rank(resource.kind(), first, last)));
}

/// What resources are compared by.
#[derive(PartialEq, Eq)]
struct Key {
    rank: isize,
    gvk: GroupVersionKind,
    sort_text: String,
    /// Namespace and name in one text, as the reference compares them.
    place: String,
}

impl Key {
    fn new(resource: &Resource, rank: isize) -> Key {
        let or =
            |text: &str, none: &str| EcoString::from(if text.is_empty() { none } else { text });
        let gvk = resource.gvk();
        let place = format!("{}|{}", or(resource.namespace(), "~X"), or(resource.name(), "~N"));
        Key { rank, sort_text: gvk.sort_text(), gvk, place }
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        if self.gvk == other.gvk {
            return self.place.cmp(&other.place);
        }
        let by_text = self.sort_text.cmp(&other.sort_text);
        let are_namespaces = self.gvk.kind == "Namespace" && other.gvk.kind == "Namespace";
        // Namespaces of the core group stand before those of other groups, against the order of the texts.
        let of_core = self.gvk.group.is_empty() || other.gvk.group.is_empty();
        self.rank.cmp(&other.rank).then(if are_namespaces && of_core {
            by_text.reverse()
        } else {
            by_text
        })
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

//! The order of the output.

use std::cmp::Ordering;
use std::rc::Rc;

use indexmap::IndexMap;

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
    // There are few types: each is looked at once.
    let mut types: IndexMap<GroupVersionKind, Rc<Type>, foldhash::fast::RandomState> =
        IndexMap::default();
    resources.sort_by_cached_key(|resource| {
        let gvk = resource.gvk_ref();
        let of = match types.get(&gvk) {
            Some(of) => of,
            None => {
                let gvk = gvk.to_owned();
                let of = Type {
                    rank: rank(&gvk.kind, first, last),
                    sort_text: gvk.sort_text(),
                    gvk: gvk.clone(),
                };
                types.entry(gvk).or_insert(Rc::new(of))
            }
        };
        Key { of: Rc::clone(of), place: place_of(resource) }
    });
}

/// What resources are compared by.
#[derive(PartialEq, Eq)]
struct Key {
    of: Rc<Type>,
    /// Namespace and name in one text, as the reference compares them.
    place: String,
}

/// What there is to compare of a type.
#[derive(PartialEq, Eq)]
struct Type {
    rank: isize,
    gvk: GroupVersionKind,
    sort_text: String,
}

fn place_of(resource: &Resource) -> String {
    fn or<'a>(text: &'a str, none: &'a str) -> &'a str {
        if text.is_empty() { none } else { text }
    }
    let (namespace, name) = (or(resource.namespace(), "~X"), or(resource.name(), "~N"));
    let mut place = String::with_capacity(namespace.len() + 1 + name.len());
    place.push_str(namespace);
    place.push('|');
    place.push_str(name);
    place
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        let (one, two) = (&*self.of, &*other.of);
        // Types of one set are the same exactly if they are one.
        if Rc::ptr_eq(&self.of, &other.of) {
            return self.place.cmp(&other.place);
        }
        let by_text = one.sort_text.cmp(&two.sort_text);
        let are_namespaces = one.gvk.kind == "Namespace" && two.gvk.kind == "Namespace";
        // Namespaces of the core group stand before those of other groups, against the order of the texts.
        let of_core = one.gvk.group.is_empty() || two.gvk.group.is_empty();
        one.rank.cmp(&two.rank).then(if are_namespaces && of_core {
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

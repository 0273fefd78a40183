//! The order of the output.

use std::cmp::Ordering;

use crate::build::Build;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::identity::{GroupVersionKind, TypeNumbers};
use crate::kustomization::{LegacySortOptions, SortOptions, SortOrder};
use crate::options::Reorder;
use crate::resource::{Resource, ResourceSet};
use crate::tables::sort_order::{ORDER_FIRST, ORDER_LAST, rank};

/// Puts the resources in the order that the kustomization or the options ask for. What the pieces of the set, in order, were
/// [sorted](SortedPiece) to is made use of; there may be none.
///
/// # Errors
/// `sortOptions` that contradict themselves.
pub(crate) fn sort(
    build: &mut Build,
    options: Option<&SortOptions>,
    resources: &mut ResourceSet,
    pieces: Vec<SortedPiece>,
) -> Result<(), Error> {
    if let Some(options) = options {
        if build.options.reorder != Reorder::Unspecified {
            let message = "Sorting order is set both in 'kustomization.yaml' ('sortOptions') and in a CLI flag ('--reorder'). Using the kustomization file over the CLI flag.";
            build.warn(Diagnostic::warning(Code::IGNORED, message).at(options.place));
        }
        order_of(options)?;
    }
    if is_legacy(build, options) {
        let pieces = match pieces.is_empty() {
            true => vec![SortedPiece::new(0, resources.all())],
            false => pieces,
        };
        match options.and_then(|options| options.legacy.as_ref()) {
            Some(LegacySortOptions { order_first, order_last }) => {
                sort_by_rank(resources, pieces, order_first, order_last);
            }
            None => sort_by_rank(resources, pieces, ORDER_FIRST, ORDER_LAST),
        }
    }
    Ok(())
}

/// True where the resources are sorted by their types, unless that is [refused](sort).
pub(crate) fn is_legacy(build: &Build, options: Option<&SortOptions>) -> bool {
    match options {
        Some(options) => order_of(options).is_ok_and(|order| order == SortOrder::Legacy),
        None => build.options.reorder != Reorder::None,
    }
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

/// The order of resources that follow each other in a set. Nothing but their namespaces and names is compared: types are when
/// the pieces are put together.
#[derive(Debug)]
pub(crate) struct SortedPiece {
    types: TypeNumbers,
    /// The slots of the resources of each type, in order.
    of_types: Vec<Vec<usize>>,
}

impl SortedPiece {
    /// That of resources the first of which is in a slot.
    pub(crate) fn new(first: usize, resources: &[Resource]) -> SortedPiece {
        // There are few types, and most resources of a type are in order already.
        let (mut types, mut of_types) = (TypeNumbers::default(), Vec::<Vec<Named<'_>>>::new());
        for (slot, resource) in (first..).zip(resources) {
            if resource.is_gone() {
                continue;
            }
            let (number, named) = (resource.type_in(&mut types), Named::new(slot, resource));
            match of_types.get_mut(number) {
                Some(of_type) => of_type.push(named),
                None => of_types.push(vec![named]),
            }
        }
        let slots = |mut of_type: Vec<Named<'_>>| {
            of_type.sort_unstable_by(Named::compare);
            of_type.into_iter().map(|named| named.slot).collect()
        };
        SortedPiece { of_types: of_types.into_iter().map(slots).collect(), types }
    }
}

fn sort_by_rank<S: AsRef<str>>(
    resources: &mut ResourceSet,
    pieces: Vec<SortedPiece>,
    first: &[S],
    last: &[S],
) {
    let mut numbers = TypeNumbers::default();
    let mut of_types: Vec<Vec<Vec<usize>>> = Vec::new();
    for piece in pieces {
        for (gvk, slots) in piece.types.iter().zip(piece.of_types) {
            let number = numbers.number((&**gvk).into());
            match of_types.get_mut(number) {
                Some(of_type) => of_type.push(slots),
                None => of_types.push(vec![slots]),
            }
        }
    }
    let types = numbers.iter().map(|gvk| Type::new(gvk, first, last));
    let mut types: Vec<(Type<'_>, Vec<Vec<usize>>)> = types.zip(of_types).collect();
    types.sort_by(|(one, _), (two, _)| one.compare(two));
    let mut order = Vec::with_capacity(resources.slots().len());
    for (_, of_type) in types {
        order.extend(joined(of_type, resources));
    }
    resources.reorder(order);
}

/// What is sorted piece by piece, sorted as a whole.
fn joined(pieces: Vec<Vec<usize>>, resources: &ResourceSet) -> Vec<usize> {
    let named = |slot: usize| Some(Named::new(slot, resources.get(slot)?));
    let is_in_order = |(one, next): (&Vec<usize>, &Vec<usize>)| {
        let last = one.last().copied().and_then(named);
        let first = next.first().copied().and_then(named);
        last.zip(first).is_none_or(|(last, first)| last.compare(&first).is_le())
    };
    let is_sorted = pieces.iter().zip(pieces.iter().skip(1)).all(is_in_order);
    let slots = pieces.into_iter().flatten();
    if is_sorted {
        return slots.collect();
    }
    let mut all: Vec<Named<'_>> = slots.filter_map(named).collect();
    all.sort_unstable_by(Named::compare);
    all.into_iter().map(|named| named.slot).collect()
}

/// What there is to compare of a type.
struct Type<'a> {
    rank: isize,
    gvk: &'a GroupVersionKind,
    sort_text: String,
}

impl<'a> Type<'a> {
    fn new<S: AsRef<str>>(gvk: &'a GroupVersionKind, first: &[S], last: &[S]) -> Type<'a> {
        Type { rank: rank(&gvk.kind, first, last), sort_text: gvk.sort_text(), gvk }
    }

    fn compare(&self, other: &Type<'_>) -> Ordering {
        let by_text = self.sort_text.cmp(&other.sort_text);
        let are_namespaces = self.gvk.kind == "Namespace" && other.gvk.kind == "Namespace";
        // Namespaces of the core group stand before those of other groups, and among themselves against the order of the
        // texts.
        let of_core = (self.gvk.group.is_empty(), other.gvk.group.is_empty());
        self.rank.cmp(&other.rank).then(match of_core {
            (true, false) if are_namespaces => Ordering::Less,
            (false, true) if are_namespaces => Ordering::Greater,
            (true, true) if are_namespaces => by_text.reverse(),
            _ => by_text,
        })
    }
}

/// What resources of one type are compared by.
struct Named<'a> {
    namespace: &'a str,
    name: &'a str,
    slot: usize,
}

impl<'a> Named<'a> {
    fn new(slot: usize, resource: &'a Resource) -> Named<'a> {
        let or = |text: &'a str, none: &'a str| if text.is_empty() { none } else { text };
        Named { namespace: or(resource.namespace(), "~X"), name: or(resource.name(), "~N"), slot }
    }

    /// Namespace and name as one text with a bar between the two.
    fn text(&self) -> impl Iterator<Item = u8> {
        self.namespace.bytes().chain([b'|']).chain(self.name.bytes())
    }

    /// As the reference compares them: by [`text`](Named::text). What is equal stays in its order, so that no two are equal here.
    fn compare(&self, other: &Named<'_>) -> Ordering {
        let by_text = match self.namespace == other.namespace {
            true => self.name.cmp(other.name),
            false => self.text().cmp(other.text()),
        };
        by_text.then(self.slot.cmp(&other.slot))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::tree;

    #[test]
    fn pieces_of_every_size_come_to_one_order() {
        let kinds = ["ConfigMap", "Foo", "Secret", "Namespace", "Odd"];
        let names: Vec<String> = (0..60).map(|number| format!("n{}", number * 37 % 61)).collect();
        for shift in 0..2 {
            // First in no order at all, then such that most pieces follow each other.
            let mut names = names.clone();
            if shift == 1 {
                names.sort();
                names.swap(20, 21);
            }
            let mut resources = ResourceSet::default();
            for (number, name) in names.iter().enumerate() {
                let kind = kinds[if shift == 1 { number / 30 } else { number % kinds.len() }];
                let namespace = ["a", "b", "a-b", ""][if shift == 1 { 0 } else { number % 4 }];
                let metadata = format!("{{name: {name}, namespace: '{namespace}'}}");
                let text = format!("apiVersion: v1\nkind: {kind}\nmetadata: {metadata}\n");
                resources.append(Resource::new(tree(&text))).unwrap();
            }
            let mut expected: Vec<(isize, String)> = resources.iter().map(sorted_by).collect();
            expected.sort();
            for size in 1..=60 {
                let mut sorted = resources.clone();
                let pieces = sorted.all().chunks(size).enumerate();
                let pieces =
                    pieces.map(|(number, piece)| SortedPiece::new(number * size, piece)).collect();
                sort_by_rank(&mut sorted, pieces, ORDER_FIRST, ORDER_LAST);
                assert!(sorted.iter().map(sorted_by).eq(expected.iter().cloned()), "{size}");
            }
        }
    }

    /// What a resource of `v1` is sorted by, as one number and one text.
    fn sorted_by(resource: &Resource) -> (isize, String) {
        let namespace = if resource.namespace().is_empty() { "~X" } else { resource.namespace() };
        let rank = rank(resource.kind(), ORDER_FIRST, ORDER_LAST);
        (rank, format!("{} {namespace}|{}", resource.gvk().sort_text(), resource.name()))
    }

    #[test]
    fn types_have_one_order() {
        let texts = ["v1", "v2", "a.io/v1", "é/v1", "zz/v1", "~/v1"];
        let kinds = ["Namespace", "Deployment", "Odd"];
        let gvks: Vec<GroupVersionKind> = texts
            .iter()
            .flat_map(|text| kinds.map(|kind| GroupVersionKind::new(text, kind)))
            .collect();
        let types: Vec<Type> =
            gvks.iter().map(|gvk| Type::new(gvk, ORDER_FIRST, ORDER_LAST)).collect();
        for (one, two) in types.iter().flat_map(|one| types.iter().map(move |two| (one, two))) {
            assert_eq!(one.compare(two), two.compare(one).reverse());
            for three in &types {
                if one.compare(two).is_lt() && two.compare(three).is_lt() {
                    assert!(one.compare(three).is_lt(), "{} {} {}", one.gvk, two.gvk, three.gvk);
                }
            }
        }
    }
}

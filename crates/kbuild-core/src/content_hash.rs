//! The hash of the content at the end of the names of generated ConfigMaps and Secrets.

use kbuild_yaml::{Key, Mapping, Node, ScalarType, Value, write_json};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::resource::{Resource, ResourceSet, Turn};
use crate::threads::Threads;

/// The integers below this one are the same as floats of 64 bits.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// How many hashes are worth a thread.
const HASHES_A_THREAD: usize = 16;

/// Adds the hash to the names of all resources that want one.
///
/// # Errors
/// A resource that cannot be hashed.
pub(crate) fn add_hashes(resources: &mut ResourceSet) -> Result<(), Error> {
    let wants_one = |slot: &usize| resources.get(*slot).is_some_and(Resource::needs_hash);
    let slots: Vec<usize> = resources.slots().filter(wants_one).collect();
    add_hashes_in(resources, &slots, Threads::default())
}

/// Adds the hash to the names of the resources in some slots, rising, all of which want one, in so many threads.
///
/// # Errors
/// The first that cannot be hashed.
pub(crate) fn add_hashes_in(
    resources: &mut ResourceSet,
    slots: &[usize],
    threads: Threads,
) -> Result<(), Error> {
    if slots.is_empty() {
        return Ok(());
    }
    let (mut wanted, mut rest, mut done) =
        (Vec::with_capacity(slots.len()), resources.all_mut(true), 0);
    for slot in slots {
        let from_it = std::mem::take(&mut rest).get_mut(slot - done..);
        let Some([one, behind @ ..]) = from_it else { break };
        wanted.push(one);
        (rest, done) = (behind, slot + 1);
    }
    let threads = threads.at_most(slots.len() / HASHES_A_THREAD);
    let pieces = threads.change(&mut wanted, Hashing::default, |hashing, _, resources| {
        resources.iter_mut().try_for_each(|resource| hashing.add_hash(resource))
    });
    pieces.into_iter().collect()
}

/// What goes from resource to resource and adds hashes to names.
#[derive(Default)]
struct Hashing {
    turn: Turn,
}

impl Hashing {
    /// Adds the hash to the name of a resource.
    ///
    /// # Errors
    /// The resource cannot be hashed.
    fn add_hash(&mut self, resource: &mut Resource) -> Result<(), Error> {
        let hash = hash(resource).map_err(|error| error.in_resource(resource.describe()))?;
        resource.remember_id_by(&mut self.turn);
        let name = format!("{}-{hash}", resource.name());
        resource.set_name(&name);
        Ok(())
    }
}

/// Ten characters that depend on kind and data, not on names, labels and annotations. Those of other kinds than the generated
/// ones depend on the whole resource, and are not the reference's: there it is what its reader of YAML remembers of the file,
/// columns and comments included.
fn hash(resource: &Resource) -> Result<String, Error> {
    let hashed = match resource.kind() {
        "ConfigMap" => hashed_part(resource, &[("binaryData", false), ("data", true)]),
        "Secret" => hashed_part(resource, &[("data", true), ("stringData", false), ("type", true)]),
        _ => resource.node().to_node(),
    };
    let mut json = String::new();
    write_json(&hashed, &mut json)?;
    Ok(encode(&Sha256::digest(json.as_bytes())))
}

/// The fields of a resource that its hash is made of. A missing field that is always part of it counts as empty text.
fn hashed_part(resource: &Resource, fields: &[(&str, bool)]) -> Node {
    let mut part = Mapping::new();
    // The name is part of the format and always empty: it would be the name before the hash.
    part.push(Key::new("name"), Node::string(""));
    part.push(Key::new("kind"), Node::string(resource.kind()));
    for (field, always) in fields {
        let value = match resource.node().get(field) {
            Some(node) if node.is_mapping() => {
                let mut data = node.to_node();
                round_numbers(&mut data);
                data
            }
            Some(_) | None if !always => continue,
            Some(node) => match node.as_scalar() {
                Some(scalar) => Node::string(scalar.text),
                None => Node::null(),
            },
            None => Node::string(""),
        };
        part.push(Key::new(*field), value);
    }
    part.into()
}

/// Rounds integers as a float of 64 bits does. The reference reads data back from JSON, where every number is one.
fn round_numbers(node: &mut Node) {
    match &mut node.value {
        Value::Mapping(mapping) => {
            mapping.iter_mut().for_each(|entry| round_numbers(&mut entry.value));
        }
        Value::Sequence(items) => items.iter_mut().for_each(round_numbers),
        Value::Scalar(scalar) if scalar.kind == ScalarType::Int => {
            if let Some(value) = scalar.to_f64().filter(|value| value.abs() >= EXACT) {
                scalar.text = format!("{value:e}").into();
                scalar.kind = ScalarType::Float;
            }
        }
        Value::Scalar(_) => {}
    }
}

/// The first ten hexadecimal digits, some of them replaced so that no words come about.
fn encode(digest: &[u8]) -> String {
    let digits = digest.iter().take(5).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(b"gh2k456789mbcdtf"[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::test_support::node;

    fn check(input: &str, expect: &str) {
        assert_eq!(hash(&Resource::new(node(input))).unwrap(), expect);
    }

    #[test]
    fn large_numbers_are_rounded() {
        check("kind: ConfigMap\ndata: {name: 12345678901234567890}\n", "98t68945gh");
    }

    #[test]
    fn content_decides_names_do_not() {
        check("kind: ConfigMap\nmetadata: {name: a}\ndata: {LEVEL: info, ID: '0'}\n", "d9445b6d4f");
        check("kind: ConfigMap\nmetadata: {name: b}\ndata: {ID: '0', LEVEL: info}\n", "d9445b6d4f");
        check(
            "kind: Secret\nmetadata: {name: b}\ntype: Opaque\ndata: {USER: bWU=}\n",
            "mkh8cmk268",
        );
    }

    #[test]
    fn some_of_many_are_hashed_in_several_threads() {
        let hashed = |count| {
            let mut resources = ResourceSet::default();
            for number in 0..100 {
                let text =
                    format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: m{number}}}}}\n");
                let mut resource = Resource::new(node(&text));
                resource.lineage.needs_hash = number % 2 == 1;
                resources.append(resource).unwrap();
            }
            let slots: Vec<usize> = resources.slots().filter(|slot| slot % 2 == 1).collect();
            let threads = Threads::exactly(NonZeroUsize::new(count).unwrap());
            add_hashes_in(&mut resources, &slots, threads).unwrap();
            resources.iter().map(|resource| resource.name().to_owned()).collect::<Vec<_>>()
        };
        let names = hashed(1);
        assert_eq!(names, hashed(3));
        let hash = hash(&Resource::new(node("kind: ConfigMap\n"))).unwrap();
        let expected = |number| {
            if number % 2 == 1 { format!("m{number}-{hash}") } else { format!("m{number}") }
        };
        assert!(names.into_iter().eq((0..100).map(expected)));
    }
}

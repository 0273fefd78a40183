//! The hash of the content at the end of the names of generated ConfigMaps and Secrets.

use kbuild_yaml::{Key, Mapping, Node, write_json};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::resource::{Resource, ResourceSet};

/// Adds the hash to the names of all resources that want one.
///
/// # Errors
/// A resource that cannot be hashed.
pub(crate) fn add_hashes(resources: &mut ResourceSet) -> Result<(), Error> {
    if !resources.iter().any(|resource| resource.lineage.needs_hash) {
        return Ok(());
    }
    for resource in resources.iter_mut().filter(|resource| resource.lineage.needs_hash) {
        let hash = hash(resource).map_err(|error| error.in_resource(resource.describe()))?;
        resource.remember_id();
        let name = format!("{}-{hash}", resource.name());
        resource.set_name(&name);
    }
    Ok(())
}

/// Ten characters that depend on kind and data, not on names, labels and annotations.
fn hash(resource: &Resource) -> Result<String, Error> {
    let hashed = match resource.kind() {
        "ConfigMap" => hashed_part(resource, &[("binaryData", false), ("data", true)]),
        "Secret" => hashed_part(resource, &[("data", true), ("stringData", false), ("type", true)]),
        _ => resource.node.clone(),
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
        let value = match resource.node.get(field) {
            Some(node) if node.as_mapping().is_some() => node.clone(),
            Some(_) | None if !always => continue,
            Some(node) => match node.as_scalar() {
                Some(scalar) => Node::string(scalar.text.clone()),
                None => Node::null(),
            },
            None => Node::string(""),
        };
        part.push(Key::new(*field), value);
    }
    part.into()
}

/// The first ten hexadecimal digits, some of them replaced so that no words come about.
fn encode(digest: &[u8]) -> String {
    let digits = digest.iter().take(5).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(b"gh2k456789mbcdtf"[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::node;

    fn check(input: &str, expect: &str) {
        assert_eq!(hash(&Resource::new(node(input))).unwrap(), expect);
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
}

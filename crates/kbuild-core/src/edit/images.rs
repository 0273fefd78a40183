//! `edit set image`.

use std::collections::HashMap;

use kbuild_yaml::Node;

use super::KustomizationFile;
use super::tree;
use crate::code::Code;
use crate::error::Error;

/// Stands for the value that the kustomization has already.
const KEEP: &str = "*";

/// What is to become of an image. The name, tag or digest may be `*`, which keeps what is there.
#[derive(Debug, PartialEq, Eq)]
struct Image {
    name: String,
    new_name: String,
    new_tag: String,
    digest: String,
}

impl KustomizationFile {
    /// Sets names, tags and digests of images: `name=new:tag`, `name:tag`, `name@digest` and so on.
    ///
    /// # Errors
    /// An argument has another form.
    pub fn set_images(&mut self, arguments: &[String]) -> Result<(), Error> {
        let wanted: Vec<Image> = arguments.iter().map(|it| parse(it)).collect::<Result<_, _>>()?;
        let mut images = Named::default();
        for image in tree::items(&self.new, "images") {
            let name = tree::text(image, "name");
            if images.get(name).is_none() {
                images.put(name, image.clone());
            }
        }
        // Of several arguments for one image the last counts.
        let last: HashMap<&str, usize> =
            wanted.iter().enumerate().map(|(index, image)| (&*image.name, index)).collect();
        let mut added = Vec::new();
        for (index, image) in wanted.iter().enumerate() {
            if last.get(&*image.name) != Some(&index) {
                continue;
            }
            match images.get(&image.name) {
                Some(known) => image.update(known),
                None => {
                    let mut new = Node::mapping();
                    tree::set(&mut new, "name", Node::string(image.name.clone()));
                    image.update(&mut new);
                    added.push(new);
                }
            }
        }
        tree::set_items(&mut self.new, "images", images.with(added));
        Ok(())
    }
}

impl Image {
    fn update(&self, image: &mut Node) {
        for (field, value) in
            [("newName", &self.new_name), ("newTag", &self.new_tag), ("digest", &self.digest)]
        {
            if value != KEEP {
                tree::set_text(image, field, value);
            }
        }
        tree::remove(image, "tagSuffix");
    }
}

/// Entries of a list that have names, each of them once.
#[derive(Default)]
pub(super) struct Named {
    items: Vec<Node>,
    index: HashMap<String, usize>,
}

impl Named {
    pub(super) fn get(&mut self, name: &str) -> Option<&mut Node> {
        self.items.get_mut(*self.index.get(name)?)
    }

    /// Adds an entry whose name is not there yet.
    pub(super) fn put(&mut self, name: &str, item: Node) {
        self.index.insert(name.to_owned(), self.items.len());
        self.items.push(item);
    }

    /// The list with new entries where they belong, if it is in the order of its names, else at the end.
    pub(super) fn with(self, added: Vec<Node>) -> Vec<Node> {
        let name = |item: &Node| tree::text(item, "name").to_owned();
        let mut items = self.items;
        let is_sorted = items.is_sorted_by_key(name);
        items.extend(added);
        if is_sorted {
            items.sort_by_cached_key(name);
        }
        items
    }
}

fn parse(argument: &str) -> Result<Image, Error> {
    let (key, value) = match argument.split_once('=') {
        Some((key, value)) => (key, value),
        None => ("", argument),
    };
    let (name, tag, digest) = split(value);
    if name == argument {
        return Err(refused(argument));
    }
    let (name, new_name) = if key.is_empty() { (name, "") } else { (key, name) };
    Ok(Image {
        name: name.into(),
        new_name: new_name.into(),
        new_tag: tag.into(),
        digest: digest.into(),
    })
}

/// The name of the image that an argument is about. The reference takes arguments of which a part is empty; here they are
/// refused, as nobody means them.
///
/// # Errors
/// The argument has another form, or a part of it is empty.
pub(crate) fn image_of(argument: &str) -> Result<&str, Error> {
    parse(argument)?;
    let (key, value) = match argument.split_once('=') {
        Some((key, value)) => (Some(key), value),
        None => (None, argument),
    };
    let (name, ..) = split(value);
    let is_odd = |letter: char| letter == '=' || letter.is_whitespace() || letter.is_control();
    let lacks_part =
        key == Some("") || name.is_empty() || value.ends_with([':', '@']) || value.contains(":@");
    if lacks_part || value.contains(is_odd) {
        return Err(refused(argument));
    }
    Ok(key.unwrap_or(name))
}

fn refused(argument: &str) -> Error {
    let message = format!("\"{argument}\" does not say what to set of an image");
    Error::new(Code::BAD_ARGUMENT, message).hint_with("write IMAGE=NEWNAME, IMAGE:NEWTAG, IMAGE@DIGEST, IMAGE=NEWNAME:NEWTAG, IMAGE=NEWNAME@DIGEST or IMAGE=NEWNAME:NEWTAG@DIGEST")
}

/// Name, tag and digest. A colon before the first slash belongs to the name: it is the registry's port.
fn split(image: &str) -> (&str, &str, &str) {
    let search_from = image.find('/').filter(|slash| *slash > 0).unwrap_or(0);
    let find = |mark: char| image[search_from..].find(mark).map(|index| index + search_from);
    match (find(':'), find('@')) {
        (Some(colon), Some(at)) if colon < at => {
            (&image[..colon], &image[colon + 1..at], &image[at + 1..])
        }
        (_, Some(at)) => (&image[..at], "", &image[at + 1..]),
        (Some(colon), None) => (&image[..colon], &image[colon + 1..], ""),
        (None, None) => (image, "", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_come_apart() {
        let parts = |argument: &str| {
            let image = parse(argument).unwrap();
            [image.name, image.new_name, image.new_tag, image.digest].join("|")
        };
        assert_eq!(parts("a=b"), "a|b||");
        assert_eq!(parts("a=b:1"), "a|b|1|");
        assert_eq!(parts("a:1"), "a||1|");
        assert_eq!(parts("a@sha256:1"), "a|||sha256:1");
        assert_eq!(parts("a:1@sha256:2"), "a||1|sha256:2");
        assert_eq!(parts("a=host:5000/b:1@sha256:2"), "a|host:5000/b|1|sha256:2");
        assert_eq!(parts("host:5000/a=*:*"), "host:5000/a|*|*|");
        assert!(parse("a").is_err());
        assert!(parse("host:5000/a").is_err());
    }

    #[test]
    fn arguments_without_a_part_are_told() {
        for argument in
            ["a=b", "a:1", "a@sha256:1", "host:5000/a=*:*", "a=h:5/b:1@sha256:2", "a.*:1"]
        {
            let name = argument.split(['=', '@']).next().unwrap_or_default();
            assert!(name.starts_with(image_of(argument).unwrap()), "{argument}");
        }
        for argument in
            ["", "=", "=b", "a=", ":1", "a:", "a@", "@x", "a=:1", "a=b:", "a==b", "a:@x", "a:1 2"]
        {
            assert!(image_of(argument).is_err(), "{argument}");
        }
    }
}

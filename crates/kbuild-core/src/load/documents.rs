//! Turns the documents of a file into resources: lists taken apart, kinds and names checked.

use std::collections::VecDeque;

use kbuild_yaml::{
    Dialect, Document, Node, NodeRef, ResourceReader, SourceId, cut_resources, read_documents,
};

use super::duplicates::read_resource_documents;
use crate::code::Code;
use crate::error::{Error, Errors};
use crate::inline::Lines;
use crate::kustomization::Text;
use crate::resource::{Content, Resource};
use crate::threads::Threads;

/// Reads the resources in a text of YAML or JSON.
///
/// # Errors
/// The text cannot be read, or holds something that is not a resource.
pub(crate) fn parse_resources(content: &[u8], source: SourceId) -> Result<Vec<Resource>, Error> {
    ResourceParser::default().parse(content, source, Threads::default()).map(std::mem::take)
}

/// Reads the resources in texts of YAML or JSON one after the other, and keeps the memory that this takes.
#[derive(Default)]
pub(crate) struct ResourceParser {
    reader: ResourceReader,
    documents: Vec<Document>,
    resources: Vec<Resource>,
}

impl ResourceParser {
    /// The resources in a text, which is read in several threads if it has several documents. Whoever takes them leaves their
    /// memory to the next ones.
    ///
    /// # Errors
    /// As [`parse_resources`].
    pub(crate) fn parse(
        &mut self,
        content: &[u8],
        source: SourceId,
        threads: Threads,
    ) -> Result<&mut Vec<Resource>, Error> {
        self.resources.clear();
        match read_pieces(content, source, threads) {
            Some(documents) => self.documents = documents,
            None => {
                let (reader, documents) = (&mut self.reader, &mut self.documents);
                read_resource_documents(content, source, reader, documents)
                    .map_err(|error| Error::read(&error, source))?;
            }
        }
        take_resources(&mut self.documents, &mut self.resources)?;
        Ok(&mut self.resources)
    }
}

/// The documents of a text that is read in pieces; none where it has to be read as a whole.
fn read_pieces(content: &[u8], source: SourceId, threads: Threads) -> Option<Vec<Document>> {
    if threads.is_one() {
        return None;
    }
    let pieces = cut_resources(content, source, threads.pieces())?;
    let documents: Option<Vec<_>> = threads.map(pieces, |piece| piece.read()).collect();
    Some(documents?.into_iter().flatten().collect())
}

/// Reads the resources in a text that stands in a kustomization.
///
/// # Errors
/// As [`parse_resources`].
pub(crate) fn parse_inline_resources(text: &Text, lines: Lines) -> Result<Vec<Resource>, Error> {
    let source = text.place.source;
    let mut documents = read_documents(text.as_bytes(), source, Dialect::Resource)
        .map_err(|error| lines.error(error, source))?;
    documents.iter_mut().for_each(|document| lines.place(document));
    resources_from_nodes(documents)
}

/// As [`resources_from_documents`], of which no more is known than their values.
///
/// # Errors
/// As there.
pub(crate) fn resources_from_nodes(nodes: Vec<Node>) -> Result<Vec<Resource>, Error> {
    resources_from_documents(nodes.into_iter().map(Document::from).collect())
}

/// Makes resources of documents. The items of a list come after the documents that follow it.
///
/// # Errors
/// A document is no mapping, or lacks its kind or name.
pub(crate) fn resources_from_documents(
    mut documents: Vec<Document>,
) -> Result<Vec<Resource>, Error> {
    let mut resources = Vec::new();
    take_resources(&mut documents, &mut resources).map(|()| resources)
}

/// The same, which leaves the memory of the documents to others. After an error, there may be some of the resources.
fn take_resources(
    documents: &mut Vec<Document>,
    resources: &mut Vec<Resource>,
) -> Result<(), Error> {
    resources.reserve(documents.len());
    let mut found = Found {
        resources,
        keeps_styles: is_one_list(documents),
        items: VecDeque::new(),
        errors: Errors::default(),
    };
    for document in documents.drain(..) {
        found.add(document)?;
    }
    while let Some(item) = found.items.pop_front() {
        found.add(item)?;
    }
    found.errors.finish()
}

/// What is in some documents.
struct Found<'a> {
    resources: &'a mut Vec<Resource>,
    /// Items of lists, which come last.
    items: VecDeque<Document>,
    /// Whether the items of the next list keep their styles.
    keeps_styles: bool,
    errors: Errors,
}

impl Found<'_> {
    /// Adds the resource or the list that a document is, unless there are errors enough.
    ///
    /// # Errors
    /// It is a list whose items are no list.
    #[inline]
    fn add(&mut self, document: Document) -> Result<(), Error> {
        if self.errors.is_full() || document.tree.root().is_empty() {
            return Ok(());
        }
        self.resources.push(Resource::new(document));
        let Some(resource) = self.resources.last() else { return Ok(()) };
        let content = &resource.content;
        let is_resource = match check(content) {
            Ok(()) if !is_list(content.at(content.head().kind).text().unwrap_or_default()) => true,
            Ok(()) => self.add_items()?,
            error => {
                self.errors.take(error);
                false
            }
        };
        if !is_resource {
            self.resources.pop();
        }
        Ok(())
    }

    /// Adds the items of a list, which was added as a resource; true where that is all it is.
    ///
    /// # Errors
    /// The items are no list.
    fn add_items(&mut self) -> Result<bool, Error> {
        let Some(resource) = self.resources.last() else { return Ok(true) };
        let content = &resource.content;
        let Some(items) = content.root().get("items") else { return Ok(true) };
        match items.as_sequence() {
            Some(items) => {
                let keeps_styles = std::mem::take(&mut self.keeps_styles);
                self.items.extend(items.map(|item| item_as_document(content, item, keeps_styles)));
            }
            None if items.is_null() => {}
            None => {
                let kind = content.at(content.head().kind).text().unwrap_or_default();
                return Err(Error::new(
                    Code::BAD_LIST,
                    format!("the items of a {kind} must be a list"),
                )
                .at(items.place()));
            }
        }
        Ok(false)
    }
}

/// True for a list that is all there is: the reference takes it apart as it reads it.
fn is_one_list(documents: &[Document]) -> bool {
    let kind = match documents {
        [one] => one.tree.root().get("kind").and_then(NodeRef::text),
        _ => None,
    };
    matches!(kind, Some("List" | "ResourceList"))
}

/// An item of a list by itself. The items of most lists pass through JSON in the reference, where all strings are quoted.
fn item_as_document(list: &Content, item: NodeRef<'_>, keeps_styles: bool) -> Document {
    let mut document = list.part(item);
    if !keeps_styles {
        document.tree.restyle(|_| false);
        document.refolded.clear();
    }
    document
}

/// True for kinds whose items are resources of their own.
fn is_list(kind: &str) -> bool {
    kind.ends_with("List")
}

fn check(content: &Content) -> Result<(), Error> {
    let node = content.root();
    if !node.is_mapping() {
        return Err(Error::new(
            Code::NOT_A_RESOURCE,
            format!("a resource must be a mapping, and this is {}", node.describe()),
        )
        .at(node.place())
        .hint_with("a Kubernetes object begins with apiVersion, kind and metadata"));
    }
    check_named(content)?;
    check_annotations(content)
}

/// Refuses annotations that no cluster takes, and at which the reference panics or forgets them all.
///
/// # Errors
/// They are a list, or one of them has no name.
pub(crate) fn check_annotations(content: &Content) -> Result<(), Error> {
    let annotations = content.at(content.head().annotations);
    let refused = |what: &str, place| Error::new(Code::NOT_A_RESOURCE, what).at(place);
    // The reference takes the items of a list for names and values in turn, and goes on where it can.
    if annotations.is_sequence() && !annotations.is_empty() {
        let what = "metadata.annotations must be a mapping, not a list";
        let hint = "write the annotations as name: value, without dashes";
        return Err(refused(what, annotations.place()).hint_with(hint));
    }
    let mut names = annotations.as_mapping().into_iter().flatten();
    match names.find(|entry| entry.has_empty_key()) {
        Some(entry) => Err(refused("an annotation has no name", entry.key_place())),
        None => Ok(()),
    }
}

/// Checks that a resource has a kind and, unless it is a list, a name.
///
/// # Errors
/// What it lacks, or what has the wrong type.
pub(crate) fn check_named(content: &Content) -> Result<(), Error> {
    let head = content.head();
    let kind = content.at(head.kind).text().unwrap_or_default();
    if kind.is_empty() {
        return Err(unnamed(content.root(), &["kind"]));
    }
    if content.at(head.name).text().is_none_or(str::is_empty) && !is_list(kind) {
        return Err(unnamed(content.root(), &["metadata", "name"]).in_resource(kind));
    }
    Ok(())
}

/// The error for a resource without a text at `path`: it lacks it, or something else stands there.
#[cold]
fn unnamed(resource: NodeRef<'_>, path: &[&str]) -> Error {
    let mut node = resource;
    for (index, field) in path.iter().enumerate() {
        let is_last = index + 1 == path.len();
        let Some(value) = node.get(field).filter(|value| !value.is_null()) else { break };
        let fits = if is_last { value.text().is_some() } else { value.is_mapping() };
        if !fits {
            let expected = if is_last { "a string" } else { "a mapping" };
            let field = path[..=index].join(".");
            let what = format!("{field} must be {expected}, not {}", value.describe());
            return Error::new(Code::MISSING_FIELD, what).at(value.place());
        }
        node = value;
    }
    Error::new(Code::MISSING_FIELD, format!("the resource has no {}", path.join(".")))
        .at(resource.place())
        .hint_with("every Kubernetes object needs kind and metadata.name; a file that holds none does not belong under resources")
}

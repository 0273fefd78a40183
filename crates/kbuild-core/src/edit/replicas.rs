//! `edit set replicas`.

use kbuild_yaml::Node;

use super::KustomizationFile;
use super::images::Named;
use super::tree;
use crate::code::Code;
use crate::error::Error;

impl KustomizationFile {
    /// Sets replica counts: `name=count`.
    ///
    /// # Errors
    /// An argument has another form.
    pub fn set_replicas(&mut self, arguments: &[String]) -> Result<(), Error> {
        let wanted =
            arguments.iter().map(|argument| parse(argument)).collect::<Result<Vec<_>, _>>()?;
        let mut replicas = Named::default();
        for replica in tree::items(&self.new, "replicas") {
            let name = tree::text(replica, "name");
            // Of two entries with one name the last counts.
            match replicas.get(name) {
                Some(known) => *known = replica.clone(),
                None => replicas.put(name, replica.clone()),
            }
        }
        let mut added = Named::default();
        for (name, count) in wanted {
            match replicas.get(name).or_else(|| added.get(name)) {
                Some(known) => {
                    if tree::text(known, "count") != count.to_string() {
                        tree::set(known, "count", Node::int(count));
                    }
                }
                None => {
                    let mut new = Node::mapping();
                    tree::set(&mut new, "count", Node::int(count));
                    tree::set(&mut new, "name", Node::string(name));
                    added.put(name, new);
                }
            }
        }
        tree::set_items(&mut self.new, "replicas", replicas.with(added.with(Vec::new())));
        Ok(())
    }
}

fn parse(argument: &str) -> Result<(&str, i64), Error> {
    let parsed =
        argument.split_once('=').and_then(|(name, count)| Some((name, count.parse().ok()?)));
    parsed.ok_or_else(|| refused(argument))
}

/// The name of what an argument counts. The reference takes no name and a negative count; here they are refused.
///
/// # Errors
/// The argument has another form.
pub(crate) fn counted(argument: &str) -> Result<&str, Error> {
    match parse(argument)? {
        ("", _) | (_, ..0) => Err(refused(argument)),
        (name, _) => Ok(name),
    }
}

fn refused(argument: &str) -> Error {
    Error::new(Code::BAD_ARGUMENT, format!("\"{argument}\" is not of the form NAME=COUNT"))
}

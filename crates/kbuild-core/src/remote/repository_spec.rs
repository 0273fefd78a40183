//! The URL of a repository and of a folder in it, in all the forms that the reference takes for one.

use std::time::Duration;

use super::query::Query;
use super::{strip_scheme, without_password};

const SSH: &str = "ssh://";
const FILE: &str = "file://";
const HTTPS: &str = "https://";
const SCHEMES: [&str; 4] = [SSH, HTTPS, "http://", FILE];

/// What stands before the name of a repository on some servers.
const GIT_FOLDER: &str = "_git/";

/// A folder in a repository at some revision.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RepositorySpec {
    /// The text that this was read from.
    pub(crate) text: String,
    /// What git is told to fetch from.
    pub(crate) repository: String,
    /// How much of that is the scheme, the user and the host.
    pub(crate) host_length: usize,
    /// The folder in the repository, without a slash in front; empty for the topmost.
    pub(crate) path: String,
    /// The branch, tag or commit; empty for what the repository itself takes.
    pub(crate) reference: String,
    /// How long each command of git may take.
    pub(crate) time_limit: Duration,
    /// Whether to fetch the submodules too.
    pub(crate) submodules: bool,
    /// Whether the text begins with `git::`, which says nothing that is not known without it.
    pub(crate) is_forced: bool,
}

impl RepositorySpec {
    /// Reads a URL; none for a text that is a path on this machine, or a URL that no repository can have.
    pub(crate) fn parse(text: &str) -> Option<RepositorySpec> {
        // A repository stands behind a host, which ends with one of these.
        if text.starts_with('/') || !text.bytes().any(|byte| matches!(byte, b'/' | b':')) {
            return None;
        }
        let (url, query) = text.split_once('?').unwrap_or((text, ""));
        let forced = strip_scheme(url, "git::");
        let (host, rest) = split_host(forced.unwrap_or(url))?;
        let (repository, path) = split_path(rest, host == FILE)?;
        if repository.is_empty() || leads_out(path) {
            return None;
        }
        let Query { reference, time_limit, submodules } = Query::parse(query);
        Some(RepositorySpec {
            text: text.to_owned(),
            host_length: host.len(),
            repository: host + repository,
            path: path.strip_prefix('/').unwrap_or(path).to_owned(),
            reference,
            time_limit,
            submodules,
            is_forced: forced.is_some(),
        })
    }

    /// The folder as messages name it: a path that begins with the repository.
    pub(crate) fn label(&self) -> String {
        let shown = without_password(&self.repository);
        let shown = SCHEMES.iter().find_map(|scheme| shown.strip_prefix(scheme)).unwrap_or(&shown);
        let path = self.path.trim_matches('/');
        let separator = if path.is_empty() { "" } else { "/" };
        format!("{shown}@{}{separator}{path}", self.revision())
    }

    /// True for what lies in a folder of this machine.
    pub(crate) fn is_on_this_machine(&self) -> bool {
        self.repository.starts_with(FILE)
    }

    /// The server, without user and port.
    pub(crate) fn server(&self) -> &str {
        let host = self.repository.get(..self.host_length).unwrap_or_default();
        let host = SCHEMES.iter().find_map(|scheme| host.strip_prefix(scheme)).unwrap_or(host);
        let host = host.trim_end_matches(['/', ':']);
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        match host.rsplit_once(':') {
            Some((name, port)) if is_port(port) && (!name.contains(':') || name.ends_with(']')) => {
                name
            }
            _ => host,
        }
    }

    /// What git is told to fetch.
    pub(crate) fn revision(&self) -> &str {
        if self.reference.is_empty() { "HEAD" } else { &self.reference }
    }

    /// The URL without a password.
    pub(crate) fn shown(&self) -> String {
        without_password(&self.text)
    }
}

/// Scheme, user and host, as git is to be told them, and what follows.
fn split_host(url: &str) -> Option<(String, &str)> {
    let found = SCHEMES.iter().find_map(|scheme| Some((*scheme, strip_scheme(url, scheme)?)));
    let (scheme, after_scheme) = found.unwrap_or(("", url));
    if scheme == FILE {
        return Some((FILE.to_owned(), after_scheme));
    }
    let (user, rest) = after_scheme.split_at(user_length(after_scheme));
    let is_github =
        ["github.com/", "github.com:"].iter().any(|host| strip_scheme(rest, host).is_some());
    // `user@host:path`, as ssh and scp have it.
    let may_be_scp = scheme.is_empty() && (is_github || !user.is_empty());
    if scheme.is_empty() && !may_be_scp {
        return None;
    }
    let (host, path) = rest.split_at(host_length(rest, may_be_scp));
    if host.is_empty() {
        return None;
    }
    let host = match (is_github, scheme == SSH || !user.is_empty()) {
        (false, _) => format!("{scheme}{user}{host}"),
        (true, true) => format!("{user}github.com:"),
        (true, false) => format!("{HTTPS}github.com/"),
    };
    Some((host, path))
}

/// How long the user is, with its `@`: 0 if there is none.
fn user_length(text: &str) -> usize {
    let Some(at) = text.find('@') else { return 0 };
    let name = &text.as_bytes()[..at];
    let is_name = name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    if is_name { at + 1 } else { 0 }
}

/// How long the host is, with the slash or colon behind it.
fn host_length(text: &str, may_be_scp: bool) -> usize {
    let (slash, colon) = (text.find('/'), text.find(':'));
    let end = match (slash, colon) {
        (None, colon) if may_be_scp => colon,
        (Some(slash), Some(colon)) if may_be_scp && 0 < colon && colon < slash => Some(colon),
        (slash, _) => slash,
    };
    end.map_or(text.len(), |end| end + 1)
}

/// The path of the repository, and that of the folder in it.
fn split_path(path: &str, is_file: bool) -> Option<(&str, &str)> {
    if let Some(found) = path.find(GIT_FOLDER) {
        let name = found + GIT_FOLDER.len();
        let end = path[name..].find('/').map_or(path.len(), |slash| name + slash);
        return Some((&path[..end], path[end..].strip_prefix('/').unwrap_or_default()));
    }
    if let Some(parts) = path.split_once("//") {
        return Some(parts);
    }
    if let Some(found) = path.find(".git") {
        return Some(path.split_at(found + ".git".len()));
    }
    if is_file {
        return Some((path, ""));
    }
    // An organization and a repository, as on GitHub.
    let mut slashes = path.match_indices('/').map(|(at, _)| at);
    let (_, second) = (slashes.next()?, slashes.next());
    Some(second.map_or((path, ""), |second| (&path[..second], &path[second + 1..])))
}

fn leads_out(path: &str) -> bool {
    let path = path.strip_prefix('/').unwrap_or(path);
    if path.starts_with('/') {
        return false;
    }
    let mut depth = 0_usize;
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." if depth == 0 => return true,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// URL, repository, path, reference.
    const REPOSITORIES: &[(&str, &str, &str, &str)] = &[
        ("github.com/acme/shop", "https://github.com/acme/shop", "", ""),
        ("github.com:acme/shop", "https://github.com/acme/shop", "", ""),
        ("GitHub.com/acme/shop/web/prod?ref=v2", "https://github.com/acme/shop", "web/prod", "v2"),
        ("http://github.com/acme/shop", "https://github.com/acme/shop", "", ""),
        ("https://bot@github.com/acme/shop", "bot@github.com:acme/shop", "", ""),
        ("git@github.com:acme/shop/web", "git@github.com:acme/shop", "web", ""),
        ("git@github.com/acme/shop", "git@github.com:acme/shop", "", ""),
        ("ssh://git@github.com/acme/shop//web", "git@github.com:acme/shop", "web", ""),
        ("ssh://github.com/acme/shop", "github.com:acme/shop", "", ""),
        ("HTTPS://code.example/acme/shop/web", "https://code.example/acme/shop", "web", ""),
        (
            "https://code.example/a/b/c/shop.git/web?ref=x/y",
            "https://code.example/a/b/c/shop.git",
            "web",
            "x/y",
        ),
        (
            "https://code.example/a/b/c/shop//web/?ref=1",
            "https://code.example/a/b/c/shop",
            "web/",
            "1",
        ),
        (
            "https://code.example/a/_git/shop/web?version=3",
            "https://code.example/a/_git/shop",
            "web",
            "3",
        ),
        ("https://code.example/a/_git/shop", "https://code.example/a/_git/shop", "", ""),
        ("https://me:word@code.example/a/b", "https://me:word@code.example/a/b", "", ""),
        ("https://code.example:8443/a/b/", "https://code.example:8443/a/b", "", ""),
        ("ssh://git@code.example:2222/a/b.git", "ssh://git@code.example:2222/a/b.git", "", ""),
        ("git::https://code.example/a/b.git", "https://code.example/a/b.git", "", ""),
        ("GIT::git@code.example:a/b", "git@code.example:a/b", "", ""),
        ("git@code.example:a/b/c.git//d?ref=e", "git@code.example:a/b/c.git", "d", "e"),
        ("git@code.example/x:a/b.git/d", "git@code.example/x:a/b.git", "d", ""),
        ("file:///srv/shop", "file:///srv/shop", "", ""),
        ("file:///srv/shop//web?ref=v1", "file:///srv/shop", "web", "v1"),
        ("file:///srv/shop.git/web", "file:///srv/shop.git", "web", ""),
        ("file://me@home/shop.git", "file://me@home/shop.git", "", ""),
        ("https://code.example/a/b//c/../d.git", "https://code.example/a/b", "c/../d.git", ""),
    ];

    #[test]
    fn urls_of_repositories_are_taken_apart() {
        for (url, repository, path, reference) in REPOSITORIES {
            let found =
                RepositorySpec::parse(url).map(|spec| (spec.repository, spec.path, spec.reference));
            let expected = ((*repository).to_owned(), (*path).to_owned(), (*reference).to_owned());
            assert_eq!(found, Some(expected), "{url}");
        }
    }

    #[test]
    fn other_texts_are_no_repositories() {
        for text in [
            "",
            "base",
            "../base",
            "/srv/shop.git",
            "shop.git/web",
            "src/github.com/acme/shop",
            "github.company/acme/shop",
            "github.com/shop",
            "https://code.example/deploy.yaml",
            "https://code.example?ref=a/b",
            "ftp://code.example/a/b",
            "ext::sh -c id",
            "git::ext::sh -c id",
            "git::git::https://code.example/a/b",
            "host:a/b",
            "file:////srv//shop",
            "https://code.example/a/b//../c",
            "https://code.example/a/b.git/../c",
            "https://code.example/a/b//c/../../d.git",
            "-oProxyCommand=id@host:a/b",
            "\u{e9}\u{e9}@host:a/b",
        ] {
            assert_eq!(RepositorySpec::parse(text), None, "{text}");
        }
    }

    #[test]
    fn servers_stand_without_user_and_port() {
        for (url, server) in [
            ("http://192.0.2.1/a/b", "192.0.2.1"),
            ("git::https://me:word@192.0.2.1:80/a/b.git", "192.0.2.1"),
            ("https://[::1]:443/a/b", "[::1]"),
            ("https://[::1]/a/b", "[::1]"),
            ("git@192.0.2.1:a/b", "192.0.2.1"),
            ("ssh://git@192.0.2.1:22/a/b", "192.0.2.1"),
            ("github.com/a/b", "github.com"),
            ("file:///srv/a", ""),
        ] {
            assert_eq!(RepositorySpec::parse(url).unwrap().server(), server, "{url}");
        }
    }

    #[test]
    fn labels_begin_with_the_repository() {
        let label = |url: &str| RepositorySpec::parse(url).unwrap().label();
        assert_eq!(
            label("https://me:word@code.example/a/b//c/d/?ref=v1"),
            "me:***@code.example/a/b@v1/c/d"
        );
        assert_eq!(label("git@github.com:acme/shop"), "git@github.com:acme/shop@HEAD");
        assert_eq!(label("file:///srv/shop.git/web"), "/srv/shop.git@HEAD/web");
    }
}

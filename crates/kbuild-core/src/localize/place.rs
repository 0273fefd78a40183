//! Where in the copy things from other machines go.

use std::path::{Path, PathBuf};

use crate::load::Location;
use crate::path::clean;
use crate::remote::RepositorySpec;

/// The folder of a kustomization's copy that holds what came from other machines.
pub(super) const FOLDER: &str = "localized-files";

/// The folder below it for repositories on this machine.
const FILE_REPOSITORIES: &str = "file-schemed";

/// The beginning of the name that a copy gets.
const PREFIX: &str = "localized";

/// Where the file behind a URL goes, as seen from the kustomization: below the name of its host, without user and port.
/// None for a host that cannot be the name of a folder.
pub(super) fn of_file(url: &str) -> Option<PathBuf> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host_name(authority)?;
    Some(clean(&Path::new(FOLDER).join(host).join(inner(&escaped(path)))))
}

/// Where a folder of a repository goes, as seen from the kustomization that names it. `in_repository` is the folder with
/// links resolved. None for a host that cannot be the name of a folder.
pub(super) fn of_root(spec: &RepositorySpec, in_repository: &Path) -> Option<PathBuf> {
    let (host, path) = spec.repository.split_at_checked(spec.host_length)?;
    let host = match host.split_once("://") {
        Some(("file", _)) => FILE_REPOSITORIES,
        Some((_, rest)) => host_name(rest.split('/').next().unwrap_or_default())?,
        None => host_name(host.trim_end_matches(['/', ':']))?,
    };
    let path = path.strip_suffix(".git").unwrap_or(path);
    let folder = Path::new(FOLDER).join(host).join(inner(path)).join(inner(&spec.reference));
    Some(clean(&folder.join(in_repository)))
}

/// The folder that a copy gets where nobody says which.
pub(super) fn default_destination(location: &Location) -> PathBuf {
    let own = location.root.file_name().map(|name| name.to_string_lossy().into_owned());
    let Some(repository) = &location.repository else {
        return own.map_or_else(|| PREFIX.into(), |own| format!("{PREFIX}-{own}").into());
    };
    let spec = &repository.spec;
    let name = if repository.root == location.root {
        let path = spec.repository.get(spec.host_length..).unwrap_or_default();
        path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned()
    } else {
        own.unwrap_or_default()
    };
    format!("{PREFIX}-{name}-{}", spec.reference.replace('/', "-")).into()
}

/// A path from elsewhere as one below a folder: nothing in it leads up and out.
fn inner(path: &str) -> PathBuf {
    let cleaned = clean(&Path::new("/").join(path.trim_start_matches('/')));
    cleaned.strip_prefix("/").map(Path::to_path_buf).unwrap_or_default()
}

/// The host without user and port.
fn host_name(authority: &str) -> Option<&str> {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let name = match host.strip_prefix('[') {
        Some(address) => address.split_once(']').map_or(address, |(address, _)| address),
        None => host.split(':').next().unwrap_or_default(),
    };
    Some(name).filter(|name| !matches!(*name, "" | "." | "..") && !name.contains(['/', '\\']))
}

/// The path as it is sent to a server: as written, unless something in it has to be escaped.
fn escaped(path: &str) -> String {
    let stays = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/$&+,:;=@%".contains(&byte);
    if path.bytes().all(|byte| stays(byte) || b"!'()*[]".contains(&byte)) {
        return path.to_owned();
    }
    let mut result = String::with_capacity(path.len());
    for byte in unescaped(path) {
        if stays(byte) && byte != b'%' {
            result.push(char::from(byte));
        } else {
            result.push_str(&format!("%{byte:02X}"));
        }
    }
    result
}

fn unescaped(path: &str) -> Vec<u8> {
    let mut result = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let value = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match value.filter(|_| byte == b'%') {
            Some(value) => {
                result.push(value);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                result.push(byte);
                rest = after;
            }
        }
    }
    result
}

/// The way from one folder to another, both without links.
pub(super) fn relative(from: &Path, to: &Path) -> PathBuf {
    let common = from.components().zip(to.components()).take_while(|(one, other)| one == other);
    let common = common.count();
    let up = from.components().skip(common).map(|_| std::path::Component::ParentDir);
    let path: PathBuf = up.chain(to.components().skip(common)).collect();
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_go_below_their_host() {
        for (url, place) in [
            ("https://files.example/a/b.yaml", "files.example/a/b.yaml"),
            ("HTTP://me:word@files.example:8080/b.yaml?x=1#y", "files.example/b.yaml"),
            ("https://[2001:db8::1]:443/b.yaml", "2001:db8::1/b.yaml"),
            ("https://files.example/../../b/./c//d.yaml", "files.example/b/c/d.yaml"),
            ("https://files.example/a%2Fb.yaml", "files.example/a%2Fb.yaml"),
            ("https://files.example/a b%2F(c).yaml", "files.example/a%20b/%28c%29.yaml"),
            ("https://files.example/\u{e9}", "files.example/%C3%A9"),
            ("https://files.example", "files.example"),
        ] {
            assert_eq!(of_file(url), Some(Path::new(FOLDER).join(place)), "{url}");
        }
        for url in ["https:///a", "https://../a", "https://a\\b/c", "https://./a"] {
            assert_eq!(of_file(url), None, "{url}");
        }
    }

    #[test]
    fn folders_of_repositories_go_below_host_repository_and_revision() {
        for (url, place) in [
            ("https://code.example/acme/shop.git//web?ref=v1", "code.example/acme/shop/v1/web"),
            (
                "https://me:word@code.example:8443/acme/shop/web?ref=v1",
                "code.example/acme/shop/v1/web",
            ),
            ("github.com/acme/shop/web?ref=release/1", "github.com/acme/shop/release/1/web"),
            ("git@code.example:acme/shop.git//web?version=v1", "code.example/acme/shop/v1/web"),
            ("ssh://git@code.example:22/acme/shop.git/web?ref=v1", "code.example/acme/shop/v1/web"),
            ("file:///srv/git/shop.git//web?ref=v1", "file-schemed/srv/git/shop/v1/web"),
            ("https://code.example/a/../../b//web?ref=../v1", "code.example/b/v1/web"),
        ] {
            let spec = RepositorySpec::parse(url).unwrap();
            let expected = Path::new(FOLDER).join(place);
            assert_eq!(of_root(&spec, Path::new("web")), Some(expected), "{url}");
        }
        let spec = RepositorySpec::parse("https://../acme/shop?ref=v1").unwrap();
        assert_eq!(of_root(&spec, Path::new("")), None);
    }

    #[test]
    fn ways_lead_up_and_down() {
        let way =
            |from: &str, to: &str| relative(Path::new(from), Path::new(to)).display().to_string();
        assert_eq!(way("/a/b", "/a/c/d"), "../c/d");
        assert_eq!(way("/a", "/a/b"), "b");
        assert_eq!(way("/a", "/a"), ".");
    }
}

//! What is on other machines: files behind URLs, and repositories of git.

mod checkout;
mod query;
mod remotes;
mod repository_spec;

pub(crate) use crate::path::without_password;
pub(crate) use remotes::Remotes;
pub(crate) use repository_spec::RepositorySpec;

/// True for a URL that a file may be read from.
pub(crate) fn is_url(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| strip_scheme(text, scheme).is_some())
}

/// The text behind a scheme, in whatever case that is written.
fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_told_from_paths() {
        for url in ["http://a/b", "HTTPS://a"] {
            assert!(is_url(url), "{url}");
        }
        for path in ["http", "http:/a", "a/http://b", "ftp://a", "\u{e9}\u{e9}\u{e9}\u{e9}"] {
            assert!(!is_url(path), "{path}");
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(without_password("https://me:secret@host/a@b:c"), "https://me:***@host/a@b:c");
        for url in
            ["https://me@host/a", "git@host:a/b", "https://host/a", "plain", "https://host?x=a:b@c"]
        {
            assert_eq!(without_password(url), url);
        }
    }
}

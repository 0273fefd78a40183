//! Gets files over HTTP and HTTPS, with a limit on their time and their size.

use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::time::Duration;

use ureq::http::Uri;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Error, Proxy};

use super::Fetched;
use super::address::{address, is_link_local};

const TIME_LIMIT: Duration = Duration::from_secs(60);
const SIZE_LIMIT: u64 = 256 << 20;
const REDIRECTIONS: u32 = 10;

/// Gets what is at a URL.
///
/// # Errors
/// No answer comes in time, or it is too long.
pub(super) fn fetch(url: &str) -> io::Result<Fetched> {
    get(url, TIME_LIMIT, SIZE_LIMIT)
}

fn get(url: &str, time_limit: Duration, size_limit: u64) -> io::Result<Fetched> {
    let mut uri: Uri = escaped(url).parse().map_err(io::Error::other)?;
    for _ in 0..=REDIRECTIONS {
        let (fetched, redirection) = ask(&uri, time_limit, size_limit)?;
        let Some(redirection) = redirection else { return Ok(fetched) };
        let next = redirected(&uri, &redirection)?;
        if uri.scheme_str() == Some("https") && next.scheme_str() != Some("https") {
            return Err(io::Error::other(format!("it leads on to {next}, which is not encrypted")));
        }
        uri = next;
    }
    Err(io::Error::other(format!("it leads on more than {REDIRECTIONS} times")))
}

/// The answer of one server, and where it leads on to, if it does.
fn ask(uri: &Uri, time_limit: Duration, size_limit: u64) -> io::Result<(Fetched, Option<String>)> {
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(io::Error::other("only http and https are spoken"));
    }
    refuse_link_local(uri)?;
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(time_limit))
        .tls_config(tls)
        .user_agent(concat!("kbuild/", env!("CARGO_PKG_VERSION")));
    if uri.host().is_some_and(is_this_machine) {
        config = config.proxy(None);
    }
    let mut response = Agent::new_with_config(config.build()).get(uri).call().map_err(io_error)?;
    let status = response.status().as_u16();
    if matches!(status, 301 | 302 | 303 | 307 | 308)
        && let Some(location) = response.headers().get("location")
    {
        let location = location.to_str().map_err(io::Error::other)?.to_owned();
        return Ok((Fetched { status, content: Vec::new() }, Some(location)));
    }
    let content =
        response.body_mut().with_config().limit(size_limit).read_to_vec().map_err(io_error)?;
    Ok((Fetched { status, content }, None))
}

/// Where a redirection leads, seen from the page that has it.
fn redirected(from: &Uri, to: &str) -> io::Result<Uri> {
    let to = escaped(to);
    let target = match (to.contains("://"), to.starts_with('/')) {
        (true, _) => to,
        (false, rooted) => {
            let (scheme, authority) = (from.scheme_str(), from.authority());
            let scheme = scheme.unwrap_or("https");
            let authority = authority.map(ToString::to_string).unwrap_or_default();
            if to.starts_with("//") {
                format!("{scheme}:{to}")
            } else if rooted {
                format!("{scheme}://{authority}{to}")
            } else {
                let folder = from.path().rsplit_once('/').map_or("", |(folder, _)| folder);
                format!("{scheme}://{authority}{folder}/{to}")
            }
        }
    };
    target.parse().map_err(io::Error::other)
}

/// Refuses addresses that only this machine's own network has: there clouds keep the credentials of their machines, and
/// no files of anybody.
fn refuse_link_local(uri: &Uri) -> io::Result<()> {
    let host = uri.host().unwrap_or_default();
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
    let addresses: Vec<IpAddr> = match address(host) {
        Some(address) => vec![address],
        // Where a proxy asks for us, this machine may not know the name, and it does not matter what it takes it for.
        None if is_asked_by_proxy(uri) => Vec::new(),
        None => (host, port)
            .to_socket_addrs()
            .map(|found| found.map(|address| address.ip()).collect())
            .unwrap_or_default(),
    };
    if addresses.into_iter().any(is_link_local) {
        let message = format!(
            "{host} is an address of this machine's own network, where files are not fetched from"
        );
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
    }
    Ok(())
}

/// True where the environment names a proxy for it.
fn is_asked_by_proxy(uri: &Uri) -> bool {
    Proxy::try_from_env().is_some_and(|proxy| !proxy.is_no_proxy(uri))
}

fn io_error(error: Error) -> io::Error {
    match error {
        Error::Io(error) => error,
        Error::Timeout(_) => io::Error::new(io::ErrorKind::TimedOut, error),
        Error::BodyExceedsLimit(limit) => {
            io::Error::other(format!("it is longer than {limit} bytes"))
        }
        other => io::Error::other(other),
    }
}

/// No proxy stands between a machine and itself.
fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The URL with what it cannot hold as such, spaces and letters beyond ASCII, as `%` and two digits.
fn escaped(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        match byte {
            b'!'..=b'~' if !b"\"<>\\^`{|}".contains(&byte) => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    /// A server that gives one answer, and the URL to it.
    fn server(answer: &'static str, pause: Duration) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/file.yaml", listener.local_addr().unwrap());
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]);
            thread::sleep(pause);
            let _ = stream.write_all(answer.as_bytes());
        });
        url
    }

    #[test]
    fn answers_are_read_whatever_their_status() {
        let url =
            server("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nsorry", Duration::ZERO);
        let fetched = fetch(&url).unwrap();
        assert_eq!((fetched.status, &*fetched.content), (404, &b"sorry"[..]));
    }

    #[test]
    fn answers_that_are_late_or_long_are_given_up() {
        let url = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Duration::from_secs(2));
        let error = get(&url, Duration::from_millis(100), SIZE_LIMIT).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut, "{error}");
        let url = server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", Duration::ZERO);
        let error = get(&url, TIME_LIMIT, 4).unwrap_err();
        assert_eq!(error.to_string(), "it is longer than 4 bytes");
    }

    #[test]
    fn redirections_lead_to_http_alone() {
        let url = server(
            "HTTP/1.1 302 Found\r\nLocation: file:///etc/hostname\r\nContent-Length: 0\r\n\r\n",
            Duration::ZERO,
        );
        assert!(fetch(&url).is_err());
    }

    #[test]
    fn redirections_are_followed_to_the_end() {
        let page = server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", Duration::ZERO);
        let answer = format!("HTTP/1.1 302 Found\r\nLocation: {page}\r\nContent-Length: 0\r\n\r\n");
        let url = server(Box::leak(answer.into_boxed_str()), Duration::ZERO);
        assert_eq!(&*fetch(&url).unwrap().content, b"hi");
        let uri: Uri = "https://host:1/a/b?c".parse().unwrap();
        for (to, expect) in [
            ("d", "https://host:1/a/d"),
            ("/d?e", "https://host:1/d?e"),
            ("//other/d", "https://other/d"),
            ("http://other/d", "http://other/d"),
        ] {
            assert_eq!(redirected(&uri, to).unwrap().to_string(), expect);
        }
    }

    #[test]
    fn credentials_of_clouds_are_not_fetched() {
        for url in [
            "http://169.254.169.254/latest/meta-data/",
            "http://[::ffff:169.254.169.254]/",
            "http://[fe80::1]/",
            "http://[fd00:ec2::254]/",
            "http://100.100.100.200/",
        ] {
            let error = fetch(url).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{url}: {error}");
        }
        let url = server(
            "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
            Duration::ZERO,
        );
        assert_eq!(fetch(&url).unwrap_err().kind(), io::ErrorKind::PermissionDenied);
    }

    #[test]
    fn what_a_url_cannot_hold_is_escaped() {
        assert_eq!(escaped("http://a/b c?d=\u{e9}%20"), "http://a/b%20c?d=%C3%A9%20");
    }
}

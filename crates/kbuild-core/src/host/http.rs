//! Gets files over HTTP and HTTPS, with a limit on their time and their size.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use ureq::http::Uri;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Error};

use super::Fetched;

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
    let url = escaped(url);
    let uri: Uri = url.parse().map_err(io::Error::other)?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(io::Error::other("only http and https are spoken"));
    }
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(REDIRECTIONS)
        .timeout_global(Some(time_limit))
        .tls_config(tls)
        .user_agent(concat!("kbuild/", env!("CARGO_PKG_VERSION")));
    if uri.host().is_some_and(is_this_machine) {
        config = config.proxy(None);
    }
    let mut response = Agent::new_with_config(config.build()).get(uri).call().map_err(io_error)?;
    let status = response.status().as_u16();
    let content =
        response.body_mut().with_config().limit(size_limit).read_to_vec().map_err(io_error)?;
    Ok(Fetched { status, content })
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
    fn what_a_url_cannot_hold_is_escaped() {
        assert_eq!(escaped("http://a/b c?d=\u{e9}%20"), "http://a/b%20c?d=%C3%A9%20");
    }
}

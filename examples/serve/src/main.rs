//! A small HTTP service that renders the kustomizations below a folder: `serve DIR [ADDRESS]`.
//!
//! `GET /overlays/prd` is answered with the output of the folder, `GET /overlays/prd?namespace=pr-17` with what it would be
//! in another namespace. A fixed number of threads share one builder, so that a base is built once; nothing outside of the
//! folder is read, whatever is asked for. `POST /reload` makes it read the files anew.

use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use kbuild_core::{Builder, DiskHost, JailHost, LoadRestrictor, Options, Overrides};

/// How many requests are answered at once.
const THREADS: usize = 4;
/// How long a client may take to ask, and to take the answer.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// How many bytes a request may have.
const SIZE_LIMIT: u64 = 8192;

/// What all threads share.
struct Service {
    builder: Builder,
    root: PathBuf,
    listener: TcpListener,
    is_stopped: AtomicBool,
}

/// The service while it runs. It is stopped when this is dropped.
struct Running {
    service: Arc<Service>,
    address: SocketAddr,
    threads: Vec<JoinHandle<()>>,
}

impl Running {
    fn start(root: &Path, address: &str) -> io::Result<Running> {
        let host = JailHost::new(DiskHost::new(), root)?;
        let root = host.root().to_owned();
        let mut options = Options::default();
        options.load_restrictor = LoadRestrictor::RootOnly;
        options.limits.input_bytes = 64 << 20;
        options.limits.resources = 10_000;
        let builder = Builder::new(host).with_options(options);
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let service =
            Arc::new(Service { builder, root, listener, is_stopped: AtomicBool::new(false) });
        let thread = |_| {
            let service = Arc::clone(&service);
            thread::spawn(move || service.work())
        };
        let threads = (0..THREADS).map(thread).collect();
        Ok(Running { service, address, threads })
    }

    fn wait(&mut self) {
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.service.is_stopped.store(true, Ordering::Relaxed);
        for _ in 0..self.threads.len() {
            // Somebody has to knock for a thread to look up.
            let _ = TcpStream::connect(self.address);
        }
        self.wait();
    }
}

impl Service {
    fn work(&self) {
        while !self.is_stopped.load(Ordering::Relaxed) {
            if let Ok((stream, _)) = self.listener.accept() {
                // A client that goes away is its own affair.
                let _ = self.answer(&stream);
            }
        }
    }

    fn answer(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(TIME_LIMIT))?;
        stream.set_write_timeout(Some(TIME_LIMIT))?;
        let mut lines = BufReader::new(stream.take(SIZE_LIMIT)).lines();
        let request = lines.next().unwrap_or_else(|| Ok(String::new()))?;
        // The rest of the request says nothing that matters here.
        for line in lines {
            if line?.is_empty() {
                break;
            }
        }
        let words: Vec<&str> = request.split(' ').collect();
        let (status, text) = match words.as_slice() {
            ["GET", target, _] => self.render(target),
            ["POST", "/reload", _] => {
                self.builder.forget();
                ("200 OK", String::new())
            }
            _ => ("400 Bad Request", "only GET and POST /reload are understood\n".to_owned()),
        };
        let mut stream = stream;
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
            text.len()
        )
    }

    fn render(&self, target: &str) -> (&'static str, String) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut overrides = Overrides::default();
        if let Some(namespace) = query.strip_prefix("namespace=") {
            overrides.namespace = Some(namespace.to_owned());
        }
        let folder = self.root.join(path.trim_start_matches('/'));
        let rendered = self.builder.build_with(folder, &overrides);
        match rendered.and_then(|rendered| rendered.to_yaml()) {
            Ok(text) => ("200 OK", text),
            Err(error) => ("422 Unprocessable Content", format!("{error}\n")),
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let root = arguments.next().unwrap_or_else(|| ".".to_owned());
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let mut running = Running::start(Path::new(&root), &address)?;
    writeln!(io::stderr(), "listening on http://{}", running.address)?;
    running.wait();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shop");
    const EXPECTED: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/examples/prd.yaml"));

    fn ask(address: SocketAddr, request: &str) -> (String, String) {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "{request} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap().to_owned(), body.to_owned())
    }

    #[test]
    fn many_clients_are_answered_at_once() {
        let running = Running::start(Path::new(SHOP), "127.0.0.1:0").unwrap();
        let address = running.address;
        thread::scope(|scope| {
            for number in 0..16 {
                scope.spawn(move || {
                    let (status, body) = ask(address, "GET /overlays/prd");
                    assert_eq!((status.as_str(), body.as_str()), ("HTTP/1.1 200 OK", EXPECTED));
                    let (_, body) =
                        ask(address, &format!("GET /overlays/dev?namespace=pr-{number}"));
                    assert!(body.contains(&format!("namespace: pr-{number}\n")), "{body}");
                });
            }
        });
        assert_eq!(ask(address, "POST /reload").0, "HTTP/1.1 200 OK");
        drop(running);
        assert!(TcpStream::connect(address).is_err());
    }

    #[test]
    fn nothing_outside_of_the_folder_is_shown() {
        let overlays = Path::new(SHOP).join("overlays");
        let running = Running::start(&overlays, "127.0.0.1:0").unwrap();
        // Its base is outside.
        for request in ["GET /dev", "GET /../base", "GET //etc", "GET /none"] {
            let (status, body) = ask(running.address, request);
            assert_eq!(status, "HTTP/1.1 422 Unprocessable Content", "{request}: {body}");
        }
        assert_eq!(ask(running.address, "DELETE /").0, "HTTP/1.1 400 Bad Request");
    }
}

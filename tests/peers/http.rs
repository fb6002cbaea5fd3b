//! Just enough of HTTP for the servers on this machine: one request, one answer, one connection.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// For how long a server on this machine may keep silent.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
}

/// Sends a request and gives the answer's body. Version 1.0 has neither chunks nor connections
/// that stay open: the body is all that comes.
pub(crate) fn send(mut stream: impl Read + Write, request: &Request<'_>) -> io::Result<Vec<u8>> {
    let Request {
        method,
        path,
        headers,
        body,
    } = request;
    write!(stream, "{method} {path} HTTP/1.0\r\nHost: localhost\r\n")?;
    for (name, value) in *headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    write!(stream, "Content-Length: {}\r\n\r\n", body.len())?;
    stream.write_all(body)?;

    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .ok_or_else(|| io::Error::other("an answer without an end to its head"))?;
    let body = answer.split_off(end + 4);
    let status = String::from_utf8_lossy(&answer)
        .split(' ')
        .nth(1)
        .map(str::to_owned);
    if status.is_some_and(|status| status.starts_with('2')) {
        return Ok(body);
    }
    let answer = String::from_utf8_lossy(&answer).into_owned() + &String::from_utf8_lossy(&body);
    Err(io::Error::other(format!("{method} {path}: {answer}")))
}

/// The same to a server that listens on a port of this machine.
pub(crate) fn send_to(port: u16, request: &Request<'_>) -> io::Result<Vec<u8>> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    send(stream, request)
}

/// A port for a server that is about to start.
pub(crate) fn free_port() -> Result<u16, String> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port: {error}"))
}

pub(crate) fn json(body: &[u8]) -> io::Result<Value> {
    serde_json::from_slice(body).map_err(io::Error::other)
}

//! A small web server on loopback, for the simulated module to fetch from.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::{io, thread};

/// The page, as long as a page of text may be.
fn page(path: &str) -> String {
    let mut page = format!("<!DOCTYPE html>\n<title>{path}</title>\n<h1>It works</h1>\n<pre>\n");
    for line in 1..=40 {
        page.push_str(&format!(
            "{line:2}: a page that came through socket, connect, send and recv\n"
        ));
    }
    page.push_str("</pre>\n");
    page
}

/// Starts the server and returns its address; it ends with the process.
pub(crate) fn start() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // one that breaks off gets no answer
            let _ = serve(client);
        }
    });
    Ok(address)
}

fn serve(client: TcpStream) -> io::Result<()> {
    let mut lines = BufReader::new(&client).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let path = request.split(' ').nth(1).unwrap_or("/");
    let body = page(path);
    write!(
        &client,
        "HTTP/1.1 200 OK\r\nServer: usocket-example\r\nContent-Type: text/html\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

//! A small mailbox on loopback, for the simulated module to read.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;

pub(crate) const USER: &str = "getman";
pub(crate) const SECRET: &str = "letters";

const LETTERS: [&str; 2] = [
    "Subject: It works\n\nThis letter came through makefile, readline and lines.\n",
    "Subject: Dots\n\n.a line that begins with a dot\n..\nand the last one\n",
];

/// Starts the server and returns its address; it ends with the process.
pub(crate) fn start() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // one that breaks off is not served to the end
            let _ = serve(client);
        }
    });
    Ok(address)
}

fn serve(client: TcpStream) -> io::Result<()> {
    let mut out = &client;
    out.write_all(b"+OK mailbox\r\n")?;
    let (mut user, mut open) = (String::new(), false);
    for line in BufReader::new(&client).lines() {
        let line = line?;
        let (name, argument) = line.split_once(' ').unwrap_or((&line, ""));
        let answer = match name {
            "USER" => {
                user = argument.to_owned();
                "+OK\r\n".to_owned()
            }
            "PASS" if user == USER && argument == SECRET => {
                open = true;
                "+OK welcome\r\n".to_owned()
            }
            "STAT" if open => {
                let size: usize = LETTERS.iter().map(|letter| on_the_wire(letter).len()).sum();
                format!("+OK {} {size}\r\n", LETTERS.len())
            }
            "RETR" if open => match argument.parse::<usize>().ok().and_then(letter) {
                Some(letter) => format!("+OK\r\n{}.\r\n", on_the_wire(letter)),
                None => "-ERR no such letter\r\n".to_owned(),
            },
            "QUIT" => {
                return out.write_all(b"+OK bye\r\n");
            }
            _ => "-ERR\r\n".to_owned(),
        };
        out.write_all(answer.as_bytes())?;
    }
    Ok(())
}

fn letter(number: usize) -> Option<&'static str> {
    LETTERS.get(number.checked_sub(1)?).copied()
}

/// Lines end in CR LF, and a dot goes before one that a line begins with (RFC 1939 §3).
fn on_the_wire(letter: &str) -> String {
    let dot = |line: &str| if line.starts_with('.') { "." } else { "" }.to_owned();
    letter.lines().map(|line| dot(line) + line + "\r\n").collect()
}

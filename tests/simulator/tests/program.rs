//! The program: its help, its errors, and where it serves.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_usocket-simulator"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn help_names_every_option() {
    let output = run(&["--help"], b"");
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for option in ["--profile", "--pty", "--tcp", "--stdio", "--host", "--trace", "--no-colour"] {
        assert!(help.contains(option), "{option} is missing");
    }
}

#[test]
fn profiles_are_listed() {
    let output = run(&["--list-profiles"], b"");
    let list = String::from_utf8(output.stdout).unwrap();
    assert_eq!(list.lines().count(), 5);
    assert!(list.starts_with("esp32c3-4.1 "));
}

#[test]
fn errors_are_one_sentence_and_a_status() {
    let output = run(&["--stdio", "--profile", "esp99"], b"");
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with("error: there is no profile `esp99`"), "{error}");
    assert_eq!(error.lines().count(), 1);
    let output = run(&["--stdio", "--host", "nonsense"], b"");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn standard_input_is_answered_to_the_end() {
    let output = run(&["--stdio", "--trace", "--no-colour"], b"ATE0\r\n");
    assert!(output.status.success());
    assert_eq!(output.stdout, b"ATE0\r\n\r\nOK\r\n");
    let trace = String::from_utf8(output.stderr).unwrap();
    assert!(trace.contains(" → ATE0\\r\\n"), "{trace}");
    assert!(trace.contains(" ← \\r\\nOK\\r\\n"), "{trace}");
}

/// Starts the program and takes the first line that it prints.
fn start(arguments: &[&str]) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_usocket-simulator"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim().to_owned())
}

fn stop(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_tcp_port_serves_one_client_after_the_other() {
    let (child, address) = start(&["--tcp", "127.0.0.1:0"]);
    for _ in 0..2 {
        let mut client = TcpStream::connect(&address).unwrap();
        client.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        client.write_all(b"AT\r\n").unwrap();
        let mut answer = [0; 10];
        client.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"AT\r\n\r\nOK\r\n");
    }
    stop(child);
}

#[cfg(unix)]
#[test]
fn a_pseudo_terminal_passes_every_byte() {
    let (child, name) = start(&["--pty"]);
    let mut terminal = std::fs::File::options().read(true).write(true).open(&name).unwrap();
    let (done, answered) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        terminal.write_all(b"AT\r\n").unwrap();
        let mut answer = [0; 10];
        terminal.read_exact(&mut answer).unwrap();
        done.send(answer)
    });
    let answer = answered.recv_timeout(Duration::from_secs(5));
    stop(child);
    assert_eq!(&answer.unwrap(), b"AT\r\n\r\nOK\r\n");
}

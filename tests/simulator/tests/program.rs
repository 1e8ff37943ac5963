//! The program: its help, its errors, and where it serves.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;
use usocket_simulator::Profile;

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
    for option in [
        "--profile",
        "--pty",
        "--tcp",
        "--stdio",
        "--host",
        "--pin",
        "--no-sim",
        "--ca",
        "--certificate",
        "--server-certificate",
        "--file",
        "--time-set",
        "--apn",
        "--trace",
    ] {
        assert!(help.contains(option), "{option} is missing");
    }
}

#[test]
fn profiles_are_listed() {
    let output = run(&["--list-profiles"], b"");
    let list = String::from_utf8(output.stdout).unwrap();
    assert_eq!(list.lines().count(), Profile::all().len());
    assert!(list.starts_with("esp32c3-4.1 "));
    let names: Vec<_> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let cellular =
        ["quectel-bg96", "quectel-ec25", "quectel-bc66", "quectel-m95", "simcom-sim7080"];
    assert!(names.ends_with(&cellular), "{names:?}");
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
fn certificates_come_from_files() {
    let path = std::env::temp_dir().join(format!("usocket-{}.pem", std::process::id()));
    std::fs::write(&path, b"a root").unwrap();
    let path = path.to_str().unwrap();
    let file = format!("client.pem={path}");
    let bg96 = ["--stdio", "--profile", "quectel-bg96", "--ca", path, "--file", &file];
    let line = "ATE0+QFLST=\"cacert.pem\";+QFLST=\"client.pem\"\r";
    let output = run(&bg96, line.as_bytes());
    std::fs::remove_file(path).unwrap();
    let list = "+QFLST: \"UFS:cacert.pem\",6\r\n+QFLST: \"UFS:client.pem\",6\r\n";
    let expected = format!("{line}\r\n{list}\r\nOK\r\n");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);

    let output = run(&["--stdio", "--ca", path], b"");
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with("error: cannot read ") && error.lines().count() == 1, "{error}");
    assert_eq!(run(&["--stdio", "--certificate", path], b"").status.code(), Some(2));
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

#[test]
fn a_cellular_module_has_a_card_and_a_network() {
    let bg96 = ["--stdio", "--profile", "quectel-bg96"];
    let input = b"ATE0;+CPIN?;+QICSGP=1,1,\"other\"\r";
    let output = run(&[&bg96[..], &["--pin", "1234"]].concat(), input);
    let echo = b"ATE0;+CPIN?;+QICSGP=1,1,\"other\"\r";
    assert_eq!(output.stdout, [&echo[..], b"\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n"].concat());
    let output = run(&[&bg96[..], &["--no-sim"]].concat(), b"ATE0+CPIN?\r");
    assert_eq!(output.stdout, b"ATE0+CPIN?\r\r\n+CME ERROR: 10\r\n");
    let output = run(&[&bg96[..], &["--joined"]].concat(), b"ATE0+QIACT?\r");
    assert_eq!(output.stdout, b"ATE0+QIACT?\r\r\n+QIACT: 1,1,1,\"10.7.157.1\"\r\n\r\nOK\r\n");
    let bc66 = ["--stdio", "--profile", "quectel-bc66"];
    let output = run(&bc66, b"ATE0+CGPADDR=1\r");
    assert_eq!(output.stdout, b"ATE0+CGPADDR=1\r\r\n+CGPADDR: 1,10.7.157.1\r\n\r\nOK\r\n");
    let m95 = ["--stdio", "--joined", "--profile", "quectel-m95"];
    let output = run(&m95, b"ATE0+QILOCIP\r");
    assert_eq!(output.stdout, b"ATE0+QILOCIP\r\r\n10.7.157.1\r\n");
    let output = run(&[&bg96[..], &["--apn", "internet,me,secret"]].concat(), b"ATE0+QIACT=1\r");
    assert_eq!(output.stdout, b"ATE0+QIACT=1\r\r\nERROR\r\n");
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

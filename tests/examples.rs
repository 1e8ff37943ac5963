//! The examples run, end by themselves and do what they say, on the simulated module.

use std::env;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Longest time that an example may run; building it comes on top.
const LIMIT: Duration = Duration::from_secs(60);

/// Where the examples are. `cargo test` has built them already; `cargo test --test examples` has not.
fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let this = env::current_exe().expect("a path");
        let profile = this.ancestors().nth(2).expect("this test lies in <target>/<profile>/deps");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(env!("CARGO_MANIFEST_DIR")).args(["build", "--quiet", "--examples"]);
        cargo.arg("--target-dir").arg(profile.parent().expect("the target directory"));
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        let output = cargo.output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        profile.join("examples")
    })
}

/// Runs an example, at a line speed that saves time; returns its exit code, and what it printed on
/// its two outputs.
fn run(name: &str, arguments: &[&str]) -> (i32, String, String) {
    let mut child = Command::new(built().join(name).with_extension(env::consts::EXE_EXTENSION))
        .args(["--baud", "921600"])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the example runs");
    let mut stdout = child.stdout.take().expect("a pipe");
    let mut stderr = child.stderr.take().expect("a pipe");
    let (done, printed) = channel();
    let reader = thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).expect("text");
        let _ = done.send(());
        text
    });
    let errors = thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).expect("text");
        text
    });
    let ended = printed.recv_timeout(LIMIT);
    if ended.is_err() {
        let _ = child.kill();
        panic!("{name} has not ended after {LIMIT:?}");
    }
    let code = child.wait().expect("an exit code").code().unwrap_or(-1);
    (code, reader.join().expect("text"), errors.join().expect("text"))
}

/// Runs an example that has to succeed; returns what it printed.
fn succeed(name: &str, arguments: &[&str]) -> String {
    let (code, stdout, stderr) = run(name, arguments);
    assert!(code == 0 && stderr.is_empty(), "exit code {code}\n{stdout}\n{stderr}");
    stdout
}

#[test]
fn http_get_prints_the_page() {
    let printed = succeed("http_get", &[]);
    for part in ["HTTP/1.1 200 OK", "<title>/News</title>", "40: a page", "line utilisation"] {
        assert!(printed.contains(part), "{part:?} is missing in\n{printed}");
    }
}

#[test]
fn tcp_echo_server_serves_all_its_clients() {
    let printed = succeed("tcp_echo_server", &["--clients", "4"]);
    assert_eq!(printed.matches("has come").count(), 4, "{printed}");
    assert_eq!(printed.matches("has left, 3020 bytes went back").count(), 4, "{printed}");
}

#[test]
fn sntp_time_asks_again_and_prints_the_time() {
    let printed = succeed("sntp_time", &[]);
    assert!(printed.contains("attempt 1: no answer"), "{printed}");
    let line = printed.lines().find(|line| line.contains("pool.ntp.org says: ")).expect(&printed);
    let seconds = line.split_once(" UTC, ").and_then(|(_, rest)| rest.split(' ').next());
    let told: u64 = seconds.and_then(|text| text.parse().ok()).expect(line);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    assert!(now.abs_diff(told) < 120, "{line} at {now}");
}

#[test]
fn line_client_reads_all_letters() {
    let printed = succeed("line_client", &[]);
    let letters = "2 letters\n--- letter 1\nSubject: It works\n\nThis letter came through makefile, \
                   readline and lines.\n--- letter 2\nSubject: Dots\n\n.a line that begins with a \
                   dot\n..\nand the last one\n";
    assert!(printed.ends_with(letters), "{printed}");
}

#[test]
fn line_client_says_what_the_server_did_not_like() {
    let (code, _, stderr) = run("line_client", &["--secret", "wrong"]);
    assert_eq!((code, stderr.as_str()), (1, "line_client: the server says \"-ERR\"\n"));
}

#[test]
fn poll_server_passes_on_what_everybody_says() {
    let printed = succeed("poll_server", &["--clients", "5"]);
    assert_eq!(printed.matches("has come").count(), 5, "{printed}");
    assert_eq!(printed.matches("has left").count(), 5, "{printed}");
    for number in 0..5 {
        assert!(printed.contains(&format!("I am number {number}")), "{printed}");
    }
}

#[test]
fn every_example_explains_itself_and_refuses_nonsense() {
    for name in ["http_get", "tcp_echo_server", "sntp_time", "line_client", "poll_server"] {
        let (code, stdout, _) = run(name, &["--help"]);
        assert!(code == 0 && stdout.contains("--ssid"), "{stdout}");
        let (code, _, stderr) = run(name, &["--profile", "nonsense"]);
        assert_eq!(code, 1, "{stderr}");
        assert!(stderr.starts_with(&format!("{name}: no profile \"nonsense\"; there are")));
    }
}

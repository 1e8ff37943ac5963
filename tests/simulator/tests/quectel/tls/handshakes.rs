//! Handshakes of TLS clients: what a TLS context minds, and how a failure is reported.

use super::{ERROR, NAME, OK, ROOT, open, say, scene};
use core::time::Duration;
use usocket_simulator::module::{Distrust, Failure};
use usocket_simulator::{Host, Profile};

#[test]
fn handshakes_fail_for_what_the_context_minds() {
    type Case<'a> = (&'a [&'a str], fn(&Host), u16, Option<Distrust>);
    let cases: [Case<'_>; 7] = [
        (&[], |host| _ = host.certificate(&["other"], b"other").expired(), 0, None),
        (&["\"seclevel\",0,1"], |_| (), 0, None),
        (&["\"seclevel\",0,1"], |host| _ = host.expired(), 0, None),
        (
            &["\"seclevel\",0,1"],
            |host| _ = host.certificate(&["example.com"], b"other"),
            580,
            Some(Distrust::Unknown),
        ),
        (&["\"seclevel\",0,1"], |host| _ = host.certificate(&["other"], ROOT), 0, None),
        (
            &["\"seclevel\",0,1", "\"checkhost\",0,1"],
            |host| _ = host.certificate(&["other"], ROOT),
            580,
            Some(Distrust::OtherName),
        ),
        (&["\"seclevel\",0,1", "\"ignorelocaltime\",0,0"], |_| (), 580, Some(Distrust::OutOfDate)),
    ];
    for (keys, change, error, distrust) in cases {
        let (scene, host) = scene(Profile::ec25());
        change(&host);
        say(&scene.world, "AT+QSSLCFG=\"cacert\",0,\"cacert.pem\"", OK);
        for key in keys {
            say(&scene.world, &format!("AT+QSSLCFG={key}"), OK);
        }
        open(&scene.world, error);
        let failure = host.hellos().remove(0).outcome.err();
        assert_eq!(failure, distrust.map(Failure::Certificate), "{keys:?}");
    }
}

#[test]
fn the_clock_counts_once_it_is_set() {
    let (scene, host) = scene(Profile::bg96());
    for key in ["\"cacert\",0,\"cacert.pem\"", "\"seclevel\",0,1", "\"ignorelocaltime\",0,0"] {
        say(&scene.world, &format!("AT+QSSLCFG={key}"), OK);
    }
    // This module has no errors of its own for handshakes.
    open(&scene.world, 566);
    say(&scene.world, "AT+QSSLCLOSE=4", OK);
    say(&scene.world, "AT+CCLK=\"24/03/20,12:00:00+00\"", OK);
    open(&scene.world, 0);
    assert_eq!(host.hellos().len(), 2);
}

#[test]
fn names_are_asked_for_with_sni() {
    let (scene, host) = scene(Profile::bg96());
    open(&scene.world, 0);
    say(&scene.world, "AT+QSSLCLOSE=4", OK);
    say(&scene.world, "AT+QSSLCFG=\"sni\",0,1", OK);
    open(&scene.world, 0);
    let names: Vec<_> = host.hellos().into_iter().map(|hello| hello.sni).collect();
    assert_eq!(names, [None, Some(NAME.to_owned())]);
}

#[test]
fn level_2_shows_the_own_certificate() {
    let (scene, host) = scene(Profile::bg96());
    host.demands_certificate(b"of the device");
    open(&scene.world, 566);
    say(&scene.world, "AT+QSSLCLOSE=4", OK);
    for key in [
        "\"cacert\",0,\"UFS:cacert.pem\"",
        "\"clientcert\",0,\"client.pem\"",
        "\"clientkey\",0,\"key.pem\"",
        "\"seclevel\",0,2",
    ] {
        say(&scene.world, &format!("AT+QSSLCFG={key}"), OK);
    }
    // The files are not there yet.
    open(&scene.world, 566);
    say(&scene.world, "AT+QSSLCLOSE=4", OK);
    let _ = scene.world.clone().file("client.pem", b"of the device").file("key.pem", b"its key");
    open(&scene.world, 0);
}

#[test]
fn failures_without_tls_and_without_an_answer() {
    let (scene, host) = scene(Profile::ec25());
    let open = |port: u16, answer: &str| {
        say(&scene.world, &format!("AT+QSSLOPEN=1,0,4,\"example.com\",{port},0"), answer);
        say(&scene.world, "AT+QSSLCLOSE=4", OK);
    };
    // A plain server, a port where nobody listens, a name that there is not.
    open(8009, &format!("{OK}\\r\\n+QSSLOPEN: 4,579\\r\\n"));
    open(81, &format!("{OK}\\r\\n+QSSLOPEN: 4,566\\r\\n"));
    host.ignores_handshakes();
    say(&scene.world, "AT+QSSLCFG=\"negotiatetime\",0,10", OK);
    let start = scene.world.now();
    open(443, &format!("{OK}\\r\\n+QSSLOPEN: 4,569\\r\\n"));
    assert!(scene.world.now() - start >= Duration::from_secs(10));
    say(&scene.world, "AT+QIDEACT=1", OK);
    say(&scene.world, "AT+QSSLOPEN=1,0,4,\"example.com\",443,0", ERROR);
    say(
        &scene.world,
        "AT+QIGETERROR",
        &format!("\\r\\n+QIGETERROR: 561, open PDP context failed\\r\\n{OK}"),
    );
}

//! Streams, datagrams, servers and names over Quectel's modules, as dialogues (quectel.md §13).

use crate::script::cellular::{
    CHECK, PEER, SETUP_BG96, connected, idle, open_next, play_quectel, setup_again,
};
use fugit::ExtU32;
use usocket::network::Cellular;
use usocket::{AF_INET, Error, SOCK_DGRAM, SOCK_STREAM, getaddrinfo, socket};

const OPEN: &str = r#"
    → AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0\r
    ← \r\nOK\r\n
    … 300
    ← \r\n+QIOPEN: 0,0\r\n
"#;

#[test]
fn a_request_and_its_answer() {
    let dialogue = r#"
        → AT+QISEND=0,4\r
        ← \r\n> 
        → test
        ← \r\nSEND OK\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 0\r\n\r\nOK\r\n
        … 20
        ← \r\n+QIURC: "recv",0\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 5\r\ntest1\r\n\r\nOK\r\n
        → AT+QICLOSE=0\r
        ← \r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"test"), Ok(4));
        let mut buf = [0; 32];
        assert_eq!(sock.recv(&mut buf), Ok(5));
        assert_eq!(&buf[..5], b"test1");
        sock.close().unwrap();
        assert_eq!(sock.recv(&mut buf), Err(Error::Closed));
    });
}

#[test]
fn data_that_looks_like_results_is_data() {
    let dialogue = r#"
        ← \r\n+QIURC: "recv",0\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 29\r\n\r\nOK\r\n+QIURC: "closed",0\r\nRDY\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        let mut buf = [0; 64];
        assert_eq!(sock.recv(&mut buf), Ok(29));
        assert_eq!(&buf[..29], b"\r\nOK\r\n+QIURC: \"closed\",0\r\nRDY");
        std::mem::forget(sock);
    });
}

#[test]
fn closed_is_not_the_end_before_everything_is_read() {
    let dialogue = r#"
        ← \r\n+QIURC: "recv",0\r\n\r\n+QIURC: "closed",0\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 5\r\nfirst\r\n\r\nOK\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 4\r\nlast\r\n\r\nOK\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 0\r\n\r\nOK\r\n
        → AT+QICLOSE=0\r
        ← \r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        let mut buf = [0; 100];
        assert_eq!(sock.read(&mut buf), Ok(Some(9)));
        assert_eq!(&buf[..9], b"firstlast");
        assert_eq!(sock.recv(&mut buf), Ok(0));
        assert_eq!(sock.recv(&mut buf), Ok(0));
        assert_eq!(sock.send(b"x"), Err(Error::BrokenPipe));
        modem.poll().unwrap();
        modem.poll().unwrap();
    });
}

#[test]
fn the_same_bytes_go_once_more_when_the_module_had_no_room() {
    let dialogue = r#"
        → AT+QISEND=0,5\r
        ← \r\n> 
        → hello
        ← \r\nSEND FAIL\r\n
        → AT+QISEND=0,5\r
        ← \r\n>
        → hello
        ← \r\nSEND FAIL\r\n
        → AT+QISEND=0,5\r
        ← \r\n>\r\n
        → hello
        ← \r\nSEND OK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, script| {
        let sock = connected(modem);
        let start = script.time();
        assert_eq!(sock.send(b"hello"), Ok(5));
        assert!(script.time() - start >= 150, "without a pause");
        std::mem::forget(sock);
    });
}

#[test]
fn what_a_call_without_waiting_has_taken_over_goes_once_more_too() {
    let dialogue = r#"
        → AT+QISEND=0,5\r
        ← \r\n> 
        → hello
        ← \r\nSEND FAIL\r\n
        → AT+QISEND=0,10\r
        ← \r\n> 
        → helloworld
        ← \r\nSEND OK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        sock.setblocking(false).unwrap();
        assert_eq!(sock.send(b"hello"), Ok(5));
        idle(modem, 20);
        assert_eq!(sock.send(b"world"), Ok(5));
        idle(modem, 200);
        std::mem::forget(sock);
    });
}

#[test]
fn a_timeout_between_command_and_prompt_still_gives_the_module_its_payload() {
    let dialogue = r#"
        → AT+QISEND=0,5\r
        … 500
        ← \r\n> 
        → hello
        … 500
        ← \r\nSEND OK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        sock.settimeout(Some(100.millis())).unwrap();
        // all of it is with the module, so all of it counts
        assert_eq!(sock.send(b"hello"), Ok(5));
        idle(modem, 600);
        std::mem::forget(sock);
    });
}

#[test]
fn a_refused_connection_gives_its_id_back() {
    let dialogue = r#"
        → AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0\r
        ← \r\nOK\r\n
        ← \r\n+QIOPEN: 0,566\r\n
        → AT+QICLOSE=0\r
        ← \r\nOK\r\n
        → AT+QIOPEN=1,1,"TCP","220.180.239.212",8009,0,0\r
        ← \r\nERROR\r\n
        → AT+QIGETERROR\r
        ← \r\n+QIGETERROR: 561,open PDP context failed\r\n\r\nOK\r\n
        → AT+QICLOSE=1\r
        ← \r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.connect(PEER), Err(Error::ConnectionRefused));
        assert_eq!(sock.connect(PEER), Err(Error::NetworkDown));
        sock.close().unwrap();
    });
}

/// Quick is quick also when the module says both in one breath, and some time after the command.
#[test]
fn a_refusal_that_comes_with_the_answer_is_no_unreachable_host() {
    let dialogue = r#"
        → AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0\r
        … 7
        ← \r\nOK\r\n\r\n+QIOPEN: 0,566\r\n
        → AT+QICLOSE=0\r
        ← \r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.connect(PEER), Err(Error::ConnectionRefused));
        sock.close().unwrap();
    });
}

#[test]
fn an_id_that_is_in_use_is_closed_and_another_one_taken() {
    let dialogue = r#"
        → AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0\r
        ← \r\nOK\r\n\r\n+QIOPEN: 0,563\r\n
        → AT+QICLOSE=0,0\r
        ← \r\nOK\r\n
        → AT+QIOPEN=1,1,"TCP","220.180.239.212",8009,0,0\r
        ← \r\nERROR\r\n
        → AT+QIGETERROR\r
        ← \r\n+QIGETERROR: 563,socket identity has been used\r\n\r\nOK\r\n
        → AT+QICLOSE=1,0\r
        ← \r\nOK\r\n
        → AT+QIOPEN=1,2,"TCP","220.180.239.212",8009,0,0\r
        ← \r\nOK\r\n
        ← \r\n+QIOPEN: 2,0\r\n
    "#;
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        std::mem::forget(connected(modem));
    });
}

#[test]
fn other_sockets_go_on_while_one_connects() {
    let dialogue = r#"
        → AT+QIOPEN=1,1,"TCP","10.0.0.1",1,0,0\r
        ← \r\nOK\r\n
        → AT+QISEND=0,2\r
        ← \r\n> 
        → hi
        ← \r\nSEND OK\r\n
        … 10000
        ← \r\n+QIOPEN: 1,0\r\n
        → AT+QISEND=1,2\r
        ← \r\n> 
        → ho
        ← \r\nSEND OK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let first = connected(modem);
        let second = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        second.setblocking(false).unwrap();
        assert_eq!(second.connect(([10, 0, 0, 1], 1)), Err(Error::InProgress));
        assert_eq!(first.send(b"hi"), Ok(2));
        second.setblocking(true).unwrap();
        assert_eq!(second.send(b"ho"), Ok(2));
        std::mem::forget((first, second));
    });
}

#[test]
fn names_are_resolved_in_two_stages_and_data_flow_meanwhile() {
    let dialogue = r#"
        → AT+QIDNSGIP=1,"example.com"\r
        ← \r\nOK\r\n
        … 100
        ← \r\n+QIURC: "recv",0\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 2\r\nhi\r\n\r\nOK\r\n
        ← \r\n+QIURC: "dnsgip",0,2,600\r\n
        → AT+QIRD=0,62\r
        ← \r\n+QIURC: "dnsgip","192.0.2.10"\r\n\r\n+QIRD: 0\r\n\r\nOK\r\n
        ← \r\n+QIURC: "dnsgip","192.0.2.11"\r\n
        → AT+QIDNSGIP=1,"nosuch.invalid"\r
        ← \r\nOK\r\n
        ← \r\n+QIURC: "dnsgip",565\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        let found = getaddrinfo(modem, "example.com", 80).unwrap()[0].sockaddr;
        assert_eq!(found, "192.0.2.10:80".parse().unwrap());
        assert_eq!(getaddrinfo(modem, "nosuch.invalid", 80), Err(Error::Dns(-2)));
        let mut buf = [0; 8];
        assert_eq!(sock.recv(&mut buf), Ok(2));
        std::mem::forget(sock);
    });
}

#[test]
fn datagrams_of_any_peer_come_whole_and_with_their_sender() {
    let dialogue = r#"
        → AT+QIOPEN=1,0,"UDP SERVICE","127.0.0.1",0,3030,0\r
        ← \r\nOK\r\n
        ← \r\n+QIOPEN: 0,0\r\n
        → AT+QISEND=0,10,"10.7.76.34",7687\r
        ← \r\n> 
        → 1234567890
        ← \r\nSEND OK\r\n
        ← \r\n+QIURC: "recv",0\r\n
        → AT+QIRD=0\r
        ← \r\n+QIRD: 4,"10.7.76.34",7687\r\nAAAA\r\n\r\nOK\r\n
        → AT+QIRD=0\r
        ← \r\n+QIRD: 0,"10.7.76.35",7688\r\n\r\n\r\nOK\r\n
        → AT+QIRD=0\r
        ← \r\n+QIRD: 0\r\n\r\nOK\r\n
        → AT+QICLOSE=0\r
        ← \r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap();
        sock.bind(([0, 0, 0, 0], 3030)).unwrap();
        assert_eq!(sock.sendto(b"1234567890", ([10, 7, 76, 34], 7687)), Ok(10));
        let mut buf = [0; 16];
        assert_eq!(sock.recvfrom(&mut buf), Ok((4, "10.7.76.34:7687".parse().unwrap())));
        assert_eq!(&buf[..4], b"AAAA");
        assert_eq!(sock.recvfrom(&mut buf), Ok((0, "10.7.76.35:7688".parse().unwrap())));
        sock.settimeout(Some(50.millis())).unwrap();
        assert_eq!(sock.recvfrom(&mut buf), Err(Error::TimedOut));
        sock.close().unwrap();
    });
}

#[test]
fn connections_that_come_are_accepted_from_the_listener_that_they_came_to() {
    let dialogue = r#"
        → AT+QIOPEN=1,0,"TCP LISTENER","127.0.0.1",0,2020,0\r
        ← \r\nOK\r\n
        ← \r\n+QIOPEN: 0,0\r\n
        → AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2021,0\r
        ← \r\nOK\r\n
        ← \r\n+QIOPEN: 1,0\r\n
        ← \r\n+QIURC: "incoming",11,1,"172.31.242.222",54091\r\n\r\n+QIURC: "recv",11\r\n
        → AT+QIRD=11,64\r
        ← \r\n+QIRD: 4\r\ntest\r\n\r\nOK\r\n
        → AT+QIRD=11,64\r
        ← \r\n+QIRD: 0\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        let (first, second) = (
            socket(modem, AF_INET, SOCK_STREAM, 0).unwrap(),
            socket(modem, AF_INET, SOCK_STREAM, 0).unwrap(),
        );
        first.bind(([0, 0, 0, 0], 2020)).unwrap();
        first.listen(1).unwrap();
        second.bind(([0, 0, 0, 0], 2021)).unwrap();
        second.listen(1).unwrap();
        let (client, from) = second.accept().unwrap();
        assert_eq!(from, "172.31.242.222:54091".parse().unwrap());
        let mut buf = [0; 16];
        assert_eq!(client.recv(&mut buf), Ok(4));
        first.settimeout(Some(10.millis())).unwrap();
        assert_eq!(first.accept().err(), Some(Error::TimedOut));
        std::mem::forget((first, second, client));
    });
}

#[test]
fn a_context_that_the_network_drops_is_got_back() {
    let dialogue = r#"
        ← \r\n+QIURC: "pdpdeact",1\r\n
        … 200
        → AT+QIDEACT=1\r
        ← \r\nOK\r\n
        → AT+QIACT=1\r
        ← \r\nOK\r\n
        → AT+QIACT?\r
        ← \r\n+QIACT: 1,1,1,"10.7.157.2"\r\n\r\nOK\r\n
        → AT+QIOPEN=1,1,"TCP","220.180.239.212",8009,0,0\r
        ← \r\nOK\r\n
        ← \r\n+QIOPEN: 1,0\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::NetworkDown));
        idle(modem, 3000);
        std::mem::forget(connected(modem));
        std::mem::forget(sock);
    });
}

/// quectel.md §3.1: any of the three domains will do, and the word of the one that it is can be lost.
#[test]
fn a_module_without_network_is_asked_in_all_domains_before_a_context_is_tried() {
    let nowhere = r#"
        ← \r\n+CEREG: 0\r\n\r\n+QIURC: "pdpdeact",1\r\n
        … 200
        → AT+CEREG?\r
        ← \r\n+CEREG: 2,0\r\n\r\nOK\r\n
        → AT+CGREG?\r
        ← \r\n+CGREG: 2,2\r\n\r\nOK\r\n
        → AT+CREG?\r
        ← \r\nERROR\r\n
        … 200
        → AT+CEREG?\r
        ← \r\n+CEREG: 2,0\r\n\r\nOK\r\n
        → AT+CGREG?\r
        ← \r\n+CGREG: 2,5,"5B2F","0A1B",3\r\n\r\nOK\r\n
        → AT+QIDEACT=1\r
        ← \r\nOK\r\n
        → AT+QIACT=1\r
        ← \r\nOK\r\n
        → AT+QIACT?\r
        ← \r\n+QIACT: 1,1,1,"10.7.157.2"\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, nowhere], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::NetworkDown));
        idle(modem, 10_000);
        assert_eq!(Cellular::new(modem).isconnected(), Ok(true));
        std::mem::forget(sock);
    });
}

#[test]
fn a_late_rdy_ends_everything_and_the_module_is_set_up_again() {
    let dialogue = r#"
        ← \r\nRDY\r\n\r\nAPP RDY\r\n\r\n+CPIN: READY\r\n
    "#;
    let parts = [SETUP_BG96, OPEN, dialogue, &setup_again(), CHECK, &open_next(OPEN)];
    play_quectel(&parts, |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::ModuleReset));
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::ModuleReset));
        std::mem::forget(connected(modem));
        std::mem::forget(sock);
    });
}

#[test]
fn a_prompt_that_is_lost_costs_time_and_nothing_else() {
    let dialogue = r#"
        → AT+QISEND=0,5\r
        … 10000
        → hello
        ← \r\nSEND OK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"hello"), Ok(5));
        std::mem::forget(sock);
    });
}

#[test]
fn a_prompt_that_is_late_gets_the_payload_once_more() {
    let dialogue = r#"
        → AT+QISEND=0,5\r
        … 10000
        → hello
        … 2000
        ← \r\n> 
        → hello
        ← \r\nSEND OK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"hello"), Ok(5));
        std::mem::forget(sock);
    });
}

#[test]
fn a_payload_that_reads_like_a_command_is_not_written_without_a_prompt() {
    let dialogue = r#"
        → AT+QISEND=0,8\r
        … 10000
        → \r\r\r\r\r\r\r\r
        → AT\r
        ← \r\nOK\r\n
        → AT+CEREG?\r
        ← \r\n+CEREG: 2,1\r\n\r\nOK\r\n
        → AT+QICLOSE=0\r
        ← \r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"x\r\nAT&F\r"), Err(Error::SendFailed));
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::SendFailed));
        sock.close().unwrap();
    });
}

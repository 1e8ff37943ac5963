//! Streams and names over SIMCom's modules, as dialogues (quectel.md §15.2).

use crate::script;
use crate::script::cellular::{PEER, SETUP_SIM7080, SimComModem, connected, play_simcom};
use usocket::clock::Clock;
use usocket::network::Cellular;
use usocket::{AF_INET, AF_INET6, Error, SOCK_DGRAM, SOCK_STREAM, getaddrinfo, socket};

pub(crate) const OPEN: &str = r#"
    → AT+CAOPEN=0,0,"TCP","220.180.239.212",8009\r
    ← \r\n+CAOPEN: 0,0\r\n\r\nOK\r\n
"#;

pub(crate) fn idle(modem: &SimComModem<'_>, ms: u32) {
    for _ in 0..ms {
        modem.poll().unwrap();
        modem.clock().pause();
    }
}

#[test]
fn a_request_and_its_answer() {
    let dialogue = r#"
        → AT+CASEND=0,4\r
        ← \r\n> 
        → test
        ← \r\nOK\r\n
        → AT+CARECV=0,64\r
        ← \r\n+CARECV: 0\r\n\r\nOK\r\n
        … 20
        ← \r\n+CADATAIND: 0\r\n
        → AT+CARECV=0,64\r
        ← \r\n+CARECV: 5,test1\r\n\r\nOK\r\n
        → AT+CACLOSE=0\r
        ← \r\nOK\r\n
    "#;
    play_simcom(&[SETUP_SIM7080, OPEN, dialogue], |modem, _| {
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
fn the_result_of_an_open_may_come_before_its_ok_or_behind_it() {
    let behind = r#"
        → AT+CAOPEN=1,0,"TCP","220.180.239.212",8009\r
        ← \r\nOK\r\n
        → AT+CASEND=0,2\r
        ← \r\n>
        → hi
        ← \r\nOK\r\n
        … 10000
        ← \r\n+CAOPEN: 1,0\r\n
        → AT+CASEND=1,2\r
        ← \r\n>\r\n
        → ho
        ← \r\nOK\r\n
    "#;
    play_simcom(&[SETUP_SIM7080, OPEN, behind], |modem, _| {
        let first = connected(modem);
        let second = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        second.setblocking(false).unwrap();
        assert_eq!(second.connect(PEER), Err(Error::InProgress));
        // meanwhile
        assert_eq!(first.send(b"hi"), Ok(2));
        second.setblocking(true).unwrap();
        assert_eq!(second.send(b"ho"), Ok(2));
        std::mem::forget((first, second));
    });
}

#[test]
fn a_connection_that_cannot_be_had_says_why_and_gives_its_id_back() {
    let dialogue = r#"
        → AT+CAOPEN=0,0,"TCP","220.180.239.212",8009\r
        ← \r\n+CAOPEN: 0,23\r\n\r\nOK\r\n
        → AT+CACLOSE=0\r
        ← \r\nOK\r\n
        → AT+CAOPEN=1,0,"TCP","220.180.239.212",8009\r
        ← \r\nOK\r\n\r\n+CAOPEN: 1,27\r\n
        → AT+CACLOSE=1\r
        ← \r\nOK\r\n
        → AT+CAOPEN=2,0,"TCP","220.180.239.212",8009\r
        ← \r\n+CME ERROR: 3\r\n
        → AT+CACLOSE=2\r
        ← \r\nOK\r\n
        → AT+CAOPEN=3,0,"TCP","220.180.239.212",8009\r
        ← \r\n+CAOPEN: 3,21\r\n\r\nERROR\r\n
        → AT+CACLOSE=3\r
        ← \r\nOK\r\n
        … 100
        → AT+CNACT=0,0\r
        ← \r\nOK\r\n
        → AT+CNACT?\r
        ← \r\n+CNACT: 0,0,"0.0.0.0"\r\n\r\nOK\r\n
        → AT+CASTATE?\r
        ← \r\nOK\r\n
        → AT+CNACT=0,1\r
        ← \r\nOK\r\n\r\n+APP PDP: 0,ACTIVE\r\n
        → AT+CNACT?\r
        ← \r\n+CNACT: 0,1,"10.1.2.4"\r\n\r\nOK\r\n
    "#;
    play_simcom(&[SETUP_SIM7080, dialogue], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.connect(PEER), Err(Error::ConnectionRefused));
        assert_eq!(sock.connect(PEER), Err(Error::HostUnreachable));
        assert_eq!(sock.connect(PEER), Err(Error::CommandFailed));
        // there is no context, and its loss was not heard: it is asked for again
        assert_eq!(sock.connect(PEER), Err(Error::NetworkDown));
        idle(modem, 500);
        sock.close().unwrap();
    });
}

/// The body begins in the line of its count, and nothing in it ends anything.
#[test]
fn data_that_look_like_results_are_data_however_they_are_cut() {
    let nasty = br"\r\n,OK\r\n+CASTATE: 0,0\r\n+CARECV: 9,RDY\r\n>\0\xff";
    let body = script::unescape(std::str::from_utf8(nasty).unwrap());
    let dialogue = format!(
        r"
        ← \r\n+CADATAIND: 0\r\n
        → AT+CARECV=0,64\r
        ← \r\n+CARECV: {},{}\r\n\r\nOK\r\n
        ",
        body.len(),
        std::str::from_utf8(nasty).unwrap()
    );
    for piece in [1, 2, 3, 7, usize::MAX] {
        play_simcom(&[SETUP_SIM7080, OPEN, &dialogue], |modem, script| {
            script.piece(piece);
            let sock = connected(modem);
            let mut buf = [0; 64];
            assert_eq!(sock.recv(&mut buf), Ok(body.len()), "in pieces of {piece}");
            assert_eq!(&buf[..body.len()], &body[..]);
            std::mem::forget(sock);
        });
    }
}

#[test]
fn closed_is_not_the_end_before_everything_is_read() {
    let dialogue = r#"
        ← \r\n+CADATAIND: 0\r\n\r\n+CASTATE: 0,0\r\n
        → AT+CARECV=0,64\r
        ← \r\n+CARECV: 5,first\r\n\r\nOK\r\n
        → AT+CARECV=0,64\r
        ← \r\n+CARECV: 4,last\r\n\r\nOK\r\n
        → AT+CARECV=0,64\r
        ← \r\n+CARECV: 0\r\n\r\nOK\r\n
        → AT+CACLOSE=0\r
        ← \r\nOK\r\n
    "#;
    play_simcom(&[SETUP_SIM7080, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        let mut buf = [0; 100];
        assert_eq!(sock.read(&mut buf), Ok(Some(9)));
        assert_eq!(&buf[..9], b"firstlast");
        assert_eq!(sock.recv(&mut buf), Ok(0));
        assert_eq!(sock.recv(&mut buf), Ok(0));
        assert_eq!(sock.send(b"x"), Err(Error::BrokenPipe));
        idle(modem, 2);
    });
}

#[test]
fn data_that_the_module_has_forgotten_are_missed() {
    let dialogue = r#"
        ← \r\n+CADATAIND: 0\r\n\r\n+CASTATE: 0,0\r\n
        → AT+CARECV=0,64\r
        ← \r\n+CME ERROR: 3\r\n
    "#;
    play_simcom(&[SETUP_SIM7080, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.recv(&mut [0; 100]), Err(Error::DataLost));
        std::mem::forget(sock);
    });
}

/// The manual has the id in front of the count; the modules do not.
#[test]
fn a_count_behind_an_id_is_no_empty_answer() {
    let dialogue = r#"
        ← \r\n+CADATAIND: 0\r\n
        → AT+CARECV=0,64\r
        ← \r\n+CARECV: 0,5,hello\r\n\r\nOK\r\n
    "#;
    play_simcom(&[SETUP_SIM7080, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.recv(&mut [0; 100]), Err(Error::DataLost));
        std::mem::forget(sock);
    });
}

#[test]
fn a_connection_that_ends_before_its_open_is_answered_was_there() {
    let dialogue = r#"
        → AT+CAOPEN=0,0,"TCP","220.180.239.212",8009\r
        ← \r\n+CAOPEN: 0,0\r\n\r\n+CADATAIND: 0\r\n\r\n+CASTATE: 0,0\r\n\r\nOK\r\n
        → AT+CARECV=0,64\r
        ← \r\n+CARECV: 3,bye\r\n\r\nOK\r\n
        → AT+CARECV=0,64\r
        ← \r\n+CARECV: 0\r\n\r\nOK\r\n
        → AT+CACLOSE=0\r
        ← \r\nOK\r\n
    "#;
    play_simcom(&[SETUP_SIM7080, dialogue], |modem, script| {
        let sock = connected(modem);
        let mut buf = [0; 8];
        assert_eq!(sock.read(&mut buf), Ok(Some(3)));
        assert_eq!(sock.recv(&mut buf), Ok(0));
        assert!(script.time() < 100, "the end was noticed {} ms late", script.time());
        idle(modem, 2);
    });
}

#[test]
fn a_send_that_fails_half_way_fails_its_socket_alone() {
    let dialogue = r#"
        → AT+CAOPEN=1,0,"TCP","220.180.239.212",8009\r
        ← \r\n+CAOPEN: 1,0\r\n\r\nOK\r\n
        → AT+CASEND=0,5\r
        ← \r\n>
        → hello
        ← \r\nERROR\r\n
        → AT+CACLOSE=0\r
        ← \r\nOK\r\n
        → AT+CASEND=1,5\r
        ← \r\n>
        → world
        ← \r\nOK\r\n
    "#;
    play_simcom(&[SETUP_SIM7080, OPEN, dialogue], |modem, _| {
        let (first, second) = (connected(modem), connected(modem));
        assert_eq!(first.send(b"hello"), Err(Error::SendFailed));
        assert_eq!(second.send(b"world"), Ok(5));
        std::mem::forget((first, second));
    });
}

/// If the prompt was lost the module waits for the payload, so it is written; without a result nobody knows
/// whether it was taken.
#[test]
fn a_send_whose_prompt_never_comes_fails_its_socket() {
    let dialogue = r#"
        → AT+CASEND=0,5\r
        … 10000
        → hello
        … 10100
        → AT\r
        ← \r\nOK\r\n
        → AT+CEREG?\r
        ← \r\n+CEREG: 2,1,"5B2F","0A1B2C3D",7\r\n\r\nOK\r\n
        → AT+CACLOSE=0\r
        ← \r\nOK\r\n
    "#;
    play_simcom(&[SETUP_SIM7080, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"hello"), Err(Error::SendFailed));
        idle(modem, 3000);
        assert_eq!(sock.send(b"again"), Err(Error::SendFailed));
        std::mem::forget(sock);
    });
}

#[test]
fn an_end_that_was_not_heard_is_found_in_the_list_of_sockets() {
    let dialogue = r#"
        → AT+CASEND=0,5\r
        ← \r\nERROR\r\n
        → AT+CASTATE?\r
        ← \r\n+CASTATE: 0,0\r\n\r\nOK\r\n
        → AT+CARECV=0,64\r
        ← \r\n+CARECV: 4,last\r\n\r\nOK\r\n
        → AT+CARECV=0,64\r
        ← \r\n+CARECV: 0\r\n\r\nOK\r\n
    "#;
    play_simcom(&[SETUP_SIM7080, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"hello"), Err(Error::BrokenPipe));
        let mut buf = [0; 8];
        assert_eq!(sock.recv(&mut buf), Ok(4));
        assert_eq!(sock.recv(&mut buf), Ok(0));
        std::mem::forget(sock);
    });
}

#[test]
fn a_late_rdy_ends_everything_and_the_module_is_set_up_again() {
    let dialogue = r#"
        ← \r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n
    "#;
    let setup = SETUP_SIM7080.replacen("→ AT\\r\n← AT\\r\\r\\nOK\\r\\n\n", "", 1);
    let check = r#"
        → AT+CEREG?\r
        ← \r\n+CEREG: 2,1,"5B2F","0A1B2C3D",7\r\n\r\nOK\r\n
    "#;
    let again = OPEN.replace("=0,0,", "=1,0,").replace("CAOPEN: 0", "CAOPEN: 1");
    play_simcom(&[SETUP_SIM7080, OPEN, dialogue, &setup, check, &again], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::ModuleReset));
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::ModuleReset));
        std::mem::forget(connected(modem));
        std::mem::forget(sock);
    });
}

#[test]
fn sockets_that_an_earlier_program_left_open_are_closed_first() {
    let left = SETUP_SIM7080.replace(
        "→ AT+CASTATE?\\r\n← \\r\\nOK\\r\\n",
        r"→ AT+CASTATE?\r
        ← \r\n+CASTATE: 0,1\r\n+CASTATE: 12,0\r\n\r\nOK\r\n
        → AT+CACLOSE=0\r
        ← \r\nOK\r\n
        → AT+CACLOSE=12\r
        ← \r\nERROR\r\n",
    );
    play_simcom(&[&left, OPEN], |modem, _| std::mem::forget(connected(modem)));
}

#[test]
fn names_are_resolved_before_the_ok_or_behind_it() {
    let dialogue = r#"
        → AT+CDNSGIP="example.com"\r
        ← \r\nOK\r\n
        … 300
        ← \r\n+CDNSGIP: 1,"example.com","192.0.2.10","192.0.2.11"\r\n
        → AT+CDNSGIP="early.example"\r
        ← \r\n+CDNSGIP: 1,"early.example","2001:DB8::1","192.0.2.12"\r\n\r\nOK\r\n
        → AT+CDNSGIP="nosuch.invalid"\r
        ← \r\nOK\r\n\r\n+CDNSGIP: 0,8\r\n
        → AT+CDNSGIP="nosuch.invalid"\r
        ← \r\n+CDNSGIP: 0,8\r\n\r\nERROR\r\n
        → AT+CDNSGIP="offline.example"\r
        ← \r\nOK\r\n\r\n+CDNSGIP: 0,3\r\n
    "#;
    play_simcom(&[SETUP_SIM7080, dialogue], |modem, _| {
        let found = |name| getaddrinfo(modem, name, 80).map(|all| all[0].sockaddr.to_string());
        assert_eq!(found("example.com").unwrap(), "192.0.2.10:80");
        assert_eq!(found("early.example").unwrap(), "192.0.2.12:80");
        assert_eq!(found("nosuch.invalid"), Err(Error::Dns(-2)));
        assert_eq!(found("nosuch.invalid"), Err(Error::Dns(-2)));
        assert_eq!(found("offline.example"), Err(Error::Dns(-3)));
    });
}

#[test]
fn the_result_of_a_look_up_that_was_given_up_ends_nothing_else() {
    let dialogue = r#"
        → AT+CDNSGIP="slow.example"\r
        ← \r\nOK\r\n
        … 61000
        → AT+CASEND=0,5\r
        ← \r\n+CDNSGIP: 1,"slow.example","192.0.2.10"\r\n
        … 50
        ← \r\n>
        → hello
        ← \r\nOK\r\n
    "#;
    play_simcom(&[SETUP_SIM7080, OPEN, dialogue], |modem, script| {
        let sock = connected(modem);
        assert_eq!(getaddrinfo(modem, "slow.example", 80), Err(Error::TimedOut));
        while script.time() < 62_000 {
            modem.clock().pause();
        }
        assert_eq!(sock.send(b"hello"), Ok(5));
        std::mem::forget(sock);
    });
}

#[test]
fn what_the_family_cannot_do_is_refused_without_a_word_to_the_module() {
    play_simcom(&[SETUP_SIM7080], |modem, _| {
        let datagrams = socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap();
        assert_eq!(datagrams.sendto(b"x", PEER), Err(Error::NotSupported));
        assert_eq!(datagrams.bind(([0, 0, 0, 0], 3030)), Err(Error::NotSupported));
        datagrams.close().unwrap();
        let ipv6 = socket(modem, AF_INET6, SOCK_STREAM, 0).unwrap();
        let address: std::net::SocketAddr = "[2001:db8::1]:80".parse().unwrap();
        assert_eq!(ipv6.connect(address), Err(Error::AfNotSupported));
        ipv6.close().unwrap();
        let server = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        server.bind(([0, 0, 0, 0], 3030)).unwrap();
        assert_eq!(server.listen(1), Err(Error::NotSupported));
        server.close().unwrap();
        let can = modem.capabilities();
        assert_eq!((can.links, can.listeners, can.max_datagram), (12, 0, 0));
    });
}

#[test]
fn the_card_has_a_number_and_the_farewell_is_the_answer() {
    let dialogue = r"
        → AT+CCID\r
        ← \r\n89860113853301234567\r\n\r\nOK\r\n
        → AT+CPOWD=1\r
        … 1800
        ← \r\nNORMAL POWER DOWN\r\n
    ";
    play_simcom(&[SETUP_SIM7080, dialogue], |modem, script| {
        let lte = Cellular::new(modem);
        assert_eq!(lte.iccid().unwrap(), "89860113853301234567");
        lte.power_off().unwrap();
        assert!(script.time() < 3000);
    });
}

//! Quectel modules that restart, fall silent or answer late, as dialogues: bytes are sent once, answers
//! are taken for what they are, and all works again after.

use crate::script::cellular::{
    CHECK, CLOSE, OPEN, PEER, SETUP_BG96, connected, idle, open_next, play_quectel, setup,
    setup_again,
};
use fugit::ExtU32;
use usocket::{AF_INET, Error, SOCK_DGRAM, SOCK_STREAM, getaddrinfo, socket};

#[test]
fn a_late_ok_of_a_call_is_not_the_answer_to_the_question_behind_it() {
    let calls = r#"
        → AT\r
        → AT\r
        ← AT\r\r\nOK\r\n
        → AT+CMEE?\r
        ← AT+CMEE?\r\r\nOK\r\n
        … 50
        ← \r\n+CMEE: 1\r\n\r\nOK\r\n
    "#;
    play_quectel(&[calls, &setup(), OPEN, CLOSE], |modem, _| {
        connected(modem).close().unwrap();
    });
}

#[test]
fn the_ok_of_a_look_up_that_comes_behind_its_result_is_not_that_of_the_next_command() {
    let dialogue = r#"
        → AT+QIDNSGIP=1,"example.com"\r
        ← \r\n+QIURC: "dnsgip",0,1,600\r\n\r\n+QIURC: "dnsgip","192.0.2.10"\r\n
        … 300
        ← \r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue, CLOSE], |modem, _| {
        let sock = connected(modem);
        let found = getaddrinfo(modem, "example.com", 80).unwrap()[0].sockaddr;
        assert_eq!(found, "192.0.2.10:80".parse().unwrap());
        sock.close().unwrap();
    });
}

#[test]
fn the_result_of_a_look_up_that_was_given_up_ends_no_other_command() {
    let dialogue = r#"
        → AT+QIDNSGIP=1,"example.com"\r
        ← \r\nOK\r\n
        … 61000
        → AT+QICLOSE=0\r
        ← \r\n+QIURC: "dnsgip",565\r\n
        … 300
        ← \r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, script| {
        let sock = connected(modem);
        assert_eq!(getaddrinfo(modem, "example.com", 80), Err(Error::TimedOut));
        idle(modem, 2000);
        let start = script.time();
        sock.close().unwrap();
        assert!(script.time() - start >= 300, "closed before the module said so");
    });
}

#[test]
fn a_late_prompt_gets_the_payload_that_it_is_for_though_the_timeout_is_over() {
    let dialogue = r#"
        → AT+QISEND=0,5\r
        … 9990
        → hello
        … 4000
        ← \r\n> 
        → hello
        ← \r\nSEND OK\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 0\r\n\r\nOK\r\n
        → AT+QISEND=0,6\r
        ← \r\n> 
        → world!
        ← \r\nSEND OK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        sock.settimeout(Some(100.millis())).unwrap();
        assert_eq!(sock.send(b"hello"), Ok(5));
        sock.settimeout(Some(30.millis())).unwrap();
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::TimedOut));
        sock.settimeout(None).unwrap();
        assert_eq!(sock.send(b"world!"), Ok(6));
        std::mem::forget(sock);
    });
}

#[test]
fn a_payload_that_cannot_be_sent_any_more_is_still_written() {
    let dialogue = r#"
        → AT+QISEND=0,5\r
        ← \r\n+QIURC: "pdpdeact",1\r\n
        … 20
        ← \r\n> 
        → hello
        ← \r\nERROR\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"hello"), Err(Error::NetworkDown));
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::NetworkDown));
        std::mem::forget(sock);
    });
}

#[test]
fn a_datagram_that_may_have_been_sent_before_a_restart_is_not_sent_again() {
    let open = r#"
        → AT+QIOPEN=1,0,"UDP SERVICE","127.0.0.1",0,3030,0\r
        ← \r\nOK\r\n\r\n+QIOPEN: 0,0\r\n
    "#;
    let dialogue = r#"
        → AT+QISEND=0,5,"10.7.76.34",7687\r
        ← \r\n> 
        → hello
        … 20
        ← \r\nRDY\r\n\r\nAPP RDY\r\n
    "#;
    let again = r#"
        → AT+QISEND=1,5,"10.7.76.34",7687\r
        ← \r\n> 
        → world
        ← \r\nSEND OK\r\n
    "#;
    let parts = [SETUP_BG96, open, dialogue, &setup_again(), CHECK, &open_next(open), again];
    play_quectel(&parts, |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap();
        sock.bind(([0, 0, 0, 0], 3030)).unwrap();
        sock.setblocking(false).unwrap();
        let to = ([10, 7, 76, 34], 7687);
        assert_eq!(sock.sendto(b"hello", to), Ok(5));
        idle(modem, 600);
        assert_eq!(sock.sendto(b"world", to), Err(Error::ModuleReset));
        assert_eq!(sock.sendto(b"world", to), Ok(5));
        idle(modem, 600);
        std::mem::forget(sock);
    });
}

/// A module that says `RDY` and has not restarted waits for its payload all the same; and the driver
/// cannot know that it does before the prompt comes.
#[test]
fn a_restart_that_was_none_leaves_no_module_that_waits_for_payload() {
    let dialogue = r#"
        → AT+QISEND=0,5\r
        ← \r\nRDY\r\n
        … 20
        ← \r\n> 
        → \r\r\r\r\r
        ← \r\nSEND OK\r\n
        → AT\r
        ← \r\nOK\r\n
        → AT+CMEE?\r
        ← \r\n+CMEE: 1\r\n\r\nOK\r\n
    "#;
    let left_open = r#"
        → AT+QISTATE?\r
        ← \r\n+QISTATE: 0,"TCP","220.180.239.212",8009,65514,2,1,0,0,"uart1"\r\n\r\nOK\r\n
        → AT+QICLOSE=0,0\r
        ← \r\nOK\r\n
    "#;
    let setup = setup_again();
    let (first, rest) = setup.split_once("→ AT+QISTATE?").unwrap();
    let rest = rest.split_once("→ AT+QIACT?").unwrap().1;
    let first = format!("{first}\n{left_open}\n→ AT+QIACT?{rest}");
    // `APP RDY` is waited for
    let model = "→ AT+CGMM\\r\n← \\r\\nBG96\\r\\n\\r\\nOK\\r\\n\n";
    let first = first.replacen(model, &model.repeat(31), 1);
    play_quectel(&[SETUP_BG96, OPEN, dialogue, &first, CHECK, &open_next(OPEN)], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"hello"), Err(Error::ModuleReset));
        std::mem::forget(connected(modem));
        std::mem::forget(sock);
    });
}

/// The words of a module that starts again fill up the count; no `OK` is among them.
#[test]
fn what_a_restart_makes_of_a_late_answer_is_no_data() {
    let dialogue = r#"
        ← \r\n+QIURC: "recv",0\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 8\r
        … 10000
        → AT\r
        ← \r\nRDY\r\n\r\n+CFUN: 1\r\n
        … 600
        → AT\r
        ← AT\r\r\nOK\r\n
    "#;
    let parts = [SETUP_BG96, OPEN, dialogue, &setup_again(), CHECK, &open_next(OPEN)];
    play_quectel(&parts, |modem, _| {
        let sock = connected(modem);
        // what stands behind the count shows that it is no answer
        assert_eq!(sock.recv(&mut [0; 64]), Err(Error::DataLost));
        std::mem::forget(connected(modem));
        std::mem::forget(sock);
    });
}

#[test]
fn an_answer_that_is_late_and_whole_is_data() {
    let dialogue = r#"
        ← \r\n+QIURC: "recv",0\r\n
        → AT+QIRD=0,64\r
        … 10000
        → AT\r
        ← \r\n+QIRD: 5\r\nhello\r\n\r\nOK\r\n
        → AT+CEREG?\r
        ← \r\nOK\r\n
        ← \r\n+CEREG: 2,1,"5B2F","0A1B2C3D",8\r\n\r\nOK\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 0\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        let mut buf = [0; 64];
        assert_eq!(sock.recv(&mut buf), Ok(5));
        assert_eq!(&buf[..5], b"hello");
        idle(modem, 200);
        std::mem::forget(sock);
    });
}

#[test]
fn a_datagram_on_its_way_when_the_context_is_lost_is_lost_whole() {
    let open = r#"
        → AT+QIOPEN=1,0,"UDP SERVICE","127.0.0.1",0,3030,0\r
        ← \r\nOK\r\n\r\n+QIOPEN: 0,0\r\n
    "#;
    let dialogue = r#"
        ← \r\n+QIURC: "recv",0\r\n
        → AT+QIRD=0\r
        ← \r\n+QIURC: "pdpdeact",1\r\n\r\n+QIRD: 5,"10.7.76.34",7687\r\nhello\r\n\r\nOK\r\n
        … 200
        → AT+QIDEACT=1\r
        ← \r\nOK\r\n
        → AT+QIACT=1\r
        ← \r\nOK\r\n
        → AT+QIACT?\r
        ← \r\n+QIACT: 1,1,1,"10.7.157.2"\r\n\r\nOK\r\n
    "#;
    let next = r#"
        ← \r\n+QIURC: "recv",1\r\n
        → AT+QIRD=1\r
        ← \r\n+QIRD: 5,"10.7.76.35",7688\r\nworld\r\n\r\nOK\r\n
        → AT+QIRD=1\r
        ← \r\n+QIRD: 0\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, open, dialogue, &open_next(open), next], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap();
        sock.bind(([0, 0, 0, 0], 3030)).unwrap();
        let mut buf = [0; 16];
        assert_eq!(sock.recvfrom(&mut buf), Err(Error::NetworkDown));
        assert_eq!(sock.recvfrom(&mut buf), Ok((5, "10.7.76.35:7688".parse().unwrap())));
        assert_eq!(&buf[..5], b"world");
        idle(modem, 100);
        std::mem::forget(sock);
    });
}

#[test]
fn a_connection_that_came_unheard_is_closed_when_its_listener_is() {
    let dialogue = r#"
        → AT+QIOPEN=1,0,"TCP LISTENER","127.0.0.1",0,2020,0\r
        ← \r\nOK\r\n\r\n+QIOPEN: 0,0\r\n
        → AT+QICLOSE=0\r
        ← \r\nOK\r\n
        → AT+QISTATE?\r
        ← \r\n+QISTATE: 11,"TCP INCOMING","172.31.242.222",54091,2020,2,1,0,0,"uart1"\r\n\r\nOK\r\n
        → AT+QICLOSE=11,0\r
        ← \r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        let listener = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        listener.bind(([0, 0, 0, 0], 2020)).unwrap();
        listener.listen(1).unwrap();
        listener.close().unwrap();
        idle(modem, 100);
    });
}

#[test]
fn a_late_word_that_nothing_waits_is_no_datagram() {
    let dialogue = r#"
        → AT+QIOPEN=1,0,"UDP SERVICE","127.0.0.1",0,3030,0\r
        ← \r\nOK\r\n\r\n+QIOPEN: 0,0\r\n
        → AT+QIRD=0\r
        … 10000
        → AT\r
        ← \r\n+QIRD: 0\r\n\r\nOK\r\n
        → AT+CEREG?\r
        ← \r\nOK\r\n\r\n+CEREG: 2,1,"5B2F","0A1B2C3D",8\r\n\r\nOK\r\n
        → AT+QIRD=0\r
        ← \r\n+QIRD: 5,"10.7.76.34",7687\r\nhello\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap();
        sock.bind(([0, 0, 0, 0], 3030)).unwrap();
        let mut buf = [0; 16];
        assert_eq!(sock.recvfrom(&mut buf), Ok((5, "10.7.76.34:7687".parse().unwrap())));
        std::mem::forget(sock);
    });
}

#[test]
fn a_payload_of_which_bytes_were_lost_is_filled_up_when_nothing_else_helps() {
    let dialogue = r#"
        → AT+QISEND=0,5\r
        ← \r\n> 
        → hello
        … 120000
        → AT\r
        → AT\r
        → AT\r
        → AT\r
        → AT\r
        → \r\r\r\r\r
        ← \r\nSEND OK\r\n
        → AT\r
        ← \r\nOK\r\n
        → AT+CEREG?\r
        ← \r\n+CEREG: 2,1,"5B2F","0A1B2C3D",8\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue, CLOSE], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"hello"), Err(Error::SendFailed));
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::SendFailed));
        sock.close().unwrap();
    });
}

/// The module has restarted unheard when it had been given up.
#[test]
fn a_context_that_is_gone_with_a_module_that_was_given_up_is_got_back() {
    let silence = format!("→ AT+QIRD=0,64\\r\n{}", "→ AT\\r\n".repeat(8));
    let call = "→ AT\\r\n← AT\\r\\r\\nOK\\r\\n\n";
    let found = r#"← \r\n+QIACT: 1,1,1,"10.7.157.1"\r\n\r\nOK\r\n"#;
    let setup = setup_again().replace(found, r"← \r\nOK\r\n");
    let again = r#"
        → AT+QIDEACT=1\r
        ← \r\nOK\r\n
        → AT+QICSGP=1,1,"internet","","",0\r
        ← \r\nOK\r\n
        → AT+QIACT=1\r
        ← \r\nOK\r\n
        → AT+QIACT?\r
        ← \r\n+QIACT: 1,1,1,"10.7.157.1"\r\n\r\nOK\r\n
    "#;
    play_quectel(
        &[SETUP_BG96, OPEN, &silence, call, &setup, again, &open_next(OPEN)],
        |modem, _| {
            let sock = connected(modem);
            assert_eq!(sock.recv(&mut [0; 4]), Err(Error::ModuleSilent));
            let fresh = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            assert_eq!(fresh.connect(PEER), Ok(()));
            std::mem::forget((sock, fresh));
        },
    );
}

/// A message can begin like a prompt, and come when one is due.
#[test]
fn a_text_that_begins_like_a_prompt_is_none() {
    let dialogue = r#"
        → AT+QISEND=0,5\r
        ← \r\n+CMT: "+49170",,"26/01/01,10:00:00+04"\r\n> hello\r\n
        … 20
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
fn the_answer_to_a_command_that_was_cut_off_is_not_taken_for_that_of_the_next_setup() {
    let dialogue = r#"
        → AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0\r
        ← \r\nPOWERED DOWN\r\n
        → AT\r
        ← \r\nOK\r\n
        → AT+CMEE?\r
        ← \r\nOK\r\n\r\n+CMEE: 0\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, dialogue, &setup_again(), CHECK, &open_next(OPEN)], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.connect(PEER), Err(Error::PoweredDown));
        sock.connect(PEER).unwrap();
        std::mem::forget(sock);
    });
}

#[test]
fn words_of_old_modules_mean_nothing_on_newer_ones() {
    let dialogue = r#"
        ← \r\n0, CLOSED\r\n\r\n0,CLOSED\r\n\r\n+QIURC: "recv",0\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 1\r\nx\r\n\r\nOK\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 0\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.recv(&mut [0; 1]), Ok(1));
        idle(modem, 5);
        assert_eq!(sock.getpeername(), Ok(PEER.into()));
        std::mem::forget(sock);
    });
}

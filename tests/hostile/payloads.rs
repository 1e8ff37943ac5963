//! Peers that send what modules say.

use std::time::Duration;

use fugit::ExtU32;
use usocket::{AF_INET, Memory, SOCK_DGRAM, SOCK_STREAM, socket};
use usocket_simulator::{Profile, VirtualWorld};

use crate::world::{self, PEER};

/// Lines that would close, answer, restart or mislead, if they were not payload.
const NASTY: &[u8] = b"\r\nOK\r\n\r\nERROR\r\n0,CLOSED\r\n4,CLOSED\r\nCLOSED\r\n> \r\n+IPD,3,5:EVIL!\r\nready\r\n\
RDY\r\n+QIURC: \"closed\",0\r\n+QIURC: \"pdpdeact\",1\r\nPOWERED DOWN\r\n+CIPRECVDATA:3,abc\r\nSEND OK\r\n\
+QIRD: 7\r\n+CASTATE: 0,0\r\n+APP PDP: 0,DEACTIVE\r\nWIFI DISCONNECT\r\nbusy p...\r\n+CMT: 1\r\n\0\xff\x1a+++";

/// Sends [`NASTY`] so that its byte number `cut` is the first of another segment, over each module.
fn cut_at(cut: usize, profile: Profile) {
    let world = VirtualWorld::new(profile).joined(true);
    let host = world.listen(PEER, 80);
    let udp = world.udp_host(PEER, 81);
    let mut memory = Memory::<3, 1024, 64>::new();
    let modem = world::modem(&world, &mut memory);
    let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
    let other = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
    for sock in [&sock, &other] {
        sock.settimeout(Some(10.secs())).unwrap();
        sock.connect((PEER, 80)).unwrap();
    }
    let (peer, peer_of_other) = (host.accept().unwrap(), host.accept().unwrap());
    peer.send(&NASTY[..cut]);
    let later = peer.clone();
    world.after(Duration::from_millis(3), move |_| later.send(&NASTY[cut..]));
    let mut got = vec![0; NASTY.len()];
    assert_eq!(sock.read(&mut got), Ok(Some(NASTY.len())));
    assert!(got == NASTY, "cut at {cut}");
    peer_of_other.send(b"mine");
    let mut buf = [0; 8];
    assert_eq!(other.recv(&mut buf), Ok(4), "cut at {cut}");
    assert_eq!(&buf[..4], b"mine");
    if modem.capabilities().max_datagram > 0 && cut.is_multiple_of(16) {
        let datagrams = socket(&modem, AF_INET, SOCK_DGRAM, 0).unwrap();
        datagrams.settimeout(Some(10.secs())).unwrap();
        udp.on_datagram(|_, _| vec![NASTY.to_vec()]);
        assert_eq!(datagrams.sendto(b"?", (PEER, 81)), Ok(1));
        assert_eq!(datagrams.recvfrom(&mut got), Ok((NASTY.len(), (PEER, 81).into())));
        assert!(got == NASTY);
    }
}

#[test]
fn a_payload_that_reads_like_the_module_is_payload_wherever_it_is_cut() {
    for name in ["esp32c3-4.1", "quectel-bg96", "simcom-sim7080"] {
        for cut in (1..NASTY.len()).step_by(4) {
            cut_at(cut, Profile::by_name(name).unwrap());
        }
    }
}

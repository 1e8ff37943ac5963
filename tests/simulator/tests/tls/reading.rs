//! Passive TLS links: lengths of ciphertext, records without data, and early `CLOSED` (ESP-AT digest
//! §8.6, §8.8, Q10, Q12, Q13).

use super::{OK, open, play, say, scene};
use usocket_simulator::profile::Firmware;
use usocket_simulator::{Peer, Profile, VirtualWorld};

/// A passive link 0 and its peer.
fn passive(profile: Profile) -> (VirtualWorld, Peer) {
    let (world, host) = scene(profile);
    say(&world, "AT+CIPRECVMODE=1", OK);
    open(&world, true);
    let peer = host.accept().expect("peer");
    (world, peer)
}

#[test]
fn the_notice_counts_ciphertext_and_the_read_what_is_in_it() {
    for profile in [Profile::esp32_3_2(), Profile::esp32c3_4_1()] {
        let (world, peer) = passive(profile);
        peer.send(&[b'x'; 494]);
        let data = "x".repeat(494);
        play(
            &world,
            &format!(
                "< \\r\\n+IPD,0,523\\r\\n
                 > AT+CIPRECVDATA=0,523\\r\\n
                 < +CIPRECVDATA:494,{data}\\r\\nOK\\r\\n
                 > AT+CIPRECVDATA=0,29\\r\\n
                 < \\r\\nERROR\\r\\n"
            ),
        );
        peer.send(b"more");
        play(&world, "< \\r\\n+IPD,0,33\\r\\n");
    }
}

#[test]
fn a_record_at_a_time_is_decrypted() {
    let (world, peer) = passive(Profile::esp32_3_2());
    peer.send(b"first");
    peer.send(b"second");
    play(
        &world,
        r"
        < \r\n+IPD,0,34\r\n
        > AT+CIPRECVLEN?\r\n
        < +CIPRECVLEN:69,-1,-1,-1,-1\r\n\r\nOK\r\n
        > AT+CIPRECVDATA=0,3\r\n
        < +CIPRECVDATA:3,fir\r\nOK\r\n
        < \r\n+IPD,0,37\r\n
        > AT+CIPRECVDATA=0,100\r\n
        < +CIPRECVDATA:2,st\r\nOK\r\n
        < \r\n+IPD,0,35\r\n
        > AT+CIPRECVDATA=0,100\r\n
        < +CIPRECVDATA:6,second\r\nOK\r\n
        ",
    );
}

#[test]
fn later_firmware_leaves_out_what_is_still_encrypted() {
    let (world, peer) = passive(Profile::esp32c3_4_1());
    peer.send(b"first");
    peer.send(b"second");
    play(
        &world,
        r"
        < \r\n+IPD,0,34\r\n
        > AT+CIPRECVDATA=0,3\r\n
        < +CIPRECVDATA:3,fir\r\nOK\r\n
        < \r\n+IPD,0,2\r\n
        > AT+CIPRECVDATA=0,100\r\n
        < +CIPRECVDATA:2,st\r\nOK\r\n
        < \r\n+IPD,0,35\r\n
        > AT+CIPRECVDATA=0,100\r\n
        < +CIPRECVDATA:6,second\r\nOK\r\n
        ",
    );
}

#[test]
fn a_record_without_data_gives_a_notice_and_then_an_error() {
    let (world, peer) = passive(Profile::esp32c3_4_1());
    peer.send_control();
    play(
        &world,
        r"
        < \r\n+IPD,0,31\r\n
        > AT+CIPRECVDATA=0,2048\r\n
        < \r\nERROR\r\n
        ",
    );
    // The error is no read: only the host's own look finds what comes next (§8.4).
    peer.send(b"data");
    play(
        &world,
        r"
        > AT+CIPRECVLEN?\r\n
        < +CIPRECVLEN:33,0,0,0,0\r\n\r\nOK\r\n
        > AT+CIPRECVDATA=0,2048\r\n
        < +CIPRECVDATA:4,data\r\nOK\r\n
        ",
    );
}

#[test]
fn closed_waits_for_the_data_from_3_3_on() {
    let (world, peer) = passive(Profile::esp32c3_4_1());
    peer.send(b"tail");
    peer.close();
    play(
        &world,
        r"
        < \r\n+IPD,0,33\r\n
        > AT+CIPRECVDATA=0,2048\r\n
        < +CIPRECVDATA:4,tail\r\nOK\r\n
        < \r\n+IPD,0,31\r\n
        < 0,CLOSED\r\n
        > AT+CIPRECVDATA=0,2048\r\n
        < \r\nERROR\r\n
        ",
    );
}

#[test]
fn closed_comes_before_the_data_on_older_firmware() {
    for profile in [Profile::esp32_3_2(), Profile::esp8266_2_2_2()] {
        let (world, peer) = passive(profile);
        peer.send(b"tail");
        peer.close();
        play(
            &world,
            r"
            < \r\n+IPD,0,33\r\n
            < 0,CLOSED\r\n
            > AT+CIPRECVDATA=0,2048\r\n
            < \r\nERROR\r\n
            ",
        );
    }
    // A plain link of the same firmware keeps them.
    let (world, _) = scene(Profile::esp32_3_2());
    let host = world.listen(super::PEER, 80);
    say(&world, "AT+CIPRECVMODE=1", OK);
    say(&world, "AT+CIPSTART=0,\"TCP\",\"192.168.3.102\",80", "0,CONNECT\\r\\n\\r\\nOK\\r\\n");
    let peer = host.accept().unwrap();
    peer.send(b"tail");
    peer.close();
    play(
        &world,
        r"
        < \r\n+IPD,0,4\r\n
        > AT+CIPRECVDATA=0,2048\r\n
        < +CIPRECVDATA:4,tail\r\nOK\r\n
        < 0,CLOSED\r\n
        ",
    );
}

#[test]
fn active_reports_have_the_length_of_the_data() {
    let (world, host) = scene(Profile::esp32_3_2());
    open(&world, true);
    let peer = host.accept().unwrap();
    peer.send_control();
    peer.send(b"tail");
    peer.close();
    play(&world, "< \\r\\n+IPD,0,4:tail\\r\\n0,CLOSED\\r\\n");
}

#[test]
fn what_is_held_back_pours_out_decrypted() {
    let (world, peer) = passive(Profile::esp32c3_4_1());
    peer.send(b"one");
    play(
        &world,
        r"
        < \r\n+IPD,0,32\r\n
        > AT+CIPRECVMODE=0\r\n
        < \r\n+IPD,0,3:one\r\n
        < \r\nOK\r\n
        > AT+CIPRECVMODE=1\r\n
        < \r\nOK\r\n
        ",
    );
    peer.send(b"two");
    play(&world, "< \\r\\n+IPD,0,32\\r\\n");
}

#[test]
fn firmware_before_3_0_is_busy_while_records_come() {
    let mut profile = Profile::esp32_3_2();
    let Firmware::EspAt(release) = &mut profile.firmware else { panic!("ESP-AT") };
    release.tls.busy = true;
    let (world, peer) = passive(profile);
    peer.send(b"data");
    play(
        &world,
        r"
        < \r\n+IPD,0,33\r\n
        > AT+CIPRECVDATA=0,33\r\n
        < \r\nbusy p...\r\n
        ",
    );
    world.advance(core::time::Duration::from_millis(30));
    say(&world, "AT+CIPRECVDATA=0,33", "+CIPRECVDATA:4,data\\r\\nOK\\r\\n");
}

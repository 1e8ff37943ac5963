//! UDP links (ESP-AT digest §6.2, §7.1, §8.7), broadcast and multicast (§12).

use core::net::{Ipv4Addr, SocketAddr};
use core::time::Duration;
use usocket_simulator::replay::Script;
use usocket_simulator::{Profile, UdpHost, VirtualWorld};

const GROUP: Ipv4Addr = Ipv4Addr::new(239, 1, 2, 3);

fn play(world: &VirtualWorld, text: &str) {
    play_with(world, text, |_| ());
}

fn play_with(world: &VirtualWorld, text: &str, cue: impl FnMut(&str)) {
    if let Err(mismatch) = Script::parse(text).expect("script").play(world, cue) {
        panic!("{mismatch}");
    }
}

/// A joined module without echo and with several links.
fn multiplexed(profile: Profile) -> VirtualWorld {
    let echo = if profile.is_legacy() { r"\r" } else { "" };
    let world = VirtualWorld::new(profile).joined(true);
    play(&world, &format!(r"> ATE0\r\n{}< ATE0{echo}\r\n\r\nOK\r\n", '\n'));
    play(
        &world,
        r"
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        ",
    );
    world
}

/// As above, with the senders' addresses in reports and reads.
fn informed(profile: Profile) -> VirtualWorld {
    let world = multiplexed(profile);
    play(&world, "> AT+CIPDINFO=1\\r\\n\n< \\r\\nOK\\r\\n\n");
    world
}

fn host(world: &VirtualWorld, last: u8, port: u16) -> UdpHost {
    world.udp_host(Ipv4Addr::new(192, 168, 3, last), port)
}

#[test]
fn udp_modes_decide_who_is_answered() {
    for (mode, port) in [(0, 1000), (1, 2000), (2, 3000)] {
        let world = multiplexed(Profile::esp32c3_4_1());
        let first = world.udp_host(Ipv4Addr::new(192, 168, 3, 1), 1000);
        let second = world.udp_host(Ipv4Addr::new(192, 168, 3, 2), 2000);
        let third = world.udp_host(Ipv4Addr::new(192, 168, 3, 3), 3000);
        let script = Script::parse(&format!(
            r#"
            > AT+CIPSTART=4,"UDP","192.168.3.1",1000,1112,{mode}\r\n
            < 4,CONNECT\r\n\r\nOK\r\n
            ! talk
            < \r\n+IPD,4,3:two\r\n\r\n+IPD,4,5:three\r\n
            > AT+CIPSEND=4,2\r\n
            < \r\nOK\r\n\r\n>
            > hi
            < \r\nRecv 2 bytes\r\n\r\nSEND OK\r\n
            "#
        ));
        let talk = |_: &str| {
            second.send_to(1112, b"two");
            third.send_to(1112, b"three");
        };
        script.unwrap().play(&world, talk).unwrap();
        for (host, number) in [(&first, 1000), (&second, 2000), (&third, 3000)] {
            assert_eq!(host.received().len(), usize::from(number == port), "mode {mode}");
        }
    }
}

#[test]
fn a_broadcast_reaches_every_host_on_the_port() {
    let world = multiplexed(Profile::esp32c3_4_1());
    let hosts =
        [1, 2].map(|n| (world.udp_host(Ipv4Addr::new(192, 168, 3, n), 9), Ipv4Addr::LOCALHOST));
    play(
        &world,
        r#"
        > AT+CIPSTART=4,"UDP","255.255.255.255",9,1112,0\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSEND=4,2\r\n
        < \r\nOK\r\n\r\n>
        > hi
        < \r\nRecv 2 bytes\r\n\r\nSEND OK\r\n
        "#,
    );
    let module = SocketAddr::from((Ipv4Addr::new(192, 168, 3, 112), 1112));
    for (host, _) in hosts {
        assert_eq!(host.received(), [(module, b"hi".to_vec())]);
    }
}

#[test]
fn every_mode_hears_everyone_and_tells_the_true_sender() {
    for mode in 0..=2 {
        let world = informed(Profile::esp32c3_4_1());
        let (one, two) = (host(&world, 1, 1000), host(&world, 2, 2000));
        let script = format!(
            r#"
            > AT+CIPSTART=4,"UDP","192.168.3.1",1000,1112,{mode}\r\n
            < 4,CONNECT\r\n\r\nOK\r\n
            ! talk
            < \r\n+IPD,4,3,"192.168.3.2",2000:two\r\n\r\n+IPD,4,3,"192.168.3.1",1000:one\r\n
            "#
        );
        play_with(&world, &script, |_| {
            two.send_to(1112, b"two");
            one.send_to(1112, b"one");
        });
    }
}

#[test]
fn mode_1_follows_once_and_mode_2_always() {
    for (mode, shown) in [(0, "1\",1000"), (1, "2\",2000"), (2, "3\",3000")] {
        let world = multiplexed(Profile::esp32c3_4_1());
        let hosts = [(1, 1000), (2, 2000), (3, 3000)].map(|(n, port)| host(&world, n, port));
        let script = format!(
            r#"
            > AT+CIPSTART=4,"UDP","192.168.3.1",1000,1112,{mode}\r\n
            < 4,CONNECT\r\n\r\nOK\r\n
            ! talk
            < \r\n+IPD,4,1:x\r\n\r\n+IPD,4,1:x\r\n\r\n+IPD,4,1:x\r\n
            > AT+CIPSTATE?\r\n
            < +CIPSTATE:4,"UDP","192.168.3.{shown},1112,0\r\n\r\nOK\r\n
            "#
        );
        play_with(&world, &script, |_| hosts.iter().for_each(|host| host.send_to(1112, b"x")));
    }
}

#[test]
fn a_listening_link_has_no_remote_until_somebody_speaks() {
    let world = multiplexed(Profile::esp32c3_4_1());
    let peer = host(&world, 1, 1000);
    play_with(
        &world,
        r#"
        > AT+CIPSTART=4,"UDP","0.0.0.0",2390,2390,2\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSEND=4,4\r\n
        < \r\nOK\r\n\r\n>
        > lost
        < \r\nRecv 4 bytes\r\n\r\nSEND OK\r\n
        ! talk
        < \r\n+IPD,4,2:hi\r\n
        > AT+CIPSEND=4,5\r\n
        < \r\nOK\r\n\r\n>
        > hello
        < \r\nRecv 5 bytes\r\n\r\nSEND OK\r\n
        "#,
        |_| peer.send_to(2390, b"hi"),
    );
    let module = SocketAddr::from(([192, 168, 3, 112], 2390));
    assert_eq!(peer.received(), [(module, b"hello".to_vec())]);
}

#[test]
fn a_send_with_an_address_is_for_that_datagram_only() {
    let world =
        multiplexed(Profile::esp32c3_4_1()).dns("other.test", Ipv4Addr::new(192, 168, 3, 2));
    let (one, two) = (host(&world, 1, 1000), host(&world, 2, 2000));
    play(
        &world,
        r#"
        > AT+CIPSTART=4,"UDP","192.168.3.1",1000,1112,0\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSEND=4,1,"192.168.3.2",2000\r\n
        < \r\nOK\r\n\r\n>
        > a
        < \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
        > AT+CIPSEND=4,1,"other.test",2000\r\n
        < \r\nOK\r\n\r\n>
        > b
        < \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
        > AT+CIPSEND=4,1\r\n
        < \r\nOK\r\n\r\n>
        > c
        < \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
        "#,
    );
    let data = |host: &UdpHost| host.received().into_iter().map(|it| it.1).collect::<Vec<_>>();
    assert_eq!((data(&one), data(&two)), (vec![b"c".to_vec()], vec![b"a".to_vec(), b"b".to_vec()]));
}

#[test]
fn a_local_port_is_held_by_one_link() {
    let world = multiplexed(Profile::esp32c3_4_1());
    play(
        &world,
        r#"
        > AT+CIPSTART=4,"UDP","192.168.3.1",1000,1112,0\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSTART=3,"UDP","192.168.3.2",1000,1112,0\r\n
        < \r\nERROR\r\n
        > AT+CIPSTART=3,"UDP","192.168.3.2",1000\r\n
        < 3,CONNECT\r\n\r\nOK\r\n
        > AT+CIPCLOSE=4\r\n
        < 4,CLOSED\r\n\r\nOK\r\n
        > AT+CIPSTART=4,"UDP","192.168.3.2",1000,1112,0\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn a_passive_read_joins_datagrams_and_throws_the_end_of_the_last_away() {
    let world = informed(Profile::esp32c3_4_1());
    let (one, two) = (host(&world, 1, 1000), host(&world, 2, 2000));
    play_with(
        &world,
        r#"
        > AT+CIPRECVTYPE=4,1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=4,"UDP","0.0.0.0",2390,2390,2\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        ! talk
        < \r\n+IPD,4,6\r\n
        > AT+CIPRECVLEN?\r\n
        < +CIPRECVLEN:0,0,0,0,18\r\n\r\nOK\r\n
        > AT+CIPRECVDATA=4,8\r\n
        < +CIPRECVDATA:8,"192.168.3.2",2000,one111tw\r\nOK\r\n
        < \r\n+IPD,4,6\r\n
        > AT+CIPRECVDATA=4,100\r\n
        < +CIPRECVDATA:6,"192.168.3.1",1000,one111\r\nOK\r\n
        > AT+CIPRECVDATA=4,100\r\n
        < \r\nERROR\r\n
        > AT+CIPSTATE?\r\n
        < +CIPSTATE:4,"UDP","0.0.0.0",2390,2390,0\r\n\r\nOK\r\n
        "#,
        |_| {
            one.send_to(2390, b"one111");
            two.send_to(2390, b"two222");
            one.send_to(2390, b"one111");
        },
    );
}

#[test]
fn the_queue_holds_six_datagrams_and_the_seventh_does_nothing() {
    let world = multiplexed(Profile::esp32c3_4_1());
    let peer = host(&world, 1, 1000);
    play_with(
        &world,
        r#"
        > AT+CIPRECVTYPE=4,1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=4,"UDP","192.168.3.1",1000,1112,0\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        ! talk
        < \r\n+IPD,4,1\r\n
        > AT+CIPRECVDATA=4,100\r\n
        < +CIPRECVDATA:6,012345\r\nOK\r\n
        "#,
        |_| {
            "012345678".bytes().for_each(|byte| peer.send_to(1112, &[byte]));
            // Nor does an empty one close the link if there is no room for it.
            peer.send_to(1112, b"");
        },
    );
}

#[test]
fn active_datagrams_are_dropped_too_while_the_host_holds_the_line() {
    let world = multiplexed(Profile::esp32c3_4_1());
    let peer = host(&world, 1, 1000);
    play(
        &world,
        r#"
        > AT+CIPSTART=4,"UDP","192.168.3.1",1000,1112,0\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        > AT+UART_CUR=115200,8,1,0,3\r\n
        < \r\nOK\r\n
        "#,
    );
    world.set_host_fifo(64);
    (0..40).for_each(|_| peer.send_to(1112, &[b'x'; 1000]));
    world.advance(Duration::from_secs(1));
    let reports = world.transcript().matches("+IPD,4,1000").count();
    // Nine fill the transmit ring of 8192 bytes, six wait.
    assert_eq!(reports, 9);
}

#[test]
fn an_empty_datagram_closes_the_link() {
    for (profile, passive) in
        Profile::esp_at().into_iter().flat_map(|it| [(it.clone(), 0), (it, 1)])
    {
        let world = multiplexed(profile);
        let peer = host(&world, 1, 1000);
        let script = format!(
            r#"
            > AT+CIPRECVMODE={passive}\r\n
            < \r\nOK\r\n
            > AT+CIPSTART=4,"UDP","192.168.3.1",1000,1112,0\r\n
            < 4,CONNECT\r\n\r\nOK\r\n
            ! talk
            < 4,CLOSED\r\n
            "#
        );
        play_with(&world, &script, |_| peer.send_to(1112, b""));
    }
}

#[test]
fn a_datagram_beyond_one_packet_arrives_in_one_piece() {
    let world = multiplexed(Profile::esp32c3_4_1());
    let peer = host(&world, 1, 1000);
    let (long, cut) = ("x".repeat(2000), "y".repeat(2920));
    let script = format!(
        r#"
        > AT+CIPSTART=4,"UDP","192.168.3.1",1000,1112,0\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSEND=4,2000\r\n
        < \r\nOK\r\n\r\n>
        > {long}
        < \r\nRecv 2000 bytes\r\n\r\nSEND OK\r\n
        ! talk
        < \r\n+IPD,4,2000:{long}\r\n
        < \r\n+IPD,4,2920:{cut}\r\n
        "#
    );
    play_with(&world, &script, |_| {
        peer.send_to(1112, long.as_bytes());
        peer.send_to(1112, "y".repeat(3000).as_bytes());
    });
    let received = peer.received();
    assert_eq!((received.len(), received[0].1.len()), (1, 2000));
}

#[test]
fn the_broadcast_address_of_the_subnet_reaches_every_host_too() {
    let world = multiplexed(Profile::esp32c3_4_1());
    let hosts = [host(&world, 1, 9), host(&world, 2, 9), host(&world, 3, 10)];
    play(
        &world,
        r#"
        > AT+CIPSTART=4,"UDP","192.168.3.255",9,1112,0\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSEND=4,2\r\n
        < \r\nOK\r\n\r\n>
        > hi
        < \r\nRecv 2 bytes\r\n\r\nSEND OK\r\n
        > AT+CIPSEND=4,2,"192.168.4.255",9\r\n
        < \r\nOK\r\n\r\n>
        > no
        < \r\nRecv 2 bytes\r\n\r\nSEND OK\r\n
        "#,
    );
    assert_eq!(hosts.map(|host| host.received().len()), [1, 1, 0]);
}

#[test]
fn a_broadcast_reaches_the_module_on_any_link_with_the_port() {
    let world = informed(Profile::esp32c3_4_1());
    let peer = host(&world, 1, 1000);
    play_with(
        &world,
        r#"
        > AT+CIPSTART=4,"UDP","192.168.3.9",9,1112,0\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        ! talk
        < \r\n+IPD,4,3,"192.168.3.1",1000:all\r\n
        < \r\n+IPD,4,3,"192.168.3.1",1000:net\r\n
        "#,
        |_| {
            peer.send_to_group(Ipv4Addr::BROADCAST, 1112, b"all");
            peer.send_to_group(Ipv4Addr::new(192, 168, 3, 255), 1112, b"net");
            peer.send_to_group(Ipv4Addr::new(192, 168, 4, 255), 1112, b"other net");
            peer.send_to_group(Ipv4Addr::BROADCAST, 1113, b"other port");
        },
    );
}

#[test]
fn a_group_is_joined_by_connecting_to_it_and_left_by_closing() {
    let world = informed(Profile::esp32c3_4_1());
    let peer = host(&world, 1, 1900);
    play_with(
        &world,
        r#"
        > AT+CIPSTART=3,"UDP","192.168.3.1",1900,1111,0\r\n
        < 3,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSTART=4,"UDP","239.1.2.3",1900,1900,0\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        ! talk
        < \r\n+IPD,4,2,"192.168.3.1",1900:hi\r\n
        > AT+CIPSEND=4,2\r\n
        < \r\nOK\r\n\r\n>
        > ho
        < \r\nRecv 2 bytes\r\n\r\nSEND OK\r\n
        > AT+CIPCLOSE=4\r\n
        < 4,CLOSED\r\n\r\nOK\r\n
        > AT+CIPSTART=4,"UDP","192.168.3.1",1900,1900,0\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        ! again
        "#,
        |cue| match cue {
            "talk" => {
                peer.send_to_group(GROUP, 1900, b"hi");
                peer.send_to_group(GROUP, 1111, b"the link on this port has not joined");
                peer.send_to_group(Ipv4Addr::new(239, 1, 2, 4), 1900, b"another group");
            }
            _ => peer.send_to_group(GROUP, 1900, b"left"),
        },
    );
    let module = SocketAddr::from(([192, 168, 3, 112], 1900));
    assert_eq!(peer.received(), [(module, b"ho".to_vec())]);
}

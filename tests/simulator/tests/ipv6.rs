//! IPv6 (ESP-AT digest §12): addresses, links of all types, the server, names and groups.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use usocket_simulator::replay::Script;
use usocket_simulator::{AccessPoint, Profile, VirtualWorld};

const PEER: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 9, 0, 0, 0, 0, 1);
const GROUP: Ipv6Addr = Ipv6Addr::new(0xff05, 0, 0, 0, 0, 0, 0, 0x42);

fn play(world: &VirtualWorld, text: &str) {
    play_with(world, text, |_| ());
}

fn play_with(world: &VirtualWorld, text: &str, cue: impl FnMut(&str)) {
    if let Err(mismatch) = Script::parse(text).expect("script").play(world, cue) {
        panic!("{mismatch}");
    }
}

/// A module with IPv6 that has joined, without echo and with several links.
fn multiplexed() -> VirtualWorld {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).ipv6(true);
    play(
        &world,
        r"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        ",
    );
    world
}

#[test]
fn the_addresses_follow_the_join() {
    let world =
        VirtualWorld::new(Profile::esp32c3_4_1()).access_point(AccessPoint::new("net", "password"));
    let join = r#"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPV6=1\r\n
        < \r\nOK\r\n
        > AT+CWMODE=1\r\n
        < \r\nOK\r\n
        > AT+CWJAP="net","password"\r\n
        < WIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n
        < WIFI GOT IPv6 LL\r\nWIFI GOT IPv6 GL\r\n
        > AT+CIPSTA?\r\n
        < +CIPSTA:ip:"192.168.3.112"\r\n+CIPSTA:gateway:"192.168.3.1"\r\n
        < +CIPSTA:netmask:"255.255.255.0"\r\n
        < +CIPSTA:ip6ll:"fe80::1201:ff:fec4:a50"\r\n+CIPSTA:ip6gl:"2001:db8:3::112"\r\n
        < \r\nOK\r\n
        > AT+CIFSR\r\n
        < +CIFSR:STAIP,"192.168.3.112"\r\n+CIFSR:STAIP6LL,"fe80::1201:ff:fec4:a50"\r\n
        < +CIFSR:STAIP6GL,"2001:db8:3::112"\r\n+CIFSR:STAMAC,"10:01:00:c4:0a:50"\r\n
        < \r\nOK\r\n
        "#;
    play(&world, join);
}

#[test]
fn the_link_local_address_can_come_before_the_join_is_over_and_the_global_one_never() {
    let point = AccessPoint { ipv6: None, ..AccessPoint::new("net", "password") };
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).access_point(point);
    world.with_esp_at(|it| it.delays_mut().link_local = Duration::from_millis(300));
    play(
        &world,
        r#"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPV6=1\r\n
        < \r\nOK\r\n
        > AT+CWMODE=1\r\n
        < \r\nOK\r\n
        > AT+CWJAP="net","password"\r\n
        < WIFI CONNECTED\r\nWIFI GOT IPv6 LL\r\nWIFI GOT IP\r\n\r\nOK\r\n
        "#,
    );
    world.advance(Duration::from_secs(60));
    assert!(!world.transcript().contains("GL"));
}

#[test]
fn switching_on_while_joined_waits_for_the_next_join_and_is_stored() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    world.listen(PEER, 80);
    play(
        &world,
        r#"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPSTART="TCPv6","2001:db8:9::1",80\r\n
        < \r\nERROR\r\n
        > AT+CIPV6=1\r\n
        < \r\nOK\r\n
        > AT+CIPV6?\r\n
        < +CIPV6:1\r\n\r\nOK\r\n
        > AT+CIPSTART="TCPv6","2001:db8:9::1",80\r\n
        < \r\nERROR\r\n
        "#,
    );
    world.reset_module();
    play(
        &world,
        r#"
        < \r\nready\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\nWIFI GOT IPv6 LL\r\nWIFI GOT IPv6 GL\r\n
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPSTART="TCPv6","2001:db8:9::1",80\r\n
        < CONNECT\r\n\r\nOK\r\n
        > AT+CIPCLOSE\r\n
        < CLOSED\r\n\r\nOK\r\n
        > AT+CIPV6=0\r\n
        < \r\nOK\r\n
        > AT+CIPSTART="TCPv6","2001:db8:9::1",80\r\n
        < \r\nERROR\r\n
        "#,
    );
}

#[test]
fn old_firmware_knows_no_ipv6() {
    let world = VirtualWorld::new(Profile::nonos_1_7()).joined(true).ipv6(true);
    play(
        &world,
        r#"
        > ATE0\r\n
        < ATE0\r\r\n\r\nOK\r\n
        > AT+CIPV6=1\r\n
        < \r\nERROR\r\n
        > AT+CIPSTART="TCPv6","2001:db8:9::1",80\r\n
        < Link type ERROR\r\n\r\nERROR\r\n
        "#,
    );
}

#[test]
fn streams_show_their_type_and_a_bare_address() {
    let world = multiplexed();
    let host = world.listen(PEER, 80);
    world.listen_tls(PEER, 443);
    play_with(
        &world,
        r#"
        > AT+CIPDINFO=1\r\n
        < \r\nOK\r\n
        > AT+SYSMSG=2\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=0,"TCPv6","2001:db8:9::1",80\r\n
        < +LINK_CONN:0,0,"TCPv6",0,"2001:db8:9::1",80,49153\r\n\r\nOK\r\n
        > AT+CIPSTART=1,"SSLv6","2001:db8:9::1",443\r\n
        < +LINK_CONN:0,1,"SSLv6",0,"2001:db8:9::1",443,49154\r\n\r\nOK\r\n
        > AT+CIPSTATE?\r\n
        < +CIPSTATE:0,"TCPv6","2001:db8:9::1",80,49153,0\r\n
        < +CIPSTATE:1,"SSLv6","2001:db8:9::1",443,49154,0\r\n\r\nOK\r\n
        ! talk
        < \r\n+IPD,0,2,"2001:db8:9::1",80:hi\r\n
        > AT+CIPRECVTYPE=0,1\r\n
        < \r\nOK\r\n
        ! talk
        < \r\n+IPD,0,2\r\n
        > AT+CIPRECVDATA=0,10\r\n
        < +CIPRECVDATA:2,"2001:db8:9::1",80,hi\r\nOK\r\n
        "#,
        {
            let mut peer = None;
            move |_| peer.get_or_insert_with(|| host.accept().unwrap()).send(b"hi")
        },
    );
}

#[test]
fn type_and_address_must_agree() {
    let world = multiplexed();
    world.listen(PEER, 80);
    for (kind, address) in [("TCP", "2001:db8:9::1"), ("TCPv6", "192.168.3.1"), ("TCPv6", "[::1]")]
    {
        let command = format!(r#"AT+CIPSTART=0,"{kind}","{address}",80"#);
        play(&world, &format!(r"> {command}\r\n{}< \r\nERROR\r\n", '\n'));
    }
}

#[test]
fn a_name_is_looked_up_in_the_family_of_the_link() {
    let world = multiplexed()
        .dns("both.test", PEER)
        .dns("both.test", Ipv4Addr::new(192, 168, 3, 1))
        .dns("six.test", PEER);
    world.listen(PEER, 80);
    world.listen(Ipv4Addr::new(192, 168, 3, 1), 80);
    play(
        &world,
        r#"
        > AT+CIPDOMAIN="both.test"\r\n
        < +CIPDOMAIN:"192.168.3.1"\r\n\r\nOK\r\n
        > AT+CIPDOMAIN="both.test",2\r\n
        < +CIPDOMAIN:"192.168.3.1"\r\n\r\nOK\r\n
        > AT+CIPDOMAIN="both.test",3\r\n
        < +CIPDOMAIN:"2001:db8:9::1"\r\n\r\nOK\r\n
        > AT+CIPDOMAIN="six.test",1\r\n
        < +CIPDOMAIN:"2001:db8:9::1"\r\n\r\nOK\r\n
        > AT+CIPDOMAIN="six.test",2,1000\r\n
        < \r\nERROR\r\n
        > AT+CIPDOMAIN="six.test",4\r\n
        < \r\nERROR\r\n
        > AT+CIPSTART=0,"TCP","both.test",80\r\n
        < 0,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSTART=1,"TCPv6","both.test",80\r\n
        < 1,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSTATE?\r\n
        < +CIPSTATE:0,"TCP","192.168.3.1",80,49153,0\r\n
        < +CIPSTATE:1,"TCPv6","2001:db8:9::1",80,49154,0\r\n\r\nOK\r\n
        > AT+PING="2001:db8:9::1"\r\n
        < +PING:0\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn without_ipv6_a_name_has_no_ipv6_address() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).dns("six.test", PEER);
    play(
        &world,
        r#"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPDOMAIN="six.test",1,1000\r\n
        < \r\nERROR\r\n
        > AT+CIPDOMAIN="six.test",3\r\n
        < \r\nERROR\r\n
        "#,
    );
}

#[test]
fn a_server_of_either_family_takes_clients_of_that_family() {
    for (kind, family, ipv6) in
        [("TCPv6", "2001:db8:3::200", true), ("TCP", "192.168.3.200", false)]
    {
        let world = multiplexed();
        let script = format!(
            r#"
            > AT+SYSMSG=2\r\n
            < \r\nOK\r\n
            > AT+CIPSERVER=1,80,"{kind}"\r\n
            < \r\nOK\r\n
            > AT+CIPSERVER?\r\n
            < +CIPSERVER:1,80,"{kind}",0,0\r\n\r\nOK\r\n
            ! client
            < +LINK_CONN:0,0,"{kind}",1,"{family}",50000,80\r\n
            "#
        );
        play_with(&world, &script, |_| drop(world.connect_in(80)));
        let other: SocketAddr =
            if ipv6 { (Ipv4Addr::new(192, 168, 3, 7), 7).into() } else { (PEER, 7).into() };
        assert!(world.connect_in_from(other, 80).is_closed());
    }
}

#[test]
fn a_server_of_the_new_family_needs_ipv6() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    play(
        &world,
        r#"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        > AT+CIPSERVER=1,80,"TCPv6"\r\n
        < \r\nERROR\r\n
        "#,
    );
}

#[test]
fn datagrams_and_groups_work_as_with_ipv4() {
    let world = multiplexed();
    let (one, two) = (world.udp_host(PEER, 1000), world.udp_host(Ipv4Addr::new(192, 168, 3, 1), 9));
    play_with(
        &world,
        r#"
        > AT+CIPDINFO=1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=3,"UDPv6","::",2390,1112,2\r\n
        < 3,CONNECT\r\n\r\nOK\r\n
        # Both families have ports of their own.
        > AT+CIPSTART=4,"UDP","0.0.0.0",2390,1112,2\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSTART=2,"UDPv6","ff05::42",1000,1900,0\r\n
        < 2,CONNECT\r\n\r\nOK\r\n
        ! talk
        < \r\n+IPD,3,3,"2001:db8:9::1",1000:six\r\n
        < \r\n+IPD,4,4,"192.168.3.1",9:four\r\n
        < \r\n+IPD,2,5,"2001:db8:9::1",1000:group\r\n
        > AT+CIPSTATE?\r\n
        < +CIPSTATE:2,"UDPv6","ff05::42",1000,1900,0\r\n
        < +CIPSTATE:3,"UDPv6","2001:db8:9::1",1000,1112,0\r\n
        < +CIPSTATE:4,"UDP","192.168.3.1",9,1112,0\r\n\r\nOK\r\n
        > AT+CIPSEND=3,1,"192.168.3.1",9\r\n
        < \r\nERROR\r\n
        > AT+CIPSEND=3,1,"2001:db8:9::1",1000\r\n
        < \r\nOK\r\n\r\n>
        > a
        < \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
        > AT+CIPSEND=2,1\r\n
        < \r\nOK\r\n\r\n>
        > b
        < \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
        "#,
        |_| {
            one.send_to(1112, b"six");
            two.send_to(1112, b"four");
            one.send_to_group(GROUP, 1900, b"group");
            one.send_to_group(GROUP, 1112, b"not joined");
        },
    );
    let module: IpAddr = Ipv6Addr::new(0x2001, 0xdb8, 3, 0, 0, 0, 0, 0x112).into();
    let expected = [(1112, b"a".to_vec()), (1900, b"b".to_vec())]
        .map(|(port, data)| (SocketAddr::new(module, port), data));
    assert_eq!(one.received(), expected);
}

#[test]
fn a_link_local_peer_sees_the_link_local_address_of_the_module() {
    let world = multiplexed();
    let peer = world.udp_host("fe80::1".parse::<Ipv6Addr>().unwrap(), 1000);
    play(
        &world,
        r#"
        > AT+CIPSTART=4,"UDPv6","fe80::1",1000,1112,0\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSEND=4,1\r\n
        < \r\nOK\r\n\r\n>
        > a
        < \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
        "#,
    );
    let module: SocketAddr = "[fe80::1201:ff:fec4:a50]:1112".parse().unwrap();
    assert_eq!(peer.received(), [(module, b"a".to_vec())]);
}

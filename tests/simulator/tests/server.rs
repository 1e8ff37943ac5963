//! The TCP server of the module (ESP-AT digest §9), and connects (§6.2).

use core::net::Ipv4Addr;
use core::time::Duration;
use usocket_simulator::replay::Script;
use usocket_simulator::{Peer, Profile, VirtualWorld};

fn play(world: &VirtualWorld, text: &str) {
    if let Err(mismatch) = Script::parse(text).expect("script").play(world, |_| ()) {
        panic!("{mismatch}");
    }
}

/// A joined module without echo and with several links.
fn multiplexed(profile: Profile) -> VirtualWorld {
    let world = VirtualWorld::new(profile).joined(true);
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
fn clients_take_the_lowest_free_id_and_the_rest_wait() {
    let world = multiplexed(Profile::esp32c3_4_1());
    play(
        &world,
        r"
        > AT+CIPSERVERMAXCONN=2\r\n
        < \r\nOK\r\n
        > AT+CIPSERVER=1,80\r\n
        < \r\nOK\r\n
        > AT+CIPSERVERMAXCONN=3\r\n
        < \r\nERROR\r\n
        ",
    );
    let clients: Vec<Peer> = (0..3).map(|_| world.connect_in(80)).collect();
    play(&world, "< 0,CONNECT\\r\\n1,CONNECT\\r\\n\n");
    assert!(clients[1].is_established() && !clients[2].is_established());
    clients[0].close();
    play(&world, "< 0,CLOSED\\r\\n0,CONNECT\\r\\n\n");
    assert!(clients[2].is_established());
}

#[test]
fn stopping_the_server_keeps_its_links_unless_told_otherwise() {
    let world = multiplexed(Profile::esp32c3_4_1());
    play(&world, "> AT+CIPSERVER=1,80\\r\\n\n< \\r\\nOK\\r\\n\n");
    let client = world.connect_in(80);
    play(
        &world,
        r#"
        < 0,CONNECT\r\n
        > AT+CIPSERVER?\r\n
        < +CIPSERVER:1,80,"TCP",0,0\r\n\r\nOK\r\n
        > AT+CIPMUX=0\r\n
        < \r\nERROR\r\n
        > AT+CIPSERVER=0\r\n
        < \r\nOK\r\n
        > AT+CIPSTATE?\r\n
        < +CIPSTATE:0,"TCP","192.168.3.200",50000,80,1\r\n\r\nOK\r\n
        > AT+CIPSERVER=0,1\r\n
        < 0,CLOSED\r\n\r\nOK\r\n
        "#,
    );
    assert!(client.is_closed());
    assert!(world.connect_in(80).is_closed(), "nobody listens any more");
}

#[test]
fn a_module_without_address_cannot_be_reached() {
    let world = multiplexed(Profile::esp32c3_4_1());
    play(&world, "> AT+CIPSERVER=1,80\\r\\n\n< \\r\\nOK\\r\\n\n");
    world.disconnect_wifi();
    play(&world, "< WIFI DISCONNECT\\r\\n\n");
    assert!(world.connect_in(80).is_closed());
}

#[test]
fn a_server_needs_several_links_and_exists_once() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    play(
        &world,
        r"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPSERVER=1,80\r\n
        < \r\nERROR\r\n
        > AT+CIPSTO=10\r\n
        < \r\nERROR\r\n
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        > AT+CIPSERVER=1,80\r\n
        < \r\nOK\r\n
        > AT+CIPSERVER=1,81\r\n
        < \r\nERROR\r\n
        ",
    );
}

#[test]
fn traffic_restarts_the_idle_timer_of_accepted_links() {
    let world = multiplexed(Profile::esp32c3_4_1());
    play(
        &world,
        "> AT+CIPSERVER=1,80\\r\\n\n< \\r\\nOK\\r\\n\n> AT+CIPSTO=5\\r\\n\n< \\r\\nOK\\r\\n\n",
    );
    let client = world.connect_in(80);
    world.advance(Duration::from_secs(4));
    client.send(b"x");
    world.advance(Duration::from_secs(4));
    assert!(!client.is_closed());
    world.advance(Duration::from_secs(2));
    assert!(client.is_closed());
}

#[test]
fn an_accept_can_take_the_id_of_a_connect_under_way() {
    let world = multiplexed(Profile::esp32c3_4_1()).latency(Duration::from_millis(50));
    let script = Script::parse(
        r#"
        > AT+CIPSERVER=1,80\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=0,"TCP","192.168.3.1",80\r\n
        ! client
        < 0,CONNECT\r\n
        < \r\nERROR\r\n
        "#,
    );
    let client = |_: &str| drop(world.connect_in(80));
    script.unwrap().play(&world, client).unwrap();
}

#[test]
fn a_lookup_leaves_the_id_to_an_accept_too() {
    let world = multiplexed(Profile::esp32c3_4_1())
        .network_latency(Duration::from_millis(50))
        .dns("late.test", Ipv4Addr::new(192, 168, 3, 1));
    world.listen(Ipv4Addr::new(192, 168, 3, 1), 80);
    let script = Script::parse(
        r#"
        > AT+CIPSERVER=1,80\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=0,"TCP","late.test",80\r\n
        ! client
        < 0,CONNECT\r\n
        < \r\nERROR\r\n
        > AT+CIPSTATE?\r\n
        < +CIPSTATE:0,"TCP","192.168.3.200",50000,80,1\r\n\r\nOK\r\n
        "#,
    );
    let client = |_: &str| drop(world.connect_in(80));
    script.unwrap().play(&world, client).unwrap();
}

#[test]
fn a_client_can_be_made_to_steal_the_id_of_a_connect() {
    let world = multiplexed(Profile::esp32c3_4_1());
    world.listen(Ipv4Addr::new(192, 168, 3, 1), 80);
    play(
        &world,
        r"
        > AT+CIPSERVERMAXCONN=4\r\n
        < \r\nOK\r\n
        > AT+CIPSERVER=1,80\r\n
        < \r\nOK\r\n
        > AT+SYSMSG=2\r\n
        < \r\nOK\r\n
        ",
    );
    let thief = world.steal_next_link();
    // Link 4 is none that the server gives out.
    play(
        &world,
        r#"
        > AT+CIPSTART=4,"TCP","192.168.3.1",80\r\n
        < +LINK_CONN:0,4,"TCP",0,"192.168.3.1",80,49153\r\n\r\nOK\r\n
        "#,
    );
    assert!(!thief.is_established() && !thief.is_closed());
    play(
        &world,
        r#"
        > AT+CIPSTART=3,"TCP","192.168.3.1",80\r\n
        < +LINK_CONN:0,3,"TCP",1,"192.168.3.200",50000,80\r\n\r\nERROR\r\n
        "#,
    );
    assert!(thief.is_established());
    assert_eq!(thief.address(), (Ipv4Addr::new(192, 168, 3, 200), 50_000).into());
    thief.send(b"mine");
    play(&world, "< \\r\\n+IPD,3,4:mine\\r\\n\n");
}

#[test]
fn links_are_announced_with_their_direction_and_peer_on_request() {
    let world = multiplexed(Profile::esp32c3_4_1());
    world.listen(Ipv4Addr::new(192, 168, 3, 1), 80);
    let script = Script::parse(
        r#"
        > AT+SYSMSG=2\r\n
        < \r\nOK\r\n
        > AT+CIPSERVER=1,8080\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=4,"TCP","192.168.3.1",80\r\n
        < +LINK_CONN:0,4,"TCP",0,"192.168.3.1",80,49153\r\n\r\nOK\r\n
        > AT+CIPSTART=3,"UDP","192.168.3.1",53,1053,0\r\n
        < +LINK_CONN:0,3,"UDP",0,"192.168.3.1",53,1053\r\n\r\nOK\r\n
        ! client
        < +LINK_CONN:0,0,"TCP",1,"192.168.3.200",50001,8080\r\n
        > AT+CIPCLOSE=0\r\n
        < 0,CLOSED\r\n\r\nOK\r\n
        "#,
    );
    script.unwrap().play(&world, |_: &str| drop(world.connect_in(8080))).unwrap();
}

#[test]
fn the_limit_cannot_change_under_connections() {
    let world = multiplexed(Profile::esp32c3_4_1());
    play(&world, "> AT+CIPSERVER=1,80\\r\\n\n< \\r\\nOK\\r\\n\n");
    (0..2).for_each(|_| drop(world.connect_in(80)));
    play(
        &world,
        r"
        < 0,CONNECT\r\n1,CONNECT\r\n
        > AT+CIPSERVERMAXCONN=3\r\n
        < Have 2 Connections\r\n\r\nERROR\r\n
        > AT+CIPSERVERMAXCONN?\r\n
        < +CIPSERVERMAXCONN:5\r\n\r\nOK\r\n
        > AT+CIPSERVER=0,1\r\n
        < 0,CLOSED\r\n1,CLOSED\r\n\r\nOK\r\n
        > AT+CIPSERVERMAXCONN=3\r\n
        < \r\nOK\r\n
        > AT+CIPSERVERMAXCONN?\r\n
        < +CIPSERVERMAXCONN:3\r\n\r\nOK\r\n
        ",
    );
}

#[test]
fn clients_beyond_the_backlog_are_refused_and_those_in_it_end_with_the_listener() {
    let world = multiplexed(Profile::esp32c3_4_1());
    play(
        &world,
        r"
        > AT+CIPSERVERMAXCONN=1\r\n
        < \r\nOK\r\n
        > AT+CIPSERVER=1,80\r\n
        < \r\nOK\r\n
        ",
    );
    let clients: Vec<Peer> = (0..7).map(|_| world.connect_in(80)).collect();
    play(&world, "< 0,CONNECT\\r\\n\n");
    let states = |it: &Peer| (it.is_established(), it.is_closed());
    assert_eq!(states(&clients[0]), (true, false));
    assert!(clients[1..6].iter().all(|it| states(it) == (false, false)));
    assert_eq!(states(&clients[6]), (false, true));
    play(&world, "> AT+CIPSERVER=0\\r\\n\n< \\r\\nOK\\r\\n\n");
    assert_eq!(states(&clients[0]), (true, false));
    assert!(clients[1..].iter().all(|it| states(it) == (false, true)));
}

#[test]
fn a_client_that_closes_in_the_backlog_is_still_served_but_one_that_resets_is_forgotten() {
    let world = multiplexed(Profile::esp32c3_4_1());
    play(
        &world,
        r"
        > AT+CIPSERVERMAXCONN=1\r\n
        < \r\nOK\r\n
        > AT+CIPSERVER=1,80\r\n
        < \r\nOK\r\n
        ",
    );
    let clients: Vec<Peer> = (0..3).map(|_| world.connect_in(80)).collect();
    play(&world, "< 0,CONNECT\\r\\n\n");
    clients[1].reset();
    clients[2].send(b"bye");
    clients[2].close();
    clients[0].close();
    play(&world, "< 0,CLOSED\\r\\n0,CONNECT\\r\\n\\r\\n+IPD,0,3:bye\\r\\n0,CLOSED\\r\\n\n");
    assert!(!clients[1].is_established() && clients[2].is_closed());
}

#[test]
fn wifi_takes_the_backlog_with_it() {
    let world = multiplexed(Profile::esp32c3_4_1());
    play(
        &world,
        r"
        > AT+CIPSERVERMAXCONN=1\r\n
        < \r\nOK\r\n
        > AT+CIPSERVER=1,80\r\n
        < \r\nOK\r\n
        ",
    );
    let clients: Vec<Peer> = (0..2).map(|_| world.connect_in(80)).collect();
    play(&world, "< 0,CONNECT\\r\\n\n");
    world.disconnect_wifi();
    play(&world, "< WIFI DISCONNECT\\r\\n0,CLOSED\\r\\n\n");
    assert!(clients[1].is_closed() && !clients[1].is_established());
}

#[test]
fn what_the_module_sends_keeps_an_accepted_link_alive_since_3_0() {
    for (profile, survives) in [(Profile::esp32_3_2(), true), (Profile::esp8266_2_2_2(), false)] {
        let world = multiplexed(profile);
        play(
            &world,
            "> AT+CIPSERVER=1,80\\r\\n\n< \\r\\nOK\\r\\n\n> AT+CIPSTO=5\\r\\n\n< \\r\\nOK\\r\\n\n",
        );
        let client = world.connect_in(80);
        play(&world, "< 0,CONNECT\\r\\n\n");
        world.advance(Duration::from_secs(2));
        play(
            &world,
            r"
            > AT+CIPSEND=0,1\r\n
            < \r\nOK\r\n\r\n>
            > x
            < \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
            ",
        );
        world.advance(Duration::from_millis(1500));
        assert_eq!(client.is_closed(), !survives);
    }
}

#[test]
fn parameters_are_checked_before_anything_happens() {
    let world = multiplexed(Profile::esp32c3_4_1());
    world.listen(Ipv4Addr::new(192, 168, 3, 1), 80);
    let bad = [
        "AT+CIPSTART=5,\"TCP\",\"192.168.3.1\",80",
        "AT+CIPSTART=0,\"TCP\",\"192.168.3.1\",70000",
        "AT+CIPSTART=0,\"TCP\",\"192.168.3.1\",80,7201",
        "AT+CIPSTART=0,\"TCP\",\"192.168.3.1\",80,60,\"\",1000,1",
        "AT+CIPSTART=0,\"SCTP\",\"192.168.3.1\",80",
        "AT+CIPSTART=0,TCP,\"192.168.3.1\",80",
        "AT+CIPSTART=0,\"UDP\",\"192.168.3.1\",80,,2",
        "AT+CIPSEND=0",
        "AT+CIPRECVDATA=0",
        "AT+CIPCLOSE=6",
        "AT+CIPCLOSE",
        "AT+UART_CUR=115200,8,1,0",
        "AT+UART_CUR=115200,9,1,0,0",
        "AT+CIPMUX",
        "AT+GMR?",
        "AT+CIPDOMAIN=\"unclosed",
    ];
    for command in bad {
        play(&world, &format!("> {command}\\r\\n\n< \\r\\nERROR\\r\\n\n"));
    }
    let commands = world.commands();
    assert_eq!(commands.last().unwrap(), "AT+CIPDOMAIN=\"unclosed");
}

#[test]
fn a_connect_gives_up_after_its_own_timeout() {
    let world = multiplexed(Profile::esp32c3_4_1());
    let before = world.now();
    play(&world, "> AT+CIPSTART=0,\"TCP\",\"10.9.9.9\",80,,,2000\\r\\n\n< \\r\\nERROR\\r\\n\n");
    let took = world.now() - before;
    assert!(took > Duration::from_secs(2) && took < Duration::from_millis(3100), "{took:?}");
}

#[test]
fn later_firmware_tells_the_errno_of_a_failed_connect() {
    let world = VirtualWorld::new(Profile::esp32c6_5_0()).joined(true);
    world.host(Ipv4Addr::new(192, 168, 3, 1));
    play(
        &world,
        r#"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+SYSLOG=1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART="TCP","192.168.3.1",80\r\n
        < ERR CODE:0x010a0000\r\n+ERRNO:0x68\r\n\r\nERROR\r\n
        "#,
    );
}

use usocket_commands::atat::AtatUrc;
use usocket_commands::cellular::signal::Signal;
use usocket_commands::cellular::sim::SimState;
use usocket_commands::cellular::urc::Urc as Core;
use usocket_commands::quectel::result::TcpIpError;
use usocket_commands::quectel::sim::SimPresence;
use usocket_commands::quectel::urc::{Indication, Urc};

fn parse(line: &str) -> Option<Urc> {
    let urc = Urc::parse(line.as_bytes());
    assert_eq!(urc, <Urc as AtatUrc>::parse(line.as_bytes()));
    urc
}

#[test]
fn fixed_texts_are_recognised_as_whole_lines() {
    for (line, urc) in [
        ("RDY", Urc::Core(Core::Ready)),
        ("APP RDY", Urc::AppReady),
        ("POWERED DOWN", Urc::PoweredDown),
        ("NORMAL POWER DOWN", Urc::PoweredDown),
        ("PSM POWER DOWN", Urc::PowerSaving),
        ("Call Ready", Urc::Indication(Indication::CallReady)),
        ("RING", Urc::Core(Core::Ring)),
        ("+PDP DEACT", Urc::ContextDown { context: None }),
        ("+QATWAKEUP", Urc::Awake),
    ] {
        assert_eq!(parse(line), Some(urc));
        assert_eq!(parse(&format!("{line} ")), None);
        assert_eq!(parse(&format!("{line}\r")), None);
        assert_eq!(parse(&format!("x{line}")), None);
    }
    assert_eq!(parse("UNDER_VOLTAGE WARNING"), Some(Urc::Voltage { off: false }));
    assert_eq!(parse("OVER_VOLTAGE POWER DOWN"), Some(Urc::Voltage { off: true }));
}

#[test]
fn any_number_of_spaces_may_follow_the_colon() {
    for line in ["+QIURC:\"closed\",3", "+QIURC: \"closed\",3", "+QIURC:   \"closed\", 3"] {
        assert_eq!(parse(line), Some(Urc::Closed { link: 3 }), "{line}");
    }
    for line in ["+QIOPEN:0,566", "+QIOPEN: 0,566", "+QIOPEN:  0, 566"] {
        let result = TcpIpError::CONNECT_FAILED;
        assert_eq!(parse(line), Some(Urc::Opened { link: 0, result }), "{line}");
    }
}

#[test]
fn an_opening_has_a_result() {
    let opened = |link, code| Some(Urc::Opened { link, result: TcpIpError::new(code) });
    assert_eq!(parse("+QIOPEN: 0,0"), opened(0, 0));
    assert_eq!(parse("+QIOPEN: 11,563"), opened(11, 563));
    assert_eq!(parse("+QIOPEN: 1,999"), opened(1, 999));
    for bad in ["+QIOPEN: 0", "+QIOPEN: 12,0", "+QIOPEN: 0,", "+QIOPEN: 0,0,0", "+QIOPEN: ,0"] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn a_buffer_fills() {
    let received = |link, len, from: Option<&str>| {
        Some(Urc::Received { link, len, from: from.map(|from| from.parse().unwrap()) })
    };
    assert_eq!(parse("+QIURC: \"recv\",0"), received(0, None, None));
    assert_eq!(parse("+QIURC: \"recv\",11,1500"), received(11, Some(1500), None));
    assert_eq!(
        parse("+QIURC: \"recv\",2,4,\"10.7.76.34\",7687"),
        received(2, Some(4), Some("10.7.76.34:7687"))
    );
    assert_eq!(parse("+QIURC: \"recv\",0,\"buff full\""), Some(Urc::BufferFull { link: 0 }));
    for bad in [
        "+QIURC: \"recv\"",
        "+QIURC: \"recv\",",
        "+QIURC: \"recv\",12",
        "+QIURC: \"recv\",0,",
        "+QIURC: \"recv\",0,5,\"hello\"",
        "+QIURC: \"recv\",0,4,\"10.7.76.34\",7687,1",
        "+QIURC: recv,0",
        "+QIURC: \"recv,0",
    ] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn connections_come_and_go() {
    assert_eq!(
        parse("+QIURC: \"incoming\",11,1,\"172.31.242.222\",54091"),
        Some(Urc::Incoming {
            link: 11,
            listener: 1,
            remote: "172.31.242.222:54091".parse().unwrap(),
        })
    );
    assert_eq!(parse("+QIURC: \"incoming full\""), Some(Urc::IncomingFull));
    assert_eq!(parse("+QIURC: \"closed\",11"), Some(Urc::Closed { link: 11 }));
    assert_eq!(parse("+QIURC: \"pdpdeact\",1"), Some(Urc::ContextDown { context: Some(1) }));
    for bad in [
        "+QIURC: \"incoming\",11,1,\"172.31.242.222\"",
        "+QIURC: \"incoming\",12,1,\"172.31.242.222\",54091",
        "+QIURC: \"incoming\",11,1,\"172.31.242\",54091",
        "+QIURC: \"closed\"",
        "+QIURC: \"closed\",0,1",
        "+QIURC: \"pdpdeact\"",
        "+QIURC: \"unheard of\",1",
        "+QIURC:",
    ] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn a_lookup_has_a_head_and_addresses() {
    let done =
        |code, count, ttl_s| Some(Urc::LookupDone { result: TcpIpError::new(code), count, ttl_s });
    assert_eq!(parse("+QIURC: \"dnsgip\",0,2,399"), done(0, 2, Some(399)));
    assert_eq!(parse("+QIURC: \"dnsgip\",0,2"), done(0, 2, None));
    assert_eq!(parse("+QIURC: \"dnsgip\",0,0,0"), done(0, 0, Some(0)));
    assert_eq!(parse("+QIURC: \"dnsgip\",565"), done(565, 0, None));
    assert_eq!(
        parse("+QIURC: \"dnsgip\",\"220.181.57.216\""),
        Some(Urc::LookupAddress { ip: [220, 181, 57, 216].into() })
    );
    assert_eq!(
        parse("+QIURC: \"dnsgip\",\"2001:db8::1\""),
        Some(Urc::LookupAddress { ip: "2001:db8::1".parse().unwrap() })
    );
    for bad in [
        "+QIURC: \"dnsgip\"",
        "+QIURC: \"dnsgip\",",
        "+QIURC: \"dnsgip\",\"220.181.57\"",
        "+QIURC: \"dnsgip\",\"220.181.57.216",
        "+QIURC: \"dnsgip\",\"220.181.57.216\",1",
        "+QIURC: \"dnsgip\",0,2,399,1",
        "+QIURC: \"dnsgip\",0,x",
        // what an overrun of the UART has left (EC20, RT-Thread #1712)
        "nsgip\",\"220.181.57.216\"",
    ] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn contexts_change_in_the_background() {
    assert_eq!(
        parse("+QIACTEX: 1,0,1,\"10.176.245.213\""),
        Some(Urc::Activated {
            context: 1,
            result: TcpIpError::SUCCESS,
            v4: Some([10, 176, 245, 213].into()),
            v6: None,
        })
    );
    assert_eq!(
        parse("+QIACTEX: 1,561"),
        Some(Urc::Activated {
            context: 1,
            result: TcpIpError::ACTIVATE_FAILED,
            v4: None,
            v6: None,
        })
    );
    assert_eq!(
        parse("+QIDEACTEX: 1,0"),
        Some(Urc::Deactivated { context: 1, result: TcpIpError::SUCCESS })
    );
    for bad in ["+QIACTEX: 1", "+QIACTEX: 1,0,1,\"10.176\"", "+QIDEACTEX: 1", "+QIDEACTEX: 1,0,0"] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn a_start_is_told_line_by_line() {
    for (line, urc) in [
        ("+CFUN: 1", None),
        ("+CPIN: READY", Some(Urc::Core(Core::Sim(SimState::Ready)))),
        ("+QUSIM: 1", Some(Urc::SimKind { usim: true })),
        ("+USIM: 0", Some(Urc::SimKind { usim: false })),
        ("+QIND: SMS DONE", Some(Urc::Indication(Indication::MessagesReady))),
        ("+QIND: PB DONE", Some(Urc::Indication(Indication::PhoneBookReady))),
        (
            "+QIND: \"csq\",28,99",
            Some(Urc::Indication(Indication::Signal(Signal { rssi: 28, ber: 99 }))),
        ),
        ("+QIND: \"act\",\"LTE\"", Some(Urc::Indication(Indication::Other))),
        (
            "+QSIMSTAT: 1,0",
            Some(Urc::SimPresence(SimPresence { reports: true, inserted: Some(false) })),
        ),
    ] {
        match urc {
            Some(urc) => assert_eq!(parse(line), Some(urc), "{line}"),
            None => assert!(matches!(parse(line), Some(Urc::Core(_))), "{line}"),
        }
    }
    assert_eq!(parse("+QUSIM: 2"), None);
    assert_eq!(parse("+QSIMSTAT: 1,3"), None);
}

#[test]
fn tls_sockets_have_ids_of_their_own() {
    let result = TcpIpError::SUCCESS;
    assert_eq!(parse("+QSSLOPEN: 4,0"), Some(Urc::TlsOpened { client: 4, result }));
    assert_eq!(parse("+QSSLURC: \"recv\",4"), Some(Urc::TlsReceived { client: 4 }));
    assert_eq!(parse("+QSSLURC: \"closed\",4"), Some(Urc::TlsClosed { client: 4 }));
    assert_eq!(parse("+QSSLURC: \"closed\",12"), None);
    assert_eq!(parse("+QSSLURC: \"other\",4"), None);
}

#[test]
fn nb_iot_modules_report_their_radio() {
    assert_eq!(parse("+IP: 10.1.2.3"), Some(Urc::Address { ip: [10, 1, 2, 3].into() }));
    assert_eq!(
        parse("+IP: 2001:db8::1"),
        Some(Urc::Address { ip: "2001:db8::1".parse().unwrap() })
    );
    assert_eq!(parse("+CSCON: 1"), Some(Urc::RadioConnection { on: true }));
    assert_eq!(parse("+QNBIOTEVENT: \"ENTER DEEPSLEEP\""), Some(Urc::SleepEvent));
    for bad in ["+IP:", "+IP: 10.1.2", "+CSCON: 2", "+CSCON: 0,1"] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn old_modules_number_their_sockets() {
    for (line, urc) in [
        ("0, CONNECT OK", Urc::Connected { link: 0 }),
        ("5,CONNECT OK", Urc::Connected { link: 5 }),
        ("1, CONNECT FAIL", Urc::ConnectFailed { link: 1 }),
        ("2, ALREADY CONNECT", Urc::AlreadyConnected { link: 2 }),
        ("3, CLOSED", Urc::Closed { link: 3 }),
    ] {
        assert_eq!(parse(line), Some(urc), "{line}");
    }
    assert_eq!(
        parse("+QIRDI: 0,1,0"),
        Some(Urc::GsmReceived { link: 0, server: false, total: None })
    );
    assert_eq!(
        parse("+QIRDI: 0,2,5,1,1332,1332"),
        Some(Urc::GsmReceived { link: 5, server: true, total: Some(1332) })
    );
    for bad in [
        "6, CLOSED",
        "10, CLOSED",
        ", CLOSED",
        "0 CLOSED",
        "0, CLOSE",
        "0, CLOSE OK",
        "0,",
        "0",
        "+QIRDI: 0,1",
        "+QIRDI: 0,3,0",
        "+QIRDI: 0,1,6",
        "+QIRDI: 0,1,12",
        "+QIRDI: 0,1,0,x",
    ] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn a_message_brings_its_next_line_along() {
    for line in ["+CMT: \"+491701234567\",,\"24/01/01,00:00:00+04\"", "+CMT: ,23", "+CDS: 25"] {
        assert!(parse(line).unwrap().has_second_line(), "{line}");
    }
    assert!(!parse("+CMTI: \"ME\",3").unwrap().has_second_line());
    assert!(!parse("RDY").unwrap().has_second_line());
}

#[test]
fn answers_and_results_are_no_urcs() {
    for line in [
        "OK",
        "ERROR",
        "SEND OK",
        "SEND FAIL",
        "CLOSE OK",
        "DEACT OK",
        "CONNECT",
        "NO CARRIER",
        "+CME ERROR: 3",
        "+QIRD: 5",
        "+QISTATE: 0,\"TCP\",\"1.2.3.4\",80,50,2,1,0,0,\"uart1\"",
        "+QIACT: 1,1,1,\"10.7.157.1\"",
        "+QIGETERROR: 0,operate successfully",
        "+CEREG: 2,1,\"5B2F\",\"0A1B2C3D\",8",
        "Quectel",
        "866425030123456",
        ">",
        "> ",
        "",
    ] {
        assert_eq!(parse(line), None, "{line}");
    }
}

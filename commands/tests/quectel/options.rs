use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::quectel::options::*;

use super::{ILLEGAL, text};

#[test]
fn a_driver_takes_payload_as_it_is() {
    let format = DataFormat { hex_send: false, hex_receive: false };
    assert_eq!(text(&format), "AT+QICFG=\"dataformat\",0,0");
    assert_eq!(text(&DataFormat { hex_send: true, ..format }), "AT+QICFG=\"dataformat\",1,0");
}

#[test]
fn every_switch_has_its_key() {
    use Switch::*;
    for (switch, key) in [
        (InlineData, "viewmode"),
        (ReceiveLength, "recvind"),
        (UdpSendStream, "udp/sendmode"),
        (UdpReadStream, "udp/readmode"),
        (AutoAccept, "tcp/accept"),
        (PassiveClose, "passiveclosed"),
        (FastRecycle, "tcp/twrecyle"),
        (CloseLater, "close/mode"),
        (SendInfo, "sendinfo"),
        (PromptLine, "formatcfg"),
        (SelectiveAck, "SACK"),
        (ShowLength, "showlength"),
    ] {
        assert_eq!(switch.key(), key);
        assert_eq!(text(&SetSwitch { switch, on: false }), format!("AT+QICFG=\"{key}\",0"));
        assert_eq!(text(&SetSwitch { switch, on: true }), format!("AT+QICFG=\"{key}\",1"));
    }
}

#[test]
fn probes_of_idle_connections_have_limits() {
    assert_eq!(text(&KeepAlive::off()), "AT+QICFG=\"tcp/keepalive\",0");
    assert_eq!(text(&KeepAlive::on(1, 25, 3).unwrap()), "AT+QICFG=\"tcp/keepalive\",1,1,25,3");
    assert_eq!(
        text(&KeepAlive::on(1800, 100, 10).unwrap()),
        "AT+QICFG=\"tcp/keepalive\",1,1800,100,10"
    );
    let range = |field| Err(ArgumentError::OutOfRange { field });
    assert_eq!(KeepAlive::on(0, 25, 3), range("idle"));
    assert_eq!(KeepAlive::on(1801, 25, 3), range("idle"));
    assert_eq!(KeepAlive::on(1, 24, 3), range("interval_s"));
    assert_eq!(KeepAlive::on(1, 101, 3), range("interval_s"));
    assert_eq!(KeepAlive::on(1, 25, 2), range("probes"));
    assert_eq!(KeepAlive::on(1, 25, 11), range("probes"));
}

#[test]
fn a_send_waits_for_its_payload() {
    assert_eq!(text(&PayloadTimeout::new(0).unwrap()), "AT+QICFG=\"qisend/timeout\",0");
    assert_eq!(text(&PayloadTimeout::new(120).unwrap()), "AT+QICFG=\"qisend/timeout\",120");
    assert_eq!(PayloadTimeout::new(121), Err(ArgumentError::OutOfRange { field: "seconds" }));
}

#[test]
fn options_are_read_back() {
    let get = GetOption::new("pdp/retry").unwrap();
    assert_eq!(text(&get), "AT+QICFG=\"pdp/retry\"");
    let option = get.parse(Ok(b"+QICFG: \"pdp/retry\",1,0,4,8\r\n")).unwrap();
    assert_eq!(option.key, "pdp/retry");
    assert_eq!(option.values, [Some(1), Some(0), Some(4), Some(8)]);
    let one = get.parse(Ok(b"+QICFG: \"viewmode\",0\r\n")).unwrap();
    assert_eq!(one.values, [Some(0), None, None, None]);
    for bad in ["+QICFG: viewmode,0", "+QICFG: \"viewmode\",x", "+QICFG:", ""] {
        assert_eq!(get.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
    assert_eq!(
        GetOption::new(&"k".repeat(25)),
        Err(ArgumentError::TooLong { field: "key", max: 24 })
    );
    for key in ILLEGAL {
        assert_eq!(GetOption::new(key), Err(ArgumentError::Illegal { field: "key" }));
    }
}

use usocket_commands::cellular::sim::SimState;
use usocket_commands::cellular::urc::Urc as CoreUrc;
use usocket_commands::simcom::dns::Lookup;
use usocket_commands::simcom::result::{DnsError, SocketError};
use usocket_commands::simcom::state::{SocketState, State};
use usocket_commands::simcom::urc::Urc;

#[test]
fn the_words_of_a_start_and_of_an_end() {
    assert_eq!(Urc::parse(b"RDY"), Some(Urc::Core(CoreUrc::Ready)));
    assert_eq!(Urc::parse(b"+CPIN: READY"), Some(Urc::Core(CoreUrc::Sim(SimState::Ready))));
    assert_eq!(Urc::parse(b"SMS Ready"), Some(Urc::MessagesReady));
    assert_eq!(Urc::parse(b"NORMAL POWER DOWN"), Some(Urc::PoweredDown));
}

#[test]
fn contexts_come_and_go() {
    let changed = |active| Some(Urc::ContextChanged { context: 0, active });
    assert_eq!(Urc::parse(b"+APP PDP: 0,ACTIVE"), changed(true));
    assert_eq!(Urc::parse(b"+APP PDP: 0,DEACTIVE"), changed(false));
    assert_eq!(Urc::parse(b"+APP PDP: 0,ACT"), None);
}

#[test]
fn sockets_tell_what_happens_to_them() {
    let opened = |link, result| Some(Urc::Opened { link, result });
    assert_eq!(Urc::parse(b"+CAOPEN: 0,0"), opened(0, SocketError::SUCCESS));
    assert_eq!(Urc::parse(b"+CAOPEN: 12,23"), opened(12, SocketError::REFUSED));
    assert_eq!(Urc::parse(b"+CAOPEN: 0,99"), opened(0, SocketError::new(99)));
    assert_eq!(Urc::parse(b"+CAOPEN: 13,0"), None);
    assert_eq!(Urc::parse(b"+CADATAIND: 4"), Some(Urc::Received { link: 4 }));
    let closed = SocketState { link: 4, state: State::Closed };
    assert_eq!(Urc::parse(b"+CASTATE: 4,0"), Some(Urc::Socket(closed)));
    let failed = Lookup::Failed(DnsError::NETWORK);
    assert_eq!(Urc::parse(b"+CDNSGIP: 0,3"), Some(Urc::Lookup(failed)));
}

#[test]
fn answers_are_none() {
    for line in ["OK", "ERROR", "+CARECV: 5", "+CNACT: 0,1,\"10.1.2.3\"", "+CSQ: 20,99", ""] {
        assert_eq!(Urc::parse(line.as_bytes()), None, "{line}");
    }
}

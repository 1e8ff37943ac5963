//! No command or answer shows its password, PIN or key in debug output, which is what ends up in logs.

use usocket_commands::cellular::context::ContextKind;
use usocket_commands::cellular::sim::{EnterPin, EnterPuk};
use usocket_commands::esp_at::tcpip::{TlsPsk, TlsPskHex};
use usocket_commands::esp_at::wifi::{ApSecurity, Join, OwnNetwork, SetAccessPoint};
use usocket_commands::quectel::context as quectel;
use usocket_commands::quectel::gsm::context as gsm;
use usocket_commands::simcom::context as simcom;

const SECRET: &str = "87654321";

#[test]
fn debug_output_has_no_secrets() {
    let contexts = quectel::SetContext::new(1, ContextKind::V4, "apn").unwrap();
    let quectel = contexts.credentials("user", SECRET, quectel::Authentication::Chap).unwrap();
    let simcom = simcom::SetContext::new(0, simcom::AddressKind::V4, "apn").unwrap();
    let simcom = simcom.credentials("user", SECRET, simcom::Authentication::Chap).unwrap();
    let own = format!("+CWSAP:\"setup\",\"{SECRET}\",5,3,10,0");
    for shown in [
        format!("{:?}", OwnNetwork::parse_line(own.as_bytes()).unwrap()),
        format!("{:?}", Join::new("network", SECRET).unwrap()),
        format!("{:?}", SetAccessPoint::new("network", SECRET, 5, ApSecurity::Wpa2).unwrap()),
        format!("{:?}", EnterPin::new(SECRET).unwrap()),
        format!("{:?}", EnterPuk::new(SECRET, SECRET).unwrap()),
        format!("{quectel:?}"),
        format!("{simcom:?}"),
        format!("{:?}", gsm::SetAccessPoint::new("apn", "user", SECRET).unwrap()),
        format!("{:?}", TlsPsk::new(0, SECRET.as_bytes(), "name").unwrap()),
        format!("{:?}", TlsPskHex::new(0, SECRET.as_bytes(), "name").unwrap()),
    ] {
        let bytes = format!("{:?}", SECRET.as_bytes());
        assert!(!shown.contains(SECRET) && !shown.contains(&bytes), "{shown}");
        assert!(shown.contains("Secret"), "{shown}");
    }
}

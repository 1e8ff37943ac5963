use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::simcom::context::*;

use super::text;

#[test]
fn a_context_is_set_with_as_much_as_is_known() {
    let set = SetContext::new(0, AddressKind::V4, "internet").unwrap();
    assert_eq!(text(&set), "AT+CNCFG=0,1,\"internet\"");
    let set = set.credentials("me", "secret", Authentication::Pap).unwrap();
    assert_eq!(text(&set), "AT+CNCFG=0,1,\"internet\",\"me\",\"secret\",1");
    let set = SetContext::new(3, AddressKind::V4V6, "").unwrap();
    let set = set.credentials("", "", Authentication::None).unwrap();
    assert_eq!(text(&set), "AT+CNCFG=3,0,\"\",\"\",\"\",0");
}

#[test]
fn the_longest_context_fits() {
    let (apn, word) = ("a".repeat(62), "w".repeat(127));
    let set = SetContext::new(0, AddressKind::V6, &apn).unwrap();
    let set = set.credentials(&word, &word, Authentication::Either).unwrap();
    assert!(text(&set).ends_with(",3"));
}

#[test]
fn what_would_end_the_string_is_refused() {
    let illegal = ArgumentError::Illegal { field: "apn" };
    assert_eq!(SetContext::new(0, AddressKind::V4, "a\"b"), Err(illegal));
    assert_eq!(SetContext::new(0, AddressKind::V4, "a\r"), Err(illegal));
    let range = ArgumentError::OutOfRange { field: "context" };
    assert_eq!(SetContext::new(4, AddressKind::V4, "a"), Err(range));
    let set = SetContext::new(0, AddressKind::V4, "a").unwrap();
    assert!(set.credentials("me", &"x".repeat(128), Authentication::Chap).is_err());
}

#[test]
fn activation_and_its_state() {
    assert_eq!(text(&Activate { context: 0, on: true }), "AT+CNACT=0,1");
    assert_eq!(text(&Activate { context: 0, on: false }), "AT+CNACT=0,0");
    assert_eq!(text(&GetActive), "AT+CNACT?");
    let answer = b"\r\n+CNACT: 0,1,\"10.94.36.44\"\r\n+CNACT: 1,0,\"0.0.0.0\"\r\n\
        +CNACT: 2,2,\"0.0.0.0\"\r\n+CNACT: 3,1,\"2001:db8::1\"\r\n";
    let contexts = GetActive.parse(Ok(answer)).unwrap();
    let statuses: Vec<Status> = contexts.iter().map(|context| context.status).collect();
    assert_eq!(statuses, [Status::Active, Status::Inactive, Status::Changing, Status::Active]);
    assert_eq!(contexts[0].ip, Some([10, 94, 36, 44].into()));
    assert_eq!(contexts[1].ip, None);
    assert_eq!(contexts[3].ip, Some("2001:db8::1".parse().unwrap()));
    assert_eq!(GetActive.parse(Ok(b"+CNACT: 0,3,\"1.2.3.4\"\r\n")), Err(Error::Parse));
}

use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::cellular::context::ContextKind;
use usocket_commands::quectel::context::*;

use super::{ILLEGAL, text};

#[test]
fn an_access_point_has_a_user_or_none() {
    let set = SetContext::new(1, ContextKind::V4, "UNINET").unwrap();
    assert_eq!(text(&set), "AT+QICSGP=1,1,\"UNINET\",\"\",\"\",0");
    let set = set.credentials("", "", Authentication::Pap).unwrap();
    assert_eq!(text(&set), "AT+QICSGP=1,1,\"UNINET\",\"\",\"\",1");
    let v6 = SetContext::new(0, ContextKind::V6, "").unwrap();
    assert_eq!(text(&v6), "AT+QICSGP=0,2,\"\",\"\",\"\",0");
}

#[test]
fn the_longest_access_point_fits_a_command() {
    let (apn, credential) = ("a".repeat(62), "\\".repeat(127));
    let set = SetContext::new(16, ContextKind::V4V6, &apn)
        .unwrap()
        .credentials(&credential, &credential, Authentication::Either)
        .unwrap();
    assert_eq!(text(&set), format!("AT+QICSGP=16,3,\"{apn}\",\"{credential}\",\"{credential}\",3"));
}

#[test]
fn what_would_end_the_string_or_the_line_is_refused() {
    let set = SetContext::new(1, ContextKind::V4, "").unwrap();
    for bad in ILLEGAL {
        assert_eq!(
            SetContext::new(1, ContextKind::V4, bad),
            Err(ArgumentError::Illegal { field: "apn" })
        );
        assert_eq!(
            set.credentials(bad, "", Authentication::Pap),
            Err(ArgumentError::Illegal { field: "user" })
        );
        assert_eq!(
            set.credentials("", bad, Authentication::Pap),
            Err(ArgumentError::Illegal { field: "password" })
        );
    }
    assert_eq!(
        SetContext::new(17, ContextKind::V4, ""),
        Err(ArgumentError::OutOfRange { field: "context" })
    );
    assert_eq!(
        SetContext::new(1, ContextKind::V4, &"a".repeat(63)),
        Err(ArgumentError::TooLong { field: "apn", max: 62 })
    );
    assert_eq!(
        set.credentials(&"a".repeat(128), "", Authentication::Pap),
        Err(ArgumentError::TooLong { field: "user", max: 127 })
    );
    assert_eq!(
        set.credentials("", &"a".repeat(128), Authentication::Pap),
        Err(ArgumentError::TooLong { field: "password", max: 127 })
    );
}

#[test]
fn an_access_point_is_read_back_without_its_number() {
    let get = GetContext { context: 1 };
    assert_eq!(text(&get), "AT+QICSGP=1");
    let fresh = get.parse(Ok(b"+QICSGP: 1,\"\",\"\",\"\",0\r\n")).unwrap();
    assert!(fresh.apn.is_empty() && !fresh.has_user);
    assert_eq!((fresh.kind, fresh.authentication), (ContextKind::V4, Authentication::None));
    let set = get.parse(Ok(b"+QICSGP: 3,\"a,b\",\"u\\\",\"p\",3\r\n")).unwrap();
    assert_eq!((set.kind, set.has_user), (ContextKind::V4V6, true));
    assert_eq!(set.apn, "a,b");
    for bad in [
        "+QICSGP: 4,\"\",\"\",\"\",0",
        "+QICSGP: 1,\"\",\"\",\"\",4",
        "+QICSGP: 1,\"\",\"\",\"\"",
        "+QICSGP: 1,\"",
        "+QICSGP: (1-5),(1-3),<APN>,<username>,<password>,(0-2)",
    ] {
        assert_eq!(get.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}

#[test]
fn contexts_are_activated_at_once_or_later() {
    assert_eq!(text(&Activate { context: 1 }), "AT+QIACT=1");
    assert_eq!(text(&Deactivate { context: 16 }), "AT+QIDEACT=16");
    assert_eq!(text(&ActivateLater { context: 1 }), "AT+QIACTEX=1,1");
    assert_eq!(text(&DeactivateLater { context: 1 }), "AT+QIDEACTEX=1");
    assert_eq!((Activate::MAX_TIMEOUT_MS, Deactivate::MAX_TIMEOUT_MS), (150_000, 40_000));
}

#[test]
fn active_contexts_have_addresses() {
    assert_eq!(text(&GetActive), "AT+QIACT?");
    let answer = b"+QIACT: 1,1,1,\"10.7.157.1\"\r\n\
        +QIACT: 2,1,3,\"10.171.134.243\",\"240E:459:40D:A39::1\"\r\n\
        +QIACT: 3,0,2\r\n";
    let contexts = GetActive.parse(Ok(answer)).unwrap();
    assert_eq!(
        contexts[0],
        ActiveContext {
            context: 1,
            active: true,
            kind: ContextKind::V4,
            v4: Some([10, 7, 157, 1].into()),
            v6: None,
        }
    );
    assert_eq!(contexts[1].v4, Some([10, 171, 134, 243].into()));
    assert_eq!(contexts[1].v6, Some("240e:459:40d:a39::1".parse().unwrap()));
    assert!(!contexts[2].active && contexts[2].v6.is_none());
    assert_eq!(GetActive.parse(Ok(b"")).unwrap().len(), 0);
}

#[test]
fn damaged_contexts_are_none() {
    let whole = b"+QIACT: 1,1,1,\"10.7.157.1\"";
    let bare = ActiveContext::parse_line(b"+QIACT: 1,1,1");
    for end in 0..whole.len() {
        // addresses may be missing
        let ends_before_the_address = (13..=14).contains(&end);
        let expected = bare.filter(|_| ends_before_the_address);
        assert_eq!(ActiveContext::parse_line(&whole[..end]), expected, "cut at {end}");
    }
    for bad in ["+QIACT: 1,2,1", "+QIACT: 1,1,4", "+QIACT: 1,1,1,\"10.7.157\"", "+QIACT: 256,1,1"] {
        assert_eq!(ActiveContext::parse_line(bad.as_bytes()), None, "{bad}");
    }
}

use usocket_commands::simcom::dns::*;
use usocket_commands::simcom::result::DnsError;

use super::text;

#[test]
fn a_name_is_asked_for_in_quotes() {
    assert_eq!(text(&Resolve::new("example.com").unwrap()), "AT+CDNSGIP=\"example.com\"");
    let longest = "n".repeat(128);
    assert_eq!(text(&Resolve::new(&longest).unwrap()).len(), 141);
    assert!(Resolve::new("").is_err());
    assert!(Resolve::new(&"n".repeat(129)).is_err());
    assert!(Resolve::new("a\"b").is_err());
}

#[test]
fn results_name_up_to_two_addresses() {
    let one = Lookup::Found([Some([192, 0, 2, 10].into()), None]);
    assert_eq!(Lookup::parse_line(br#"+CDNSGIP: 1,"a.b","192.0.2.10""#), Some(one));
    let two = Lookup::Found([Some([192, 0, 2, 10].into()), Some("2001:db8::1".parse().unwrap())]);
    assert_eq!(Lookup::parse_line(br#"+CDNSGIP: 1,"a.b","192.0.2.10","2001:DB8::1""#), Some(two));
    assert_eq!(Lookup::parse_line(b"+CDNSGIP: 0,8"), Some(Lookup::Failed(DnsError::COMMON)));
    assert_eq!(Lookup::parse_line(b"+CDNSGIP: 2,8"), None);
    assert_eq!(Lookup::parse_line(b"+CDNSGIP: 0,x"), None);
}

#[test]
fn of_a_line_that_was_cut_off_the_whole_addresses_count() {
    let cut = br#"+CDNSGIP: 1,"a.b","192.0.2.10","192.0.2.1"#;
    let one = Lookup::Found([Some([192, 0, 2, 10].into()), None]);
    assert_eq!(Lookup::parse_line(cut), Some(one));
    let nothing = br#"+CDNSGIP: 1,"a.b","192.0.2"#;
    assert_eq!(Lookup::parse_line(nothing), Some(Lookup::Found([None, None])));
}

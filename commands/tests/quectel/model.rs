use usocket_commands::cellular::context::MAX_CONTEXT;
use usocket_commands::quectel::model::{Dialect, Family};

const FAMILIES: [Family; 12] = [
    Family::Bg96,
    Family::Bg95,
    Family::Bg770,
    Family::Ec20,
    Family::Ec2x,
    Family::Ec200,
    Family::Bc25,
    Family::Bc26,
    Family::Bc260,
    Family::Bc660,
    Family::M95,
    Family::M66,
];

#[test]
fn modules_belong_to_families() {
    for (name, family) in [
        ("BG96", Family::Bg96),
        ("BG95-M3", Family::Bg95),
        ("BG77", Family::Bg95),
        ("BG600L-M3", Family::Bg95),
        ("BG770A-GL", Family::Bg770),
        ("BG950A-GL", Family::Bg770),
        ("EC20", Family::Ec20),
        ("EC20F", Family::Ec20),
        ("EC21", Family::Ec2x),
        ("EC25", Family::Ec2x),
        ("EG25-G", Family::Ec2x),
        ("EG91", Family::Ec2x),
        ("EG95", Family::Ec2x),
        ("EG21", Family::Ec2x),
        ("UC20", Family::Ec2x),
        ("UG96", Family::Ec2x),
        ("EC200U", Family::Ec200),
        ("EC200A-EU", Family::Ec200),
        ("EG915U-EU", Family::Ec200),
        ("BC25", Family::Bc25),
        ("Quectel_BC26", Family::Bc26),
        ("BC28", Family::Bc26),
        ("BC66", Family::Bc26),
        ("BC260Y-CN", Family::Bc260),
        ("Quectel_BC660K-GL", Family::Bc660),
        ("M95", Family::M95),
        ("Quectel_M66", Family::M66),
        ("M10", Family::M66),
        ("M26", Family::M66),
        ("M72", Family::M66),
        ("MC60", Family::M66),
    ] {
        assert_eq!(Family::from_name(name.as_bytes()), Some(family), "{name}");
    }
}

#[test]
fn the_revision_tells_the_family_too() {
    for (revision, family) in [
        ("BG96MAR02A07M1G", Family::Bg96),
        ("BG770AGLAAR01A05", Family::Bg770),
        ("EC25EFAR06A03M4G", Family::Ec2x),
        ("EC200UCNAAR03A02M08", Family::Ec200),
        ("M66FAR01A12BT", Family::M66),
        ("BC66NBR01A01", Family::Bc26),
    ] {
        assert_eq!(Family::from_name(revision.as_bytes()), Some(family), "{revision}");
    }
}

#[test]
fn what_is_not_known_has_no_family() {
    for name in [
        "",
        "BG",
        "BG9",
        "BG961",
        "EC2",
        "EC2000",
        "M6",
        "M660",
        "SIM7600",
        "SARA-R412M",
        "96BG",
        "bg96",
        "Quectel",
        "Quectel_",
        "RDY",
        "\u{FF}",
    ] {
        assert_eq!(Family::from_name(name.as_bytes()), None, "{name}");
    }
}

#[test]
fn facts_stay_within_what_the_commands_can_say() {
    use usocket_commands::quectel::*;
    for family in FAMILIES {
        assert!(family.links() <= LINKS, "{family:?}");
        assert!(family.max_send() <= MAX_SEND && family.max_read() <= MAX_READ, "{family:?}");
        assert!(u32::from(family.boot_ms()) < READY_TIMEOUT_MS, "{family:?}");
        assert!(*family.contexts().end() <= MAX_CONTEXT, "{family:?}");
        assert!((600..=2_100).contains(&family.power_on_ms()), "{family:?}");
        let last = open::Open::tcp(*family.contexts().end(), family.links() - 1, "h".into(), 1);
        assert!(last.is_ok(), "{family:?}");
    }
}

#[test]
fn what_sets_families_apart() {
    let those = |fact: fn(Family) -> bool| {
        FAMILIES.into_iter().filter(|&family| fact(family)).collect::<Vec<_>>()
    };
    use Family::*;
    assert_eq!(those(|family| family.dialect() == Dialect::Gsm), [M95, M66]);
    assert_eq!(those(|family| !family.has_activation()), [Bc25, Bc26, Bc260, Bc660]);
    assert_eq!(those(Family::has_app_ready), [Bg96, Bg95]);
    assert_eq!(those(Family::has_extensions), [Ec200]);
    assert_eq!(those(|family| !family.has_buffer()), [Bc260]);
    assert_eq!(those(Family::has_either_authentication), [Bg96, Bg95, Ec20, Ec2x]);
    assert_eq!(those(Family::has_listener), those(Family::has_udp_service));
    assert_eq!(those(|family| family.links() == 12), [Bg96, Bg95, Bg770, Ec20, Ec2x, Ec200]);
    assert_eq!(those(|family| family.reset_ms().is_some()), [Bg96, Bg95, Ec2x, Ec200]);
    assert_eq!((Bc660.max_read(), Bc660.max_send(), Bc660.links()), (512, 1024, 4));
    assert_eq!((Bc260.contexts(), Bc25.contexts(), Bg770.contexts()), (0..=0, 1..=3, 1..=5));
    assert_eq!((Bg96.max_baud(), Bc660.max_baud(), M95.max_baud()), (921_600, 460_800, 115_200));
}

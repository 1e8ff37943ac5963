use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::esp_at::basic::GetVersion;
use usocket_commands::esp_at::version::{Chip, Generation, Version};

fn parse(line: &str) -> Version {
    Version::parse_line(line.as_bytes()).expect(line)
}

#[test]
fn the_chip_stands_between_hash_and_date() {
    for (line, numbers, chip) in [
        (
            "AT version:4.1.1.0(ba4dd0e - ESP32C3 - Jul 31 2025 08:38:07)",
            (4, 1, 1, 0),
            Chip::Esp32C3,
        ),
        (
            "AT version:2.5.0.0-dev(s-5d850d5 - ESP32C3 - Jul 15 2022 03:28:53)",
            (2, 5, 0, 0),
            Chip::Esp32C3,
        ),
        (
            "AT version:4.1.0.0-dev(s-6eebeb4 - ESP32C3 - Mar 20 2024 12:33:38)",
            (4, 1, 0, 0),
            Chip::Esp32C3,
        ),
        ("AT version:3.4.0.0(s-c31b833 - ESP32 - Jun  7 2024 03:48:17)", (3, 4, 0, 0), Chip::Esp32),
        (
            "AT version:2.2.1.0(b097cdf - ESP8266 - Jun 17 2021 12:57:45)",
            (2, 2, 1, 0),
            Chip::Esp8266,
        ),
        (
            "AT version:5.0.1.0(abcdef0 - ESP32C61 - Mar  9 2026 00:00:00)",
            (5, 0, 1, 0),
            Chip::Esp32C61,
        ),
        ("AT version:9.9.9.9(abcdef0 - ESP32X9 - Mar  9 2030 00:00:00)", (9, 9, 9, 9), Chip::Other),
    ] {
        let version = parse(line);
        assert_eq!((version.numbers(), version.chip), (numbers, chip));
        assert_eq!(version.generation, Generation::Rtos);
        assert!(!version.is_nonos());
    }
}

#[test]
fn a_date_alone_is_nonos() {
    let version = parse("AT version:1.7.1.0(Jul 15 2019 16:58:04)");
    assert_eq!(version.numbers(), (1, 7, 1, 0));
    assert_eq!(version.chip, Chip::Esp8266);
    assert!(version.is_nonos());
    assert!(parse("AT version:0.21.0.0").is_nonos());
}

#[test]
fn hash_and_date_without_chip_are_the_first_versions_of_esp_at() {
    for line in [
        "AT version:2.0.0.0(e44648c - Nov  4 2019 08:19:13)",
        "AT version:1.2.0.0-dev(c3c7f6f - Jun 20 2018 12:17:18)",
    ] {
        assert_eq!((parse(line).chip, parse(line).is_nonos()), (Chip::Other, false));
    }
    assert!(!parse("AT version:2.0").is_nonos());
}

#[test]
fn versions_are_ordered_by_number() {
    let old = parse("AT version:3.3.0.0(s-1 - ESP32C3 - May  9 2024)");
    let new = parse("AT version:4.1.1.0(s-2 - ESP32C3 - Jul 31 2025)");
    assert!(old < new);
    assert!(
        parse("AT version:2.3.10.0(s-1 - ESP32 - x)")
            > parse("AT version:2.3.9.0(s-1 - ESP32 - x)")
    );
    assert!(new.numbers() >= (4, 1, 0, 0));
}

#[test]
fn the_other_lines_of_the_answer_are_ignored() {
    let answer = b"AT version:4.1.1.0(ba4dd0e - ESP32C3 - Jul 31 2025 08:38:07)\r\n\
        SDK version:v5.4.1-643-g8ad0d3d8f2-dirty\r\n\
        compile time(7c092f9a):Aug  1 2025 05:35:19\r\n\
        Bin version:v4.1.1.0(MINI-1)\r\n";
    assert_eq!(GetVersion.parse(Ok(answer)).unwrap().numbers(), (4, 1, 1, 0));
    assert_eq!(GetVersion.parse(Ok(b"Bin version:2.4.0(MINI-1)\r\n")), Err(Error::Parse));
}

#[test]
fn numbers_that_are_none_are_no_version() {
    for bad in ["AT version:", "AT version:a.b", "AT version:1..2.3(x)", "AT version:256.0.0.0(x)"]
    {
        assert_eq!(Version::parse_line(bad.as_bytes()), None, "{bad}");
    }
}

//! What a cellular module tells, in words.

use usocket::commands::cellular::Text;
use usocket::commands::cellular::registration::AccessTechnology;
use usocket::network::{Operator, RegistrationStatus};

/// Something that can be said in words.
pub(crate) trait Words {
    fn words(&self) -> String;
}

impl Words for RegistrationStatus {
    fn words(&self) -> String {
        let words = match self {
            Self::Idle => "none, and not searching for a network",
            Self::Home => "registered at home",
            Self::Searching => "searching for a network",
            Self::Denied => "denied by the network",
            Self::Unknown => "unknown, most likely no network in reach",
            Self::Roaming => "registered, roaming",
            Self::HomeMessagesOnly => "at home, for messages only",
            Self::RoamingMessagesOnly => "roaming, for messages only",
            Self::EmergencyOnly => "for emergency calls only",
            Self::HomeWithoutFallback => "at home, calls go through another network",
            Self::RoamingWithoutFallback => "roaming, calls go through another network",
        };
        words.to_owned()
    }
}

impl Words for AccessTechnology {
    fn words(&self) -> String {
        let words = match self {
            Self::Gsm => "GSM",
            Self::Utran => "UMTS",
            Self::Edge => "EDGE",
            Self::Hspa => "HSPA",
            Self::Lte => "LTE",
            Self::CatM1 => "LTE Cat-M1",
            Self::NbIot => "NB-IoT",
            Self::Other(number) => return format!("radio technology {number}"),
            _ => "another radio technology",
        };
        words.to_owned()
    }
}

impl Words for Operator {
    fn words(&self) -> String {
        let name = self.name.as_ref().map(text);
        let technology = self.technology.map(|it| it.words());
        let told: Vec<_> = name.into_iter().chain(technology).collect();
        if told.is_empty() { "none".to_owned() } else { told.join(", ") }
    }
}

/// A text of the module, which need not be UTF-8.
pub(crate) fn text<const N: usize>(text: &Text<N>) -> String {
    String::from_utf8_lossy(text.as_bytes()).into_owned()
}

/// How many tries a SIM leaves, as a part of a sentence; nothing if it does not say.
pub(crate) fn tries(left: Option<u8>) -> String {
    match left {
        Some(1) => " (1 try left)".to_owned(),
        Some(left) => format!(" ({left} tries left)"),
        None => String::new(),
    }
}

//! PDP contexts: what they are set to, and the addresses of the active ones (Quectel digest §4).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The protocols of a context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContextType {
    V4,
    V6,
    V4V6,
}

impl ContextType {
    /// The number of `AT+QICSGP`.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::V4 => 1,
            Self::V6 => 2,
            Self::V4V6 => 3,
        }
    }

    pub(crate) fn from_number(number: i64) -> Option<Self> {
        [Self::V4, Self::V6, Self::V4V6].into_iter().find(|it| i64::from(it.number()) == number)
    }

    /// The text of `AT+CGDCONT`.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::V4 => "IP",
            Self::V6 => "IPV6",
            Self::V4V6 => "IPV4V6",
        }
    }

    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let all = [Self::V4, Self::V6, Self::V4V6];
        all.into_iter().find(|it| it.text().eq_ignore_ascii_case(text))
    }
}

/// One context.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// Whether it was set to something.
    pub(crate) defined: bool,
    pub(crate) kind: ContextType,
    pub(crate) apn: String,
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) authentication: u8,
    pub(crate) active: bool,
    pub(crate) ipv4: Option<Ipv4Addr>,
    pub(crate) ipv6: Option<Ipv6Addr>,
    pub(crate) dns: [IpAddr; 2],
}

/// The name servers that the network gives.
const DNS: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(10, 1, 1, 1)), IpAddr::V4(Ipv4Addr::new(10, 1, 1, 2))];

impl Default for Context {
    fn default() -> Self {
        Self {
            defined: false,
            kind: ContextType::V4,
            apn: String::new(),
            user: String::new(),
            password: String::new(),
            authentication: 0,
            active: false,
            ipv4: None,
            ipv6: None,
            dns: DNS,
        }
    }
}

impl Context {
    /// Takes the addresses of the context with this number from the network; `ipv6` tells whether
    /// it has IPv6. False if there is none for the type.
    pub(crate) fn activate(&mut self, number: u8, ipv6: bool) -> bool {
        let ipv4 = self.kind != ContextType::V6;
        let ipv6 = ipv6 && self.kind != ContextType::V4;
        let v6 = Ipv6Addr::new(0x2001, 0xdb8, 7, 0x9d, 0, 0, 0, number.into());
        self.ipv4 = ipv4.then_some(Ipv4Addr::new(10, 7, 157, number));
        self.ipv6 = ipv6.then_some(v6);
        self.active = ipv4 || ipv6;
        self.active
    }

    pub(crate) fn deactivate(&mut self) {
        self.active = false;
        self.ipv4 = None;
        self.ipv6 = None;
        self.dns = DNS;
    }

    /// The address of a socket that is not for one family.
    pub(crate) fn address(&self) -> IpAddr {
        match (self.ipv4, self.ipv6) {
            (Some(address), _) => address.into(),
            (None, Some(address)) => address.into(),
            (None, None) => Ipv4Addr::UNSPECIFIED.into(),
        }
    }

    /// The addresses as answers list them: `"10.7.157.1"`, with `,` between them.
    pub(crate) fn quoted(&self) -> String {
        let v4 = self.ipv4.map(|it| format!("\"{it}\""));
        let v6 = self.ipv6.map(|it| format!("\"{}\"", shown(it.into())));
        [v4, v6].into_iter().flatten().collect::<Vec<_>>().join(",")
    }
}

/// An address as the modules write it: IPv6 in capitals.
pub(crate) fn shown(address: IpAddr) -> String {
    address.to_string().to_ascii_uppercase()
}

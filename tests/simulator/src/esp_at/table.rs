//! The command table: which commands exist in which firmware, and in which forms.

use super::EspAt;
use super::dispatch::Handler;
use super::release::{Generation, Release};

/// One command.
pub(crate) struct Entry {
    /// Name as written in answers.
    pub(crate) name: &'static str,
    /// First generation that has it.
    from: Generation,
    pub(crate) test: Option<Handler>,
    pub(crate) query: Option<Handler>,
    pub(crate) set: Option<Handler>,
    pub(crate) execute: Option<Handler>,
}

impl Entry {
    const fn new(name: &'static str, from: Generation) -> Self {
        Self { name, from, test: None, query: None, set: None, execute: None }
    }

    const fn query(mut self, handler: Handler) -> Self {
        self.query = Some(handler);
        self
    }

    const fn set(mut self, handler: Handler) -> Self {
        self.set = Some(handler);
        self
    }

    const fn execute(mut self, handler: Handler) -> Self {
        self.execute = Some(handler);
        self
    }
}

/// The entry called `name`, if this firmware has it.
pub(crate) fn find(release: &Release, name: &str) -> Option<&'static Entry> {
    available(release).find(|entry| entry.name == name)
}

/// Every command of this firmware.
pub(crate) fn available(release: &Release) -> impl Iterator<Item = &'static Entry> + use<> {
    let generation = release.generation;
    COMMANDS.iter().filter(move |entry| {
        // NonOS alone has buffers for TLS that the host sizes (ESP-AT digest §19).
        let gone = entry.name == "+CIPSSLSIZE" && generation != Generation::NonOs17;
        entry.from <= generation && !gone
    })
}

/// Splits the `_CUR` and `_DEF` of NonOS off a name; the flag tells whether flash is meant.
pub(crate) fn split_suffix<'n>(release: &Release, name: &'n str) -> (&'n str, Option<bool>) {
    let uart = name.starts_with("+UART");
    match (release.is_legacy() && !uart, name.rsplit_once('_')) {
        (true, Some((stem, "CUR"))) => (stem, Some(false)),
        (true, Some((stem, "DEF"))) => (stem, Some(true)),
        (true, _) => (name, Some(true)),
        (false, _) => (name, None),
    }
}

use Generation::{NonOs17, V2_2, V3_2, V4_1};

static COMMANDS: &[Entry] = &[
    Entry::new("", NonOs17).execute(EspAt::probe),
    Entry::new("E0", NonOs17).execute(EspAt::echo_off),
    Entry::new("E1", NonOs17).execute(EspAt::echo_on),
    Entry::new("+RST", NonOs17).execute(EspAt::restart).set(EspAt::restart),
    Entry::new("+GMR", NonOs17).execute(EspAt::show_version),
    Entry::new("+RESTORE", NonOs17).execute(EspAt::restore),
    Entry::new("+CMD", V2_2).query(EspAt::list_commands),
    Entry::new("+SYSSTORE", V2_2).set(EspAt::set_store).query(EspAt::query_store),
    Entry::new("+SYSLOG", V2_2).set(EspAt::set_error_codes).query(EspAt::query_error_codes),
    Entry::new("+SYSMSG", V2_2).set(EspAt::set_messages).query(EspAt::query_messages),
    Entry::new("+SYSRAM", NonOs17).query(EspAt::query_memory),
    Entry::new("+SLEEP", NonOs17).set(EspAt::set_sleep).query(EspAt::query_sleep),
    Entry::new("+UART_CUR", NonOs17).set(EspAt::set_uart_current).query(EspAt::query_uart),
    Entry::new("+UART_DEF", NonOs17).set(EspAt::set_uart_default).query(EspAt::query_uart),
    Entry::new("+UART", NonOs17).set(EspAt::set_uart_default).query(EspAt::query_uart),
    Entry::new("+CWMODE", NonOs17).set(EspAt::set_mode).query(EspAt::query_mode),
    Entry::new("+CWSTATE", V2_2).query(EspAt::query_wifi_state),
    Entry::new("+CWLAP", NonOs17).set(EspAt::scan).execute(EspAt::scan),
    Entry::new("+CWLAPOPT", NonOs17).set(EspAt::set_scan_options),
    Entry::new("+CWJAP", NonOs17)
        .set(EspAt::join)
        .query(EspAt::query_join)
        .execute(EspAt::join_again),
    Entry::new("+CWQAP", NonOs17).execute(EspAt::quit),
    Entry::new("+CWRECONNCFG", V2_2).set(EspAt::set_reconnect).query(EspAt::query_reconnect),
    Entry::new("+CWAUTOCONN", NonOs17)
        .set(EspAt::set_auto_connect)
        .query(EspAt::query_auto_connect),
    Entry::new("+CWHOSTNAME", NonOs17).set(EspAt::set_hostname).query(EspAt::query_hostname),
    Entry::new("+CWDHCP", NonOs17).set(EspAt::set_dhcp).query(EspAt::query_dhcp),
    Entry::new("+CIPSTA", NonOs17).set(EspAt::set_address).query(EspAt::query_address),
    Entry::new("+CIPSTAMAC", NonOs17).set(EspAt::set_station_mac).query(EspAt::query_station_mac),
    Entry::new("+CIFSR", NonOs17).execute(EspAt::show_addresses),
    Entry::new("+CIPV6", V2_2).set(EspAt::set_ipv6).query(EspAt::query_ipv6),
    Entry::new("+CIPMUX", NonOs17).set(EspAt::set_multiplex).query(EspAt::query_multiplex),
    Entry::new("+CIPSTART", NonOs17).set(EspAt::start_link),
    Entry::new("+CIPSTARTEX", NonOs17).set(EspAt::start_link_anywhere),
    Entry::new("+CIPCLOSE", NonOs17).set(EspAt::close_link).execute(EspAt::close_single_link),
    Entry::new("+CIPSEND", NonOs17).set(EspAt::send).execute(EspAt::enter_passthrough),
    Entry::new("+CIPSENDEX", NonOs17).set(EspAt::send_escaped),
    Entry::new("+CIPSENDL", V3_2).set(EspAt::send_streamed),
    Entry::new("+CIPSENDLCFG", V3_2)
        .set(EspAt::set_stream_report)
        .query(EspAt::query_stream_report),
    Entry::new("+CIPMODE", NonOs17).set(EspAt::set_passthrough).query(EspAt::query_passthrough),
    Entry::new("+CIPRECONNINTV", V2_2)
        .set(EspAt::set_reconnect_interval)
        .query(EspAt::query_reconnect_interval),
    Entry::new("+CIPDINFO", NonOs17).set(EspAt::set_remote_info).query(EspAt::query_remote_info),
    // Still in 3.3 and later, though their manuals no longer name it.
    Entry::new("+CIPRECVMODE", NonOs17)
        .set(EspAt::set_receive_mode)
        .query(EspAt::query_receive_mode),
    Entry::new("+CIPRECVTYPE", V4_1).set(EspAt::set_receive_type).query(EspAt::query_receive_type),
    Entry::new("+CIPRECVDATA", NonOs17).set(EspAt::read_data),
    Entry::new("+CIPRECVLEN", NonOs17).query(EspAt::query_lengths),
    Entry::new("+CIPSERVER", NonOs17).set(EspAt::set_server).query(EspAt::query_server),
    Entry::new("+CIPSERVERMAXCONN", NonOs17)
        .set(EspAt::set_server_max)
        .query(EspAt::query_server_max),
    Entry::new("+CIPSTO", NonOs17)
        .set(EspAt::set_server_timeout)
        .query(EspAt::query_server_timeout),
    Entry::new("+CIPSTATE", V2_2).query(EspAt::query_state),
    Entry::new("+CIPSTATUS", NonOs17).execute(EspAt::show_status),
    Entry::new("+CIPTCPOPT", V2_2).set(EspAt::set_tcp_options).query(EspAt::query_tcp_options),
    Entry::new("+CIPSSLSIZE", NonOs17).set(EspAt::set_tls_size).query(EspAt::query_tls_size),
    Entry::new("+CIPSSLCCONF", V2_2).set(EspAt::set_tls_auth).query(EspAt::query_tls_auth),
    Entry::new("+CIPSSLCCN", V2_2).set(EspAt::set_common_name).query(EspAt::query_common_name),
    Entry::new("+CIPSSLCSNI", V2_2).set(EspAt::set_sni).query(EspAt::query_sni),
    Entry::new("+CIPSSLCALPN", V2_2).set(EspAt::set_alpn).query(EspAt::query_alpn),
    Entry::new("+CIPSSLCPSK", V2_2).set(EspAt::set_shared_key).query(EspAt::query_shared_key),
    Entry::new("+CIPSSLCPSKHEX", V2_2)
        .set(EspAt::set_shared_key_hex)
        .query(EspAt::query_shared_key_hex),
    Entry::new("+CIPSSLCCIPHER", V4_1).set(EspAt::set_ciphers).query(EspAt::query_ciphers),
    Entry::new("+CIPDOMAIN", NonOs17).set(EspAt::look_up),
    Entry::new("+CIPDNS", NonOs17).set(EspAt::set_dns).query(EspAt::query_dns),
    Entry::new("+CIPSNTPCFG", NonOs17).set(EspAt::set_time_source).query(EspAt::query_time_source),
    Entry::new("+CIPSNTPTIME", NonOs17).query(EspAt::query_time),
    Entry::new("+CIPSNTPINTV", V2_2)
        .set(EspAt::set_time_interval)
        .query(EspAt::query_time_interval),
    Entry::new("+PING", NonOs17).set(EspAt::ping),
];

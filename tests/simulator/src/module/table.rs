//! The command table: which commands exist in which firmware, and in which forms.

use super::Module;
use super::dispatch::Handler;
use crate::profile::{Generation, Profile};

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
pub(crate) fn find(profile: &Profile, name: &str) -> Option<&'static Entry> {
    available(profile).find(|entry| entry.name == name)
}

/// Every command of this firmware.
pub(crate) fn available(profile: &Profile) -> impl Iterator<Item = &'static Entry> + use<> {
    let generation = profile.generation;
    COMMANDS.iter().filter(move |entry| entry.from <= generation)
}

/// Splits the `_CUR` and `_DEF` of NonOS off a name; the flag tells whether flash is meant.
pub(crate) fn split_suffix<'n>(profile: &Profile, name: &'n str) -> (&'n str, Option<bool>) {
    let uart = name.starts_with("+UART");
    match (profile.is_legacy() && !uart, name.rsplit_once('_')) {
        (true, Some((stem, "CUR"))) => (stem, Some(false)),
        (true, Some((stem, "DEF"))) => (stem, Some(true)),
        (true, _) => (name, Some(true)),
        (false, _) => (name, None),
    }
}

use Generation::{NonOs17, V2_2, V3_2, V4_1};

static COMMANDS: &[Entry] = &[
    Entry::new("", NonOs17).execute(Module::probe),
    Entry::new("E0", NonOs17).execute(Module::echo_off),
    Entry::new("E1", NonOs17).execute(Module::echo_on),
    Entry::new("+RST", NonOs17).execute(Module::restart).set(Module::restart),
    Entry::new("+GMR", NonOs17).execute(Module::show_version),
    Entry::new("+RESTORE", NonOs17).execute(Module::restore),
    Entry::new("+CMD", V2_2).query(Module::list_commands),
    Entry::new("+SYSSTORE", V2_2).set(Module::set_store).query(Module::query_store),
    Entry::new("+SYSLOG", V2_2).set(Module::set_error_codes).query(Module::query_error_codes),
    Entry::new("+SYSMSG", V2_2).set(Module::set_messages).query(Module::query_messages),
    Entry::new("+SYSRAM", NonOs17).query(Module::query_memory),
    Entry::new("+SLEEP", NonOs17).set(Module::set_sleep).query(Module::query_sleep),
    Entry::new("+UART_CUR", NonOs17).set(Module::set_uart_current).query(Module::query_uart),
    Entry::new("+UART_DEF", NonOs17).set(Module::set_uart_default).query(Module::query_uart),
    Entry::new("+UART", NonOs17).set(Module::set_uart_default).query(Module::query_uart),
    Entry::new("+CWMODE", NonOs17).set(Module::set_mode).query(Module::query_mode),
    Entry::new("+CWSTATE", V2_2).query(Module::query_wifi_state),
    Entry::new("+CWLAP", NonOs17).set(Module::scan).execute(Module::scan),
    Entry::new("+CWLAPOPT", NonOs17).set(Module::set_scan_options),
    Entry::new("+CWJAP", NonOs17)
        .set(Module::join)
        .query(Module::query_join)
        .execute(Module::join_again),
    Entry::new("+CWQAP", NonOs17).execute(Module::quit),
    Entry::new("+CWRECONNCFG", V2_2).set(Module::set_reconnect).query(Module::query_reconnect),
    Entry::new("+CWAUTOCONN", NonOs17)
        .set(Module::set_auto_connect)
        .query(Module::query_auto_connect),
    Entry::new("+CWHOSTNAME", NonOs17).set(Module::set_hostname).query(Module::query_hostname),
    Entry::new("+CWDHCP", NonOs17).set(Module::set_dhcp).query(Module::query_dhcp),
    Entry::new("+CIPSTA", NonOs17).set(Module::set_address).query(Module::query_address),
    Entry::new("+CIPSTAMAC", NonOs17).set(Module::set_station_mac).query(Module::query_station_mac),
    Entry::new("+CIFSR", NonOs17).execute(Module::show_addresses),
    Entry::new("+CIPV6", V2_2).set(Module::set_ipv6).query(Module::query_ipv6),
    Entry::new("+CIPMUX", NonOs17).set(Module::set_multiplex).query(Module::query_multiplex),
    Entry::new("+CIPSTART", NonOs17).set(Module::start_link),
    Entry::new("+CIPSTARTEX", NonOs17).set(Module::start_link_anywhere),
    Entry::new("+CIPCLOSE", NonOs17).set(Module::close_link).execute(Module::close_single_link),
    Entry::new("+CIPSEND", NonOs17).set(Module::send).execute(Module::enter_passthrough),
    Entry::new("+CIPSENDEX", NonOs17).set(Module::send_escaped),
    Entry::new("+CIPSENDL", V3_2).set(Module::send_streamed),
    Entry::new("+CIPSENDLCFG", V3_2)
        .set(Module::set_stream_report)
        .query(Module::query_stream_report),
    Entry::new("+CIPMODE", NonOs17).set(Module::set_passthrough).query(Module::query_passthrough),
    Entry::new("+CIPRECONNINTV", V2_2)
        .set(Module::set_reconnect_interval)
        .query(Module::query_reconnect_interval),
    Entry::new("+CIPDINFO", NonOs17).set(Module::set_remote_info).query(Module::query_remote_info),
    // Still in 3.3 and later, though their manuals no longer name it.
    Entry::new("+CIPRECVMODE", NonOs17)
        .set(Module::set_receive_mode)
        .query(Module::query_receive_mode),
    Entry::new("+CIPRECVTYPE", V4_1)
        .set(Module::set_receive_type)
        .query(Module::query_receive_type),
    Entry::new("+CIPRECVDATA", NonOs17).set(Module::read_data),
    Entry::new("+CIPRECVLEN", NonOs17).query(Module::query_lengths),
    Entry::new("+CIPSERVER", NonOs17).set(Module::set_server).query(Module::query_server),
    Entry::new("+CIPSERVERMAXCONN", NonOs17)
        .set(Module::set_server_max)
        .query(Module::query_server_max),
    Entry::new("+CIPSTO", NonOs17)
        .set(Module::set_server_timeout)
        .query(Module::query_server_timeout),
    Entry::new("+CIPSTATE", V2_2).query(Module::query_state),
    Entry::new("+CIPSTATUS", NonOs17).execute(Module::show_status),
    Entry::new("+CIPTCPOPT", V2_2).set(Module::set_tcp_options).query(Module::query_tcp_options),
    Entry::new("+CIPDOMAIN", NonOs17).set(Module::look_up),
    Entry::new("+CIPDNS", NonOs17).set(Module::set_dns).query(Module::query_dns),
    Entry::new("+PING", NonOs17).set(Module::ping),
];

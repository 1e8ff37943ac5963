//! The trait of commands, and the table form in which they are declared.

/// What a driver must know of a command beside [`atat::AtatCmd`].
///
/// ```
/// use usocket_commands::{Command, esp_at::wifi::{Join, Scan}};
///
/// assert_eq!(Scan::PREFIX, "+CWLAP:");
/// assert_eq!(Scan.timeout_ms(), 15_000);
/// // A join waits as long as it was told to, plus what the module needs around it.
/// assert_eq!(Join::new("net", "12345678")?.timeout_s(60).timeout_ms(), 70_000);
/// # Ok::<(), usocket_commands::ArgumentError>(())
/// ```
pub trait Command: atat::AtatCmd {
    /// Text with which each information line of its answer begins (`+CWLAP:`); `""` if it has
    /// no such lines, or lines without a common beginning.
    const PREFIX: &'static str;

    /// How long this very command may take until its first result, in milliseconds.
    ///
    /// It is [`MAX_TIMEOUT_MS`](atat::AtatCmd::MAX_TIMEOUT_MS) unless an argument of the command
    /// is itself a time.
    fn timeout_ms(&self) -> u32 {
        Self::MAX_TIMEOUT_MS
    }
}

/// Declares a command: documentation, fields, answer, prefix, time, encoding.
///
/// Each family has a front of its own, which says how its commands end: [`command`],
/// [`cr_command`].
///
/// ```text
/// command! {
///     /// What it does (ESP-AT digest §4).
///     pub struct Name { fields }          // or `pub struct Name;`
///     answer NoResponse, prefix "", within TIME;
///     |command, line| line.text("AT+NAME=").number(command.field)
/// }
/// ```
///
/// `within TIME, or |command| ms;` gives a command a [`Command::timeout_ms`] of its own.
macro_rules! declare {
    (
        [$end:expr]
        $(#[$meta:meta])*
        pub struct $name:ident;
        $($rest:tt)*
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name;

        $crate::command::declare!(@implement [$end] [] $name; $($rest)*);
    };
    (
        [$end:expr]
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[$field_meta:meta])* $visibility:vis $field:ident: $type:ty, )*
        }
        $($rest:tt)*
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name {
            $( $(#[$field_meta])* $visibility $field: $type, )*
        }

        $crate::command::declare!(@implement [$end] [] $name; $($rest)*);
    };
    (
        [$end:expr]
        $(#[$meta:meta])*
        pub struct $name:ident<'a> {
            $( $(#[$field_meta:meta])* $visibility:vis $field:ident: $type:ty, )*
        }
        $($rest:tt)*
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name<'a> {
            $( $(#[$field_meta])* $visibility $field: $type, )*
        }

        $crate::command::declare!(@implement [$end] ['a] $name; $($rest)*);
    };
    (
        @implement [$end:expr] [$($life:lifetime)?] $name:ident;
        answer $response:ty, prefix $prefix:expr, within $ms:expr $(, or |$timed:ident| $own:expr)?;
        |$this:ident, $line:ident| $encode:expr
    ) => {
        impl$(<$life>)? ::atat::AtatCmd for $name$(<$life>)? {
            type Response = $response;

            const MAX_TIMEOUT_MS: u32 = $ms;

            fn write(&self, buffer: &mut [u8]) -> usize {
                #[allow(unused_variables)]
                let $this = self;
                let mut encoder = $crate::encoder::Encoder::new(buffer);
                let $line = &mut encoder;
                $encode;
                encoder.finish($end)
            }

            fn parse(
                &self,
                answer: Result<&[u8], ::atat::InternalError<'_>>,
            ) -> Result<Self::Response, ::atat::Error> {
                $crate::answer::read(answer)
            }
        }

        impl$(<$life>)? $crate::Command for $name$(<$life>)? {
            const PREFIX: &'static str = $prefix;
            $(
                fn timeout_ms(&self) -> u32 {
                    let $timed = self;
                    $own
                }
            )?
        }
    };
}
pub(crate) use declare;

/// Declares a command of ESP-AT, which ends with CR LF.
macro_rules! command {
    ($($declaration:tt)*) => {
        $crate::command::declare!([$crate::esp_at::TERMINATOR] $($declaration)*);
    };
}
pub(crate) use command;

/// Declares a command of a cellular module, which ends with CR alone.
macro_rules! cr_command {
    ($($declaration:tt)*) => {
        $crate::command::declare!([$crate::cellular::TERMINATOR] $($declaration)*);
    };
}
pub(crate) use cr_command;

//! Log messages: to the crate `log`, to `defmt`, to both, or to nobody, in which case nothing is compiled.
//!
//! What stands in for `{}` has both forms, `Display` and `defmt::Format`.

macro_rules! tell {
    ($level:ident, $($message:tt)*) => {{
        #[cfg(feature = "log")]
        ::log::$level!(target: "usocket", $($message)*);
        #[cfg(feature = "defmt")]
        ::defmt::$level!($($message)*);
        #[cfg(not(any(feature = "log", feature = "defmt")))]
        if false {
            let _ = ::core::format_args!($($message)*); // what it would show is in use
        }
    }};
}

/// The dialogue with the module.
macro_rules! trace {
    ($($message:tt)*) => { tell!(trace, $($message)*) };
}

/// Something that happens, and is no trouble.
macro_rules! info {
    ($($message:tt)*) => { tell!(info, $($message)*) };
}

/// Trouble, whatever the driver does about it.
macro_rules! warn {
    ($($message:tt)*) => { tell!(warn, $($message)*) };
}

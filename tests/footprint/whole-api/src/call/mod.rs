//! One function for each function of the API.

pub mod at;
pub mod cellular;
pub mod clock;
pub mod format;
pub mod modem;
pub mod nal;
pub mod names;
pub mod select;
pub mod socket;
pub mod ssl;
pub mod stream;
pub mod uart;
pub mod wire;
pub mod wlan;

/// A function for each call: `name(arguments) = the call;`.
macro_rules! calls {
    ($( $name:ident($($argument:ident: $type:ty),* $(,)?) = $call:expr; )*) => {
        $(
            #[inline(never)]
            pub fn $name($($argument: $type),*) {
                _ = core::hint::black_box($call);
            }
        )*
    };
}
pub(crate) use calls;

//! Enums whose members have a number in the payload and a name for the interface.

/// Defines an enum whose members have a number and a name.
macro_rules! numbered {
    (
        $(#[$outer:meta])* $name:ident, $count:literal:
        $($(#[$inner:meta])* $member:ident = $number:literal, $text:literal;)*
    ) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$inner])* $member = $number,)* }

        impl $name {
            /// All members, in the order in which they are offered.
            pub const ALL: [Self; $count] = [$(Self::$member,)*];

            /// Returns the name in snake_case, which the interface translates.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$member => $text,)* }
            }

            /// Returns the member with a name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|member| member.name() == name)
            }

            /// Returns the member with a number.
            #[must_use]
            pub const fn from_number(number: u64) -> Option<Self> {
                match number { $($number => Some(Self::$member),)* _ => None }
            }
        }
    };
}

pub(super) use numbered;

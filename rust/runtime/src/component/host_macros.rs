//! Macros that declare Rust types for records, variants, enums and flags of WIT: names are matched with WIT's
//! kebab-case without regard to case and separators.

/// Declares a struct that stands for a record: fields in WIT's order.
#[macro_export]
macro_rules! host_record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $ty:ty),* $(,)? }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $ty),* }

        impl $crate::component::HostType for $name {
            fn check(
                cx: &$crate::component::TypeContext<'_>,
                ty: $crate::abi::ValueType,
            ) -> ::std::result::Result<(), $crate::abi::Mismatch> {
                $crate::component::check_fields(cx, ty, stringify!($name), &[
                    $((stringify!($field), <$ty as $crate::component::HostType>::check)),*
                ])
            }
            fn from_value(
                store: &mut $crate::Store,
                value: $crate::component::Value,
            ) -> $crate::Result<Self> {
                match value {
                    $crate::component::Value::Record(fields) => {
                        let ($($field,)*) = $crate::component::HostParams::from_values(store, fields)?;
                        Ok($name { $($field),* })
                    }
                    other => $crate::component::unexpected_value(stringify!($name), &other),
                }
            }
            fn into_value(self, store: &mut $crate::Store) -> $crate::Result<$crate::component::Value> {
                Ok($crate::component::Value::Record(vec![
                    $($crate::component::HostType::into_value(self.$field, store)?),*
                ]))
            }
        }
    };
}

/// Declares an enum that stands for a variant: cases in WIT's order, with at most one payload each.
#[macro_export]
macro_rules! host_variant {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$case_meta:meta])* $case:ident $(($ty:ty))?),* $(,)? }) => {
        $(#[$meta])*
        $vis enum $name { $($(#[$case_meta])* $case $(($ty))?),* }

        impl $crate::component::HostType for $name {
            fn check(
                cx: &$crate::component::TypeContext<'_>,
                ty: $crate::abi::ValueType,
            ) -> ::std::result::Result<(), $crate::abi::Mismatch> {
                $crate::component::check_cases(cx, ty, stringify!($name), &[
                    $((stringify!($case), $crate::host_variant!(@check $($ty)?))),*
                ])
            }
            fn from_value(
                store: &mut $crate::Store,
                value: $crate::component::Value,
            ) -> $crate::Result<Self> {
                let $crate::component::Value::Variant(case, payload) = value else {
                    return $crate::component::unexpected_value(stringify!($name), &value);
                };
                let mut number = 0u32;
                $(
                    if case == number {
                        return $crate::host_variant!(@from store, payload, $name $case $($ty)?);
                    }
                    number += 1;
                )*
                let _ = (number, payload, store);
                $crate::component::unknown_case(stringify!($name), case)
            }
            fn into_value(self, store: &mut $crate::Store) -> $crate::Result<$crate::component::Value> {
                let mut number = 0u32;
                $(
                    $crate::host_variant!(@into self, store, number, $name $case $($ty)?);
                    number += 1;
                )*
                let _ = store;
                $crate::component::unknown_case(stringify!($name), number)
            }
        }
    };
    (@check) => { None };
    (@check $ty:ty) => { Some(<$ty as $crate::component::HostType>::check as $crate::component::FieldCheck) };
    (@from $store:ident, $payload:ident, $name:ident $case:ident) => { Ok($name::$case) };
    (@from $store:ident, $payload:ident, $name:ident $case:ident $ty:ty) => {
        match $payload {
            Some(payload) => <$ty as $crate::component::HostType>::from_value($store, *payload).map($name::$case),
            None => $crate::component::unknown_case(stringify!($name), u32::MAX),
        }
    };
    (@into $self:ident, $store:ident, $number:ident, $name:ident $case:ident) => {
        if let $name::$case = &$self {
            return Ok($crate::component::Value::Variant($number, None));
        }
    };
    (@into $self:ident, $store:ident, $number:ident, $name:ident $case:ident $ty:ty) => {
        if let $name::$case(_) = &$self {
            let $name::$case(payload) = $self else { return $crate::component::unknown_case(stringify!($name), $number) };
            let payload = $crate::component::HostType::into_value(payload, $store)?;
            return Ok($crate::component::Value::Variant($number, Some(Box::new(payload))));
        }
    };
}

/// Declares an enum that stands for an enum: cases in WIT's order.
#[macro_export]
macro_rules! host_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$case_meta:meta])* $case:ident),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        $vis enum $name { $($(#[$case_meta])* $case),* }

        impl $name {
            /// Every case, in WIT's order.
            pub const CASES: &'static [$name] = &[$($name::$case),*];
        }

        impl $crate::component::HostType for $name {
            fn check(
                cx: &$crate::component::TypeContext<'_>,
                ty: $crate::abi::ValueType,
            ) -> ::std::result::Result<(), $crate::abi::Mismatch> {
                $crate::component::check_enum(cx, ty, stringify!($name), &[$(stringify!($case)),*])
            }
            fn from_value(
                _store: &mut $crate::Store,
                value: $crate::component::Value,
            ) -> $crate::Result<Self> {
                match value {
                    $crate::component::Value::Enum(case) => match $name::CASES.get(case as usize) {
                        Some(case) => Ok(*case),
                        None => $crate::component::unknown_case(stringify!($name), case),
                    },
                    other => $crate::component::unexpected_value(stringify!($name), &other),
                }
            }
            fn into_value(self, _store: &mut $crate::Store) -> $crate::Result<$crate::component::Value> {
                Ok($crate::component::Value::Enum(self as u32))
            }
        }
    };
}

/// Declares a set of flags: labels in WIT's order, each a constant.
#[macro_export]
macro_rules! host_flags {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$label_meta:meta])* $label:ident),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        $vis struct $name(u32);

        #[allow(dead_code, reason = "a set of flags mirrors WIT, whatever the host uses of it")]
        impl $name {
            $crate::host_flags!(@constants $name 0; $($(#[$label_meta])* $label,)*);

            pub const fn empty() -> Self {
                $name(0)
            }
            pub const fn bits(self) -> u32 {
                self.0
            }
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }
        }

        impl ::std::ops::BitOr for $name {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                $name(self.0 | other.0)
            }
        }

        impl ::std::ops::BitOrAssign for $name {
            fn bitor_assign(&mut self, other: Self) {
                self.0 |= other.0;
            }
        }

        impl $crate::component::HostType for $name {
            fn check(
                cx: &$crate::component::TypeContext<'_>,
                ty: $crate::abi::ValueType,
            ) -> ::std::result::Result<(), $crate::abi::Mismatch> {
                $crate::component::check_flags(cx, ty, stringify!($name), &[$(stringify!($label)),*])
            }
            fn from_value(
                _store: &mut $crate::Store,
                value: $crate::component::Value,
            ) -> $crate::Result<Self> {
                match value {
                    $crate::component::Value::Flags(bits) => Ok($name(bits)),
                    other => $crate::component::unexpected_value(stringify!($name), &other),
                }
            }
            fn into_value(self, _store: &mut $crate::Store) -> $crate::Result<$crate::component::Value> {
                Ok($crate::component::Value::Flags(self.0))
            }
        }
    };
    (@constants $name:ident $number:expr;) => {};
    (@constants $name:ident $number:expr; $(#[$label_meta:meta])* $label:ident, $($rest:tt)*) => {
        $(#[$label_meta])*
        pub const $label: $name = $name(1 << ($number));
        $crate::host_flags!(@constants $name $number + 1; $($rest)*);
    };
}

//! Tables of switches: a row says its rule once, and a macro makes the variant of the enum, its
//! documentation and the entry of the table from it, so that the three cannot differ.

use atproof_engine::model::{FaultId, VariantId};

/// A fault, its id, and what the peer does wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultRow<F> {
    /// The switch in the code.
    pub fault: F,
    /// The name by which cases refer to it.
    pub id: FaultId,
    /// What the peer does instead of keeping the rule, in one sentence.
    pub breaks: &'static str,
}

/// A variant, its id, what it changes, and why the text allows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariantRow<V> {
    /// The switch in the code.
    pub variant: V,
    /// Its name.
    pub id: VariantId,
    /// What the peer does differently, in one sentence.
    pub changes: &'static str,
    /// The clause that allows it.
    pub because: &'static str,
}

/// An enum of switches that know their names.
macro_rules! switches {
    (
        $(#[doc = $about:literal])+ $Switch:ident: $Id:ident;
        $($(#[doc = $says:literal])+ $switch:ident = $id:literal,)+
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $Switch {
            $($(#[doc = $says])+ $switch,)+
        }

        impl $Switch {
            /// The id of this switch.
            pub const fn id(self) -> atproof_engine::model::$Id {
                match self {
                    $(Self::$switch => atproof_engine::model::$Id($id),)+
                }
            }
        }

        impl std::fmt::Display for $Switch {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.id().0)
            }
        }
    };
}

/// A table of faults: `Name = "id"`, each with a sentence before it.
macro_rules! faults {
    (
        $(#[doc = $about:literal])+ $Fault:ident;
        $(#[doc = $of_table:literal])+ $TABLE:ident;
        $($(#[doc = $breaks:literal])+ $fault:ident = $id:literal,)+
    ) => {
        crate::tables::switches! {
            $(#[doc = $about])+ $Fault: FaultId;
            $($(#[doc = $breaks])+ $fault = $id,)+
        }

        $(#[doc = $of_table])+
        pub const $TABLE: &[crate::FaultRow<$Fault>] = &[
            $(crate::FaultRow {
                fault: $Fault::$fault,
                id: $Fault::$fault.id(),
                breaks: concat!($($breaks),+).trim_ascii(),
            },)+
        ];
    };
}

/// A table of variants: `Name = "id", "because"`, each with a sentence before it.
macro_rules! variants {
    (
        $(#[doc = $about:literal])+ $Variant:ident;
        $(#[doc = $of_table:literal])+ $TABLE:ident;
        $($(#[doc = $changes:literal])+ $variant:ident = $id:literal, $because:literal,)+
    ) => {
        crate::tables::switches! {
            $(#[doc = $about])+ $Variant: VariantId;
            $($(#[doc = $changes])+ $variant = $id,)+
        }

        $(#[doc = $of_table])+
        pub const $TABLE: &[crate::VariantRow<$Variant>] = &[
            $(crate::VariantRow {
                variant: $Variant::$variant,
                id: $Variant::$variant.id(),
                changes: concat!($($changes),+).trim_ascii(),
                because: $because,
            },)+
        ];
    };
}

pub(crate) use {faults, switches, variants};

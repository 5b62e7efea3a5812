//! The questions that the text leaves open, and the answers other than the one taken here.

/// An answer to an open question that differs from the one this model takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alternative {
    /// `+` in a parameter is a space, as in forms. Taken: a plus sign.
    PlusIsSpace,
    /// `#` has to be written as `%23` in parameters. Taken: either.
    RawHashRefused,
    /// An unknown parameter is passed over. Taken: the value confers nothing.
    UnknownParameterPassedOver,
    /// Of a repeated single-valued parameter the first counts. Taken: the value confers nothing.
    FirstOfRepeated,
    /// Of a repeated single-valued parameter the last counts. Taken: the value confers nothing.
    LastOfRepeated,
    /// A repeated collection, method or action, or a name beside `*`, voids the value. Taken: it is
    /// harmless.
    RedundancyRefused,
    /// A bad value in an array is passed over. Taken: it voids the whole value.
    BadElementDropped,
    /// MIME types are compared as spelled. Taken: without regard to case.
    MimeCaseMatters,
    /// A media type with parameters is no exact match. Taken: its parameters are passed over.
    MimeParametersMatter,
    /// A bare DID as audience of a request matches every service of it. Taken: it matches none.
    BareAudienceMatches,
    /// `include` takes `aud=*`. Taken: it confers nothing.
    IncludeAnyAudience,
    /// Of a permission that is partly outside of the set's namespace the rest counts. Taken: none
    /// of it.
    OutsideNameDropped,
    /// `description` is an unexpected member of a permission in a set. Taken: as the Lexicon
    /// specification has it, every object may have one.
    DescriptionUnexpected,
    /// Granular scopes narrow `transition:generic`. Taken: the union counts.
    GranularNarrows,
    /// `transition:email` needs `transition:generic`. Taken: it does not.
    EmailNeedsGeneric,
    /// The methods outside of `transition:generic` are all of `com.atproto`. Taken: those that
    /// manage or move the account.
    GenericWithoutComAtproto,
    /// `transition:generic` gives service tokens without a method. Taken: they could be used for the
    /// methods that it withholds, so it does not.
    GenericAnyMethod,
    /// `lxm=*` does not reach direct messages and the methods that manage or move the account.
    /// Taken: every method.
    WildcardWithholds,
}

impl Alternative {
    /// All of them, in the order of their clauses here.
    pub const ALL: [Self; 18] = [
        Self::PlusIsSpace,
        Self::RawHashRefused,
        Self::UnknownParameterPassedOver,
        Self::FirstOfRepeated,
        Self::LastOfRepeated,
        Self::RedundancyRefused,
        Self::BadElementDropped,
        Self::MimeCaseMatters,
        Self::MimeParametersMatter,
        Self::BareAudienceMatches,
        Self::IncludeAnyAudience,
        Self::OutsideNameDropped,
        Self::DescriptionUnexpected,
        Self::GranularNarrows,
        Self::EmailNeedsGeneric,
        Self::GenericWithoutComAtproto,
        Self::GenericAnyMethod,
        Self::WildcardWithholds,
    ];

    /// The clause that notes the question.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::PlusIsSpace => "ATP-SGRAN-010",
            Self::RawHashRefused => "ATP-SGRAN-044",
            Self::UnknownParameterPassedOver => "ATP-SGRAN-012",
            Self::FirstOfRepeated | Self::LastOfRepeated => "ATP-SGRAN-011",
            Self::RedundancyRefused => "ATP-SGRAN-029",
            Self::BadElementDropped => "ATP-SGRAN-026",
            Self::MimeCaseMatters | Self::MimeParametersMatter => "ATP-SGRAN-064",
            Self::BareAudienceMatches => "ATP-SGRAN-048",
            Self::IncludeAnyAudience => "ATP-SGRAN-103",
            Self::OutsideNameDropped => "ATP-SGRAN-094",
            Self::DescriptionUnexpected => "ATP-SGRAN-101",
            Self::GranularNarrows => "ATP-STRANS-017",
            Self::EmailNeedsGeneric => "ATP-STRANS-018",
            Self::GenericWithoutComAtproto => "ATP-STRANS-004",
            Self::GenericAnyMethod => "ATP-STRANS-005",
            Self::WildcardWithholds => "ATP-SGRAN-053",
        }
    }
}

/// The answers that a reading goes by: the ones taken here, but for the alternatives it names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readings(u32);

impl Readings {
    /// The answers that this model takes.
    pub const fn usual() -> Self {
        Self(0)
    }

    /// These answers, with one alternative.
    #[must_use]
    pub const fn with(self, alternative: Alternative) -> Self {
        Self(self.0 | 1 << alternative as u32)
    }

    /// Whether an alternative is among these answers.
    pub const fn has(self, alternative: Alternative) -> bool {
        self.0 & 1 << alternative as u32 != 0
    }
}

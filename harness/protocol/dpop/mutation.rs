//! The vocabulary of what can be wrong with a DPoP proof.

/// One change to a correct proof. Unless it says otherwise, the changed proof is signed anew, so
/// that nothing else is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// Changes a member of the header.
    Header(MemberEdit),
    /// Changes a member of `jwk` in the header.
    Jwk(MemberEdit),
    /// Changes a claim.
    Claims(MemberEdit),
    /// Adds a claim that consists of nested arrays, that many deep.
    DeepClaim(usize),
    /// Replaces `jti` by one of that many characters.
    JtiOfLength(usize),
    /// Changes `htm`.
    Htm(HtmEdit),
    /// Appends this text to `htu`.
    HtuSuffix(&'static str),
    /// Rewrites `htu`.
    HtuReplace(Rewrite),
    /// Moves `iat` by that many seconds.
    IatOffset(i64),
    /// Writes `iat` in milliseconds.
    IatMilliseconds,
    /// Writes `iat` with a fraction of a second.
    IatFraction,
    /// Writes `iat` as a string.
    IatText,
    /// Changes `nonce`.
    Nonce(NonceEdit),
    /// Changes `ath`.
    Ath(AthEdit),
    /// Changes the JSON text of the header or of the payload.
    Bytes(Part, BytesEdit),
    /// Changes `alg`, and with it the way of signing.
    Alg(AlgEdit),
    /// Changes the signature.
    Signature(SignatureEdit),
    /// Changes `jti` without signing anew.
    PayloadAfterSigning,
    /// Changes the public key in the header.
    KeyPoint(PointEdit),
    /// Adds the secret scalar to `jwk`. This gives the key away: use it for nothing afterwards.
    PrivateKeyInJwk,
    /// Names the key by its thumbprint in `kid`, instead of holding it in `jwk`.
    KidForJwk,
    /// Sends a JWT that was made for something else, signed by the same key.
    WrongPurpose(Purpose),
    /// Changes the compact form.
    Compact(CompactEdit),
    /// Changes the `DPoP` header fields.
    HeaderField(FieldEdit),
}

/// A change to one member of a JSON object. Values are JSON source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberEdit {
    /// Removes the member.
    Remove(&'static str),
    /// Gives the member this value; adds it where it is absent.
    Set(&'static str, &'static str),
    /// Adds a second member of this name.
    Repeat {
        /// Name of the member, which keeps its own value.
        name: &'static str,
        /// Value of the second member.
        json: &'static str,
        /// Whether the second member stands first in the object instead of last.
        first: bool,
    },
    /// Gives the member another name.
    Rename {
        /// Name before.
        from: &'static str,
        /// Name after.
        to: &'static str,
    },
    /// Puts another member in the place of this one.
    Replace {
        /// Name of the member that goes.
        name: &'static str,
        /// Name of the member that comes.
        by: &'static str,
        /// Value of the member that comes.
        json: &'static str,
    },
    /// Writes all members in the reverse order.
    Reverse,
}

/// A change to `htm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HtmEdit {
    /// `GET` for anything else, `POST` for `GET`.
    Other,
    /// The same method in lower case.
    Lowercase,
}

/// A change to `htu`. One that has nothing to work on, such as another case of a path without
/// letters, changes nothing; ask [`applies`](super::applies).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rewrite {
    /// Scheme in capitals.
    UpperScheme,
    /// Host in capitals.
    UpperHost,
    /// Host of somebody else.
    OtherHost,
    /// Host with a full stop at its end.
    TrailingDotHost,
    /// `http` for `https`, and the reverse.
    OtherScheme,
    /// A port on which the server does not listen.
    OtherPort,
    /// The default port of the scheme, spelled out.
    DefaultPort,
    /// A user name before the host.
    Userinfo,
    /// First letter of the path in the other case.
    PathCase,
    /// Last segment of the path replaced.
    SiblingPath,
    /// `/.` before the path.
    DotSegment,
    /// `/x/..` before the path.
    DoubleDotSegment,
    /// First letter of the path percent-encoded.
    EncodedUnreserved,
    /// Last slash of a path of at least two segments percent-encoded.
    EncodedSlash,
    /// Slash at the end of the path added, or removed where there is one.
    TrailingSlash,
    /// Scheme, host and port only.
    OriginOnly,
    /// Path only.
    PathOnly,
}

/// A change to `nonce`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonceEdit {
    /// No nonce.
    Missing,
    /// The empty string.
    Empty,
    /// A number.
    Number,
    /// One that the server never supplied.
    Unknown,
    /// The right one with a character more.
    Extended,
}

/// A change to `ath`. All but [`AthEdit::Unasked`] apply to proofs beside an access token only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AthEdit {
    /// No `ath`.
    Missing,
    /// The empty string.
    Empty,
    /// The hash of another access token.
    OtherToken,
    /// The right hash in hexadecimal.
    Hex,
    /// The right hash in base64url with padding.
    Padded,
    /// The SHA-512 hash of the token.
    Sha512,
    /// An `ath` beside no access token at all.
    Unasked,
}

/// One of the two JSON texts of a JWT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The header.
    Header,
    /// The payload.
    Payload,
}

/// A change to a JSON text that no object could express.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesEdit {
    /// Other bytes instead of the text.
    Replace(&'static [u8]),
    /// Bytes before the text.
    Before(&'static [u8]),
    /// Bytes directly after the opening brace.
    Inside(&'static [u8]),
    /// Bytes after the text.
    After(&'static [u8]),
}

/// A change to `alg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlgEdit {
    /// This label, and an empty signature.
    Unsigned(&'static str),
    /// This label, and an ES256 signature over it.
    Label(&'static str),
    /// `HS256` keyed with the bytes of the JWK in the header.
    HmacWithPublicKey,
    /// `HS256` keyed with the thumbprint of the JWK in the header.
    HmacWithThumbprint,
    /// `HS256` keyed with a symmetric key that stands in the header.
    HmacWithOctKey,
}

/// A change to the signature. Header and payload stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureEdit {
    /// One bit is flipped.
    FlipBit,
    /// By another key than the one in the header.
    OtherKey,
    /// In ASN.1 DER.
    Der,
    /// Without its last byte.
    Truncated,
    /// With a zero byte after it.
    Extended,
    /// Of no bytes.
    Empty,
    /// 64 zero bytes.
    Zero,
    /// `r` is zero.
    ZeroR,
    /// `s` is zero.
    ZeroS,
    /// `r` and `s` lie above the group order.
    AboveOrder,
    /// `n - s` instead of `s`, which is as good a signature.
    OtherS,
}

/// A change to the coordinates in `jwk`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointEdit {
    /// Last bit of `y` flipped: no point on the curve.
    OffCurve,
    /// `x` is zero.
    ZeroX,
    /// `y` is zero.
    ZeroY,
    /// Both are zero.
    Zero,
    /// `x` is the prime of the field.
    PrimeX,
    /// `x` has a zero byte before it.
    LeadingZeroAdded,
    /// `x` lacks the zero byte that it begins with. The proof is by a key derived from the given
    /// one, since most keys have no such byte.
    LeadingZeroStripped,
}

/// What a JWT was made for, other than a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Authentication of a client (RFC 7523).
    ClientAssertion,
    /// An access token (RFC 9068).
    AccessToken,
    /// Authentication between services of the AT Protocol.
    ServiceToken,
}

/// A change to the compact form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompactEdit {
    /// All segments padded with `=`, signed in that form.
    Padded,
    /// All segments in the alphabet with `+` and `/`, signed in that form.
    StandardAlphabet,
    /// An unused bit of the last character is set.
    TrailingBits,
    /// A space in the signature.
    Whitespace,
    /// Quotation marks around it.
    Quoted,
    /// The signature and its full stop are missing.
    TwoSegments,
    /// A full stop after it.
    TrailingDot,
    /// A fourth segment.
    FourSegments,
    /// Five segments, as encrypted JWTs have.
    FiveSegments,
    /// Flattened JSON serialization.
    JsonSerialization,
    /// No JWT at all.
    Garbage,
    /// No characters.
    Empty,
}

/// A change to the `DPoP` header fields. The bad one has a flipped bit in its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldEdit {
    /// No field.
    Missing,
    /// The same field twice.
    Twice,
    /// A good one, then a bad one.
    GoodThenBad,
    /// A bad one, then a good one.
    BadThenGood,
    /// One field that has the same proof twice, with a comma between.
    CommaJoined,
}

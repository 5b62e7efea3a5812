//! DPoP proofs (RFC 9449): read strictly, forged with one named mutation.

pub(crate) mod forge;
mod mutation;
mod oracle;
mod read;
mod rows;
mod uri;

pub use forge::{Spec, applies, forge};
pub use mutation::{
    AlgEdit, AthEdit, BytesEdit, CompactEdit, FieldEdit, HtmEdit, MemberEdit, Mutation, NonceEdit,
    Part, PointEdit, Purpose, Rewrite, SignatureEdit,
};
pub use oracle::{oracle, seed};
pub use read::{Expected, Proof, Reading, Step, ath, read};
pub use rows::{MUTATIONS, NamedMutation, mutation};
pub use uri::normalize;

//! Client authentication with `private_key_jwt`.

pub mod binding;
pub mod change_of_kind;
pub mod flow;
pub mod header_urls;
pub mod huge_assertion;
pub mod key_change;
pub mod lifetime;
pub mod made_up_names;
pub mod par_assertion;
pub mod par_audience;
pub mod par_claims;
pub mod par_form;
pub mod par_header;
pub mod par_times;
pub mod parties;
pub mod race;
pub mod refetch;
pub mod refresh_assertion;
pub mod replay;
pub mod replay_elsewhere;
pub mod replay_later;
pub mod revocation_assertion;
pub mod token_assertion;

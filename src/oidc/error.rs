//! Reasons why a sign-in at a provider fails.

use openidconnect::{
    ClaimsVerificationError, DiscoveryError, RequestTokenError, SignatureVerificationError, StandardErrorResponse,
    UserInfoError, core::CoreErrorResponseType,
};

use crate::outbound::OutboundError;

/// Reason why a sign-in at a provider fails. It quotes nothing that the provider has said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ProviderError {
    #[error("no answer: {0}")]
    Unreachable(#[from] OutboundError),
    #[error("its metadata or keys are not those of the issuer")]
    Metadata,
    #[error("it did not accept the code")]
    Code,
    #[error("its answer was not understood")]
    Answer,
    #[error("no ID token")]
    NoIdToken,
    #[error("ID token expired")]
    Expired,
    #[error("ID token for another audience")]
    Audience,
    #[error("ID token of another issuer")]
    Issuer,
    #[error("ID token with another nonce")]
    Nonce,
    #[error("ID token without a valid signature")]
    Signature,
    #[error("ID token signed by an unknown key")]
    UnknownKey,
    #[error("ID token not valid")]
    IdToken,
    #[error("the user's claims could not be read")]
    UserInfo,
}

impl From<DiscoveryError<OutboundError>> for ProviderError {
    fn from(error: DiscoveryError<OutboundError>) -> Self {
        match error {
            DiscoveryError::Request(cause) => Self::Unreachable(cause),
            _ => Self::Metadata,
        }
    }
}

impl From<RequestTokenError<OutboundError, StandardErrorResponse<CoreErrorResponseType>>> for ProviderError {
    fn from(error: RequestTokenError<OutboundError, StandardErrorResponse<CoreErrorResponseType>>) -> Self {
        match error {
            RequestTokenError::Request(cause) => Self::Unreachable(cause),
            RequestTokenError::ServerResponse(_) => Self::Code,
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Self::Answer,
        }
    }
}

impl From<ClaimsVerificationError> for ProviderError {
    fn from(error: ClaimsVerificationError) -> Self {
        match error {
            ClaimsVerificationError::Expired(_) => Self::Expired,
            ClaimsVerificationError::InvalidAudience(_) => Self::Audience,
            ClaimsVerificationError::InvalidIssuer(_) => Self::Issuer,
            ClaimsVerificationError::InvalidNonce(_) => Self::Nonce,
            ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
                Self::UnknownKey
            }
            ClaimsVerificationError::SignatureVerification(_) => Self::Signature,
            _ => Self::IdToken,
        }
    }
}

impl From<UserInfoError<OutboundError>> for ProviderError {
    fn from(error: UserInfoError<OutboundError>) -> Self {
        match error {
            UserInfoError::Request(cause) => Self::Unreachable(cause),
            _ => Self::UserInfo,
        }
    }
}

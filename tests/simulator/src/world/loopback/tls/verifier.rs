//! What a module looks at in the certificate of a server: the chain, the dates and the name, each as
//! far as it is told to.

use super::{Dates, TlsClient, root_store};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

/// How often a date is tried that one certificate of a chain is valid at.
const DATES: usize = 8;

/// The checks that the settings of a module ask for.
#[derive(Debug)]
pub(super) struct Verifier {
    /// Without roots, any certificate will do.
    roots: Option<RootCertStore>,
    name: Option<String>,
    dates: Dates,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    pub(super) fn new(settings: &TlsClient, provider: &CryptoProvider) -> Self {
        Self {
            roots: settings.trust.as_deref().map(root_store),
            name: settings.name.clone(),
            dates: settings.dates,
            algorithms: provider.signature_verification_algorithms,
        }
    }

    /// Follows the chain to a root.
    fn verify_chain(
        &self,
        roots: &RootCertStore,
        certificate: &ParsedCertificate<'_>,
        others: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        let at = |time| {
            let all = self.algorithms.all;
            verify_server_cert_signed_by_trust_anchor(certificate, roots, others, time, all)
        };
        match self.dates {
            Dates::Now => at(now),
            Dates::At(time) => at(UnixTime::since_unix_epoch(time)),
            Dates::Ignored => {
                let mut time = now;
                for _ in 0..DATES {
                    match at(time) {
                        Err(Error::InvalidCertificate(error)) => match valid_at(&error) {
                            Some(other) => time = other,
                            None => return Err(Error::InvalidCertificate(error)),
                        },
                        result => return result,
                    }
                }
                at(time)
            }
        }
    }
}

/// When the certificate would have been valid, if only its dates are wrong.
fn valid_at(error: &CertificateError) -> Option<UnixTime> {
    match error {
        CertificateError::ExpiredContext { not_after, .. } => Some(*not_after),
        CertificateError::NotValidYetContext { not_before, .. } => Some(*not_before),
        _ => None,
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.roots.is_none() && self.name.is_none() {
            return Ok(ServerCertVerified::assertion());
        }
        let certificate = ParsedCertificate::try_from(end_entity)?;
        if let Some(roots) = &self.roots {
            self.verify_chain(roots, &certificate, intermediates, now)?;
        }
        if let Some(name) = &self.name {
            let name = ServerName::try_from(name.as_str())
                .map_err(|_| Error::InvalidCertificate(CertificateError::NotValidForName))?;
            verify_server_name(&certificate, &name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

//! The cryptography of one introduction, both sides, and nothing else: no sockets, no
//! messages, no disk.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::rc::Rc;

use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, BigNumContext, MsbOption};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use openssl::ssl::{HandshakeError, MidHandshakeSslStream, Ssl, SslContext, SslMethod, SslStream};
use openssl::ssl::{SslContextBuilder, SslVerifyMode};
use openssl::x509::{X509Builder, X509NameBuilder};

use crate::Failure;

/// The TLS contexts of a gateway and a control point, both with an RSA certificate.
pub struct Bare {
    server: SslContext,
    client: SslContext,
}

impl Bare {
    /// Makes the keys, which no introduction does.
    pub fn new() -> Result<Bare, Failure> {
        Ok(Bare {
            server: context(SslMethod::tls_server(), "gateway")?,
            client: context(SslMethod::tls_client(), "laptop")?,
        })
    }

    /// A mutual TLS handshake in memory, then Diffie-Hellman of the WPS exchange (two public
    /// keys, two shared secrets, group 5).
    pub fn both_sides(&self) -> Result<(), Failure> {
        self.handshake()?;
        Ok(diffie_hellman()?)
    }

    fn handshake(&self) -> Result<(), Failure> {
        let (there, back) = (Pipe::default(), Pipe::default());
        let ends = [
            End {
                read: there.clone(),
                write: back.clone(),
            },
            End {
                read: back,
                write: there,
            },
        ];
        let [server_end, client_end] = ends;
        let mut client = Side::begin(Ssl::new(&self.client)?.connect(client_end))?;
        let mut server = Side::begin(Ssl::new(&self.server)?.accept(server_end))?;
        // Each goes on as far as what the other one wrote lets it.
        while !(client.is_done() && server.is_done()) {
            client = client.go_on()?;
            server = server.go_on()?;
        }
        Ok(())
    }
}

fn diffie_hellman() -> Result<(), ErrorStack> {
    let prime = BigNum::get_rfc3526_prime_1536()?;
    let generator = BigNum::from_u32(2)?;
    let mut context = BigNumContext::new()?;
    let mut privates = Vec::new();
    let mut publics = Vec::new();
    for _ in 0..2 {
        let mut private = BigNum::new()?;
        private.rand(1535, MsbOption::ONE, false)?;
        private.set_const_time();
        let mut public = BigNum::new()?;
        public.mod_exp(&generator, &private, &prime, &mut context)?;
        privates.push(private);
        publics.push(public);
    }
    for (private, public) in privates.iter().zip(publics.iter().rev()) {
        BigNum::new()?.mod_exp(public, private, &prime, &mut context)?;
    }
    Ok(())
}

fn context(method: SslMethod, name: &str) -> Result<SslContext, Failure> {
    let key = PKey::from_rsa(Rsa::generate(2048)?)?;
    let mut names = X509NameBuilder::new()?;
    names.append_entry_by_text("CN", name)?;
    let names = names.build();
    let mut certificate = X509Builder::new()?;
    certificate.set_version(2)?;
    certificate.set_subject_name(&names)?;
    certificate.set_issuer_name(&names)?;
    certificate.set_pubkey(&key)?;
    certificate.set_not_before(&*Asn1Time::days_from_now(0)?)?;
    certificate.set_not_after(&*Asn1Time::days_from_now(9)?)?;
    certificate.sign(&key, MessageDigest::sha256())?;
    let mut builder = SslContextBuilder::new(method)?;
    builder.set_certificate(&certificate.build())?;
    builder.set_private_key(&key)?;
    let both = SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT;
    builder.set_verify_callback(both, |_, _| true);
    Ok(builder.build())
}

/// One side of a handshake, under way or done.
enum Side {
    Waiting(MidHandshakeSslStream<End>),
    Done(#[expect(dead_code, reason = "kept open until the other side is done")] SslStream<End>),
}

impl Side {
    fn begin(outcome: Result<SslStream<End>, HandshakeError<End>>) -> Result<Side, Failure> {
        match outcome {
            Ok(stream) => Ok(Side::Done(stream)),
            Err(HandshakeError::WouldBlock(waiting)) => Ok(Side::Waiting(waiting)),
            Err(error) => Err(error.to_string().into()),
        }
    }

    fn go_on(self) -> Result<Side, Failure> {
        match self {
            Side::Waiting(waiting) => Side::begin(waiting.handshake()),
            done => Ok(done),
        }
    }

    fn is_done(&self) -> bool {
        matches!(self, Side::Done(_))
    }
}

type Pipe = Rc<RefCell<VecDeque<u8>>>;

#[derive(Debug)]
struct End {
    read: Pipe,
    write: Pipe,
}

impl Read for End {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.read.borrow_mut().read(buffer)? {
            0 => Err(ErrorKind::WouldBlock.into()),
            count => Ok(count),
        }
    }
}

impl Write for End {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

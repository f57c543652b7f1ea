use std::time::{Duration, Instant};

use super::*;

const CHEAP: Cost = Cost { log_n: 14, p: 1 };
const PASSPHRASE: &str = "Leuchtturm über Bord";

fn passphrase(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// Salt 00 … 0f, nonce 20 … 2b: the file of the known answer.
fn sealed() -> Vec<u8> {
    seal_with(
        &Secret::new(b"what is kept".to_vec()),
        &passphrase(PASSPHRASE),
        CHEAP,
        std::array::from_fn(|at| at as u8),
        std::array::from_fn(|at| 0x20 + at as u8),
    )
    .expect("seals")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_sealed_secret_opens_with_its_passphrase_alone() {
    let secret = Secret::new(b"a private key".to_vec());
    let file = seal(&secret, &passphrase(PASSPHRASE)).expect("seals");
    let open_again = open(&file, &passphrase(PASSPHRASE)).expect("opens");
    assert_eq!(open_again.expose(), secret.expose());
    for wrong in ["Leuchtturm uber Bord", "Leuchtturm über Bord ", ""] {
        let error = open(&file, &passphrase(wrong)).expect_err("another passphrase");
        assert!(matches!(error, SealedError::WrongOrDamaged), "{error}");
    }
    let other = seal(&secret, &passphrase(PASSPHRASE)).expect("seals");
    assert_ne!(file[SALT_AT..NONCE_AT], other[SALT_AT..NONCE_AT], "salted");
    assert_ne!(
        file[NONCE_AT..HEADER_BYTES],
        other[NONCE_AT..HEADER_BYTES],
        "its own nonce"
    );
    assert!(!file
        .windows(secret.expose().len())
        .any(|window| window == secret.expose().as_slice()));
}

#[test]
fn the_octets_are_those_another_program_computes() {
    // Python 3: hashlib.scrypt(n=2**14, r=8, p=1), then AESGCM of the package
    // "cryptography" with the first 44 octets as associated data; the key also with
    // `openssl kdf … SCRYPT`, 58a1958a…235f8c8d.
    let known = "4c414e534944451a01010e0801000000\
                 000102030405060708090a0b0c0d0e0f\
                 202122232425262728292a2b\
                 342a45e2bec8f44b1832e3fd393b9a00fd18b95ea612669146c61fe8";
    assert_eq!(hex(&sealed()), known);
    let key = key::<32>(
        &passphrase(PASSPHRASE),
        CHEAP,
        &std::array::from_fn::<u8, 16, _>(|at| at as u8),
    );
    assert_eq!(
        hex(key.expect("derives").expose()),
        "58a1958a4db6b052d65c6e66dfe154496db77285879fc28ae8286412235f8c8d"
    );
    let open = open(&sealed(), &passphrase(PASSPHRASE)).expect("opens");
    assert_eq!(open.expose(), b"what is kept");
}

#[test]
fn not_one_bit_can_be_changed() {
    let whole = sealed();
    let salt = whole[SALT_AT..NONCE_AT].to_vec();
    let key = key(&passphrase(PASSPHRASE), CHEAP, &salt).expect("derives");
    decrypt(&key, &parts(&whole).expect("whole")).expect("the key is right");
    for bit in 0..whole.len() * 8 {
        let mut changed = whole.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        // Even who had the right key would notice: the header is authenticated as well.
        if let Ok(parts) = parts(&changed) {
            let error = decrypt(&key, &parts).expect_err("changed");
            assert!(
                matches!(error, SealedError::WrongOrDamaged),
                "bit {bit}: {error}"
            );
        } else {
            assert!(bit < SALT_AT * 8, "bit {bit} is no parameter");
        }
    }
    for at in [SALT_AT, NONCE_AT, HEADER_BYTES, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] ^= 0x80;
        let error = open(&changed, &passphrase(PASSPHRASE)).expect_err("changed");
        assert!(
            matches!(error, SealedError::WrongOrDamaged),
            "octet {at}: {error}"
        );
    }
}

#[test]
fn a_file_that_is_cut_or_longer_is_refused() {
    let whole = sealed();
    let key = key(&passphrase(PASSPHRASE), CHEAP, &whole[SALT_AT..NONCE_AT]).expect("derives");
    for length in 0..whole.len() {
        match parts(&whole[..length]) {
            Ok(parts) => {
                decrypt(&key, &parts).expect_err("cut");
            }
            Err(error) if length < MAGIC.len() => {
                assert!(matches!(error, SealedError::NotSealed), "{length}: {error}");
            }
            Err(error) => assert!(matches!(error, SealedError::CutShort), "{length}: {error}"),
        }
    }
    let longer = [whole.as_slice(), b"x"].concat();
    decrypt(&key, &parts(&longer).expect("parts")).expect_err("longer");
}

#[test]
fn what_is_none_of_ours_is_told_without_work() {
    let started = Instant::now();
    let changed = |at: usize, to: u8| {
        let mut file = sealed_once();
        file[at] = to;
        open(&file, &passphrase(PASSPHRASE)).expect_err("refused")
    };
    assert!(matches!(changed(0, b'X'), SealedError::NotSealed));
    assert!(matches!(changed(8, 2), SealedError::Version(2)));
    // Gigabytes, hours, or next to no protection at all.
    for (at, to) in [
        (9, 0),
        (9, 2),
        (10, 0),
        (10, 13),
        (10, 19),
        (10, 63),
        (10, 255),
        (11, 0),
        (11, 9),
        (11, 255),
        (12, 0),
        (12, 5),
        (12, 255),
        (13, 1),
        (15, 255),
    ] {
        let error = changed(at, to);
        assert!(
            matches!(error, SealedError::Parameters),
            "octet {at} = {to}: {error}"
        );
    }
    let huge = [sealed_once(), vec![0; SEALED_MAX_BYTES]].concat();
    assert!(matches!(
        open(&huge, &passphrase(PASSPHRASE)),
        Err(SealedError::TooLarge)
    ));
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}

/// The known file without computing it again.
fn sealed_once() -> Vec<u8> {
    static SEALED: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    SEALED.get_or_init(sealed).clone()
}

#[test]
fn a_short_passphrase_protects_nothing() {
    let secret = Secret::new(b"x".to_vec());
    assert!(matches!(
        seal(&secret, &passphrase("1234567")),
        Err(SealedError::ShortPassphrase)
    ));
    // Characters, not octets.
    assert!(matches!(
        seal(&secret, &passphrase("äöüßÄÖÜ")),
        Err(SealedError::ShortPassphrase)
    ));
}

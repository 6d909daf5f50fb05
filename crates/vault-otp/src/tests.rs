use vault_crypto::SecretText;
use zeroize::Zeroizing;

use super::*;
use crate::scheme::LAST_COUNTER;

/// The secret of the test vectors in RFC 4226.
const RFC: &[u8] = b"12345678901234567890";

fn totp(algorithm: Algorithm, digits: u8, secret: &[u8]) -> Code {
    code_of(Scheme::Totp { algorithm, digits, period: 30 }, secret)
}

fn code_of(scheme: Scheme, secret: &[u8]) -> Code {
    let secret = Zeroizing::new(secret.to_vec());
    Code { secret, scheme, issuer: String::new(), account: String::new(), more: Zeroizing::default() }
}

fn at(code: &Code, milliseconds: u64) -> CodeAt {
    code.at(milliseconds).expect("codes over time")
}

#[test]
fn rfc_4226_appendix_d() {
    let expected =
        ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
    let scheme = Scheme::Hotp { algorithm: Algorithm::Sha1, digits: 6, counter: 0 };
    let mut code = code_of(scheme, RFC);
    for (counter, expected) in (0..).zip(expected) {
        let taken = code.take().unwrap();
        assert_eq!((taken.counter, taken.code.expose()), (counter, expected));
        code = Code::parse(taken.rest.expose()).unwrap();
        assert!(code.at(0).is_none(), "HOTP has no code at a time");
    }
}

/// Computed independently, with Python's `hmac`.
#[test]
fn codes_of_five_to_ten_digits_agree_with_another_implementation() {
    for (digits, expected) in
        [(5, "50471"), (6, "050471"), (7, "4050471"), (8, "14050471"), (9, "414050471"), (10, "0414050471")]
    {
        assert_eq!(at(&totp(Algorithm::Sha1, digits, RFC), 1_111_111_111_000).code.expose(), expected);
    }
    let daily = code_of(Scheme::Totp { algorithm: Algorithm::Sha256, digits: 10, period: 86_400 }, RFC);
    let now = at(&daily, 1_111_111_111_000);
    assert_eq!((now.code.expose(), now.next.expose(), now.period), ("0929099888", "1196513145", 86_400));
}

#[test]
fn rfc_6238_appendix_b() {
    let digits = b"1234567890".repeat(7);
    let codes = [
        totp(Algorithm::Sha1, 8, &digits[..20]),
        totp(Algorithm::Sha256, 8, &digits[..32]),
        totp(Algorithm::Sha512, 8, &digits[..64]),
    ];
    for (seconds, expected) in [
        (59, ["94287082", "46119246", "90693936"]),
        (1_111_111_109, ["07081804", "68084774", "25091201"]),
        (1_111_111_111, ["14050471", "67062674", "99943326"]),
        (1_234_567_890, ["89005924", "91819424", "93441116"]),
        (2_000_000_000, ["69279037", "90698825", "38618901"]),
        (20_000_000_000, ["65353130", "77737706", "47863826"]),
    ] {
        for (code, expected) in codes.iter().zip(expected) {
            assert_eq!(at(code, seconds * 1_000).code.expose(), expected);
        }
    }
}

#[test]
fn steam_codes_agree_with_the_steam_application() {
    let code = Code::parse("steam://63BEDWCQZKTQWPESARIERL5DTTQFCJTK").unwrap();
    assert_eq!(at(&code, 1_511_200_518_000).code.expose(), "FR8RV");
    assert_eq!(at(&code, 1_511_200_714_000).code.expose(), "9P3VP");
}

#[test]
fn the_next_code_follows_after_the_period() {
    let code = totp(Algorithm::Sha1, 6, RFC);
    let early = at(&code, 30_000);
    assert_eq!(early.remaining_ms, 30_000);
    let late = at(&code, 59_999);
    assert_eq!((late.remaining_ms, late.code.expose()), (1, early.code.expose()));
    assert_eq!(at(&code, 60_000).code.expose(), late.next.expose());
    let end_of_time = at(&code, u64::MAX);
    assert_eq!(end_of_time.code.expose().len(), 6);
}

#[test]
fn the_maximum_counter_has_no_code() {
    let with =
        |counter| code_of(Scheme::Hotp { algorithm: Algorithm::Sha512, digits: 8, counter }, RFC).take();
    let last = with(LAST_COUNTER - 1).unwrap();
    let rest = Code::parse(last.rest.expose()).unwrap();
    assert_eq!(
        rest.scheme(),
        Scheme::Hotp { algorithm: Algorithm::Sha512, digits: 8, counter: LAST_COUNTER }
    );
    assert!(rest.take().is_none() && with(u64::MAX).is_none());
    assert!(totp(Algorithm::Sha1, 6, RFC).take().is_none(), "time-based codes are not used up");
}

#[test]
fn clock_offset_is_found_from_a_code() {
    let now = 1_750_000_010_000_u64;
    for code in [totp(Algorithm::Sha1, 6, RFC), totp(Algorithm::Sha512, 8, RFC), code_of(Scheme::Steam, RFC)]
    {
        for offset in -10_i64..=10 {
            let there = now.checked_add_signed(offset * 30_000).unwrap();
            let shown = code.at(there).unwrap().code;
            assert_eq!(code.clock_offset(now, &shown), Some(offset));
        }
        for offset in [-11, 11] {
            let there = now.checked_add_signed(offset * 30_000).unwrap();
            assert_eq!(code.clock_offset(now, &code.at(there).unwrap().code), None);
        }
    }
    let code = totp(Algorithm::Sha1, 6, RFC);
    assert_eq!(code.clock_offset(0, &SecretText::from(" 755-224 ")), Some(0));
    assert_eq!(code.clock_offset(0, &SecretText::from("287 082")), Some(1));
    let steam = code_of(Scheme::Steam, RFC);
    let small = at(&steam, now).code.expose().to_lowercase();
    assert_eq!(steam.clock_offset(now, &SecretText::from(small.as_str())), Some(0));
    for none in ["", "75522", "7552244", "abc", "\u{663}55224"] {
        assert_eq!(code.clock_offset(0, &SecretText::from(none)), None, "{none}");
    }
    let late = code.at(u64::MAX).unwrap().code;
    assert_eq!(code.clock_offset(u64::MAX, &late), Some(0));
    let counted = code_of(Scheme::Hotp { algorithm: Algorithm::Sha1, digits: 6, counter: 0 }, RFC);
    assert_eq!(counted.clock_offset(0, &SecretText::from("755224")), None);
}

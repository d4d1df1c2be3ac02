use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
    RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair, RsaPublicKeyComponents,
};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::*;
use crate::wire::example::answer;

const ISSUER: &str = "https://as.example";

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn good() -> Value {
    json!({ "iss": ISSUER, "sub": "7", "exp": 1_000_060 })
}

/// A compact JWS, signed by `sign`.
fn signed(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> IdToken {
    let message = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
    let signature = sign(message.as_bytes());
    IdToken::new(format!("{message}.{}", encoded(signature)))
}

fn keys(keys: &[Value]) -> KeySet {
    read_keys(&answer(200, &[], json!({ "keys": keys }).to_string().as_bytes())).unwrap()
}

fn check(token: &IdToken, set: &KeySet) -> Result<Verified, Unverified> {
    check_signature(Jwt::Id(token), set, ISSUER)
}

/// An elliptic key: its public JWK, and how it signs.
fn elliptic(algorithm: &'static EcdsaSigningAlgorithm, curve: &str) -> (Value, impl Fn(&[u8]) -> Vec<u8>) {
    let pair = EcdsaKeyPair::generate(algorithm).unwrap();
    let point = pair.public_key().as_ref()[1..].to_vec();
    let (x, y) = point.split_at(point.len() / 2);
    let key = json!({ "kty": "EC", "crv": curve, "x": encoded(x), "y": encoded(y), "kid": "e" });
    (key, move |message: &[u8]| pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec())
}

fn rsa() -> (Value, RsaKeyPair) {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
    (
        json!({ "kty": "RSA", "n": encoded(&public.n), "e": encoded(&public.e), "kid": "r", "use": "sig" }),
        pair,
    )
}

#[test]
fn each_algorithm_with_a_public_key_is_checked() {
    let (rsa_key, pair) = rsa();
    let (p256, sign_256) = elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256");
    let (p384, sign_384) = elliptic(&ECDSA_P384_SHA384_FIXED_SIGNING, "P-384");
    let ed = Ed25519KeyPair::generate().unwrap();
    let ed_key = json!({ "kty": "OKP", "crv": "Ed25519", "x": encoded(ed.public_key()), "kid": "d" });
    let set = keys(&[rsa_key, p256, p384, ed_key]);
    let by_rsa = |encoding: &'static dyn RsaEncoding| {
        let pair = &pair;
        move |message: &[u8]| {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(encoding, &SystemRandom::new(), message, &mut signature).unwrap();
            signature
        }
    };
    let token = |alg: &str, kid: &str, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
        signed(&json!({ "alg": alg, "kid": kid }), &good(), sign)
    };
    let sign_ed = |message: &[u8]| ed.sign(message).as_ref().to_vec();
    let cases = [
        ("RS256", token("RS256", "r", &by_rsa(&RSA_PKCS1_SHA256))),
        ("RS384", token("RS384", "r", &by_rsa(&RSA_PKCS1_SHA384))),
        ("RS512", token("RS512", "r", &by_rsa(&RSA_PKCS1_SHA512))),
        ("PS256", token("PS256", "r", &by_rsa(&RSA_PSS_SHA256))),
        ("PS384", token("PS384", "r", &by_rsa(&RSA_PSS_SHA384))),
        ("PS512", token("PS512", "r", &by_rsa(&RSA_PSS_SHA512))),
        ("ES256", token("ES256", "e", &sign_256)),
        ("ES384", token("ES384", "e", &sign_384)),
        ("EdDSA", token("EdDSA", "d", &sign_ed)),
        ("Ed25519", token("Ed25519", "d", &sign_ed)),
    ];
    for (algorithm, token) in cases {
        let verified = check(&token, &set);
        assert_eq!(verified.map(|verified| verified.algorithm).as_deref(), Ok(algorithm));
    }
}

#[test]
fn a_signature_that_proves_nothing_does_not_count() {
    let (key, sign) = elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256");
    let (other, _) = elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256");
    let secret = json!({ "kty": "oct", "k": encoded("secret"), "kid": "e" });
    let set = keys(&[key.clone(), secret]);
    let header = json!({ "alg": "ES256", "kid": "e" });
    let named = |alg: &str| json!({ "alg": alg, "kid": "e" });
    let mut changed = good();
    changed["iss"] = json!("https://evil.example");
    let mut nobody = good();
    nobody["iss"] = json!(null);
    let refused = |algorithm: &str| Unverified::Algorithm(algorithm.to_owned());
    let elsewhere = |named: Option<&str>| Unverified::OtherIssuer {
        named: named.map(str::to_owned),
        expected: ISSUER.to_owned(),
    };
    let cases = [
        (signed(&named("none"), &good(), |_| Vec::new()), refused("none"), "not signed"),
        (signed(&named("HS256"), &good(), |_| vec![0; 32]), refused("HS256"), "a shared secret"),
        (signed(&json!({}), &good(), &sign), refused(""), "no algorithm"),
        (signed(&named("ES512"), &good(), &sign), refused("ES512"), "one that is not known"),
        (signed(&named("RS256"), &good(), &sign), Unverified::UnknownKey, "a key of another kind"),
        (
            signed(&json!({ "alg": "ES256", "kid": "x" }), &good(), &sign),
            Unverified::UnknownKey,
            "another name",
        ),
        (signed(&header, &changed, &sign), elsewhere(Some("https://evil.example")), "another issuer"),
        (signed(&header, &nobody, &sign), elsewhere(None), "no issuer"),
        (signed(&header, &good(), |_| vec![0; 64]), Unverified::Broken, "forged"),
        (signed(&header, &good(), |_| Vec::new()), Unverified::Broken, "cut off"),
        (IdToken::new("e30.e30.e30.e30.e30"), Unverified::Unreadable, "encrypted"),
    ];
    for (token, expected, why) in cases {
        assert_eq!(check(&token, &set), Err(expected), "{why}");
    }
    let token = signed(&header, &good(), &sign);
    assert!(check(&token, &set).is_ok(), "as it should be");
    assert_eq!(check(&token, &keys(&[other])), Err(Unverified::Broken), "another key of the same name");
    assert_eq!(check(&token, &KeySet::default()), Err(Unverified::UnknownKey), "no keys");
}

#[test]
fn a_key_is_used_for_what_it_is_meant() {
    let (key, sign) = elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256");
    let with = |member: &str, value: &str| {
        let mut key = key.clone();
        key[member] = json!(value);
        keys(&[key])
    };
    let unnamed = signed(&json!({ "alg": "ES256" }), &good(), &sign);
    let cases = [
        (with("use", "sig"), true, "for signatures"),
        (with("use", "enc"), false, "for encryption"),
        (with("alg", "ES256"), true, "this algorithm"),
        (with("alg", "ES384"), false, "another algorithm"),
        (with("kid", "x"), true, "a token without a key's name tries all"),
        (with("kty", "martian"), false, "another kind"),
    ];
    for (set, holds, why) in cases {
        assert_eq!(check(&unnamed, &set).is_ok(), holds, "{why}");
    }
}

#[test]
fn a_key_set_is_read_leniently_and_has_an_end() {
    let many = json!({ "keys": vec![json!({ "kty": "oct", "k": "" }); 101] }).to_string();
    let large = format!("{{\"keys\":[],\"x\":\"{}\"}}", "y".repeat(300_000));
    let cases = [
        (200, "{\"keys\":[]}", Ok(KeySet::default()), "none"),
        (200, "{\"keys\":[7, {}, {\"kty\":\"RSA\"}]}", Ok(KeySet::default()), "nonsense is left out"),
        (200, "{}", Err(NoKeys::Unreadable), "no keys"),
        (200, "<html>", Err(NoKeys::Unreadable), "a web page"),
        (404, "{\"keys\":[]}", Err(NoKeys::Status { status: 404 }), "not there"),
        (200, &many, Err(NoKeys::TooMany), "too many"),
        (200, &large, Err(NoKeys::TooMany), "too large"),
    ];
    for (status, body, expected, why) in cases {
        assert_eq!(read_keys(&answer(status, &[], body.as_bytes())), expected, "{why}");
    }
}

#[test]
fn what_is_inside_is_shown_without_being_believed() {
    let header = json!({ "alg": "none", "typ": "at+jwt" });
    let claims = json!({ "sub": "7", "exp": 1_000_060, "scp": ["a", "b"] });
    let text = format!("{}.{}.", encoded(header.to_string()), encoded(claims.to_string()));

    let inside = unpack(Jwt::Access(&AccessToken::new(text))).unwrap();

    assert_eq!(inside.ends_at, Some(Timestamp::from_millis(1_000_060_000)));
    let value = |claims: &[Claim], name: &str| {
        claims.iter().find(|claim| claim.name == name).map(|claim| claim.value.clone())
    };
    assert_eq!(value(&inside.claims, "scp").as_deref(), Some("a, b"));
    assert_eq!(value(&inside.header, "typ").as_deref(), Some("at+jwt"));
    let long = format!("{}.{}.s", encoded("{}"), encoded(format!("{{\"a\":\"{}\"}}", "x".repeat(70_000))));
    for opaque in ["opaque", "a.b", "e30.W10.s", &long] {
        assert_eq!(unpack(Jwt::Access(&AccessToken::new(opaque))), None, "{}", &opaque[..6]);
    }
}

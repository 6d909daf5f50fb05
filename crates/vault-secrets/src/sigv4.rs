//! Signatures of requests to AWS, version 4: a chain of HMACs over the date, the region, the service and the request.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use zeroize::Zeroizing;

/// Who signs, and for what.
pub struct Signer<'a> {
    pub access_key: &'a str,
    pub secret_key: &'a str,
    pub region: &'a str,
    pub service: &'a str,
    /// The time, `20150830T123600Z`.
    pub time: &'a str,
}

impl Signer<'_> {
    /// The header `Authorization` of a request by POST to the path `/`. The headers that are signed have names in lower case
    /// and are sorted by them.
    pub fn authorization(&self, headers: &[(&str, &str)], body: &[u8]) -> Zeroizing<String> {
        let date = self.time.get(..8).unwrap_or_default();
        let scope = format!("{date}/{}/{}/aws4_request", self.region, self.service);
        let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        // A session token is among them.
        let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let lines = Zeroizing::new(lines);
        let request = format!("POST\n/\n\n{}\n{names}\n{}", lines.as_str(), hash(body));
        let request = Zeroizing::new(request);
        let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", self.time, hash(request.as_bytes()));
        let first = Zeroizing::new(["AWS4", self.secret_key].concat());
        let chain = [date, self.region, self.service, "aws4_request", &text];
        let mut key = Zeroizing::new(first.as_bytes().to_vec());
        for part in chain {
            let next = sign(&Key::new(HMAC_SHA256, &key), part.as_bytes());
            key = Zeroizing::new(next.as_ref().to_vec());
        }
        let (signature, access) = (hex(&key), self.access_key);
        Zeroizing::new(format!(
            "AWS4-HMAC-SHA256 Credential={access}/{scope}, SignedHeaders={names}, Signature={signature}"
        ))
    }
}

fn hash(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of AWS's test suite for version 4: `post-vanilla`, `post-x-www-form-urlencoded`.
    #[test]
    fn requests_of_the_test_suite_are_signed_as_there() {
        let signer = Signer {
            access_key: "AKIDEXAMPLE",
            secret_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            region: "us-east-1",
            service: "service",
            time: "20150830T123600Z",
        };
        let (host, date) = (("host", "example.amazonaws.com"), ("x-amz-date", "20150830T123600Z"));
        assert_eq!(
            signer.authorization(&[host, date], b"").as_str(),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, \
             Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        );
        let form = ("content-type", "application/x-www-form-urlencoded");
        assert_eq!(
            signer.authorization(&[form, host, date], b"Param1=value1").as_str(),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
        );
    }
}

//! Held against botocore: what it signs is accepted and signed alike, and no flipped bit of it passes.

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use cairn_model::{Region, Timestamp};
    use cairn_signing::{Authorization, Payload, Request, SecretKey, Signer, SigningKey};
    use serde::Deserialize;

    #[derive(Debug, Clone, Deserialize)]
    struct Signed {
        method: String,
        path: String,
        query: String,
        headers: Vec<(String, String)>,
        body: String,
        service: String,
        region: String,
        key: String,
        secret: String,
        presigned: bool,
        now: String,
    }

    impl Signed {
        fn body(&self) -> Vec<u8> {
            hex::decode(&self.body).unwrap()
        }

        fn headers(&self) -> Vec<(&str, &[u8])> {
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
        }

        fn is_accepted(&self, body: &[u8]) -> bool {
            let headers = self.headers();
            let request = Request { method: &self.method, path: &self.path, query: &self.query, headers: &headers };
            let Ok(authorization) = Authorization::read(&request) else { return false };
            let key = SigningKey::derive(&SecretKey::new(self.secret.clone()), &authorization.scope);
            let now = Timestamp::parse_basic(&self.now).unwrap();
            authorization.access_key_id == self.key
                && authorization.scope.service == self.service
                && authorization.verify(&request, Payload::Body(body), &key, now).is_ok()
        }

        /// Removes what the signer added.
        fn unsigned(&self) -> Self {
            let added = ["authorization", "x-amz-date", "x-amz-content-sha256"];
            let mut headers = self.headers.clone();
            headers.retain(|(name, _)| !added.contains(&name.to_ascii_lowercase().as_str()));
            Self { headers, ..self.clone() }
        }

        fn authorization(&self) -> &str {
            &self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization")).unwrap().1
        }
    }

    /// Requests that botocore signed, or nothing where no Python has it.
    fn signed(seed: &str, count: usize) -> Vec<Signed> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = here.join("../../.venv/bin/python");
        let has_botocore = |python: &&Path| {
            Command::new(python).args(["-c", "import botocore"]).output().is_ok_and(|output| output.status.success())
        };
        let Some(python) = [python.as_path(), Path::new("python3")].into_iter().find(has_botocore) else {
            println!("skipped: no Python with botocore, neither in .venv nor as python3");
            return Vec::new();
        };
        let script = here.join("tests/sign_with_botocore.py");
        let output = Command::new(python).arg(script).args([seed, &count.to_string()]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Every request that differs from `original` in one bit of a signed part, thinned out to about `count`.
    fn mutants(original: &Signed, count: usize) -> Vec<(Signed, Vec<u8>)> {
        let body = original.body();
        let mut all = Vec::new();
        let mut push = |change: &dyn Fn(&mut Signed) -> &mut String, length: usize| {
            for bit in 0..length * 8 {
                let mut mutant = original.clone();
                if flip(change(&mut mutant), bit) {
                    all.push((mutant, body.clone()));
                }
            }
        };
        push(&|signed| &mut signed.method, original.method.len());
        push(&|signed| &mut signed.path, original.path.len());
        push(&|signed| &mut signed.query, original.query.len());
        for (at, (name, value)) in original.headers.iter().enumerate() {
            if !name.eq_ignore_ascii_case("user-agent") {
                push(&move |signed| &mut signed.headers[at].1, value.len());
            }
        }
        let unsigned_body = original.presigned && original.service == "s3";
        for bit in (0..body.len() * 8).filter(|_| !unsigned_body) {
            let mut changed = body.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            all.push((original.clone(), changed));
        }
        let step = (all.len() / count).max(1);
        all.into_iter().step_by(step).filter(|(mutant, _)| !is_the_same_request(original, mutant)).collect()
    }

    fn flip(text: &mut String, bit: usize) -> bool {
        let mut bytes = std::mem::take(text).into_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        // What is no text, or would end a header or a request line, never reaches a signature.
        let usable = bytes.iter().all(|byte| !byte.is_ascii_control());
        *text = String::from_utf8(bytes).unwrap_or_default();
        usable && !text.is_empty()
    }

    /// Whether two requests mean the same although their bytes differ: the case of hex digits after a `%`, where a URI
    /// decoder sees no difference, white space that headers may fold, and segments that `..` takes back.
    fn is_the_same_request(a: &Signed, b: &Signed) -> bool {
        let decode = |text: &str| percent_decoded(&text.replace('+', " "));
        let path = |signed: &Signed| {
            if signed.service == "s3" { percent_decoded(&signed.path) } else { resolved(&signed.path).into_bytes() }
        };
        let paths = path(a) == path(b);
        let fold = |headers: &[(String, String)]| -> Vec<String> {
            headers.iter().map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
        };
        a.method == b.method
            && paths
            && decode(&a.query) == decode(&b.query)
            && fold(&a.headers) == fold(&b.headers)
            && a.body == b.body
    }

    /// Where a path leads outside S3: `.` stays, `..` goes up, and empty segments are nothing.
    fn resolved(path: &str) -> String {
        let mut stack: Vec<&str> = Vec::new();
        for segment in path.split('/').filter(|segment| !["", "."].contains(segment)) {
            if segment == ".." {
                stack.pop();
            } else {
                stack.push(segment);
            }
        }
        format!("{}{}", stack.join("/"), if path.ends_with('/') { "/" } else { "" })
    }

    fn percent_decoded(text: &str) -> Vec<u8> {
        let bytes = text.as_bytes();
        let (mut out, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            let hex =
                text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| bytes[at] == b'%');
            // A decoded `/` or `&` is not the separator that a literal one is.
            match hex {
                Some(byte) => out.extend([b'%', byte]),
                None => out.push(bytes[at]),
            }
            at += if hex.is_some() { 3 } else { 1 };
        }
        out
    }

    #[test]
    fn what_botocore_signs_is_accepted_and_signed_alike() {
        for signed in signed("1", 4000) {
            assert!(signed.is_accepted(&signed.body()), "{signed:#?}");
            if signed.presigned {
                continue;
            }
            let (unsigned, secret) = (signed.unsigned(), SecretKey::new(signed.secret.clone()));
            let region = Region::parse(&signed.region).unwrap();
            let (access_key_id, service) = (signed.key.as_str(), signed.service.as_str());
            let signer = Signer { access_key_id, secret_access_key: &secret, region: &region, service };
            let headers = unsigned.headers();
            let request =
                Request { method: &signed.method, path: &signed.path, query: &signed.query, headers: &headers };
            let added = signer.sign(&request, &signed.body(), Timestamp::parse_basic(&signed.now).unwrap());
            assert_eq!(added.last().unwrap().1, signed.authorization());
        }
    }

    #[test]
    fn no_request_with_one_bit_flipped_is_accepted() {
        let mut refused = 0;
        for original in signed("2", 300) {
            for (mutant, body) in mutants(&original, 40) {
                let difference = original.body() != body;
                assert!(!mutant.is_accepted(&body), "body changed: {difference}\n{original:#?}\n{mutant:#?}");
                refused += 1;
            }
        }
        println!("{refused} mutants refused");
        assert!(refused == 0 || refused > 2000, "only {refused}");
    }

    #[test]
    fn what_we_presign_is_accepted_until_it_expires() {
        let (secret, region) = (SecretKey::new("secret"), Region::us_east_1());
        let now = Timestamp::parse_basic("20261122T030810Z").unwrap();
        let headers: [(&str, &[u8]); 1] = [("host", b"127.0.0.1:4580")];
        for service in ["s3", "sts"] {
            let signer = Signer { access_key_id: "AKIA", secret_access_key: &secret, region: &region, service };
            let request = Request { method: "GET", path: "/bucket/key", query: "a=b", headers: &headers };
            let query = signer.presign(&request, std::time::Duration::from_mins(1), now);
            let request = Request { query: &query, ..request };
            let authorization = Authorization::read(&request).unwrap();
            let key = SigningKey::derive(&secret, &authorization.scope);
            let verify = |seconds| {
                let at = now.plus(std::time::Duration::from_secs(seconds));
                authorization.verify(&request, Payload::Body(b""), &key, at)
            };
            assert_eq!(verify(60).map(drop), Ok(()));
            assert!(verify(61).is_err());
        }
    }
}

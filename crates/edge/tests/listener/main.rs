//! The whole listener on a free port: what raw bytes get as an answer, and the one event that each request leaves.

#[cfg(test)]
mod house;
#[cfg(test)]
mod search;
#[cfg(test)]
mod sign_in;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cairn_edge::EdgeSettings;
    use cairn_signing::{Request, SecretKey, Signer};
    use serde_json::{Value, json};

    use crate::house::{House, KEY, OTHER_KEY, READER_KEY, SECRET, Signed};

    const TARGET: (&str, &str) = ("X-Amz-Target", "CloudTrail_20131101.NoSuchOperation");
    const WHO: &str = "Action=GetCallerIdentity&Version=2011%2D06-15";

    fn plain(head: &str) -> String {
        format!("{head}\r\nHost: cairn\r\nConnection: close\r\n\r\n")
    }

    #[tokio::test]
    async fn malformed_requests_are_refused_and_leave_one_event_each() {
        let house = House::open(EdgeSettings::default()).await;
        let post = |headers: &str| format!("POST / HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\nx");
        let malformed = "MalformedHttpRequestException";
        let large = "RequestEntityTooLargeException";
        for (bytes, status, code) in [
            ("GET / HTTP/1.1\nHost: a\n\n".to_owned(), 400, malformed),
            ("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n".to_owned(), 400, malformed),
            ("GET / HTTP/1.1\r\n\r\n".to_owned(), 400, malformed),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(), 400, malformed),
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n".to_owned(), 400, malformed),
            ("GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), 400, malformed),
            ("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), 400, malformed),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), 400, malformed),
            ("\u{16}\u{3}\u{1}".to_owned(), 400, malformed),
            ("{\"json\": 1}\r\n\r\n".to_owned(), 400, malformed),
            (post("Content-Length: 1\r\nTransfer-Encoding: chunked"), 400, malformed),
            (post("Content-Length: 1, 1"), 400, malformed),
            (post("Content-Length: -1"), 400, malformed),
            (post("Content-Length: 1\r\nContent-Length: 2"), 400, malformed),
            (post("Transfer-Encoding: gzip"), 400, malformed),
            (post("X: a\r\n folded"), 400, malformed),
            (post("X: a\rb"), 400, malformed),
            (post("X : a"), 400, malformed),
            (post(&"X: a\r\n".repeat(120)), 413, large),
            (post(&format!("X: {}", "a".repeat(40_000))), 413, large),
        ] {
            let answer = house.exchange(bytes.as_bytes()).await;
            let event = house.only_event().await;
            assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{bytes:?}");
            assert_eq!(event["errorCode"], code, "{bytes:?}");
            assert_eq!(event["requestID"], answer.request_id(), "{bytes:?}");
            assert_eq!(event["userIdentity"], json!({"type": "Unknown"}));
            assert_eq!(event["sourceIPAddress"], "127.0.0.1");
        }
        house.close().await;
    }

    #[tokio::test]
    async fn half_a_request_leaves_an_event_too() {
        let house = House::open(EdgeSettings::default()).await;
        let answer = house.exchange_and_half_close(b"GET / HTTP/1.1\r\nHost").await;
        assert_eq!(answer.code(), "MalformedHttpRequestException");
        assert_eq!(house.only_event().await["eventName"], "MalformedHttpRequest");
        assert!(house.exchange_and_half_close(b"").await.head.is_empty());
        assert_eq!(house.new_events().await, Vec::<Value>::new());
        house.close().await;
    }

    #[tokio::test]
    async fn slow_heads_and_bodies_are_given_up_and_recorded() {
        let short = Duration::from_millis(50);
        let settings = EdgeSettings { head_timeout: short, body_timeout: short, ..EdgeSettings::default() };
        let house = House::open(settings).await;
        assert_eq!(house.exchange(b"GET / HTTP/1.1\r\nHo").await.code(), "RequestTimeoutException");
        assert_eq!(house.only_event().await["errorCode"], "RequestTimeoutException");
        let mut slow = Signed { body: WHO.as_bytes().to_vec(), ..Signed::post("sts") }.bytes();
        slow.truncate(slow.len() - 1);
        let answer = house.exchange(&slow).await;
        assert_eq!((answer.status, answer.code()), (408, "RequestTimeoutException".to_owned()));
        assert_eq!(house.only_event().await["errorCode"], "RequestTimeoutException");
        house.close().await;
    }

    #[tokio::test]
    async fn unsigned_requests_are_refused_in_the_protocol_that_they_speak() {
        let house = House::open(EdgeSettings::default()).await;
        let target = "X-Amz-Target: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents";
        for (request, code, source, name) in [
            (plain("POST / HTTP/1.1"), "MissingAuthenticationTokenException", "cloudtrail", "UnknownOperation"),
            (
                plain(&format!("POST / HTTP/1.1\r\n{target}")),
                "MissingAuthenticationTokenException",
                "cloudtrail",
                "LookupEvents",
            ),
            (plain(&format!("GET /?{WHO} HTTP/1.1")), "MissingAuthenticationToken", "sts", "GetCallerIdentity"),
            (plain("POST /v1/events HTTP/1.1"), "MissingAuthenticationTokenException", "cloudtrail-data", "PutEvents"),
            (plain("GET /logs/AWSLogs/x HTTP/1.1"), "AccessDenied", "s3", "GetObject"),
            (plain("OPTIONS * HTTP/1.1"), "AccessDenied", "s3", "UnknownOperation"),
            (plain("POST /healthz HTTP/1.1"), "AccessDenied", "s3", "UnknownOperation"),
            (plain("TRACE / HTTP/1.0"), "AccessDenied", "s3", "UnknownOperation"),
        ] {
            let answer = house.exchange(request.as_bytes()).await;
            assert_eq!((answer.status, answer.code()), (403, code.to_owned()), "{request}");
            let event = house.only_event().await;
            assert_eq!(event["eventSource"], format!("{source}.amazonaws.com"), "{request}");
            assert_eq!((&event["eventName"], &event["errorCode"]), (&json!(name), &json!(code)), "{request}");
            assert_eq!(event["requestID"], answer.request_id());
        }
        house.close().await;
    }

    #[tokio::test]
    async fn signatures_that_do_not_hold_are_refused_as_aws_does() {
        let house = House::open(EdgeSettings::default()).await;
        let old = Duration::from_mins(20);
        for (service, wrong, unknown, expired) in [
            ("cloudtrail", "InvalidSignatureException", "UnrecognizedClientException", "InvalidSignatureException"),
            (
                "cloudtrail-data",
                "InvalidSignatureException",
                "UnrecognizedClientException",
                "InvalidSignatureException",
            ),
            ("sts", "SignatureDoesNotMatch", "InvalidClientTokenId", "SignatureDoesNotMatch"),
            ("s3", "SignatureDoesNotMatch", "InvalidAccessKeyId", "RequestTimeTooSkewed"),
        ] {
            let good = Signed::post(service);
            for (request, code) in [
                (Signed { secret: "another", ..good.clone() }, wrong),
                (Signed { key: "AKIAUNKNOWN", ..good.clone() }, unknown),
                (Signed { age: old, ..good.clone() }, expired),
            ] {
                let answer = house.exchange(&request.bytes()).await;
                assert_eq!((answer.status, answer.code()), (403, code.to_owned()), "{service}: {}", answer.body);
                let event = house.only_event().await;
                assert_eq!(event["errorCode"], code);
                assert_eq!(event["userIdentity"], json!({"type": "Unknown", "accessKeyId": request.key}));
                assert_eq!(
                    (&event["awsRegion"], &event["recipientAccountId"]),
                    (&json!("eu-west-1"), &json!("123456789012"))
                );
                assert!(!event.to_string().contains("Signature="));
            }
        }
        house.close().await;
    }

    #[tokio::test]
    async fn what_was_signed_cannot_be_changed_or_left_out() {
        let house = House::open(EdgeSettings::default()).await;
        let text = String::from_utf8(Signed { headers: vec![TARGET], ..Signed::post("cloudtrail") }.bytes()).unwrap();
        let signed_headers = text.split("SignedHeaders=").nth(1).unwrap().split(',').next().unwrap();
        for (from, to, status, code) in [
            ("NoSuchOperation", "DeleteTrail", 403, "InvalidSignatureException"),
            ("\r\n\r\n{}", "\r\n\r\n[]", 403, "InvalidSignatureException"),
            ("POST / ", "POST /?a=b ", 403, "InvalidSignatureException"),
            ("Host: 127.0.0.1", "Host: 127.0.0.2", 403, "InvalidSignatureException"),
            ("\r\nConnection", "\r\nX-Amz-Extra: 1\r\nConnection", 403, "InvalidSignatureException"),
            (";x-amz-target", "", 403, "InvalidSignatureException"),
            (signed_headers, "host", 403, "InvalidSignatureException"),
            ("Signature=", "Signatur=", 400, "IncompleteSignatureException"),
            ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512", 400, "IncompleteSignatureException"),
            ("/aws4_request", "/aws4_reqest", 403, "InvalidSignatureException"),
            ("authorization:", "authorisation:", 403, "MissingAuthenticationTokenException"),
        ] {
            assert!(text.contains(from), "{from}");
            let answer = house.exchange(text.replacen(from, to, 1).as_bytes()).await;
            assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{from} -> {to}: {}", answer.body);
            assert_eq!(house.only_event().await["errorCode"], code);
        }
        house.close().await;
    }

    #[tokio::test]
    async fn a_call_is_answered_and_leaves_its_event() {
        let house = House::open(EdgeSettings::default()).await;
        let form = Signed { body: WHO.as_bytes().to_vec(), ..Signed::post("sts") };
        let query = Signed { method: "GET", query: WHO.to_owned(), body: Vec::new(), ..Signed::post("sts") };
        for request in [form, query] {
            let answer = house.exchange(&request.bytes()).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert!(answer.body.contains("<Arn>arn:aws:iam::123456789012:root</Arn>"), "{}", answer.body);
            assert!(answer.body.contains(&answer.request_id()));
            let event = house.only_event().await;
            assert_eq!(
                (&event["eventSource"], &event["eventName"]),
                (&json!("sts.amazonaws.com"), &json!("GetCallerIdentity"))
            );
            assert_eq!((&event["readOnly"], &event["managementEvent"]), (&json!(true), &json!(true)));
            assert_eq!(event["requestID"], answer.request_id());
            assert_eq!(event["userIdentity"]["accessKeyId"], KEY);
            assert_eq!(event["userIdentity"]["type"], "Root");
            assert_eq!(event["userAgent"], "Boto3/1.43");
            assert_eq!(event["awsRegion"], "eu-west-1");
            assert_eq!(event["tlsDetails"]["clientProvidedHostHeader"], "127.0.0.1");
            assert_eq!(event.get("errorCode"), None);
        }
        house.close().await;
    }

    #[tokio::test]
    async fn presigned_urls_hold_until_they_expire() {
        let house = House::open(EdgeSettings::default()).await;
        let (secret, region) = (SecretKey::new(SECRET), cairn_model::Region::us_east_1());
        let signer = Signer { access_key_id: KEY, secret_access_key: &secret, region: &region, service: "sts" };
        let headers: [(&str, &[u8]); 1] = [("host", b"cairn")];
        let request = Request { method: "GET", path: "/", query: WHO, headers: &headers };
        let now = house.environment.clock.now();
        for (age, status, code) in [(10, 200, ""), (120, 403, "SignatureDoesNotMatch")] {
            let query = signer.presign(&request, Duration::from_mins(1), now.minus(Duration::from_secs(age)));
            let answer = house.exchange(plain(&format!("GET /?{query} HTTP/1.1")).as_bytes()).await;
            assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{}", answer.body);
            house.only_event().await;
        }
        house.close().await;
    }

    #[tokio::test]
    async fn what_is_not_known_is_refused_by_name() {
        let house = House::open(EdgeSettings::default()).await;
        let json =
            |target: &'static str| Signed { headers: vec![("X-Amz-Target", target)], ..Signed::post("cloudtrail") };
        let form = |form: &str| Signed { body: form.as_bytes().to_vec(), ..Signed::post("sts") };
        let unknown = "UnknownOperationException";
        for (request, status, code, name) in [
            (json("CloudTrail_20131101.NoSuch"), 400, unknown, "NoSuch"),
            (json("example.CloudTrail_20131101.GetTrail"), 400, unknown, "UnknownOperation"),
            (json("com.amazonaws.cloudtrail.v20131102.CloudTrail_20131101.GetTrail"), 400, unknown, "UnknownOperation"),
            (Signed::post("cloudtrail"), 400, unknown, "UnknownOperation"),
            (Signed { path: "/x", ..Signed::post("cloudtrail-data") }, 400, unknown, "UnknownOperation"),
            (
                Signed { path: "/v1/events", method: "PUT", ..Signed::post("cloudtrail-data") },
                405,
                "MethodNotAllowed",
                "PutEvents",
            ),
            (form("Action=NoSuch&Version=2011-06-15"), 400, "InvalidAction", "NoSuch"),
            (form("Action=GetCallerIdentity&Version=2010-01-01"), 400, "InvalidAction", "GetCallerIdentity"),
            (form("Version=2011-06-15"), 400, "MissingAction", "UnknownOperation"),
            (form("Action=%00"), 400, "InvalidAction", "UnknownOperation"),
            (Signed { headers: vec![TARGET], ..Signed::post("kms") }, 400, unknown, "UnknownOperation"),
        ] {
            let answer = house.exchange(&request.bytes()).await;
            assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{request:?}: {}", answer.body);
            let event = house.only_event().await;
            assert_eq!((&event["errorCode"], &event["userIdentity"]["type"]), (&json!(code), &json!("Root")));
            if request.service != "kms" {
                assert_eq!(event["eventName"], name, "{request:?}");
            }
        }
        house.close().await;
    }

    #[tokio::test]
    async fn events_that_others_bring_are_taken_in_with_one_event_for_the_request() {
        let house = House::open(EdgeSettings::default()).await;
        let event = |id: u8| {
            format!("{{\"eventID\":\"id-{id}\",\"eventTime\":\"2026-10-01T00:00:00Z\",\"eventName\":\"X\"}}\n")
        };
        let body = (event(1) + &event(2) + "{\"eventID\":\"id-3\"}\n").into_bytes();
        let request = Signed { path: "/v1/events", body, ..Signed::post("cloudtrail-data") };
        let request = Signed { service: "cloudtrail", ..request };
        let answer = house.exchange(&request.bytes()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let report: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((&report["accepted"], &report["rejected"]), (&json!(2), &json!(1)));
        let events = house.new_events().await;
        assert_eq!(events.len(), 3);
        let call = events.iter().find(|event| event["eventName"] == "PutEvents").unwrap();
        assert_eq!((&call["eventCategory"], &call["managementEvent"]), (&json!("Data"), &json!(false)));
        assert_eq!(call["responseElements"]["accepted"], 2);
        assert_eq!(call["requestID"], answer.request_id());

        let bad = |query: &str, coding| Signed { query: query.to_owned(), headers: vec![coding], ..request.clone() };
        for (request, status, code) in [
            (bad("as=never", ("X", "y")), 400, "ValidationException"),
            (bad("", ("Content-Encoding", "br")), 415, "UnsupportedMediaTypeException"),
            (bad("", ("Content-Encoding", "gzip")), 400, "ValidationException"),
        ] {
            let answer = house.exchange(&request.bytes()).await;
            assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{}", answer.body);
            assert_eq!(house.only_event().await["errorCode"], code);
        }
        house.close().await;
    }

    #[tokio::test]
    async fn everything_that_is_kept_is_read_page_by_page_and_each_page_is_recorded() {
        let house = House::open(EdgeSettings::default()).await;
        let event = |number: usize| {
            format!(
                "{{ \"eventID\":\"id-{number}\",\"eventTime\":\"2026-10-01T00:00:00Z\",\"eventName\":\"X\",\
                 \"awsRegion\":\"eu-west-{}\",\"eventCategory\":\"{}\"}}\n",
                number % 2,
                if number.is_multiple_of(3) { "Data" } else { "Management" },
            )
        };
        let body = (0..700).map(event).collect::<String>().into_bytes();
        let put = Signed { path: "/v1/events", body, ..Signed::post("cloudtrail-data") };
        assert_eq!(house.exchange(&put.bytes()).await.status, 200);
        house.new_events().await;
        let get = |query: String| Signed {
            path: "/v1/events",
            method: "GET",
            query,
            body: Vec::new(),
            ..Signed::post("cloudtrail")
        };
        let (mut events, mut token) = (Vec::new(), None);
        loop {
            let more = token.map_or(String::new(), |token| format!("&token={token}"));
            let answer = house.exchange(&get(format!("start=1790812800&end=1790812800{more}")).bytes()).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            let page: Value = serde_json::from_str(&answer.body).unwrap();
            assert!(answer.body.contains("{ \"eventID\""), "as accepted");
            events.extend(page["events"].as_array().unwrap().clone());
            let call = house.only_event().await;
            assert_eq!((&call["eventName"], &call["readOnly"]), (&json!("GetEvents"), &json!(true)));
            assert_eq!(call["requestParameters"]["start"], "1790812800");
            match page["nextToken"].as_str() {
                Some(next) => token = Some(next.to_owned()),
                None => break,
            }
        }
        let ids: std::collections::BTreeSet<_> =
            events.iter().map(|event| event["eventID"].as_str().unwrap()).collect();
        assert_eq!((events.len(), ids.len()), (700, 700));
        for (query, code) in [
            ("start=yesterday", "ValidationException"),
            ("start=5&end=4", "InvalidTimeRangeException"),
            ("token=x", "InvalidNextTokenException"),
        ] {
            let answer = house.exchange(&get(query.to_owned()).bytes()).await;
            assert_eq!((answer.status, answer.code()), (400, code.to_owned()), "{query}");
            assert_eq!(house.only_event().await["errorCode"], code);
        }
        house.close().await;
    }

    #[tokio::test]
    async fn bodies_beyond_their_limit_are_refused() {
        let settings = EdgeSettings { body_bytes_max: 100, ingest_body_bytes_max: 200, ..EdgeSettings::default() };
        let house = House::open(settings).await;
        for (service, size, large) in [("sts", 100, false), ("sts", 101, true), ("cloudtrail-data", 201, true)] {
            let body = vec![b'x'; size];
            let answer = house.exchange(&Signed { body, path: "/", ..Signed::post(service) }.bytes()).await;
            assert_eq!(answer.status == 413, large, "{}", answer.body);
            house.only_event().await;
        }
        let whole = Signed { body: vec![b'x'; 150], ..Signed::post("sts") }.chunked();
        let answer = house.exchange(&whole).await;
        assert_eq!(answer.code(), "RequestEntityTooLargeException", "{}", answer.whole);
        house.only_event().await;
        let whole = Signed { body: WHO.as_bytes().to_vec(), ..Signed::post("sts") }.chunked();
        assert_eq!(house.exchange(&whole).await.status, 200);
        house.only_event().await;
        house.close().await;
    }

    #[tokio::test]
    async fn objects_are_kept_and_each_touch_of_them_is_a_data_event() {
        let house = House::open(EdgeSettings::default()).await;
        let s3 = |method, path, body: &[u8]| Signed { method, path, body: body.to_vec(), ..Signed::post("s3") };
        let place = b"<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
        let answer = house.exchange(&s3("PUT", "/audit-logs", place).bytes()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let event = house.only_event().await;
        assert_eq!((&event["eventName"], &event["eventCategory"]), (&json!("CreateBucket"), &json!("Management")));

        let answer = house.exchange(&s3("PUT", "/audit-logs/a/b%20c.txt", b"hello").bytes()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let event = house.only_event().await;
        assert_eq!((&event["eventName"], &event["eventCategory"]), (&json!("PutObject"), &json!("Data")));
        assert_eq!(event["requestID"], answer.request_id());
        assert_eq!(
            event["requestParameters"],
            json!({"bucketName": "audit-logs", "Host": "127.0.0.1", "key": "a/b c.txt"})
        );
        assert_eq!(event["additionalEventData"]["bytesTransferredIn"], 5);
        assert_eq!(event["userAgent"], "[Boto3/1.43]");
        let bucket = json!({"accountId": "123456789012", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::audit-logs"});
        let object = json!({"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::audit-logs/a/b c.txt"});
        assert_eq!(event["resources"], json!([object, bucket]));

        let answer = house.exchange(&s3("GET", "/audit-logs/a/b%20c.txt", b"").bytes()).await;
        assert_eq!((answer.status, &*answer.body), (200, "hello"));
        assert_eq!(house.only_event().await["additionalEventData"]["bytesTransferredOut"], 5);

        let mut forged = s3("PUT", "/audit-logs/forged", b"hello").bytes();
        let last = forged.len() - 1;
        forged[last] = b'p';
        let answer = house.exchange(&forged).await;
        assert_eq!((answer.status, answer.code()), (400, "XAmzContentSHA256Mismatch".to_owned()), "{}", answer.body);
        assert_eq!(house.only_event().await["errorCode"], "XAmzContentSHA256Mismatch");
        let answer = house.exchange(&s3("GET", "/audit-logs/forged", b"").bytes()).await;
        assert_eq!((answer.status, answer.code()), (404, "NoSuchKey".to_owned()));
        assert_eq!(house.only_event().await["errorCode"], "NoSuchKey");
        house.close().await;
    }

    #[tokio::test]
    async fn a_call_on_the_bucket_of_another_account_stands_in_both_with_one_shared_id() {
        let house = House::open(EdgeSettings::default()).await;
        let s3 = |method, path, key| Signed { method, path, key, body: Vec::new(), ..Signed::post("s3") };
        assert_eq!(house.exchange(&s3("PUT", "/audit-logs", KEY).bytes()).await.status, 200);
        assert!(house.only_event().await.get("sharedEventID").is_none());
        for (method, path) in [("GET", "/audit-logs/secret"), ("DELETE", "/audit-logs"), ("PUT", "/audit-logs/mine")] {
            let answer = house.exchange(&s3(method, path, OTHER_KEY).bytes()).await;
            assert_eq!((answer.status, answer.code()), (403, "AccessDenied".to_owned()), "{path}");
            let [theirs, owners] = &house.new_events().await[..] else { panic!("one event for each account") };
            assert_eq!(
                [&theirs["recipientAccountId"], &owners["recipientAccountId"]],
                ["111122223333", "123456789012"]
            );
            assert!(theirs["sharedEventID"].is_string() && theirs["eventID"] != owners["eventID"]);
            for member in ["sharedEventID", "requestID", "eventName", "errorCode", "userIdentity", "resources"] {
                assert_eq!(theirs[member], owners[member], "{member}");
            }
            assert_eq!(owners["userIdentity"]["accountId"], "111122223333");
        }
        let answer = house.exchange(&s3("PUT", "/audit-logs", OTHER_KEY).bytes()).await;
        assert_eq!(answer.code(), "BucketAlreadyExists");
        assert_eq!(
            house.only_event().await["recipientAccountId"],
            "111122223333",
            "a name that is taken is nobody's call"
        );
        house.close().await;
    }

    #[tokio::test]
    async fn probes_are_open_and_leave_no_event() {
        let house = House::open(EdgeSettings::default()).await;
        for (path, text) in [("/healthz", "ok\n"), ("/readyz", "ready\n"), ("/metrics", "up 1\n")] {
            let answer = house.exchange(plain(&format!("GET {path} HTTP/1.1")).as_bytes()).await;
            assert_eq!((answer.status, &*answer.body), (200, text));
        }
        assert_eq!(house.new_events().await, Vec::<Value>::new());
        house.close().await;
    }

    #[tokio::test]
    async fn requests_follow_each_other_on_one_connection() {
        let house = House::open(EdgeSettings::default()).await;
        let request = Signed { body: WHO.as_bytes().to_vec(), keep: true, ..Signed::post("sts") };
        let many = [request.bytes(), request.chunked(), request.bytes(), b"NOT HTTP\r\n\r\n".to_vec()].concat();
        let answer = house.exchange(&many).await;
        assert_eq!(answer.whole.matches("HTTP/1.1 200 OK").count(), 3, "{}", answer.whole);
        assert_eq!(answer.whole.matches("HTTP/1.1 400 Bad Request").count(), 1, "{}", answer.whole);
        let events = house.new_events().await;
        let names: Vec<_> = events.iter().map(|event| event["eventName"].as_str().unwrap()).collect();
        assert_eq!(names, ["GetCallerIdentity", "GetCallerIdentity", "GetCallerIdentity", "MalformedHttpRequest"]);
        house.close().await;
    }

    #[tokio::test]
    async fn a_flood_without_a_key_shares_events_and_none_of_it_is_uncounted() {
        let house = House::open(EdgeSettings { unauthenticated_events_max: 3, ..EdgeSettings::default() }).await;
        for _ in 0..40 {
            assert_eq!(house.exchange(plain("POST / HTTP/1.1").as_bytes()).await.status, 403);
        }
        house.stop().await;
        let events = house.new_events().await;
        let counts = events.iter().map(|event| event["additionalEventData"]["requestCount"].as_u64().unwrap_or(1));
        assert_eq!(counts.sum::<u64>(), 40);
        assert!(events.len() < 30, "{} events", events.len());
        let shared = events.iter().find(|event| event["eventName"] == "RefusedRequests").unwrap();
        let additional = &shared["additionalEventData"];
        assert_eq!(additional["sampleSourceIPAddresses"], json!(["127.0.0.1"]));
        assert_eq!(additional["errorCodes"]["MissingAuthenticationTokenException"], additional["requestCount"]);
    }

    #[tokio::test]
    async fn on_a_full_disk_reads_go_on_and_nothing_else_is_answered_as_done() {
        let house = House::open(EdgeSettings { held_calls_max: 2, ..EdgeSettings::default() }).await;
        let read = Signed { body: WHO.as_bytes().to_vec(), ..Signed::post("sts") };
        let bring = Signed {
            path: "/v1/events",
            body: b"{\"eventID\":\"a\",\"eventTime\":\"2026-10-01T00:00:00Z\"}".to_vec(),
            ..Signed::post("cloudtrail-data")
        };
        house.fill_disk(true);
        assert_eq!(house.exchange(&bring.bytes()).await.status, 503);
        let statuses = [house.exchange(&read.bytes()).await.status, house.exchange(&read.bytes()).await.status];
        assert_eq!(statuses, [200, 200]);
        let beyond = house.exchange(&read.bytes()).await;
        assert_eq!((beyond.status, beyond.code()), (503, "ServiceUnavailable".to_owned()));
        assert_eq!(house.new_events().await.len(), 0);
        house.fill_disk(false);
        house.until_answered(&bring.bytes(), 200).await;
        house.stop().await;
        let events = house.new_events().await;
        let reads = events.iter().filter(|event| event["eventName"] == "GetCallerIdentity").count();
        assert_eq!(reads, 2);
    }

    #[tokio::test]
    async fn a_client_that_hangs_up_still_leaves_its_event() {
        let house = House::open(EdgeSettings::default()).await;
        house.send_and_leave(&Signed { body: WHO.as_bytes().to_vec(), ..Signed::post("sts") }.bytes()).await;
        house.stop().await;
        assert_eq!(house.only_event().await["eventName"], "GetCallerIdentity");
    }

    #[tokio::test]
    async fn a_user_does_what_its_policies_allow_and_every_refusal_is_recorded() {
        let house = House::open(EdgeSettings::default()).await;
        let json = |operation: &'static str| {
            let target = match operation {
                "LookupEvents" => "CloudTrail_20131101.LookupEvents",
                _ => "CloudTrail_20131101.StopLogging",
            };
            Signed { key: READER_KEY, headers: vec![("X-Amz-Target", target)], ..Signed::post("cloudtrail") }
        };
        let answer = house.exchange(&json("LookupEvents").bytes()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let expected = json!({
            "type": "IAMUser", "principalId": "AIDARITA", "arn": "arn:aws:iam::123456789012:user/rita",
            "accountId": "123456789012", "accessKeyId": READER_KEY, "userName": "rita",
        });
        assert_eq!(house.only_event().await["userIdentity"], expected);
        let refused = |action: &str| format!("rita is not authorized to perform: {action}");
        let stop = Signed { body: br#"{"Name":"main"}"#.to_vec(), ..json("StopLogging") };
        let who = Signed { key: READER_KEY, body: WHO.as_bytes().to_vec(), ..Signed::post("sts") };
        assert_eq!(house.exchange(&who.bytes()).await.status, 200);
        house.only_event().await;
        let put =
            Signed { key: READER_KEY, path: "/v1/events", body: b"x".to_vec(), ..Signed::post("cloudtrail-data") };
        let get = Signed { method: "GET", body: Vec::new(), ..put.clone() };
        let bucket = |method, path| Signed { key: READER_KEY, method, path, body: Vec::new(), ..Signed::post("s3") };
        for (request, code, action) in [
            (stop, "AccessDeniedException", "cloudtrail:StopLogging"),
            (put, "AccessDeniedException", "cairn:PutEvents"),
            (get, "AccessDeniedException", "cairn:GetEvents"),
            (bucket("PUT", "/logs"), "AccessDenied", "s3:CreateBucket"),
            (bucket("GET", "/"), "AccessDenied", "s3:ListAllMyBuckets"),
        ] {
            let answer = house.exchange(&request.bytes()).await;
            assert_eq!((answer.status, answer.code()), (403, code.to_owned()), "{action}");
            assert!(answer.body.contains(&refused(action)), "{}", answer.body);
            let event = house.only_event().await;
            assert_eq!((&event["errorCode"], &event["userIdentity"]), (&json!(code), &expected), "{action}");
            assert!(event["errorMessage"].as_str().unwrap().contains(&refused(action)), "{event}");
        }
        house.close().await;
    }

    fn element(xml: &str, name: &str) -> String {
        let (_, rest) = xml.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {xml}"));
        rest.split('<').next().unwrap().to_owned()
    }

    /// A key with which requests are signed: its id, its secret, and its session token.
    type Key = (String, String, Option<String>);

    /// Asks STS, signed with this key.
    fn ask(key: &Key, form: &str) -> Signed {
        let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        let headers = key.2.iter().map(|token| ("X-Amz-Security-Token", leak(token))).collect();
        let body = format!("{form}&Version=2011-06-15").into_bytes();
        Signed { key: leak(&key.0), secret: leak(&key.1), headers, body, ..Signed::post("sts") }
    }

    fn credentials(xml: &str) -> Key {
        (element(xml, "AccessKeyId"), element(xml, "SecretAccessKey"), Some(element(xml, "SessionToken")))
    }

    /// A user `nina` who may do everything, with a key, and the roles `one`, `two` and `three`, each of which trusts the
    /// one before it.
    async fn chain_of_roles(house: &House) -> Key {
        let (iam, account) = (&house.iam, cairn_model::AccountId::DEFAULT);
        iam.create_user(account, ("/", "nina"), &[], None).await.unwrap();
        let key = iam.create_access_key(account, "nina").await.unwrap();
        let administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
        iam.attach_policy(account, &cairn_iam::Holder::User("nina".into()), administrator).await.unwrap();
        let mut trusted = "arn:aws:iam::123456789012:user/nina".to_owned();
        for (name, condition) in
            [("one", r#","Condition":{"StringEquals":{"sts:ExternalId":"shared"}}"#), ("two", ""), ("three", "")]
        {
            let trust = format!(
                r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{trusted}"}},"Action":"sts:AssumeRole"{condition}}}}}"#
            );
            let (name, path) = (name.to_owned(), "/".to_owned());
            trusted = format!("arn:aws:iam::123456789012:role/{name}");
            let new = cairn_iam::NewRole {
                name: name.clone(),
                path,
                description: None,
                trust,
                max_session_seconds: None,
                tags: Vec::new(),
                boundary: None,
            };
            iam.create_role(account, new).await.unwrap();
            let read = "arn:aws:iam::aws:policy/AWSCloudTrail_ReadOnlyAccess";
            iam.attach_policy(account, &cairn_iam::Holder::Role(name.clone()), read).await.unwrap();
            let assume = r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}"#;
            iam.put_inline_policy(account, &cairn_iam::Holder::Role(name), "assume", assume).await.unwrap();
        }
        (key.id, key.secret.expose().to_owned(), None)
    }

    #[tokio::test]
    async fn a_chain_of_roles_with_a_forged_name_leads_back_to_the_person() {
        let house = House::open(EdgeSettings::default()).await;
        let mut key = chain_of_roles(&house).await;
        let assume = |role: &str, name: &str, more: &str| {
            format!("Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/{role}&RoleSessionName={name}{more}")
        };
        let refused = house.exchange(&ask(&key, &assume("one", "me", "")).bytes()).await;
        assert_eq!((refused.status, refused.code()), (403, "AccessDenied".to_owned()), "{}", refused.body);
        assert!(
            refused.body.contains("is not authorized to perform: sts:AssumeRole on resource: "),
            "{}",
            refused.body
        );
        assert_eq!(house.only_event().await["errorCode"], "AccessDenied");
        for (role, name, more) in
            [("one", "me", "&ExternalId=shared&DurationSeconds=900"), ("two", "omar", ""), ("three", "root", "")]
        {
            let answer = house.exchange(&ask(&key, &assume(role, name, more)).bytes()).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            key = credentials(&answer.body);
            let event = house.only_event().await;
            assert_eq!((&event["eventName"], &event["readOnly"]), (&json!("AssumeRole"), &json!(true)));
            let shown = &event["responseElements"]["credentials"];
            assert_eq!((&shown["accessKeyId"], shown.get("secretAccessKey")), (&json!(key.0), None));
            assert_eq!(shown.get("sessionToken"), None);
        }
        let answer = house.exchange(&ask(&key, "Action=GetCallerIdentity").bytes()).await;
        assert_eq!(element(&answer.body, "Arn"), "arn:aws:sts::123456789012:assumed-role/three/root");
        let event = house.only_event().await;
        assert_eq!(event["userIdentity"]["type"], "AssumedRole");
        assert_eq!(event["userIdentity"]["sessionContext"]["sessionIssuer"]["userName"], "three");
        let beside = house.newest_beside().await;
        assert_eq!(beside["originPrincipal"]["arn"], "arn:aws:iam::123456789012:user/nina");
        assert_eq!(beside["chain"].as_array().unwrap().len(), 4);
        let stop = Signed { body: br#"{"Name":"main"}"#.to_vec(), ..ask(&key, "") };
        let target = ("X-Amz-Target", "CloudTrail_20131101.StopLogging");
        let headers = stop.headers.iter().copied().chain([target]).collect();
        let answer = house.exchange(&Signed { service: "cloudtrail", headers, ..stop }.bytes()).await;
        assert_eq!(answer.code(), "AccessDeniedException", "{}", answer.body);
        house.only_event().await;
        let mut forged = key.clone();
        forged.2 = forged.2.map(|token| format!("AAAA{token}"));
        let answer = house.exchange(&ask(&forged, "Action=GetCallerIdentity").bytes()).await;
        assert_eq!(answer.code(), "InvalidClientTokenId");
        house.close().await;
    }

    #[tokio::test]
    async fn sessions_of_users_and_of_those_they_vouch_for_can_do_no_more_than_both() {
        let house = House::open(EdgeSettings::default()).await;
        let nina = chain_of_roles(&house).await;
        let answer = house.exchange(&ask(&nina, "Action=GetSessionToken&DurationSeconds=900").bytes()).await;
        let session = credentials(&answer.body);
        let who = house.exchange(&ask(&session, "Action=GetCallerIdentity").bytes()).await;
        assert_eq!(element(&who.body, "Arn"), "arn:aws:iam::123456789012:user/nina");
        let again = house.exchange(&ask(&session, "Action=GetSessionToken").bytes()).await;
        assert_eq!(again.code(), "AccessDenied", "{}", again.body);
        let policy = r#"{"Statement":{"Effect":"Allow","Action":"cloudtrail:ListTrails","Resource":"*"}}"#;
        let policy: String = policy.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
        for (more, status) in [("", 403), (&*format!("&Policy={policy}"), 200)] {
            let asked = format!("Action=GetFederationToken&Name=guest{more}");
            let guest = credentials(&house.exchange(&ask(&nina, &asked).bytes()).await.body);
            let who = house.exchange(&ask(&guest, "Action=GetCallerIdentity").bytes()).await;
            assert_eq!(element(&who.body, "Arn"), "arn:aws:sts::123456789012:federated-user/guest");
            let list = Signed { body: b"{}".to_vec(), ..ask(&guest, "") };
            let target = ("X-Amz-Target", "CloudTrail_20131101.ListTrails");
            let headers = list.headers.iter().copied().chain([target]).collect();
            let answer = house.exchange(&Signed { service: "cloudtrail", headers, ..list }.bytes()).await;
            assert_eq!(answer.status, status, "{}", answer.body);
            let users = Signed { service: "iam", ..ask(&guest, "Action=ListUsers&Version=2010-05-08") };
            assert_eq!(house.exchange(&users.bytes()).await.code(), "InvalidClientTokenId");
        }
        let wrong = ask(&nina, "Action=GetSessionToken&SerialNumber=arn:aws:iam::123456789012:mfa/n&TokenCode=123456");
        assert_eq!(house.exchange(&wrong.bytes()).await.code(), "AccessDenied");
        let events = house.new_events().await;
        assert!(events.iter().all(|event| event["requestParameters"].get("tokenCode").is_none()), "{events:#?}");
        house.close().await;
    }

    #[tokio::test]
    async fn a_role_of_another_account_has_the_call_in_both_accounts_allowed_or_refused() {
        let house = House::open(EdgeSettings::default()).await;
        let nina = chain_of_roles(&house).await;
        let other = cairn_model::AccountId::parse("222222222222").unwrap();
        let trust = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/nina"},
            "Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"shared"}}}}"#;
        let new = cairn_iam::NewRole {
            name: "theirs".to_owned(),
            path: "/".to_owned(),
            description: None,
            trust: trust.to_owned(),
            max_session_seconds: None,
            tags: Vec::new(),
            boundary: None,
        };
        house.iam.create_role(other, new).await.unwrap();
        let arn = "arn:aws:iam::222222222222:role/theirs";
        for (external_id, status) in [("shared", 200), ("wrong", 403)] {
            let asked = format!("Action=AssumeRole&RoleArn={arn}&RoleSessionName=nina&ExternalId={external_id}");
            let answer = house.exchange(&ask(&nina, &asked).bytes()).await;
            assert_eq!(answer.status, status, "{}", answer.body);
            let events = house.new_events().await;
            let accounts: Vec<_> = events.iter().map(|event| event["recipientAccountId"].as_str().unwrap()).collect();
            assert_eq!(accounts, ["123456789012", "222222222222"]);
            assert!(events[0]["sharedEventID"].is_string() && events[0]["eventID"] != events[1]["eventID"]);
            let role = serde_json::json!([{"accountId": "222222222222", "type": "AWS::IAM::Role", "ARN": arn}]);
            for event in &events {
                assert_eq!((&event["sharedEventID"], &event["resources"]), (&events[0]["sharedEventID"], &role));
            }
        }
        let own = "Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/two&RoleSessionName=nina";
        house.exchange(&ask(&nina, own).bytes()).await;
        let event = house.only_event().await;
        assert_eq!(event["resources"][0]["ARN"], "arn:aws:iam::123456789012:role/two");
        assert!(event.get("sharedEventID").is_none());
        let none = "Action=AssumeRole&RoleArn=arn:aws:iam::333333333333:role/none&RoleSessionName=nina";
        house.exchange(&ask(&nina, none).bytes()).await;
        assert!(house.only_event().await.get("resources").is_none());
        house.close().await;
    }

    #[tokio::test]
    async fn a_change_that_another_address_sends_again_is_refused_and_a_read_is_not() {
        let settings =
            EdgeSettings { trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()], ..EdgeSettings::default() };
        let house = House::open(settings).await;
        let json = |target| Signed { headers: vec![("X-Amz-Target", target)], ..Signed::post("cloudtrail") };
        let from = |request: &[u8], address: &str| {
            let text = String::from_utf8(request.to_vec()).unwrap();
            text.replacen("\r\n", &format!("\r\nX-Forwarded-For: {address}\r\n"), 1).into_bytes()
        };
        let read = json("CloudTrail_20131101.LookupEvents").bytes();
        for address in ["192.0.2.1", "192.0.2.2"] {
            assert_eq!(house.exchange(&from(&read, address)).await.status, 200);
        }
        let change = Signed { body: br#"{"Name":"main"}"#.to_vec(), ..json("CloudTrail_20131101.StopLogging") }.bytes();
        for (address, code) in [
            ("192.0.2.1", "TrailNotFoundException"),
            ("192.0.2.1", "TrailNotFoundException"),
            ("192.0.2.2", "InvalidSignatureException"),
        ] {
            assert_eq!(house.exchange(&from(&change, address)).await.code(), code, "{address}");
        }
        // The parts of the header in another order are the same signature.
        let text = String::from_utf8(change).unwrap();
        let signature =
            text.split("\r\n").find_map(|line| line.find(", Signature=").and_then(|at| line.get(at..))).unwrap();
        let moved = format!("AWS4-HMAC-SHA256 {}, Credential=", signature.trim_start_matches(", "));
        let reordered = text.replace(signature, "").replace("AWS4-HMAC-SHA256 Credential=", &moved);
        for (address, code) in [("192.0.2.1", "TrailNotFoundException"), ("192.0.2.2", "InvalidSignatureException")] {
            assert_eq!(house.exchange(&from(reordered.as_bytes(), address)).await.code(), code, "{reordered}");
        }
        let last = house.new_events().await.pop().unwrap();
        assert_eq!(
            (&last["errorCode"], &last["userIdentity"]["type"]),
            (&json!("InvalidSignatureException"), &json!("Root"))
        );
        house.close().await;
    }
}

//! What bad input gets: an answer that says what is wrong, never a failure of the server.

use crate::aws::run_script;
use crate::http;
use crate::server::Server;

#[test]
fn signed_nonsense_gets_a_typed_error_and_is_recorded() {
    let server = Server::start();
    run_script(&server, "bad_input.py", &[]);
}

#[test]
fn what_is_no_http_at_all_leaves_the_server_standing() {
    let server = Server::start();
    let host = server.address();
    let requests: Vec<Vec<u8>> = vec![
        b"\r\n\r\n".to_vec(),
        b"GET\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        format!("POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
            .into(),
        format!("POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!").into(),
        format!("POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n").into(),
        format!("POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 999999999999\r\n\r\nshort").into(),
        format!("POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").into(),
        format!("GET / HTTP/1.1\r\nHost: {host}\r\nX-Long: {}\r\n\r\n", "a".repeat(200_000)).into(),
        format!("GET /{} HTTP/1.1\r\nHost: {host}\r\n\r\n", "a/".repeat(100_000)).into(),
        [format!("GET / HTTP/1.1\r\nHost: {host}\r\n").as_bytes(), &b"X: y\r\n".repeat(2_000), b"\r\n"].concat(),
    ];
    for request in requests {
        let answer = http::exchange(host, &request).unwrap_or_default();
        let status = http::status(&answer).unwrap_or(400);
        assert!(
            (400..500).contains(&status),
            "{}: {answer}",
            String::from_utf8_lossy(&request[..request.len().min(80)])
        );
    }
    assert_eq!(http::get(host, "/healthz").and_then(|answer| http::status(&answer)), Some(200));
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[test]
fn unsigned_requests_are_refused_for_every_method_and_path() {
    let server = Server::start();
    let host = server.address();
    for method in ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE"] {
        for path in
            ["/", "/v1/events", "/audit-logs/key", "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/a//b", "/%00"]
        {
            let request =
                format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            let answer = http::exchange(host, request.as_bytes()).unwrap();
            let status = http::status(&answer).unwrap();
            assert!((400..500).contains(&status), "{method} {path}: {answer}");
        }
    }
}

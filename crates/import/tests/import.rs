//! The import against a server of a few lines that answers as it is told.

#[cfg(test)]
mod import {
    use std::io::{Read, Write};
    use std::path::Path;
    use std::sync::{Arc, Mutex};

    use cairn_environment::Environment;
    use cairn_import::{Credentials, ImportError, ImportSettings, Source, Summary, import};
    use serde_json::{Value, json};
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
    use tokio::net::{TcpListener, TcpStream};

    /// Answers a request: its head and body, and which request it is, from 0.
    type Answer = dyn Fn(&str, &[u8], usize) -> (u16, Value) + Send + Sync;

    /// Starts a server and gives its URL and the bodies that it got.
    async fn server(environment: &Environment, answer: Arc<Answer>) -> (String, Arc<Mutex<Vec<Vec<u8>>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let bodies = Arc::new(Mutex::new(Vec::new()));
        let (tasks, got) = (environment.tasks.clone(), Arc::clone(&bodies));
        environment.tasks.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tasks.spawn(serve(stream, Arc::clone(&answer), Arc::clone(&got)));
            }
        });
        (url, bodies)
    }

    async fn serve(stream: TcpStream, answer: Arc<Answer>, bodies: Arc<Mutex<Vec<Vec<u8>>>>) {
        let mut stream = BufReader::new(stream);
        loop {
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                if stream.read_line(&mut head).await.unwrap() == 0 {
                    return;
                }
            }
            let lower = head.to_ascii_lowercase();
            let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            let mut body = vec![0; length.parse().unwrap()];
            stream.read_exact(&mut body).await.unwrap();
            let number = {
                let mut bodies = bodies.lock().unwrap();
                bodies.push(body.clone());
                bodies.len() - 1
            };
            let (status, reply) = answer(&head, &body, number);
            let reply = reply.to_string();
            let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", reply.len());
            stream.write_all((head + &reply).as_bytes()).await.unwrap();
        }
    }

    fn settings(folder: &Path, url: &str) -> ImportSettings {
        let credentials = Credentials {
            access_key_id: "AKIDEXAMPLE".into(),
            secret_access_key: "secret".into(),
            session_token: Some("token".into()),
        };
        ImportSettings::new(Source::Folder(folder.to_owned()), url.to_owned(), "us-east-1".into(), credentials)
    }

    fn inflated(body: &[u8]) -> String {
        let mut text = String::new();
        flate2::bufread::MultiGzDecoder::new(body).read_to_string(&mut text).unwrap();
        text
    }

    fn gz(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn tree() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.json.gz"), gz("{\"a\":1}")).unwrap();
        std::fs::write(folder.path().join("b.json"), "{\"b\":1}\n{\"b\":2}\n").unwrap();
        std::fs::write(folder.path().join("c"), gz("{\"c\":1}")).unwrap();
        std::fs::write(folder.path().join("LICENSE"), "not a log file").unwrap();
        folder
    }

    async fn run(settings: ImportSettings, environment: &Environment) -> Result<Summary, ImportError> {
        import(settings, environment, |_| {}).await
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn files_go_out_together_signed_and_problems_come_back_to_their_files() {
        let (environment, folder) = (Environment::real(), tree());
        let second = u64::try_from(gz("{\"a\":1}").len()).unwrap();
        let answer = move |head: &str, _: &[u8], _: usize| {
            assert!(head.starts_with("POST /v1/events?as=history HTTP/1.1\r\n"), "{head}");
            let head = head.to_ascii_lowercase();
            assert!(head.contains("\r\nx-amz-security-token: token") && head.contains("/cloudtrail/aws4_request"));
            let problem = json!({"member": 1, "offset": second, "document": 1, "record": 0, "reason": "bad"});
            (
                200,
                json!({"accepted": 2, "duplicates": 1, "conflicts": 0, "rejected": 1, "digests": 1, "problems": [problem]}),
            )
        };
        let (url, bodies) = server(&environment, Arc::new(answer)).await;
        let summary = run(settings(folder.path(), &url), &environment).await.unwrap();
        assert_eq!(inflated(&bodies.lock().unwrap()[0]), "{\"a\":1}{\"b\":1}\n{\"b\":2}\n{\"c\":1}");
        assert_eq!((summary.files, summary.files_skipped, summary.events), (3, 1, 3));
        assert_eq!((summary.accepted, summary.duplicates, summary.rejected, summary.digests), (2, 1, 1, 1));
        let problem = &summary.problems[0];
        assert!(problem.file.ends_with("b.json"), "{problem:?}");
        assert_eq!(problem.member_offset, None, "a file of one member needs none");
        assert_eq!((problem.document, problem.record, problem.reason.as_str()), (Some(1), Some(0), "bad"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_busy_server_is_asked_again_and_a_second_run_goes_on_where_the_first_ended() {
        let (environment, folder) = (Environment::real(), tree());
        let resume = tempfile::tempdir().unwrap();
        let answer = |_: &str, _: &[u8], number: usize| match number {
            0 => (503, json!({"code": "ServiceUnavailable", "message": "later"})),
            _ => (200, json!({"accepted": 4, "problems": []})),
        };
        let (url, bodies) = server(&environment, Arc::new(answer)).await;
        let settings = ImportSettings { resume: Some(resume.path().join("done")), ..settings(folder.path(), &url) };
        let first = run(settings.clone(), &environment).await.unwrap();
        assert_eq!((first.files, first.accepted, bodies.lock().unwrap().len()), (3, 4, 2));
        let second = run(settings, &environment).await.unwrap();
        assert_eq!((second.files, second.files_done_before, bodies.lock().unwrap().len()), (0, 3, 2));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_file_that_is_refused_does_not_hold_up_the_others() {
        let (environment, folder) = (Environment::real(), tree());
        let answer = |_: &str, body: &[u8], _: usize| {
            if inflated(body).contains("\"c\"") {
                (413, json!({"code": "RequestEntityTooLargeException", "message": "a bomb"}))
            } else {
                (200, json!({"accepted": 1, "problems": []}))
            }
        };
        let (url, _) = server(&environment, Arc::new(answer)).await;
        let summary = run(settings(folder.path(), &url), &environment).await.unwrap();
        assert_eq!((summary.files, summary.files_failed, summary.accepted), (2, 1, 2));
        assert!(summary.problems[0].file.ends_with('c') && summary.problems[0].reason == "a bomb");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_wrong_key_ends_the_import_at_once() {
        let (environment, folder) = (Environment::real(), tree());
        let answer = |_: &str, _: &[u8], _: usize| (403, json!({"code": "InvalidSignatureException", "message": "no"}));
        let (url, bodies) = server(&environment, Arc::new(answer)).await;
        let refused = run(settings(folder.path(), &url), &environment).await;
        assert!(matches!(refused, Err(ImportError::Refused { code, .. }) if code == "InvalidSignatureException"));
        assert_eq!(bodies.lock().unwrap().len(), 1);
    }
}

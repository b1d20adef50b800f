//! The stock clients of `.venv`: the AWS CLI, and Python with boto3 for the scripts in `tests/scripts`.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::server::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, Server, repository};

/// The AWS CLI with one endpoint for everything, or another one for S3.
#[derive(Clone)]
pub(crate) struct Aws {
    endpoint_url: String,
    s3_endpoint_url: String,
    region: String,
}

impl Aws {
    /// The CLI pointed at a server, in `us-east-1`.
    pub(crate) fn of(server: &Server) -> Self {
        Self { endpoint_url: server.url(), s3_endpoint_url: server.url(), region: "us-east-1".into() }
    }

    /// The CLI pointed at something else, in `us-east-1`.
    pub(crate) fn at(endpoint_url: &str) -> Self {
        Self { endpoint_url: endpoint_url.into(), s3_endpoint_url: endpoint_url.into(), region: "us-east-1".into() }
    }

    /// The same with S3 elsewhere.
    pub(crate) fn with_s3(mut self, endpoint_url: &str) -> Self {
        self.s3_endpoint_url = endpoint_url.into();
        self
    }

    /// Where its S3 is.
    pub(crate) fn s3_endpoint_url(&self) -> &str {
        &self.s3_endpoint_url
    }

    /// The same in another Region.
    pub(crate) fn in_region(mut self, region: &str) -> Self {
        self.region = region.into();
        self
    }

    /// Runs `aws` and returns its whole output.
    pub(crate) fn output(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(tool("aws"));
        set_variables(&mut command, &self.endpoint_url);
        command
            .args(["--region", &self.region])
            .args(arguments)
            .env("AWS_ENDPOINT_URL_S3", &self.s3_endpoint_url)
            .env("AWS_MAX_ATTEMPTS", "1")
            .env("AWS_PAGER", "")
            .stdin(Stdio::null());
        command.output().unwrap()
    }

    /// Runs `aws`, which must succeed, and reads its JSON; null when it prints nothing.
    pub(crate) fn run(&self, arguments: &[&str]) -> Value {
        let output = self.output(arguments);
        assert!(output.status.success(), "aws {arguments:?}: {}", said(&output));
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }

    /// Runs `aws cloudtrail`.
    pub(crate) fn cloudtrail(&self, arguments: &[&str]) -> Value {
        self.run(&[&["cloudtrail"], arguments].concat())
    }

    /// Runs `aws`, which must fail, and returns what it says.
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        assert!(!output.status.success(), "aws {arguments:?} succeeded: {}", said(&output));
        said(&output)
    }
}

/// The variables that point AWS's own tools at an endpoint with the tests' key.
pub(crate) fn set_variables(command: &mut Command, endpoint_url: &str) {
    command
        .env("AWS_ENDPOINT_URL", endpoint_url)
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env_remove("AWS_SESSION_TOKEN")
        .env_remove("AWS_PROFILE")
        .env_remove("AWS_REGION");
}

/// A script of `tests/scripts`, ready to run against a server.
pub(crate) fn script(server: &Server, name: &str, arguments: &[&str]) -> Command {
    script_at(&server.url(), name, arguments)
}

fn script_at(endpoint_url: &str, name: &str, arguments: &[&str]) -> Command {
    let path = repository().join("crates/conformance/tests/scripts").join(name);
    let mut command = Command::new(tool("python"));
    set_variables(&mut command, endpoint_url);
    command.arg("-B").arg(path).args(arguments).stdin(Stdio::null());
    command
}

/// Runs a script, which must succeed, and returns what it prints.
pub(crate) fn run_script(server: &Server, name: &str, arguments: &[&str]) -> String {
    let output = script(server, name, arguments).output().unwrap();
    assert!(output.status.success(), "{name}: {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A script against something else than the server, which must succeed, and what it prints.
pub(crate) fn run_script_at(endpoint_url: &str, name: &str, arguments: &[&str]) -> String {
    let output = script_at(endpoint_url, name, arguments).output().unwrap();
    assert!(output.status.success(), "{name}: {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A program of `.venv`.
pub(crate) fn tool(name: &str) -> PathBuf {
    let path = repository().join(".venv/bin").join(name);
    assert!(path.exists(), "{} is missing: `make test` sets it up", path.display());
    path
}

/// Both outputs of a program as text.
pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

//! SeaweedFS, a server with a gateway in front of it, and the events of the calls through it.

use serde_json::Value;

use crate::aws::{Aws, said};
use crate::seaweed::SeaweedFs;
use crate::server::{ACCESS_KEY_ID, Server, free_port};
use crate::wait;

/// What a test expects of an event: name, error code, ARN or prefix of its first resource without the beginning, category.
pub(crate) type Row = [String; 4];

/// A row of what is expected.
pub(crate) fn row(name: &str, error_code: &str, resource: &str, category: &str) -> Row {
    [name, error_code, resource, category].map(str::to_owned)
}

/// The whole of it.
pub(crate) struct Scene {
    pub(crate) server: Server,
    seaweed: SeaweedFs,
    address: String,
    gateway: Aws,
    history: Aws,
    /// Events of S3 so far, oldest first.
    seen: Vec<Value>,
}

impl Scene {
    /// SeaweedFS with a gateway whose table has these further lines. The tests' key is the user `tests`.
    pub(crate) fn start(further: &str) -> Self {
        let seaweed = SeaweedFs::start();
        let address = format!("127.0.0.1:{}", free_port());
        let server = Server::start_with(&format!(
            "[[capture]]\nlisten = \"{address}\"\nupstream = \"{}\"\n{further}\n[[capture.identities]]\n\
             access_key_id = \"{ACCESS_KEY_ID}\"\nuser_name = \"tests\"\n",
            seaweed.url()
        ));
        let history = Aws::of(&server);
        let gateway = history.clone().with_s3(&format!("http://{address}"));
        Self { server, seaweed, address, gateway, history, seen: Vec::new() }
    }

    /// Where the gateway listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The CLI whose S3 is behind the gateway.
    pub(crate) fn gateway(&self) -> &Aws {
        &self.gateway
    }

    /// Runs `aws s3`, which must succeed.
    pub(crate) fn s3(&self, arguments: &[&str]) {
        let output = self.gateway.output(&[&["s3"], arguments].concat());
        assert!(output.status.success(), "aws s3 {arguments:?}: {}", said(&output));
    }

    /// The events of S3 that were looked at.
    pub(crate) fn seen(&self) -> &[Value] {
        &self.seen
    }

    /// Takes the events of so many calls as given.
    pub(crate) fn forget(&mut self, count: usize) {
        assert_eq!(self.look(count).len(), count);
    }

    /// The events since the last look are these, in the order of their names.
    pub(crate) fn expect(&mut self, expected: &[Row]) {
        let mut found: Vec<Row> = self.look(expected.len()).iter().map(row_of).collect();
        found.sort();
        assert_eq!(found, expected);
    }

    /// Waits until the gateway has so many calls that are not recorded yet, as their intents say.
    pub(crate) fn wait_for_calls(&self, count: u64) {
        let open = format!("cairn_capture_open_calls{{gateway=\"{}\"}} {count}", self.name());
        wait::until("open calls", || {
            let metrics = crate::http::get(self.server.address(), "/metrics")?;
            metrics.contains(&open).then_some(())
        });
    }

    fn name(&self) -> &str {
        self.seaweed.url().trim_start_matches("http://")
    }

    /// The events that are new since the last look, once there are so many: an event is there a moment after the answer
    /// of its call.
    fn look(&mut self, count: usize) -> Vec<Value> {
        let is_new = |event: &Value| self.seen.iter().all(|seen| seen["eventID"] != event["eventID"]);
        let new = wait::until("events of calls", || {
            let new: Vec<Value> = self.all().into_iter().filter(is_new).collect();
            (new.len() >= count).then_some(new)
        });
        self.seen.extend(new.iter().cloned());
        new
    }

    fn all(&self) -> Vec<Value> {
        let answer = self.history.cloudtrail(&[
            "lookup-events",
            "--event-category",
            "all",
            "--lookup-attributes",
            "AttributeKey=EventSource,AttributeValue=s3.amazonaws.com",
        ]);
        let events = answer["Events"].as_array().unwrap().iter().rev();
        events.map(|event| serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap()).collect()
    }
}

fn row_of(event: &Value) -> Row {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let first = &event["resources"][0];
    let resource = text(first.get("ARN").unwrap_or(&first["ARNPrefix"]));
    [
        text(&event["eventName"]),
        text(&event["errorCode"]),
        resource.trim_start_matches("arn:aws:s3:::").to_owned(),
        text(&event["eventCategory"]),
    ]
}

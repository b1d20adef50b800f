//! What `cairn user` and `cairn key` ask of a running server: iam and sts, in the query protocol.

mod element;

use reqwest::Method;

use self::element::Element;
use super::Problem;
use super::client::{Call, Client};

/// The most that a page of a list has.
const PAGE: &str = "1000";

/// iam and sts of a server.
pub(super) struct Iam(pub(super) Client);

/// A user.
pub(super) struct User {
    pub(super) name: String,
    pub(super) arn: String,
    /// As iam writes it: `2026-11-22T16:00:00Z`.
    pub(super) created: String,
}

/// An access key of a user.
pub(super) struct AccessKey {
    pub(super) id: String,
    /// Whether requests that it signs are accepted.
    pub(super) is_active: bool,
}

/// An access key that was just made: its secret is shown this once.
pub(super) struct NewKey {
    pub(super) id: String,
    pub(super) secret: String,
}

/// What the server answers instead.
#[derive(Debug, thiserror::Error)]
#[error("{operation}: {code}: {message}")]
pub(super) struct Refusal {
    operation: String,
    pub(super) code: String,
    message: String,
}

impl Iam {
    /// Makes a user.
    pub(super) async fn create_user(&self, name: &str) -> Result<User, Problem> {
        Ok(user(self.call("CreateUser", &[("UserName", name)]).await?.child("User")))
    }

    /// Every user of the account.
    pub(super) async fn users(&self) -> Result<Vec<User>, Problem> {
        let mut users = Vec::new();
        let mut marker = String::new();
        loop {
            let mut members = vec![("MaxItems", PAGE)];
            members.extend((!marker.is_empty()).then_some(("Marker", marker.as_str())));
            let page = self.call("ListUsers", &members).await?;
            users.extend(page.child("Users").members().map(user));
            if page.text("IsTruncated") != "true" {
                return Ok(users);
            }
            page.text("Marker").clone_into(&mut marker);
        }
    }

    /// Gives a user a managed policy.
    pub(super) async fn attach(&self, name: &str, policy_arn: &str) -> Result<(), Problem> {
        self.call("AttachUserPolicy", &[("UserName", name), ("PolicyArn", policy_arn)]).await.map(drop)
    }

    /// Gives a user a policy of its own.
    pub(super) async fn put_policy(&self, name: &str, policy_name: &str, document: &str) -> Result<(), Problem> {
        let members = [("UserName", name), ("PolicyName", policy_name), ("PolicyDocument", document)];
        self.call("PutUserPolicy", &members).await.map(drop)
    }

    /// Puts a user into a group.
    pub(super) async fn join(&self, name: &str, group: &str) -> Result<(), Problem> {
        self.call("AddUserToGroup", &[("UserName", name), ("GroupName", group)]).await.map(drop)
    }

    /// Makes an access key.
    pub(super) async fn create_key(&self, name: &str) -> Result<NewKey, Problem> {
        let answer = self.call("CreateAccessKey", &[("UserName", name)]).await?;
        let key = answer.child("AccessKey");
        Ok(NewKey { id: key.text("AccessKeyId").to_owned(), secret: key.text("SecretAccessKey").to_owned() })
    }

    /// A user's access keys: two at most.
    pub(super) async fn keys(&self, name: &str) -> Result<Vec<AccessKey>, Problem> {
        let answer = self.call("ListAccessKeys", &[("UserName", name)]).await?;
        let key = |key: &Element| AccessKey {
            id: key.text("AccessKeyId").to_owned(),
            is_active: key.text("Status") == "Active",
        };
        Ok(answer.child("AccessKeyMetadata").members().map(key).collect())
    }

    /// When a key last signed a request that was accepted, if ever.
    pub(super) async fn key_last_used(&self, id: &str) -> Result<Option<String>, Problem> {
        let answer = self.call("GetAccessKeyLastUsed", &[("AccessKeyId", id)]).await?;
        let used = answer.child("AccessKeyLastUsed").text("LastUsedDate").to_owned();
        Ok((!used.is_empty()).then_some(used))
    }

    /// Ends the use of a key.
    pub(super) async fn deactivate_key(&self, name: &str, id: &str) -> Result<(), Problem> {
        let members = [("UserName", name), ("AccessKeyId", id), ("Status", "Inactive")];
        self.call("UpdateAccessKey", &members).await.map(drop)
    }

    /// Deletes a key.
    pub(super) async fn delete_key(&self, name: &str, id: &str) -> Result<(), Problem> {
        self.call("DeleteAccessKey", &[("UserName", name), ("AccessKeyId", id)]).await.map(drop)
    }

    /// Takes a user's password away. False when it has none.
    pub(super) async fn delete_login_profile(&self, name: &str) -> Result<bool, Problem> {
        match self.call("DeleteLoginProfile", &[("UserName", name)]).await {
            Ok(_) => Ok(true),
            Err(problem) if code_of(&problem) == Some("NoSuchEntity") => Ok(false),
            Err(problem) => Err(problem),
        }
    }

    /// The ARN of whoever signs, by sts.
    pub(super) async fn caller_arn(&self) -> Result<String, Problem> {
        let answer = self.ask(("sts", "2011-06-15"), "GetCallerIdentity", &[]).await?;
        Ok(answer.text("Arn").to_owned())
    }

    async fn call(&self, operation: &str, members: &[(&str, &str)]) -> Result<Element, Problem> {
        self.ask(("iam", "2010-05-08"), operation, members).await
    }

    /// The result of an operation.
    async fn ask(
        &self,
        (service, version): (&str, &str),
        operation: &str,
        members: &[(&str, &str)],
    ) -> Result<Element, Problem> {
        let form = [("Action", operation), ("Version", version)].into_iter().chain(members.iter().copied());
        let form: Vec<String> = form.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let call = Call {
            service,
            method: Method::POST,
            path: "/",
            query: String::new(),
            headers: vec![("content-type", "application/x-www-form-urlencoded; charset=utf-8".to_owned())],
            body: form.join("&").into_bytes(),
        };
        let (status, body) = self.0.send(call).await?;
        let answer = Element::read(&body).map_err(|error| format!("{operation}: {status}: {error}"))?;
        if status.is_success() {
            return Ok(answer.child(&format!("{operation}Result")).clone());
        }
        let error = answer.child("Error");
        let (code, message) = (error.text("Code").to_owned(), error.text("Message").to_owned());
        Err(Refusal { operation: operation.to_owned(), code, message }.into())
    }
}

/// The code of a server's refusal.
pub(super) fn code_of(problem: &Problem) -> Option<&str> {
    problem.downcast_ref::<Refusal>().map(|refusal| refusal.code.as_str())
}

fn user(element: &Element) -> User {
    let text = |name| element.text(name).to_owned();
    User { name: text("UserName"), arn: text("Arn"), created: text("CreateDate") }
}

/// A value of a form.
fn encoded(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
}

//! `[[accounts.users]]`, `[[accounts.groups]]`, `[[accounts.roles]]` and `[[accounts.policies]]`: what the settings declare.

mod document;
mod secret;

use std::collections::{BTreeMap, BTreeSet};

use cairn_iam::{
    Declaration, DeclaredGroup, DeclaredPolicy, DeclaredRole, DeclaredUser, Grants, IamError, IamLimits, is_aws_policy,
};
use cairn_model::AccountId;
use serde::Deserialize;
use toml::Spanned;

use self::document::{Form, InlineTable, document};
pub(crate) use self::secret::DeclaredKeyTable;
use super::AccountTable;

/// A mistake: where it begins in the file, and what it is.
pub(super) type Mistake = (usize, String);

/// `[[accounts.users]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserTable {
    name: Spanned<String>,
    #[serde(default = "root_path")]
    path: String,
    /// Names of declared groups.
    #[serde(default)]
    groups: Vec<Spanned<String>>,
    #[serde(default)]
    policies: Vec<Spanned<String>>,
    boundary: Option<Spanned<String>>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    #[serde(default)]
    inline_policies: Vec<InlineTable>,
    #[serde(default)]
    keys: Vec<DeclaredKeyTable>,
}

/// `[[accounts.groups]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupTable {
    name: Spanned<String>,
    #[serde(default = "root_path")]
    path: String,
    #[serde(default)]
    policies: Vec<Spanned<String>>,
    #[serde(default)]
    inline_policies: Vec<InlineTable>,
}

/// `[[accounts.roles]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleTable {
    name: Spanned<String>,
    #[serde(default = "root_path")]
    path: String,
    description: Option<String>,
    trust_policy: Option<Spanned<String>>,
    trust_policy_file: Option<Spanned<String>>,
    #[serde(default = "one_hour")]
    max_session_seconds: u32,
    #[serde(default)]
    policies: Vec<Spanned<String>>,
    boundary: Option<Spanned<String>>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    #[serde(default)]
    inline_policies: Vec<InlineTable>,
}

/// `[[accounts.policies]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyTable {
    name: Spanned<String>,
    #[serde(default = "root_path")]
    path: String,
    description: Option<String>,
    document: Option<Spanned<String>>,
    document_file: Option<Spanned<String>>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

/// What the tables declare, checked: each mistake that can be seen without a data folder is seen here.
pub(super) fn read(
    accounts: &[AccountTable],
    environment: &BTreeMap<String, String>,
) -> Result<Vec<Declaration>, Mistake> {
    let mut seen = Seen::default();
    let keys = accounts.iter().flat_map(|account| &account.keys);
    seen.keys.extend(keys.map(|key| key.access_key_id.clone()));
    accounts.iter().map(|account| Reader { account, environment }.declaration(&mut seen)).collect()
}

/// What stands in the file already.
#[derive(Default)]
struct Seen {
    /// Account, kind, and name in small letters.
    names: BTreeSet<(AccountId, &'static str, String)>,
    keys: BTreeSet<String>,
}

impl Seen {
    fn once(&mut self, account: AccountId, kind: &'static str, name: &Spanned<String>) -> Result<(), Mistake> {
        if self.names.insert((account, kind, name.get_ref().to_ascii_lowercase())) {
            return Ok(());
        }
        Err(at(name, format!("there are two declared {kind} {} in account {account}", name.get_ref())))
    }
}

struct Reader<'t> {
    account: &'t AccountTable,
    environment: &'t BTreeMap<String, String>,
}

impl Reader<'_> {
    fn declaration(&self, seen: &mut Seen) -> Result<Declaration, Mistake> {
        let AccountTable { id, users, groups, roles, policies, .. } = self.account;
        Ok(Declaration {
            account: *id,
            policies: policies.iter().map(|table| self.policy(table, seen)).collect::<Result<_, _>>()?,
            groups: groups.iter().map(|table| self.group(table, seen)).collect::<Result<_, _>>()?,
            roles: roles.iter().map(|table| self.role(table, seen)).collect::<Result<_, _>>()?,
            users: users.iter().map(|table| self.user(table, seen)).collect::<Result<_, _>>()?,
        })
    }

    fn user(&self, table: &UserTable, seen: &mut Seen) -> Result<DeclaredUser, Mistake> {
        seen.once(self.account.id, "users", &table.name)?;
        let is_group = |name: &str| self.account.groups.iter().any(|of| of.name.get_ref().eq_ignore_ascii_case(name));
        if let Some(group) = table.groups.iter().find(|group| !is_group(group.get_ref())) {
            return Err(at(group, format!("the group {} is not declared in this account", group.get_ref())));
        }
        let mut keys = Vec::new();
        for key in &table.keys {
            if !seen.keys.insert(key.access_key_id.get_ref().clone()) {
                return Err(at(&key.access_key_id, "the access key stands in the file twice".to_owned()));
            }
            keys.push(key.declared(self.environment)?);
        }
        let user = DeclaredUser {
            name: table.name.get_ref().clone(),
            path: table.path.clone(),
            tags: table.tags.clone().into_iter().collect(),
            groups: table.groups.iter().map(|group| group.get_ref().clone()).collect(),
            grants: self.grants(&table.policies, &table.inline_policies, table.boundary.as_ref())?,
            keys,
        };
        user.check(&IamLimits::default()).map_err(|error| of(&table.name, &error))?;
        Ok(user)
    }

    fn group(&self, table: &GroupTable, seen: &mut Seen) -> Result<DeclaredGroup, Mistake> {
        seen.once(self.account.id, "groups", &table.name)?;
        let group = DeclaredGroup {
            name: table.name.get_ref().clone(),
            path: table.path.clone(),
            grants: self.grants(&table.policies, &table.inline_policies, None)?,
        };
        group.check(&IamLimits::default()).map_err(|error| of(&table.name, &error))?;
        Ok(group)
    }

    fn role(&self, table: &RoleTable, seen: &mut Seen) -> Result<DeclaredRole, Mistake> {
        seen.once(self.account.id, "roles", &table.name)?;
        let trust = (table.trust_policy.as_ref(), table.trust_policy_file.as_ref());
        let role = DeclaredRole {
            name: table.name.get_ref().clone(),
            path: table.path.clone(),
            description: table.description.clone(),
            trust: document(&table.name, Form::Trust, trust)?,
            max_session_seconds: table.max_session_seconds,
            tags: table.tags.clone().into_iter().collect(),
            grants: self.grants(&table.policies, &table.inline_policies, table.boundary.as_ref())?,
        };
        role.check(&IamLimits::default()).map_err(|error| of(&table.name, &error))?;
        Ok(role)
    }

    fn policy(&self, table: &PolicyTable, seen: &mut Seen) -> Result<DeclaredPolicy, Mistake> {
        seen.once(self.account.id, "policies", &table.name)?;
        let policy = DeclaredPolicy {
            name: table.name.get_ref().clone(),
            path: table.path.clone(),
            description: table.description.clone(),
            document: document(&table.name, Form::Identity, (table.document.as_ref(), table.document_file.as_ref()))?,
            tags: table.tags.clone().into_iter().collect(),
        };
        policy.check().map_err(|error| of(&table.name, &error))?;
        Ok(policy)
    }

    fn grants(
        &self,
        attached: &[Spanned<String>],
        inline: &[InlineTable],
        boundary: Option<&Spanned<String>>,
    ) -> Result<Grants, Mistake> {
        let mut grants = Grants {
            attached: attached.iter().map(|policy| self.policy_arn(policy)).collect::<Result<_, _>>()?,
            boundary: boundary.map(|policy| self.policy_arn(policy)).transpose()?,
            ..Grants::default()
        };
        for table in inline {
            if grants.inline.insert(table.name.get_ref().clone(), table.document()?).is_some() {
                return Err(at(&table.name, "there are two inline policies of this name".to_owned()));
            }
        }
        Ok(grants)
    }

    /// The ARN of a policy that is named by it, or by its name where it is declared or one of AWS's.
    fn policy_arn(&self, named: &Spanned<String>) -> Result<String, Mistake> {
        let name = named.get_ref();
        let arn_of = |table: &PolicyTable| {
            format!("arn:aws:iam::{}:policy{}{}", self.account.id, table.path, table.name.get_ref())
        };
        let is_named = |table: &&PolicyTable| table.name.get_ref().eq_ignore_ascii_case(name) || arn_of(table) == *name;
        if let Some(table) = self.account.policies.iter().find(is_named) {
            return Ok(arn_of(table));
        }
        let arn = if name.starts_with("arn:") { name.clone() } else { format!("arn:aws:iam::aws:policy/{name}") };
        if is_aws_policy(&arn) {
            return Ok(arn);
        }
        Err(at(named, format!("the policy {name} is neither declared in this account nor one of AWS's")))
    }
}

/// What `--print-settings` shows of an account: names, and where the secrets of keys come from.
pub(super) fn shown(account: &AccountTable) -> String {
    let some = |kind: &str, names: Vec<&str>| {
        if names.is_empty() { String::new() } else { format!("; {kind} {}", names.join(", ")) }
    };
    let AccountTable { id, keys, users, groups, roles, policies } = account;
    let mut shown = format!("[[accounts]]  # {id}, {} keys", keys.len());
    shown += &some("users", users.iter().map(|table| table.name.get_ref().as_str()).collect());
    shown += &some("groups", groups.iter().map(|table| table.name.get_ref().as_str()).collect());
    shown += &some("roles", roles.iter().map(|table| table.name.get_ref().as_str()).collect());
    shown += &some("policies", policies.iter().map(|table| table.name.get_ref().as_str()).collect());
    for (user, key) in users.iter().flat_map(|user| user.keys.iter().map(move |key| (user, key))) {
        shown.extend(["\n[[accounts.users.keys]]  # of ", user.name.get_ref(), ": ", &key.shown()]);
    }
    shown + "\n"
}

/// The variables that tables of keys name.
pub(super) fn variables(accounts: &[AccountTable]) -> impl Iterator<Item = &str> {
    accounts.iter().flat_map(|of| &of.users).flat_map(|user| &user.keys).filter_map(DeclaredKeyTable::variable)
}

fn at<T>(place: &Spanned<T>, problem: String) -> Mistake {
    (place.span().start, problem)
}

fn of(name: &Spanned<String>, error: &IamError) -> Mistake {
    at(name, format!("{}: {error}", name.get_ref()))
}

fn root_path() -> String {
    "/".to_owned()
}

fn one_hour() -> u32 {
    3600
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Settings, SettingsError};

    const HEAD: &str = "[[accounts]]\nid = \"111122223333\"\n";
    const POLICY: &str = r#"'{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'"#;

    fn settings(folder: &Path, text: &str) -> Result<Settings, SettingsError> {
        let path = folder.join("cairn.toml");
        std::fs::write(&path, text).unwrap();
        let variables = [("ALICE_SECRET", "by-variable"), ("CAIRN_ALICE_SECRET", "by-variable")];
        let environment = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let named = environment.into_iter().filter(|(name, _)| !name.starts_with("CAIRN_") || text.contains(name));
        Settings::resolve(Some(&path), &named.collect(), &[])
    }

    fn good(folder: &Path) -> String {
        let secret = folder.join("secret");
        std::fs::write(&secret, "by-file\n").unwrap();
        let trust = folder.join("trust.json");
        let says = r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"111122223333"}}}"#;
        std::fs::write(&trust, says).unwrap();
        format!(
            "{HEAD}[[accounts.policies]]\nname = \"buckets\"\npath = \"/own/\"\ndocument = {POLICY}\n\
             [[accounts.groups]]\nname = \"people\"\npolicies = [\"buckets\", \"SecurityAudit\"]\n\
             [[accounts.roles]]\nname = \"audit\"\ntrust_policy_file = {trust:?}\nmax_session_seconds = 7200\n\
             [[accounts.users]]\nname = \"alice\"\ngroups = [\"People\"]\nboundary = \"buckets\"\ntags = {{ team = \"ops\" }}\n\
             [[accounts.users.inline_policies]]\nname = \"own\"\ndocument = {POLICY}\n\
             [[accounts.users.keys]]\naccess_key_id = \"AKIADECLAREDALICE001\"\nsecret_access_key_file = {secret:?}\n\
             [[accounts.users.keys]]\naccess_key_id = \"AKIADECLAREDALICE002\"\n\
             secret_access_key_variable = \"CAIRN_ALICE_SECRET\"\n"
        )
    }

    #[test]
    fn users_groups_roles_and_policies_are_declared_and_no_secret_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path(), &good(folder.path())).unwrap();
        let (file, declarations) = &settings.declarations;
        assert!(file.ends_with("cairn.toml"));
        let [of] = declarations.as_slice() else { panic!("{declarations:?}") };
        let alice = &of.users[0];
        let secrets: Vec<_> = alice.keys.iter().map(|key| key.secret.expose()).collect();
        assert_eq!(secrets, ["by-file", "by-variable"]);
        let own = "arn:aws:iam::111122223333:policy/own/buckets";
        assert_eq!(alice.grants.boundary.as_deref(), Some(own));
        let attached: Vec<_> = of.groups[0].grants.attached.iter().map(String::as_str).collect();
        assert_eq!(attached, [own, "arn:aws:iam::aws:policy/SecurityAudit"]);
        assert_eq!((of.roles[0].max_session_seconds, of.roles[0].path.as_str()), (7200, "/"));
        let printed = settings.print();
        assert!(printed.contains("users alice; groups people; roles audit; policies buckets"), "{printed}");
        assert!(printed.contains("AKIADECLAREDALICE002, its secret in the variable CAIRN_ALICE_SECRET"), "{printed}");
        for shown in [printed, format!("{settings:?}")] {
            assert!(!shown.contains("by-file") && !shown.contains("by-variable"), "{shown}");
        }
    }

    #[test]
    fn each_mistake_is_told_with_the_line_on_which_it_stands() {
        let folder = tempfile::tempdir().unwrap();
        let user = "[[accounts.users]]\nname = \"alice\"\n";
        let key = "[[accounts.users.keys]]\naccess_key_id = \"AKIADECLAREDALICE001\"\n";
        for (text, line, problem) in [
            (format!("{user}groups = [\n\"people\"]\n"), 6, "the group people is not declared"),
            (format!("{user}policies = [\"none\"]\n"), 5, "the policy none is neither declared"),
            (format!("{user}{user}"), 6, "two declared users alice"),
            ("[[accounts.users]]\nname = \"a b\"\n".to_owned(), 4, "a b: The specified value for userName"),
            (format!("{user}path = \"ops\"\n"), 4, "value for path is invalid"),
            (format!("{user}tags = {{ \"aws:x\" = \"\" }}\n"), 4, "System tags"),
            (format!("{user}tags = {{ \"cairn:declared-in\" = \"\" }}\n"), 4, "System tags"),
            (format!("{user}pathh = \"/\"\n"), 5, "pathh"),
            (format!("{user}{key}"), 6, "its secret is one of"),
            (format!("{user}{key}secret_access_key_variable = \"NOT_SET\"\n"), 7, "NOT_SET is not set"),
            (format!("{user}{key}secret_access_key_file = \"/no/such\"\n"), 7, "cannot read /no/such"),
            (format!("{user}{key}secret_access_key = \"\"\n"), 4, "is empty"),
            (format!("{user}{key}secret_access_key = \"a\"\n{key}secret_access_key = \"a\"\n"), 9, "twice"),
            ("[[accounts.policies]]\nname = \"p\"\ndocument = \"{\"\n".to_owned(), 5, "p: document: "),
            ("[[accounts.policies]]\nname = \"p\"\n".to_owned(), 4, "either document or document_file"),
            (format!("[[accounts.roles]]\nname = \"r\"\ntrust_policy = {POLICY}\n"), 5, "r: trust_policy: "),
        ] {
            let told = settings(folder.path(), &format!("{HEAD}{text}")).unwrap_err().to_string();
            assert!(told.contains(&format!("cairn.toml:{line}: ")) && told.contains(problem), "{text}: {told}");
        }
    }
}

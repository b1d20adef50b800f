//! `cairn verify` proves log files and digests from a bucket or a folder alone.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use cairn_environment::Environment;
use cairn_kms::Kms;
use cairn_model::Timestamp;
use cairn_objects::Bucket;
use cairn_verify::{TrailFilter, VerifyOptions};

use super::aws_variables::AwsVariables;
use super::{Problem, runtime};
use crate::object_keys::ObjectKeys;
use crate::serve::master_key;
use crate::terminal;

/// Verify the log files and digests of trails, without a server
///
/// Exit codes: 0 clean, 1 tampered, 2 incomplete, 3 the command could not do its work.
#[derive(Debug, clap::Args)]
#[allow(clippy::doc_markdown, reason = "clap shows these comments to people, as they stand")]
pub(crate) struct Arguments {
    /// The bucket as a folder, or s3://BUCKET/PREFIX
    #[arg(value_name = "DIR|s3://BUCKET/PREFIX")]
    source: String,
    /// The public keys: what `aws --region all cloudtrail list-public-keys --start-time 2000-01-01` prints
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
    /// The name of the bucket that a folder is a copy of [default: the folder's name]
    #[arg(long, value_name = "NAME")]
    bucket: Option<String>,
    /// The data folder with the keys of encrypted objects [default: the one in which the folder is an embedded bucket]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The master key's file [default: master-key in the data folder]
    #[arg(long, value_name = "FILE")]
    master_key_file: Option<PathBuf>,
    /// The trail's key prefix; with s3:// it can stand in the URL as well
    #[arg(long, default_value = "")]
    prefix: String,
    /// Where s3:// is [default: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, else AWS]
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Only this account
    #[arg(long)]
    account: Option<String>,
    /// Only this Region
    #[arg(long)]
    region: Option<String>,
    /// Only the trail of this name
    #[arg(long)]
    trail: Option<String>,
    /// Leave out digests that end before: YYYY-MM-DDTHH:MM:SSZ
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    start: Option<Timestamp>,
    /// Leave out digests that begin after: YYYY-MM-DDTHH:MM:SSZ
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    end: Option<Timestamp>,
    /// Digests must be there up to this time [default: now, or --end]
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    expect_until: Option<Timestamp>,
    /// The bucket is an old copy: do not expect digests up to now
    #[arg(long, conflicts_with = "expect_until")]
    old_copy: bool,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Problem> {
    let environment = Environment::real();
    let runtime = runtime()?;
    arguments.check()?;
    let (bucket, prefix) = runtime.block_on(arguments.source(&environment))?;
    let listed = std::fs::read_to_string(&arguments.keys)
        .map_err(|reason| format!("cannot read {}: {reason}", arguments.keys.display()))?;
    let now = arguments.end.unwrap_or_else(|| environment.clock.now());
    let options = VerifyOptions {
        prefix,
        filter: TrailFilter {
            account: arguments.account.clone(),
            region: arguments.region.clone(),
            trail: arguments.trail.clone(),
        },
        keys: cairn_verify::public_keys(&listed)?,
        start: arguments.start,
        end: arguments.end,
        expect_until: (!arguments.old_copy).then(|| arguments.expect_until.unwrap_or(now)),
    };
    let report = runtime.block_on(cairn_verify::run(bucket, options))?;
    if arguments.json {
        terminal::say(&serde_json::to_string_pretty(&report)?);
    } else {
        terminal::say(report.to_string().trim_end());
    }
    Ok(ExitCode::from(report.exit_code()))
}

impl Arguments {
    /// Refuses what would have no effect.
    fn check(&self) -> Result<(), Problem> {
        let is_remote = self.source.starts_with("s3://");
        let of_folders = [
            ("--bucket", self.bucket.is_some()),
            ("--data", self.data.is_some()),
            ("--master-key-file", self.master_key_file.is_some()),
        ];
        if let Some((name, _)) = of_folders.into_iter().find(|(_, is_given)| is_remote && *is_given) {
            return Err(format!("{name} belongs to a folder, and {} is a bucket", self.source).into());
        }
        if !is_remote && self.endpoint_url.is_some() {
            return Err(format!("--endpoint-url belongs to s3://, and {} is a folder", self.source).into());
        }
        match (self.start, self.end) {
            (Some(start), Some(end)) if start > end => Err("--start is after --end".into()),
            _ => Ok(()),
        }
    }

    /// The one prefix that is meant by the URL and `--prefix`, without a slash at its end.
    fn prefix(&self, in_url: &str) -> Result<String, Problem> {
        let (given, in_url) = (self.prefix.trim_end_matches('/'), in_url.trim_end_matches('/'));
        match (given, in_url) {
            ("", prefix) | (prefix, "") => Ok(prefix.to_owned()),
            (given, in_url) if given == in_url => Ok(given.to_owned()),
            (given, in_url) => Err(format!("the URL says the prefix {in_url}, and --prefix says {given}").into()),
        }
    }

    async fn source(&self, environment: &Environment) -> Result<(Bucket, String), Problem> {
        if !self.source.starts_with("s3://") {
            let folder =
                Path::new(&self.source).canonicalize().map_err(|reason| format!("{}: {reason}", self.source))?;
            let last = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let name = self.bucket.as_deref().unwrap_or(last);
            let bucket = match self.object_keys(&folder, environment).await? {
                Some(keys) => Bucket::folder_with_keys(name, &folder, Arc::new(keys), environment)?,
                None => Bucket::folder(name, &folder, environment)?,
            };
            return Ok((bucket, self.prefix("")?));
        }
        let variables = AwsVariables::read();
        let url = self.endpoint_url.clone().or_else(|| variables.s3_url());
        let (bucket, prefix) = variables.bucket(&self.source, url, environment)?;
        Ok((bucket, self.prefix(&prefix)?))
    }

    /// The keys of the data folder that is named, or in which `folder` is an embedded bucket.
    async fn object_keys(&self, folder: &Path, environment: &Environment) -> Result<Option<ObjectKeys>, Problem> {
        let around = || {
            let buckets = folder.parent().filter(|parent| parent.ends_with("buckets"))?;
            buckets.parent().filter(|data| data.join("kms.sqlite").is_file()).map(Path::to_owned)
        };
        let data = self.data.clone().or_else(around);
        let in_data = data.as_ref().map(|data| data.join("master-key")).filter(|file| file.is_file());
        let Some(file) = self.master_key_file.clone().or(in_data) else { return Ok(None) };
        let master = master_key::read(&file)?;
        let kms = match data.map(|data| data.join("kms.sqlite")).filter(|path| path.is_file()) {
            Some(path) => Some(Kms::open(&path, master.clone(), environment).await?),
            None => None,
        };
        Ok(Some(ObjectKeys { master, kms, random: environment.random.clone() }))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Command {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn checked(given: &[&str], in_url: &str) -> Result<String, String> {
        let given = ["verify", "--keys", "k"].iter().chain(given);
        let arguments = Command::parse_from(given).arguments;
        arguments.check().and_then(|()| arguments.prefix(in_url)).map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_prefix_counts_in_the_url_and_beside_it_and_two_must_agree() {
        for (given, in_url, expected) in [
            (&["s3://b"][..], "", ""),
            (&["s3://b", "--prefix", "p/q"], "", "p/q"),
            (&["s3://b/p/", "--prefix", "p"], "p/", "p"),
            (&["s3://b/p"], "p", "p"),
            (&["folder", "--prefix", "p/"], "", "p"),
        ] {
            assert_eq!(checked(given, in_url), Ok(expected.to_owned()), "{given:?}");
        }
        assert!(checked(&["s3://b/p", "--prefix", "q"], "p").unwrap_err().contains("--prefix says q"));
    }

    #[test]
    fn what_would_have_no_effect_is_refused() {
        for (given, name) in [
            (&["s3://b", "--bucket", "c"][..], "--bucket"),
            (&["s3://b", "--data", "d"], "--data"),
            (&["s3://b", "--master-key-file", "f"], "--master-key-file"),
            (&["folder", "--endpoint-url", "http://h"], "--endpoint-url"),
            (&["folder", "--start", "2026-10-02T00:00:00Z", "--end", "2026-10-01T00:00:00Z"], "--start"),
        ] {
            assert!(checked(given, "").unwrap_err().contains(name), "{given:?}");
        }
        assert_eq!(
            checked(&["folder", "--bucket", "b", "--data", "d", "--master-key-file", "f"], ""),
            Ok(String::new())
        );
    }
}

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
    /// The trail's key prefix in a folder
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
            return Ok((bucket, self.prefix.clone()));
        }
        let variables = AwsVariables::read();
        let url = self.endpoint_url.clone().or_else(|| variables.s3_url());
        let (bucket, prefix) = variables.bucket(&self.source, url, environment)?;
        Ok((bucket, prefix.trim_end_matches('/').to_owned()))
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

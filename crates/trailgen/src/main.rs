//! `trailgen`: writes generated log files into a folder, with a manifest of exact counts.

use std::error::Error;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use cairn_environment::Environment;
use cairn_model::Timestamp;
use cairn_trailgen::{Files, Options};
use clap::Parser;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Writes realistic, wholly invented CloudTrail log files and their exact counts. Equal options give equal bytes.
#[derive(Debug, Parser)]
#[command(name = "trailgen")]
struct Arguments {
    /// Where to write: OUT/AWSLogs/… and OUT/MANIFEST.json.
    #[arg(long)]
    out: PathBuf,
    /// How many events.
    #[arg(long, default_value_t = 100_000)]
    events: u64,
    /// Over how many days.
    #[arg(long, default_value_t = 90)]
    days: u64,
    /// Decides everything that is drawn.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The first day.
    #[arg(long, default_value = "2026-01-01")]
    start: String,
    /// When the events end instead: `now`, or a time such as 2026-10-01T08:00:00Z.
    #[arg(long)]
    end: Option<String>,
    /// Also writes the records one a line to this file.
    #[arg(long)]
    ndjson: Option<PathBuf>,
    /// Records in a file, at most.
    #[arg(long, default_value_t = 1000)]
    max_per_file: usize,
    /// How hard gzip tries, 1 to 12.
    #[arg(long, default_value_t = 6)]
    level: i32,
    /// The share of records that appear twice.
    #[arg(long, default_value_t = 0.0)]
    duplicates: f64,
}

impl Arguments {
    fn options(&self) -> Result<Options> {
        let begin =
            Timestamp::parse(&format!("{}T00:00:00Z", self.start)).map_err(|_| "--start is a day: YYYY-MM-DD")?;
        let options = Options {
            events: self.events,
            days: self.days,
            seed: self.seed,
            begin,
            records_per_file_max: self.max_per_file,
            duplicates: self.duplicates,
        };
        Ok(match self.end.as_deref() {
            None => options,
            Some("now") => options.ending_at(Environment::real().clock.now()),
            Some(time) => options.ending_at(Timestamp::parse(time)?),
        })
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let mut lines = match &arguments.ndjson {
        Some(path) => Some(BufWriter::with_capacity(1 << 20, fs::File::create(path)?)),
        None => None,
    };
    let mut written = Ok(());
    let mut write_line = |record: &str| {
        if let Some(lines) = &mut lines
            && written.is_ok()
        {
            written = lines.write_all(record.as_bytes()).and_then(|()| lines.write_all(b"\n"));
        }
    };
    let mut files = Files::new(arguments.options()?);
    let mut gzip_bytes = 0;
    while let Some(file) = files.next_with(&mut write_line) {
        let path = arguments.out.join(&file.key);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let packed = file.packed(arguments.level);
        gzip_bytes += u64::try_from(packed.len())?;
        fs::write(&path, packed).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    written?;
    if let Some(lines) = &mut lines {
        lines.flush()?;
    }
    let mut manifest = files.manifest().clone();
    manifest.gzip_bytes = gzip_bytes;
    fs::write(arguments.out.join("MANIFEST.json"), serde_json::to_vec_pretty(&manifest)?)?;
    Ok(())
}

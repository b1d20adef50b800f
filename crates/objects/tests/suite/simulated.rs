//! The promises over a simulated bucket.

use cairn_environment::Environment;
use cairn_model::Timestamp;
use cairn_objects::Bucket;

#[tokio::test(start_paused = true)]
async fn a_simulated_bucket_keeps_the_promises_also_when_it_answers_late() {
    let (environment, _) = Environment::simulated(1, Timestamp::from_unix_seconds(1_800_000_000));
    let (bucket, faults) = Bucket::simulated("logs", &environment);
    super::promises::check(&bucket).await;
    faults.answer_late(500, std::time::Duration::from_secs(5));
    super::promises::check(&bucket).await;
}

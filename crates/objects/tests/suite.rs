//! What every kind of bucket must do, run over each kind.

#[cfg(test)]
mod suite {
    mod encrypted;
    mod folder;
    mod promises;
    mod seaweedfs;
    mod simulated;
}

//! The embedded S3 as its clients see it.

#[cfg(test)]
mod embedded {
    mod boto3;
    mod expiry;
    mod locks;
    mod objects;
    mod policies;
    mod requests;
    mod world;
}

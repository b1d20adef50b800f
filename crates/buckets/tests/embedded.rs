//! The embedded S3 as its clients see it.

#[cfg(test)]
mod embedded {
    mod boto3;
    mod locks;
    mod objects;
    mod policies;
    mod requests;
    mod world;
}

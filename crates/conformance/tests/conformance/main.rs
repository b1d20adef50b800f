//! Black-box tests: the real `cairn` binary, driven by the stock AWS CLI, boto3 and SeaweedFS.
//!
//! `make test` builds the binary and sets up the clients. Each test starts a server of its own in a temporary folder.

#[cfg(test)]
mod aws;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod blind_spots;
#[cfg(test)]
mod bucket;
#[cfg(test)]
mod bucket_policies;
#[cfg(test)]
mod capture;
#[cfg(test)]
mod capture_moto;
#[cfg(test)]
mod capture_requests;
#[cfg(test)]
mod capture_scene;
#[cfg(test)]
mod console;
#[cfg(test)]
mod crashes;
#[cfg(test)]
mod declared;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod floods;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod gateway_inventory;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod http;
#[cfg(test)]
mod identities;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod kinds_of_files;
#[cfg(test)]
mod kms;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod long_chain;
#[cfg(test)]
mod moto;
#[cfg(test)]
mod moto_cloudtrail;
#[cfg(test)]
mod moto_suite;
#[cfg(test)]
mod object_lock;
#[cfg(test)]
mod organization_trails;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod own_routes;
#[cfg(test)]
mod packed_bodies;
#[cfg(test)]
mod permissions;
#[cfg(test)]
mod policy_check;
#[cfg(test)]
mod policy_peers;
#[cfg(test)]
mod proof;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod remote_buckets;
#[cfg(test)]
mod sdk;
#[cfg(test)]
mod search;
#[cfg(test)]
mod searched_accounts;
#[cfg(test)]
mod seaweed;
#[cfg(test)]
mod selectors;
#[cfg(test)]
mod server;
#[cfg(test)]
mod signing_in;
#[cfg(test)]
mod throttling;
#[cfg(test)]
mod topics_and_log_groups;
#[cfg(test)]
mod trail;
#[cfg(test)]
mod trail_rules;
#[cfg(test)]
mod tree;
#[cfg(test)]
mod user_commands;
mod wait;

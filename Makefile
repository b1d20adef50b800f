# The only door to Cairn: every command a person or CI needs is a target here.
#
#   make run DATA=/srv/cairn LISTEN=0.0.0.0:4580     other places than the defaults below

SHELL := /bin/bash
.DEFAULT_GOAL := help

# A toolchain that rustup has just installed is not on the PATH of the shell that installed it.
export PATH := $(HOME)/.cargo/bin:$(PATH)

DATA ?= ./data
LISTEN ?= 127.0.0.1:4580
DEMO_DATA ?= ./data-demo
MOTO_TESTS ?= $(addprefix tests/test_,s3 sts iam sqs sns kms dynamodb apigateway kinesis route53 ses cloudwatch)

.PHONY: help run test moto check bench demo console pictures

help: ## Show these lines
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

run: ## Build Cairn and start it on 127.0.0.1:4580 with its data in ./data
	@scripts/build-needs
	@scripts/console-needs
	cargo build --release --package cairn-server
	@exec target/release/cairn serve --data $(DATA) --listen $(LISTEN)

test: ## Run every test, the black-box ones with the AWS CLI, boto3 and SeaweedFS included
	@scripts/build-needs
	@scripts/console-needs
	@scripts/test-needs
	@scripts/run-tests

moto: ## Run all of moto's own tests of many services through a gateway, about half an hour
	@scripts/build-needs
	@scripts/test-needs
	cargo build --package cairn-server
	MOTO_TESTS="$(MOTO_TESTS)" cargo test --package cairn-conformance moto_suite -- --nocapture

check: ## Format, lints, house rules and layers, exactly as CI sees them
	@scripts/build-needs rustfmt clippy
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo run --quiet --package xtask -- tidy
	cargo run --quiet --package xtask -- layers
	@scripts/console-needs check

bench: ## Measure Cairn beside its yardsticks and write docs/benchmarks.md
	@scripts/build-needs
	@scripts/bench

pictures: ## Draw the console's pages again, light and dark, for docs/console
	@scripts/build-needs
	@scripts/console-needs
	@scripts/test-needs
	cargo build --package cairn-server
	node console/tests/pictures.mjs target/debug/cairn

console: ## Build the web console, for the next `cargo build` to embed
	@scripts/console-needs

demo: ## Start Cairn filled with 90 days of generated events
	@scripts/build-needs
	@scripts/console-needs
	cargo build --release --package cairn-server
	@exec target/release/cairn demo --data $(DEMO_DATA) --listen $(LISTEN)

//! Nothing to link: the black-box tests of the real `cairn` binary lie in `tests/conformance`, their clients in `tests/scripts`.

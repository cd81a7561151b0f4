//! Integration tests of flow; see `tests/`.

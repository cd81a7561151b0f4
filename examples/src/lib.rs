//! Examples of flow; see `examples/`.

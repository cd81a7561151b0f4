//! Where chains meet, tokens are joined.

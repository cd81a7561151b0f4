//! What expansions name. Outside semver: nothing here is for users.

//! Those who look, and turn knobs.

/// Somebody with roles, as [`#[expose(get = "role")]`](derive@crate::inspect::Exposed) names them.
///
/// Roles do not include each other: an `"operator"` who is to see what a `"viewer"` sees
/// has both. Names are exact.
///
/// ```
/// use flow_runtime::inspect::User;
///
/// let ana = User::new("ana", ["viewer", "operator"]);
/// assert_eq!(ana.name(), "ana");
/// assert!(ana.has_role("viewer") && !ana.has_role("view"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    name: String,
    roles: Vec<String>,
    /// True of who has the one token of a server without a users' file.
    every_role: bool,
}

impl User {
    /// A user of this name, with these roles.
    ///
    /// ```
    /// # use flow_runtime::inspect::User;
    /// let nobody = User::new("guest", [""; 0]);
    /// assert!(!nobody.has_role("viewer"));
    /// ```
    #[must_use]
    pub fn new<R>(name: impl Into<String>, roles: R) -> Self
    where
        R: IntoIterator,
        R::Item: Into<String>,
    {
        Self {
            name: name.into(),
            roles: roles.into_iter().map(Into::into).collect(),
            every_role: false,
        }
    }

    /// A user who has whatever role is asked for.
    #[cfg(feature = "inspect")]
    pub(crate) fn with_every_role(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            roles: Vec::new(),
            every_role: true,
        }
    }

    /// Returns the name.
    ///
    /// ```
    /// # use flow_runtime::inspect::User;
    /// assert_eq!(User::new("ana", ["viewer"]).name(), "ana");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the roles, in the order in which they were given.
    ///
    /// ```
    /// # use flow_runtime::inspect::User;
    /// assert_eq!(User::new("ana", ["viewer"]).roles(), ["viewer"]);
    /// ```
    #[must_use]
    pub fn roles(&self) -> &[String] {
        &self.roles
    }

    /// Returns whether the user has this role.
    ///
    /// ```
    /// # use flow_runtime::inspect::User;
    /// assert!(User::new("ana", ["viewer"]).has_role("viewer"));
    /// ```
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.every_role || self.roles.iter().any(|has| has == role)
    }
}

//! The parts that several operators are made of.

pub(crate) mod decides;
pub(crate) mod distinct;
pub(crate) mod gives;
pub(crate) mod leaving;
pub(crate) mod nanos;
pub(crate) mod recent;

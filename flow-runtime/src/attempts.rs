//! Deadlines and repeated attempts, as `timeout = …` and `retry = …` ask for.

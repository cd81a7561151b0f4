//! Regions: what runs in one loop, and what joins several loops in one task.

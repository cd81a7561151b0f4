use flow_runtime::extant;
use serde::{Deserialize, Serialize};

#[extant]
#[derive(Serialize, Deserialize)]
struct Unit;

#[extant(key = id)]
#[derive(Serialize, Deserialize)]
struct Empty {}

fn main() {}

//! A branch, a fan-in, and errors that go elsewhere.

use flow_runtime::flow;

pub fn alarms() -> (Vec<f64>, Option<f64>) {
    flow! {
        /*hover: let celsius: Items<f64>*//*rename: 3*/celsius = /*hover: items of any*/from(["20.5", "off"]) -> /*hover: pub fn map*//*goto: fn map*/map(|/*hover: text: &str*/text| text.parse::<f64>())? else /*goto: rejects =*/rejects;
        alarms  = /*hover: let celsius: Items<f64>*//*goto: celsius =*//*rename: 3*/celsius -> filter(|c| */*hover: f64*/c > 90.0) -> collect::<Vec<_>>();
        mean    = /*goto: celsius =*/celsius -> sliding_window(2) -> map(|[a, b]| (/*hover: f64*/a + b) / 2.0) -> last();
        /*rename: 2*/rejects = for_each(|error| eprintln!("{error}"));
        (/*goto: alarms  =*//*hover: let alarms: Vec<f64>*//*rename: 2*/alarms, mean)
    }
    .run()
}

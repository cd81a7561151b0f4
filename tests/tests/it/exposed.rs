//! Values that are read and set from outside, and what operators make of them.

mod budgets;
mod concurrency;
mod limits;
mod pace;
mod structs;
mod threads;

use flow_runtime::inspect::Knob;

#[test]
fn a_knob_is_one_value_for_all_its_clones() {
    let knob = Knob::new(1);
    let other = knob.clone();
    other.set(2).unwrap();
    assert_eq!((knob.get(), other.get()), (2, 2));
    assert_eq!(format!("{knob:?}"), "Knob(2)");
    assert_eq!(Knob::<u8>::default().get(), 0);
}

#[test]
fn closures_read_a_knob_when_they_are_called() {
    let factor = Knob::new(1);
    let turn = |x: u32| {
        if x == 2 {
            factor.set(10).unwrap();
        }
        x
    };
    let flow = flow_runtime::flow! {
        from(1..=3) -> map(turn) -> map(|x| x * factor.get()) -> collect::<Vec<_>>()
    };
    assert_eq!(flow.run(), [1, 20, 30]);
}

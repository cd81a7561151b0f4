//! The futures of asynchronous operators.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::Lowering;
use crate::{
    code::{
        attempts,
        functions::{makes, may_give_no_future},
        keep_item, observe,
    },
    graph::NodeId,
    table::{Form, Planning},
};

impl Lowering<'_, '_, '_, '_> {
    /// Writes what an operator gives for an item, which may be kept beside an error.
    pub(super) fn given(
        &self,
        node: NodeId,
        item: &TokenStream,
        given: impl FnOnce(&TokenStream) -> TokenStream,
    ) -> TokenStream {
        keep_item::given(self.writer, node, item, given)
    }

    /// The future of an asynchronous operator.
    pub(super) fn future(&self, node: NodeId, item: &TokenStream) -> TokenStream {
        self.given(node, item, |item| self.future_of(node, item))
    }

    fn future_of(&self, node: NodeId, item: &TokenStream) -> TokenStream {
        let at = self.writer.place(node);
        let each = &self.writer.graph().nodes[node];
        let op = self.writer.local(node);
        if each.operator.form != Form::Await {
            let run = |item: &TokenStream| quote_spanned!(at=> #op.run(#item));
            if each.behaviour.planning == Planning::Ensures {
                return observe::ensures(self.writer, node, item, run);
            }
            return match each.operator.makes_artifacts {
                true => observe::tells(self.writer, node, run(item)),
                false => observe::job(self.writer, node, run(item)),
            };
        }
        let future = match makes(each) {
            false => self.called(node, item),
            true => attempts::run(self.writer, node, item),
        };
        observe::job(self.writer, node, future)
    }

    /// A call of an async function.
    pub(super) fn called(&self, node: NodeId, item: &TokenStream) -> TokenStream {
        let at = self.writer.place(node);
        let op = self.writer.local(node);
        let each = &self.writer.graph().nodes[node];
        if !may_give_no_future(each) {
            return quote_spanned!(at=> #op(#item));
        }
        let future = match each.operator.form {
            Form::SinkAwait if each.raises().is_some() => "op::future_that_may_fail",
            Form::SinkAwait => "op::future_of_nothing",
            _ => "op::future",
        };
        let future = self.writer.private_at(at, future);
        quote_spanned!(at=> #future(#op(#item)))
    }
}

//! The Durable Object: one show, with seats of its own.

use serde_wasm_bindgen::{from_value, to_value};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::bindings::Bindings;
use crate::contract::{Answer, Plan, Reservation, Seats};

const RESERVED: &str = "reserved";

#[durable_object(fetch)]
pub struct Show {
    state: State,
    env: Env,
}

impl DurableObject for Show {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    /// The crate wants one. Nobody sends requests to a show: they call its methods.
    async fn fetch(&self, _request: Request) -> Result<Response> {
        Response::error("this object has methods", 404)
    }
}

/// The methods as callers see them. An argument is a `JsValue`, so that one of another type is
/// refused: for a `u32`, it would silently become some number. An error is thrown at the caller.
#[wasm_bindgen(js_sys = worker::js_sys, wasm_bindgen_futures = worker::wasm_bindgen_futures)]
impl Show {
    #[wasm_bindgen(js_name = plan)]
    pub async fn call_plan(&self) -> Result<JsValue> {
        Ok(to_value(&self.plan().await?)?)
    }

    #[wasm_bindgen(js_name = reserve)]
    pub async fn call_reserve(&self, reservation: JsValue) -> Result<JsValue> {
        Ok(to_value(&self.reserve(from_value(reservation)?).await?)?)
    }

    #[wasm_bindgen(js_name = release)]
    pub async fn call_release(&self, seat: JsValue) -> Result<JsValue> {
        Ok(to_value(&self.release(from_value(seat)?).await?)?)
    }
}

impl Seats for Show {
    async fn plan(&self) -> Result<Plan> {
        let seats = Bindings::new(&self.env)?.seats;
        let reserved = self.state.storage().get(RESERVED).await?;
        Ok(Plan {
            seats,
            reserved: reserved.unwrap_or_default(),
        })
    }

    async fn reserve(&self, reservation: Reservation) -> Result<Answer<Reservation>> {
        let change = |plan: &mut Plan| plan.reserve(reservation.clone());
        let done = self.change(change).await?;
        Ok(done.map(|()| reservation))
    }

    async fn release(&self, seat: u32) -> Result<Answer<()>> {
        self.change(|plan| plan.release(seat)).await
    }
}

impl Show {
    /// Changes the plan, and stores it. No other call can come between: the runtime delivers none
    /// while an object waits for its storage.
    async fn change<F>(&self, change: F) -> Result<Answer<()>>
    where
        F: FnOnce(&mut Plan) -> Answer<()>,
    {
        let mut plan = self.plan().await?;
        let done = change(&mut plan);
        if done.is_ok() {
            self.state.storage().put(RESERVED, plan.reserved).await?;
        }
        Ok(done)
    }
}

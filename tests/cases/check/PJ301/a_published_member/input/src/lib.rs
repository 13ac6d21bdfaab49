use worker::*;

pub fn database(env: &Env) -> Result<D1Database> {
    env.d1("DB")
}

use worker::*;

pub fn ask(env: &Env) -> Result<Var> {
    env.var("LIMIT")
}

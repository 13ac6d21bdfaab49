use worker::*;

pub fn ask(env: &Env) -> Result<Limits> {
    env.object_var("LIMITS")
}

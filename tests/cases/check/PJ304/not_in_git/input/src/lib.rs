use worker::*;

pub fn ask(env: &Env) -> Result<Secret> {
    env.secret("TOKEN")
}

use worker::*;

pub fn ask(env: &Env) -> Result<Limits> {
    if let Ok(text) = env.var("LIMIT") {
        return parse(text);
    }
    env.object_var("LIMIT")
}

use worker::*;

pub fn limit(env: &Env) -> Result<String> {
    Ok(env.var("LIMTI")?.to_string())
}

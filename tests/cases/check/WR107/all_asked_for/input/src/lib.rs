use worker::*;

const NOTES: &str = "NOTES";

pub fn ask(env: &Env) -> Result<(KvStore, String)> {
    let index: Index = env.get_binding("INDEX")?;
    Ok((env.kv(NOTES)?, text(env, "LIMIT")?))
}

fn text(env: &Env, name: &str) -> Result<String> {
    Ok(env.var(name)?.to_string())
}

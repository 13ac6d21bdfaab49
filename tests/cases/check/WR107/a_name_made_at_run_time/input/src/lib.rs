use worker::*;

pub fn ask(env: &Env) -> Result<KvStore> {
    env.kv(&format!("NOTES_{}", region()))
}

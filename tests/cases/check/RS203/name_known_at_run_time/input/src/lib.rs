use worker::*;

pub fn any(env: &Env, name: &str) -> Result<KvStore> {
    env.kv(name)
}

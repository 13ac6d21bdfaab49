use worker::*;

pub fn ask(env: &Env) -> Result<KvStore> {
    env.kv("NOTES")
}

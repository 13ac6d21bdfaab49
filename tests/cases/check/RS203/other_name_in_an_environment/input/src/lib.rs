use worker::*;

mod names;

pub fn notes(env: &Env) -> Result<KvStore> {
    env.kv(names::NOTES)
}

use worker::*;

pub fn ask(env: &Env) -> Result<()> {
    env.kv("NOTES")?;
    Ok(())
}

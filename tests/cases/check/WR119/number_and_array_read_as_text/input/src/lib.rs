use worker::*;

pub fn ask(env: &Env) -> Result<()> {
    env.var("LIMIT")?;
    env.var("NAMES")?;
    env.var("OPEN")?;
    Ok(())
}

use worker::*;

pub fn ask(env: &Env) -> Result<()> {
    env.var("LIMIT")?;
    let limits: Limits = env.object_var("LIMITS")?;
    Ok(())
}

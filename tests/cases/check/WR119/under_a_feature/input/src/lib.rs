use worker::*;

#[cfg(feature = "limits")]
pub fn ask(env: &Env) -> Result<Var> {
    env.var("LIMIT")
}

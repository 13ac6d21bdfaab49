"""A Vectorize index: its binding, and a module with the type that the `worker` crate lacks.

Not here: other bindings that only Cloudflare has (`stubbed_bindings.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scaffolder.editing.plan import Plan
from scaffolder.editing.resource_names import INDEX_NAME
from scaffolder.editing.rust.binding_field import Accessor
from scaffolder.editing.rust.types_module import TypesModule
from scaffolder.editing.storage import Binding
from scaffolder.editing.target import EditTarget

NEEDS = ("Env::get_binding", "EnvBinding", "Fetcher::into_rpc")
"""The last one is of the release from which on wasm-bindgen's macro is written as it is here."""

TYPES = TypesModule(
    "vectorize",
    """\
//! Indexes of Vectorize, for which the worker crate has no type yet.

{allow}

use worker::js_sys::{Array, Float32Array, Object, Promise, Reflect};
use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen_futures::JsFuture;
use worker::{EnvBinding, Result};

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    /// The binding of an index.
    pub type Index;
    #[wasm_bindgen(method, catch, js_name = query)]
    fn query_js(this: &Index, vector: &Float32Array, options: &Object) -> Result<Promise>;
    #[wasm_bindgen(method, catch, js_name = upsert)]
    fn upsert_js(this: &Index, vectors: &Array) -> Result<Promise>;
    #[wasm_bindgen(method, catch, js_name = deleteByIds)]
    fn delete_js(this: &Index, ids: &Array) -> Result<Promise>;
}

impl EnvBinding for Index {
    const TYPE_NAME: &'static str = "VectorizeIndexImpl";

    /// Does not compare the name of the class, which is no part of the interface.
    fn get(binding: JsValue) -> Result<Self> {
        Ok(binding.unchecked_into())
    }
}

/// A vector that is near to another one.
pub struct Match {
    pub id: String,
    pub score: f64,
}

impl Index {
    /// Returns the vectors that are nearest to another one, at most `count`.
    pub async fn query(&self, vector: &[f32], count: u32) -> Result<Vec<Match>> {
        let options = object(&[("topK", &count.into())])?;
        let found = JsFuture::from(self.query_js(&vector.into(), &options)?).await?;
        let matches = Array::from(&get(&found, "matches")?);
        matches.iter().map(|each| read(&each)).collect()
    }

    /// Stores a vector under an id, in place of the one that is there. It takes seconds until
    /// queries find it.
    pub async fn upsert(&self, id: &str, vector: &[f32]) -> Result<()> {
        let values = Float32Array::from(vector);
        let stored = object(&[("id", &id.into()), ("values", &values)])?;
        JsFuture::from(self.upsert_js(&Array::of1(&stored))?).await?;
        Ok(())
    }

    /// Deletes the vector with an id, if there is one.
    pub async fn delete(&self, id: &str) -> Result<()> {
        JsFuture::from(self.delete_js(&Array::of1(&id.into()))?).await?;
        Ok(())
    }
}

fn read(found: &JsValue) -> Result<Match> {
    let id = get(found, "id")?.as_string();
    let score = get(found, "score")?.as_f64();
    let (Some(id), Some(score)) = (id, score) else {
        return Err("a match has no id or no score".into());
    };
    Ok(Match { id, score })
}

fn get(object: &JsValue, key: &str) -> Result<JsValue> {
    Ok(Reflect::get(object, &key.into())?)
}

fn object(entries: &[(&str, &JsValue)]) -> Result<Object> {
    let made = Object::new();
    for (key, value) in entries {
        Reflect::set(&made, &JsValue::from_str(key), value)?;
    }
    Ok(made)
}
""",
    NEEDS,
)


@dataclass(frozen=True, kw_only=True)
class Vectorize(Binding):
    """A binding to an index, whose type is a module of the crate."""

    def rust_to_paste(self, target: EditTarget) -> list[str]:
        """Return the lines that read the binding, and the module of its type."""
        module = TYPES.text(target.worker).splitlines()
        return [*super().rust_to_paste(target), "", f"// In src/{TYPES.name}.rs:", *module]

    def on_add(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Write the module of the type.

        Raises:
            TooOld: The crate's version of `worker` lacks a part.
            Unclear: There is another module of that name.
        """
        if any(self.find(target) is None for target in targets):
            TYPES.write(targets[0].worker, plan)
            create, settings = "npx wrangler vectorize create", "--dimensions 768 --metric cosine"
            commands = [f"{create} {self.further_keys(each)['index_name']} {settings}" for each in targets]
            plan.notes.append(
                f"before deploying, create the index with the dimensions of your vectors: {' && '.join(commands)}"
            )

    def on_remove(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Delete the module, unless it was changed or is still used.

        Raises:
            Unclear: The root of the crate cannot be edited safely.
        """
        TYPES.delete(targets[0].worker, plan)


KINDS = (
    Vectorize(
        name="vectorize",
        title="A Vectorize index, named by `=INDEX`, and the type for it, which the worker crate lacks.",
        binding="vectorize",
        argument="NAME[=INDEX]",
        usual_name="VECTORS",
        value=INDEX_NAME,
        limits=(
            "Only Cloudflare has the index: a local call fails unless the entry has `remote = true`, with a login.",
            "It is verified by build, dry run and a test with a stand-in for the index.",
        ),
        accessor=Accessor("crate::vectorize::Index", "env.get_binding({})?", needs=NEEDS),
        needs_stub=True,
        test="""
test("$name finds the nearest vector, here that of a stub", async () => {
  const { $name } = await $worker.getEnv();
  const { matches } = await $name.query([0.5, 1], { topK: 1 });
  assert.deepEqual(matches, [{ id: "a stub", score: 1 }]);
});
""",
    ),
)

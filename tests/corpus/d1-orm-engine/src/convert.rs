use d1_orm_query::Value;
use worker::wasm_bindgen::JsValue;

pub fn to_js(val: &Value) -> JsValue {
    match val {
        Value::Str(s) => JsValue::from_str(s),
        Value::I64(n) => JsValue::from_f64(*n as f64),
        Value::F64(f) => JsValue::from_f64(*f),
        Value::Bool(b) => JsValue::from_bool(*b),
        Value::Null => JsValue::NULL,
    }
}

pub fn to_js_vec(vals: &[Value]) -> Vec<JsValue> {
    vals.iter().map(to_js).collect()
}

//! `call`.

use management::{Error, Management};
use serde_json::{json, Map, Value};

use super::name_and_value;
use crate::output::{table, Output};

pub async fn run(
    management: &Management,
    device: &str,
    service: &str,
    action: &str,
    arguments: &[String],
    output: &Output,
) -> Result<(), Error> {
    let arguments = arguments
        .iter()
        .map(|text| name_and_value(text))
        .collect::<Result<Vec<_>, _>>()?;
    let udn = management.resolve(device).await?;
    let out = management.call(&udn, service, action, &arguments).await?;
    let document: Map<String, Value> = out
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.clone())))
        .collect();
    output.result(&json!({ "out": document }), || {
        table(
            &out.iter()
                .map(|(name, value)| vec![name.clone(), value.clone()])
                .collect::<Vec<_>>(),
        )
    });
    Ok(())
}

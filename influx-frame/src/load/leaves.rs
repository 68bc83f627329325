//! Schemas with other types.

use std::sync::Arc;

use arrow_schema::{DataType, Fields, Schema, SchemaRef};

/// The same schema with these types of all that is no struct: `ty` gets the path of each, its name as that of a
/// flattened struct's member, and its type.
pub(super) fn retyped(
    schema: &Schema,
    mut ty: impl FnMut(&[usize], &str, &DataType) -> DataType,
) -> SchemaRef {
    let fields = within(schema.fields(), &mut Vec::new(), "", &mut ty);
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

fn within(
    fields: &Fields,
    path: &mut Vec<usize>,
    before: &str,
    ty: &mut impl FnMut(&[usize], &str, &DataType) -> DataType,
) -> Fields {
    let mut retyped = Vec::with_capacity(fields.len());
    for (place, field) in fields.iter().enumerate() {
        path.push(place);
        let name = format!("{before}{}", field.name());
        let ty = match field.data_type() {
            DataType::Struct(members) => DataType::Struct(within(members, path, &format!("{name}."), ty)),
            leaf => ty(path, &name, leaf),
        };
        path.pop();
        retyped.push(field.as_ref().clone().with_data_type(ty));
    }
    retyped.into()
}

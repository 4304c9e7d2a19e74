//! Tables.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::TemplateError;
use crate::fields::Fields;
use crate::resources::Resource;
use crate::scope::Scope;

/// A table, billed on demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its logical id.
    pub logical_id: String,
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its key.
    pub key: Key,
    /// Its global secondary indexes, in the template's order.
    pub indexes: Vec<Index>,
    /// The attribute that holds when an item expires, in seconds since 1970.
    pub ttl_attribute: Option<String>,
    /// Whether DynamoDB refuses to delete it.
    pub is_protected: bool,
}

/// The key of a table or an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The partition key.
    pub hash: Attribute,
    /// The sort key.
    pub range: Option<Attribute>,
}

/// An attribute of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type as DynamoDB writes it: `S`, `N` or `B`.
    pub kind: String,
}

/// A global secondary index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: Key,
    /// `KEYS_ONLY` or `ALL`.
    pub projection: String,
}

impl Table {
    /// The request that DynamoDB's `CreateTable` takes for it. The expiry is no part of that request.
    pub fn create_table_request(&self) -> Value {
        let keys = std::iter::once(&self.key).chain(self.indexes.iter().map(|index| &index.key));
        let attributes = keys.flat_map(|key| std::iter::once(&key.hash).chain(&key.range));
        // An attribute may be in several keys, and is defined once.
        let attributes: BTreeMap<_, _> = attributes
            .map(|attribute| (attribute.name.as_str(), attribute.kind.as_str()))
            .collect();
        let definition = |(name, kind)| json!({ "AttributeName": name, "AttributeType": kind });
        let mut request = json!({
            "TableName": self.name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": attributes.into_iter().map(definition).collect::<Vec<_>>(),
            "KeySchema": self.key.schema(),
        });
        // DynamoDB refuses an empty list of indexes.
        if !self.indexes.is_empty() {
            request["GlobalSecondaryIndexes"] = self.indexes.iter().map(Index::request).collect();
        }
        request
    }
}

impl Index {
    fn request(&self) -> Value {
        json!({
            "IndexName": self.name,
            "KeySchema": self.key.schema(),
            "Projection": { "ProjectionType": self.projection },
        })
    }
}

impl Key {
    fn schema(&self) -> Value {
        let element =
            |attribute: &Attribute, kind| json!({ "AttributeName": attribute.name, "KeyType": kind });
        let range = self.range.as_ref().map(|range| element(range, "RANGE"));
        std::iter::once(element(&self.hash, "HASH"))
            .chain(range)
            .collect()
    }
}

/// All tables.
pub(crate) fn read_all(resources: &[Resource], scope: &Scope<'_>) -> Result<Vec<Table>, TemplateError> {
    let tables = resources
        .iter()
        .filter(|resource| resource.kind == "AWS::DynamoDB::Table");
    tables.map(|resource| read(resource, scope)).collect()
}

fn read(resource: &Resource, scope: &Scope<'_>) -> Result<Table, TemplateError> {
    let properties = resource.properties()?;
    properties.only(&[
        "AttributeDefinitions",
        "BillingMode",
        "DeletionProtectionEnabled",
        "GlobalSecondaryIndexes",
        "KeySchema",
        "PointInTimeRecoverySpecification",
        "SSESpecification",
        "Tags",
        "TimeToLiveSpecification",
    ])?;
    if properties.text("BillingMode")? != "PAY_PER_REQUEST" {
        return Err(TemplateError::unsupported(
            properties.path_of("BillingMode"),
            "a provisioned table",
        ));
    }
    let mut kinds = BTreeMap::new();
    for attribute in properties.list_of_fields("AttributeDefinitions")? {
        kinds.insert(attribute.text("AttributeName")?, attribute.text("AttributeType")?);
    }
    let indexes = properties.list_of_fields("GlobalSecondaryIndexes")?;
    Ok(Table {
        logical_id: resource.id.clone(),
        name: scope.physical_name(&resource.id),
        arn: scope.arn(&resource.id, properties.path())?,
        key: read_key(&properties, &kinds)?,
        indexes: indexes
            .iter()
            .map(|index| read_index(index, &kinds))
            .collect::<Result<_, _>>()?,
        ttl_attribute: read_ttl(&properties)?,
        is_protected: properties.flag_or("DeletionProtectionEnabled", false)?,
    })
}

fn read_index(index: &Fields<'_>, kinds: &BTreeMap<String, String>) -> Result<Index, TemplateError> {
    index.only(&["IndexName", "KeySchema", "Projection"])?;
    let projection = index.fields("Projection")?;
    projection.only(&["ProjectionType"])?;
    Ok(Index {
        name: index.text("IndexName")?,
        key: read_key(index, kinds)?,
        projection: projection.text("ProjectionType")?,
    })
}

fn read_key(owner: &Fields<'_>, kinds: &BTreeMap<String, String>) -> Result<Key, TemplateError> {
    let (mut hash, mut range) = (None, None);
    for element in owner.list_of_fields("KeySchema")? {
        let name = element.text("AttributeName")?;
        let kind = kinds.get(&name).cloned();
        let kind = kind.ok_or_else(|| {
            TemplateError::malformed(element.path_of("AttributeName"), "a defined attribute")
        })?;
        let place = match element.text("KeyType")?.as_str() {
            "HASH" => &mut hash,
            "RANGE" => &mut range,
            _ => {
                return Err(TemplateError::malformed(
                    element.path_of("KeyType"),
                    "HASH or RANGE",
                ));
            }
        };
        *place = Some(Attribute { name, kind });
    }
    let hash =
        hash.ok_or_else(|| TemplateError::malformed(owner.path_of("KeySchema"), "a key with a HASH part"))?;
    Ok(Key { hash, range })
}

fn read_ttl(properties: &Fields<'_>) -> Result<Option<String>, TemplateError> {
    if properties.get("TimeToLiveSpecification").is_none() {
        return Ok(None);
    }
    let specification = properties.fields("TimeToLiveSpecification")?;
    Ok(match specification.flag_or("Enabled", false)? {
        true => Some(specification.text("AttributeName")?),
        false => None,
    })
}

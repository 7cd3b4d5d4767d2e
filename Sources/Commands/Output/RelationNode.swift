// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// The relation whose file a finding is about, in a document.
struct RelationNode: Encodable {
    var kind: String
    var database: Nullable<String>
    var schema, name: String
    /// Schema and name of the table that it belongs to.
    var table: Nullable<String>
    var fork: String
    var canBeRebuilt: Bool
    /// Of the trial that knew it.
    var trial: Int64
    var asOf: Timestamp
    var message: String

    init(_ relation: NamedRelation) {
        (kind, database) = (relation.kind.rawValue, Nullable(relation.database?.jsonText))
        (schema, name) = (relation.schema.jsonText, relation.name.jsonText)
        (table, fork) = (Nullable(relation.table), relation.fork)
        (canBeRebuilt, trial, asOf) = (relation.canBeRebuilt, relation.trial.value, relation.asOf)
        message = relation.words
    }
}

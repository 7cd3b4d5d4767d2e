// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// The keys of one mapping and their values, with what `<<` merges into it.
///
/// A key of the mapping itself wins over a merged one, and of several merged mappings the first (YAML's type "merge").
public struct YAMLKeys: Sendable {
    /// The mapping itself.
    public let node: YAMLNode
    /// In the order of the text, merged ones last.
    public let pairs: [(key: YAMLNode, value: YAMLNode)]
    private let owner: String

    /// `owner` is what faults call the mapping, `example` what could stand in it.
    public init(_ node: YAMLNode, of owner: String, example: String) throws(YAMLFault) {
        guard case .keys = node.content else {
            throw node.fault("\(owner) has keys and values", hint: "such as '\(example)'.")
        }
        (self.node, self.owner) = (node, owner)
        var names: Set<String> = []
        pairs = try Self.merged(node).filter { $0.key.text.map { names.insert($0).inserted } ?? true }
    }

    /// All pairs, the ones that win first.
    private static func merged(_ node: YAMLNode) throws(YAMLFault) -> [(key: YAMLNode, value: YAMLNode)] {
        guard case .keys(let pairs) = node.content else {
            throw node.fault("'<<' merges keys and values", hint: "it names an anchor: '<<: *defaults'.")
        }
        var merged = pairs.filter { !isMerge($0.key) }
        for (key, value) in pairs where isMerge(key) {
            for source in value.list ?? [value] { merged += try Self.merged(source) }
        }
        return merged
    }

    private static func isMerge(_ key: YAMLNode) -> Bool { key.text == "<<" && !key.isQuoted }

    /// The value of a key; nil where it is not there.
    public subscript(key: String) -> YAMLNode? { pairs.first { $0.key.text == key }?.value }

    /// The value of a key that must be there.
    public func require(_ key: String) throws(YAMLFault) -> YAMLNode {
        if let value = self[key] { return value }
        throw fault("\(owner) lacks the key '\(key)'", hint: "add it.")
    }

    /// About the mapping as a whole.
    public func fault(_ reason: String, hint: String) -> YAMLFault { node.fault(reason, hint: hint) }

    /// One fault for each key that is none of these, with the one that may have been meant.
    public func strange(beside known: [String]) -> [YAMLFault] {
        pairs.filter { !known.contains($0.key.text ?? "") }.map { key, _ in
            // What stands behind a colon without a blank is a value that was meant, perhaps a secret.
            let name = key.text.map { text in String(text.prefix { $0 != ":" && $0 != "=" }) } ?? "…"
            let hint =
                NearestName.of(name, in: known).map { "is '\($0)' meant?" }
                ?? "those there are: \(known.joined(separator: ", "))."
            return key.fault("\(owner) has no key '\(ObjectName(name))'", hint: hint)
        }
    }

    /// Throws the first of them.
    public func allow(_ known: [String]) throws(YAMLFault) {
        if let fault = strange(beside: known).first { throw fault }
    }

    /// The text of a key; nil where the key is not there.
    public func text(_ key: String, limit: Int = 200) throws(YAMLFault) -> String? {
        guard let node = self[key] else { return nil }
        guard let text = node.text, !text.isEmpty, !text.utf8.contains(0), text.unicodeScalars.count <= limit
        else {
            throw node.fault("'\(key)' is a text of 1 to \(limit) characters", hint: "is it in quotes?")
        }
        return text
    }
}

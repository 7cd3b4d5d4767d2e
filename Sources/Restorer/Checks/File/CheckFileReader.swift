// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Yams

/// Makes checks of the nodes of a file, and errors of what is wrong with them.
struct CheckFileReader {
    let file: String

    func checks(_ root: Node) throws(CheckFileError) -> [UserCheck] {
        let top = try CheckKeys(root, of: "the file", in: self)
        try top.allow(["checks"])
        let list = try top.require("checks")
        guard let nodes = list.sequence, !nodes.isEmpty else {
            throw fault(list, "'checks' is a list of at least one check", hint: "each begins with '- name:'.")
        }
        guard nodes.count <= CheckFile.countLimit else {
            throw fault(
                list, "there are more than \(CheckFile.countLimit) checks",
                hint: "put several into one query.")
        }
        var checks: [UserCheck] = []
        var names: Set<String> = []
        for node in nodes {
            let check = try CheckEntry(CheckKeys(node, of: "a check", in: self), self).check
            guard names.insert(check.name).inserted else {
                throw fault(
                    node, "another check has the name '\(ObjectName(check.name))', too",
                    hint: "later trials are compared by the name; give each its own.")
            }
            checks.append(check)
        }
        return checks
    }

    func fault(_ node: Node, _ reason: String, hint: String) -> CheckFileError {
        CheckFileError(file, line: node.mark?.line, column: node.mark?.column, reason, hint: hint)
    }

    /// An error of YAML's own.
    func fault(_ error: any Error) -> CheckFileError {
        let hint = "does the indentation fit, and are texts with ': ' or ' #' in quotes?"
        func fault(_ reason: String, _ mark: Mark?) -> CheckFileError {
            CheckFileError(
                file, line: mark?.line, column: mark?.column, "it is no YAML: \(ObjectName(reason))",
                hint: hint)
        }
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return fault(problem, mark)
        case .duplicatedKeysInMapping(let keys, let context):
            return CheckFileError(
                file, line: context.mark.line, column: context.mark.column,
                "the key '\(ObjectName(keys.first ?? ""))' stands there twice", hint: "leave one.")
        case .reader(let problem, _, _, _): return fault(problem, nil)
        default: return fault("it cannot be read", nil)
        }
    }
}

/// The keys of one mapping and their nodes.
struct CheckKeys {
    private let node: Node
    private let pairs: [(key: Node, value: Node)]
    private let reader: CheckFileReader
    private let owner: String

    init(_ node: Node, of owner: String, in reader: CheckFileReader) throws(CheckFileError) {
        guard let mapping = node.mapping else {
            throw reader.fault(
                node, "\(owner) has keys and values", hint: "such as 'name: orders are there'.")
        }
        (self.node, self.reader, self.owner) = (node, reader, owner)
        pairs = mapping.map { (key: $0.key, value: $0.value) }
    }

    /// Every key is one of these.
    func allow(_ known: [String]) throws(CheckFileError) {
        for (key, _) in pairs where !known.contains(key.scalar?.string ?? "") {
            throw reader.fault(
                key, "\(owner) has no key '\(ObjectName(key.scalar?.string ?? "…"))'",
                hint: "those there are: \(known.joined(separator: ", ")).")
        }
    }

    subscript(key: String) -> Node? { pairs.first { $0.key.scalar?.string == key }?.value }

    func require(_ key: String) throws(CheckFileError) -> Node {
        if let value = self[key] { return value }
        throw fault("\(owner) lacks the key '\(key)'", hint: "add it.")
    }

    func fault(_ reason: String, hint: String) -> CheckFileError {
        reader.fault(node, reason, hint: hint)
    }

    /// The text of a key; nil where the key is not there.
    func text(_ key: String, limit: Int = 200) throws(CheckFileError) -> String? {
        guard let node = self[key] else { return nil }
        guard let text = node.scalar?.string, !text.isEmpty, !text.utf8.contains(0),
            text.unicodeScalars.count <= limit
        else {
            throw reader.fault(
                node, "'\(key)' is a text of 1 to \(limit) characters", hint: "is it in quotes?")
        }
        return text
    }
}

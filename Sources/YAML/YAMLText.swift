// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Yams

/// Reads the text of a YAML file that somebody wrote by hand.
public enum YAMLText {
    /// In bytes, of a text.
    public static let sizeLimit = 1 << 20
    /// How deep lists and keys may lie in each other.
    public static let depthLimit = 32
    /// How many values a text may stand for, with what each alias repeats.
    public static let valueLimit = 100_000

    /// Whether a text may say `&name` once and `*name` for it later.
    public enum Aliases: Sendable {
        case taken
        case refused
    }

    /// The one document of a text; nil when there is nothing in it.
    public static func parse(_ bytes: [UInt8], aliases: Aliases) throws(YAMLFault) -> YAMLNode? {
        guard bytes.count <= sizeLimit else {
            throw YAMLFault(
                nil, "it has more than \(Units.bytes(UInt64(sizeLimit)))", hint: "is it the right file?")
        }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw YAMLFault(nil, "it is no text in UTF-8", hint: "is it the right file?")
        }
        try check(text, aliases)
        let root: Node?
        do { root = try compose(yaml: text) } catch { throw YAMLFault(error) }
        guard let root else { return nil }
        var copying = Copying()
        return try copying.copy(root, depth: 0)
    }

    /// A few lines of aliases can stand for millions of values.
    private static func check(_ text: String, _ aliases: Aliases) throws(YAMLFault) {
        let names = text.matches(of: /\*[0-9A-Za-z_\-]/).count
        guard names > 0, text.firstMatch(of: /&[0-9A-Za-z_\-]/) != nil else { return }
        switch aliases {
        case .refused:
            throw YAMLFault(
                nil, "anchors (&name) and what refers to them (*name) are not taken",
                hint: "if they are operators of SQL, put a blank behind each & and *.")
        case .taken: try refuseCompoundKeys(text, aliases: names)
        }
    }

    /// Yams compares keys by all that they stand for, which of nested aliases may be without end.
    ///
    /// Up to 16 aliases stand for some hundred times the text at most. Beyond that nothing is let through that may be a key
    /// and no plain text; `[…]` in an address of IPv6 is none.
    private static func refuseCompoundKeys(_ text: String, aliases: Int) throws(YAMLFault) {
        guard aliases > 16 else { return }
        let plain = text.replacing(/\/\/\[[0-9A-Fa-f:.]*\]/, with: "")
        guard plain.firstMatch(of: /[\]}]\s*:|\*[0-9A-Za-z_\-]+\s*:|[?]\s/) != nil else { return }
        throw YAMLFault(
            nil, "beside so many aliases (*name) every key must be a plain text",
            hint:
                "is there a list, an alias or '? ' in front of a colon? If it is part of a text, put it elsewhere."
        )
    }

    /// Makes values of ours of Yams' nodes, within the limits.
    private struct Copying {
        private var count = 0

        mutating func copy(_ node: Node, depth: Int) throws(YAMLFault) -> YAMLNode {
            let place =
                node.mark.map { TextPlace(line: $0.line, column: $0.column) } ?? TextPlace(line: 1, column: 1)
            count += 1
            guard count <= valueLimit else {
                throw YAMLFault(
                    place, "the file stands for more than \(valueLimit) values",
                    hint: "do aliases (*name) repeat what holds aliases itself?")
            }
            guard depth <= depthLimit else {
                throw YAMLFault(
                    place, "lists and keys lie more than \(depthLimit) deep in each other",
                    hint: "does the indentation fit?")
            }
            return YAMLNode(try content(node, depth: depth + 1), at: place)
        }

        private mutating func content(_ node: Node, depth: Int) throws(YAMLFault) -> YAMLNode.Content {
            switch node {
            case .scalar(let scalar):
                return .text(scalar.string, isQuoted: scalar.style != .plain && scalar.style != .any)
            case .sequence(let sequence):
                var list: [YAMLNode] = []
                for node in sequence { list.append(try copy(node, depth: depth)) }
                return .list(list)
            case .mapping(let mapping):
                var pairs: [(key: YAMLNode, value: YAMLNode)] = []
                for (key, value) in mapping {
                    pairs.append((try copy(key, depth: depth), try copy(value, depth: depth)))
                }
                return .keys(pairs)
            case .alias(let alias):
                throw YAMLFault(
                    alias.mark.map { TextPlace(line: $0.line, column: $0.column) },
                    "there is no anchor of this name", hint: "an anchor (&name) stands above its aliases.")
            }
        }
    }
}

extension YAMLFault {
    /// An error of YAML's own.
    fileprivate init(_ error: any Error) {
        let hint = "does the indentation fit, and are texts with ': ' or ' #' in quotes?"
        func fault(_ reason: String, _ mark: Mark?) -> YAMLFault {
            let place = mark.map { TextPlace(line: $0.line, column: $0.column) }
            return YAMLFault(place, "it is no YAML: \(ObjectName(reason))", hint: hint)
        }
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self = fault(problem, mark)
        case .duplicatedKeysInMapping(let keys, let context):
            self.init(
                TextPlace(line: context.mark.line, column: context.mark.column),
                "the key '\(ObjectName(keys.first ?? ""))' stands there twice", hint: "leave one.")
        case .reader(let problem, _, _, _): self = fault(problem, nil)
        default: self = fault("it cannot be read", nil)
        }
    }
}

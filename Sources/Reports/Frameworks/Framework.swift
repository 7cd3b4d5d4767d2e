// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import YAML

/// A set of demands, such as of a standard: data, that files say.
public struct Framework: Sendable, Equatable {
    /// What options and configurations call it.
    public let id: String
    /// As people call it.
    public let title: String
    /// Of the text that its controls are of.
    public let version: String
    /// Where that text is.
    public let source: String
    /// The team's own file that it was read from; nil for one that comes with the program.
    public internal(set) var file: String?
    /// In the order of their numbers.
    public let controls: [Control]

    /// One demand.
    public struct Control: Sendable, Equatable {
        /// As the text numbers it.
        public let number: String
        /// As the text calls it, or shorter.
        public let title: String
        /// What it asks, in our words.
        public let asks: String
        /// What answers it here; all of it must be shown.
        public let evidence: [EvidenceKind]
        /// What of it this program cannot show.
        public let leavesOut: String
    }
}

extension Framework {
    /// Reads a file of frameworks: a list, each with `id`, `title`, `version`, `source` and `controls`.
    ///
    /// Throws what is wrong in it, with its place.
    public static func read(_ bytes: [UInt8]) throws(YAMLFault) -> [Framework] {
        guard let root = try YAMLText.parse(bytes, aliases: .refused) else {
            throw YAMLFault(nil, "it is empty", hint: hint)
        }
        guard let list = root.list else { throw root.fault("a list of frameworks wanted", hint: hint) }
        var all: [Framework] = []
        for node in list { all.append(try framework(node)) }
        return all
    }

    private static let hint = "docs/reports.md shows a file of frameworks."

    private static func framework(_ node: YAMLNode) throws(YAMLFault) -> Framework {
        let keys = try YAMLKeys(node, of: "a framework", example: "id: soc2")
        try refuseStrange(keys, beside: ["id", "title", "version", "source", "controls"])
        let id = try line(keys.require("id"))
        guard id.wholeMatch(of: /[a-z0-9\-]{1,40}/) != nil else {
            throw try keys.require("id").fault(
                "small letters, digits and hyphens wanted", hint: "such as soc2.")
        }
        guard let list = try keys.require("controls").list, !list.isEmpty else {
            throw try keys.require("controls").fault("a list of controls wanted", hint: hint)
        }
        var controls: [Control] = []
        for node in list { controls.append(try control(node)) }
        return Framework(
            id: id, title: try line(keys.require("title")), version: try line(keys.require("version")),
            source: try line(keys.require("source")), controls: controls)
    }

    private static func control(_ node: YAMLNode) throws(YAMLFault) -> Control {
        let keys = try YAMLKeys(node, of: "a control", example: "number: A1.2")
        try refuseStrange(keys, beside: ["number", "title", "asks", "evidence", "leaves-out"])
        let named = try keys.require("evidence")
        guard let list = named.list, !list.isEmpty else {
            throw named.fault("a list of kinds of evidence wanted", hint: kinds)
        }
        var evidence: [EvidenceKind] = []
        for node in list {
            guard let kind = node.text.flatMap(EvidenceKind.init) else {
                throw node.fault("it is no kind of evidence", hint: kinds)
            }
            evidence.append(kind)
        }
        return Control(
            number: try line(keys.require("number")), title: try line(keys.require("title")),
            asks: try line(keys.require("asks")), evidence: evidence,
            leavesOut: try line(keys.require("leaves-out")))
    }

    private static let kinds =
        "there are: \(EvidenceKind.allCases.map(\.rawValue).joined(separator: ", "))."

    private static func refuseStrange(_ keys: YAMLKeys, beside known: [String]) throws(YAMLFault) {
        if let fault = keys.strange(beside: known).first { throw fault }
    }

    private static func line(_ node: YAMLNode) throws(YAMLFault) -> String {
        guard let text = node.text, !text.isEmpty, text.utf8.count <= 2000 else {
            throw node.fault("a text of up to 2000 bytes wanted", hint: hint)
        }
        // Files of frameworks come from somewhere, too.
        return ObjectName(text).description
    }
}

// SPDX-License-Identifier: Apache-2.0
import AuditModel
import YAML

/// What is wrong with a file, gathered while it is read.
final class FaultList {
    private(set) var faults: [YAMLFault] = []

    func add(_ fault: YAMLFault) { if !faults.contains(fault) { faults.append(fault) } }

    /// What `body` makes; nil when it cannot, which is noted.
    func attempt<Value>(_ body: () throws(YAMLFault) -> Value?) -> Value? {
        do throws(YAMLFault) { return try body() } catch {
            add(error)
            return nil
        }
    }
}

/// One mapping of the file: each of its keys is read by itself, so that one fault hides no other.
struct Section {
    let keys: YAMLKeys
    /// What faults call it.
    let owner: String
    let faults: FaultList

    /// Nil when the value is no mapping; that, and each key that is not known, is noted.
    init?(_ node: YAMLNode, _ owner: String, known: [String], example: String, _ faults: FaultList) {
        guard
            let keys = faults.attempt({ () throws(YAMLFault) in
                try YAMLKeys(node, of: owner, example: example)
            })
        else { return nil }
        (self.keys, self.owner, self.faults) = (keys, owner, faults)
        for fault in keys.strange(beside: known) { faults.add(fault) }
    }

    /// The value of a key, as `read` takes it; nil when the key is not there or wrong.
    func value<Value>(_ key: String, _ read: (YAMLNode) throws(YAMLFault) -> Value) -> Value? {
        guard let node = keys[key] else { return nil }
        return faults.attempt { () throws(YAMLFault) in try Self.read(node, of: key, read) }
    }

    /// The same of a key that must be there.
    func required<Value>(_ key: String, _ read: (YAMLNode) throws(YAMLFault) -> Value) -> Value? {
        faults.attempt { () throws(YAMLFault) in try Self.read(keys.require(key), of: key, read) }
    }

    /// Says of which key the value is wrong.
    private static func read<Value>(
        _ node: YAMLNode, of key: String, _ read: (YAMLNode) throws(YAMLFault) -> Value
    ) throws(YAMLFault) -> Value {
        do throws(YAMLFault) { return try read(node) } catch {
            let isTold = error.reason.hasPrefix("'\(key)'")
            throw YAMLFault(
                error.place, isTold ? error.reason : "'\(key)': \(error.reason)", hint: error.hint)
        }
    }

    /// The values of a list; what is wrong with one is noted, and the others are taken.
    func list<Value>(_ key: String, _ read: (YAMLNode) throws(YAMLFault) -> Value) -> [Value]? {
        guard let node = keys[key] else { return nil }
        guard let list = node.list, !list.isEmpty else {
            faults.add(node.fault("'\(key)' is a list, not \(node.found)", hint: "such as \(key): [a, b]."))
            return nil
        }
        return list.compactMap { node in faults.attempt { () throws(YAMLFault) in try read(node) } }
    }

    /// A mapping below a key.
    func section(_ key: String, known: [String], example: String) -> Section? {
        keys[key].flatMap { Section($0, "'\(key)' of \(owner)", known: known, example: example, faults) }
    }

    /// Notes a fault of the section as a whole.
    func note(_ reason: String, hint: String) { faults.add(keys.fault(reason, hint: hint)) }
}

extension YAMLNode {
    /// What stands there, for an error: short, and fit for a terminal.
    var found: String {
        switch content {
        case .text("", isQuoted: false): "nothing"
        case .text(let text, _): "'\(ObjectName(text.count > 40 ? text.prefix(40) + "…" : text))'"
        case .list: "a list"
        case .keys: "keys and values"
        }
    }
}

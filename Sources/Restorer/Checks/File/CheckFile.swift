// SPDX-License-Identifier: Apache-2.0
import AuditModel
import YAML

/// The checks that a user asks of a restored cluster, as `confs/checks.yaml` has them.
///
/// Every key is known and every value has its form: a check with a slip of the pen would never fail, and nobody would know.
public struct CheckFile: Sendable, Equatable {
    /// In the order of the file.
    public var checks: [UserCheck]
    /// As it stands, for who reads it again elsewhere.
    public internal(set) var text: [UInt8] = []

    /// In bytes, of the file.
    public static let sizeLimit = YAMLText.sizeLimit
    /// How many checks a file may have.
    public static let countLimit = 1000

    /// Reads a file; `name` is what errors call it.
    public static func parse(_ bytes: [UInt8], name: String) throws(CheckFileError) -> CheckFile {
        do throws(YAMLFault) {
            guard let root = try YAMLText.parse(bytes, aliases: .refused) else {
                throw YAMLFault(nil, "it is empty", hint: "checks stand below the key 'checks'.")
            }
            return CheckFile(checks: try checks(root), text: bytes)
        } catch {
            throw CheckFileError(name, error)
        }
    }

    private static func checks(_ root: YAMLNode) throws(YAMLFault) -> [UserCheck] {
        let top = try YAMLKeys(root, of: "the file", example: "checks:")
        try top.allow(["checks"])
        let list = try top.require("checks")
        guard let nodes = list.list, !nodes.isEmpty else {
            throw list.fault("'checks' is a list of at least one check", hint: "each begins with '- name:'.")
        }
        guard nodes.count <= countLimit else {
            throw list.fault("there are more than \(countLimit) checks", hint: "put several into one query.")
        }
        var checks: [UserCheck] = []
        var names: Set<String> = []
        for node in nodes {
            let keys = try YAMLKeys(node, of: "a check", example: "name: orders are there")
            let check = try CheckEntry(keys).check
            guard names.insert(check.name).inserted else {
                throw node.fault(
                    "another check has the name '\(ObjectName(check.name))', too",
                    hint: "later trials are compared by the name; give each its own.")
            }
            checks.append(check)
        }
        return checks
    }
}

// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Yams

/// The checks that a user asks of a restored cluster, as `confs/checks.yaml` has them.
///
/// Every key is known and every value has its form: a check with a slip of the pen would never fail, and nobody would know.
public struct CheckFile: Sendable, Equatable {
    /// In the order of the file.
    public var checks: [UserCheck]
    /// As it stands, for who reads it again elsewhere.
    public internal(set) var text: [UInt8] = []

    /// In bytes, of the file.
    public static let sizeLimit = 1 << 20
    /// How many checks a file may have.
    public static let countLimit = 1000

    /// Reads a file; `name` is what errors call it.
    public static func parse(_ bytes: [UInt8], name: String) throws(CheckFileError) -> CheckFile {
        let text = try text(bytes, name)
        let reader = CheckFileReader(file: name)
        let root: Node?
        do { root = try compose(yaml: text) } catch { throw reader.fault(error) }
        guard let root else {
            throw CheckFileError(name, "it is empty", hint: "checks stand below the key 'checks'.")
        }
        return CheckFile(checks: try reader.checks(root), text: bytes)
    }

    private static func text(_ bytes: [UInt8], _ name: String) throws(CheckFileError) -> String {
        guard bytes.count <= sizeLimit else { throw tooLarge(name) }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw CheckFileError(name, "it is no text in UTF-8", hint: "is it a file of checks?")
        }
        // A few lines of them can stand for millions of values.
        guard text.firstMatch(of: /&[0-9A-Za-z_\-]/) == nil || text.firstMatch(of: /\*[0-9A-Za-z_\-]/) == nil
        else {
            throw CheckFileError(
                name, "anchors (&name) and what refers to them (*name) are not taken",
                hint: "if they are operators of SQL, put a blank behind each & and *.")
        }
        return text
    }
}

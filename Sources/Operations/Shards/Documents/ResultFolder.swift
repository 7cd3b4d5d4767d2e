// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics
import Files
import Glibc

/// A directory in which machines meet: plans and bundles are put there and taken from there.
public struct ResultFolder: Sendable {
    /// As it was named.
    public let path: String

    /// Throws for what is no directory's path; nothing is opened yet.
    public init(_ path: String) throws(ShardError) {
        self.path = try Self.checked(path)
    }

    /// Puts a file there in one step, and makes the directory where it is missing; says its path.
    func put(_ bytes: [UInt8], named name: String) throws(ShardError) -> String {
        let file = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
        do throws(SystemError) {
            try FileDescriptor(makingFolderAt: path, mode: 0o750).replaceFile(
                name, with: bytes, mode: 0o640)
        } catch { throw .unusable(file, reason: error.text) }
        return file
    }

    /// Hands over the bundles there, one after the other with their paths; a file without their ending is none.
    ///
    /// One that cannot be read is handed over as the reason. Throws when nobody can tell what is there.
    func eachBundle(_ body: (_ path: String, _ bytes: Result<[UInt8], ShardError>) -> Void) throws(ShardError)
    {
        do throws(SystemError) {
            let folder = try FileDescriptor(folderAt: path)
            let names = try folder.names().map { String(decoding: $0, as: UTF8.self) }
                .filter { $0.hasSuffix(ShardBundle.ending) }
            guard names.count <= Self.mostBundles else { throw SystemError(code: E2BIG) }
            for name in names { body("\(path)/\(name)", content(of: name, in: folder)) }
        } catch { throw .unusable(path, reason: error.text) }
    }

    private func content(of name: String, in folder: borrowing FileDescriptor) -> Result<[UInt8], ShardError>
    {
        let file = "\(path)/\(name)"
        let refused = ShardError.refused(file, reason: "it is no file, or too long")
        do throws(SystemError) {
            let bytes = try folder.content(of: name, limit: SignedDocument.longest)
            return bytes.map { .success($0) } ?? .failure(refused)
        } catch { return .failure(error.code == ELOOP ? refused : .unusable(file, reason: error.text)) }
    }

    /// More than a plan is ever dealt out to.
    private static let mostBundles = 10 * BundleCheck.mostShards

    /// The directory of a file, and the file's name.
    static func file(_ path: String) throws(ShardError) -> (ResultFolder, name: String) {
        let path = try checked(path)
        let name = String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
        guard !name.isEmpty else { throw .usage("'\(ObjectName(path))' names no file", hint: "name one.") }
        let folder = path.dropLast(name.count)
        return (try ResultFolder(folder.isEmpty ? "." : String(folder)), name)
    }

    static func checked(_ path: String) throws(ShardError) -> String {
        guard !path.hasPrefix("s3://") else {
            throw .usage(
                "plans and bundles are not kept in buckets yet: '\(ObjectName(path))'",
                hint: "name a directory that all machines share.")
        }
        guard !path.isEmpty else { throw .usage("a path is empty", hint: "name a directory or a file.") }
        return path
    }
}

extension SharedPlan {
    /// Reads a plan out of a file; throws 6 for what nobody with the secret wrote.
    public init(at path: String, secret: Secret) throws(ShardError) {
        try self.init(document: Self.bytes(at: path), named: path, secret: secret)
    }

    private static func bytes(at path: String) throws(ShardError) -> [UInt8] {
        let path = try ResultFolder.checked(path)
        let bytes: [UInt8]?
        do throws(SystemError) {
            bytes = try FileDescriptor(file: path).content(limit: SignedDocument.longest)
        } catch {
            guard error.code != ENOENT else {
                throw .usage(
                    "there is no plan '\(ObjectName(path))'", hint: "sweep --make-plan FILE writes one.")
            }
            throw .unusable(path, reason: error.text)
        }
        guard let bytes else { throw .refused(path, reason: "it is no file, or too long") }
        return bytes
    }
}

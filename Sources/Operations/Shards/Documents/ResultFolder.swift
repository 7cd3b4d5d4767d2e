// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc

/// A directory in which machines meet.
struct ResultFolder: MeetingPlace {
    /// As it was named.
    let path: String

    /// Nothing is opened yet.
    init(_ path: String) { self.path = path }

    /// Makes the directory where it is missing.
    func put(_ bytes: [UInt8], named name: String) throws(ShardError) -> String {
        let file = file(name)
        do throws(SystemError) {
            try FileDescriptor(makingFolderAt: path, mode: 0o750).replaceFile(
                name, with: bytes, mode: 0o640)
        } catch { throw .unusable(file, reason: error.text) }
        return file
    }

    func document(named name: String) throws(ShardError) -> [UInt8] {
        let file = file(name)
        let bytes: [UInt8]?
        do throws(SystemError) {
            bytes = try FileDescriptor(file: file).content(limit: SignedDocument.longest)
        } catch {
            throw error.code == ENOENT ? ShardError.noPlan(at: file) : .unusable(file, reason: error.text)
        }
        guard let bytes else { throw ShardError.noDocument(at: file) }
        return bytes
    }

    func eachBundle(_ body: (_ path: String, _ bytes: Result<[UInt8], ShardError>) -> Void) throws(ShardError)
    {
        do throws(SystemError) {
            let folder = try FileDescriptor(folderAt: path)
            let names = try folder.names().map { String(decoding: $0, as: UTF8.self) }
                .filter { $0.hasSuffix(ShardBundle.ending) }
            guard names.count <= Self.mostBundles else { throw SystemError(code: E2BIG) }
            for name in names { body(file(name), content(of: name, in: folder)) }
        } catch { throw .unusable(path, reason: error.text) }
    }

    private func content(of name: String, in folder: borrowing FileDescriptor) -> Result<[UInt8], ShardError>
    {
        let refused = ShardError.noDocument(at: file(name))
        do throws(SystemError) {
            let bytes = try folder.content(of: name, limit: SignedDocument.longest)
            return bytes.map { .success($0) } ?? .failure(refused)
        } catch { return .failure(error.code == ELOOP ? refused : .unusable(file(name), reason: error.text)) }
    }

    private func file(_ name: String) -> String {
        if path == "." { return name }
        return path.hasSuffix("/") ? path + name : "\(path)/\(name)"
    }
}

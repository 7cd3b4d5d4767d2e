// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Digests
import Evidence
import Files
import Glibc
import History

/// The file that holds the private key which signs for a history: made on first use, and for its owner alone.
public struct EvidenceKey: Sendable {
    /// Where it is.
    public let path: String

    /// At a path; without one beside the history, under its name with `.key` after it.
    public init(_ path: String?, ofHistory history: String) { self.path = path ?? history + ".key" }

    /// Whether the key of a configuration signs for the history that somebody asked for: it does for its own, and for no other.
    public static func isConfigured(forHistory asked: String?, configured: String?) -> Bool {
        guard let asked else { return true }
        guard let configured else { return false }
        return asked == configured
            || FileIdentity(following: asked).map { $0 == FileIdentity(following: configured) } ?? false
    }

    /// The history at a path, made where there is none, and the key that signs for it.
    ///
    /// Throws where another key has signed until now: only a run may go on with a new one, and says so.
    static func signing(
        _ path: String?, _ context: OperationContext
    ) throws -> (HistoryDatabase, SigningKey) {
        if let known = try Memory.lookingInto(path, context).history {
            let file = EvidenceKey(context.evidenceKey, ofHistory: known.path)
            if let newest = try known.verifierKeys().last,
                try file.current(for: known.origin(), signing: newest)?.verifier != newest
            {
                throw OperationError.keyUnusable(
                    file.path, reason: "it is not the one that signs this history, '\(newest)'")
            }
        }
        let history = try Memory.history(at: path, context)
        let file = EvidenceKey(context.evidenceKey, ofHistory: history.path)
        let origin = try history.origin()
        let key = try file.current(for: origin, signing: history.verifierKeys().last)
        return (history, try key ?? file.readOrMake(for: origin))
    }

    /// The key that is there; where the history says that the one signs which is to take its place, that one.
    ///
    /// A rotation writes the new key beside the old one, then into the history, and then gives it the old one's name: whoever comes in
    /// between, or after a kill, goes on from there.
    func current(for origin: String, signing newest: VerifierKey?) throws -> SigningKey? {
        let key = try read(for: origin)
        guard let newest, key?.verifier != newest, let next = try pending.read(for: origin),
            next.verifier == newest
        else { return key }
        // Who may not write there uses it all the same.
        try? whileHeld { try takePending() }
        return next
    }

    /// Where a key is that is about to take this one's place.
    var pending: EvidenceKey { EvidenceKey(path: path + ".new") }

    private init(path: String) { self.path = path }

    /// Gives the pending key the name of this one.
    func takePending() throws {
        do throws(SystemError) {
            let folder = try FileDescriptor(makingFolderAt: folder)
            try folder.rename(pending.name.utf8, to: name.utf8, in: folder)
            try folder.sync()
        } catch { throw OperationError.keyUnusable(path, reason: error.text) }
    }

    /// The key, under the name of this history; nil where there is no such file.
    ///
    /// Throws for what is there and holds no key.
    func read(for origin: String) throws -> SigningKey? {
        let bytes: [UInt8]?
        do throws(SystemError) {
            bytes = try FileDescriptor(file: path).content(limit: 4096)
        } catch {
            guard error.code != ENOENT else { return nil }
            throw OperationError.keyUnusable(path, reason: error.text)
        }
        guard let bytes, let text = String(validating: bytes, as: UTF8.self),
            let key = SigningKey(Secret(text))?.renamed(origin)
        else { throw OperationError.keyUnusable(path, reason: "it holds no key") }
        return key
    }

    /// Whether somebody besides its owner may read it, and so sign.
    var isOpenToOthers: Bool {
        guard let status = try? FileDescriptor(file: path).status() else { return false }
        return status.mode & 0o077 != 0
    }

    /// A new key, which is nowhere yet.
    func new(for origin: String) throws -> SigningKey {
        guard let key = Ed25519.PrivateKey.random().flatMap({ SigningKey(name: origin, $0) }) else {
            throw OperationError.keyUnusable(path, reason: "libcrypto makes no key of Ed25519 here")
        }
        return key
    }

    /// A new key in place of one that may be there; when this returns, it survives a power failure.
    func replace(for origin: String) throws -> SigningKey {
        let key = try new(for: origin)
        try write(key)
        return key
    }

    /// Does the work while no other process makes or gives up this key.
    func whileHeld<Result>(_ work: () throws -> Result) throws -> Result {
        let folder = try openFolder()
        do throws(SystemError) { try folder.waitForLock() } catch {
            throw OperationError.keyUnusable(path, reason: error.text)
        }
        return try work()
    }

    private func openFolder() throws -> FileDescriptor {
        do throws(SystemError) { return try FileDescriptor(makingFolderAt: folder) } catch {
            throw OperationError.keyUnusable(path, reason: error.text)
        }
    }

    /// The key that is there, else a new one; of several processes that do this at once, all get the same.
    func readOrMake(for origin: String) throws -> SigningKey {
        if let key = try read(for: origin) { return key }
        return try whileHeld { try read(for: origin) ?? replace(for: origin) }
    }

    /// Puts a key in place of one that may be there; when this returns, it survives a power failure.
    func write(_ key: SigningKey) throws {
        do throws(SystemError) {
            try FileDescriptor(makingFolderAt: folder).replaceFile(name, with: Array(key.text.revealed.utf8))
        } catch { throw OperationError.keyUnusable(path, reason: error.text) }
    }

    private var name: String { ObjectName(path).lastComponent.utf8Text ?? "" }

    private var folder: String {
        let folder = ObjectName(path).folder.utf8Text ?? ""
        return folder.isEmpty ? "." : folder
    }
}

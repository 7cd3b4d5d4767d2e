// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
public import Diagnostics
import Digests

/// Gets WAL from the process that serves it, for PostgreSQL that runs without credentials or network.
public struct WALClient: Sendable {
    private let path: String
    private let cancellation: Cancellation

    /// `socket` is the path that the server was started with.
    public init(socket: String, cancellation: Cancellation) {
        (path, self.cancellation) = (socket, cancellation)
    }

    /// As `WALArchive.fetch`; what comes is checked once more.
    public func fetch(_ file: ArchivedWALFile, to destination: String) throws(WALArchiveError) -> WALDelivery
    {
        let answer: Result<WALDelivery, WALArchiveError>
        do throws(UnixSocket.Failure) { answer = try ask(file, destination) } catch {
            throw failure(error.reason)
        }
        return try answer.get()
    }

    private func ask(
        _ file: ArchivedWALFile, _ destination: String
    ) throws(UnixSocket.Failure) -> Result<WALDelivery, WALArchiveError> {
        let cancellation = cancellation
        // A server that is still at it keeps the connection open; one that died does not.
        let patience = UnixSocket.Patience(limit: nil) { cancellation.isRequested }
        let socket = try UnixSocket.connected(to: path)
        try socket.write(WALMessage.request(file), patience)
        var connection = WALConnection(socket, patience)
        let line = try connection.line()
        return try received(WALMessage.reply(line), file, destination, &connection)
    }

    private func received(
        _ reply: WALMessage.Reply?, _ file: ArchivedWALFile, _ destination: String,
        _ connection: inout WALConnection
    ) throws(UnixSocket.Failure) -> Result<WALDelivery, WALArchiveError> {
        switch reply {
        case nil: throw UnixSocket.Failure("an answer that makes no sense")
        case .absent?: return .failure(.absent("\(file)", unfinished: nil))
        case .failed(let count)?: return .failure(try words(UInt64(count), &connection))
        case .bytes(let count)?:
            do throws(WALArchiveError) {
                return .success(try copy(count, file, destination, &connection))
            } catch {
                return .failure(error)
            }
        }
    }

    private func words(
        _ count: UInt64, _ connection: inout WALConnection
    ) throws(UnixSocket.Failure) -> WALArchiveError {
        var words: [UInt8] = []
        do throws(WALConnectionError) {
            try connection.bytes(count) { bytes throws(WALArchiveError) in
                unsafe bytes.withUnsafeBytes { unsafe words.append(contentsOf: $0) }
            }
        } catch {
            throw UnixSocket.Failure("its message broke off")
        }
        return .server(ObjectName(path).description, reason: ObjectName(bytes: words).description)
    }

    private func copy(
        _ count: UInt64, _ file: ArchivedWALFile, _ destination: String, _ connection: inout WALConnection
    ) throws(WALArchiveError) -> WALDelivery {
        guard count <= file.sizeLimit else { throw failure("\(count) bytes, which is too many") }
        let output = try PendingFile(for: destination)
        // Whether an unfinished segment may be handed over is the server's decision.
        let expectations = WALExpectations()
        let content = WALContent(file, of: expectations, into: output)
        var (crc, trailer, fault) = (CRC32C(), [UInt8](), ArchiveError?.none)
        do throws(WALConnectionError) {
            try connection.bytes(count) { bytes throws(WALArchiveError) in
                crc.update(bytes)
                do throws(ArchiveError) { try content.receive(bytes) } catch { fault = fault ?? error }
                if let failure = content.failure { throw failure }
            }
            try connection.bytes(9) { bytes throws(WALArchiveError) in
                unsafe bytes.withUnsafeBytes { unsafe trailer.append(contentsOf: $0) }
            }
        } catch {
            switch error {
            case .socket(let reason): throw failure(reason)
            case .taker(let error): throw error
            }
        }
        guard trailer == WALMessage.trailer(crc.value) else { throw failure("bytes changed on their way") }
        let judge = WALJudge(object: ObjectName("\(file)"), file: file, archive: expectations)
        let delivery = try judge.conclude(content, fault, sha1: nil)
        try output.publish()
        return delivery
    }

    private func failure(_ reason: String) -> WALArchiveError {
        if cancellation.isRequested { return .interrupted(cancellation.exitStatus ?? .interrupted) }
        return .server(ObjectName(path).description, reason: reason)
    }
}

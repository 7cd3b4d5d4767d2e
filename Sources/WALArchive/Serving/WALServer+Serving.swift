// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Digests
import Files
import Glibc
import Threads

/// Handing files over to those who connect.
extension WALServer {
    /// How long a client may take to say what it wants, or to take some bytes.
    private static let idle = Duration.seconds(60)

    /// A thread that serves one client after the other, until the server stops.
    func serve() {
        let patience = UnixSocket.Patience(limit: nil) { self.isStopping }
        while !isStopping {
            do throws(UnixSocket.Failure) {
                guard let client = try listener.accepted(patience) else { return }
                answer(client)
            } catch {
                // Nothing that a client did: the system is short of something, which may pass.
                usleep(100_000)
            }
        }
    }

    /// A client that goes away or talks nonsense concerns nobody else.
    private func answer(_ client: UnixSocket) {
        let patience = UnixSocket.Patience(limit: Self.idle) { self.isStopping }
        do throws(UnixSocket.Failure) {
            var connection = WALConnection(client, patience)
            guard let file = WALMessage.file(ofRequest: try connection.line()) else {
                return try refuse(client, "this is no request for a file of WAL", patience)
            }
            guard state.withState({ $0.absencesLeft > 0 }) else {
                return try refuse(client, tooManyAbsences(), patience)
            }
            switch obtain(file) {
            case .success: try hand(file, to: client, patience)
            case .failure(.absent(_, let unfinished)):
                state.withState {
                    $0.absencesLeft -= 1
                    $0.report.note(absent: file, unfinished)
                }
                try client.write(WALMessage.line(.absent), patience)
            case .failure(.interrupted(_)): try refuse(client, "it is being stopped", patience)
            case .failure(let error): try refuse(client, words(noting: error), patience)
            }
        } catch {}
    }

    private func tooManyAbsences() -> String {
        words(noting: .server(socketPath, reason: "too many files were asked for that the archive has not"))
    }

    private func words(noting error: WALArchiveError) -> String {
        state.withState { $0.report.firstFailure = $0.report.firstFailure ?? error }
        return ([error.message] + error.hints.map { "HINT: \($0)" }).joined(separator: "; ")
    }

    private func refuse(
        _ client: UnixSocket, _ words: String, _ patience: UnixSocket.Patience
    ) throws(UnixSocket.Failure) {
        let bytes = Array(words.utf8.prefix(WALMessage.wordsLimit))
        try client.write(WALMessage.line(.failed(bytes.count)) + bytes, patience)
    }

    private func hand(
        _ file: ArchivedWALFile, to client: UnixSocket, _ patience: UnixSocket.Patience
    ) throws(UnixSocket.Failure) {
        guard let content = try? FileDescriptor("\(file)".utf8, in: spoolFolder, for: .bytes) else {
            return try refuse(client, "what was got is gone again", patience)
        }
        guard let size = (try? content.status())?.validators.size, size > 0 else {
            return try refuse(client, "what was got cannot be read", patience)
        }
        try client.write(WALMessage.line(.bytes(size)), patience)
        try copy(content, size, to: client, patience)
        served(file, size)
    }

    private func copy(
        _ file: borrowing FileDescriptor, _ size: UInt64, to client: UnixSocket,
        _ patience: UnixSocket.Patience
    ) throws(UnixSocket.Failure) {
        let buffer = PageBuffer(size: 256 << 10)
        var (done, crc) = (UInt64(0), CRC32C())
        while done < size {
            let limit = Int(min(size - done, UInt64(buffer.size)))
            // The connection ends early then, which the client takes for what it is.
            guard let count = try? file.read(at: done, limit: limit, into: buffer), count > 0 else {
                throw UnixSocket.Failure("what was got cannot be read")
            }
            try buffer.show(count) { (bytes) throws(UnixSocket.Failure) in
                crc.update(bytes)
                try client.write(bytes, patience)
            }
            done += UInt64(count)
        }
        try client.write(WALMessage.trailer(crc.value), patience)
    }

    private func served(_ file: ArchivedWALFile, _ size: UInt64) {
        let unwanted = state.withState { state -> [WALFileName] in
            guard let name = file.segment, let segmentSize = UInt32(exactly: size) else { return [] }
            state.report.segments += 1
            state.report.bytes += size
            state.report.lastSegment = "\(name)"
            if let events = state.events.removeValue(forKey: name) { state.report.passed.add(events) }
            let unwanted = state.plan.served(name, segmentSize: segmentSize)
            for name in unwanted { state.events[name] = nil }
            return unwanted
        }
        for name in unwanted { drop(.segment(name)) }
        if file.segment == nil { drop(file) }
    }
}

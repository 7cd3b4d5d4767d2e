// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Digests
import Files
import Glibc
import Threads

// MARK: Getting
extension WALServer {
    /// A thread that gets what the plan wants, until the server stops.
    func getAhead() {
        while let name = nextWanted() {
            _ = get(.segment(name))
        }
    }

    /// Waits for the plan to want something; nil when the server stops.
    private func nextWanted() -> WALFileName? {
        state.wait { state -> WALFileName?? in
            if state.isStopping { return .some(nil) }
            return state.plan.next().map { .some($0) }
        }
    }

    /// Puts a file into the directory beside the socket; the plan is told of a segment.
    private func get(_ file: ArchivedFile) -> Result<WALDelivery, WALArchiveError> {
        let result = Result { () throws(WALArchiveError) in
            try archive.fetch(file, to: path(of: file)) {
                state.withState { state in
                    !state.isStopping && (file.segment.map(state.plan.isWanted) ?? true)
                }
            }
        }
        if let name = file.segment {
            let isReady = if case .success = result { true } else { false }
            let isWanted = state.withState { $0.plan.finished(name, isReady: isReady) }
            if !isWanted { drop(file) }
        }
        note(result)
        return result
    }

    private func note(_ result: Result<WALDelivery, WALArchiveError>) {
        guard case .success(let delivery) = result else { return }
        state.withState { state in
            if let trouble = delivery.trouble { state.report.note(trouble) }
            if let end = delivery.endsAt { state.report.note("WAL ends in '\(delivery.object)', at \(end)") }
        }
    }

    private func path(of file: ArchivedFile) -> String { "\(spool)/\(file)" }

    private func drop(_ file: ArchivedFile) { try? spoolFolder.remove("\(file)".utf8) }

    /// The file, in the directory beside the socket.
    private func obtain(_ file: ArchivedFile) -> Result<Void, WALArchiveError> {
        guard let name = file.segment else { return get(file).map { _ in } }
        let claim = state.wait { state -> PrefetchPlan.Claim? in
            let claim = state.plan.claim(name)
            // Another thread is at it: looked at again when it is done.
            return claim == .wait && !state.isStopping ? nil : claim
        }
        switch claim {
        case .ready: return .success(())
        case .wait: return .failure(.interrupted(archive.cancellation.exitStatus ?? .interrupted))
        case .fetch: return get(file).map { _ in }
        }
    }
}

// MARK: Serving
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
            switch obtain(file) {
            case .success: try hand(file, to: client, patience)
            case .failure(.absent(_, let unfinished)):
                state.withState { $0.report.note(absent: file, unfinished) }
                try client.write(WALMessage.line(.absent).span.bytes, patience)
            case .failure(.interrupted(_)): try refuse(client, "it is being stopped", patience)
            case .failure(let error):
                state.withState { $0.report.firstFailure = $0.report.firstFailure ?? error }
                let words = ([error.message] + error.hints.map { "HINT: \($0)" }).joined(separator: "; ")
                try refuse(client, words, patience)
            }
        } catch {}
    }

    private func refuse(
        _ client: UnixSocket, _ words: String, _ patience: UnixSocket.Patience
    ) throws(UnixSocket.Failure) {
        let bytes = Array(words.utf8.prefix(WALMessage.wordsLimit))
        try client.write((WALMessage.line(.failed(bytes.count)) + bytes).span.bytes, patience)
    }

    private func hand(
        _ file: ArchivedFile, to client: UnixSocket, _ patience: UnixSocket.Patience
    ) throws(UnixSocket.Failure) {
        let descriptor = open(path(of: file), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return try refuse(client, "what was got is gone again", patience) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0 else {
            return try refuse(client, "what was got cannot be read", patience)
        }
        let size = UInt64(status.st_size)
        try client.write(WALMessage.line(.bytes(size)).span.bytes, patience)
        try copy(descriptor, size, to: client, patience)
        served(file, size)
    }

    private func copy(
        _ descriptor: Int32, _ size: UInt64, to client: UnixSocket, _ patience: UnixSocket.Patience
    ) throws(UnixSocket.Failure) {
        var (rest, crc) = (size, CRC32C())
        while rest > 0 {
            let limit = Int(min(rest, 256 << 10))
            let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                count = max(0, read(descriptor, buffer.baseAddress, limit))
            }
            // The connection ends early then, which the client takes for what it is.
            guard !bytes.isEmpty else { throw .last("cannot be read") }
            crc.update(bytes.span.bytes)
            try client.write(bytes.span.bytes, patience)
            rest -= UInt64(bytes.count)
        }
        try client.write(WALMessage.trailer(crc.value).span.bytes, patience)
    }

    private func served(_ file: ArchivedFile, _ size: UInt64) {
        let unwanted = state.withState { state -> [WALFileName] in
            guard let name = file.segment, let segmentSize = UInt32(exactly: size) else { return [] }
            state.report.segments += 1
            state.report.bytes += size
            state.report.lastSegment = "\(name)"
            return state.plan.served(name, segmentSize: segmentSize)
        }
        for name in unwanted { drop(.segment(name)) }
        if file.segment == nil { drop(file) }
    }
}

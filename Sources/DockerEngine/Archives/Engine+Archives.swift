// SPDX-License-Identifier: Apache-2.0
public import Archive
import Threads

extension Engine {
    /// Unpacks an archive into a folder of a container, as it is written by `body`, in one stream.
    ///
    /// The folder must be there, and in a mount when the root cannot be written to. Owners are those of the archive.
    /// A container that runs should not be written to in this way: what runs in it could lead the engine elsewhere.
    ///
    /// Docker leaves the folder itself as it is, even when the archive has it as `.`: its owner and mode are set from the
    /// folder above. Podman does set it, and from the folder above reaches no mount. So a volume's own folder goes first,
    /// alone, into the one above it (in a container with a writable root), and then with everything into itself.
    ///
    /// `body` runs in this thread. Its archive is ended here, and only when it returned: an engine takes one that was cut
    /// between two members for a whole one. When `body` throws, the engine is left with a part of the files, and what it
    /// threw comes out, unless the engine failed first: then its failure does.
    public func unpack(
        into container: String, at path: String, _ body: (TarWriter<EngineError>) throws -> Void
    ) throws {
        let pipe = UploadPipe()
        let sender = sending(pipe, to: container, path)
        guard let thread = WorkerThread.start({ pipe.close(Result(catching: sender)) }) else {
            throw EngineError.outOfMemory("unpacking an archive", reason: "no thread could be started")
        }
        let written = Result { try Self.write(body, into: pipe) }
        if case .failure = written { pipe.breakOff() }
        thread.join()
        try pipe.outcome(afterBreaking: written)
    }

    private static func write(
        _ body: (TarWriter<EngineError>) throws -> Void, into pipe: UploadPipe
    ) throws {
        let writer = UploadPipe.Writer(pipe)
        let tar = TarWriter<EngineError> { bytes throws(EngineError) in try writer.write(bytes) }
        do {
            try body(tar)
            try tar.finish()
        } catch TarWriter<EngineError>.Fault.destination(let error) {
            throw error
        }
        writer.end()
    }

    /// What the thread does that sends.
    private func sending(
        _ pipe: UploadPipe, to container: String, _ path: String
    ) -> @Sendable () throws(EngineError) -> Void {
        { [channel] () throws(EngineError) in
            var call = EngineCall(
                .put, ["containers", .name(container), "archive"],
                query: [("path", path), ("noOverwriteDirNonDir", "1")],
                step: "unpacking into '\(path)' of container '\(container)'",
                of: (.path, "\(container):\(path)"))
            call.headers = [("Content-Type", "application/x-tar")]
            // The source may wait for a store, and has its own patience.
            try channel.send(call.with(patience: 0)) { room throws(EngineError) in try pipe.fill(&room) }
        }
    }

    /// Hands on the bytes of a tar archive of what stands at a path in a container; they are valid during the call only.
    ///
    /// What `take` throws ends it and comes out. Whether the archive is whole, its reader must say. Engines write the kind of
    /// a file into its mode, too, which `TarReader` does not take.
    public func pack(
        _ path: String, of container: String, _ take: (RawSpan) throws -> Void
    ) throws {
        let call = EngineCall(
            .get, ["containers", .name(container), "archive"], query: [("path", path)],
            step: "reading '\(path)' of container '\(container)'", of: (.path, "\(container):\(path)"))
        var failure: (any Error)?
        try channel.stream(call.with(patience: 300)) { bytes throws(EngineError) in
            do { try take(bytes) } catch { failure = error }
            return failure == nil
        }
        if let failure { throw failure }
    }
}

// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// Docker's engine in a temporary directory, reachable by its socket only; needs root.
///
/// It has no network to give to containers. All that it keeps goes when it ends, and it ends with this process
/// however that ends: a shell waits for the end of its input, which is a pipe that only we hold open.
public struct DockerDaemon: Sendable {
    /// The path of its socket.
    public let socket: String
    /// Where it keeps its volumes and everything else.
    public let dataRoot: String

    /// Runs a daemon of its own with these images while `body` runs.
    public static func with<T: Sendable>(
        _ images: DockerImage..., body: @Sendable (DockerDaemon) async throws -> T
    ) async throws -> T {
        let life = try await start()
        let outcome: Result<T, any Error>
        do {
            for image in images { try await life.daemon.load(image) }
            outcome = .success(try await body(life.daemon))
        } catch {
            outcome = .failure(error)
        }
        await life.end()
        return try outcome.get()
    }

    /// A daemon for all tests of this process, with this image.
    ///
    /// It is started by the first that asks and ends with the process. Whoever makes something in it gives it a name of
    /// its own and removes it.
    public static func shared(_ image: DockerImage) async throws -> DockerDaemon {
        let daemon = try await common.value().daemon
        try await common.loaded(image, into: daemon)
        return daemon
    }

    private static let common = Common()

    /// What tests share: each thing is made once, and the others wait for it.
    private final class Common: Sendable {
        private struct State {
            var life: Task<Life, any Error>?
            var images: [DockerImage: Task<Void, any Error>] = [:]
        }

        private let state = Mutex(State())

        func value() async throws -> Life {
            let task = state.withLock { state in
                let task = state.life ?? Task { try await DockerDaemon.start() }
                state.life = task
                return task
            }
            return try await task.value
        }

        func loaded(_ image: DockerImage, into daemon: DockerDaemon) async throws {
            let task = state.withLock { state in
                let task = state.images[image] ?? Task { try await daemon.load(image) }
                state.images[image] = task
                return task
            }
            try await task.value
        }
    }

    /// Ends the engine at once, as a crash would; containers that run are left to it.
    public func crash() async throws {
        try await Program("sh")(["-c", #"kill -KILL "$(cat "$0")""#, "\(root)/pid"])
    }

    private var root: String { URL(filePath: socket).deletingLastPathComponent().path }

    /// A daemon that runs, and the pipe that it lives by.
    private final class Life: Sendable {
        let daemon: DockerDaemon
        private let writer: FileDescriptor
        private let guardian: Task<Void, any Error>

        init(_ daemon: DockerDaemon, _ writer: FileDescriptor, _ guardian: Task<Void, any Error>) {
            (self.daemon, self.writer, self.guardian) = (daemon, writer, guardian)
        }

        func end() async {
            try? writer.close()
            try? await guardian.value
        }
    }

    private static func start() async throws -> Life {
        // The name is short, for the path of a Unix socket may have 107 bytes only.
        let root = "/tmp/pgb-docker-\(String(UInt32.random(in: .min ... .max), radix: 36))"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
        let (reader, writer) = try FileDescriptor.pipe(options: .closeOnExec)
        var options = PlatformOptions()
        // A signal to all of a terminal's or a runner's programs is none to the one that clears up after them.
        options.createSession = true
        let guardian = Task { [options] in
            _ = try await run(
                .name("sh"), arguments: ["-c", Self.guardian, root, Testbed.dockerd],
                platformOptions: options,
                input: .fileDescriptor(reader, closeAfterSpawningProcess: true), output: .discarded,
                error: .discarded)
        }
        let daemon = DockerDaemon(socket: "\(root)/docker.sock", dataRoot: "\(root)/data")
        let life = Life(daemon, writer, guardian)
        do { try await daemon.waitUntilItAnswers() } catch {
            await life.end()
            throw error
        }
        return life
    }

    /// Starts the daemon, waits for the end of the input, ends it and takes away what it left.
    ///
    /// Without its own network namespace it would set up bridges and packet filters of the machine's.
    private static let guardian = """
        cd "$0" || exit 1
        mkdir exec
        "$1" --data-root "$0/data" --exec-root "$0/exec" --host "unix://$0/docker.sock" --pidfile "$0/pid" \\
            --shutdown-timeout 1 --bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \\
            --log-level warn > log 2>&1 < /dev/null &
        read -r _
        kill "$!" 2> /dev/null
        wait "$!"
        # What a daemon that crashed has left: the programs in containers, then all that has its folder on the command line.
        for file in $(find exec -name init.pid 2> /dev/null); do kill -KILL "$(cat "$file")"; done 2> /dev/null
        for file in $(printf %s "$0/exec" | grep -laF -f - /proc/[0-9]*/cmdline 2> /dev/null); do
            file=${file#/proc/} && kill -KILL "${file%/cmdline}" 2> /dev/null
        done
        grep -F " $0/" /proc/self/mounts | cut -d' ' -f2 | sort -r | xargs -r -n 1 umount -l 2> /dev/null
        cd / && rm -rf "$0"
        """

    private func waitUntilItAnswers() async throws {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: .seconds(60))
        while (try? await ask(["http://d/_ping"])) != "OK" {
            guard clock.now < deadline else {
                let said = (try? String(contentsOfFile: "\(root)/log", encoding: .utf8)) ?? ""
                throw ProgramFailed(command: "dockerd", status: "does not answer", output: said)
            }
            try await clock.sleep(for: .milliseconds(50))
        }
    }

    /// Makes a volume in memory that is full after so many bytes.
    public func makeVolume(_ name: String, bytes: Int) async throws {
        let options = #"{"type":"tmpfs","device":"tmpfs","o":"size=\#(bytes)"}"#
        try await ask(
            [
                "--fail-with-body", "-H", "Content-Type: application/json", "http://d/volumes/create",
                "-d", #"{"Name":"\#(name)","DriverOpts":\#(options)}"#,
            ])
    }

    /// What curl gets from it, whatever the status.
    @discardableResult
    public func ask(_ arguments: [String]) async throws -> String {
        try await Program("curl")(["-sS", "--unix-socket", socket] + arguments)
    }

    private func load(_ image: DockerImage) async throws {
        let changes = image.changes.map { "changes=\(Self.encoded($0))" }
        let query = ["fromSrc=-", "repo=\(image.repository)", "tag=\(image.tag)"] + changes
        let target = "http://d/images/create?\(query.joined(separator: "&"))"
        try await image.withFiles { files in
            let said = try await ask(["--fail-with-body", "-X", "POST", "-T", files, target])
            guard !said.contains("\"error\"") else {
                throw ProgramFailed(command: "import of \(image.name)", status: "refused", output: said)
            }
        }
    }

    /// As a query has it.
    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            let isPlain = byte < 0x80 && (character.isLetter || character.isNumber)
            return isPlain ? String(character) : (byte < 16 ? "%0" : "%") + String(byte, radix: 16)
        }.joined()
    }
}

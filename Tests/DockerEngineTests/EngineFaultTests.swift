// SPDX-License-Identifier: Apache-2.0
import Archive
import Diagnostics
import DockerEngine
import Glibc
import TestKit
import Testing

@Suite struct `An engine that does not do what it was asked for` {
    private static func looked(_ reply: ScriptedReply) async throws -> EngineError? {
        try await ScriptedEngine.error({ _ in reply }) { _ = try $0.container("c") }
    }

    @Test func `is not running when its socket is not there, or nobody listens on it`() async throws {
        try await TemporaryDirectory.with { place in
            let address = try EngineAddress(socket: place.path("s"))
            let absent = try await failure { () throws(EngineError) in _ = try Engine(at: address) }
            #expect(absent == .notRunning(socket: address.socket))
            #expect(absent?.exitStatus == .commandNotFound)
            try ScriptedServer.start(at: address.socket) { _ in .ok([]) }.stop()
            let silent = try await failure { () throws(EngineError) in
                var error: EngineError
                // The thread that accepts closes the socket, which may take a moment.
                repeat {
                    do throws(EngineError) { _ = try Engine(at: address) } catch {
                        if case .notRunning = error { throw error }
                    }
                    error = .stalled("")
                } while error == .stalled("")
            }
            #expect(silent == .notRunning(socket: address.socket))
        }
    }

    @Test func `may not be used by everybody`() async throws {
        try await TemporaryDirectory.with { place in
            let server = try ScriptedServer.start(at: place.path("s")) { _ in .ok([]) }
            let address = try EngineAddress(socket: place.path("s"))
            #expect(chmod(address.socket, 0) == 0)
            let error = try await failure { () throws(EngineError) in
                let reach = FileSystemUser(65_534)
                defer { reach.end() }
                _ = try Engine(at: address)
            }
            #expect(error == .forbidden(socket: address.socket))
            #expect(error?.exitStatus == .commandNotFound)
            #expect(server.connections == 0)
        }
    }

    @Test(arguments: [
        (#"{"ApiVersion":"1.24"}"#, "Docker  speaks version 1.24"),
        (
            #"{"Version":"40.1","ApiVersion":"1.90","MinAPIVersion":"1.60"}"#,
            "Docker 40.1 speaks version 1.60 to 1.90"
        ),
    ])
    func `speaks another version`(answer: String, message: String) async throws {
        try await TemporaryDirectory.with { place in
            let server = try ScriptedServer.start(at: place.path("s")) { _ in .json(answer) }
            let address = try EngineAddress(socket: place.path("s"))
            let error = try await failure { () throws(EngineError) in _ = try Engine(at: address) }
            #expect(error?.message.hasPrefix(message) == true, "\(error as Any)")
            #expect(error?.exitStatus == .commandNotFound)
            #expect(server.requests.map(\.path) == ["/version"])
        }
    }

    @Test(arguments: ["", "{}", "[]", "<html>", #"{"ApiVersion":"x"}"#, #"{"ApiVersion":1.41}"#])
    func `is none when its version is none`(answer: String) async throws {
        try await TemporaryDirectory.with { place in
            let server = try ScriptedServer.start(at: place.path("s")) { _ in .json(answer) }
            let address = try EngineAddress(socket: place.path("s"))
            let error = try await failure { () throws(EngineError) in _ = try Engine(at: address) }
            #expect(kind(of: error) == "misbehaving")
            #expect(server.connections == 1)
        }
    }

    @Test func `is asked in the version that both speak`() async throws {
        try await ScriptedEngine.with({ _ in .refusal(404, "No such container: c") }) { scripted in
            let container = try scripted.engine.container("c")
            #expect(container == nil)
            #expect(scripted.server.requests.map(\.target) == ["/v1.41/containers/c/json"])
        }
    }

    @Test(arguments: [
        (500, "write /x: no space left on device", "noSpace"), (500, "mkdir: Disk quota exceeded", "noSpace"),
        (500, "fork/exec: cannot allocate memory", "outOfMemory"), (409, "is not running", "conflict"),
        (500, "can only kill running containers: container state improper", "conflict"),
        (500, "that name is already in use", "conflict"), (500, "volume is being used", "conflict"),
        (500, "something", "refused"), (400, "bad parameter", "refused"), (301, "elsewhere", "refused"),
    ])
    func `says why in its own words`(status: Int, words: String, kind: String) async throws {
        let error = try #require(try await Self.looked(.refusal(status, words)))
        #expect("\(error)".contains(words))
        #expect(DockerEngineTests.kind(of: error) == kind)
        #expect(error.exitStatus == .inconclusive)
        #expect(error.message.hasPrefix("looking at container 'c' failed: "))
    }

    @Test func `says nothing that could steer a terminal, and not too much`() async throws {
        let words = #"\u001b[2J"# + String(repeating: "long ", count: 5000)
        let error = try #require(try await Self.looked(.refusal(500, words)))
        #expect(!error.message.contains("\u{1B}"))
        #expect(error.message.utf8.count < 700)
    }

    @Test(arguments: ["", "{}", "[]", #"{"Id":"x"}"#, #"{"Id":7,"Name":"/c","Image":"i","State":{}}"#, "\0"])
    func `answers with other JSON`(answer: String) async throws {
        #expect(kind(of: try await Self.looked(.json(answer))) == "misbehaving")
    }

    @Test func `floods us`() async throws {
        let flood = ScriptedReply.ok([UInt8](repeating: 0x20, count: 17 << 20))
        let error = try await Self.looked(flood)
        #expect(kind(of: error) == "misbehaving")
        #expect(error?.message.contains("more than") == true)
    }

    @Test(arguments: [0, 3]) func `dies in the middle of an answer`(after: Int) async throws {
        let error = try await Self.looked(.json(#"{"Id":"x"}"#).cut(after: after))
        #expect(kind(of: error) == "connectionLost")
        #expect(error?.exitStatus == .inconclusive)
        #expect(error?.hints.first?.contains("nothing was said about the backup") == true)
    }

    @Test func `dies before its answer`() async throws {
        let error = try await Self.looked(.raw(.cut))
        #expect(kind(of: error) == "connectionLost")
    }

    @Test func `is left when somebody asks us to stop`() async throws {
        let cancellation = Cancellation()
        let error = try await ScriptedEngine.error(
            { _ in
                cancellation.request(.terminated)
                return .raw(.stall(seconds: 30))
            }, cancellation: cancellation
        ) { _ = try $0.wait(for: "c") }
        #expect(error == .interrupted(.terminated))
        #expect(error?.exitStatus == .terminated)
    }
}

/// What root may do everywhere, somebody else may not: a thread that reaches for files as another user.
private struct FileSystemUser {
    private typealias Change = @convention(c) (UInt32) -> Int32

    init(_ user: UInt32) { Self.change(to: user) }

    func end() { Self.change(to: geteuid()) }

    /// setfsuid(2), which Glibc's module leaves out.
    private static func change(to user: UInt32) {
        guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "setfsuid") else { return }
        _ = unsafeBitCast(symbol, to: Change.self)(user)
    }
}

@Suite struct `A program in a container` {
    private static let whole: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 2, 72, 105, 2, 0, 0, 0, 0, 0, 0, 1, 33]

    private static func script(_ output: [UInt8], then answer: String) -> ScriptedServer.Script {
        { request in
            if request.path.hasSuffix("/exec") { return .json(#"{"Id":"e"}"#, status: 201) }
            return request.path.hasSuffix("/start") ? .output(output) : .json(answer)
        }
    }

    private static let program = ContainerProgram(
        ["psql", "-c", "x"], user: "postgres", environment: ["A": "b"])

    @Test func `gives its output and its exit status`() async throws {
        let script = Self.script(Self.whole, then: #"{"Running":false,"ExitCode":3}"#)
        try await ScriptedEngine.with(script) { scripted in
            let end = try scripted.engine.run(Self.program, in: "c/d")
            #expect(end.status == 3)
            #expect(end.output.output == Array("Hi".utf8) && end.output.errors == Array("!".utf8))
            let requests = scripted.server.requests
            #expect(
                requests.map(\.target) == [
                    "/v1.41/containers/c%2Fd/exec", "/v1.41/exec/e/start", "/v1.41/exec/e/json",
                ])
            #expect(
                String(decoding: requests[0].body, as: UTF8.self)
                    == #"{"AttachStderr":true,"AttachStdout":true,"Cmd":["psql","-c","x"],"Env":["A=b"],"User":"postgres"}"#
            )
            #expect(String(decoding: requests[1].body, as: UTF8.self) == #"{"Detach":false,"Tty":false}"#)
            #expect(requests[0].header("content-type") == "application/json")
        }
    }

    @Test func `whose stream ends in a frame has not ended`() async throws {
        let script = Self.script(Self.whole.dropLast(1), then: #"{"Running":false,"ExitCode":0}"#)
        let error = try await ScriptedEngine.error(script) { _ = try $0.run(Self.program, in: "c") }
        #expect(kind(of: error) == "connectionLost")
    }

    @Test(arguments: [#"{"Running":true,"ExitCode":null}"#, #"{"Running":false,"ExitCode":null}"#])
    func `whose stream ends between frames is asked for`(answer: String) async throws {
        let error = try await ScriptedEngine.error(Self.script(Self.whole, then: answer)) {
            _ = try $0.run(Self.program, in: "c")
        }
        #expect(kind(of: error) == "conflict")
    }

    @Test func `that writes no frames is refused`() async throws {
        let script = Self.script(Array("plain text of a terminal".utf8), then: "{}")
        let error = try await ScriptedEngine.error(script) { _ = try $0.run(Self.program, in: "c") }
        #expect(kind(of: error) == "misbehaving")
    }

    @Test func `is left when the receiver has enough`() async throws {
        let script = Self.script(Self.whole + Self.whole, then: #"{"Running":false,"ExitCode":0}"#)
        try await ScriptedEngine.with(script) { scripted in
            var count = 0
            let status = try scripted.engine.run(Self.program, in: "c") { _, _ in
                count += 1
                return false
            }
            #expect(status == 0 && count == 1)
        }
    }
}

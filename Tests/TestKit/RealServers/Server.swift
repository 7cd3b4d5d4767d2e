// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import SystemPackage

/// A program that serves on a port until it is told to stop.
struct Server {
    var program: Program
    var arguments: [String]
    var port: UInt16
    /// Where its output goes; shown when it does not start.
    var log: String

    /// Starts the program, waits until it listens, runs `body`, and ends the program by its id.
    func with<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        let output = try FileDescriptor.open(
            FilePath(log), .writeOnly, options: [.create, .append, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
        let result = try await run(
            program.executable, arguments: Arguments(program.words(arguments)),
            environment: program.environment, input: .none,
            output: .fileDescriptor(output, closeAfterSpawningProcess: true), error: .combinedWithOutput
        ) { execution -> Result<T, any Error> in
            let outcome = await attempt(body)
            await execution.teardown(
                using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))])
            return outcome
        }
        return try result.closureResult.get()
    }

    private func attempt<T>(
        _ body: @Sendable () async throws -> T
    ) async -> Result<T, any Error> {
        do {
            try await waitUntilListening()
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    private func waitUntilListening() async throws {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: .seconds(60))
        while !LoopbackPort.isOpen(port) {
            guard clock.now < deadline else {
                let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                throw ProgramFailed(command: program.path, status: "does not listen", output: said)
            }
            try await clock.sleep(for: .milliseconds(10))
        }
    }
}

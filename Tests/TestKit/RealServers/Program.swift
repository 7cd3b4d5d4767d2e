// SPDX-License-Identifier: Apache-2.0
public import Subprocess
import SystemPackage

/// A program that is started with arguments, runs to its end, and must succeed.
public struct Program: Sendable {
    var path: String
    var user: SystemUser?
    var environment: Environment

    /// `path` is the full path of the executable, or its name to be looked for in PATH.
    public init(_ path: String, as user: SystemUser? = nil, environment: Environment = .inherit) {
        self.path = path
        self.user = user
        self.environment = environment
    }

    /// Runs the program and returns what it printed on standard output.
    ///
    /// - Throws: ``ProgramFailed`` when the exit status is not 0.
    @discardableResult
    public func callAsFunction(
        _ arguments: [String], in directory: String? = nil
    ) async throws -> String {
        let result = try await run(
            executable, arguments: Arguments(words(arguments)), environment: environment,
            workingDirectory: directory.map { FilePath($0) },
            output: .string(limit: 16 << 20), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw ProgramFailed(
                command: ([path] + arguments).joined(separator: " "),
                status: "\(result.terminationStatus)",
                output: result.standardOutput + result.standardError)
        }
        return result.standardOutput
    }

    var executable: Executable {
        let name = user == nil ? path : "setpriv"
        return name.contains("/") ? .path(FilePath(name)) : .name(name)
    }

    /// What follows the executable's name.
    ///
    /// Becoming somebody else is left to `setpriv`: glibc's setgroups takes a lock that some other thread may
    /// have held when this process was cloned, and the child would wait for it for ever.
    func words(_ arguments: [String]) -> [String] {
        guard let user else { return arguments }
        return ["--reuid=\(user.id)", "--regid=\(user.group)", "--clear-groups", "--", path] + arguments
    }
}

public struct ProgramFailed: Error, CustomStringConvertible {
    public let command: String
    public let status: String
    public let output: String

    public var description: String { "\(command): \(status)\n\(output)" }
}

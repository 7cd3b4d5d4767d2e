// SPDX-License-Identifier: Apache-2.0
public import Diagnostics
import Foundation

/// Where a secret is: `env:NAME` or `file:/path`.
///
/// It is read when it is used and not before, so that it can be changed, and so that nobody else has it.
public enum SecretName: Sendable, Equatable, CustomStringConvertible {
    case variable(String)
    case file(String)

    /// Nil for what is neither.
    init?(_ text: String) {
        if text.hasPrefix("env:"), text.dropFirst(4).wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil {
            self = .variable(String(text.dropFirst(4)))
        } else if text.hasPrefix("file:/") {
            self = .file(String(text.dropFirst(5)))
        } else {
            return nil
        }
    }

    /// As the configuration has it: `env:NAME` or `file:/path`, and nothing of the secret.
    public var description: String {
        switch self {
        case .variable(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        }
    }

    /// The secret, without the line end of its file; throws where it is not there or empty.
    public func read() throws(SettingsError) -> Secret { try read(ProcessInfo.processInfo.environment) }

    func read(_ environment: [String: String]) throws(SettingsError) -> Secret {
        switch self {
        case .variable(let name):
            guard let value = environment[name], !value.isEmpty else {
                throw .noSecret("\(self)", reason: "it is not set")
            }
            return Secret(value)
        case .file(let path):
            guard let file = try SettingsFile(path) else {
                throw .noSecret("\(self)", reason: "there is no such file")
            }
            var text = file.text[...]
            while text.last?.isNewline == true { text.removeLast() }
            guard !text.isEmpty else { throw .noSecret("\(self)", reason: "it is empty") }
            return Secret(String(text))
        }
    }

    /// Why it cannot be read now; nil when it can.
    public var absence: String? {
        do throws(SettingsError) { _ = try read() } catch { return error.message }
        return nil
    }

    /// Whether other users of this machine may read it; a variable nobody but root can.
    public var isReadableByOthers: Bool {
        guard case .file(let path) = self, let file = try? SettingsFile(path) else { return false }
        return file.isReadableByOthers
    }
}

/// A value that may be secret: written out where it is not, else named.
public enum NamedValue: Sendable, Equatable {
    case plain(Secret)
    case secret(SecretName)

    /// The value; a `Secret` either way, for nobody knows.
    public func read() throws(SettingsError) -> Secret { try read(ProcessInfo.processInfo.environment) }

    func read(_ environment: [String: String]) throws(SettingsError) -> Secret {
        switch self {
        case .plain(let value): value
        case .secret(let name): try name.read(environment)
        }
    }

    /// Where it is, when it is not written out.
    public var name: SecretName? { if case .secret(let name) = self { name } else { nil } }
}

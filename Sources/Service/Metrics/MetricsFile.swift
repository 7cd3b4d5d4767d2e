// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics
import Files

/// The file that node_exporter's textfile collector reads.
public struct MetricsFile: Sendable {
    private let path: String

    /// `path` is absolute and ends in `.prom` for node_exporter to see it.
    public init(_ path: String) { self.path = path }

    /// Puts this text there; whoever reads meanwhile finds the old one or the new one, whole.
    public func write(_ metrics: MetricsText) throws(MetricsFileError) {
        let place = ObjectName(path)
        guard let name = place.lastComponent.utf8Text else {
            throw MetricsFileError(path: path, reason: "its name is no text")
        }
        do throws(SystemError) {
            let folder = try FileDescriptor(folderAt: String(path.dropLast(name.count)))
            try folder.replaceFile(name, with: Array(metrics.text.utf8), mode: 0o644)
        } catch {
            throw MetricsFileError(path: path, reason: error.text)
        }
    }
}

/// Why metrics were not written.
public struct MetricsFileError: UserError, Equatable, Sendable {
    let path: String
    let reason: String

    /// Names the file, and what the system said.
    public var message: String { "writing '\(path)': \(reason)" }
    /// Always the same one, about rights.
    public var hints: [String] { ["may this user write there? The collector must be able to read it."] }
    /// Always 5: metrics say nothing about a backup.
    public var exitStatus: ExitStatus { .inconclusive }
}

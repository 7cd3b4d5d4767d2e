// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import BackupFormats
public import Diagnostics
public import PrivatePostgres

/// Sums the pages of a cluster that was shut down in good order.
///
/// By `pg_checksums` where the host has it, else by ourselves.
public struct StoppedPages {
    static let name = "pages"

    private let dataDirectory: String
    private let tablespaces: [UInt32: String]
    private let hasChecksums: Bool
    private let host: any PostgresHost
    private let scratch: String
    private let cancellation: Cancellation

    /// `tablespaces` are the places of tablespaces by their OIDs; `hasChecksums` is what pg_control says, `scratch` a
    /// directory for what the program says.
    public init(
        dataDirectory: String, tablespaces: [UInt32: String], hasChecksums: Bool, host: any PostgresHost,
        scratch: String, cancellation: Cancellation
    ) {
        (self.dataDirectory, self.tablespaces) = (dataDirectory, tablespaces)
        (self.hasChecksums, self.host) = (hasChecksums, host)
        (self.scratch, self.cancellation) = (scratch, cancellation)
    }

    /// Looks at every page; throws when it was interrupted, or files cannot be read.
    public func check() throws(RestoreError) -> CheckResult {
        guard hasChecksums else {
            return CheckResult(
                Self.name, .builtIn, .notRun, severity: .note, words: "the cluster's pages have no checksums")
        }
        let watch = Stopwatch()
        var result = try host.has(.checksums) ? sumByProgram() : sumByOurselves()
        result.seconds = watch.seconds
        return result
    }

    private func sumByProgram() throws(RestoreError) -> CheckResult {
        let end = try RestoreError.translating { () throws(PrivatePostgresError) in
            try ProgramRun(on: host).run(
                .checksums, ["--check", "-D", dataDirectory], in: dataDirectory,
                log: "\(scratch)/pg_checksums.log", cancellation: cancellation)
        }
        return PageSumReport(end.lines).result(end.ending)
    }

    private func sumByOurselves() throws(RestoreError) -> CheckResult {
        let faults = try CombinedPages(start: nil, cancellation: cancellation).faults(
            in: BackupChain.Link(data: dataDirectory, tablespaces: tablespaces))
        return PageSumReport.result(
            files: faults.map { "\($0.path)" }, count: faults.reduce(0) { $0 &+ $1.damage.count })
    }
}

/// What `pg_checksums` says.
struct PageSumReport {
    private var files: [String] = []
    private var count: UInt64?
    private var last: String?

    init(_ lines: [String]) {
        for line in lines {
            if let match = line.firstMatch(of: /checksum verification failed in file "(.*)", block \d+/) {
                let name = ObjectName(String(match.1.trimmingPrefix("./"))).description
                if !files.contains(name) { files.append(name) }
            } else if let match = line.wholeMatch(of: /Bad checksums: +(\d+)/) {
                count = UInt64(match.1)
            } else if line.contains("error:") {
                last = line
            }
        }
    }

    func result(_ ending: ProgramEnding) -> CheckResult {
        if let count, count > 0 || ending == .exited(0) { return Self.result(files: files, count: count) }
        // What was found stays found, whatever ended it.
        if !files.isEmpty { return Self.result(files: files, count: UInt64(files.count)) }
        let reason = last.map { ObjectName($0).description } ?? "\(ending)"
        return CheckResult(
            StoppedPages.name, .builtIn, isDamage(ending) ? .failed : .notRun,
            words: "not every page could be read: \(reason)")
    }

    /// Whether it ended because of what the files hold; a read that failed and a program that was ended say nothing of them.
    private func isDamage(_ ending: ProgramEnding) -> Bool {
        guard case .exited = ending, let last else { return false }
        return last.contains(/: read \d+ of \d+$/) || last.contains("invalid segment number")
            || last.contains("CRC value is incorrect")
    }

    static func result(files: [String], count: UInt64) -> CheckResult {
        let sample = Sample(files)
        let rest = sample.rest > 0 ? " and more" : ""
        return CheckResult(
            StoppedPages.name, .builtIn, files.isEmpty && count == 0 ? .passed : .failed,
            words: count == 0 && files.isEmpty
                ? "every page matches its checksum"
                : "\(Units.count(Int(clamping: count), "page")) do not match their checksums, in \(sample.first.joined(separator: ", "))\(rest)",
            measured: Double(count))
    }
}

// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Files
import Logging
import Operations
import Planning
import Reports
import Settings
import Synchronization

/// Writes the reports of the configuration when they are due.
///
/// A report is due from the time of its schedule on that follows the end of its period, and done when its files are there: so the
/// newest one is made up for when it was missed, and none is made twice, whoever was away meanwhile.
final class ScheduledReports: Sendable {
    private let configuration: Configuration
    private let memory: Memory
    private let context: OperationContext
    /// What was said of reports that could not be made, so that it is said once.
    private let told = Mutex<Set<String>>([])

    init(_ configuration: Configuration, _ memory: Memory, _ context: OperationContext) {
        (self.configuration, self.memory, self.context) = (configuration, memory, context)
    }

    /// Writes those that are due and not there.
    func makeDue() {
        for entry in configuration.reports {
            do { try make(entry) } catch {
                tell(entry, (error as? any UserError)?.message ?? "\(error)")
            }
        }
    }

    private func make(_ entry: ReportEntry) throws {
        let (now, zone) = (context.clock.now, try CivilZone(named: entry.zone))
        let period = try ReportPeriod(entry.period.rawValue, in: zone, at: now)
        let cron = try CronExpression(parsing: entry.cron.value)
        // The first moment after a period may be such a time itself.
        guard let due = cron.next(after: period.to.advanced(bySeconds: -1), in: zone), due <= now else {
            return
        }
        let formats = formats(of: entry).filter { !isThere(entry, period, $0) }
        guard !formats.isEmpty else { return }
        var order = ReportOrder(period, as: formats, into: entry.output)
        order.frameworks = entry.frameworks.map(\.rawValue)
        order.name = entry.name
        let made = try MakeReport(order, configuration, memory, context).make()
        for file in made.files {
            context.logger.notice(
                "a report is written",
                metadata: [
                    "report": "\(entry.name)", "file": "\(file)",
                    "result": "\(made.report.result?.rawValue ?? "-")",
                ])
        }
    }

    private func formats(of entry: ReportEntry) -> [ReportFormat] {
        entry.formats.compactMap { ReportFormat(rawValue: $0.rawValue) }
    }

    private func isThere(_ entry: ReportEntry, _ period: ReportPeriod, _ format: ReportFormat) -> Bool {
        let name = format.fileName(of: period, named: entry.name)
        return FileIdentity(following: "\(entry.output)/\(name)") != nil
    }

    private func tell(_ entry: ReportEntry, _ why: String) {
        guard told.withLock({ $0.insert("\(entry.name) \(why)").inserted }) else { return }
        context.logger.error(
            "a report could not be made", metadata: ["report": "\(entry.name)", "why": "\(why)"])
    }
}

// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Planning

/// Times and numbers as a report says them: in the zone of its period, and in UTC where that is another one.
struct ReportWords {
    let zone: CivilZone

    /// `2026-11-02 04:00 (03:00 UTC)`; `-` for none.
    func time(_ time: Timestamp?) -> String {
        guard let time else { return "-" }
        let offset = zone.offset(at: time)
        let here = Self.minutes(time.advanced(bySeconds: offset))
        guard offset != 0 else { return "\(here) UTC" }
        let there = Self.minutes(time)
        let isSameDay = here.prefix(10) == there.prefix(10)
        return "\(here) (\(isSameDay ? String(there.suffix(5)) : there) UTC)"
    }

    /// The day there; `-` for none.
    func day(_ time: Timestamp?) -> String {
        time.map { $0.advanced(bySeconds: zone.offset(at: $0)).day } ?? "-"
    }

    private static func minutes(_ time: Timestamp) -> String {
        String(time.description.prefix(16)).replacing("T", with: " ")
    }

    func seconds(_ seconds: Double?) -> String { seconds.map(Units.duration) ?? "-" }

    func level(_ level: Level?) -> String { level?.rawValue ?? "nothing shown" }
}

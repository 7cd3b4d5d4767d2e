// SPDX-License-Identifier: Apache-2.0

/// What psql printed, as far as it says why a script failed.
///
/// The first error is what stopped the script; of what follows it only DETAIL and HINT are told. LINE, QUERY and
/// CONTEXT repeat statements of the user's, and those may hold passwords.
struct ScriptReport {
    private static let longest = 3

    private var error: [String] = []
    private var last: String?

    mutating func receive(_ line: String) {
        if error.isEmpty {
            last = line
            guard line.contains("ERROR:  ") || line.contains("FATAL:  ") || line.hasPrefix("psql: error:")
            else {
                return
            }
            error = [line]
        } else if error.count < Self.longest, line.hasPrefix("DETAIL:  ") || line.hasPrefix("HINT:  ") {
            error.append(line)
        }
    }

    /// With the line of the file first, where psql says it: `line 3: ERROR:  …`.
    func reason(_ ending: ProgramEnding) -> String {
        guard let first = error.first else {
            let said = last.map { ": \($0)" } ?? ""
            switch ending {
            case .exited(let status): return "psql ended with status \(status)\(said)"
            case .signalled(let number): return "psql was ended by signal \(number)\(said)"
            case .notStarted(let reason): return reason
            }
        }
        return ([Self.placed(first)] + error.dropFirst()).joined(separator: "; ")
    }

    private static func placed(_ line: String) -> String {
        guard let match = line.wholeMatch(of: /psql:<stdin>:(\d+): (.*)/) else { return line }
        return "line \(match.1): \(match.2)"
    }
}

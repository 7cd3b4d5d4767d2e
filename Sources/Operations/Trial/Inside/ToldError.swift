// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics

/// A failure of another process, in the words that it had for it.
struct ToldError: UserError, Codable, Equatable {
    var message: String
    var hints: [String]
    private var status: Int32

    init(_ error: any Error, _ status: ExitStatus? = nil) {
        let told = error as? any UserError
        (message, hints) = (told?.message ?? "\(error)", told?.hints ?? [])
        self.status = (status ?? told?.exitStatus ?? .unknown).rawValue
    }

    var exitStatus: ExitStatus { ExitStatus(rawValue: status) ?? .unknown }

    /// With nothing that could steer a terminal, and no longer than it should be: who says it runs foreign code.
    var plain: ToldError {
        var error = self
        (error.message, error.hints) = (message.plain, hints.prefix(10).map(\.plain))
        return error
    }
}

extension String {
    /// One line without what could steer a terminal, and not longer than a message should be.
    var plain: String {
        let text = unicodeScalars.prefix(4000).map { scalar -> String in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
                .paragraphSeparator:
                "?"
            default: String(scalar)
            }
        }
        return text.joined()
    }
}

extension Finding {
    /// The same; one whose words are not plain is only its words from then on.
    fileprivate var plain: Finding {
        let sentence = sentence
        let words = Sentence(
            sentence.message.plain, expected: sentence.expected?.plain, found: sentence.found?.plain)
        guard words != sentence || place.member != place.member?.plain else { return self }
        var place = place
        place.member = place.member?.plain
        return Finding(.recorded(code, words), severity, at: place, cause: cause)
    }
}

extension TrialEnd {
    /// The same, of a process that is not trusted: only what a trial can come to, and nothing that could steer a terminal.
    var plain: TrialEnd {
        var end = self
        if end.level != .restored, end.level != .exercised { end.level = nil }
        if ExitStatus(rawValue: exitStatus) == nil || (exitStatus == 0 && end.level == nil) {
            end.exitStatus = ExitStatus.unknown.rawValue
        }
        end.failure = failure?.plain
        end.checks = checks.map { check in
            var check = check
            (check.name, check.words) = (check.name.plain, check.words.plain)
            return check
        }
        end.findings = findings.map(\.plain)
        end.neutralised = neutralised.map(\.plain)
        end.isolation = isolation.map(\.plain)
        (end.serverVersion, end.endPosition) = (serverVersion?.plain, endPosition?.plain)
        return end
    }
}

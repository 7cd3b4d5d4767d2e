// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics

extension TrialEnd {
    private static let mostFindings = 10_000
    private static let mostWords = 1000

    /// With no more findings and words than anybody would read, so that a message can hold them.
    var bounded: TrialEnd {
        var end = self
        end.findings = Array(findings.prefix(Self.mostFindings))
        end.neutralised = Array(neutralised.prefix(Self.mostWords))
        end.isolation = Array(isolation.prefix(Self.mostWords))
        return end
    }

    /// The same, of a process that is not trusted: only what a trial can come to, and nothing that could steer a terminal.
    var plain: TrialEnd {
        var end = bounded
        if end.level != .restored, end.level != .exercised { end.level = nil }
        if ExitStatus(rawValue: exitStatus) == nil || (exitStatus == 0 && end.level == nil) {
            end.exitStatus = ExitStatus.unknown.rawValue
        }
        end.failure = failure?.plain
        end.checks = checks.map(\.plain)
        end.findings = end.findings.map(\.plain)
        end.neutralised = end.neutralised.map(\.plain)
        end.isolation = end.isolation.map(\.plain)
        end.phases = phases.map(\.plain).folded
        end.secondsToAnswer = secondsToAnswer?.asSeconds
        (end.serverVersion, end.endPosition) = (serverVersion?.plain, endPosition?.plain)
        return end
    }
}

extension Double {
    /// As a time that something can have taken, so that sums of it and its words stay numbers.
    fileprivate var asSeconds: Double { isFinite ? min(max(0, self), 1e9) : 0 }
}

extension RestorePhase {
    fileprivate var plain: RestorePhase {
        var phase = self
        phase.seconds = seconds.asSeconds
        return phase
    }
}

extension CheckResult {
    fileprivate var plain: CheckResult {
        var check = self
        (check.name, check.words, check.seconds) = (name.plain, words.plain, seconds.asSeconds)
        check.measured = measured.flatMap { abs($0) <= 1e18 ? $0 : nil }
        return check
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

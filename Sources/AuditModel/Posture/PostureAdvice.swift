// SPDX-License-Identifier: Apache-2.0

/// Something about how a store is kept that puts its backups at risk, and what to do about it.
public struct PostureAdvice: Sendable, Equatable, Codable {
    /// What it is about; the raw value is part of the output's contract.
    public enum Code: String, Sendable, Codable, CaseIterable {
        case versionsNotKept = "versions-not-kept"
        case notLocked = "not-locked"
        case lockTooShort = "lock-too-short"
        case lockCanBeLifted = "lock-can-be-lifted"
        case expiresTooSoon = "expires-too-soon"
        case archivedTooSoon = "archived-too-soon"
        case oldVersionsExpire = "old-versions-expire"
        case isPublic = "public"
        case canBeMadePublic = "can-be-made-public"
        case notEncrypted = "not-encrypted"
        case mayWrite = "may-write"
        case mayDelete = "may-delete"
        case writableByAll = "writable-by-all"
    }

    /// What it is about, for programs; several pieces of advice may have the same.
    public var code: Code
    /// An error is what may cost backups.
    public var severity: Severity
    /// What is wrong, in one sentence without a full stop.
    public var problem: String
    /// What to do, in one sentence with a full stop.
    public var advice: String

    /// `problem` has no full stop at its end, `advice` has one.
    public init(_ code: Code, _ severity: Severity, _ problem: String, _ advice: String) {
        (self.code, self.severity) = (code, severity)
        (self.problem, self.advice) = (problem, advice)
    }
}

extension [PostureAdvice] {
    /// The worst first, those of one severity in the order they were found.
    var worstFirst: [PostureAdvice] {
        Severity.allCases.flatMap { severity in filter { $0.severity == severity } }
    }
}

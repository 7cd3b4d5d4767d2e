// SPDX-License-Identifier: Apache-2.0

/// `pg_backctl.verify/1` as another program would read it.
public struct VerificationDocument: Decodable, Sendable {
    public let schema: String
    public let verdict: String
    public let exitStatus: Int32
    public let levelAsked: String
    public let isInterrupted: Bool
    public let bytesRead: UInt64
    public let backups: [Backup]

    public struct Backup: Decodable, Sendable {
        public let label: String
        public let verdict: String
        public let level: String?
        public let objects: [Object]
        public let findings: [Finding]

        /// Findings that are more than notes.
        public var problems: [Finding] { findings.filter { $0.severity != "note" } }
        public var errors: [Finding] { findings.filter { $0.severity == "error" } }

        public func object(_ name: String) -> Object? { objects.first { $0.name == name } }
    }

    public struct Object: Decodable, Sendable {
        public let name: String
        public let size: UInt64
        public let sha256: String?
        public let verdict: String
        public let bytesRead: UInt64
        public let bytesResumed: UInt64
    }

    public struct Finding: Decodable, Sendable {
        public let code: String
        public let severity: String
        public let object: String?
        public let member: String?
        public let offset: UInt64?
        public let length: UInt64?
        public let cause: String?
        public let message: String
    }

    public func backup(_ label: String) -> Backup? { backups.first { $0.label == label } }
}

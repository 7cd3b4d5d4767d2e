// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
public import PrivatePostgres

/// What a recovered cluster is asked before anybody relies on it.
public protocol Questions: Sendable {
    /// Asks a server that has recovered and is reached by nobody else.
    ///
    /// What the cluster answers is a result, also a bad one; thrown is only what keeps the questions from being asked at all.
    func ask(_ server: AskedServer) throws(RestoreError) -> [CheckResult]

    /// Looks at the files after the server was stopped in good order.
    func look(at files: StoppedCluster) throws(RestoreError) -> [CheckResult]
}

/// A server that questions are asked of.
public struct AskedServer: Sendable {
    public let connection: ServerConnection
    /// Of PostgreSQL.
    public let majorVersion: Int
    public let cancellation: Cancellation
    /// Is told what is being asked, for the line of progress.
    public let noted: @Sendable (String) -> Void
}

/// A data directory whose server was stopped in good order.
public struct StoppedCluster: Sendable {
    /// An absolute path.
    public let data: String
    /// Where its tablespaces are, by OID.
    public let tablespaces: [UInt32: String]
    /// Runs its programs as the owner of the files.
    public let host: any PostgresHost
    public let cancellation: Cancellation
}

// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import TestKit
import Testing

@Suite("secrets")
struct SecretTests {
    private static let canary = "CANARY-7f3a9c51"

    /// How a secret can reach the program.
    enum Way: CaseIterable {
        case option, environment, oldEnvironment, sessionToken, dotEnv, profile
    }

    @Test(arguments: Way.allCases)
    func `stay out of output, log and history`(way: Way) async throws {
        let bucket = try ScriptedBucket.start(name: "bucket")
        defer { bucket.stop() }
        bucket.put("backups/L/base.tar", Array("data".utf8))
        var binary = try Binary()
        let words = try give(Self.canary, way, &binary) + ["-e", bucket.endpoint, "--verbose"]
        let trials: [([String], Int32)] = [
            ([], 7), (["--json"], 7), (["--log-format", "json"], 7), (["--addressing", "nonsense"], 14),
            (["--backup", "none"], 9),
        ]
        for (more, status) in trials {
            let run = try await binary.run(["verify", "s3://bucket/backups"] + words + more)
            #expect(run.status == status, "\(run)")
            #expect(!run.description.contains(Self.canary), "\(run)")
        }
        #expect(bucket.requests.contains { $0.header("authorization")?.contains("AKID") == true })
        try expectAbsence(of: Self.canary, in: "\(binary.home.path)/state")
    }

    private func give(_ secret: String, _ way: Way, _ binary: inout Binary) throws -> [String] {
        binary.environment["AWS_ACCESS_KEY_ID"] = "AKID"
        switch way {
        case .option:
            binary.environment["AWS_ACCESS_KEY_ID"] = nil
            return ["-a", "AKID", "-s", secret]
        case .environment: binary.environment["AWS_SECRET_ACCESS_KEY"] = secret
        case .oldEnvironment:
            binary.environment["AWS_ACCESS_KEY_ID"] = nil
            binary.environment["AWS_ACCESS_KEY"] = "AKID"
            binary.environment["AWS_SECRET_KEY"] = secret
        case .sessionToken:
            binary.environment["AWS_SECRET_ACCESS_KEY"] = "other"
            binary.environment["AWS_SESSION_TOKEN"] = secret
        case .dotEnv:
            binary.environment["AWS_ACCESS_KEY_ID"] = nil
            let text = "AWS_ACCESS_KEY_ID=AKID\nAWS_SECRET_ACCESS_KEY=\(secret)\n"
            try Data(text.utf8).write(to: URL(filePath: "\(binary.directory)/.env"))
        case .profile:
            binary.environment["AWS_ACCESS_KEY_ID"] = nil
            let text = "[default]\naws_access_key_id = AKID\naws_secret_access_key = \(secret)\n"
            let folder = URL(filePath: "\(binary.home.path)/.aws")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: folder.appending(path: "credentials"))
        }
        return []
    }

    private func expectAbsence(of secret: String, in folder: String) throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder)
        #expect(files.contains { $0.hasSuffix("history.sqlite") })
        for file in files where file.contains("history.sqlite") {
            let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(file)"))
            #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(file)")
        }
    }
}

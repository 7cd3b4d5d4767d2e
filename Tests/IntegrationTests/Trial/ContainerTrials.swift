// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import TestKit
import Testing

/// Trials in containers of an engine, as somebody at a shell runs them.
struct ContainerTrials: Sendable {
    let daemon: DockerDaemon
    let binary: Binary
    /// The folder of the backups.
    let store: String

    init(_ daemon: DockerDaemon, of store: String) throws {
        var binary = try Binary()
        binary.environment["DOCKER_HOST"] = "unix://\(daemon.socket)"
        (self.daemon, self.binary, self.store) = (daemon, binary, store)
    }

    /// Takes a backup of a cluster and shows trials of it in the engine that tests share.
    static func with(
        _ version: PostgresCluster.Version, _ backup: [String],
        _ prepare: @Sendable (PostgresCluster) async throws -> Void = { _ in },
        _ body: @Sendable (ContainerTrials) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { place in
            let store = place.path("store")
            let folder = "\(store)/20261127T143000"
            try await PostgresCluster.with(version) { cluster in
                try await prepare(cluster)
                try await cluster.baseBackup(into: folder, backup)
            }
            try await writeSumFile(in: folder)
            let daemon = try await DockerDaemon.shared(.postgres(version))
            try await body(try ContainerTrials(daemon, of: store))
        }
    }

    @discardableResult
    func callAsFunction(
        _ words: String..., meanwhile body: (RunningBinary) async throws -> Void = { _ in }
    ) async throws -> BinaryRun {
        try await binary.run(["trial", store, "--runtime", "docker"] + words, meanwhile: body)
    }

    func document(_ words: String...) async throws -> TrialDocument {
        try await binary.run(["trial", store, "--runtime", "docker", "--json"] + words)
            .document(TrialDocument.self)
    }

    /// The names of the volumes and containers that are left of trials of one process, or of all.
    func leftovers(of pid: Int32? = nil) async throws -> [String] {
        let label = pid.map { "pg_backctl.trial.pid=\($0)" } ?? "pg_backctl.trial.host"
        let filter = #"filters={"label":["\#(label)"]}"#
        func ask(_ path: String) async throws -> Data {
            Data(
                try await daemon.ask(
                    ["-G", "--data-urlencode", filter, "http://d/\(path)"]).utf8)
        }
        let containers = try JSONDecoder().decode([Listed].self, from: try await ask("containers/json?all=1"))
        let volumes = try JSONDecoder().decode(Volumes.self, from: try await ask("volumes"))
        return containers.flatMap { $0.names ?? [] } + (volumes.list ?? []).compactMap(\.name)
    }

    /// Stops the first program in the container of one process's trial, as nothing in there can, once its server is up.
    func holdServer(of pid: Int32) async throws {
        let names = try await leftovers(of: pid).filter { $0.hasPrefix("/") }
        let name = try #require(names.first)
        while try await !daemon.ask(["http://d/containers\(name)/top"]).contains("postgres: ") {
            try await Task.sleep(for: .seconds(0.1))
        }
        try await daemon.ask(["-X", "POST", "http://d/containers\(name)/kill?signal=SIGSTOP"])
    }

    /// Makes a container `in-the-way` that has the volume of one process's trial.
    func useVolume(of pid: Int32, image: String) async throws {
        let volume = try #require(try await leftovers(of: pid).first { !$0.hasPrefix("/") })
        let plan = #"{"Image":"\#(image)","HostConfig":{"Binds":["\#(volume):/volume"]}}"#
        try await daemon.ask([
            "-X", "POST", "-H", "Content-Type: application/json", "-d", plan,
            "http://d/containers/create?name=in-the-way",
        ])
    }

    private struct Listed: Decodable {
        var names: [String]?
        var name: String?
        enum CodingKeys: String, CodingKey {
            case names = "Names"
            case name = "Name"
        }
    }

    private struct Volumes: Decodable {
        var list: [Listed]?
        enum CodingKeys: String, CodingKey { case list = "Volumes" }
    }
}

/// What tests look at of `pg_backctl.trial/1`.
struct TrialDocument: Decodable {
    struct Check: Decodable {
        var name: String
        var outcome: String
        var message: String
    }

    struct Phase: Decodable {
        var name: String
        var seconds: Double
    }

    var exitStatus: Int
    var runtime: String
    var level: String?
    var failure: String?
    var image: String?
    var serverVersion: String?
    var secondsToAnswer: Double?
    var isolation: [String]
    var checks: [Check]
    var phases: [Phase]
    var kept: String?
}

// SPDX-License-Identifier: Apache-2.0
import DockerEngine
import TestKit
import Testing

@Suite(Requires.docker(.postgres(.v15)), Requires.docker(.postgres(.v18))) struct `PostgreSQL in a container`
{
    /// As shut in as a trial will be: no capabilities, no network, nothing to write to but what it needs.
    private static func plan(_ version: PostgresCluster.Version, volume: String) -> ContainerPlan {
        var plan = ContainerPlan(
            image: DockerImage.postgres(version).name, command: ["postgres", "-c", "listen_addresses="],
            user: "postgres", environment: ["POSTGRES_PASSWORD": "none of value"],
            mounts: [ContainerMount(.volume(volume, takesImageFiles: true), at: version.imageVolume)],
            stopSignal: "SIGINT")
        plan.isolation.memoryDirectories = ["/sockets": 1 << 20, "/tmp": 16 << 20]
        plan.command?.append(contentsOf: ["-c", "unix_socket_directories=/sockets"])
        plan.isolation.memory = 512 << 20
        plan.isolation.processes = 64
        return plan
    }

    @Test(arguments: [PostgresCluster.Version.v15, .v18])
    func `starts, answers and stops, as shut in as it gets`(version: PostgresCluster.Version) async throws {
        try await RealEngine.with(.postgres(version)) { real in
            let name = try #require(ImageName(DockerImage.postgres(version).name))
            let image = try #require(try real.engine.image(name))
            #expect(image.environment["PGDATA"] == version.imageData)
            #expect(image.volumes == [version.imageVolume])
            let id = try real.container(Self.plan(version, volume: try real.volume()))
            try real.engine.start(id)
            let query = ContainerProgram([
                "psql", "-U", "postgres", "-h", "/sockets", "-Atc", "SHOW server_version_num",
            ])
            var answer = try real.engine.run(query, in: id)
            while answer.status != 0, try real.engine.container(id)?.isRunning == true {
                answer = try real.engine.run(query, in: id)
            }
            try real.engine.stop(id, seconds: 60)
            let written = try real.engine.log(of: id)
            let log = String(decoding: written.output + written.errors, as: UTF8.self)
            let number = String(decoding: answer.output.output, as: UTF8.self)
            #expect(number.hasPrefix("\(version.rawValue)0"), "\(log)")
            #expect(try real.engine.container(id)?.state == .ended(status: 0))
            #expect(log.contains("database system is shut down"))
        }
    }
}

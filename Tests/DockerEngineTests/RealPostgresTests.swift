// SPDX-License-Identifier: Apache-2.0
import DockerEngine
import TestKit
import Testing

@Suite(Requires.docker(.postgres15)) struct `PostgreSQL in a container` {
    /// As shut in as a trial will be: no capabilities, no network, nothing to write to but what it needs.
    private static func plan(volume: String) -> ContainerPlan {
        var plan = ContainerPlan(
            image: DockerImage.postgres15.name, command: ["postgres", "-c", "listen_addresses="],
            user: "postgres", environment: ["POSTGRES_PASSWORD": "none of value"],
            mounts: [ContainerMount(.volume(volume, takesImageFiles: true), at: "/var/lib/postgresql/data")],
            stopSignal: "SIGINT")
        plan.isolation.memoryDirectories = ["/var/run/postgresql": 1 << 20, "/tmp": 16 << 20]
        plan.isolation.memory = 512 << 20
        plan.isolation.processes = 64
        return plan
    }

    @Test func `starts, answers and stops, as shut in as it gets`() async throws {
        try await RealEngine.with(.postgres15) { real in
            let name = try #require(ImageName(DockerImage.postgres15.name))
            let image = try #require(try real.engine.image(name))
            #expect(image.environment["PGDATA"] == "/var/lib/postgresql/data")
            #expect(image.volumes == ["/var/lib/postgresql/data"])
            let id = try real.container(Self.plan(volume: try real.volume()))
            try real.engine.start(id)
            let query = ContainerProgram([
                "psql", "-U", "postgres", "-h", "/var/run/postgresql", "-Atc", "SELECT 6 * 7",
            ])
            var answer = try real.engine.run(query, in: id)
            while answer.status != 0, try real.engine.container(id)?.isRunning == true {
                answer = try real.engine.run(query, in: id)
            }
            try real.engine.stop(id, seconds: 60)
            let written = try real.engine.log(of: id)
            let log = String(decoding: written.output + written.errors, as: UTF8.self)
            #expect(answer.output.output == Array("42\n".utf8), "\(log)")
            #expect(try real.engine.container(id)?.state == .ended(status: 0))
            #expect(log.contains("database system is shut down"))
        }
    }
}

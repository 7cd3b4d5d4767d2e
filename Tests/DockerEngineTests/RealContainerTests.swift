// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import DockerEngine
import TestKit
import Testing

@Suite(Requires.docker(.tiny)) struct `A container of a real engine` {
    @Test func `comes from an engine that says what it is`() async throws {
        try await RealEngine.with { real in
            #expect(real.engine.product.hasPrefix("Docker "))
            #expect(real.engine.version >= APIVersion(1, 41))
            try real.engine.ping()
            let found = try Engine.found(in: ["DOCKER_HOST": "unix://\(real.engine.address.socket)"])
            #expect(found.product == real.engine.product)
        }
    }

    @Test func `is made, started, waited for, looked at and removed`() async throws {
        try await RealEngine.with { real in
            let id = try real.container("echo out; echo err >&2; exit 3")
            let made = try #require(try real.engine.container(id))
            #expect(made.state == .created && made.id == id && made.name == "\(real.name)-0")
            #expect(made.labels["test"] == real.name)
            try real.engine.start(id)
            let end = try real.engine.wait(for: id)
            #expect(end.state == .ended(status: 3) && !end.ranOutOfMemory)
            let log = try real.engine.log(of: id)
            #expect(log.output == Array("out\n".utf8) && log.errors == Array("err\n".utf8) && !log.isCut)
            #expect(try real.engine.log(of: id, limit: 2).isCut)
            #expect(try real.engine.containers(labelled: "test", real.name).map(\.id) == [id])
            #expect(try real.engine.containers(labelled: "test", "other") == [])
            try real.engine.removeContainer(id)
            try real.engine.removeContainer(id)
            #expect(try real.engine.container(id) == nil)
        }
    }

    @Test func `is shut in`() async throws {
        try await RealEngine.with { real in
            let script = """
                ls /sys/class/net; grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status
                touch /x 2>&1; id -u; ulimit -c; ulimit -n; echo $FLAVOUR-$EXTRA; pwd; touch /scratch/y && echo wrote
                """
            let ran = try real.ran(script) { plan in
                plan.user = "1000:1000"
                plan.environment = ["EXTRA": "a b=c"]
                plan.workingDirectory = "/tmp"
                plan.isolation.memoryDirectories = ["/scratch": 1 << 20]
                plan.isolation.limits["nofile"] = 77
            }
            let lines = ran.output.split(separator: "\n").map { $0.replacing("\t", with: " ") }
            #expect(
                lines.sorted() == [
                    "/tmp", "0", "1000", "77", "CapBnd: 0000000000000000", "CapEff: 0000000000000000",
                    "NoNewPrivs: 1", "Seccomp: 2", "lo", "plain-a b=c", "touch: /x: Read-only file system",
                    "wrote",
                ])
        }
    }

    @Test func `that takes more memory than it may ends`() async throws {
        try await RealEngine.with { real in
            let ran = try real.ran("exec dd if=/dev/zero of=/dev/null bs=200M count=3") { plan in
                plan.isolation.memory = 32 << 20
            }
            #expect(ran.end.state == .ended(status: 137))
            #expect(ran.end.ranOutOfMemory)
        }
    }

    @Test func `cannot start more processes than it may`() async throws {
        try await RealEngine.with { real in
            let ran = try real.ran("for i in 1 2 3 4 5 6 7 8; do sleep 5 & done; echo done") { plan in
                plan.isolation.processes = 4
            }
            #expect(ran.errors.contains("fork"), "\(ran)")
        }
    }

    @Test func `cannot write more into memory than it may`() async throws {
        try await RealEngine.with { real in
            let ran = try real.ran("dd if=/dev/zero of=/m/x bs=1M count=5") { plan in
                plan.isolation.memoryDirectories = ["/m": 2 << 20]
            }
            #expect(ran.errors.contains("No space left on device"))
        }
    }

    @Test func `gets signals, and the last one when it does not listen`() async throws {
        try await RealEngine.with { real in
            // A shell is the first program of its container, and gets no signal before its trap is set.
            let polite = try real.listening("trap 'exit 5' INT; echo ready; sleep 60 & wait") {
                $0.stopSignal = "SIGINT"
            }
            try real.engine.start(polite)
            try real.engine.stop(polite)
            #expect(try real.engine.container(polite)?.state == .ended(status: 5))
            try real.engine.stop(polite)
            let deaf = try real.listening("trap '' TERM; echo ready; while :; do sleep 1; done")
            try real.engine.stop(deaf, seconds: 1)
            #expect(try real.engine.container(deaf)?.state == .ended(status: 137))
            let told = try real.listening("trap 'exit 6' USR1; echo ready; sleep 60 & wait")
            try real.engine.kill(told, signal: "SIGUSR1")
            #expect(try real.engine.wait(for: told).state == .ended(status: 6))
            let error = #expect(throws: EngineError.self) { try real.engine.kill(told) }
            #expect(kind(of: error) == "conflict")
        }
    }

    @Test func `cannot be made of an image that is not there, or under a name that is taken`() async throws {
        try await RealEngine.with { real in
            let plan = ContainerPlan(image: "nobody/has:this")
            #expect(throws: EngineError.missing(.image, "nobody/has:this")) {
                try real.engine.createContainer(plan, named: "\(real.name)-0")
            }
            _ = try real.container("true")
            let error = #expect(throws: EngineError.self) {
                try real.engine.createContainer(ContainerPlan(image: "tiny:1"), named: "\(real.name)-0")
            }
            #expect(kind(of: error) == "conflict")
        }
    }

    @Test func `with a program that is not there says so`() async throws {
        try await RealEngine.with { real in
            let id = try real.container("") { $0.command = ["/no/such/program"] }
            let error = #expect(throws: EngineError.self) { try real.engine.start(id) }
            #expect(error?.message.contains("no such file") == true)
            let container = try real.engine.container(id)
            #expect(container?.failure.contains("no such file") == true)
        }
    }

    @Test func `runs programs and gives their output`() async throws {
        try await RealEngine.with { real in
            let id = try real.started("sleep 600")
            let program = ContainerProgram(
                ["sh", "-c", "echo $A; id -u; pwd; echo err >&2; exit 9"], user: "1000",
                environment: ["A": "b c"],
                workingDirectory: "/tmp")
            let end = try real.engine.run(program, in: id)
            #expect(end.status == 9)
            #expect(String(decoding: end.output.output, as: UTF8.self) == "b c\n1000\n/tmp\n")
            #expect(String(decoding: end.output.errors, as: UTF8.self) == "err\n")
            let flood = ContainerProgram(["sh", "-c", "dd if=/dev/zero bs=1M count=20 2> /dev/null"])
            let cut = try real.engine.run(flood, in: id, limit: 1000)
            #expect(cut.status == 0 && cut.output.isCut && cut.output.output.count == 1000)
            #expect([126, 127].contains(try real.engine.run(ContainerProgram(["/none"]), in: id).status))
            try real.engine.kill(id)
            _ = try real.engine.wait(for: id)
            let error = #expect(throws: EngineError.self) {
                try real.engine.run(ContainerProgram(["true"]), in: id)
            }
            #expect(kind(of: error) == "conflict")
        }
    }

    @Test func `is followed until it ends, or somebody has enough`() async throws {
        try await RealEngine.with { real in
            let id = try real.started("for i in 1 2 3; do echo $i; sleep 0.2; done")
            var text = ""
            try real.engine.followLog(of: id) { _, bytes in
                text += bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                return true
            }
            #expect(text == "1\n2\n3\n")
            #expect(try real.engine.log(of: id, lines: 1).output == Array("3\n".utf8))
            let endless = try real.started("while :; do echo x; done")
            var count = 0
            try real.engine.followLog(of: endless) { _, _ in
                count += 1
                return count < 10
            }
            #expect(count == 10)
        }
    }

    @Test func `is left by who is asked to stop`() async throws {
        let cancellation = Cancellation()
        try await RealEngine.with(cancellation: cancellation) { real in
            let id = try real.started("sleep 600")
            cancellation.request()
            #expect(throws: EngineError.interrupted(.interrupted)) { try real.engine.wait(for: id) }
            // Cleaning up has a request to stop of its own.
            try real.engine.within(Cancellation()).removeContainer(id)
        }
    }

    @Test func `is what its image says`() async throws {
        try await RealEngine.with { real in
            let name = try #require(ImageName("tiny:1"))
            let image = try #require(try real.engine.image(name))
            #expect(image.id.hasPrefix("sha256:") && image.tags.contains("tiny:1") && image.digests == [])
            #expect(image.command == ["sh"] && image.environment["FLAVOUR"] == "plain")
            #expect(image.labels == ["made.by": "tests"])
            let absent = try real.engine.image(try #require(ImageName("nobody/has:this")))
            #expect(absent == nil)
        }
    }

    @Test func `has no image when no registry can be reached`() async throws {
        try await RealEngine.with { real in
            let name = try #require(ImageName("127.0.0.1:1/nobody/has:this"))
            let error = #expect(throws: EngineError.self) { try real.engine.pull(name) }
            #expect(kind(of: error) == "pullRefused")
            #expect(error?.exitStatus == .inconclusive)
        }
    }
}

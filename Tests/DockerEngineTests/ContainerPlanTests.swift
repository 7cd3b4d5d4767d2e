// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import DockerEngine

@Suite struct `The plan of a container` {
    private func text(_ plan: ContainerPlan) -> String {
        let call = EngineCall(.post, ["x"], step: "x").with(json: NewContainer(plan))
        return String(decoding: call.body, as: UTF8.self)
    }

    @Test func `is shut where nothing is said`() {
        #expect(
            text(ContainerPlan(image: "i")) == """
                {"Env":[],"HostConfig":{"CapAdd":[],"CapDrop":["ALL"],"IpcMode":"private",\
                "LogConfig":{"Config":{"max-file":"1","max-size":"16777216"},"Type":"json-file"},"Mounts":[],\
                "NetworkMode":"none","ReadonlyRootfs":true,"SecurityOpt":["no-new-privileges"],"Tmpfs":{},\
                "Ulimits":[{"Hard":0,"Name":"core","Soft":0}]},"Image":"i","Labels":{}}
                """)
    }

    @Test func `says everything that it holds`() {
        var plan = ContainerPlan(
            image: "i", entrypoint: [], command: ["a", "b"], user: "999:999",
            environment: ["B": "2", "A": "1=1"],
            workingDirectory: "/w", labels: ["l": "v"],
            mounts: [
                ContainerMount(.volume("v"), at: "/d"),
                ContainerMount(.volume("w", takesImageFiles: true), at: "/e", isReadOnly: true),
                ContainerMount(.path("/h"), at: "/f", isReadOnly: true),
            ], stopSignal: "SIGINT", logBytes: 1000)
        plan.isolation.hasNetwork = true
        plan.isolation.hasWritableRoot = true
        plan.isolation.capabilities = ["CHOWN"]
        plan.isolation.memoryDirectories = ["/t": 5]
        plan.isolation.memory = 100
        plan.isolation.sharedMemory = 50
        plan.isolation.nanoCPUs = 500_000_000
        plan.isolation.processes = 7
        plan.isolation.limits = ["nofile": 8]
        #expect(
            text(plan) == """
                {"Cmd":["a","b"],"Entrypoint":[],"Env":["A=1=1","B=2"],"HostConfig":{"CapAdd":["CHOWN"],"CapDrop":["ALL"],\
                "IpcMode":"private","LogConfig":{"Config":{"max-file":"1","max-size":"1000"},"Type":"json-file"},\
                "Memory":100,"MemorySwap":100,"Mounts":[\
                {"ReadOnly":false,"Source":"v","Target":"/d","Type":"volume","VolumeOptions":{"NoCopy":true}},\
                {"ReadOnly":true,"Source":"w","Target":"/e","Type":"volume","VolumeOptions":{"NoCopy":false}},\
                {"ReadOnly":true,"Source":"/h","Target":"/f","Type":"bind"}],\
                "NanoCpus":500000000,"PidsLimit":7,"ReadonlyRootfs":false,"SecurityOpt":["no-new-privileges"],"ShmSize":50,\
                "Tmpfs":{"/t":"rw,nosuid,nodev,noexec,mode=1777,size=5"},"Ulimits":[{"Hard":8,"Name":"nofile","Soft":8}]},\
                "Image":"i","Labels":{"l":"v"},"StopSignal":"SIGINT","User":"999:999","WorkingDir":"/w"}
                """)
    }

    @Test(arguments: [
        (#"{"Status":"created","Running":false}"#, Container.State.created),
        (#"{"Status":"running","Running":true}"#, .running), (#"{"Status":"paused"}"#, .running),
        (#"{"Status":"exited","ExitCode":137,"OOMKilled":true}"#, .ended(status: 137)),
        (#"{"Status":"stopped","ExitCode":1}"#, .ended(status: 1)),
        (#"{"Status":"exited"}"#, .ended(status: -1)),
        (#"{"Status":"removing"}"#, .other("removing")), (#"{"Running":true}"#, .running),
        ("{}", .other("unknown")),
    ])
    func `becomes a container with a state`(state: String, expected: Container.State) throws {
        let text = """
            {"Id":"ab","Name":"/c","Image":"sha256:i","State":\(state),"Config":{"Labels":null},
             "Mounts":[{"Type":"bind","Source":"/x","Destination":"/y"},{"Type":"volume","Name":"v","Destination":"/z"}]}
            """
        let container = try JSONDecoder().decode(Container.self, from: Data(text.utf8))
        #expect(container.state == expected)
        #expect(container.name == "c" && container.labels == [:] && container.volumes == ["/z": "v"])
        #expect(container.ranOutOfMemory == state.contains("OOMKilled"))
    }
}

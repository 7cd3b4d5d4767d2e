// SPDX-License-Identifier: Apache-2.0

/// As `POST /containers/create` wants it.
struct NewContainer: Encodable {
    private let plan: ContainerPlan

    init(_ plan: ContainerPlan) { self.plan = plan }

    private enum Key: String, CodingKey {
        case image = "Image"
        case entrypoint = "Entrypoint"
        case command = "Cmd"
        case user = "User"
        case environment = "Env"
        case workingDirectory = "WorkingDir"
        case labels = "Labels"
        case stopSignal = "StopSignal"
        case host = "HostConfig"
        case opensInput = "OpenStdin"
        case endsInput = "StdinOnce"
        case attachesInput = "AttachStdin"
        case attachesOutput = "AttachStdout"
        case attachesErrors = "AttachStderr"
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(plan.image, forKey: .image)
        try values.encodeIfPresent(plan.entrypoint, forKey: .entrypoint)
        try values.encodeIfPresent(plan.command, forKey: .command)
        try values.encodeIfPresent(plan.user, forKey: .user)
        try values.encode(plan.environment.map { "\($0.key)=\($0.value)" }.sorted(), forKey: .environment)
        try values.encodeIfPresent(plan.workingDirectory, forKey: .workingDirectory)
        try values.encode(plan.labels, forKey: .labels)
        try values.encodeIfPresent(plan.stopSignal, forKey: .stopSignal)
        try values.encode(
            HostSettings(isolation: plan.isolation, mounts: plan.mounts, logBytes: plan.logBytes),
            forKey: .host)
        guard plan.takesInput else { return }
        for key in [Key.opensInput, .endsInput, .attachesInput, .attachesOutput, .attachesErrors] {
            try values.encode(true, forKey: key)
        }
    }
}

/// The part of it that is about the machine.
private struct HostSettings: Encodable {
    let isolation: ContainerIsolation
    let mounts: [ContainerMount]
    let logBytes: UInt64

    private enum Key: String, CodingKey {
        case networkMode = "NetworkMode"
        case dropped = "CapDrop"
        case added = "CapAdd"
        case security = "SecurityOpt"
        case readOnlyRoot = "ReadonlyRootfs"
        case memoryDirectories = "Tmpfs"
        case memory = "Memory"
        case memoryAndSwap = "MemorySwap"
        case sharedMemory = "ShmSize"
        case nanoCPUs = "NanoCpus"
        case processes = "PidsLimit"
        case limits = "Ulimits"
        case mounts = "Mounts"
        case log = "LogConfig"
        case interProcess = "IpcMode"
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        if !isolation.hasNetwork { try values.encode("none", forKey: .networkMode) }
        try values.encode(["ALL"], forKey: .dropped)
        try values.encode(isolation.capabilities, forKey: .added)
        try values.encode(["no-new-privileges"], forKey: .security)
        try values.encode(!isolation.hasWritableRoot, forKey: .readOnlyRoot)
        try values.encode("private", forKey: .interProcess)
        try values.encode(
            isolation.memoryDirectories.mapValues { "rw,nosuid,nodev,noexec,mode=1777,size=\($0)" },
            forKey: .memoryDirectories)
        try encodeLimits(into: &values)
        try values.encode(mounts.map(MountEntry.init), forKey: .mounts)
        try values.encode(LogSettings(logBytes), forKey: .log)
    }

    private func encodeLimits(into values: inout KeyedEncodingContainer<Key>) throws {
        try values.encodeIfPresent(isolation.memory, forKey: .memory)
        // The same number for both is no swap at all.
        try values.encodeIfPresent(isolation.memory, forKey: .memoryAndSwap)
        try values.encodeIfPresent(isolation.sharedMemory, forKey: .sharedMemory)
        try values.encodeIfPresent(isolation.nanoCPUs, forKey: .nanoCPUs)
        try values.encodeIfPresent(isolation.processes, forKey: .processes)
        let limits = isolation.limits.sorted { $0.key < $1.key }
        try values.encode(
            limits.map { ResourceLimit(name: $0.key, soft: $0.value, hard: $0.value) }, forKey: .limits)
    }
}

private struct ResourceLimit: Encodable {
    var name: String
    var soft: Int64
    var hard: Int64

    enum CodingKeys: String, CodingKey {
        case name = "Name"
        case soft = "Soft"
        case hard = "Hard"
    }
}

private struct LogSettings: Encodable {
    var type: String
    var options: [String: String]

    enum CodingKeys: String, CodingKey {
        case type = "Type"
        case options = "Config"
    }

    init(_ bytes: UInt64) {
        type = bytes > 0 ? "json-file" : "none"
        options = bytes > 0 ? ["max-size": "\(bytes)", "max-file": "1"] : [:]
    }
}

private struct MountEntry: Encodable {
    struct VolumeOptions: Encodable {
        var leavesEmpty: Bool
        enum CodingKeys: String, CodingKey { case leavesEmpty = "NoCopy" }
    }

    var type: String
    var source: String
    var target: String
    var isReadOnly: Bool
    var options: VolumeOptions?

    enum CodingKeys: String, CodingKey {
        case type = "Type"
        case source = "Source"
        case target = "Target"
        case isReadOnly = "ReadOnly"
        case options = "VolumeOptions"
    }

    init(_ mount: ContainerMount) {
        (target, isReadOnly) = (mount.target, mount.isReadOnly)
        switch mount.source {
        case .volume(let name, let takesImageFiles):
            (type, source, options) = ("volume", name, VolumeOptions(leavesEmpty: !takesImageFiles))
        case .path(let path): (type, source, options) = ("bind", path, nil)
        }
    }
}

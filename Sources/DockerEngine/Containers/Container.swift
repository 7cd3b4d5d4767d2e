// SPDX-License-Identifier: Apache-2.0

/// What an engine says of one of its containers.
public struct Container: Sendable, Equatable {
    /// What it is doing.
    public enum State: Sendable, Equatable {
        /// It was made and never started.
        case created
        /// It runs, or is held for a moment.
        case running
        /// Its first program has ended, with this status: 128 and more for a signal.
        case ended(status: Int)
        /// Something else, in the engine's word: it is being removed, or could not be.
        case other(String)
    }

    /// 64 hexadecimal digits.
    public var id: String
    /// Without the slash that engines put before it.
    public var name: String
    /// The id of its image.
    public var image: String
    /// What it is doing.
    public var state: State
    /// Whether the kernel ended one of its programs for want of memory.
    public var ranOutOfMemory: Bool
    /// Why the engine could not start it; empty otherwise.
    public var failure: String
    /// What its maker wrote on it.
    public var labels: [String: String]
    /// The volumes that it has, by where they are mounted.
    public var volumes: [String: String]

    /// Whether a program runs in it.
    public var isRunning: Bool { state == .running }
}

extension Container: Decodable {
    private struct StateAnswer: Decodable {
        var status: String?
        var running: Bool?
        var ranOutOfMemory: Bool?
        var exitCode: Int?
        var error: String?

        enum CodingKeys: String, CodingKey {
            case status = "Status"
            case running = "Running"
            case ranOutOfMemory = "OOMKilled"
            case exitCode = "ExitCode"
            case error = "Error"
        }

        var state: State {
            switch status {
            case "created"?, "configured"?, "initialized"?: .created
            case "running"?, "paused"?, "restarting"?: .running
            // Podman says "stopped" between the end of the program and the unmounting.
            case "exited"?, "stopped"?: .ended(status: exitCode ?? -1)
            default: running == true ? .running : .other((status ?? "unknown").printable)
            }
        }
    }

    private struct Configuration: Decodable {
        var labels: [String: String]?
        enum CodingKeys: String, CodingKey { case labels = "Labels" }
    }

    private struct Mount: Decodable {
        var type: String?
        var name: String?
        var target: String?

        enum CodingKeys: String, CodingKey {
            case type = "Type"
            case name = "Name"
            case target = "Destination"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case id = "Id"
        case name = "Name"
        case image = "Image"
        case state = "State"
        case configuration = "Config"
        case mounts = "Mounts"
    }

    /// Reads the answer to an inspection; throws without `Id`, `Name`, `Image` or `State`, all else may be missing.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let state = try values.decode(StateAnswer.self, forKey: .state)
        let mounts = try values.decodeIfPresent([Mount].self, forKey: .mounts) ?? []
        let volumes = mounts.compactMap { mount in
            mount.type == "volume" ? mount.target.flatMap { target in mount.name.map { (target, $0) } } : nil
        }
        let name = try values.decode(String.self, forKey: .name)
        self.init(
            id: try values.decode(String.self, forKey: .id),
            name: name.hasPrefix("/") ? String(name.dropFirst()) : name,
            image: try values.decode(String.self, forKey: .image), state: state.state,
            ranOutOfMemory: state.ranOutOfMemory ?? false, failure: (state.error ?? "").printable,
            labels: try values.decodeIfPresent(Configuration.self, forKey: .configuration)?.labels ?? [:],
            volumes: Dictionary(volumes) { $1 })
    }
}

/// A container as lists have it.
public struct ListedContainer: Sendable, Equatable, Decodable {
    /// 64 hexadecimal digits.
    public var id: String
    /// What its maker wrote on it.
    public var labels: [String: String]

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case labels = "Labels"
    }

    /// Reads one element of a list; labels that are missing or null are none.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        labels = try values.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
    }
}

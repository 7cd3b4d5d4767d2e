// SPDX-License-Identifier: Apache-2.0

/// An image that an engine has.
public struct Image: Sendable, Equatable {
    /// Of its configuration, `sha256:…`: names these bytes and no others.
    public var id: String
    /// By which registries know it, `postgres@sha256:…`; none for an image that was made here.
    public var digests: [String]
    /// The names that it has here, such as `postgres:15`.
    public var tags: [String]
    /// As in `amd64` and `arm64`.
    public var architecture: String
    /// Whom its programs run as; empty for root.
    public var user: String
    /// What its programs find in their environment.
    public var environment: [String: String]
    /// What is started before everything else.
    public var entrypoint: [String]
    /// What is started, or the arguments of the entry point.
    public var command: [String]
    /// The paths that it wants volumes for.
    public var volumes: [String]
    /// What its maker wrote on it.
    public var labels: [String: String]
}

extension Image: Decodable {
    /// Newer engines leave out what is empty, older ones write null.
    private struct Configuration: Decodable {
        var user: String?
        var environment: [String]?
        var entrypoint: [String]?
        var command: [String]?
        var volumes: [String: Nothing]?
        var labels: [String: String]?

        enum CodingKeys: String, CodingKey {
            case user = "User"
            case environment = "Env"
            case entrypoint = "Entrypoint"
            case command = "Cmd"
            case volumes = "Volumes"
            case labels = "Labels"
        }
    }

    private struct Nothing: Decodable {}

    private enum CodingKeys: String, CodingKey {
        case id = "Id"
        case digests = "RepoDigests"
        case tags = "RepoTags"
        case architecture = "Architecture"
        case configuration = "Config"
    }

    /// Reads the answer to an inspection; throws without `Id`, while all else that is missing or null is empty.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let configuration = try values.decodeIfPresent(Configuration.self, forKey: .configuration)
        self.init(
            id: try values.decode(String.self, forKey: .id),
            digests: try values.decodeIfPresent([String].self, forKey: .digests) ?? [],
            tags: try values.decodeIfPresent([String].self, forKey: .tags) ?? [],
            architecture: try values.decodeIfPresent(String.self, forKey: .architecture) ?? "",
            user: configuration?.user ?? "",
            environment: Self.pairs(configuration?.environment ?? []),
            entrypoint: configuration?.entrypoint ?? [], command: configuration?.command ?? [],
            volumes: configuration?.volumes?.keys.sorted() ?? [], labels: configuration?.labels ?? [:])
    }

    /// `NAME=VALUE` each; the last one of a name counts.
    private static func pairs(_ lines: [String]) -> [String: String] {
        let pairs = lines.map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false) }
        return Dictionary(pairs.map { (String($0[0]), $0.count > 1 ? String($0[1]) : "") }) { $1 }
    }
}

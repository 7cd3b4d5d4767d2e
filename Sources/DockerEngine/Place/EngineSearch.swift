// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation

/// Which engine is meant: by the same rules as the `docker` command, and then at the usual places.
///
/// `DOCKER_HOST`, else the context of `DOCKER_CONTEXT`, else the current one of `config.json`, else what is there:
/// Docker's socket of the user, Docker's of the machine, Podman's of the user, Podman's of the machine.
struct EngineSearch {
    /// What was found out.
    enum Answer: Equatable {
        /// This one is meant, and no other will do.
        case told(EngineAddress)
        /// Nobody said: the first of these that is there.
        case usual([EngineAddress])
    }

    private let environment: [String: String]
    private let read: (String) -> [UInt8]?

    /// `read` gives the bytes of a file; nil when there is none, or it cannot be read.
    init(environment: [String: String], read: @escaping (String) -> [UInt8]?) {
        (self.environment, self.read) = (environment, read)
    }

    func answer() throws(EngineError) -> Answer {
        if let host = variable("DOCKER_HOST") { return .told(try EngineAddress(host: host)) }
        if let name = try context() { return .told(try address(ofContext: name)) }
        return .usual(usualPlaces)
    }

    /// The name of the context in use; nil for the one that every `docker` has, named `default`.
    private func context() throws(EngineError) -> String? {
        var name = variable("DOCKER_CONTEXT") ?? ""
        if name.isEmpty { name = try configuration()?.currentContext ?? "" }
        return name.isEmpty || name == "default" ? nil : name
    }

    private struct Configuration: Decodable {
        var currentContext: String?
    }

    /// `contexts/meta/…/meta.json`, with an endpoint for each kind of program.
    private struct Context: Decodable {
        struct Endpoint: Decodable {
            var host: String?
            enum CodingKeys: String, CodingKey { case host = "Host" }
        }

        var endpoints: [String: Endpoint]?
        enum CodingKeys: String, CodingKey { case endpoints = "Endpoints" }
    }

    private func configuration() throws(EngineError) -> Configuration? {
        guard let folder, let bytes = read("\(folder)/config.json") else { return nil }
        guard let configuration = try? JSONDecoder().decode(Configuration.self, from: Data(bytes)) else {
            throw unreadable("\(folder)/config.json")
        }
        return configuration
    }

    /// A context lies in a folder that is named by the digest of its name.
    private func address(ofContext name: String) throws(EngineError) -> EngineAddress {
        let digest = SHA256.digest(of: Array(name.utf8)).hex
        let path = "\(folder ?? "")/contexts/meta/\(digest)/meta.json"
        guard folder != nil, let bytes = read(path) else {
            throw .unsupported(
                "the docker context '\(name.printable)'", reason: "there is none of that name",
                hint: "'docker context ls' lists them; DOCKER_HOST=unix:///PATH names a socket.")
        }
        let context = try? JSONDecoder().decode(Context.self, from: Data(bytes))
        guard let host = context?.endpoints?["docker"]?.host else { throw unreadable(path) }
        return try EngineAddress(host: host)
    }

    private func unreadable(_ path: String) -> EngineError {
        .unsupported(
            "the file '\(path.printable)'", reason: "it is not what docker writes",
            hint: "DOCKER_HOST=unix:///PATH names a socket without it.")
    }

    private var folder: String? {
        variable("DOCKER_CONFIG") ?? variable("HOME").map { "\($0)/.docker" }
    }

    private var usualPlaces: [EngineAddress] {
        let own = variable("XDG_RUNTIME_DIR")
        let places = [
            own.map { "\($0)/docker.sock" }, "/var/run/docker.sock", own.map { "\($0)/podman/podman.sock" },
            "/run/podman/podman.sock",
        ]
        return places.compactMap { place in place.flatMap { try? EngineAddress(socket: $0) } }
    }

    /// An empty variable is none.
    private func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

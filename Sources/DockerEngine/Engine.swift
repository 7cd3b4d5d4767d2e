// SPDX-License-Identifier: Apache-2.0
public import Diagnostics
import Files
import Foundation

/// A container engine of this machine, Docker or Podman, spoken to by the Engine API over its socket.
///
/// All calls block, and are made for plain threads, any number of them at once. Each is tried once: the engine is
/// beside us, and what failed there fails again. What it keeps (containers, volumes) outlives this value.
public struct Engine: Sendable {
    /// Where it listens.
    public let address: EngineAddress
    /// What both sides speak.
    public let version: APIVersion
    /// As it names itself, such as `Docker 20.10.24` or `Podman 4.3.1`.
    public let product: String
    let channel: EngineChannel

    /// Asks an engine what it is; throws when nobody answers or there is no version that both sides speak.
    public init(at address: EngineAddress, cancellation: Cancellation = Cancellation()) throws(EngineError) {
        let first = EngineChannel(address, version: nil, cancellation: cancellation)
        let answer = try first.ask(
            EngineCall(.get, ["version"], step: "asking the engine for its version"), for: VersionAnswer.self)
        try self.init(at: address, answer, cancellation)
    }

    private init(
        at address: EngineAddress, _ answer: VersionAnswer, _ cancellation: Cancellation
    ) throws(EngineError) {
        (self.address, version) = (address, try answer.common())
        product = answer.product
        channel = EngineChannel(address, version: version, cancellation: cancellation)
    }

    private init(_ engine: Engine, _ cancellation: Cancellation) {
        (address, version, product) = (engine.address, engine.version, engine.product)
        channel = EngineChannel(address, version: version, cancellation: cancellation)
    }

    /// The same engine, for what is to end with another request to stop: one step, or cleaning up after one.
    public func within(_ cancellation: Cancellation) -> Engine { Engine(self, cancellation) }

    /// Throws when the engine does not answer any more.
    public func ping() throws(EngineError) {
        _ = try channel.ask(EngineCall(.get, ["_ping"], step: "asking the engine for a sign of life"))
    }

    /// The engine that is meant where the environment has these variables (`DOCKER_HOST`, `DOCKER_CONTEXT`,
    /// `DOCKER_CONFIG`, `HOME`, `XDG_RUNTIME_DIR`), or else the first at a usual place that answers.
    public static func found(
        in environment: [String: String], cancellation: Cancellation = Cancellation()
    ) throws(EngineError) -> Engine {
        switch try EngineSearch(environment: environment, read: fileContent).answer() {
        case .told(let address): return try Engine(at: address, cancellation: cancellation)
        case .usual(let places): return try first(of: places, cancellation)
        }
    }

    /// Where nobody answers, the place is told that somebody could do something about.
    private static func first(
        of places: [EngineAddress], _ cancellation: Cancellation
    ) throws(EngineError) -> Engine {
        var failures: [EngineError] = []
        for place in places where (try? FileStatus(following: place.socket)) != nil {
            do throws(EngineError) { return try Engine(at: place, cancellation: cancellation) } catch {
                if case .interrupted = error { throw error }
                failures.append(error)
            }
        }
        let silent = failures.first { if case .notRunning = $0 { false } else { true } }
        throw silent ?? failures.first ?? .absent(places: places.map(\.socket))
    }

    private static func fileContent(_ path: String) -> [UInt8]? {
        (try? FileDescriptor(file: path).content(limit: 1 << 20)) ?? nil
    }
}

/// What `GET /version` answers.
struct VersionAnswer: Decodable {
    struct Component: Decodable {
        var name: String?
        enum CodingKeys: String, CodingKey { case name = "Name" }
    }

    var version: String?
    var highest: String?
    var lowest: String?
    var components: [Component]?

    enum CodingKeys: String, CodingKey {
        case version = "Version"
        case highest = "ApiVersion"
        case lowest = "MinAPIVersion"
        case components = "Components"
    }

    /// Docker calls its first component `Engine`.
    var product: String {
        let name = components?.first?.name?.hasPrefix("Podman") == true ? "Podman" : "Docker"
        return "\(name) \((version ?? "").prefix(40))".printable
    }

    func common() throws(EngineError) -> APIVersion {
        guard let highest = highest.flatMap({ APIVersion($0) }) else {
            throw .misbehaving("asking the engine for its version", reason: "no version of the Engine API")
        }
        let lowest = lowest.flatMap { APIVersion($0) }
        guard let version = APIVersion.common(lowest: lowest, highest: highest) else {
            throw .incompatible(product, speaks: "\(lowest.map { "\($0) to " } ?? "")\(highest)")
        }
        return version
    }
}

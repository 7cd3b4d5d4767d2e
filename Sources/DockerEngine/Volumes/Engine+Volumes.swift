// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A volume that an engine has.
public struct Volume: Sendable, Equatable, Decodable {
    /// By which it is mounted.
    public var name: String
    /// What its maker wrote on it.
    public var labels: [String: String]

    enum CodingKeys: String, CodingKey {
        case name = "Name"
        case labels = "Labels"
    }

    /// Reads an answer or an element of a list; throws without `Name`, while labels that are missing or null are none.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        labels = try values.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
    }
}

extension Engine {
    /// Makes an empty volume of the engine's own kind.
    ///
    /// An engine keeps a volume of that name that is there already, with its own labels: who wants a new one looks at
    /// those of the answer.
    @discardableResult
    public func createVolume(_ name: String, labels: [String: String]) throws(EngineError) -> Volume {
        let call = EngineCall(.post, ["volumes", "create"], step: "making volume '\(name)'")
        return try channel.ask(call.with(json: NewVolume(name: name, labels: labels)), for: Volume.self)
    }

    /// The volume of a name; nil when there is none.
    public func volume(_ name: String) throws(EngineError) -> Volume? {
        let call = EngineCall(
            .get, ["volumes", .name(name)], step: "looking at volume '\(name)'", of: (.volume, name))
        do throws(EngineError) { return try channel.ask(call, for: Volume.self) } catch {
            if case .missing = error { return nil }
            throw error
        }
    }

    /// The volumes that have a label, and this value of it unless that is nil.
    public func volumes(labelled label: String, _ value: String? = nil) throws(EngineError) -> [Volume] {
        let call = EngineCall(
            .get, ["volumes"], query: [("filters", Self.filter(label, value))], step: "listing volumes")
        return try channel.ask(call, for: VolumeList.self).volumes ?? []
    }

    /// Removes a volume with all that is in it; one that is not there is no error.
    ///
    /// Takes as long as the engine needs for its files, but not for ever: after a quarter of an hour it is `stalled`.
    public func removeVolume(_ name: String) throws(EngineError) {
        let call = EngineCall(
            .delete, ["volumes", .name(name)], step: "removing volume '\(name)'", of: (.volume, name))
        do throws(EngineError) { _ = try channel.ask(call.with(patience: 900)) } catch {
            if case .missing = error { return }
            throw error
        }
    }

    /// A filter by label, as queries have it.
    static func filter(_ label: String, _ value: String?) -> String {
        let encoded = try? JSONEncoder().encode(["label": [value.map { "\(label)=\($0)" } ?? label]])
        return String(decoding: encoded ?? Data(), as: UTF8.self)
    }
}

private struct NewVolume: Encodable {
    var name: String
    var labels: [String: String]

    enum CodingKeys: String, CodingKey {
        case name = "Name"
        case labels = "Labels"
    }
}

private struct VolumeList: Decodable {
    var volumes: [Volume]?
    enum CodingKeys: String, CodingKey { case volumes = "Volumes" }
}

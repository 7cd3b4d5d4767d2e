// SPDX-License-Identifier: Apache-2.0
import Evidence
import Foundation

/// The facts that are kept with a leaf: numbers, texts, and objects of them.
struct LeafFacts {
    /// The name of the fact that says which pins there were when an event was written.
    static let lastPin = "lastPin"

    let members: [String: CanonicalJSON]

    /// Nil for NULL, and for what is no object.
    init?(_ text: String?) {
        guard let text, let facts = try? JSONDecoder().decode([String: Fact].self, from: Data(text.utf8))
        else {
            return nil
        }
        members = facts.mapValues(\.value)
    }

    private struct Fact: Decodable {
        let value: CanonicalJSON

        init(from decoder: any Decoder) throws {
            if let inner = try? [String: Fact](from: decoder) {
                value = .object(inner.mapValues(\.value))
                return
            }
            let single = try decoder.singleValueContainer()
            value =
                try (try? single.decode(Int64.self)).map(CanonicalJSON.number)
                ?? .text(single.decode(String.self))
        }
    }
}

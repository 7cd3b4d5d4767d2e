// SPDX-License-Identifier: Apache-2.0
import Diagnostics

/// The halves of an access key as one place holds them.
///
/// They are never put together from two places, for then the signature would be wrong without a word.
struct KeyPair {
    var id: String?
    var secret: String?
    var token: String?
    /// What the halves are called there.
    var names: (id: String, secret: String)
    var origin: String

    /// The choice these make, or nil when neither half is there.
    func chosen() throws(SettingsError) -> ChosenCredentials? {
        switch (id, secret) {
        case (nil, nil): return nil
        case (nil, _): throw .halfPair(missing: names.id, origin: origin)
        case (_, nil): throw .halfPair(missing: names.secret, origin: origin)
        case (let id?, let secret?):
            for (name, value) in [(names.id, id), (names.secret, secret), ("session token", token ?? "")] {
                try checkCharacters(of: value, name)
            }
            return ChosenCredentials(
                .static(id: id, secret: Secret(secret), token: token.map(Secret.init)), origin: origin)
        }
    }

    /// A line end inside a key would end a header of the request.
    private func checkCharacters(of value: String, _ name: String) throws(SettingsError) {
        guard value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .unusable(
                "\(name) from \(origin)", reason: "it holds a blank or another character that no key has")
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One request to an engine, and the words for what it is about.
struct EngineCall {
    var method: Method
    /// From the API's root on, encoded.
    var path: String
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// What errors call it: `creating container 'x'`.
    var step: String
    /// What is not there when the answer is 404.
    var subject: (thing: EngineError.Thing, name: String)?
    /// In seconds, without a single byte; 0 for any time.
    var patience = 60

    /// `path` and the names in it come in parts; `query` without values that are nil.
    init(
        _ method: Method, _ path: [PathPart], query: [(String, String?)] = [], step: String,
        of subject: (thing: EngineError.Thing, name: String)? = nil
    ) {
        (self.method, self.step, self.subject) = (method, step, subject)
        self.path = path.map { "/" + $0.encoded }.joined()
        let pairs = query.compactMap { name, value in value.map { "\(name)=\($0.percentEncoded())" } }
        if !pairs.isEmpty { self.path += "?" + pairs.joined(separator: "&") }
    }

    /// What is done to what the path names.
    enum Method {
        case get, post, put, delete
    }

    /// A part of a path: a word of the API, or a name that may hold anything.
    enum PathPart: ExpressibleByStringLiteral {
        case word(String)
        case name(String)
        /// The slashes of an image's name belong to it.
        case image(ImageName)

        init(stringLiteral word: String) { self = .word(word) }

        var encoded: String {
            switch self {
            case .word(let word): word
            case .name(let name): name.percentEncoded()
            case .image(let name): name.description.percentEncoded(keeping: "/:@")
            }
        }
    }

    /// The same with a JSON document as its body.
    func with(json body: some Encodable) -> EngineCall {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var call = self
        // Nothing that is sent holds a number that JSON has not.
        call.body = (try? encoder.encode(body)).map(Array.init) ?? []
        call.headers.append(("Content-Type", "application/json"))
        return call
    }

    func with(patience seconds: Int) -> EngineCall {
        var call = self
        call.patience = seconds
        return call
    }
}

extension String {
    /// Every byte but the unreserved ones of RFC 3986, section 2.3, and those of `kept`.
    func percentEncoded(keeping kept: String = "") -> String {
        utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-._~".utf8.contains(byte) || kept.utf8.contains(byte)
            let hex = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + hex
        }.joined()
    }
}

// SPDX-License-Identifier: Apache-2.0

/// The fields of an Error document that matter here ("Error responses", Amazon S3 API Reference).
struct S3ErrorDocument: Equatable {
    var code: String?
    var message: String?
    /// The region a bucket is really in.
    var region: String?
    /// The server that should have been asked.
    var endpoint: String?
    var storageClass: String?
    var serverTime: String?

    /// No error document is longer; what is longer is not read.
    static let limit = 64 << 10

    /// What can be told of a reply; nothing at all when it is no such document.
    static func read(_ document: [UInt8]) -> S3ErrorDocument {
        var fields = S3ErrorDocument()
        do throws(XMLFault) {
            var tokens = try XMLTokens(document)
            guard var root = try tokens.next() else { return fields }
            // STS wraps the same fields in ErrorResponse.
            if root == .start("ErrorResponse") { root = .start("Error") }
            guard root == .start("Error") else { return fields }
            var text: [UInt8] = []
            while let token = try tokens.next() {
                switch token {
                case .start: text = []
                case .text(let bytes): text += bytes
                case .end(let name): fields.set(name, String(decoding: text, as: UTF8.self))
                }
            }
            return fields
        } catch {
            return S3ErrorDocument()
        }
    }

    private mutating func set(_ name: String, _ text: String) {
        switch name {
        case "Code": code = code ?? text
        case "Message": message = message ?? text
        case "Region": region = text
        case "Endpoint": endpoint = text
        case "StorageClass": storageClass = text
        case "ServerTime": serverTime = text
        default: break
        }
    }
}

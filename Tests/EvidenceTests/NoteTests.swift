// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Testing

@testable import Evidence

@Suite struct `A signed note` {
    private let key: SigningKey

    init() throws {
        let seed = try #require(Ed25519.PrivateKey(seed: Array(0..<32)))
        key = try #require(SigningKey(name: "pg_backctl/abc", seed))
    }

    private var checkpoint: Checkpoint {
        Checkpoint(
            origin: "pg_backctl/abc", size: 12, root: TreeHash.leaf([1]),
            made: Timestamp(nanoseconds: 1_800_000_000_000_000_007))
    }

    /// RFC 8032, section 7.1, tests 1 and 2.
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ])
    func `is signed as RFC 8032 says`(seed: String, publicKey: String, message: String, signature: String)
        throws
    {
        let bytes = try #require(Hex.decode(seed))
        let key = try #require(Ed25519.PrivateKey(seed: bytes))
        let message = try #require(Hex.decode(message))
        #expect(Hex.encode(key.publicKey) == publicKey)
        #expect(Hex.encode(key.signature(of: message)) == signature)
        #expect(Ed25519.isValid(key.signature(of: message), of: message, by: key.publicKey))
        #expect(!Ed25519.isValid(key.signature(of: message), of: message + [0], by: key.publicKey))
        #expect(!Ed25519.isValid([], of: message, by: key.publicKey))
        #expect(!Ed25519.isValid(key.signature(of: message), of: message, by: []))
    }

    /// The example of golang.org/x/mod/sumdb/note.
    @Test func `is read as other programs write it`() throws {
        let verifier = try #require(
            VerifierKey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"))
        let note = try #require(
            SignedNote(
                """
                If you think cryptography is the answer to your problem,
                then you don't know what your problem is.

                \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

                """))
        #expect(note.isSigned(by: verifier))
        #expect(!note.isSigned(by: key.verifier))
        #expect(verifier.description == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    }

    @Test func `holds a checkpoint that comes back as it was`() throws {
        let note = SignedNote(checkpoint.text, by: [key])
        let back = try #require(SignedNote(note.description))
        #expect(back == note)
        #expect(Checkpoint(back.text) == checkpoint)
        #expect(back.text.hasSuffix("\nmade 2027-01-15T08:00:00.000000007Z\n"))
    }

    @Test func `tells what was begun and which leaves nobody had signed`() throws {
        let told = Checkpoint(
            origin: "pg_backctl/abc", size: 12, root: TreeHash.leaf([1]), made: nil,
            begun: [
                "trial": .init(7, Timestamp(nanoseconds: -3)), "run": .init(2, Timestamp(nanoseconds: 5)),
            ],
            unsigned: [3..<5])
        #expect(told.text.hasSuffix("=\nbegun run=2@5 trial=7@-3\nunsigned 3-4\n"))
        #expect(Checkpoint(told.text) == told)
        let more = Checkpoint(
            origin: "o", size: 12, root: TreeHash.leaf([1]), made: nil,
            unsigned: [8..<9, 1..<2, 2..<4, 5..<5],
            imported: ["proof": 3, "event": 1])
        #expect(more.text.hasSuffix("=\nimported event=1 proof=3\nunsigned 1-3 8-8\n"))
        #expect(Checkpoint(more.text) == more)
        let none = Checkpoint(origin: "o", size: 0, root: TreeHash.empty, made: nil, imported: [:])
        #expect(none.text.hasSuffix("=\nimported none\n") && Checkpoint(none.text)?.imported == [:])
        let many = Checkpoint(
            origin: "o", size: 999, root: TreeHash.empty, made: nil,
            unsigned: (0..<150).map { 3 * $0..<3 * $0 + 1 })
        #expect(many.unsigned.count == 100 && many.unsigned[0] == 0..<151 && many.unsigned[99] == 447..<448)
        for text in [
            "unsigned 4-3", "unsigned -1-3", "unsigned 1-9223372036854775807", "begun run=2@", "begun =@",
        ] {
            let lines = checkpoint.text + text + "\n"
            let read = try #require(Checkpoint(lines))
            #expect(read.unsigned.isEmpty && read.begun.isEmpty, "\(text)")
        }
    }

    @Test(arguments: [
        (Int64.min, "1677-09-21T00:12:43.145224192Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
        (Int64.max, "2262-04-11T23:47:16.854775807Z"), (-1_000_000_000, "1969-12-31T23:59:59.000000000Z"),
    ])
    func `tells any time that a file can have`(nanoseconds: Int64, text: String) {
        #expect(Timestamp(nanoseconds: nanoseconds).precise == text)
    }

    @Test func `is not signed any more when any of its bytes is another`() {
        let bytes = Array(SignedNote(checkpoint.text, by: [key]).description.utf8)
        for index in bytes.indices {
            for bit in [UInt8(1), 0x20, 0x80] {
                var changed = bytes
                changed[index] ^= bit
                guard let text = String(validating: changed, as: UTF8.self), let note = SignedNote(text)
                else {
                    continue
                }
                #expect(!note.isSigned(by: key.verifier), "byte \(index), bit \(bit)")
            }
        }
    }

    @Test(arguments: [
        "", "\n", "text\n", "text\n\n", "text\n\n\u{2014} name\n", "text\n\n\u{2014} name AAAA\n",
        "text\n\n- name AAAAAAAA\n",
        "te\u{1B}xt\n\n\u{2014} name AAAAAAAA\n", "text\n\n\u{2014} name AAAAAAAA",
        "text\n\n\u{2014} name AAAAAAA=\n\n",
    ])
    func `is nothing else`(_ text: String) { #expect(SignedNote(text) == nil) }

    @Test(arguments: [
        "", "origin\n1\n", "origin\n01\nAA==\n", "origin\n-1\n" + String(repeating: "A", count: 43) + "=\n",
        "origin\n1\nAAAA\n", "\n1\n" + String(repeating: "A", count: 43) + "=\n",
    ])
    func `is a checkpoint only when it is one`(_ text: String) { #expect(Checkpoint(text) == nil) }

    @Test func `has keys that come back from their texts`() throws {
        #expect(VerifierKey(key.verifier.description) == key.verifier)
        let back = try #require(SigningKey(key.text))
        #expect(back.verifier == key.verifier)
        #expect(back.signature(of: [1, 2]) == key.signature(of: [1, 2]))
        #expect("\(key.text)" == "***")
        for name in ["", "a b", "a+b", "a\nb"] {
            #expect(VerifierKey(name: name, publicKey: key.verifier.publicKey) == nil)
        }
    }
}

@Suite struct `Canonical JSON` {
    @Test func `has one way to write a value`() {
        let value: CanonicalJSON = [
            "b": .list([.number(-7), .truth(true), .text("a\"\\\u{8}\t\n\u{c}\r\u{1}\u{7f}/é\u{1F600}")]),
            "a": [:],
            "\u{E000}": "behind", "\u{1F600}": "before",
        ]
        #expect(
            String(decoding: value.bytes, as: UTF8.self)
                == #"{"a":{},"b":[-7,true,"a\"\\\b\t\n\f\r\u0001"# + "\u{7f}" + #"/é😀"],"😀":"before",""#
                + "\u{E000}"
                + #"":"behind"}"#)
    }
}

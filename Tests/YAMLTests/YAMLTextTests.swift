// SPDX-License-Identifier: Apache-2.0
import Testing
import YAML

@Suite struct `A YAML text` {
    private static func keys(_ text: String) throws -> YAMLKeys {
        let root = try #require(try YAMLText.parse(Array(text.utf8), aliases: .taken))
        return try YAMLKeys(root, of: "the file", example: "a: b")
    }

    @Test func `has values that know their places`() throws {
        let keys = try Self.keys("a: 1\nb:\n  - x\n  - 'y'\n")
        let list = try #require(keys["b"]?.list)
        #expect(keys["a"]?.text == "1" && keys["a"]?.isQuoted == false && keys["c"] == nil)
        #expect(list.map(\.text) == ["x", "y"] && list.map(\.isQuoted) == [false, true])
        #expect(list.map(\.place) == [TextPlace(line: 3, column: 5), TextPlace(line: 4, column: 5)])
    }

    @Test func `merges what an alias stands for, and its own keys win`() throws {
        let text = """
            one: &one { a: 1, b: 1 }
            two: &two { <<: *one, b: 2, c: 2 }
            three: { c: 3, <<: *two }
            four: { <<: [*two, *one], d: 4 }
            five: { '<<': 5 }
            """
        let keys = try Self.keys(text)
        func read(_ key: String) throws -> [String: String] {
            let pairs = try YAMLKeys(try keys.require(key), of: key, example: "").pairs
            return Dictionary(uniqueKeysWithValues: pairs.map { ($0.key.text ?? "", $0.value.text ?? "") })
        }
        #expect(try read("two") == ["a": "1", "b": "2", "c": "2"])
        #expect(try read("three") == ["a": "1", "b": "2", "c": "3"])
        #expect(try read("four") == ["a": "1", "b": "2", "c": "2", "d": "4"])
        #expect(try read("five") == ["<<": "5"])
    }

    @Test func `tells each key that is not known, and which may have been meant`() throws {
        let strange = try Self.keys("locaton: 1\nname: 2\npassword:hunter2: 3\n").strange(beside: [
            "location", "name",
        ])
        #expect(strange.map(\.place) == [TextPlace(line: 1, column: 1), TextPlace(line: 3, column: 1)])
        #expect(strange[0].hint == "is 'location' meant?")
        #expect(strange[1].reason == "the file has no key 'password'")
        #expect(strange[1].hint == "those there are: location, name.")
    }

    /// Texts that stand for far more than they hold; without limits each takes minutes, or memory without end.
    static let laughs: [(text: String, words: String)] = {
        let letters = Array("abcdefgh")
        let lines = letters.enumerated().map { index, letter in
            let inner = index == 0 ? "x" : "*\(letters[index - 1])"
            return "\(letter): &\(letter) [\(Array(repeating: inner, count: 10).joined(separator: ","))]\n"
        }
        let nest = lines.joined()
        return [
            (nest, "more than 100000 values"), (nest + "? *h\n: 1\n", "every key must be a plain text"),
            (nest + "{[*h]:1}\n", "every key must be a plain text"),
            (nest + "*h : 1\n", "every key must be a plain text"),
            (String(repeating: "[", count: 500) + String(repeating: "]", count: 500), "32 deep"),
            (String(repeating: "[", count: 500_000), "it is no YAML"),
            (String(repeating: "#", count: YAMLText.sizeLimit + 1), "it has more than"),
            ("a: \u{0}", "no text in UTF-8"), ("a: *b\nc: &b 1\n", "it is no YAML"),
        ]
    }()

    @Test(arguments: laughs.indices) func `has limits`(_ index: Int) throws {
        let (text, words) = Self.laughs[index]
        let clock = ContinuousClock()
        let time = try clock.measure {
            let fault = try #require(throws: YAMLFault.self) {
                try YAMLText.parse(Array(text.utf8), aliases: .taken)
            }
            #expect(fault.reason.contains(words), "\(fault)")
        }
        #expect(time < .seconds(10))
    }

    @Test func `with many aliases may have an address of IPv6`() throws {
        let many = (0..<40).map { "k\($0): *a\n" }.joined()
        let keys = try Self.keys("a: &a 1\nb: http://[::1]:3128\n" + many)
        #expect(keys["b"]?.text == "http://[::1]:3128" && keys["k39"]?.text == "1")
    }

    @Test func `of someone who wants no aliases has none`() throws {
        let fault = try #require(throws: YAMLFault.self) {
            try YAMLText.parse(Array("a: &x 1\nb: *x\n".utf8), aliases: .refused)
        }
        #expect(fault.reason.contains("anchors"))
        #expect(try YAMLText.parse(Array("a: 5 * 3 & 4\n".utf8), aliases: .refused) != nil)
        #expect(try YAMLText.parse(Array("# nothing\n".utf8), aliases: .refused) == nil)
    }

    @Test(arguments: [
        ("locaton", "location"), ("lcoation", "location"), ("LOCATION", "location"), ("regions", "region"),
        ("to", nil), ("password", nil), (String(repeating: "a", count: 65), nil),
    ])
    func `guesses a name that is near`(_ name: String, meant: String?) {
        #expect(NearestName.of(name, in: ["location", "region", "by"]) == meant)
    }
}

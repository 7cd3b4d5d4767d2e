// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// All samples of one name, in Prometheus' text format 0.0.4.
struct MetricFamily {
    enum Kind: String { case gauge, counter }

    /// One value and what it belongs to.
    struct Sample {
        var labels: [(name: String, value: String)]
        var value: Double
    }

    let name: String
    let help: String
    let kind: Kind
    private(set) var samples: [Sample] = []
    /// Of the samples: two with the same labels would make all of the text invalid.
    private var seen: Set<String> = []

    /// A number that goes up and down.
    init(_ name: String, _ help: String) { self.init(name, .gauge, help) }

    init(_ name: String, _ kind: Kind, _ help: String) {
        (self.name, self.kind, self.help) = ("pg_backctl_\(name)", kind, help)
    }

    /// Adds a value; one of labels that were there before is left out.
    mutating func add(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
        let labels = labels.map { (name: $0.key, value: $0.value) }
        guard seen.insert(Self.text(labels)).inserted else { return }
        samples.append(Sample(labels: labels, value: value))
    }

    /// The same, where there is a value.
    mutating func add(_ value: Double?, _ labels: KeyValuePairs<String, String>) {
        if let value { add(value, labels) }
    }

    /// The time as Prometheus wants it, in seconds since 1970, where there is one.
    mutating func add(_ time: Timestamp?, _ labels: KeyValuePairs<String, String>) {
        add(time.map { Double($0.seconds) }, labels)
    }

    /// Its lines; none at all without a sample.
    var text: String {
        guard !samples.isEmpty else { return "" }
        let head = "# HELP \(name) \(Self.escaped(help))\n# TYPE \(name) \(kind.rawValue)\n"
        return samples.reduce(into: head) { text, sample in
            text += "\(name)\(Self.text(sample.labels)) \(Self.text(sample.value))\n"
        }
    }

    private static func text(_ labels: [(name: String, value: String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.name)=\"\(quoted($0.value))\"" }.joined(separator: ",") + "}"
    }

    /// Whole numbers without a fraction, as people compare them.
    private static func text(_ value: Double) -> String {
        value.rounded() == value && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    /// Of a help text: backslash and line feed.
    private static func escaped(_ text: String) -> String { escape(text, quotes: false) }

    /// Of a label's value, which can hold anything that a name in a store holds.
    private static func quoted(_ text: String) -> String { escape(text, quotes: true) }

    private static func escape(_ text: String, quotes: Bool) -> String {
        // By scalars: a carriage return and a line feed are one character.
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\": escaped += #"\\"#
            case "\n": escaped += #"\n"#
            case "\"" where quotes: escaped += #"\""#
            // To some readers it is the end of the text.
            case "\0": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}

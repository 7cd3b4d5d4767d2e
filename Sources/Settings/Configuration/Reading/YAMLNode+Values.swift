// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import YAML

/// Values of the configuration: each reader takes one form and says what it wanted and what it found.
extension YAMLNode {
    /// Of one line, and not longer than a path may be.
    func line(_ what: String, such: String) throws(YAMLFault) -> String {
        guard let text, !text.isEmpty, text.utf8.count <= 4096,
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { throw fault("\(what) wanted, found \(found)", hint: "such as \(such).") }
        return text
    }

    /// A name of ours: it stands in messages, labels of metrics and after `--store`.
    func name() throws(YAMLFault) -> String {
        guard let text, text.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._\-]{0,62}/) != nil else {
            throw fault(
                "a name of up to 63 letters, digits, '-', '_' and '.' wanted, found \(found)",
                hint: "such as shop or eu-west.")
        }
        return text
    }

    /// In seconds: `90s`, `15m`, `4h`, `7d`, `8w`.
    func duration() throws(YAMLFault) -> Double {
        if let seconds = text.flatMap(TimeSpan.seconds) { return seconds }
        throw fault(
            "a length of time with its unit wanted, found \(found)",
            hint: "such as 90s, 15m, 4h or 7d, from 1s to 366d.")
    }

    /// In bytes: `50M`, `2GiB`; K, M, G and T are powers of 1000, with `i` of 1024.
    func size() throws(YAMLFault) -> UInt64 {
        if let bytes = text.flatMap(ByteCount.bytes) { return bytes }
        throw fault(
            "a size with its unit wanted, found \(found)",
            hint: "such as 50M, 500GB or 2GiB: M is 10^6 and Mi 2^20; less than 8 EiB.")
    }

    /// A size of at least the 8 MiB that are read at once: with less nothing would ever be proven.
    func chunks() throws(YAMLFault) -> UInt64 {
        let bytes = try size()
        if bytes >= 8 << 20 { return bytes }
        throw fault("at least 8MiB wanted, found \(found)", hint: "backups are read 8 MiB at a time.")
    }

    func count(_ range: ClosedRange<Int>) throws(YAMLFault) -> Int {
        guard let text, !isQuoted, text.wholeMatch(of: /[0-9]{1,9}/) != nil, let number = Int(text),
            range.contains(number)
        else {
            throw fault(
                "a number from \(range.lowerBound) to \(range.upperBound) wanted, found \(found)",
                hint: "write it in digits and without quotes.")
        }
        return number
    }

    func number(_ range: ClosedRange<Double>) throws(YAMLFault) -> Double {
        guard let text, text.wholeMatch(of: /[0-9]{1,9}(\.[0-9]{1,6})?/) != nil, let number = Double(text),
            range.contains(number)
        else {
            throw fault(
                "a number from \(range.lowerBound) to \(Int(range.upperBound)) wanted, found \(found)",
                hint: "such as 2 or 0.5.")
        }
        return number
    }

    func flag() throws(YAMLFault) -> Bool {
        switch (text, isQuoted) {
        case ("true", false): return true
        case ("false", false): return false
        default: throw fault("true or false wanted, found \(found)", hint: "without quotes.")
        }
    }

    /// One of the words of a type.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ type: Choice.Type = Choice.self
    ) throws(YAMLFault) -> Choice where Choice.RawValue == String {
        if let choice = text.flatMap({ Choice(rawValue: $0) }) { return choice }
        let words = Choice.allCases.map(\.rawValue)
        let near = text.flatMap { NearestName.of($0, in: words) }.map { "is '\($0)' meant?" }
        throw fault(
            "one of \(words.joined(separator: ", ")) wanted, found \(found)",
            hint: near ?? "write one of them.")
    }

    /// From `/` on: what runs by itself has no working directory that anybody chose.
    func path() throws(YAMLFault) -> String {
        guard let text, text.hasPrefix("/"), (try? line("", such: "")) != nil else {
            throw fault("a full path wanted, found \(found)", hint: "it begins with '/'.")
        }
        return text
    }

    func timeOfDay() throws(YAMLFault) -> TimeOfDay {
        guard let text, isQuoted else {
            throw fault(
                "a time of day in quotes wanted, found \(found)",
                hint: "such as \"03:00\": without quotes, YAML may take it for a number.")
        }
        guard let match = text.wholeMatch(of: /([01][0-9]|2[0-3]):([0-5][0-9])/), let hour = Int(match.1),
            let minute = Int(match.2)
        else { throw fault("a time of day wanted, found \(found)", hint: "from \"00:00\" to \"23:59\".") }
        return TimeOfDay(hour: hour, minute: minute)
    }

    func zone() throws(YAMLFault) -> String {
        if let text, ZoneName.isValid(text) { return text }
        throw fault("a time zone wanted, found \(found)", hint: "such as Europe/Paris or UTC.")
    }
}

// SPDX-License-Identifier: Apache-2.0

/// A file in the Portable Document Format 1.7 (ISO 32000-1, 7.5): objects, and the table that says where each is.
///
/// Nothing in it comes from anywhere but what was added, so the same objects make the same bytes.
struct PDFFile {
    /// The number by which one object speaks of another.
    struct Reference: Equatable, CustomStringConvertible {
        fileprivate let number: Int
        var description: String { "\(number) 0 R" }
    }

    private var objects: [[UInt8]?] = []

    /// A number for what is to come.
    mutating func promised() -> Reference {
        objects.append(nil)
        return Reference(number: objects.count)
    }

    mutating func set(_ reference: Reference, _ text: String) {
        objects[reference.number - 1] = Array(text.utf8)
    }

    mutating func add(_ text: String) -> Reference {
        objects.append(Array(text.utf8))
        return Reference(number: objects.count)
    }

    /// `entries` stand in the dictionary of the stream beside its length.
    mutating func add(stream bytes: [UInt8], _ entries: String = "") -> Reference {
        let head = "<< /Length \(bytes.count) \(entries) >>\nstream\n"
        objects.append(Array(head.utf8) + bytes + Array("\nendstream".utf8))
        return Reference(number: objects.count)
    }

    /// The whole file.
    func bytes(catalog: Reference, information: Reference) -> [UInt8] {
        // Bytes above 127 tell programs that carry files that this one is no text.
        var file = Array("%PDF-1.7\n%".utf8) + [0xE2, 0xE3, 0xCF, 0xD3, 0x0A]
        var places: [Int] = []
        for (index, object) in objects.enumerated() {
            places.append(file.count)
            file +=
                Array("\(index + 1) 0 obj\n".utf8) + (object ?? Array("null".utf8)) + Array("\nendobj\n".utf8)
        }
        let start = file.count
        file += Array("xref\n0 \(objects.count + 1)\n0000000000 65535 f \n".utf8)
        for place in places {
            let digits = String(place)
            file += Array(
                "\(String(repeating: "0", count: max(0, 10 - digits.count)))\(digits) 00000 n \n".utf8)
        }
        file += Array(
            "trailer\n<< /Size \(objects.count + 1) /Root \(catalog) /Info \(information) >>\nstartxref\n\(start)\n%%EOF\n"
                .utf8)
        return file
    }

    /// A text outside of pages, in UTF-16 with its mark (7.9.2.2).
    static func text(_ text: String) -> String {
        let digits = text.utf16.map { unit in
            let hex = String(unit, radix: 16, uppercase: true)
            return String(repeating: "0", count: 4 - hex.count) + hex
        }
        return "<FEFF\(digits.joined())>"
    }

    /// In hundredths: on every machine the same digits.
    static func number(_ value: Double) -> String {
        let hundredths = Int((min(max(value.isFinite ? value : 0, -1e6), 1e6) * 100).rounded())
        let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
        return "\(hundredths < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}

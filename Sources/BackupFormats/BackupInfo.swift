// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// What the file `backup.sha256.info` claims about a backup.
///
/// The producer of the backup writes it for people, beside the sum file. It proves nothing: its reader is
/// lenient, and what it says is compared with what is there, never relied on.
public struct BackupInfo: Sendable, Equatable {
    /// The name under which a backup keeps its info file.
    public static let name: ObjectName = "backup.sha256.info"

    /// The backup's own label; nil, like all others, when the file does not say.
    public var label: String?
    /// When the backup was taken.
    public var timestamp: Timestamp?
    /// The digest that its sum file is made of, as the file names it.
    public var algorithm: String?
    /// The program that took the backup, with its version.
    public var tool: String?
    /// The name of the sum file.
    public var sumFileName: ObjectName?
    /// The files that the comments list, without a leading `./`.
    public var files: [ObjectName] = []
    /// How many files it says that the backup has.
    public var fileCount: Int?

    /// It says nothing yet: no files, and nil for all else.
    public init() {}

    /// Reads `key: value` lines and the list of files in the comments; what it cannot read it skips.
    ///
    /// At most 100 000 lines of at most 4096 bytes are looked at.
    public static func parse(_ bytes: [UInt8]) -> BackupInfo {
        var info = BackupInfo()
        var rest = bytes[...]
        var lines = 0
        while !rest.isEmpty, lines < 100_000 {
            lines += 1
            let line = rest.prefix { $0 != UInt8(ascii: "\n") }
            rest = rest.dropFirst(line.count + 1)
            if line.count <= 4096 { info.take(line: trimmed(line)) }
        }
        return info
    }

    private mutating func take(line: ArraySlice<UInt8>) {
        if line.first == UInt8(ascii: "#") {
            take(comment: Self.trimmed(line.dropFirst()))
            return
        }
        guard let (key, value) = Self.pair(line) else { return }
        let text = String(decoding: value, as: UTF8.self)
        switch key {
        case "backup_label": label = label ?? text
        case "backup_timestamp": timestamp = timestamp ?? Timestamp(iso8601: text)
        case "checksum_algorithm": algorithm = algorithm ?? text
        case "checksum_tool": tool = tool ?? text
        case "manifest_file": sumFileName = sumFileName ?? Self.name(value)
        default: break
        }
    }

    private mutating func take(comment: ArraySlice<UInt8>) {
        if comment.starts(with: Array("./".utf8)) {
            files.append(Self.name(comment))
        } else if let (key, value) = Self.pair(comment), key == "total files" {
            fileCount = fileCount ?? Int(String(decoding: value, as: UTF8.self))
        }
    }

    private static func name(_ text: ArraySlice<UInt8>) -> ObjectName {
        ObjectName(bytes: text.starts(with: Array("./".utf8)) ? text.dropFirst(2) : text)
    }

    /// The two sides of the first colon, trimmed; the key in lower case.
    private static func pair(_ line: ArraySlice<UInt8>) -> (key: String, value: ArraySlice<UInt8>)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let key = String(decoding: trimmed(line[..<colon]), as: UTF8.self).lowercased()
        return (key, trimmed(line[(colon + 1)...]))
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var text = text.drop(while: isBlank)
        while let last = text.last, isBlank(last) { text = text.dropLast() }
        return text
    }
}

// SPDX-License-Identifier: Apache-2.0

extension BackupManifest {
    /// The largest one that is read, in bytes: 20 million files and more.
    public static let sizeLimit: UInt64 = 4 << 30

    /// Reads a manifest and checks it against its own checksum.
    ///
    /// Stricter than PostgreSQL's parser (src/common/parse_manifest.c): members stand in the order in which
    /// PostgreSQL writes them, each once; integers are plain and in range; paths are relative, have one
    /// spelling and no control characters, and no path and no timeline comes twice; a checksum is as long as its algorithm
    /// says; strings are UTF-8; an entry is no longer than 64 KiB; nothing follows the last line.
    public static func parse(_ bytes: [UInt8]) throws(FormatError) -> BackupManifest {
        var parser = ManifestParser()
        parser.receive(bytes.span.bytes)
        return try parser.finish()
    }
}

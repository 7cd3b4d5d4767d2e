// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@Suite struct `Names of compressed files` {
    @Test(arguments: [
        ("base.tar", Compression.none), ("base.tar.gz", .gzip), ("base.tar.zst", .zstd),
        ("x.lz4", .lz4),
        ("x.bz2", .bzip2), ("x.GZ", .none), ("gz", .none), ("a.gz/b", .none),
    ])
    func `tell the format by their suffix`(name: String, format: Compression) {
        #expect(Compression(suffixOf: ObjectName(name)) == format)
    }
}

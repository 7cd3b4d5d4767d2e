// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Testing

@Suite struct `The pages of a file` {
    @Test(arguments: [0, 1, 8191]) func `are told from bytes after the last whole one`(_ count: Int) {
        var check = PageCheck(blocks: [0])
        check.receive([UInt8](repeating: 0, count: PageCheck.pageSize + count).span.bytes)
        let damage = check.finish()
        #expect(damage.pages == 1)
        #expect(damage.trailingBytes == count)
        #expect(damage.isDamaged == (count > 0))
    }
}

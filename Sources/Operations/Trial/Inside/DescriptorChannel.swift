// SPDX-License-Identifier: Apache-2.0
import Files
import Glibc
import StoreLending

/// Two descriptors of this process as a channel to who has started it.
struct DescriptorChannel: ByteChannel {
    let input: Int32
    let output: Int32

    func read(upTo limit: Int) throws(ChannelFault) -> [UInt8] {
        while true {
            var failure: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                let received = Glibc.read(input, buffer.baseAddress, limit)
                failure = received < 0 ? errno : 0
                count = max(0, received)
            }
            if failure == 0 { return bytes }
            guard failure == EINTR else { throw ChannelFault(SystemError(code: failure).text) }
        }
    }

    func write(_ bytes: RawSpan) throws(ChannelFault) {
        var rest = bytes
        while rest.byteCount > 0 {
            let count = rest.withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ChannelFault(SystemError.last.text) }
            rest = rest.extracting(droppingFirst: count)
        }
    }
}

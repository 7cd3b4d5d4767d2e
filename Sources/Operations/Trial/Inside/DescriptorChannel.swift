// SPDX-License-Identifier: Apache-2.0
import Files
import StoreLending

/// Two descriptors of this process as a channel to who has started it.
final class DescriptorChannel: ByteChannel {
    private let input: FileDescriptor
    private let output: FileDescriptor

    /// Takes both over.
    init(input: Int32, output: Int32) throws(SystemError) {
        self.input = try FileDescriptor(takingOver: input)
        self.output = try FileDescriptor(takingOver: output)
    }

    func read(upTo limit: Int) throws(ChannelFault) -> [UInt8] {
        do throws(SystemError) { return try input.next(limit: limit) } catch {
            throw ChannelFault(error.text)
        }
    }

    func write(_ bytes: RawSpan) throws(ChannelFault) {
        do throws(SystemError) { try output.write(bytes) } catch { throw ChannelFault(error.text) }
    }
}

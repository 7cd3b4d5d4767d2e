// SPDX-License-Identifier: Apache-2.0
import Digests

/// A text as the tools of four compressors pack it, each with the sum that unpacking checks.
enum CompressedSamples {
    struct Sample {
        var bytes: [UInt8]
        /// In bytes: a stretch of which every bit counts.
        ///
        /// Elsewhere are the format's marks, and bits that mean nothing,
        /// so that the text and its sum stay what they are.
        var ground: Range<Int>

        init(_ digits: String, over ground: Range<Int>) {
            (bytes, self.ground) = (Hex.decode(digits) ?? [], ground)
        }
    }

    /// Made by `gzip -9n`.
    static var gzip: Sample {
        Sample(
            """
            1f8b08000000000002039dd2b90d80301044d19c2aa604eeab1964ec055b5880f04a6e9f9c084d012ffaffde97d5d8c3\
            6a9c11c32928716dc8de280c9ca858bd1e840495a4e29083fae2fea28a4135831a06b50cea18d4336860d0c8a0898acb\
            2df1e78917027f1d247e020000
            """, over: 10..<100)
    }

    /// Made by `zstd -19 --check`.
    static var zstd: Sample {
        Sample(
            """
            28b52ffd0468f5020002440f17806d0e008241fc678b21270b1958425000081cb7b0497b8809721805310808acb3c96a\
            fff67ecc92bbee5739fd5c931be7c00bb166a55d1f4d6671a20ca010f0faff39b033cc0332c95938e3cc9933ce9c39e5\
            99333f51786e3b589be44e
            """, over: 17..<74)
    }

    /// Made by `lz4 -9 --content-size`.
    static var lz4: Sample {
        Sample(
            """
            04224d186440a774000000fd2670675f6261636b63746c3a206c696e652030206f662077686174206120646574656374\
            6f722069732074657374656420776974680a35001f313500211f323500211f333500211f343500211f353500211f3635\
            00211f373500211f383500211f39dd01220f1302230f14020c50776974680a000000001b8c73e8
            """, over: 7..<121)
    }

    /// Made by `bzip2 -9`.
    static var bzip2: Sample {
        Sample(
            """
            425a68393141592653591cf6a1080000f15b80001040007ff00000bfeddc803000ac04950069a687a81a03418c001300\
            013029544d4643040cd01a6c0b405204c0bd04c09ce69a77df0c31c9a40a20a20b57b0a762e8589665c8b32ff2ec598b\
            dcbb9742369782f25a8b42de5acb12f25916a2d0b02c4b42d85917d16e2c0bf8b59645b0588bd0bb9229c28480e7b508\
            40
            """, over: 50..<144)
    }
}

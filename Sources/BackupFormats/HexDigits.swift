// SPDX-License-Identifier: Apache-2.0

/// The value of a hexadecimal digit in either case; nil for any other byte.
func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}

/// The bytes that pairs of hexadecimal digits stand for; nil when there is an odd one or something else.
func hexDecoded(_ digits: some Collection<UInt8>) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    var high: UInt8?
    for digit in digits {
        guard let value = hexValue(digit) else { return nil }
        if let upper = high {
            bytes.append(upper << 4 | value)
            high = nil
        } else {
            high = value
        }
    }
    return bytes
}

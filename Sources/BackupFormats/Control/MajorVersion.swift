// SPDX-License-Identifier: Apache-2.0

/// What `PG_VERSION` says: the major version of PostgreSQL, such as 16.
public enum MajorVersion {
    /// Digits and a line break, nothing else.
    public static func parse(_ bytes: [UInt8]) throws(FormatError) -> Int {
        guard bytes.last == UInt8(ascii: "\n"),
            let number = BackupManifest.objectIdentifier(bytes.dropLast()),
            number >= 10, number < 1000
        else {
            throw .invalidFile(
                .version, place: "byte 0", expected: "a version such as 16 and a line break",
                found: excerpt(bytes))
        }
        return Int(number)
    }

    /// The control versions that a major version writes; nil where that is not known.
    public static func controlVersion(of major: Int) -> UInt32? {
        switch major {
        case 12: 1201
        case 13...16: 1300
        case 17: 1700
        case 18: 1800
        default: nil
        }
    }

    /// Which major version a cluster with this catalogue is of, as far as it was released
    /// (`CATALOG_VERSION_NO` of src/include/catalog/catversion.h); nil where that is not known.
    public static func ofCatalog(_ version: UInt32) -> Int? {
        switch version {
        case 201_909_212: 12
        case 202_007_201: 13
        case 202_107_181: 14
        case 202_209_061: 15
        case 202_307_071: 16
        case 202_406_281: 17
        case 202_506_291: 18
        default: nil
        }
    }
}

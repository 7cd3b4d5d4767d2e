// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What people may call a time zone by: `UTC`, or a name of the IANA database with a region, such as `Europe/Paris`.
public enum ZoneName {
    /// Foundation takes abbreviations and offsets, too, which know no summer time.
    public static func isValid(_ name: String) -> Bool {
        name == "UTC" || (name.contains("/") && TimeZone(identifier: name) != nil)
    }
}
